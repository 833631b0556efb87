"""Published figures that contradict each other, and by how much."""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import TOLERANCE, Array
from core.estimate.blocks import published_blocks
from core.estimate.evidence import Evidence
from core.estimate.sorting import Workings, shares
from core.index.rollup import PROVINCE, Status
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
    """Everything that the figures (U, K) could not give: group points, province rates, scores."""
    return (*_in_groups(evidence, work), *_in_sums(work, x), *_in_totals(evidence, work, x))


def as_fitted(evidence: Evidence, work: Workings, x: Array) -> Workings:
    """The plan with what the figures (U, K) do give in place of what they could not give.

    Draws around a closest fit then have something that they can meet.
    """
    missed = _rolled_up(work, x) - work.goal
    short = _scores(work, x) - evidence.total
    return replace(
        work,
        goal=work.goal + np.where(np.abs(missed) > TOLERANCE, missed, 0.0),
        left=work.left + np.where(np.abs(short) > TOLERANCE, short, 0.0),
    )


def _rolled_up(work: Workings, x: Array) -> Array:
    """Rates of the province (C,) that the units' figures give."""
    rate = x[:, : len(work.goal)]
    return np.asarray(np.nansum(shares(work, work.volumes.volume[None])[0] * rate, axis=0))


def _scores(work: Workings, x: Array) -> Array:
    """Scores (U,) that the units' figures give."""
    components = len(work.goal)
    earned = np.where(work.carried, points(work.rules, x[:, :components]), 0.0)
    return np.asarray(earned.sum(axis=1) + x[:, components:].sum(axis=1))


def _in_groups(evidence: Evidence, work: Workings) -> list[Contradiction]:
    """Group points that are less than known rates earn, or more than the rest could add."""
    rules = work.rules
    known = work.carried & (work.status != Status.ESTIMATED)
    earned = by_group(rules, np.where(known, points(rules, evidence.rate), 0.0))
    highest = by_group(rules, rules.max_points * ~work.carried)
    _, excess = published_blocks(evidence.group_points, earned, highest)
    allowed = ROUNDING * by_group(rules, np.ones(len(rules.components)))
    found = []
    for unit, group in np.argwhere(np.abs(excess) > allowed):
        published = float(evidence.group_points[unit, group])
        what = f"group:{rules.groups[group]}"
        fitted = published - float(excess[unit, group])
        found.append(Contradiction(int(unit), what, published, fitted))
    return found


def _in_sums(work: Workings, x: Array) -> list[Contradiction]:
    """Rates of the province that its units do not give."""
    fitted = _rolled_up(work, x)
    assumed = np.any(work.volumes.sd[work.top] > 0, axis=0)
    return [
        Contradiction(
            PROVINCE,
            work.rules.components[index],
            float(work.goal[index]),
            float(fitted[index]),
            bool(assumed[index]),
        )
        for index in np.flatnonzero(np.abs(fitted - work.goal) > RATE_TOLERANCE)
    ]


def _in_totals(evidence: Evidence, work: Workings, x: Array) -> list[Contradiction]:
    """Published scores that a unit's figures do not give."""
    fitted = _scores(work, x)
    adjusted = (work.spread > 0).any(axis=1)
    allowed = np.where(adjusted, POINTS_TOLERANCE, ROUNDING * len(work.goal))
    return [
        Contradiction(int(unit), "total", float(evidence.total[unit]), float(fitted[unit]))
        for unit in np.flatnonzero(np.abs(fitted - evidence.total) > allowed)
    ]
