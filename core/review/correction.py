"""What one corrected figure changes: the score of its unit and that of the province."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.index.rollup import PROVINCE, Baseline, roll_up, score


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
