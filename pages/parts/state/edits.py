"""What a viewer does to the scenario on the screen: a step of its history, which is kept."""

from core.scenario.history import Kind, Origin
from core.scenario.model import Scenario
from pages.parts.state.kept.keeping import keep
from pages.parts.state.links import Opened
from pages.parts.state.session import baseline_scenario, history, show, state
from pages.parts.words import clock


def change(new: Scenario, kind: Kind = "change") -> None:
    """Make a scenario the one on the screen; the one before can be brought back."""
    past = history()
    if new != past.now:
        past.push(new)
        past.record(clock.now(), kind)
        keep()


def step(by: int) -> None:
    """Undo (-1) or redo (+1)."""
    past = history()
    to = min(max(past.at + by, 0), len(past.steps) - 1)
    if to != past.at:
        past.at = to
        past.record(clock.now(), "undo" if by < 0 else "redo")
        keep()


def reset() -> None:
    """Back to the baseline; what was there can be brought back."""
    change(baseline_scenario(), "reset")


def begin() -> None:
    """Start a new scenario from the baseline, without a name."""
    history().origin = None
    change(baseline_scenario(), "reset")
    keep()


def open_dataset(name: str) -> None:
    """Work with another dataset; each keeps its own scenario in this session."""
    state().dataset = name
    keep()


def open_scenario(opened: Opened) -> None:
    """Work with a scenario from a file or from the store; what was shown can be brought back."""
    show(opened)
    keep()


def saved_as(origin: Origin) -> None:
    """The scenario on the screen is this saved version from now on."""
    past = history()
    past.origin = origin
    past.steps[past.at] = origin.content
    keep()


def based_on(origin: Origin | None) -> None:
    """The next save of the scenario on the screen goes on top of this version, or starts anew."""
    history().origin = origin
    keep()
