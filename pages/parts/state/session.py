"""The one durable state of a viewer: which dataset, and the scenario with its history.

Everything else on a page is a view of it. From the first change on it is kept in the store, under a
key in the address. The address is read when a session begins and written afterwards: the browser's
Back goes from page to page and never takes a change back, that is what undo is for.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache

import streamlit as st

from core.dataset.facts import DATA
from core.dataset.load import find_dataset, list_datasets
from core.outlook.case import Case
from core.outlook.standing import Outlook, Standing
from core.problems import Problem
from core.scenario import apply as scenarios
from core.scenario import files
from core.scenario.history import MAX_STEPS, Entry, History, Kind, Origin
from core.scenario.model import Scenario
from core.store.checks import AUTHOR_LENGTH, StoreError
from core.store.database import Store
from core.store.office.deeds import OPEN_ACTOR
from core.store.office.leave import Hand
from pages.parts.state import autosave, links, own_datasets, rights
from pages.parts.state.autosave import Work
from pages.parts.state.browser import this_browser
from pages.parts.state.links import DATASET, LINK, SAVED, WORKING, Opened, Refusal
from pages.parts.words import clock, text
from pages.parts.words.text import t

__all__ = ["DATASET", "LINK", "MAX_STEPS", "History"]  # for the pages

LOG = logging.getLogger("766")


@dataclass
class State:
    """What one viewer's session holds; `owner` tells it from others that have the same `key`."""

    dataset: str
    histories: dict[str, History] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    author: str = ""
    key: str = ""  # empty until there is something to keep
    owner: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    copies: int = 0  # of the work, made by other browsers, that the viewer was told of
    store: Store | None = None  # that kept the work last
    waiting: str = ""  # the key of work that the store could not give yet
    unkept: int = 0  # changes since the work could not be kept, and the arrival
    tried: float = 0.0  # when that was tried last
    plans: str = ""  # the plans of this tab, packed
    plans_key: str = ""  # under which they are kept as they are now


# What is asked a hundred times a run is kept by functools: Streamlit's own caches take a tenth of a
# millisecond to look at what they are asked, every time.
COME_BACK_SECONDS = 86_400  # of no weight: what counts is that there is one
RETRY_SECONDS = 10  # work that could not be kept is tried again, whatever the viewer does
TOLD_EVERY = 3  # changes that were not kept


def cases() -> dict[str, Case]:
    """The datasets that the viewer may see, checked and solved once for all; the default first."""
    shipped, own = _loaded()[0], own_datasets.found(DATA)[0]
    every = shipped | {name: case for name, case in own.items() if name not in shipped}
    return {name: case for name, case in every.items() if rights.sees(name)}


def faulty() -> dict[str, tuple[Problem, ...]]:
    """What is wrong with the folders that can't be used, by their names."""
    return _loaded()[1] | own_datasets.found(DATA)[1]


@cache
def _loaded() -> tuple[dict[str, Case], dict[str, tuple[Problem, ...]]]:
    """Every folder of datasets by itself: one with problems stops no other."""
    cases, faulty = {}, {}
    for name in list_datasets(DATA):
        found = own_datasets.load(find_dataset(name, DATA), DATA)
        if isinstance(found, Case):
            cases[name] = found
        else:
            faulty[name] = found
    first = sorted(cases.items(), key=lambda item: not item[1].dataset.meta.default)
    return dict(first), faulty


def warm_up() -> None:
    """Load everything once, before the first viewer comes."""
    cases()


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
    if _state().dataset not in cases():  # a role was taken away
        _state().dataset = next(iter(cases()))
    if _state().unkept:
        _try_again()
    _come_back()
    write_link()


def _arrive() -> None:
    """Open what the address asks for, or the baseline and one sentence why not."""
    asked = st.query_params.to_dict()
    try:
        if key := asked.get(WORKING):
            _bring_back(key)
        else:
            # so that somebody who can not keep anything is told at once
            _state().store = autosave.store()
    except StoreError as error:
        _state().waiting = asked.get(WORKING, "")
        _tell_unkept(error)
    if dataset := asked.get(DATASET):
        if dataset in cases():
            _state().dataset = dataset
        elif dataset in faulty():
            tell(t("The link names a dataset that has problems; they are listed below the data."))
        else:
            tell(t("The link names a dataset that is not here, so it was left out."))
    try:
        if link := asked.get(LINK):
            _show(links.read_link(link, cases()))
        elif saved := asked.get(SAVED):
            _show(links.read_saved(saved, cases()))
    except Refusal as refusal:
        tell(str(refusal))
    if _state().key:
        _keep()


def _bring_back(key: str) -> None:
    """Go on with the work kept under a key."""
    try:
        found = autosave.bring_back(key, this_browser(), _fits)
    except StoreError as error:
        if error.code not in ("session_key", "unknown_work", "unreadable_work"):
            raise
        tell(links.sentence(error) + " " + t("The baseline is shown."))
        st.query_params.pop(WORKING, None)
        return
    state, work = _state(), found.work
    state.histories = {name: past for name, past in work.histories.items() if name in cases()}
    state.dataset = work.dataset if work.dataset in cases() else state.dataset
    state.author = "" if found.is_copy else work.author
    state.copies = work.copies
    if work.lost:  # what is left out stays in the store under the old key
        tell(t("{count} states that do not fit today's data were left out.", count=work.lost))
    if found.is_copy:
        tell(
            t(
                "This address belongs to work in another browser: here you work on a copy of it, "
                "and neither changes the other. That browser is told."
            )
        )
    state.key = autosave.new_key() if work.lost or found.is_copy else key
    state.plans = autosave.kept_plans(key)
    state.plans_key = key
    _keep(take=True)


def _fits(scenario: Scenario) -> bool:
    known = cases().get(scenario.dataset)
    return known is not None and not scenarios.check_scenario(scenario, known.baseline)


def _show(opened: Opened) -> None:
    """Put a scenario that was opened on the screen, its levers too."""
    state = _state()
    state.dataset = opened.scenario.dataset
    past = history()
    past.origin = opened.origin
    if opened.scenario != past.now:
        past.push(opened.scenario)
        past.record(clock.now(), "open")
    st.session_state.pop("scope_kind", None)  # the levers then follow the scenario
    if idle := links.idle_words(opened.scenario, case()):
        tell(idle)


def write_link() -> None:
    """Put the dataset and the key of the work into the address, and take away what is done with."""
    state = _state()
    wanted = {DATASET: state.dataset} | ({WORKING: state.key} if state.key else {})
    missing = {k: v for k, v in wanted.items() if st.query_params.get(k) != v}
    if missing:
        st.query_params.update(missing)
    for name in (LINK, SAVED) if state.key else ():
        if name in st.query_params:
            del st.query_params[name]


def link() -> str:
    """The scenario as text for an address; empty for the baseline or when it would be too long."""
    now = scenario()
    packed = "" if now == baseline_scenario() else files.to_link(now)
    return packed if len(packed) <= files.LONGEST_LINK else ""


def _keep(take: bool = False, is_change: bool = True) -> None:
    """Keep the work; a viewer whose work can not be kept is told, and when it is kept again."""
    state = _state()
    if state.waiting and not _fetch_waiting(is_change):
        return
    histories = {**state.histories, state.dataset: history()}
    work = Work(state.dataset, state.author, histories, copies=state.copies)
    key = state.key or autosave.new_key()
    try:
        kept = autosave.keep(key, state.owner, this_browser(), work, take)
        if state.plans and state.plans_key != kept.key:
            autosave.keep_plans(kept.key, state.owner, this_browser(), state.plans)
            state.plans_key = kept.key
    except StoreError as error:
        _tell_unkept(error, is_change)
        return
    if state.key not in ("", kept.key):
        tell(t("Another tab uses this address, so this tab goes on under its own."))
    if kept.copies > state.copies:
        tell(
            t(
                "The address of this tab was opened in another browser, which works on a copy. "
                "Nothing changed here; to give a scenario to others use “Share”."
            )
        )
    if state.unkept:
        tell(t("The store answers again: everything you did in this tab is kept now."))
    state.key, state.copies, state.unkept = kept.key, kept.copies, 0
    state.store = state.store or kept.store  # another one is noticed by `follow_store`
    write_link()


def keep_plans(packed: str) -> None:
    """Keep the plans of this tab, as text, beside the scenarios and under the same address."""
    state = _state()
    state.plans, state.plans_key = packed, ""
    _keep()


def kept_plans() -> str:
    """The plans that were kept under the address of this tab; empty where there are none."""
    return _state().plans


def _tell_unkept(error: StoreError, is_change: bool = True) -> None:
    """At the first change that is not kept, and again after some more."""
    state = _state()
    state.tried = time.monotonic()
    if not is_change:
        return
    if state.unkept % TOLD_EVERY == 0:
        away = error.code == "unavailable"
        why = t("The store does not answer.") if away else links.sentence(error)
        tell(f"{why} {_where_it_stays()}")
    state.unkept += 1


@st.fragment(run_every=COME_BACK_SECONDS)
def _come_back() -> None:
    """Nothing, so that the browser runs the page by itself after its line was cut, as by a process
    that ended: Streamlit does so only where a page has something to be run at times."""


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


@st.fragment(run_every=RETRY_SECONDS)
def _try_again() -> None:
    """While the work is not kept, by itself: the store may have come back."""
    state = _state()
    if state.unkept and time.monotonic() - state.tried > 0.9 * RETRY_SECONDS:
        if state.key or state.waiting or _has_work():
            _keep(is_change=False)
        else:
            _look_again()
        if not state.unkept:
            st.rerun()


def _has_work() -> bool:
    """Whether anything was done here that can be lost."""
    return any(len(past.log) > 1 for past in _state().histories.values())


def _look_again() -> None:
    """Nothing is to be kept yet: only whether it could be."""
    state = _state()
    try:
        state.store = autosave.store()
    except StoreError as error:
        _tell_unkept(error, is_change=False)
        return
    state.unkept = 0
    tell(t("The store answers again: from now on everything is kept."))


def _fetch_waiting(is_change: bool) -> bool:
    """The work that the address asked for in vain; what was done here meanwhile goes on top."""
    state = _state()
    key, state.waiting = state.waiting, ""
    done = scenario() if _has_work() else None
    try:
        _bring_back(key)
    except StoreError as error:
        state.waiting = key
        _tell_unkept(error, is_change)
        return False
    if done is not None:
        _show(Opened(done))
    return True


def follow_store() -> None:
    """Notice a store whose file was removed or replaced: write what this tab holds into the new."""
    state = _state()
    if state.store is None:
        return
    try:
        now = autosave.store()
        # not by its file's number: a new file may get the number of the one that is gone
        if now.engine is state.store.engine or now.file is None:
            return
        for past in state.histories.values():
            past.origin = past.origin and autosave.put_back(past.origin, state.author)
    except StoreError as error:
        if not state.unkept:
            _tell_unkept(error)
        return
    state.store, state.plans_key = now, ""
    tell(
        t(
            "The file of the store was removed or replaced. What this tab holds was written into "
            "the one that is there now; other scenarios that were saved are in a backup only."
        )
    )
    if state.key:
        _keep(take=True)


def _state() -> State:
    state: State = rights.RUN_STATE.get() or st.session_state.state
    return state


def name_of(found: Case) -> str:
    """A dataset's name in the language of the screen."""
    meta = found.dataset.meta
    return meta.name_vi if text.language() == "vi" else meta.name_en


def case() -> Case:
    """The dataset the viewer works with."""
    return _case(_state().dataset)


def _case(name: str) -> Case:
    """One of `cases`, without looking at the others."""
    found = _loaded()[0].get(name) or own_datasets.found(DATA)[0].get(name)
    if found is None or not rights.sees(name):
        raise KeyError(name)
    return found


def baseline_scenario() -> Scenario:
    """The scenario without any change."""
    current = case().dataset
    return Scenario(dataset=current.id, dataset_version=current.version)


def history() -> History:
    """The history of the dataset's scenario in this session."""
    state = _state()
    if state.dataset not in state.histories:
        first = baseline_scenario()
        log = [Entry(clock.now(), "start", first)]
        state.histories[state.dataset] = History([first], log=log)
    return state.histories[state.dataset]


def scenario() -> Scenario:
    """The scenario on the screen."""
    return history().now


def change(new: Scenario, kind: Kind = "change") -> None:
    """Make a scenario the one on the screen; the one before can be brought back."""
    past = history()
    if new != past.now:
        past.push(new)
        past.record(clock.now(), kind)
        _keep()


def step(by: int) -> None:
    """Undo (-1) or redo (+1)."""
    past = history()
    to = min(max(past.at + by, 0), len(past.steps) - 1)
    if to != past.at:
        past.at = to
        past.record(clock.now(), "undo" if by < 0 else "redo")
        _keep()


def open_dataset(name: str) -> None:
    """Work with another dataset; each keeps its own scenario in this session."""
    _state().dataset = name
    _keep()


def open_scenario(opened: Opened) -> None:
    """Work with a scenario from a file or from the store; what was shown can be brought back."""
    _show(opened)
    _keep()


def saved_as(origin: Origin) -> None:
    """The scenario on the screen is this saved version from now on."""
    past = history()
    past.origin = origin
    past.steps[past.at] = origin.content
    _keep()


def based_on(origin: Origin | None) -> None:
    """The next save of the scenario on the screen goes on top of this version, or starts anew."""
    history().origin = origin
    _keep()


@contextmanager
def looking_back() -> Iterator[None]:
    """Inside, the state before the last change is the one on the screen."""
    past = history()
    at = past.at
    past.at = max(0, at - 1)
    try:
        yield
    finally:
        past.at = at


def reset() -> None:
    """Back to the baseline; what was there can be brought back."""
    change(baseline_scenario(), "reset")


def begin() -> None:
    """Start a new scenario from the baseline, without a name."""
    history().origin = None
    change(baseline_scenario(), "reset")
    _keep()


def author() -> str:
    """Who signs what is saved: whoever is signed in, else empty until the viewer has said it."""
    return rights.name() or _state().author


def hand() -> Hand:
    """In whose hand files of datasets are changed. Raises StoreError where people sign in and the
    store does not say who may."""
    try:
        return autosave.store()
    except StoreError:
        if rights.is_guarded():
            raise
        return OPEN_ACTOR


def may(deed: str) -> bool:
    """Whether the viewer may do something on the dataset shown."""
    return rights.may(deed, _state().dataset)


def sign(name: str) -> None:
    """Remember who signs."""
    _state().author = name.strip()[:AUTHOR_LENGTH]


def outlooks() -> dict[str, Outlook]:
    """What the scenario on the screen does, at every horizon."""
    return outlooks_of(scenario())


def outlooks_of(some: Scenario) -> dict[str, Outlook]:
    """What a scenario of the viewer's dataset does; computed once as long as it is remembered."""
    return dict(_outlooks(some.dataset, _case(some.dataset).dataset.version, _effect(some)))


def standings_of(some: Scenario) -> dict[str, Standing]:
    """Score and rank where a scenario leads, at every horizon."""
    return dict(_standings(some.dataset, _case(some.dataset).dataset.version, _effect(some)))


def _effect(some: Scenario) -> str:
    """All of a scenario that its result depends on."""
    plain = some.model_copy(update={"title": "", "author": "", "note": "", "dataset_version": None})
    return files.dump(plain, indent=None)


@lru_cache(maxsize=64)
def _outlooks(dataset: str, version: str, effect: str) -> dict[str, Outlook]:
    return _case(dataset).outlook(Scenario.model_validate_json(effect))


@lru_cache(maxsize=5000)
def _standings(dataset: str, version: str, effect: str) -> dict[str, Standing]:
    found = _outlooks(dataset, version, effect)
    return {key: outlook.after for key, outlook in found.items()}


def tell(notice: str) -> None:
    """Say something at the next drawing of the page."""
    _state().notices.append(notice)


def teller() -> Callable[[str], None]:
    """`tell` for a step that may outlast its run, when the session is out of reach."""
    state = _state()
    return lambda notice: state.notices.append(notice)


def notices() -> tuple[str, ...]:
    """What the viewer has not been told yet."""
    return tuple(_state().notices)


def take_notices() -> list[str]:
    """What the viewer must be told once."""
    state = _state()
    notices, state.notices = state.notices, []
    return notices
