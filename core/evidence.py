"""What was published of a province and its units, and what it leaves open (section 3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.blocks import ANYTHING, Reference, calibrate_blocks, published_blocks
from core.rollup import PROVINCE, Status
from core.rules import Array, RuleSet, by_group, points

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

SPREAD = {
    "on_time": 0.07,
    "dossiers_paid": 0.13,
    "electronic_result": 0.17,
    "digitized": 0.12,
    "reused": 0.14,
    "dossier_satisfaction": 0.07,
}
"""Standard deviation of a rate between the 163 units of Phú Thọ on 26 September 2026."""
OTHER_SPREAD = 0.15
BLOCK_SPREAD = 3.0
"""Standard deviation of a unit's points from components without a rate, all groups together."""

VOLUME_SPREAD = {"commune": 0.54, "district": 0.17, "department": 0.54}
"""Standard deviation of the logarithm of an assumed volume, by level.

0.54 is that of the dossiers of the 148 communes of Phú Thọ in 2026. A district has ten communes on
average: 0.54 / sqrt(10). A department's volume is that of its namesake in Phú Thọ; no second
province tells how far namesakes differ, so they are taken to differ as much as communes do.
"""
UNKNOWN_VOLUME_SPREAD = 1.0
"""The same where not even a share was assumed, so that units without a share count alike."""


@dataclass(frozen=True)
class Evidence:
    """What was published. U units (row 0 the province), C components, G groups; NaN is unknown.

    `parent` (U,) row of the unit above, -1 for the province; `level` U names; `rate` (U, C) 0..1;
    `volume` (U, C) denominators; `no_data` (U, C) published as having nothing to count;
    `volume_share` (U,) assumed part of the province's dossiers, 0 for a unit that has none;
    `group_points` (U, G); `total` (U,) scores; `references` the province at earlier dates, the
    oldest first. Raises ValueError when shapes do not fit or a rate is not in 0..1.
    """

    rules: RuleSet
    parent: Rows
    level: Sequence[str]
    rate: Array
    volume: Array
    no_data: Mask
    volume_share: Array
    group_points: Array
    total: Array
    references: Sequence[Reference] = ()

    def __post_init__(self) -> None:
        units, components = len(self.parent), len(self.rules.components)
        shapes = {
            "level": (units,),
            "rate": (units, components),
            "volume": (units, components),
            "no_data": (units, components),
            "volume_share": (units,),
            "group_points": (units, len(self.rules.groups)),
            "total": (units,),
        }
        for name, shape in shapes.items():
            found = np.shape(getattr(self, name))
            if found != shape:
                raise ValueError(f"{name}: expected shape {shape}, found {found}")
        if units == 0 or self.parent[PROVINCE] != -1 or (self.parent[1:] < 0).any():
            raise ValueError("parent: expected -1 for row 0, the province, and for no other row")
        if np.nanmin(self.rate, initial=0.0) < 0 or np.nanmax(self.rate, initial=0.0) > 1:
            raise ValueError("rate: expected fractions from 0 to 1")

    @property
    def idle(self) -> Mask:
        """(U,) units without dossiers of which nothing was published."""
        published = np.isfinite(self.rate) | self.no_data
        silent = ~published.any(axis=1) & np.isnan(self.total)
        return np.asarray((self.volume_share == 0) & silent)


def with_rest(evidence: Evidence) -> Evidence:
    """The same with one more unit for those that are not listed, where shares leave room for it.

    Its rates are unknown like those of the others, so the listed units need not carry the
    province's rates alone. Nothing is added where denominators are published or a share is missing.
    """
    top = (evidence.parent == PROVINCE) & ~evidence.idle
    left = 1 - float(evidence.volume_share[top].sum())
    if not left > 1e-6 or np.isfinite(evidence.volume[top]).any():
        return evidence

    def more(values: Array, value: object) -> Array:
        return np.concatenate([values, np.full((1, *values.shape[1:]), value, dtype=values.dtype)])

    return replace(
        evidence,
        parent=np.append(evidence.parent, PROVINCE),
        level=(*evidence.level, "rest"),
        rate=more(evidence.rate, np.nan),
        volume=more(evidence.volume, np.nan),
        no_data=more(evidence.no_data, False),
        volume_share=np.append(evidence.volume_share, left),
        group_points=more(evidence.group_points, np.nan),
        total=np.append(evidence.total, np.nan),
    )


@dataclass(frozen=True)
class Volumes:
    """Weights of units in the province's sums.

    `volume` (U, C) denominators where published, else shares of the province's denominator (of 1
    where that is unknown), NaN where nothing is known of a unit further down; `sd` (U, C) standard
    deviation of its logarithm, 0 where published.
    """

    volume: Array
    sd: Array


def volumes(evidence: Evidence) -> Volumes:
    """Real denominators where published, shares of the rest of the province's elsewhere.

    Units below the province without a share divide what the other shares leave (or count like the
    average of the others, where those leave nothing); shares above 1 in sum are scaled down.
    """
    top = (evidence.parent == PROVINCE) & ~evidence.idle
    share, unknown = evidence.volume_share.copy(), np.isnan(evidence.volume_share)
    given = float(share[top & ~unknown].sum())
    if (top & unknown).any():
        count = int((top & unknown).sum())
        others = int((top & ~unknown).sum())
        share[top & unknown] = (1 - given) / count if given < 1 else given / others
    share[top] /= max(1.0, share[top].sum())
    published = np.isfinite(evidence.volume)
    volume = np.where(published, evidence.volume, 0.0)
    scale = np.array([_scale(evidence, top, share, c) for c in range(volume.shape[1])])
    volume = np.where(published, volume, share[:, None] * scale)
    volume[evidence.no_data | evidence.idle[:, None]] = 0.0
    volume[PROVINCE] = np.where(
        published[PROVINCE], evidence.volume[PROVINCE], volume[top].sum(axis=0)
    )
    usual = np.array([VOLUME_SPREAD.get(level, UNKNOWN_VOLUME_SPREAD) for level in evidence.level])
    sd = np.where(unknown, UNKNOWN_VOLUME_SPREAD, usual)[:, None] * ~published
    sd[PROVINCE] = 0.0
    return Volumes(volume, sd)


def _scale(evidence: Evidence, top: Mask, share: Array, component: int) -> float:
    """Dossiers per unit of share for the units whose denominator was not published."""
    volume, whole = evidence.volume[:, component], float(evidence.volume[PROVINCE, component])
    known = top & np.isfinite(volume)
    open_share = float(share[top & ~known].sum())
    if not known.any():
        return whole if whole > 0 else 1.0
    left = whole - float(volume[known].sum())
    if open_share > 0 and left > 0:
        return left / open_share
    return float(volume[known].sum()) / max(float(share[known].sum()), 1e-12)


@dataclass(frozen=True)
class Plan:
    """What is fixed and what is free. K = C + G figures of a unit: its rates, then its blocks.

    `fixed` (U, K) NaN where free or absent; `spread` (U, K) 0 where not free; `upper` (U, K) the
    most a figure can be; `start` (K,) of the province; `goal` (C,) rates that the units must give
    in sum; `left` (U,) points that the free figures must earn; `status` (U, C) as far as it is
    clear at once; `carried` (U, C) scored from its rate; `top` (U,) directly below the province;
    `tiers` the rows of the province, of the units directly below it, and so on.
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


def plan(evidence: Evidence) -> Plan:
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
    return Plan(
        rules=rules,
        parent=evidence.parent,
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
    of_rate = np.array([SPREAD.get(component, OTHER_SPREAD) for component in rules.components])
    whole = highest.sum(axis=1, keepdims=True)
    share = np.divide(highest, whole, where=whole > 0, out=np.zeros_like(highest))
    of_block = np.minimum(BLOCK_SPREAD * np.sqrt(share), ANYTHING * highest)
    return np.concatenate([of_rate * free, of_block * open_block], axis=1)
