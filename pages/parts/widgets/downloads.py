"""Files that people take away: CSV that their Excel opens right, with no cell that runs."""

from collections.abc import Callable

import streamlit as st

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
