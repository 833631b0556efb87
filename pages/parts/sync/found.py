"""What a matching of two lists found: the sentence, the units with the most to do, the table."""

import pandas as pd
import streamlit as st

from core.charts import sync as charts_sync
from core.charts.look import wrapped
from core.dossiers.results.matched import Matched
from pages.parts.shared import tables
from pages.parts.sync import guard as sync_guard
from pages.parts.sync import rows as sync_rows
from pages.parts.sync.rows import kind_name, known, unit_name
from pages.parts.widgets import headline
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.text import t

BARS = 15
TODO = ("missing", "not_digitized", "not_paid")
COLUMNS = ("provincial", "national", *TODO, "digitized_nowhere", "paid_nowhere", "only_national")


def show(matched: Matched) -> None:
    """Sentence, picture, table by unit, the dossiers themselves, and the account of all rows."""
    headline.show(answer(matched))
    sync_guard.show(matched)
    _bars(matched)
    frame = unit_frame(matched)
    tables.show(
        frame,
        key="found_units",
        whole=tuple(frame.columns[1:]),
        file="doi-soat-theo-don-vi.csv",
        label=t("Download the table by unit"),
    )
    st.subheader(t("The dossiers"))
    sync_rows.show_dossiers(matched)
    st.subheader(t("Every row accounted for"))
    sync_rows.show_accounts(matched)


def answer(matched: Matched) -> str:
    """How many of the province's dossiers did not arrive, and which parts are not counted."""
    units = matched.units
    whole, missing = int(units["provincial"].sum()), int(units["missing"].sum())
    undecided = int(matched.accounts["undecided"].iloc[0])
    if undecided and not missing:
        return t(
            "Of {whole} dossiers of the provincial portal {undecided} are not decided: it can't be "
            "told yet whether they are on the national portal.",
            whole=text.number(whole, 0),
            undecided=text.number(undecided, 0),
        )
    words = t(
        "Of {whole} dossiers of the provincial portal {missing} ({share}) are missing on the "
        "national portal.",
        whole=text.number(whole, 0),
        missing=text.number(missing, 0),
        share=text.percent(missing / whole if whole else None),
    )
    if "digitized" in matched.compared:
        count = text.number(int(units["not_digitized"].sum()), 0)
        words += " " + t("{count} are there without their digitisation.", count=count)
    if "paid" in matched.compared:
        count = text.number(int(units["not_paid"].sum()), 0)
        words += " " + t("{count} are there without their online payment.", count=count)
    return words


def unit_frame(matched: Matched) -> pd.DataFrame:
    """The units with dossiers, those with the most to do first."""
    kinds = known(matched, COLUMNS)
    units = matched.units[(matched.units[["provincial", "national"]].sum(axis=1)) > 0]
    todo = units[known(matched, TODO)].sum(axis=1)
    units = units.loc[todo.sort_values(ascending=False, kind="stable").index]
    names = [unit_name(matched, str(code)) for code in units.index]
    counts = {kind_name(kind): units[kind].astype(int).to_list() for kind in kinds}
    return pd.DataFrame({t("Unit"): names, **counts})


def _bars(matched: Matched) -> None:
    kinds = known(matched, TODO)
    units = matched.units[kinds].astype(int)
    order = units.sum(axis=1).sort_values(ascending=False, kind="stable")
    top = units.loc[order[order > 0].index[:BARS]]
    if top.empty:
        if matched.all_clear:
            words = t("Nothing is missing on the national portal.")
            st.success(words, icon=":material/check_circle:")
        return
    names = [wrapped(unit_name(matched, str(code)), 26) for code in top.index]
    sums = [text.number(count, 0) for count in top.sum(axis=1)]
    counts = {kind_name(kind): top[kind].to_list() for kind in kinds}
    figure = charts_sync.findings(names, counts, sums, text.language())
    words = t(
        "Dossiers to work through in {count} units; the table has the figures.", count=len(top)
    )
    draw(figure, "findings", words)
    if len(order[order > 0]) > BARS:
        st.caption(t("The {count} units with the most.", count=BARS))
