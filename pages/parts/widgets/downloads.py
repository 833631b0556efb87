"""Files that people take away: CSV that their Excel opens right, with no cell that runs."""

from collections.abc import Callable

import streamlit as st

from pages.parts.words.text import t

CSV = "text/csv"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offer(
    write: Callable[[], bytes], file: str, key: str, label: str = "", mime: str = CSV
) -> None:
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
