"""Unit rates that were not published, reconciled with all that was (model of the index, section 3).

Every unpublished rate starts at the rate of the unit above and moves as little as possible, so that
the volume-weighted rates give the province's and the points of a unit give its published score.
"""

from dataclasses import dataclass, field
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

_DRAWS_FOR_RANGES = 100
# ranges around a forced fit mean little, and figures pressed against their bounds take long
_DRAWS_WHEN_FORCED = 50
# each draw solves for every unit: so many units together, and never fewer draws than this
_MOST_SOLVED = 100_000
_FEWEST_DRAWS = 20
_ALLOWED = 1e-7
_FEW_DRAWS = 0.25


class Draws(NamedTuple):
    """Figures that could be: `rate` (N, U, C), `block` (N, U, G), `volume` (N, U, C)."""

    rate: Array
    block: Array
    volume: Array


@dataclass(frozen=True)
class Reconciled:
    """All figures of U units (row 0 the province), published and estimated.

    `rate` (U, C) NaN where there is no data or a component has no rate of its own; `rate_sd` its
    standard deviation, `rate_low` and `rate_high` its 80 % range (10 % and 90 %); `status` (U, C)
    of `core.rollup.Status`; `carried` (U, C) scored from its rate, the others of a group together
    in `block` (U, G) points of at most `block_max`, with `block_sd`; `volume` (U, C) weights, real
    denominators where published; `volume_sd` (U, C) standard deviation of their logarithm; `share`
    (U, C) part of the province's own volume, 0 for units further down.
    """

    rate: Array
    rate_sd: Array
    rate_low: Array
    rate_high: Array
    status: npt.NDArray[np.int8]
    carried: Mask
    block: Array
    block_sd: Array
    block_max: Array
    volume: Array
    volume_sd: Array
    share: Array
    contradictions: tuple[Contradiction, ...]
    _plan: Workings = field(repr=False)
    _units: int = field(repr=False)

    def draw(self, count: int, seed: int) -> Draws:
        """Figures from the posterior, each draw consistent with what was published.

        Starts and volumes are drawn from their spreads, and each draw is reconciled like the
        estimate itself (posterior projection, Patra and Dunson 2018; without bounds and caps it is
        the exact posterior of the linear Gaussian model). With its own volumes a draw gives the
        province's rates and every published score; where drawn volumes make that impossible, the
        draw takes the assumed volumes.
        """
        return Draws(*(values[:, : self._units] for values in _draw(self._plan, count, seed)))


def reconcile(evidence: Evidence) -> Reconciled:
    """Estimate what was not published; published figures stay as they are to the last bit.

    Deterministic. Where published figures contradict each other, the result is the closest fit and
    `contradictions` says by how much.
    """
    units, components = evidence.rate.shape
    whole = with_rest(evidence)
    work = plan(whole)
    volume = work.volumes.volume
    x = _solve(work, volume[None], np.zeros((1, *work.spread.shape)))[0]
    found = contradictions(whole, work, x)
    work = as_fitted(whole, work, x)
    count = affordable(_DRAWS_WHEN_FORCED if found else _DRAWS_FOR_RANGES, units)
    sd, low, high = _ranges(work, x, count)
    rate, block = slice(components), slice(components, None)
    return Reconciled(
        rate=x[:units, rate],
        rate_sd=sd[:units, rate],
        rate_low=low[:units, rate],
        rate_high=high[:units, rate],
        status=_status(work, sd[:, rate], found)[:units],
        carried=work.carried[:units],
        block=x[:units, block],
        block_sd=sd[:units, block],
        block_max=work.upper[:units, block],
        volume=volume[:units],
        volume_sd=work.volumes.sd[:units],
        share=_of_province(work, volume)[:units],
        contradictions=found,
        _plan=work,
        _units=units,
    )


def _of_province(work: Workings, volume: Array) -> Array:
    """Part (U, C) of each unit directly below the province in the province's own denominator."""
    inside = np.where(work.top[:, None], volume, 0.0)
    whole = np.broadcast_to(volume[PROVINCE], volume.shape)
    return np.divide(inside, whole, where=whole > 0, out=np.zeros_like(inside))


def affordable(draws: int, units: int) -> int:
    """As many draws as are wanted, fewer where thousands of units would take minutes.

    Up to 500 units none of 200 is lost. Of 20 draws the 10 % and 90 % marks are still there, with a
    standard error of about a third of the standard deviation.
    """
    return min(draws, max(_FEWEST_DRAWS, _MOST_SOLVED // units))


def _solve(work: Workings, volume: Array, noise: Array, thorough: bool = True) -> Array:
    """Figures (N, U, K), from the province downwards: each tier starts at the one above.

    `volume` (N or 1, U, C); `noise` (N, U, K) standard normal, 0 for the estimate itself.
    """
    share = shares(work, volume)
    x = np.tile(work.fixed, (len(noise), 1, 1))
    for rows in work.tiers:
        start = _start(work, x, rows) + (work.wide * noise)[:, rows]
        x[:, rows] = _solve_tier(work, rows, start, share, thorough)
    return x


def _start(work: Workings, x: Array, rows: Rows) -> Array:
    """Where figures (N, R, K) of a tier start: rates directly below the province as is typical for
    their level, others at the unit above, blocks in proportion."""
    if rows[0] == PROVINCE:
        return np.tile(work.start, (len(x), 1, 1))
    above = work.parent[rows]
    start = np.where(np.isfinite(x[:, above]), x[:, above], x[:, [PROVINCE]])
    own, top = work.upper[rows], work.upper[above]
    start = start * np.divide(own, top, where=top > 0, out=np.ones_like(own))
    components = len(work.goal)
    below = work.top[rows]
    rate = work.prior.mean(work.level[rows], x[:, [PROVINCE], :components])
    start[:, below, :components] = rate[:, below]
    return np.asarray(start)


def _solve_tier(work: Workings, rows: Rows, start: Array, share: Array, thorough: bool) -> Array:
    """Figures (N, R, K) of the units `rows`. Below the province their sums are the province's."""
    rules, fixed, spread = work.rules, work.fixed[rows], work.spread[rows]
    groups = start.shape[2] - len(work.goal)
    weight = np.pad(share[:, rows], ((0, 0), (0, 0), (0, groups)))
    goal = np.append(work.goal, np.full(groups, np.nan))
    if not work.top[rows].any():
        goal[:] = np.nan
    free = (spread > 0).any(axis=0)
    if not free.any():
        return np.broadcast_to(fixed, start.shape)
    known = np.nan_to_num(fixed - start)
    start = start + np.einsum("rkl,nrl->nrk", work.pull[rows], known)
    task = Task(
        start=np.nan_to_num(start[:, :, free]),
        spread=spread[:, free],
        upper=work.upper[rows][:, free],
        weight=weight[:, :, free],
        slope=np.append(rules.max_points / rules.target_rate, np.ones(groups))[free],
        kink=np.append(rules.target_rate, np.full(groups, np.inf))[free],
        column_sum=(goal - np.nansum(weight * fixed, axis=1))[:, free],
        row_sum=work.left[None, rows],
    )
    task = condition(task, work.covariance[rows][:, free][:, :, free])
    result = np.tile(fixed, (len(start), 1, 1))
    result[:, :, free] = np.where(spread[:, free] > 0, adjust(task, thorough), result[:, :, free])
    return result


def _draw(work: Workings, count: int, seed: int) -> Draws:
    components = len(work.goal)
    random = np.random.default_rng(seed)
    noise = random.standard_normal((count, *work.spread.shape))
    noise[:, :, :components] @= np.linalg.cholesky(work.prior.correlation).T
    volume = _draw_volumes(work, random.standard_normal((count, len(work.parent), 1)))
    x = _solve(work, volume, noise, thorough=False)
    assumed = work.volumes.volume[None]
    closest = _missed(work, assumed, _solve(work, assumed, np.zeros((1, *work.spread.shape))))
    # drawn volumes that make it impossible give way to the assumed ones
    too_far = (_missed(work, volume, x) > closest + _ALLOWED).any(axis=1)
    if too_far.any():
        volume[too_far] = assumed
        x[too_far] = _solve(work, volume[too_far], noise[too_far], thorough=False)
        too_far = (_missed(work, volume, x) > closest + _ALLOWED).any(axis=1)
    if too_far.sum() > _FEW_DRAWS * count:  # figures that started on the wrong side of a kink
        x[too_far] = _solve(work, volume[too_far], noise[too_far], thorough=True)
    elif too_far.any():  # a few give way to the next draw that has what was published
        good = np.flatnonzero(~too_far)
        instead = np.resize(good, int(too_far.sum()))
        x[too_far], volume[too_far] = x[instead], volume[instead]
    return Draws(x[:, :, :components], x[:, :, components:], volume)


def _missed(work: Workings, volume: Array, x: Array) -> Array:
    """By how much the sums of units differ from the province's rates, (N, C); 0 without a goal."""
    fitted = np.nansum(shares(work, volume) * x[:, :, : len(work.goal)], axis=1)
    return np.abs(np.nan_to_num(fitted - work.goal))


def _draw_volumes(work: Workings, noise: Array) -> Array:
    """Volumes (N, U, C); what was assumed of the province's sum keeps its sum."""
    volume, sd = work.volumes.volume, work.volumes.sd
    drawn = volume * np.exp(sd * noise)
    assumed = (sd > 0) & work.top[:, None]
    before = np.where(assumed, volume, 0.0).sum(axis=0)
    after = np.where(assumed, drawn, 0.0).sum(axis=1, keepdims=True)
    factor = np.divide(before, after, where=after > 0, out=np.ones_like(after))
    return np.where(assumed, drawn * factor, drawn)


def _ranges(work: Workings, x: Array, count: int) -> tuple[Array, Array, Array]:
    """Standard deviation and 80 % range of every figure, (U, K) each.

    From draws and not from a covariance, because many rates lie at 100 % or at a cap, where a
    covariance says that they can't move at all.
    """
    if not (work.spread > 0).any():
        return np.zeros_like(x), x, x
    draws = _draw(work, count, SEED)
    figures = np.concatenate([draws.rate, draws.block], axis=2)
    sd = figures.std(axis=0)
    free = (work.spread > 0) & (sd > TOLERANCE)
    low, high = np.quantile(figures, RANGE, axis=0)
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
