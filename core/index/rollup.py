"""From the rates of units to the points of the province (model of the index, section 2)."""

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.arrays import Array, Mask, Rows
from core.index.rules import RuleSet, by_group, points, rules_of

PROVINCE = 0
"""The province's row in every array over units."""


class Status(IntEnum):
    """Where a figure comes from."""

    PUBLISHED = 0
    COMPUTED = 1
    ESTIMATED = 2
    NO_DATA = 3
    UNKNOWN = 4

    @property
    def label(self) -> str:
        """Its name in the data format, which has one word for nothing to count and not known."""
        return "no_data" if self is Status.UNKNOWN else self.name.lower()


@dataclass(frozen=True)
class Baseline:
    """The province as it stands: every figure the engine starts from.

    U units (row 0 the province), C components, G groups.
    `rate` (U, C) year-to-date, 0..1, NaN where there is nothing to count or nothing is known;
    `rate_sd` (U, C) its standard deviation, 0 where published or computed; `rate_low` and
    `rate_high` (U, C) the ends of its 80 % range;
    `carried` (U, C) bool: scored from its rate, all but those of units without dossiers;
    `province` (N, C) joint draws of the province's rates, all alike where all are published;
    `volume` (U, C) dossiers or, where only shares are known, shares: the weight in the roll-up;
    `dossiers` (U, C) the same as a number of dossiers, NaN where only shares are known;
    `share` (U, C) part of the province's volume, of the units directly below it; 0 for the others;
    `parent_share` (U, C) part of the parent's volume, for units deeper down; 0 for the others;
    `parent` (U,) row of the parent, -1 for the province; `status` (U, C) of each rate;
    `provincial` (U, C) the rate as the provincial portal counts it, NaN where not published.
    """

    dataset_id: str
    version: str
    rules: RuleSet
    units: tuple[str, ...]
    level: tuple[str, ...]
    parent: Rows
    rate: Array
    rate_sd: Array
    rate_low: Array
    rate_high: Array
    carried: Mask
    volume: Array
    dossiers: Array
    share: Array
    parent_share: Array
    province: Array
    status: npt.NDArray[np.int8]
    provincial: Array

    @cached_property
    def summed(self) -> Mask:
        """(C,) components whose province rate follows from its units, some of which have one."""
        is_sum = np.array([kind == "sum" for kind in self.rules.rollup])
        return is_sum & ((self.share > 0) & np.isfinite(self.rate)).any(axis=0)

    @cached_property
    def whole_share(self) -> Array:
        """(U, C) part of the province's dossiers that a unit's rate stands for, the province 1.

        A unit inside a district counts by its part of the district times the district's own part.
        0 for components that units don't add up to.
        """
        share = np.where(self.summed, self.share, 0.0)
        inside = (self.parent > PROVINCE)[:, None] * self.parent_share
        whole = share
        for _ in range(_depth(self)):
            whole = share + inside * whole[self.parent]
        whole[PROVINCE] = 1.0
        return np.asarray(whole)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each unit in every array."""
        return {unit: row for row, unit in enumerate(self.units)}

    def row(self, unit: str) -> int:
        """The row of a unit in every array."""
        return self.units.index(unit)


def baseline_of(baseline: Baseline, columns: list[int]) -> Baseline:
    """The same province with some components only: what one lever moves is a matter of those."""
    wide = (
        "rate rate_sd rate_low rate_high carried volume dossiers share parent_share province "
        "status provincial"
    )
    some = {name: getattr(baseline, name)[:, columns] for name in wide.split()}
    return replace(baseline, rules=rules_of(baseline.rules, columns), **some)


@dataclass(frozen=True)
class Outcome:
    """What rates earn: `rate`, `points` (..., U, C), `groups` (..., U, G), `total` (..., U)."""

    rate: Array
    points: Array
    groups: Array
    total: Array


def score(baseline: Baseline, rate: Array) -> Outcome:
    """Points, groups and scores of all units at the given rates (..., U, C)."""
    earned = np.where(baseline.carried, points(baseline.rules, rate), 0.0)
    groups = by_group(baseline.rules, earned)
    return Outcome(rate, earned, groups, groups.sum(axis=-1))


def province_scores(baseline: Baseline) -> Array:
    """Scores (N,) of the province in the joint draws of its rates."""
    earned = np.where(baseline.carried[PROVINCE], points(baseline.rules, baseline.province), 0.0)
    return np.asarray(earned.sum(axis=1))


def roll_up(
    baseline: Baseline, rate: Array, start: Array | None = None, share: Array | None = None
) -> Array:
    """Carry changed unit rates up to their district and the province.

    `rate` (..., U, C) with the rates of the units changed and row 0 as the province's own levers
    leave it; `start` (..., U, C) the rates before and `share` (..., U, C) the units' parts of the
    province's volume, by default the baseline's. Returns rates of the same shape in which

    - the change of units inside a district moves the district by their share of its dossiers, for
      components that add up (`sum`);
    - the change of the units directly below the province moves the province likewise;
    - a district or province that has a change of its own keeps it, or takes what its units bring
      where that goes further the same way;
    - figures that the province has for all units (`province`) are copied to the units.

    Differences are added to the figures before, so no change gives them to the last bit.
    """
    start = baseline.rate if start is None else start
    share = baseline.share if share is None else share
    # only components in which anything changed are looked at: mostly one or two of twenty
    changed = (rate != start) & ~(np.isnan(rate) & np.isnan(start))
    columns = np.flatnonzero(changed.reshape(-1, changed.shape[-1]).any(axis=0))
    result = rate.copy()
    before, after = start[..., columns], rate[..., columns]
    change = np.nan_to_num(after - before)
    kinds = np.array(baseline.rules.rollup)[columns]
    for above in _districts(baseline):
        inside = np.flatnonzero(baseline.parent == above)
        part = baseline.parent_share[..., inside, :][..., columns] * (kinds == "sum")
        own = _own_or_brought(change[..., above, :], (change[..., inside, :] * part).sum(axis=-2))
        after[..., above, :] = _moved(before[..., above, :], own)
        # what the walls at 0 and 1 leave of it goes on to the province
        change[..., above, :] = np.nan_to_num(after[..., above, :] - before[..., above, :])
    brought = (change * share[..., columns]).sum(axis=-2)
    brought = np.where(baseline.summed[columns], brought, 0.0)
    own = _own_or_brought(change[..., PROVINCE, :], brought)
    after[..., PROVINCE, :] = _moved(before[..., PROVINCE, :], own)
    result[..., columns] = after
    copied = np.flatnonzero(np.array(baseline.rules.rollup) == "province")
    same = (baseline.rate == baseline.rate[PROVINCE])[:, copied]
    own = result[..., copied]
    result[..., copied] = np.where(same, own[..., PROVINCE : PROVINCE + 1, :], own)
    return result


def _districts(baseline: Baseline) -> list[int]:
    """Rows that have units below them, the deepest first; without the province."""

    def depth(row: int) -> int:
        return 0 if row == PROVINCE else 1 + depth(int(baseline.parent[row]))

    above = {int(row) for row in baseline.parent if row > PROVINCE}
    return sorted(above, key=lambda row: (-depth(row), row))


def _own_or_brought(own: Array, brought: Array) -> Array:
    """A unit's own change, or what the units below it bring if it has none or that goes further.

    It never falls when either of the two rises.
    """
    further = np.where(own > 0, np.maximum(own, brought), np.minimum(own, brought))
    return np.where(own == 0, brought, further)


def _moved(start: Array, change: Array) -> Array:
    return np.where(change == 0, start, np.clip(start + change, 0.0, 1.0))


def _depth(baseline: Baseline) -> int:
    """How many steps the deepest unit is below the province."""
    steps, above = 1, baseline.parent
    while (above > PROVINCE).any():
        steps, above = steps + 1, np.where(above > PROVINCE, baseline.parent[above], above)
    return steps
