"""The province's components that were not published, given all that was (model, section 3.1).

Every component has a prior from other provinces of the same time. What is published of the province
is then met: each draw gives its group points and its total, follows its units, and counts as much
as its score fits its rank among the others. Importance sampling: components are drawn in turn from
their priors, cut to what the sums leave, and weighted by how much of the prior that was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import betainc

from core.arrays import SEED, Array, Mask, Rows
from core.dataset.priors import NOTHING_KNOWN, Likely, Prior
from core.index.coupling import UNCOUPLED, partners
from core.index.rules import RuleSet, points

JOINT_DRAWS = 2000
PROPOSED = 8000
GROUP_ROUNDING = 0.05
"""Group points are printed to one decimal: each draw's are within this of the published."""
TOTAL_ROUNDING = 0.005
BETWEEN, BETWEEN_SD = 0.0005, 0.0006
"""How far, of two components that count the same dossiers (`RuleSet.coupled`), the second is below
the first, over provinces: 0.05 +- 0.06 percentage points."""
_KNOTS = np.sin(np.linspace(0, np.pi / 2, 401)) ** 2
_NONE = 1e-12


@dataclass(frozen=True)
class Published:
    """All that is published of a province. C components, G groups; NaN is not published.

    `rate` (C,) 0..1; `no_data` (C,) nothing to count; `group_points` (G,); `total`; `prior` of the
    rest; `likely` what rank and units tell of its score; `least` and `most` (C,) or (M, C) bounds
    of its rates that its units leave, M at will.
    """

    rules: RuleSet
    rate: Array
    no_data: Mask
    group_points: Array
    total: float = float("nan")
    prior: Prior | None = None
    likely: Sequence[Likely] = ()
    least: Array = field(default_factory=lambda: np.zeros(1))
    most: Array = field(default_factory=lambda: np.ones(1))

    @property
    def unknown(self) -> Mask:
        """(C,) components to estimate."""
        return np.asarray(np.isnan(self.rate) & ~self.no_data)


@dataclass(frozen=True)
class Posterior:
    """`rate` (C,) the best estimate, NaN only where there is nothing to count; `draws` (N, C)
    drawn jointly, `kept` (N,) which of the M bounds each is of; `effective` how many independent
    draws they are worth.

    The best estimate is the draws' mean; where some draws are above a target, it is the rate that
    earns their mean points. So groups and total are those published, and the score the draws' mean.
    """

    rate: Array
    draws: Array
    kept: Rows
    effective: float


def joint_posterior(
    published: Published, draws: int = JOINT_DRAWS, proposed: int = PROPOSED, seed: int = SEED
) -> Posterior:
    """Estimate what was not published of a province; deterministic.

    What is published stays to the last bit. Published sums that no rates can give are met as nearly
    as possible. Raises ValueError where a prior is not within 0..1.
    """
    if not published.unknown.any():
        kept = np.arange(draws)
        return Posterior(
            published.rate.copy(), np.tile(published.rate, (draws, 1)), kept, float(draws)
        )
    random = np.random.default_rng(seed)
    tilt = _tilt(published)
    rate, weight = _propose(published, tilt, proposed, random)
    kept = _resample(weight, draws)
    effective = float(1 / (weight**2).sum())
    return Posterior(_best(published, rate, weight), rate[kept], kept, effective)


@dataclass(frozen=True)
class _Sum:
    """Components (n,) whose points are together from `low` to `high` once `known` is taken off."""

    components: Rows
    low: float
    high: float


def _sums(published: Published) -> list[_Sum]:
    """What the points of the unknown components add up to: groups first, then the rest."""
    rules, unknown = published.rules, published.unknown
    earned = np.where(unknown, 0.0, points(rules, published.rate))
    told = np.isfinite(published.group_points)[rules.group_index]
    found = []
    for group in np.flatnonzero(np.isfinite(published.group_points)):
        inside = unknown & (rules.group_index == group)
        left = float(published.group_points[group] - earned[rules.group_index == group].sum())
        if inside.any():
            found.append(
                _Sum(_ordered(rules, inside), left - GROUP_ROUNDING, left + GROUP_ROUNDING)
            )
    rest = unknown & ~told
    left = published.total - earned[~told].sum() - np.nansum(published.group_points)
    if rest.any():
        known = np.isfinite(left)
        low, high = (left - TOTAL_ROUNDING, left + TOTAL_ROUNDING) if known else (-np.inf, np.inf)
        found.append(_Sum(_ordered(rules, rest), float(low), float(high)))
    return found


def _ordered(rules: RuleSet, inside: Mask) -> Rows:
    """Pairs of the same dossiers first, then the largest components last: what the others leave
    then seldom is more than they can take."""
    columns = np.flatnonzero(inside)
    order = [column for pair in rules.coupled for column in pair]
    place = [order.index(c) if c in order else len(order) for c in columns.tolist()]
    return columns[np.lexsort((rules.max_points[columns], np.array(place)))]


def _cells(published: Published) -> Array:
    """Prior (C, K - 1) of each component in the cells between knots: a Beta of its mean and sd."""
    prior = published.prior
    count = len(published.rate)
    mean, sd = (prior.mean, prior.sd) if prior else (np.full(count, v) for v in NOTHING_KNOWN)
    if not ((mean >= 0) & (mean <= 1)).all():
        raise ValueError("prior: expected means from 0 to 1")
    mean = np.clip(mean, 1e-3, 1 - 1e-3)
    # a spread that no distribution on 0..1 has is that of nearly all or nothing
    size = np.maximum(mean * (1 - mean) / sd**2 - 1, 0.2)
    below = betainc((mean * size)[:, None], ((1 - mean) * size)[:, None], _KNOTS)
    return np.maximum(np.diff(below, axis=1), _NONE)


def _tilt(published: Published) -> Array:
    """(C,) exponents in points that move the priors' means to what the sums will ask.

    Weights undo them; they only make more draws count.
    """
    rules, cells = published.rules, _cells(published)
    middle = np.minimum(
        rules.max_points[:, None],
        (rules.max_points / rules.target_rate)[:, None] * (_KNOTS[1:] + _KNOTS[:-1]) / 2,
    )
    tilt = np.zeros(len(rules.components))
    for one in _sums(published):
        aim = (one.low + one.high) / 2
        if not np.isfinite(aim):
            aim = _aim(published, one, cells, middle)
        own = one.components
        low, high = -20.0, 20.0
        for _ in range(40 if np.isfinite(aim) else 0):
            tilt[own] = (low + high) / 2
            if _mean(cells[own], middle[own], tilt[own]) < aim:
                low = tilt[own[0]]
            else:
                high = tilt[own[0]]
    return tilt


def _mean(cells: Array, middle: Array, tilt: Array) -> float:
    """Mean points of components together under their tilted priors."""
    power = tilt[:, None] * middle
    weight = cells * np.exp(power - power.max(axis=1, keepdims=True))
    return float(((weight * middle).sum(axis=1) / weight.sum(axis=1)).sum())


def _aim(published: Published, one: _Sum, cells: Array, middle: Array) -> float:
    """About how many points the rest earns, given what is likely of the score; NaN without that."""
    if not published.likely:
        return float("nan")
    own, rules = one.components, published.rules
    share = cells[own] / cells[own].sum(axis=1, keepdims=True)
    each = (share * middle[own]).sum(axis=1)
    variance = float(((share * middle[own] ** 2).sum(axis=1) - each**2).sum())
    told = np.isfinite(published.group_points)
    earned = np.where(published.unknown, 0.0, points(rules, published.rate))
    known = np.nansum(published.group_points) + earned[~told[rules.group_index]].sum()
    weight = np.array([1 / item.sd**2 for item in published.likely])
    means = np.array([item.mean for item in published.likely]) - known
    precision = 1 / variance + weight.sum()
    return float((each.sum() / variance + (weight * means).sum()) / precision)


def _propose(
    published: Published, tilt: Array, count: int, random: np.random.Generator
) -> tuple[Array, Array]:
    """Draws (M, C) that meet every sum, and their weights (M,), sum 1."""
    rules = published.rules
    slope = rules.max_points / rules.target_rate
    cells = _cells(published)
    middle = np.minimum(rules.max_points[:, None], slope[:, None] * (_KNOTS[1:] + _KNOTS[:-1]) / 2)
    power = tilt[:, None] * middle
    cells = cells * np.exp(power - power.max(axis=1, keepdims=True))
    below = np.pad(np.cumsum(cells, axis=1), ((0, 0), (1, 0)))
    below /= below[:, -1:]
    rate = np.tile(published.rate, (count, 1))
    shape = rate.shape
    least, most = np.broadcast_to(published.least, shape), np.broadcast_to(published.most, shape)
    log_weight = np.zeros(count)
    for one in _in_turn(published):
        lowest = np.minimum(rules.max_points, slope * least)[:, one.components]
        highest = np.minimum(rules.max_points, slope * most)[:, one.components]
        low, high = np.full(count, one.low), np.full(count, one.high)
        for place, column in enumerate(one.components):
            top, after = rules.max_points[column], slice(place + 1, None)
            from_ = np.maximum(lowest[:, place], low - highest[:, after].sum(axis=1))
            to = np.minimum(highest[:, place], high - lowest[:, after].sum(axis=1))
            impossible = from_ > to
            nearest = np.clip(np.where(impossible, to, from_), 0.0, top)
            from_, to = np.where(impossible, nearest, from_), np.where(impossible, nearest, to)
            followed = _followed(published, one, column, rate, random)
            if followed is not None:
                rate[:, column] = followed
                earned = np.minimum(top, slope[column] * followed)
                # a pair that the sums contradict counts for little
                log_weight -= (np.maximum(0, earned - to) + np.maximum(0, from_ - earned)) / 0.05
            else:
                ends = (
                    from_ / slope[column],
                    np.where(to >= top - _NONE, most[:, column], to / slope[column]),
                )
                left, right = (np.interp(end, _KNOTS, below[column]) for end in ends)
                at = left + (right - left) * random.random(count)
                drawn = np.interp(at, below[column], _KNOTS)
                rate[:, column] = np.clip(drawn, ends[0], np.maximum(ends[0], ends[1]))
                log_weight += np.log(np.maximum(right - left, _NONE))
                earned = np.minimum(top, slope[column] * rate[:, column])
            low, high = low - earned, high - earned
            log_weight -= tilt[column] * earned
    total = points(rules, rate).sum(axis=1)
    for item in published.likely:
        log_weight -= (total - item.mean) ** 2 / (2 * item.sd**2)
        beyond = np.maximum(0, total - item.high) + np.maximum(0, item.low - total)
        log_weight -= beyond / 0.02
    weight = np.exp(log_weight - log_weight.max())
    return rate, weight / weight.sum()


def _in_turn(published: Published) -> list[_Sum]:
    """The sums, those with the first of a pair before those with the second."""
    first = [lead for lead, _ in published.rules.coupled]
    return sorted(_sums(published), key=lambda one: not np.isin(first, one.components).any())


def _followed(
    published: Published, one: _Sum, column: int, rate: Array, random: np.random.Generator
) -> Array | None:
    """The rate (M,) of a component that counts the same dossiers as one that is settled already.

    None for the others, and where its group's published points settle it alone.
    """
    partner = int(partners(published.rules)[column])
    if partner == UNCOUPLED or (len(one.components) == 1 and np.isfinite(one.low)):
        return None
    leads = any(lead == column for lead, _ in published.rules.coupled)
    other = rate[:, partner]
    if np.isnan(other).any():
        return None
    gap = np.maximum(0.0, BETWEEN + BETWEEN_SD * random.standard_normal(len(rate)))
    return np.clip(other + (gap if leads else -gap), 0.0, 1.0)


def _resample(weight: Array, draws: int) -> Rows:
    """Rows (draws,) by systematic resampling: each proposal as often as its weight says."""
    at = (np.arange(draws) + 0.5) / draws
    return np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)


def _best(published: Published, rate: Array, weight: Array) -> Array:
    """The best estimate (C,): see `Posterior`."""
    rules, unknown = published.rules, published.unknown
    slope = rules.max_points / rules.target_rate
    mean = weight @ np.nan_to_num(rate)
    earned = weight @ np.minimum(rules.max_points, slope * np.nan_to_num(rate))
    full = earned >= rules.max_points - 1e-9
    best = np.where(unknown, np.where(full, mean, earned / slope), published.rate)
    for one in _sums(published):
        if np.isfinite(one.low):
            best[one.components] = _met(rules, best, one)
    return np.asarray(best)


def _met(rules: RuleSet, best: Array, one: _Sum) -> Array:
    """The components' rates moved the little that their printed sum is off, from 0 to the cap."""
    own = one.components
    slope = rules.max_points[own] / rules.target_rate[own]
    earned = np.minimum(rules.max_points[own], slope * best[own])
    gap = (one.low + one.high) / 2 - earned.sum()
    # what is full stays: how far above its target it is, no sum tells
    room = np.where(earned < rules.max_points[own] - 1e-9, earned, 0.0)
    if gap > 0:
        room = rules.max_points[own] - earned
    if not room.sum() > 0:
        return best[own]
    moved = earned + np.sign(gap) * min(abs(gap) / room.sum(), 1.0) * room
    return np.asarray(np.where(moved == earned, best[own], moved / slope))
