"""The answer of a page in one sentence, right below its title."""

import streamlit as st

from pages.parts.words import text


def show(words: str) -> None:
    """A heading of the second level, so that a screen reader comes to it next; plain text."""
    st.markdown(f"## {text.escape(words)}")
