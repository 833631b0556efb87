"""Keeping the work of a tab, and bringing it back; who can not keep anything is told."""

import time

import streamlit as st

from core.scenario import apply as scenarios
from core.scenario.model import Scenario
from core.store.checks import StoreError
from pages.parts.state import links, rights
from pages.parts.state.cases.seen import cases
from pages.parts.state.kept import autosave
from pages.parts.state.kept.autosave import Work
from pages.parts.state.kept.browser import this_browser
from pages.parts.state.links import WORKING, Opened
from pages.parts.state.session import history, scenario, show, state, tell, write_link
from pages.parts.words.text import t

TOLD_EVERY = 3  # changes that were not kept


def keep(take: bool = False, is_change: bool = True) -> None:
    """Keep the work; a viewer whose work can not be kept is told, and when it is kept again."""
    held = state()
    if held.waiting and not _fetch_waiting(is_change):
        return
    histories = {**held.histories, held.dataset: history()}
    work = Work(held.dataset, held.author, histories, copies=held.copies)
    key = held.key or autosave.new_key()
    try:
        kept = autosave.keep(key, held.owner, this_browser(), work, take)
        if held.plans and held.plans_key != kept.key:
            autosave.keep_plans(kept.key, held.owner, this_browser(), held.plans)
            held.plans_key = kept.key
    except StoreError as error:
        tell_unkept(error, is_change)
        return
    if held.key not in ("", kept.key):
        tell(t("Another tab uses this address, so this tab goes on under its own."))
    if kept.copies > held.copies:
        tell(
            t(
                "The address of this tab was opened in another browser, which works on a copy. "
                "Nothing changed here; to give a scenario to others use “Share”."
            )
        )
    if held.unkept:
        tell(t("The store answers again: everything you did in this tab is kept now."))
    held.key, held.copies, held.unkept = kept.key, kept.copies, 0
    held.store = held.store or kept.store  # another one is noticed by `follow_store`
    write_link()


def keep_plans(packed: str) -> None:
    """Keep the plans of this tab, as text, beside the scenarios and under the same address."""
    held = state()
    held.plans, held.plans_key = packed, ""
    keep()


def kept_plans() -> str:
    """The plans that were kept under the address of this tab; empty where there are none."""
    return state().plans


def bring_back(key: str) -> None:
    """Go on with the work kept under a key."""
    try:
        found = autosave.bring_back(key, this_browser(), _fits)
    except StoreError as error:
        if error.code not in ("session_key", "unknown_work", "unreadable_work"):
            raise
        tell(links.sentence(error) + " " + t("The baseline is shown."))
        st.query_params.pop(WORKING, None)
        return
    held, work = state(), found.work
    held.histories = {name: past for name, past in work.histories.items() if name in cases()}
    held.dataset = work.dataset if work.dataset in cases() else held.dataset
    held.author = "" if found.is_copy else work.author
    held.copies = work.copies
    if work.lost:  # what is left out stays in the store under the old key
        tell(t("{count} states that do not fit today's data were left out.", count=work.lost))
    if found.is_copy:
        tell(
            t(
                "This address belongs to work in another browser: here you work on a copy of it, "
                "and neither changes the other. That browser is told."
            )
        )
    held.key = autosave.new_key() if work.lost or found.is_copy else key
    held.plans = autosave.kept_plans(key)
    held.plans_key = key
    keep(take=True)


def _fits(scenario: Scenario) -> bool:
    known = cases().get(scenario.dataset)
    return known is not None and not scenarios.check_scenario(scenario, known.baseline)


def _fetch_waiting(is_change: bool) -> bool:
    """The work that the address asked for in vain; what was done here meanwhile goes on top."""
    held = state()
    key, held.waiting = held.waiting, ""
    done = scenario() if has_work() else None
    try:
        bring_back(key)
    except StoreError as error:
        held.waiting = key
        tell_unkept(error, is_change)
        return False
    if done is not None:
        show(Opened(done))
    return True


def has_work() -> bool:
    """Whether anything was done here that can be lost."""
    return any(len(past.log) > 1 for past in state().histories.values())


def tell_unkept(error: StoreError, is_change: bool = True) -> None:
    """At the first change that is not kept, and again after some more."""
    held = state()
    held.tried = time.monotonic()
    if not is_change:
        return
    if held.unkept % TOLD_EVERY == 0:
        away = error.code == "unavailable"
        why = t("The store does not answer.") if away else links.sentence(error)
        tell(f"{why} {_where_it_stays()}")
    held.unkept += 1


def _where_it_stays() -> str:
    """A file is no way where each that is taken away must be traced: that needs the store."""
    if rights.is_guarded():
        return t(
            "Nothing of it is lost: what you do stays in this tab and is kept by itself when the "
            "store works again. Leave the tab open."
        )
    return t(
        "Nothing of it is lost: what you do stays in this tab and is kept by itself when the store "
        "works again. Leave the tab open, or download the scenario."
    )
