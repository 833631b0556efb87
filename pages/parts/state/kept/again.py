"""While the store is away, or after it was another: the work of a tab is tried again by itself."""

import time

import streamlit as st

from core.store.checks import StoreError
from pages.parts.state.kept import autosave, storage
from pages.parts.state.kept.keeping import has_work, keep, tell_unkept
from pages.parts.state.session import state, tell
from pages.parts.words.text import t

COME_BACK_SECONDS = 86_400  # of no weight: what counts is that there is one
RETRY_SECONDS = 10  # work that could not be kept is tried again, whatever the viewer does


@st.fragment(run_every=RETRY_SECONDS)
def try_again() -> None:
    """While the work is not kept, by itself: the store may have come back."""
    held = state()
    if held.unkept and time.monotonic() - held.tried > 0.9 * RETRY_SECONDS:
        if held.key or held.waiting or has_work():
            keep(is_change=False)
        else:
            _look_again()
        if not held.unkept:
            st.rerun()


def _look_again() -> None:
    """Nothing is to be kept yet: only whether it could be."""
    held = state()
    try:
        held.store = storage.store()
    except StoreError as error:
        tell_unkept(error, is_change=False)
        return
    held.unkept = 0
    tell(t("The store answers again: from now on everything is kept."))


@st.fragment(run_every=COME_BACK_SECONDS)
def come_back() -> None:
    """Nothing, so that the browser runs the page by itself after its line was cut, as by a process
    that ended: Streamlit does so only where a page has something to be run at times."""


def follow_store() -> None:
    """Notice a store whose file was removed or replaced: write what this tab holds into the new."""
    held = state()
    if held.store is None:
        return
    try:
        now = storage.store()
        # not by its file's number: a new file may get the number of the one that is gone
        if now.engine is held.store.engine or now.file is None:
            return
        for past in held.histories.values():
            past.origin = past.origin and autosave.put_back(past.origin, held.author)
    except StoreError as error:
        if not held.unkept:
            tell_unkept(error)
        return
    held.store, held.plans_key = now, ""
    tell(
        t(
            "The file of the store was removed or replaced. What this tab holds was written into "
            "the one that is there now; other scenarios that were saved are in a backup only."
        )
    )
    if held.key:
        keep(take=True)
