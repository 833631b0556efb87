"""The one durable state of a viewer: which dataset, and the scenario with its history.

Everything else on a page is a view of it. The address carries the same state, so that a reload or
a link brings it back; a damaged link opens the baseline and says why.
"""

from dataclasses import dataclass, field

import streamlit as st

from core import scenario as scenarios
from core.case import Case, load_case
from core.dataset import DATA, find_dataset, list_datasets
from core.outlook import Outlook
from core.problems import DataError
from core.scenario import Scenario
from pages.parts import text
from pages.parts.text import t

LINK = "s"
DATASET = "d"
MAX_STEPS = 500


@dataclass
class History:
    """All states a viewer's scenario went through, and which one is shown."""

    steps: list[Scenario]
    at: int = 0

    @property
    def now(self) -> Scenario:
        return self.steps[self.at]

    def push(self, scenario: Scenario) -> None:
        if scenario != self.now:
            self.steps = [*self.steps[: self.at + 1], scenario][-MAX_STEPS:]
            self.at = len(self.steps) - 1


@dataclass
class State:
    """What one viewer's session holds."""

    dataset: str
    histories: dict[str, History] = field(default_factory=dict)
    link: str = ""
    notices: list[str] = field(default_factory=list)


@st.cache_resource(show_spinner=False)
def cases() -> dict[str, Case]:
    """The datasets, checked and solved once for all viewers of this server; the default first."""
    cases = {name: load_case(find_dataset(name)) for name in list_datasets(DATA)}
    return dict(sorted(cases.items(), key=lambda item: not item[1].dataset.meta.default))


def warm_up() -> None:
    """Load everything once, before the first viewer comes."""
    cases()


def start() -> None:
    """Make the state at the first run of a session, and follow the address when it changed."""
    if "state" not in st.session_state:
        st.session_state.state = State(next(iter(cases())))
    state = _state()
    link, dataset = st.query_params.get(LINK, ""), st.query_params.get(DATASET, "")
    if (link or dataset) and (link, dataset) != (state.link, state.dataset):
        _follow(link, dataset)
    write_link()


def _follow(link: str, dataset: str) -> None:
    """Open what the address asks for, or the baseline and one sentence why not."""
    state = _state()
    known = cases()
    if dataset and dataset not in known:
        state.notices.append(t("The link names a dataset that is not here, so it was left out."))
    elif dataset:
        state.dataset = dataset
    if not link:
        change(baseline_scenario())
        return
    try:
        opened = scenarios.from_link(link)
        if opened.dataset not in known:
            raise DataError([])
        problems = scenarios.check(opened, known[opened.dataset].baseline)
        if problems:
            raise DataError(problems)
    except DataError as error:
        state.notices.append(
            t("The link is damaged or does not fit the data, so the baseline is shown.")
            + "".join(" " + text.problem(found) + "." for found in error.problems[:1])
        )
        state.link = ""
        change(baseline_scenario())
        return
    state.dataset = opened.dataset
    current_version = known[opened.dataset].dataset.version
    if opened.dataset_version not in (None, current_version):
        state.notices.append(
            t("The data changed since this link was made: the result may differ from then.")
        )
    change(opened)


def write_link() -> None:
    """Put the state into the address."""
    state = _state()
    state.link = link()
    if st.query_params.get(DATASET) != state.dataset:
        st.query_params[DATASET] = state.dataset
    if st.query_params.get(LINK, "") == state.link:
        return
    if state.link:
        st.query_params[LINK] = state.link
    else:
        del st.query_params[LINK]


def link() -> str:
    """The scenario as text for an address; empty for the baseline or when it would be too long."""
    now = scenario()
    packed = "" if now == baseline_scenario() else scenarios.to_link(now)
    return packed if len(packed) <= scenarios.MAX_LINK else ""


def _state() -> State:
    state: State = st.session_state.state
    return state


def name_of(found: Case) -> str:
    """A dataset's name in the language of the screen."""
    meta = found.dataset.meta
    return meta.name_vi if text.language() == "vi" else meta.name_en


def case() -> Case:
    """The dataset the viewer works with."""
    return cases()[_state().dataset]


def baseline_scenario() -> Scenario:
    """The scenario without any change."""
    current = case().dataset
    return Scenario(dataset=current.id, dataset_version=current.version)


def history() -> History:
    """The history of the dataset's scenario in this session."""
    state = _state()
    if state.dataset not in state.histories:
        state.histories[state.dataset] = History([baseline_scenario()])
    return state.histories[state.dataset]


def scenario() -> Scenario:
    """The scenario on the screen."""
    return history().now


def change(new: Scenario) -> None:
    """Make a scenario the one on the screen; the one before can be brought back."""
    history().push(new)


def step(by: int) -> None:
    """Undo (-1) or redo (+1)."""
    past = history()
    past.at = min(max(past.at + by, 0), len(past.steps) - 1)


def open_dataset(name: str) -> None:
    """Work with another dataset; each keeps its own scenario in this session."""
    _state().dataset = name


def reset() -> None:
    """Back to the baseline; what was there can be brought back."""
    change(baseline_scenario())


def outlooks() -> dict[str, Outlook]:
    """What the scenario on the screen does, at every horizon."""
    return case().outlook(scenario())


def tell(notice: str) -> None:
    """Say something at the next drawing of the page."""
    _state().notices.append(notice)


def take_notices() -> list[str]:
    """What the viewer must be told once."""
    state = _state()
    notices, state.notices = state.notices, []
    return notices
