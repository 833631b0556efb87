"""What was just written below the data folder: opened, and said."""

from collections.abc import Callable

import streamlit as st

from core.dataset.facts import Dataset
from pages.parts.shared import strip
from pages.parts.state import edits, register
from pages.parts.state.cases import own_datasets, seen
from pages.parts.words import text
from pages.parts.words.text import t


def open_it(name: str) -> None:
    """Look for what was written, and work with it."""
    own_datasets.look_again()
    if name in seen.cases():
        edits.open_dataset(name)
        # what is said of new figures is written down before anything can show whether it held
        register.freeze_baseline(seen.cases()[name])


def show(name: str, tell: Callable[[Dataset], None] = lambda dataset: None) -> None:
    """That it is there and open, what else there is to `tell` of it, and the way on."""
    found = seen.cases().get(name)
    if found is None:
        st.warning(t("It was written, but can't be used yet: the sidebar says why."))
        return
    st.success(
        t("“{name}” is loaded and open.", name=text.escape(seen.name_of(found))),
        icon=":material/check_circle:",
    )
    if apart := strip.rounded(found):
        st.caption(text.escape(apart))
    tell(found.dataset)
    st.page_link("simulate.py", label=t("See it in Simulate"), icon=":material/tune:")
