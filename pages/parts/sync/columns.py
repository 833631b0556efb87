"""How one list of dossiers is read: its sheet, its headings, and which column holds what."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.dossiers.lists import FIELDS, DossierList, Mapping, guess_mapping
from core.dossiers.matching import REQUIRED, Parts, Side
from core.dossiers.opening.bundle import Opened
from core.problems import shorten
from core.text import fold
from pages.parts.sync.desk import Desk
from pages.parts.words import text
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


def choose_columns(found: Desk, side: str, opened: Opened) -> Parts | None:
    """The lists of a side as a person says they are to be read; None while something is missing.

    Lists with the same headings are asked about once.
    """
    groups: dict[tuple[str, ...], list[DossierList]] = {}
    for one in _chosen(found, side, opened):
        groups.setdefault(one.columns, []).append(one)
    parts: list[Side | None] = []
    for number, group in enumerate(groups.values()):
        if len(groups) > 1:
            names = shorten(", ".join(one.name for one in group))
            st.markdown(t("{count} lists: {names}", count=len(group), names=text.escape(names)))
        if len(group) == 1:
            group = [_header(found, side, group[0])]
        _preview(group[0])
        mapping = _mapping(found, side, group, number)
        parts += [None if mapping is None else (one, mapping) for one in group]
    whole = [part for part in parts if part is not None]
    if not whole or len(whole) < len(parts):
        return None
    return tuple(_shown(found, side, whole))


def left_out(opened: Opened, parts: Parts) -> list[str]:
    """The sheets with something in them that are not read."""
    read = {one.name for one, _ in parts}
    return [one.name for one in (*opened.lists, *opened.others) if one.name not in read]


def _chosen(found: Desk, side: str, opened: Opened) -> list[DossierList]:
    """Which of several files or sheets are read."""
    lists = {one.name: one for one in (*opened.lists, *opened.others)}
    if len(lists) == 1:
        return list(lists.values())
    names = st.multiselect(
        t("Files and sheets that are read"),
        list(lists),
        default=[one.name for one in opened.lists],
        key=found.key(side, "parts"),
        persist_state="session",
    )
    return [lists[name] for name in names]


def _shown(found: Desk, side: str, parts: list[Side]) -> list[Side]:
    """Whether rows that a filter hides are read, where there are any."""
    hidden = sum(one.hidden_rows for one, _ in parts)
    if not hidden:
        return parts
    skip = st.checkbox(
        t("Leave out the {count} rows that a filter hides", count=text.number(hidden, 0)),
        key=found.key(side, "hidden"),
        persist_state="session",
    )
    return [(replace(one, skip_hidden=skip), mapping) for one, mapping in parts]


def _header(found: Desk, side: str, opened: DossierList) -> DossierList:
    """The row with the headings, where there is a choice."""
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


def _mapping(found: Desk, side: str, group: list[DossierList], number: int) -> Mapping | None:
    """Which column holds what, with a guess to begin with; None while a required one is open."""
    opened = group[0]
    where = f"{opened.sheet}-{opened.header_line}" + (f"-{number}" if number else "")
    named = all(one.unit_text for one in group)
    needed = [field for field in REQUIRED[side] if not (field == "unit" and named)]
    guess = guess_mapping(opened.columns)
    options = [None, *opened.columns]
    chosen: dict[str, Any] = {}
    boxes = st.columns(2)
    for place, field in enumerate(FIELDS):
        required = field in needed
        chosen[field] = boxes[place % 2].selectbox(
            field_name(field) + (" *" if required else ""),
            options,
            index=options.index(getattr(guess, field)),
            format_func=lambda name: t("no such column") if name is None else name,
            key=found.key(side, f"{field}-{where}"),
            persist_state="session",
        )
    if named and chosen["unit"] is None:
        st.caption(t("The unit is taken from the name of the file or sheet."))
    yes, no, free = _words(found, side, number)
    missing = [field_name(field) for field in needed if chosen[field] is None]
    if missing:
        st.warning(
            t("Choose the column for: {fields}", fields=", ".join(missing)),
            icon=":material/view_column:",
        )
        return None
    return Mapping(**chosen, yes=yes, no=no, free=free)


def _words(found: Desk, side: str, number: int) -> tuple[tuple[str, ...], ...]:
    """Further words that this list has for yes, for no and for free of charge."""
    end = f"-{number}" if number else ""
    with st.expander(t("How yes and no are written")):
        st.caption(
            t(
                "Understood: 1 and 0, x, có and không, đã … and chưa …, true and false; for "
                "payment also miễn phí, không thu phí."
            )
        )
        typed = [
            st.text_input(
                label,
                key=found.key(side, name + end),
                placeholder=example,
                persist_state="session",
            )
            for name, label, example in (
                ("yes", t("Also means yes"), "Hoàn tất"),
                ("no", t("Also means no"), "Đang chờ"),
                ("free", t("Also means free of charge"), "Không áp dụng"),
            )
        ]
        blank = st.checkbox(
            t("An empty cell means no"), key=found.key(side, "blank" + end), persist_state="session"
        )
    yes, no, free = (tuple(w.strip() for w in words.split(",") if fold(w)) for words in typed)
    return yes, (*no, "") if blank else no, free
