"""Published figures that contradict each other, and by how much."""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import TOLERANCE, Array
from core.estimate.evidence import Evidence
from core.estimate.sorting import Workings, shares
from core.index.rollup import PROVINCE
from core.index.rules import ROUNDING, by_group, points

POINTS_TOLERANCE = 0.01
RATE_TOLERANCE = 1e-4
"""What printing explains: scores are printed to 0.01, rates to 0.01 %, and the portal rounds every
component to 0.01 points before it sums them. A larger difference is a contradiction."""


@dataclass(frozen=True)
class Contradiction:
    """A published figure that the others do not allow.

    `unit` its row; `what` a component (the sum over units), `group:<group>` or `total`; `published`
    and the closest that fits, `fitted`; `assumed_volumes`: volumes not published have a part in it.
    """

    unit: int
    what: str
    published: float
    fitted: float
    assumed_volumes: bool = False

    @property
    def amount(self) -> float:
        """By how much the fitted figure is larger."""
        return self.fitted - self.published


def contradictions(evidence: Evidence, work: Workings, x: Array) -> tuple[Contradiction, ...]:
    """Everything that the rates (U, C) could not give: group points, province rates, scores."""
    return (*_in_groups(evidence, work, x), *_in_sums(work, x), *_in_totals(evidence, work, x))


def as_fitted(work: Workings, x: Array) -> Workings:
    """The plan with what the rates (U, C) do give in place of what they could not give.

    Draws around a closest fit then have something that they can meet.
    """
    missed = np.where(work.goal, _rolled_up(work, x) - x[PROVINCE], 0.0)
    short = np.nan_to_num(_scores(work, x) - work.total)
    return replace(
        work,
        goal_off=np.where(np.abs(missed) > TOLERANCE, missed, 0.0),
        total_off=np.where(np.abs(short) > TOLERANCE, short, 0.0),
    )


def _rolled_up(work: Workings, x: Array) -> Array:
    """Rates of the province (C,) that the units' rates give."""
    return np.asarray(np.nansum(shares(work, work.volumes.volume[None])[0] * x, axis=0))


def _earned(work: Workings, x: Array) -> Array:
    """Points (U, C) of every unit; units without dossiers earn nothing."""
    return points(work.rules, x) * ~work.idle[:, None]


def _scores(work: Workings, x: Array) -> Array:
    """Scores (U,) that the units' rates give."""
    return np.asarray(_earned(work, x).sum(axis=1))


def _in_groups(evidence: Evidence, work: Workings, x: Array) -> list[Contradiction]:
    """Group points that are less than known rates earn, or more than the rest could add."""
    fitted = by_group(work.rules, _earned(work, x))
    allowed = ROUNDING * by_group(work.rules, np.ones(len(work.rules.components)))
    allowed = np.where(np.arange(len(fitted))[:, None] == PROVINCE, allowed + ROUNDING, allowed)
    with np.errstate(invalid="ignore"):
        off = np.abs(fitted - evidence.group_points) > allowed
    found = []
    for unit, group in np.argwhere(off):
        published = float(evidence.group_points[unit, group])
        what = f"group:{work.rules.groups[group]}"
        found.append(Contradiction(int(unit), what, published, float(fitted[unit, group])))
    return found


def _in_sums(work: Workings, x: Array) -> list[Contradiction]:
    """Rates of the province that its units do not give."""
    fitted = _rolled_up(work, x)
    assumed = np.any(work.volumes.sd[work.top] > 0, axis=0)
    off = work.goal & (np.abs(fitted - x[PROVINCE]) > RATE_TOLERANCE)
    return [
        Contradiction(
            PROVINCE,
            work.rules.components[index],
            float(x[PROVINCE, index]),
            float(fitted[index]),
            bool(assumed[index]),
        )
        for index in np.flatnonzero(off)
    ]


def _in_totals(evidence: Evidence, work: Workings, x: Array) -> list[Contradiction]:
    """Published scores that a unit's rates do not give."""
    fitted = _scores(work, x)
    adjusted = ((work.spread > 0) & ~work.grouped).any(axis=1)
    allowed = np.where(adjusted, POINTS_TOLERANCE, ROUNDING * len(work.rules.components))
    with np.errstate(invalid="ignore"):
        off = np.abs(fitted - evidence.total) > allowed
    return [
        Contradiction(int(unit), "total", float(evidence.total[unit]), float(fitted[unit]))
        for unit in np.flatnonzero(off)
    ]
