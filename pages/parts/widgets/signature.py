"""The field for the name of whoever signs what is saved, issued, corrected or deleted."""

from typing import Any

import streamlit as st

from core.store.checks import AUTHOR_LENGTH
from pages.parts.words.text import t


def ask(
    name: str, key: str, is_fixed: bool, most: int | None = AUTHOR_LENGTH, **options: Any
) -> str:
    """The name that signs, `name` until another is written; `is_fixed` where people sign in, who
    sign with their own. `most` characters; `options` go to Streamlit's text_input."""
    return st.text_input(
        t("Your name"), name, key=key, max_chars=most, disabled=is_fixed, **options
    )
