"""The first run of a session opens what the address asks for; every run follows the store."""

import streamlit as st

from core.store.checks import StoreError
from pages.parts.state import links, rights
from pages.parts.state.cases.seen import cases, faulty
from pages.parts.state.kept import storage
from pages.parts.state.kept.again import come_back, follow_store, try_again
from pages.parts.state.kept.keeping import bring_back, keep, tell_unkept
from pages.parts.state.links import DATASET, LINK, SAVED, WORKING, Refusal
from pages.parts.state.session import State, show, state, tell, write_link
from pages.parts.words.text import t


def start() -> None:
    """Make the state at the first run of a session, as the address says; write the address.

    There must be a dataset that can be used.
    """
    if "state" not in st.session_state:
        st.session_state.state = State(next(iter(cases())))
        _arrive()
    else:
        follow_store()
    rights.RUN_STATE.set(st.session_state.state)
    if state().dataset not in cases():  # a role was taken away
        state().dataset = next(iter(cases()))
    if state().unkept:
        try_again()
    come_back()
    write_link()


def _arrive() -> None:
    """Open what the address asks for, or the baseline and one sentence why not."""
    asked = st.query_params.to_dict()
    try:
        if key := asked.get(WORKING):
            bring_back(key)
        else:
            # so that somebody who can not keep anything is told at once
            state().store = storage.store()
    except StoreError as error:
        state().waiting = asked.get(WORKING, "")
        tell_unkept(error)
    if dataset := asked.get(DATASET):
        if dataset in cases():
            state().dataset = dataset
        elif dataset in faulty():
            tell(t("The link names a dataset that has problems; they are listed below the data."))
        else:
            tell(t("The link names a dataset that is not here, so it was left out."))
    try:
        if link := asked.get(LINK):
            show(links.read_link(link, cases()))
        elif saved := asked.get(SAVED):
            show(links.read_saved(saved, cases()))
    except Refusal as refusal:
        tell(str(refusal))
    if state().key:
        keep()
