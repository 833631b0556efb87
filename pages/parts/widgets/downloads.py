"""Files that people take away: CSV that their Excel opens right, with no cell that runs."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.export import csv as excel
from pages.parts.words.text import t


def offer(write: Callable[[], bytes], file: str, key: str, label: str = "") -> None:
    """The button that takes a table away as CSV, written when somebody presses it."""
    st.download_button(
        label or t("Download as CSV"),
        write,
        file_name=file,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def csv(frame: pd.DataFrame, language: str) -> bytes:
    """A table as CSV with a byte-order mark, in the separators of a language."""
    safe = frame.map(lambda cell: excel.defused(cell) if isinstance(cell, str) else cell)
    safe.columns = pd.Index([excel.defused(str(name)) for name in frame.columns])
    separator, decimal = excel.separators(language)
    return excel.BOM + safe.to_csv(index=False, sep=separator, decimal=decimal).encode()
