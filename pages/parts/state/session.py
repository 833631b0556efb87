"""The one durable state of a viewer: which dataset, and the scenario with its history.

Everything else on a page is a view of it. `edits` change it, `kept/` keeps it from the first change
on, under a key in the address. The address is read when a session begins (`arrival`) and written
afterwards: the browser's Back goes from page to page and never takes a change back, that is what
undo is for.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st

from core.outlook.case import Case
from core.scenario import files
from core.scenario.history import Entry, History
from core.scenario.model import Scenario
from core.store.checks import AUTHOR_LENGTH
from core.store.database import Store
from pages.parts.state import links, rights
from pages.parts.state.cases.seen import case_of
from pages.parts.state.links import DATASET, LINK, SAVED, WORKING, Opened
from pages.parts.words import clock


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


def state() -> State:
    """All of it, as the run found it."""
    found: State = rights.RUN_STATE.get() or st.session_state.state
    return found


def teller() -> Callable[[str], None]:
    """`tell` for a step that may outlast its run, when the session is out of reach."""
    held = state()
    return lambda notice: held.notices.append(notice)


def tell(notice: str) -> None:
    """Say something at the next drawing of the page."""
    state().notices.append(notice)


def notices() -> tuple[str, ...]:
    """What the viewer has not been told yet."""
    return tuple(state().notices)


def take_notices() -> list[str]:
    """What the viewer must be told once."""
    held = state()
    notices, held.notices = held.notices, []
    return notices


def case() -> Case:
    """The dataset the viewer works with."""
    return case_of(state().dataset)


def baseline_scenario() -> Scenario:
    """The scenario without any change."""
    current = case().dataset
    return Scenario(dataset=current.id, dataset_version=current.version)


def history() -> History:
    """The history of the dataset's scenario in this session."""
    held = state()
    if held.dataset not in held.histories:
        first = baseline_scenario()
        log = [Entry(clock.now(), "start", first)]
        held.histories[held.dataset] = History([first], log=log)
    return held.histories[held.dataset]


def scenario() -> Scenario:
    """The scenario on the screen."""
    return history().now


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


def show(opened: Opened) -> None:
    """Put a scenario that was opened on the screen, its levers too."""
    held = state()
    held.dataset = opened.scenario.dataset
    past = history()
    past.origin = opened.origin
    if opened.scenario != past.now:
        past.push(opened.scenario)
        past.record(clock.now(), "open")
    st.session_state.pop("scope_kind", None)  # the levers then follow the scenario
    if idle := links.idle_words(opened.scenario, case()):
        tell(idle)


def link() -> str:
    """The scenario as text for an address; empty for the baseline or when it would be too long."""
    now = scenario()
    packed = "" if now == baseline_scenario() else files.to_link(now)
    return packed if len(packed) <= files.LONGEST_LINK else ""


def write_link() -> None:
    """Put the dataset and the key of the work into the address, and take away what is done with."""
    held = state()
    wanted = {DATASET: held.dataset} | ({WORKING: held.key} if held.key else {})
    missing = {k: v for k, v in wanted.items() if st.query_params.get(k) != v}
    if missing:
        st.query_params.update(missing)
    for name in (LINK, SAVED) if held.key else ():
        if name in st.query_params:
            del st.query_params[name]


def author() -> str:
    """Who signs what is saved: whoever is signed in, else empty until the viewer has said it."""
    return rights.name() or state().author


def sign(name: str) -> None:
    """Remember who signs."""
    state().author = name.strip()[:AUTHOR_LENGTH]


def may(deed: str) -> bool:
    """Whether the viewer may do something on the dataset shown."""
    return rights.may(deed, state().dataset)
