"""Files that people take away: CSV that their Excel opens right, with no cell that runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import pandas as pd
import streamlit as st

from core.export.csv import csv
from core.export.sheet import sheet
from pages.parts.words import text
from pages.parts.words.text import t

CSV = "text/csv"
_OFFICE = "application/vnd.openxmlformats-officedocument."
WORKBOOK = f"{_OFFICE}spreadsheetml.sheet"
WORD = f"{_OFFICE}wordprocessingml.document"
SLIDES = f"{_OFFICE}presentationml.presentation"
MIME = {".csv": CSV, ".xlsx": WORKBOOK, ".docx": WORD, ".pptx": SLIDES}


@dataclass(frozen=True)
class Taken:
    """A table as files take it: its numbers, the `words` that the screen writes of them, the
    decimals of each column, which cells are estimates, whose figures they are and what marks mean.
    """

    table: pd.DataFrame
    words: pd.DataFrame
    digits: Mapping[str, int]
    estimated: "Mapping[str, pd.Series[bool]]"
    source: str
    legend: str


Write = Callable[[], bytes]


def offer_table(
    taken: Taken, file: str, key: str, label: str, traced: Callable[[Write, str], Write]
) -> None:
    """The buttons that take a table away: as CSV, and as a workbook under the same name. `traced`
    notes that a file was taken."""
    language, other = text.language(), str(PurePath(file).with_suffix(".xlsx"))
    with st.container(horizontal=True):
        offer(traced(partial(as_csv, taken, language), file), file, f"{key}_csv", label)
        book = traced(partial(as_sheet, taken), other)
        offer(book, other, f"{key}_xlsx", t("Download as Excel"), WORKBOOK)


def as_csv(taken: Taken, language: str) -> bytes:
    """Numbers with the decimals that the screen shows; estimates as they are written there."""
    made = taken.table.copy()
    for name, places in taken.digits.items():
        rounded = made[name].round(places)
        made[name] = rounded.astype("Int64") if places == 0 else rounded
    for name, rows in taken.estimated.items():
        known = rows & taken.table[name].notna()
        made[name] = made[name].astype(object)
        made.loc[known, name] = taken.words.loc[known, name]
    return csv(made, language)


def as_sheet(taken: Taken) -> bytes:
    """A workbook in which estimates stay numbers, with their mark before them."""
    legend, mark = taken.legend, text.ESTIMATED
    return sheet(taken.table, taken.source, legend, taken.digits, taken.estimated, mark)


def offer(write: Write, file: str, key: str, label: str = "", mime: str = CSV) -> None:
    """The button that takes a table away, written when somebody presses it: as CSV, or WORKBOOK."""
    st.download_button(
        label or t("Download as CSV"),
        write,
        file_name=file,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )
