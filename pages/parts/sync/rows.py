"""The dossiers and rows that a matching found, as tables and files, and the account of all rows."""

import uuid
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.dossiers.queries import KINDS, SIDES
from core.dossiers.results.matched import (
    LANGUAGES,
    UNREADABLE,
    Matched,
    one_sentence,
    zipped,
)
from core.dossiers.results.said import HEADINGS, WORDS
from core.dossiers.text import MAX_BROKEN
from core.problems import DataError
from pages.parts.shared import tables
from pages.parts.state import rights
from pages.parts.widgets import downloads, paper, pick
from pages.parts.words import alphabet, text
from pages.parts.words.text import t

SHOWN = 500
CODED = ("list", "reason", "problem")
ROWS = {"duplicates": "duplicate", "unknown_units": "unknown_unit", "unreadable": "unreadable"}


def kind_name(kind: str) -> str:
    """A kind of finding, or a column that counts dossiers."""
    return {
        "provincial": t("On the provincial portal"),
        "national": t("On the national portal"),
        "missing": t("Missing on the national portal"),
        "not_digitized": t("Digitisation not counted nationally"),
        "not_paid": t("Online payment not counted nationally"),
        "digitized_nowhere": t("Digitised on neither portal"),
        "paid_nowhere": t("Paid online on neither portal"),
        "digitized_only_national": t("Digitised on the national portal only"),
        "paid_only_national": t("Paid online on the national portal only"),
        "only_national": t("On the national portal only"),
        "other_unit": t("Another unit on each portal"),
        "undecided": t("Not decided: unreadable or written in another way on the other portal"),
        "contradicting": t("Rows of one dossier contradict each other"),
        "outside": t("Outside the period of the other list"),
        "duplicates": t("Rows that repeat a dossier"),
        "unknown_units": t("Unit not among the units here"),
        "unreadable": t("Rows that can't be read"),
    }[kind]


def unit_name(matched: Matched, code: str) -> str:
    """A unit by its code; "" is the unknown ones."""
    return str(matched.units.loc[code, "name_vi"]) if code else t("Unit unknown")


def known(matched: Matched, kinds: tuple[str, ...]) -> list[str]:
    """Those of the columns that both lists tell."""
    return [kind for kind in kinds if bool(matched.units[kind].notna().all())]


def _counts(matched: Matched) -> dict[str, int]:
    """How many there are of each kind that the lists tell."""
    dossiers = {kind: int(matched.units[kind].sum()) for kind in known(matched, KINDS[:-3])}
    return dossiers | {kind: int(matched.accounts[name].sum()) for kind, name in ROWS.items()}


@st.fragment
def show_dossiers(matched: Matched) -> None:
    """The dossiers or rows of one kind, of all units or one, with a file of all of them."""
    counts = _counts(matched)
    left, right = st.columns(2)
    kind = left.selectbox(
        t("What"),
        list(counts),
        format_func=lambda kind: f"{kind_name(kind)}: {text.number(counts[kind], 0)}",
        key="found_kind",
    )
    codes = sorted(
        (str(code) for code in matched.units.index),
        key=lambda code: alphabet.key(unit_name(matched, code)),
    )
    names: dict[str | None, str] = {None: t("all units")}
    names |= {code: unit_name(matched, code) for code in codes}
    unit = pick.one(right, t("Of"), names, "found_unit")
    if not counts[kind]:
        st.info(t("There are none."))
        return
    try:
        rows = matched.table(kind, unit, SHOWN)
    except DataError as error:
        for problem in error.problems:
            st.error(text.problem(problem), icon=":material/error:")
        return
    table = _worded(rows)
    st.dataframe(table, hide_index=True, height=min(420, 38 + 35 * max(1, len(rows))))
    paper.show(table)
    if len(rows) == SHOWN:
        st.caption(t("The first {count}; the file has all of them.", count=SHOWN))
    if kind == "unreadable" and counts[kind] > MAX_BROKEN:
        count = text.number(MAX_BROKEN, 0)
        st.caption(t("The text is kept of the first {count} such rows of a list.", count=count))
    downloads.offer(
        rights.traced(_file(matched, kind, unit, text.language()), f"lists {kind}.xlsx"),
        f"{kind.replace('_', '-')}.xlsx",
        f"file-{kind}-{unit}",
        t("Download all of these"),
        downloads.WORKBOOK,
    )
    if unit is None:
        downloads.offer(
            rights.traced(_zip(matched, kind, text.language()), f"lists {kind}.zip"),
            f"{kind.replace('_', '-')}.zip",
            f"zip-{kind}",
            t("A file for each unit, as one zip"),
            "application/zip",
        )


def _file(matched: Matched, kind: str, unit: str | None, language: str) -> Callable[[], bytes]:
    """Writes the file when somebody asks for it; on disk first, so that memory holds it once.

    Where that is impossible, the file says so: there is no page to say it on any more.
    """
    sorry = t("expected {what}", what=t(UNREADABLE))

    def make() -> bytes:
        path = matched.folder / f"{uuid.uuid4().hex}.xlsx"
        try:
            matched.write_xlsx(kind, path, unit, language)
            return path.read_bytes()
        except (DataError, OSError):
            return one_sentence(sorry)
        finally:
            path.unlink(missing_ok=True)

    return make


def _zip(matched: Matched, kind: str, language: str) -> Callable[[], bytes]:
    """Writes the zip when somebody asks for it, as `_file` does."""
    sorry = t("expected {what}", what=t(UNREADABLE))

    def make() -> bytes:
        path = matched.folder / f"{uuid.uuid4().hex}.zip"
        try:
            matched.write_zip(kind, path, language)
            return path.read_bytes()
        except (DataError, OSError):
            return zipped({"loi.xlsx": one_sentence(sorry)})
        finally:
            path.unlink(missing_ok=True)

    return make


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    """A table of findings as a person reads it."""
    language = LANGUAGES.index(text.language())

    def word(cell: Any) -> object:
        if isinstance(cell, bool):
            return WORDS[str(cell).lower()][language]
        return "" if pd.isna(cell) else cell

    columns = {}
    for name in rows.columns:
        cells = [word(cell) for cell in rows[name].astype(object)]
        if name in CODED:
            cells = [WORDS[str(code)][language] for code in cells]
        columns[HEADINGS[name][language]] = cells
    return pd.DataFrame(columns)


def show_accounts(matched: Matched) -> None:
    """Rows = all that became of them, for both lists; then why, for what could not be used."""
    names = {
        "rows": t("Rows in the list"),
        "blank": t("blank"),
        "heading": t("headings and signatures"),
        "total": t("totals"),
        "hidden": t("hidden by a filter and left out"),
        "unreadable": t("can't be read"),
        "duplicate": t("repeat a dossier above"),
        "both": t("on both portals"),
        "one_side": t("on this portal only"),
        "undecided": t("not decided: unreadable or written in another way there"),
        "outside": t("outside the period of the other list"),
        "free": t("of these dossiers: free of charge"),
        "contradicting": t("of these dossiers: rows that contradict each other"),
        "unknown_unit": t("of these dossiers: unit not among the units here"),
    }
    accounts = matched.accounts
    sides = {"provincial": t("Provincial portal"), "national": t("National portal")}
    frame = pd.DataFrame(
        {
            t("What became of the rows"): list(names.values()),
            **{sides[side]: list(accounts.loc[side, list(names)].astype(int)) for side in SIDES},
        }
    )
    tables.show(frame, key="accounts", whole=tuple(sides.values()))
    language = LANGUAGES.index(text.language())
    if len(matched.reasons):
        st.markdown("**" + t("Why rows can't be read") + "**")
        tables.show(
            _worded_counts(matched.reasons, sides, language), key="reasons", whole=(t("Rows"),)
        )
    if len(matched.unknown):
        st.markdown("**" + t("Names that no unit here has") + "**")
        tables.show(
            _worded_counts(matched.unknown, sides, language),
            key="unknown",
            file="ten-don-vi-chua-biet.csv",
            whole=tuple(sides.values()),
        )


def _worded_counts(frame: pd.DataFrame, sides: dict[str, str], language: int) -> pd.DataFrame:
    headings = {name: HEADINGS[name][language] for name in frame.columns if name in HEADINGS}
    shown = frame.copy()
    texts = [name for name in frame.columns if frame[name].dtype.kind not in "iuf"]
    shown[texts] = shown[texts].fillna("")
    for name in CODED:
        if name in shown:
            shown[name] = [WORDS[code][language] for code in shown[name]]
    return shown.rename(columns={**headings, **sides, "rows": t("Rows")})
