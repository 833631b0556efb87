"""Which figures are known, copied, to be estimated, or part of a block of points (section 3)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.arrays import Array, Mask, Rows
from core.estimate.blocks import ANYTHING, calibrate_blocks, published_blocks
from core.estimate.evidence import Evidence, Volumes, volumes
from core.index.rollup import PROVINCE, Status
from core.index.rules import RuleSet, by_group, points

OTHER_SPREAD = 0.15
"""Standard deviation of a rate between units where `components.csv` has none."""
BLOCK_SPREAD = 3.0
"""Standard deviation of a unit's points from components without a rate, all groups together."""


@dataclass(frozen=True)
class Workings:
    """What is fixed and what is free. K = C + G figures of a unit: its rates, then its blocks.

    `parent` (U,) row of the unit above, the province where that is idle; `tiers` the rows of the
    province, of the units directly below it, and so on; `top` (U,) directly below the province;
    `fixed` (U, K) NaN where free or absent; `spread` (U, K) 0 where not free; `upper` (U, K) the
    most a figure can be; `start` (K,) of the province; `goal` (C,) rates that the units must give
    in sum; `left` (U,) points that the free figures must earn; `status` (U, C) as far as it is
    clear at once; `carried` (U, C) scored from its rate.
    """

    rules: RuleSet
    parent: Rows
    tiers: tuple[Rows, ...]
    top: Mask
    fixed: Array
    spread: Array
    upper: Array
    start: Array
    goal: Array
    left: Array
    status: npt.NDArray[np.int8]
    carried: Mask
    volumes: Volumes


def plan(evidence: Evidence) -> Workings:
    """Sort every figure into published, copied, free, part of a block, or without data."""
    rules, idle = evidence.rules, evidence.idle
    status, rate = _sort(evidence)
    carried = status != Status.UNKNOWN
    carried[idle] = False
    free = status == Status.ESTIMATED
    highest = by_group(rules, rules.max_points * ~carried) * ~idle[:, None]
    earned = by_group(rules, np.where(carried & ~free, points(rules, rate), 0.0))
    block, _ = published_blocks(evidence.group_points, earned, highest)
    block[highest == 0] = 0.0
    province = calibrate_blocks(
        rules,
        evidence.rate[PROVINCE],
        evidence.no_data[PROVINCE],
        evidence.group_points[PROVINCE],
        float(evidence.total[PROVINCE]),
        evidence.references,
    )
    block[PROVINCE] = np.where(province.sd > 0, np.nan, province.points)
    fixed = np.concatenate([np.where(free, np.nan, rate), block], axis=1)
    spread = _spread(rules, free, np.isnan(block), highest)
    spread[PROVINCE, rate.shape[1] :] = province.sd
    is_sum = np.array([kind == "sum" for kind in rules.rollup])
    top = (evidence.parent == PROVINCE) & ~idle
    complete = carried[top].all(axis=0) & bool(top.any())
    return Workings(
        rules=rules,
        parent=np.where(idle[evidence.parent], PROVINCE, evidence.parent),
        tiers=_tiers(evidence.parent),
        top=top,
        fixed=fixed,
        spread=spread,
        upper=np.concatenate([np.ones(rate.shape), highest], axis=1),
        start=np.concatenate([rate[PROVINCE], province.points]),
        goal=np.where(is_sum & complete, evidence.rate[PROVINCE], np.nan),
        left=evidence.total - earned.sum(axis=1) - np.nansum(block, axis=1),
        status=status,
        carried=carried,
        volumes=volumes(evidence),
    )


def _tiers(parent: Rows) -> tuple[Rows, ...]:
    """Rows by how far below the province they are. Raises ValueError when parents form a circle."""
    tiers = [np.array([PROVINCE])]
    while True:
        below = np.flatnonzero(np.isin(parent, tiers[-1]))
        if len(below) == 0:
            break
        tiers.append(below)
    if sum(map(len, tiers)) != len(parent):
        raise ValueError("parent: expected every unit below the province, found a circle")
    return tuple(tiers)


def _sort(evidence: Evidence) -> tuple[npt.NDArray[np.int8], Array]:
    """Status and rate (U, C) of every component; what is to be estimated keeps NaN.

    Where a unit's group points are published, its components without a rate stay in the group's
    block, which is then known exactly. Elsewhere the figures of the province are copied to its
    units, and rates that add up are estimated where the province's is known.
    """
    rules = evidence.rules
    known, no_data = np.isfinite(evidence.rate), evidence.no_data
    in_block = np.isfinite(evidence.group_points)[:, rules.group_index]
    open_ = ~known & ~no_data & ~in_block
    open_[PROVINCE] = False
    is_sum = np.array([kind == "sum" for kind in rules.rollup])
    copied = open_ & ~is_sum & (known | no_data)[PROVINCE]
    status = np.full(known.shape, Status.UNKNOWN, dtype=np.int8)
    status[open_ & is_sum & known[PROVINCE]] = Status.ESTIMATED
    status[copied] = Status.COMPUTED
    status[no_data | (copied & no_data[PROVINCE]) | evidence.idle[:, None]] = Status.NO_DATA
    status[known] = Status.PUBLISHED
    return status, np.where(
        copied & (status == Status.COMPUTED), evidence.rate[PROVINCE], evidence.rate
    )


def _spread(rules: RuleSet, free: Mask, open_block: Mask, highest: Array) -> Array:
    """How far figures of units are expected to lie from their start (U, K), 0 where not free.

    The 3 points of a unit's blocks are divided so that variances follow the blocks' maxima; a small
    block varies no more than a figure that may be anything.
    """
    of_rate = np.array(
        [rules.spread.get(component, OTHER_SPREAD) for component in rules.components]
    )
    whole = highest.sum(axis=1, keepdims=True)
    share = np.divide(highest, whole, where=whole > 0, out=np.zeros_like(highest))
    of_block = np.minimum(BLOCK_SPREAD * np.sqrt(share), ANYTHING * highest)
    return np.concatenate([of_rate * free, of_block * open_block], axis=1)


def shares(work: Workings, volume: Array) -> Array:
    """Part (N, U, C) in the province's volume of each unit directly below it, 0 for the others."""
    inside = np.where(work.top[:, None], volume, 0.0)
    whole = inside.sum(axis=1, keepdims=True)
    return np.divide(inside, whole, where=whole > 0, out=np.zeros_like(inside))
