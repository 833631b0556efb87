"""What one corrected figure changes: the score of its unit and that of the province."""

from dataclasses import dataclass

import numpy as np

from core.arrays import TOLERANCE, Array
from core.index.rollup import PROVINCE, Baseline, Outcome, Status, roll_up, score
from core.outlook.case import Case
from core.outlook.standing import Standing
from core.scenario.model import Scenario


@dataclass(frozen=True)
class Corrected:
    """Points and scores before and after a correction; the unit's and the province's."""

    points_before: float
    points_after: float
    unit_before: float
    unit_after: float
    province_before: float
    province_after: float


def corrected(baseline: Baseline, unit: int, component: int, rate: float) -> Corrected:
    """The effect of another rate (0..1) of one component of the unit in row `unit`.

    What the unit's dossiers are of the province's is held; other components stay as they are.
    """
    moved = baseline.rate.copy()
    moved[unit, component] = rate
    before = score(baseline, baseline.rate)
    after = score(baseline, roll_up(baseline, moved))
    return Corrected(
        float(before.points[unit, component]),
        float(after.points[unit, component]),
        float(before.total[unit]),
        float(after.total[unit]),
        float(before.total[PROVINCE]),
        float(after.total[PROVINCE]),
    )


def own_per_point(baseline: Baseline, unit: int) -> Array:
    """(C,) points of the unit's own score for one percentage point more of each rate."""
    rules = baseline.rules
    rate = baseline.rate[unit]
    room = np.maximum(0.0, np.minimum(1.0, rules.target_rate) - rate)
    risen = np.where(np.isfinite(room), np.minimum(0.01, room), 0.0)
    return np.where(baseline.carried[unit], rules.max_points / rules.target_rate * risen, 0.0)


@dataclass(frozen=True)
class ComponentMove:
    """A component of a unit before and after: rates 0..1 and points, NaN where there are none."""

    unit: str
    component: int
    rate: tuple[float, float]
    points: tuple[float, float]
    estimated: tuple[bool, bool]


@dataclass(frozen=True)
class Effect:
    """What changed figures move, solved anew: components of the unit and of the province, their
    scores, and by horizon (today first) where the province stands before and after."""

    components: tuple[ComponentMove, ...]
    unit: tuple[float, float]
    unit_estimated: tuple[bool, bool]
    province: tuple[float, float]
    standings: dict[str, tuple[Standing, Standing]]


def effect_of(before: Case, after: Case, unit: str) -> Effect:
    """The effect of changed figures of `unit`: two states of one dataset side by side.

    Everything is estimated, summed and ranked anew in `after`. Raises DataError.
    """
    earned = [score(one.baseline, one.baseline.rate) for one in (before, after)]
    whole = before.baseline.units[PROVINCE]
    moves = [
        move
        for name in dict.fromkeys((unit, whole))
        for move in _moves(name, (before.baseline, after.baseline), earned)
    ]
    none = Scenario(dataset=before.dataset.id)
    then, now = before.outlook(none), after.outlook(none)
    rows = before.baseline.row(unit), after.baseline.row(unit)
    return Effect(
        components=tuple(moves),
        unit=(float(earned[0].total[rows[0]]), float(earned[1].total[rows[1]])),
        unit_estimated=(_is_estimated(before, rows[0]), _is_estimated(after, rows[1])),
        province=(float(earned[0].total[PROVINCE]), float(earned[1].total[PROVINCE])),
        standings={key: (then[key].before, now[key].before) for key in then if key in now},
    )


def _is_estimated(case: Case, row: int) -> bool:
    return bool((case.baseline.status[row] == Status.ESTIMATED).any())


def _moves(
    unit: str, baselines: tuple[Baseline, Baseline], earned: list[Outcome]
) -> list[ComponentMove]:
    """The components of a unit whose rate or points differ by more than the eye sees."""
    rows = [one.row(unit) for one in baselines]
    rates = [one.rate[row] for one, row in zip(baselines, rows, strict=True)]
    points = [
        np.where(base.carried[row], one.points[row], np.nan)
        for base, one, row in zip(baselines, earned, rows, strict=True)
    ]
    guessed = [
        (one.status[row] == Status.ESTIMATED).tolist()
        for one, row in zip(baselines, rows, strict=True)
    ]
    differs = ~np.isclose(rates[0], rates[1], atol=1e-4 - TOLERANCE, rtol=0, equal_nan=True)
    differs |= ~np.isclose(points[0], points[1], atol=0.005, rtol=0, equal_nan=True)
    return [
        ComponentMove(
            unit, c, (float(rates[0][c]), float(rates[1][c])),
            (float(points[0][c]), float(points[1][c])),
            (guessed[0][c], guessed[1][c]),
        )
        for c in np.flatnonzero(differs).tolist()
    ]  # fmt: skip
