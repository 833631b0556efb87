"""A line that says what was decided, with a cross behind it that takes it back."""

from collections.abc import Callable

import streamlit as st

from pages.parts.words import text


def show(
    words: str, key: str, about: str, take_back: Callable[..., None], args: tuple[object, ...]
) -> None:
    """`words` is plain text; `about` tells what the cross does: it calls `take_back(*args)`."""
    with st.container(key=f"revocable-{key}", horizontal=True, vertical_alignment="center"):
        st.markdown(text.escape(words), width="stretch")
        st.button(
            "",
            key=key,
            icon=":material/close:",
            help=about,
            type="tertiary",
            width="content",
            on_click=take_back,
            args=args,
        )
