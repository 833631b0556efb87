"""One step of an administrator: done by the store or refused by it, and said in a sentence."""

from collections.abc import Callable

import streamlit as st

from core.store.checks import StoreError
from core.store.database import Store
from core.store.office.accounts import Account
from core.store.office.deeds import EVERY_DATASET
from pages.parts.state import links, rights, session
from pages.parts.state.cases import seen
from pages.parts.state.kept import autosave
from pages.parts.words.text import t


def do(action: Callable[[Store], object], said: str) -> None:
    """Do it in the viewer's own hand, and say so; or say why not."""
    try:
        action(autosave.store())
    except StoreError as error:
        session.tell(links.sentence(error))
        return
    st.toast(said, icon=":material/check:")


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
