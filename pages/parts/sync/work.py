"""What is done but not counted, as tables: by unit, and pair by pair to work through."""

import pandas as pd
import streamlit as st

from core.review.sync import Gaps
from pages.parts.shared import tables
from pages.parts.shared.named import rate_name
from pages.parts.state import session
from pages.parts.words.names import unit_names
from pages.parts.words.text import t


def unit_frame(gaps: Gaps) -> pd.DataFrame:
    """What every unit has done that is not counted."""
    names, table = unit_names(session.case().dataset), gaps.by_unit()
    return pd.DataFrame(
        {
            t("Unit"): [names[code] for code in table["unit"]],
            t("Gaps"): table["pairs"],
            t("Widest gap, percentage points"): 100 * table["widest"],
            t("= Points of the unit's own score"): table["own"],
            t("≈ Points of the province"): table["province"],
            t("80% from"): table["low"],
            t("80% to"): table["high"],
        }
    )


def work_frame(table: pd.DataFrame) -> pd.DataFrame:
    """Pairs as a list to work through."""
    names = unit_names(session.case().dataset)
    effect = {
        "counts": "",
        "capped": t("the province has the maximum points"),
        "apart": t("unit figures do not add up to the province's"),
        "none": t("no loss"),
    }
    return pd.DataFrame(
        {
            t("Unit"): [names[code] for code in table["unit"]],
            t("Component"): [rate_name(component) for component in table["component"]],
            t("Provincial portal, %"): 100 * table["provincial"],
            t("National portal, %"): 100 * table["national"],
            t("Gap, percentage points"): 100 * table["gap"],
            t("= Points of the unit's own score"): table["own"],
            t("≈ Points of the province"): table["province"],
            t("80% from"): table["low"],
            t("80% to"): table["high"],
            t("Note"): [effect[name] for name in table["effect"]],
        }
    )


def show(gaps: Gaps) -> None:
    """The list to work through, and what is counted the other way."""
    st.subheader(t("Work list"))
    st.caption(t("The widest gap first; a click on a heading sorts by points."))
    frame = work_frame(gaps.open)
    tables.show(
        frame, key="work", height=480, file="dong-bo.csv", label=t("Download the work list")
    )
    other = gaps.other_way
    if len(other):
        st.subheader(t("Counted more on the national portal"))
        st.caption(
            t(
                "Differences in counting between the two portals: worth asking about, but no "
                "points are lost here."
            )
        )
        hidden = [t("= Points of the unit's own score"), t("≈ Points of the province")]
        hidden += [t("80% from"), t("80% to"), t("Note")]
        tables.show(work_frame(other).drop(columns=hidden), key="other")
