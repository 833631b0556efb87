"""Work that counts twice: the dossiers of one component that are those of another (section 2).

The first of a pair is the work: so much of its rise as the second has room for carries that one.
What the second lacks beyond it (on time, yet not satisfied) stays a lever of its own, at the hard
end of its gap. So every dossier is bought once.
"""

import numpy as np

from core.arrays import Array, Mask
from core.index.coupling import carried_rise
from core.index.rollup import Baseline


def together(baseline: Baseline, free: Mask) -> Mask:
    """Levers (U, C) that may move, where the first of a pair stands for both."""
    free = free.copy()
    for lead, follower in baseline.rules.coupled:
        free[:, lead] |= free[:, follower]
    return free


def carrying(baseline: Baseline, gap: Array, weight: Array) -> tuple[Array, Array]:
    """How far a rise of the first carries the second (U, C), and the gaps (U, C) that are left.

    `gap` (U, C) what is left to do in the own part of a unit, `weight` (U, C) 0 where nothing moves
    the province.
    """
    ratio, carry, left = carried_rise(baseline), np.zeros_like(gap), gap.copy()
    for lead, follower in baseline.rules.coupled:
        both = (weight[:, lead] > 0) & (weight[:, follower] > 0)
        per = np.where(both, ratio[:, lead], 1.0)
        carry[:, lead] = np.where(both, np.minimum(gap[:, lead], gap[:, follower] / per), 0.0)
        left[:, follower] = gap[:, follower] - per * carry[:, lead]
    return carry, np.maximum(0.0, left)


def as_one(baseline: Baseline, carry: Array, limit: Array, needed: Array) -> tuple[Array, Array]:
    """Limits and needed rises (U, C) in which the first of a pair bears those of the second.

    A limit below 100 % on the second holds the first back; a floor of the second is met by work on
    the first as far as that carries.
    """
    limit, needed, ratio = limit.copy(), needed.copy(), carried_rise(baseline)
    for lead, follower in baseline.rules.coupled:
        able = carry[:, lead] > 0
        per = np.where(able, ratio[:, lead], 1.0)
        rise = np.maximum(0.0, limit[:, follower] - baseline.rate[:, follower]) / per
        most = np.minimum(limit[:, lead], baseline.rate[:, lead] + rise)
        limit[:, lead] = np.where(able & (limit[:, follower] < 1), most, limit[:, lead])
        asked = np.minimum(needed[:, follower] / per, carry[:, lead])
        needed[:, lead] = np.where(able, np.maximum(needed[:, lead], asked), needed[:, lead])
    return limit, needed


def carried(baseline: Baseline, carry: Array, own: Array) -> Array:
    """Rises (U, C) of the second of each pair that own rises (U, C) of the first bring."""
    brought, ratio = np.zeros_like(own), carried_rise(baseline)
    for lead, follower in baseline.rules.coupled:
        brought[:, follower] = ratio[:, lead] * np.minimum(own[:, lead], carry[:, lead])
    return brought


def at_the_hard_end(width: Array, left: Array) -> Array:
    """Parts (U, C, J) of gaps of which only so much is `left` (U, C), the last of them."""
    gone = width.sum(axis=-1) - left
    return np.clip(np.cumsum(width, axis=-1) - gone[..., None], 0.0, width)


def split(width: Array, carry: Array) -> Array:
    """Parts (U, C, 2 J): each of J in turn as far as it carries the partner, then beyond."""
    start = np.cumsum(width, axis=-1) - width
    inside = np.clip(carry[..., None] - start, 0.0, width)
    return np.stack([inside, width - inside], axis=-1).reshape(*carry.shape, -1)
