"""Unit rates that were not published, reconciled with all that was (model of the index, section 3).

Every unpublished rate starts where rates of units of its level lie in their province and moves as
little as possible, together with the others of its unit, so that the volume-weighted rates give the
province's and the points of a unit give its published score.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.arrays import RANGE, SEED, TOLERANCE, Array, Mask, Rows
from core.estimate.adjust import Task, adjust
from core.estimate.condition import condition
from core.estimate.contradictions import Contradiction, as_fitted, contradictions
from core.estimate.evidence import Evidence
from core.estimate.sorting import Workings, plan, shares
from core.estimate.volumes import with_rest
from core.index.rollup import PROVINCE, Status
from core.index.rules import points

_DRAWS_FOR_RANGES = 200
# ranges around a forced fit mean little, and figures pressed against their bounds take long
_DRAWS_WHEN_FORCED = 50
# each draw solves for every unit: so many units together, and never fewer draws than this
_MOST_SOLVED = 100_000
_FEWEST_DRAWS = 20
_ALLOWED = 1e-7
_FEW_DRAWS = 0.25


class Draws(NamedTuple):
    """Figures that could be: `rate` (N, U, C), `volume` (N, U, C)."""

    rate: Array
    volume: Array


@dataclass(frozen=True)
class Reconciled:
    """All figures of U units (row 0 the province), published and estimated.

    `rate` (U, C) NaN where there is no data; `rate_sd` its standard deviation, `rate_low` and
    `rate_high` its 80 % range (10 % and 90 %); `status` (U, C) of `core.index.rollup.Status`;
    `idle` (U,) units without dossiers of which nothing is published: they earn nothing; `volume`
    (U, C) weights, real denominators where published; `volume_sd` (U, C) standard deviation of
    their logarithm; `share` (U, C) part of the province's own volume, 0 for units further down;
    `province` (N, C) joint draws of the province's rates.
    """

    rate: Array
    rate_sd: Array
    rate_low: Array
    rate_high: Array
    status: npt.NDArray[np.int8]
    idle: Mask
    volume: Array
    volume_sd: Array
    share: Array
    province: Array
    contradictions: tuple[Contradiction, ...]
    _plan: Workings = field(repr=False)
    _drawn: Draws | None = field(repr=False)
    _units: int = field(repr=False)

    def draw(self, count: int, seed: int) -> Draws:
        """Figures from the posterior, each draw consistent with what was published.

        The province's rates are joint draws of its posterior, with the volumes that go with them.
        Starts of units are drawn from their spreads, and each draw is reconciled like the estimate
        itself (posterior projection, Patra and Dunson 2018; without bounds and caps it is the exact
        posterior of the linear Gaussian model). With its own volumes a draw gives the province's
        rates and every published score; where drawn volumes make that impossible, the draw takes
        the assumed volumes.
        """
        same = self._drawn is not None and (len(self._drawn.rate), SEED) == (count, seed)
        drawn = self._drawn if same and self._drawn else _draw(self._plan, count, seed)
        return Draws(*(values[:, : self._units] for values in drawn))


def reconcile(evidence: Evidence) -> Reconciled:
    """Estimate what was not published; published figures stay as they are to the last bit.

    Deterministic. Where published figures contradict each other, the result is the closest fit and
    `contradictions` says by how much.
    """
    units = len(evidence.rate)
    whole = with_rest(evidence)
    work = plan(whole)
    volume = work.volumes.volume
    best = work.province.rate[None]
    x = _solve(work, volume[None], np.zeros((1, *work.spread.shape)), best)[0]
    found = contradictions(whole, work, x)
    guessed = work.goal & np.isnan(work.known[PROVINCE])
    if found and guessed.any():
        # what is only estimated of the province gives way to what its units published
        work = replace(work, goal=work.goal & ~guessed)
        x = _solve(work, volume[None], np.zeros((1, *work.spread.shape)), best)[0]
        found = contradictions(whole, work, x)
    work = as_fitted(work, x)
    drawn = _draws(work, affordable(_DRAWS_WHEN_FORCED if found else _DRAWS_FOR_RANGES, units))
    sd, low, high = _ranges(work, x, drawn)
    return Reconciled(
        rate=x[:units],
        rate_sd=sd[:units],
        rate_low=low[:units],
        rate_high=high[:units],
        status=_status(work, sd, found)[:units],
        idle=work.idle[:units],
        volume=volume[:units],
        volume_sd=work.volumes.sd[:units],
        share=_of_province(work, volume)[:units],
        province=work.province.draws,
        contradictions=found,
        _plan=work,
        _drawn=drawn,
        _units=units,
    )


def _of_province(work: Workings, volume: Array) -> Array:
    """Part (U, C) of each unit directly below the province in the province's own denominator."""
    inside = np.where(work.top[:, None] & ~work.apart, volume, 0.0)
    whole = np.broadcast_to(volume[PROVINCE], volume.shape)
    return np.divide(inside, whole, where=whole > 0, out=np.zeros_like(inside))


def affordable(draws: int, units: int) -> int:
    """As many draws as are wanted, fewer where thousands of units would take minutes.

    Up to 500 units none of 200 is lost. Of 20 draws the 10 % and 90 % marks are still there, with a
    standard error of about a third of the standard deviation.
    """
    return min(draws, max(_FEWEST_DRAWS, _MOST_SOLVED // units))


def _solve(
    work: Workings, volume: Array, noise: Array, province: Array, thorough: bool = True
) -> Array:
    """Rates (N, U, C), from the province downwards: each tier starts at the one above.

    `volume` (N or 1, U, C); `noise` (N, U, C) standard normal, 0 for the estimate itself;
    `province` (N, C) its rates.
    """
    share = shares(work, volume)
    x = np.tile(work.known, (len(noise), 1, 1))
    x[:, PROVINCE] = province
    x = np.where(work.copied, province[:, None], x)
    for rows in work.tiers[1:]:
        start = _start(work, x, rows) + (work.wide * noise)[:, rows]
        x[:, rows] = _solve_tier(work, rows, x[:, rows], start, province, share, thorough)
    return x


def _start(work: Workings, x: Array, rows: Rows) -> Array:
    """Where rates (N, R, C) of a tier start: directly below the province as is typical for their
    level, others at the unit above."""
    above, below = work.parent[rows], work.top[rows]
    start = np.where(np.isfinite(x[:, above]), x[:, above], x[:, [PROVINCE]])
    start[:, below] = work.prior.mean(work.level[rows], x[:, [PROVINCE]])[:, below]
    return np.asarray(start)


def _solve_tier(
    work: Workings,
    rows: Rows,
    known: Array,
    start: Array,
    province: Array,
    share: Array,
    thorough: bool,
) -> Array:
    """Rates (N, R, C) of the units `rows`. Below the province their sums are the province's."""
    rules, grouped = work.rules, work.grouped[rows]
    known = np.where(grouped, _in_groups(work, rows, known, start), known)
    spread = np.where(grouped, 0.0, work.spread[rows])
    free = (spread > 0).any(axis=0)
    if not free.any():
        return known
    away = np.where(spread == 0, np.nan_to_num(known - start), 0.0)
    start = start + np.einsum("rkl,nrl->nrk", work.pull[rows], away)
    earned = points(rules, known) * (spread == 0) * ~work.idle[rows][:, None]
    goal = np.where(work.goal & work.top[rows].any(), province + work.goal_off, np.nan)
    weight = share[:, rows]
    task = Task(
        start=np.nan_to_num(start[:, :, free]),
        spread=spread[:, free],
        upper=work.upper[rows][:, free],
        weight=weight[:, :, free],
        slope=(rules.max_points / rules.target_rate)[free],
        kink=rules.target_rate[free],
        column_sum=(goal - np.nansum(weight * np.where(spread == 0, known, np.nan), axis=1))[
            :, free
        ],
        row_sum=work.total[rows] + work.total_off[rows] - earned.sum(axis=2),
    )
    task = condition(task, work.covariance[rows][:, free][:, :, free])
    result = known.copy()
    adjusted = adjust(task, thorough)
    result[:, :, free] = np.where(spread[:, free] > 0, adjusted, result[:, :, free])
    return result


def _in_groups(work: Workings, rows: Rows, known: Array, start: Array) -> Array:
    """Rates (N, R, C) moved from `start` as little as gives each published group of a unit.

    All move by one multiplier and their spread, found by bisection; what is above its target stays
    there while it need not earn less.
    """
    rules, grouped = work.rules, work.grouped[rows]
    if not grouped.any():
        return known
    result = known.copy()
    slope = rules.max_points / rules.target_rate
    earned = np.where(grouped, 0.0, points(rules, known))
    for group in np.unique(rules.group_index[grouped.any(axis=0)]):
        own = np.flatnonzero(rules.group_index == group)
        left = work.group_points[rows, group] - earned[:, :, own].sum(axis=2)
        step = grouped[:, own] * (slope[own] * np.maximum(work.spread[rows][:, own], 1e-6)) ** 2
        first = np.clip(np.nan_to_num(start[:, :, own]), 0.0, 1.0) * slope[own]
        moved = _by_one(first, step, slope[own], rules.max_points[own], np.nan_to_num(left))
        result[:, :, own] = np.where(grouped[:, own], moved / slope[own], result[:, :, own])
    return result


def _by_one(first: Array, step: Array, most: Array, full: Array, left: Array) -> Array:
    """Uncapped points (N, R, K) that earn `left` (N, R): `first + by * step`, one `by` a unit."""
    low, high = np.full(left.shape, -1e4), np.full(left.shape, 1e4)

    def moved(by: Array) -> Array:
        to = np.clip(first + by[..., None] * step, 0.0, most)
        return np.where((first >= full) & (to >= full), first, to)

    for _ in range(50):
        middle = (low + high) / 2
        short = (np.minimum(full, moved(middle)) * (step > 0)).sum(axis=2) < left
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return moved((low + high) / 2)


def _draw(work: Workings, count: int, seed: int) -> Draws:
    random = np.random.default_rng(seed)
    noise = random.standard_normal((count, *work.spread.shape))
    noise @= np.linalg.cholesky(work.prior.correlation).T
    rows = (np.arange(count) * len(work.noise)) // max(count, 1)
    province = work.province.draws[rows]
    volume = _draw_volumes(work, work.noise[rows][:, :, None])
    x = _solve(work, volume, noise, province, thorough=False)
    assumed = work.volumes.volume[None]
    best = work.province.rate[None]
    closest = _missed(work, assumed, _solve(work, assumed, np.zeros_like(noise[:1]), best), best)
    # drawn volumes that make it impossible give way to the assumed ones
    too_far = _too_far(work, volume, x, province, closest)
    if too_far.any():
        volume[too_far] = assumed
        again = volume[too_far], noise[too_far], province[too_far]
        x[too_far] = _solve(work, *again, thorough=False)
        too_far = _too_far(work, volume, x, province, closest)
    if too_far.sum() > _FEW_DRAWS * count:  # started on the wrong side of a kink
        again = volume[too_far], noise[too_far], province[too_far]
        x[too_far] = _solve(work, *again, thorough=True)
    elif too_far.any():  # a few give way to the next draw that has what was published
        instead = np.resize(np.flatnonzero(~too_far), int(too_far.sum()))
        x[too_far], volume[too_far] = x[instead], volume[instead]
    return Draws(x, volume)


def _too_far(work: Workings, volume: Array, x: Array, province: Array, closest: Array) -> Mask:
    """Draws (N,) that miss a rate of the province by more than the closest fit does (1, C)."""
    return np.asarray((_missed(work, volume, x, province) > closest + _ALLOWED).any(axis=1))


def _missed(work: Workings, volume: Array, x: Array, province: Array) -> Array:
    """By how much the sums of units differ from the province's rates, (N, C); 0 without a goal."""
    fitted = np.nansum(shares(work, volume) * x, axis=1)
    return np.where(work.goal, np.abs(fitted - province - work.goal_off), 0.0)


def _draw_volumes(work: Workings, noise: Array) -> Array:
    """Volumes (N, U, C); what was assumed of the province's sum keeps its sum."""
    volume, sd = work.volumes.volume / work.moved, work.volumes.sd
    drawn = volume * np.exp(sd * noise)
    assumed = (sd > 0) & work.top[:, None]
    before = np.where(assumed, volume, 0.0).sum(axis=0)
    after = np.where(assumed, drawn, 0.0).sum(axis=1, keepdims=True)
    factor = np.divide(before, after, where=after > 0, out=np.ones_like(after))
    return np.where(assumed, drawn * factor, drawn)


def _draws(work: Workings, count: int) -> Draws | None:
    """Draws for the ranges; None where there is nothing to draw."""
    unsure = np.ptp(np.nan_to_num(work.province.draws), axis=0) > TOLERANCE
    nothing = not (work.spread > 0).any() and not unsure.any()
    return None if nothing else _draw(work, count, SEED)


def _ranges(work: Workings, x: Array, drawn: Draws | None) -> tuple[Array, Array, Array]:
    """Standard deviation and 80 % range of every rate, (U, C) each.

    From draws and not from a covariance, because many rates lie at 100 % or at a cap, where a
    covariance says that they can't move at all. The province's from all of its own draws.
    """
    if drawn is None:
        return np.zeros_like(x), x, x
    own = work.province.draws
    sd = drawn.rate.std(axis=0)
    low, high = np.quantile(drawn.rate, RANGE, axis=0)
    sd[PROVINCE] = own.std(axis=0)
    low[PROVINCE], high[PROVINCE] = np.quantile(own, RANGE, axis=0)
    free = (work.spread > 0) & (sd > TOLERANCE)
    free[PROVINCE] = np.ptp(np.nan_to_num(own), axis=0) > TOLERANCE
    sd = np.where(free, sd, 0.0)
    return sd, np.where(free, np.minimum(low, x), x), np.where(free, np.maximum(high, x), x)


def _status(work: Workings, sd: Array, found: tuple[Contradiction, ...]) -> npt.NDArray[np.int8]:
    """A figure that could not be anything else is computed, unless it is a forced fit."""
    forced = np.zeros(work.status.shape, dtype=bool)
    for item in found:
        if item.what in work.rules.components:
            forced[:, work.rules.index(item.what)] = True
        forced[item.unit] |= item.unit != PROVINCE
    certain = (work.status == Status.ESTIMATED) & (sd == 0) & ~forced
    return np.where(certain, Status.COMPUTED, work.status).astype(np.int8)
