"""A warning where a rate in the national list is higher only because it has fewer dossiers."""

import pandas as pd
import streamlit as st

from core.dossiers.results.matched import Matched
from core.review import guard
from pages.parts.shared import tables
from pages.parts.shared.named import lever_name
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.names import unit_names
from pages.parts.words.text import t


def show(matched: Matched) -> None:
    """In words, with the figures of every unit below; nothing where nothing is flagged."""
    found = guard.in_lists(session.case().dataset, matched.units)
    if found.empty:
        return
    first = found.iloc[0]
    st.warning(
        text.escape(
            t(
                "A rate that rises because less is counted: in {count} cases the list of the "
                "national portal gives a higher rate only because it has fewer dossiers, not "
                "because more is done. {unit}, {component}: {before} {against}, {after} in the "
                "list of the national portal.",
                count=text.number(len(found), 0),
                unit=_unit(first),
                component=lever_name(first["component"]),
                before=_fraction(first["done"], first["of"]),
                against=_against(first["against"]),
                after=_fraction(first["now_done"], first["now_of"]),
            )
        ),
        icon=":material/report:",
    )
    with st.expander(t("All of these cases: {count}", count=text.number(len(found), 0))):
        st.caption(
            t(
                "Against published figures this says something only if the lists hold the whole "
                "period since 1 January."
            )
        )
        tables.show(frame(found), key="less_counted", file="mau-so-giam.csv")


def frame(found: pd.DataFrame) -> pd.DataFrame:
    """The cases as a table."""
    return pd.DataFrame(
        {
            t("Unit"): [_unit(row) for _, row in found.iterrows()],
            t("Component"): [lever_name(name) for name in found["component"]],
            t("Compared with"): [_against(name) for name in found["against"]],
            t("There"): list(map(_fraction, found["done"], found["of"])),
            t("There, %"): 100 * found["done"] / found["of"],
            t("In the national list"): list(map(_fraction, found["now_done"], found["now_of"])),
            t("In the national list, %"): 100 * found["now_done"] / found["now_of"],
        }
    )


def _unit(row: pd.Series) -> str:
    return unit_names(session.case().dataset)[row["unit"]]


def _against(name: str) -> str:
    return {
        "published": t("published"),
        "provincial": t("in the list of the provincial portal"),
    }[name]


def _fraction(done: float, of: float) -> str:
    return f"{text.number(done, 0)}/{text.number(of, 0)}"
