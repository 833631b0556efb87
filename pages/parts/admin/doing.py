"""One step of an administrator: done by the store or refused by it, and said in a sentence.

Pressed twice, Streamlit leaves the first step to end by itself and draws the page for the second
meanwhile: nothing that the first says is heard, and the page would show how it was before it. So
whoever draws waits for a step under way, and says what came of it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from core.store.checks import StoreError
from core.store.database import Store
from core.store.office.accounts import Account
from core.store.office.deeds import EVERY_DATASET
from pages.parts.state import links, rights, session
from pages.parts.state.cases import seen
from pages.parts.state.kept import storage
from pages.parts.words.text import t


@dataclass
class _Steps:
    """The steps of a visit, one after the other, and what to say of those that were done."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    done: list[str] = field(default_factory=list)


def _steps() -> _Steps:
    found: _Steps = st.session_state.setdefault("admin-steps", _Steps())
    return found


def do(action: Callable[[Store], object], said: str) -> None:
    """Do it in the viewer's own hand; the page says so, or why not."""
    steps, tell, db = _steps(), session.teller(), storage.store()
    with steps.turn:
        try:
            action(db)
        except StoreError as error:
            tell(links.sentence(error))
        else:
            steps.done.append(said)


def say() -> None:
    """What came of each step, once; before anything is read of what a step may change."""
    steps = _steps()
    with steps.turn:
        done, steps.done = steps.done, []
    for sentence in done:
        st.toast(sentence, icon=":material/check:")
    for notice in session.take_notices():  # of a step that ended after the frame was drawn
        st.warning(notice, icon=":material/info:")


def taken(keys: tuple[str, ...]) -> list[str]:
    """What was typed into fields, which are empty afterwards: no password stays in the session, and
    a second press finds nothing."""
    found = [str(st.session_state.get(key, "")) for key in keys]
    for key in keys:
        st.session_state[key] = ""
    return found


def datasets() -> dict[str, str]:
    """The names of all datasets, all of them together first."""
    here = {key: seen.name_of(case) for key, case in seen.cases().items()}
    return {EVERY_DATASET: t("all datasets")} | here


def place_name(dataset: str) -> str:
    """What the dataset of a role is called; one that is not here keeps its code."""
    return datasets().get(dataset, dataset)


def role_names() -> dict[str, str]:
    """The roles in words, the least first."""
    return {role: t(name) for role, name in rights.ROLE_NAMES.items()}


def labelled(one: Account) -> str:
    """An account among others: two people may have one name."""
    return f"{one.name} ({one.login or one.subject})"
