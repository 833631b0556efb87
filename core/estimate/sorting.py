"""Which figures are known, copied, or to be estimated, and where these start (section 3)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.arrays import SEED, Array, Mask, Rows
from core.estimate.condition import given
from core.estimate.evidence import Evidence
from core.estimate.posterior import PROPOSED, Posterior, Published, joint_posterior
from core.estimate.prior import UnitPrior
from core.estimate.volumes import Volumes, top_units, volumes
from core.index.rollup import PROVINCE, Status
from core.index.rules import RuleSet


@dataclass(frozen=True)
class Workings:
    """What is fixed and what is free of U units and C components.

    `parent` (U,) row of the unit above, the province where that is idle; `tiers` the rows of the
    province, of the units directly below it, and so on; `top` (U,) directly below the province;
    `known` (U, C) published rates, NaN elsewhere; `province` what is known of the province's rates
    with N joint draws, and `noise` (N, U) how far each draw's volumes are from the assumed ones, in
    standard deviations; `copied` (U, C) the province's figure; `grouped` (U, C) estimated so that
    published points of its group come out; `spread` (U, C) of what is free, 0 elsewhere; `goal`
    (C,) components whose unit rates must give the province's in sum; `apart` (C,) components that
    units have from their group points, so that these do not; `group_points` (U, G) and
    `total` (U,) as published; `goal_off` (C,) and `total_off` (U,) by how much the closest fit
    misses them; `status` (U, C) as far as it is clear at once; `idle` (U,); `moved` (U, C) by what
    factor `volumes` differ from the assumed ones because published rates ask for it; `prior` how
    rates lie for units of `level` (U,); `wide` (U, C) the spread of all rates, also of those that
    are known; `covariance` (U, C, C) of the free rates given those of the unit that are known, and
    `pull` (U, C, C) how far these move them; `upper` (U, C) the most a rate can be, given what the
    units further down published.
    """

    rules: RuleSet
    parent: Rows
    tiers: tuple[Rows, ...]
    top: Mask
    known: Array
    province: Posterior
    noise: Array
    copied: Mask
    grouped: Mask
    spread: Array
    goal: Mask
    apart: Mask
    group_points: Array
    total: Array
    goal_off: Array
    total_off: Array
    status: npt.NDArray[np.int8]
    idle: Mask
    volumes: Volumes
    moved: Array
    prior: UnitPrior
    level: Rows
    wide: Array
    covariance: Array
    pull: Array
    upper: Array


def plan(evidence: Evidence) -> Workings:
    """Sort every figure into published, copied, estimated or without data; none is left out."""
    rules, idle = evidence.rules, evidence.idle
    status, copied = _sort(evidence)
    top = top_units(evidence)
    assumed = volumes(evidence)
    random = np.random.default_rng([SEED, 3])
    noise = random.standard_normal((PROPOSED, len(evidence.parent)))
    province, moved = _province(evidence, assumed, top, noise)
    free = status == Status.ESTIMATED
    free[PROVINCE] = False
    free &= ~copied
    grouped = free & np.isfinite(evidence.group_points)[:, rules.group_index]
    is_sum = np.array([kind == "sum" for kind in rules.rollup])
    # points of a group say more of a unit than a sum over all units does
    apart = grouped[top].any(axis=0)
    units, wide = evidence.usual, evidence.usual.spread(evidence.level_index, province.rate)
    wide[PROVINCE] = 0.0
    known = np.isfinite(evidence.rate) | copied | grouped
    covariance, pull = given(units.correlation, wide, free & ~grouped, known)
    return Workings(
        rules=rules,
        parent=np.where(idle[evidence.parent], PROVINCE, evidence.parent),
        tiers=_tiers(evidence.parent),
        top=top,
        known=evidence.rate,
        province=province,
        noise=noise[province.kept],
        copied=copied,
        grouped=grouped,
        spread=wide * free,
        goal=is_sum & np.isfinite(province.rate) & top.any() & ~apart,
        apart=apart,
        group_points=evidence.group_points,
        total=evidence.total,
        goal_off=np.zeros(len(rules.components)),
        total_off=np.zeros(len(evidence.parent)),
        status=status,
        idle=idle,
        volumes=Volumes(assumed.volume * moved, assumed.sd),
        moved=moved,
        prior=units,
        level=evidence.level_index,
        wide=wide,
        covariance=covariance,
        pull=pull,
        upper=_most(evidence, assumed.volume * moved),
    )


def _most(evidence: Evidence, volume: Array) -> Array:
    """The most (U, C) that rates can be: 1 less what the published rates further down miss."""
    nested = np.flatnonzero(evidence.parent > PROVINCE)
    above = evidence.parent[nested]
    whole = volume[above]
    part = np.divide(volume[nested], whole, where=whole > 0, out=np.zeros_like(whole))
    is_sum = np.array([kind == "sum" for kind in evidence.rules.rollup])
    lost = np.zeros(evidence.rate.shape)
    np.add.at(lost, above, np.nan_to_num(part * (1 - evidence.rate[nested])) * is_sum)
    return np.clip(1 - lost, 0.0, 1.0)


def _province(
    evidence: Evidence, assumed: Volumes, top: Mask, noise: Array
) -> tuple[Posterior, Array]:
    """The province's rates, and the factor (U, C) that its units' rates bring to their volumes."""
    least, most, told = _bounds(evidence, assumed, top, noise)
    found = joint_posterior(
        Published(
            rules=evidence.rules,
            rate=evidence.rate[PROVINCE],
            no_data=evidence.no_data[PROVINCE],
            group_points=evidence.group_points[PROVINCE],
            total=float(evidence.total[PROVINCE]),
            prior=evidence.prior,
            likely=evidence.likely,
            least=least,
            most=most,
        )
    )
    shift = noise[found.kept].mean(axis=0)[:, None] * assumed.sd
    moved = np.exp(shift)
    # only where the bounds had a say; the sum over the units stays
    before = np.where(top[:, None] & (assumed.sd > 0), assumed.volume, 0.0)
    scale = np.divide(
        before.sum(axis=0),
        (before * moved).sum(axis=0),
        where=before.sum(axis=0) > 0,
        out=np.ones(before.shape[1]),
    )
    return found, np.where(told & (assumed.sd > 0), moved * scale, 1.0)


def _bounds(
    evidence: Evidence, assumed: Volumes, top: Mask, noise: Array
) -> tuple[Array, Array, Mask]:
    """Least and most (M, C) of the province's rates that its units' published rates leave.

    With the volumes of each of M draws; the units without a published rate may have any. `told`
    (C,) where there is anything published and the province's rate is not.
    """
    is_sum = np.array([kind == "sum" for kind in evidence.rules.rollup])
    known = np.isfinite(evidence.rate)
    told = is_sum & ~(known | evidence.no_data)[PROVINCE] & known[1:].any(axis=0)
    shape = (len(noise), len(is_sum))
    least, most = np.zeros(shape), np.ones(shape)
    below = _tiers(evidence.parent)[2:]
    for column in np.flatnonzero(told):
        drawn = assumed.volume[:, column] * np.exp(assumed.sd[:, column] * noise)
        whole = np.where(top, drawn, 0.0).sum(axis=1, keepdims=True)
        part = np.divide(drawn, whole, where=whole > 0, out=np.zeros_like(drawn))
        counts = known[:, column] & top
        for rows in below:
            # a unit deeper down tells where the one above it is silent
            counts[rows] = known[rows, column] & ~known[evidence.parent[rows], column]
        least[:, column] = (part[:, counts] * evidence.rate[counts, column]).sum(axis=1)
        left = np.clip(1 - part[:, counts].sum(axis=1), 0.0, None)
        most[:, column] = least[:, column] + left
    return np.clip(least, 0.0, 1.0), np.clip(most, 0.0, 1.0), told


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


def _sort(evidence: Evidence) -> tuple[npt.NDArray[np.int8], Mask]:
    """Status (U, C) of every component, and which are copied from the province.

    What is published of the province for all its units is copied to them, unless their own group
    points are published; all else that is not published is estimated.
    """
    known, no_data = np.isfinite(evidence.rate), evidence.no_data
    open_ = ~known & ~no_data
    own = np.isfinite(evidence.group_points)[:, evidence.rules.group_index]
    for_all = np.array([kind == "province" for kind in evidence.rules.rollup])
    copied = open_ & for_all & ~own & known[PROVINCE]
    copied[PROVINCE] = False
    copied[evidence.idle] = False
    nothing = no_data | evidence.idle[:, None] | (open_ & no_data[PROVINCE])
    status = np.full(known.shape, Status.ESTIMATED, dtype=np.int8)
    status[copied] = Status.COMPUTED
    status[nothing] = Status.NO_DATA
    status[known] = Status.PUBLISHED
    return status, copied & ~nothing


def shares(work: Workings, volume: Array) -> Array:
    """Weight (N, U, C) in the mean rate of each unit directly below the province, else 0."""
    inside = np.where(work.top[:, None] & ~work.apart, volume, 0.0)
    whole = inside.sum(axis=1, keepdims=True)
    return np.divide(inside, whole, where=whole > 0, out=np.zeros_like(inside))
