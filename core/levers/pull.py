"""A lever in somebody's hand: which scenario stands where the thumb is."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Mask
from core.index.rollup import Baseline
from core.scenario.apply import give_way
from core.scenario.model import Change, Mode, Scenario, without

STEPS_A_LEVER = 200


@dataclass(frozen=True)
class Pull:
    """What a slider moves and how.

    `units` the scopes that each get a change; `stands` where the rate of the scope stands, 0..1,
    to the three digits that are shown: there, or at no addition, nothing changes.
    """

    units: tuple[str, ...]
    component: str
    mode: Mode
    stands: float
    start: dt.date | None = None
    ramp_weeks: float = 0.0
    end: dt.date | None = None

    @property
    def neutral(self) -> float:
        """Where the thumb stands while nothing is changed."""
        return self.stands if self.mode in ("floor", "set") else 0.0

    @property
    def lowest(self) -> float:
        """The lower end of the slider; the upper one is 1."""
        return -1.0 if self.mode == "add" else 0.0


def positions(pull: Pull) -> Array:
    """All places of the thumb (V,), ascending, as fractions; the neutral one is not among them."""
    return np.round(np.linspace(pull.lowest, 1.0, STEPS_A_LEVER + 1), 6)


def effective(pull: Pull, at: Array) -> tuple[Mask, Array]:
    """Which places of the thumb `at` (V,) lower, and the value of the change at each (V,).

    Lifting those below cannot lower anything: a thumb below where the rate stands takes from all
    units alike (`add`), until the rate is where the thumb is. The others have the lever's own mode.

    >>> lever = Pull(("*",), "dossiers_paid", "floor", stands=0.86)
    >>> lowers, value = effective(lever, np.array([0.9, 0.4]))
    >>> lowers.tolist(), value.tolist()
    ([False, True], [0.9, -0.46])
    """
    lowers = (pull.mode == "floor") & (at < pull.stands)
    return lowers, np.where(lowers, at - pull.stands, at).round(6).astype(np.float64)


def position_of(pull: Pull, change: Change) -> float | None:
    """Where the thumb stands for a change; None where the change is of another kind."""
    if change.mode == pull.mode:
        return change.value
    if pull.mode == "floor" and change.mode == "add" and change.value < 0:
        return round(pull.stands + change.value, 6) if pull.stands + change.value >= 0 else None
    return None


def pulled(scenario: Scenario, baseline: Baseline, pull: Pull, position: float) -> Scenario:
    """The scenario with the thumb at a place. Raises DataError as `check_scenario` finds."""
    made = scenario
    if position == pull.neutral:
        for unit in pull.units:
            made = without(made, unit, pull.component)
        return made
    lowers, value = effective(pull, np.array(position))
    for unit in pull.units:
        change = Change(
            unit=unit,
            component=pull.component,
            mode="add" if lowers else pull.mode,
            value=float(value),
            start=pull.start,
            end=pull.end,
            ramp_weeks=pull.ramp_weeks,
        )
        made = give_way(made, baseline, change)
    return made
