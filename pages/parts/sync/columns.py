"""How one list of dossiers is read: its sheet, its headings, and which column holds what."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.dossiers.lists import FIELDS, DossierList, Mapping, guess_mapping
from core.dossiers.matching import REQUIRED, Side
from core.text import fold
from pages.parts.sync.desk import Desk
from pages.parts.words.text import t

PREVIEW = 4


def field_name(field: str) -> str:
    """What a column may hold."""
    return {
        "dossier_id": t("Dossier number"),
        "unit": t("Unit"),
        "date": t("Date"),
        "digitized": t("Digitised: yes or no"),
        "paid": t("Paid online: yes or no"),
    }[field]


def choose_columns(found: Desk, side: str, opened: DossierList) -> Side | None:
    """The list as a person says it is to be read; None while something is missing."""
    opened = _header(found, side, opened)
    _preview(opened)
    mapping = _mapping(found, side, opened)
    return None if mapping is None else (opened, mapping)


def _header(found: Desk, side: str, opened: DossierList) -> DossierList:
    """The sheet of a workbook, and the row with the headings, where there is a choice."""
    if len(opened.sheets) > 1:
        key = found.key(side, "sheet")
        st.session_state[key] = opened.sheet
        st.selectbox(
            t("Sheet"),
            opened.sheets,
            key=key,
            on_change=lambda: found.choose_sheet(side, st.session_state[key]),
        )
    lines = {row.line: row for row in opened.head}
    line = st.selectbox(
        t("Row with the headings"),
        list(lines),
        index=list(lines).index(opened.header_line),
        format_func=lambda line: f"{line}: {' | '.join(lines[line].cells)[:80]}",
        key=found.key(side, f"header-{opened.sheet}"),
        persist_state="session",
    )
    return replace(opened, header_line=line)


def _preview(opened: DossierList) -> None:
    """The first rows, so that a person sees which column is which."""
    columns, width = opened.columns, len(opened.columns)
    rows = [row.cells for row in opened.head if row.line > opened.header_line][:PREVIEW]
    cells = [(*row[:width], *[""] * (width - len(row))) for row in rows]
    table = {name: [row[place] for row in cells] for place, name in enumerate(columns)}
    st.dataframe(table, hide_index=True, height=38 + 35 * max(1, len(rows)))


def _mapping(found: Desk, side: str, opened: DossierList) -> Mapping | None:
    """Which column holds what, with a guess to begin with; None while a required one is open."""
    guess = guess_mapping(opened.columns)
    options = [None, *opened.columns]
    chosen: dict[str, Any] = {}
    boxes = st.columns(2)
    for place, field in enumerate(FIELDS):
        required = field in REQUIRED[side]
        chosen[field] = boxes[place % 2].selectbox(
            field_name(field) + (" *" if required else ""),
            options,
            index=options.index(getattr(guess, field)),
            format_func=lambda name: t("no such column") if name is None else name,
            key=found.key(side, f"{field}-{opened.sheet}-{opened.header_line}"),
            persist_state="session",
        )
    yes, no = _words(found, side)
    missing = [field_name(field) for field in REQUIRED[side] if chosen[field] is None]
    if missing:
        st.warning(
            t("Choose the column for: {fields}", fields=", ".join(missing)),
            icon=":material/view_column:",
        )
        return None
    return Mapping(**chosen, yes=yes, no=no)


def _words(found: Desk, side: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Further words that this list has for yes and for no."""
    with st.expander(t("How yes and no are written")):
        st.caption(t("Understood: 1 and 0, x, có and không, đã … and chưa …, true and false."))
        yes, no = (
            st.text_input(
                label,
                key=found.key(side, name),
                placeholder=example,
                persist_state="session",
            )
            for name, label, example in (
                ("yes", t("Also means yes"), "Hoàn tất"),
                ("no", t("Also means no"), "Đang chờ"),
            )
        )
        blank = st.checkbox(
            t("An empty cell means no"), key=found.key(side, "blank"), persist_state="session"
        )
    words = [tuple(word.strip() for word in typed.split(",") if fold(word)) for typed in (yes, no)]
    return words[0], (*words[1], "") if blank else words[1]
