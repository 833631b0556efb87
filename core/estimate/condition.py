"""Figures of units given the sums they must have, as if no figure had a bound.

The prior of a unit's rates is Gaussian and correlated within the unit. What its points and the
province's rates say then moves all its rates together, also those that no sum names: the exact
conditional mean of a linear Gaussian model. Every unit touches one row and the columns' sums only,
so the rows are eliminated one by one and C x C equations remain. Points are piecewise linear; they
are made linear on the side of the kink where a figure lies, and again where it came to lie.
Bounds are left to `core.estimate.adjust`, which starts from here.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array, Mask
from core.estimate.adjust import Task

_ROUNDS = 4
_CHUNK = 50
_TINY = 1e-12


def given(correlation: Array, wide: Array, free: Mask, known: Mask) -> tuple[Array, Array]:
    """Covariance (U, C, C) of a unit's free rates given those that are known, and what a known one
    that differs from its start by 1 adds to the free ones (U, C, C).

    `correlation` (C, C) of rates within a unit; `wide` (U, C) their spread.
    """
    covariance = correlation * wide[:, :, None] * wide[:, None, :]
    known = known & (wide > 0)
    pull = np.zeros_like(covariance)
    for u in np.flatnonzero(known.any(axis=1) & free.any(axis=1)):
        k, f = np.flatnonzero(known[u]), np.flatnonzero(free[u])
        part = np.linalg.solve(covariance[u][np.ix_(k, k)], covariance[u][np.ix_(k, f)]).T
        pull[u][np.ix_(f, k)] = part
        covariance[u][np.ix_(f, f)] -= part @ covariance[u][np.ix_(k, f)]
    return covariance * free[:, :, None] * free[:, None, :], pull


def condition(task: Task, covariance: Array) -> Task:
    """The task started at the conditional mean of its figures, N adjustments at once.

    `covariance` (U, K, K) of a unit's figures, 0 for those that are not free. Sums that can't be
    met are left to the adjustment too.
    """
    free = (task.spread > 0)[None]
    if not free.any() or not len(task.start):
        return task
    covariance = covariance * free[0, :, :, None] * free[0, :, None, :]
    starts = [
        _condition(task, free, covariance, slice(n, n + _CHUNK))
        for n in range(0, len(task.start), _CHUNK)
    ]
    return replace(task, start=np.where(free, np.concatenate(starts), task.start))


@dataclass(frozen=True)
class _Columns:
    """Sums over units: `weight` (N or 1, U, K), what they say of other figures, `across` (N or 1,
    U, K, K), and of each other, `between` (N or 1, K, K), and what they must be, `goal` (N or 1,
    K); all 0 where any sum will do."""

    weight: Array
    across: Array
    between: Array
    goal: Array


def _condition(task: Task, free: Mask, covariance: Array, chosen: slice) -> Array:
    def part(values: Array) -> Array:
        return values if len(values) == 1 else values[chosen]

    goal, points = part(task.column_sum), part(task.row_sum)
    weight = np.where(np.isfinite(goal)[:, None], part(task.weight) * free, 0.0)
    across = covariance * weight[:, :, None, :]
    between = np.einsum("nuk,nukc->nkc", weight, across)
    columns = _Columns(weight, across, between, np.nan_to_num(goal))
    start = x = task.start[chosen]
    for _ in range(_ROUNDS):
        below = free & (x < task.kink)
        slope = np.where(below, task.slope, 0.0)
        capped = np.where(free & ~below, task.slope * np.minimum(task.kink, task.upper), 0.0)
        x = _linear(start, slope, points - capped.sum(axis=2), covariance, columns)
    return x


def _linear(start: Array, slope: Array, points: Array, covariance: Array, sums: _Columns) -> Array:
    """Conditional mean (N, U, K) where figures earn `slope` (N, U, K) each, `points` (N, U) in
    all."""
    pull = np.einsum("ukl,nul->nuk", covariance, slope)
    variance = (slope * pull).sum(axis=2)
    told = np.isfinite(points) & (variance > _TINY)
    inverse = np.divide(1.0, variance, where=told, out=np.zeros_like(variance))
    missing = np.where(told, points - (slope * start).sum(axis=2), 0.0)
    cross = sums.weight * pull
    scaled = cross * inverse[:, :, None]
    used = (np.diagonal(sums.between, axis1=1, axis2=2) > 0).astype(float)
    system = sums.between - np.einsum("nuk,nuc->nkc", scaled, cross)
    system = system + np.eye(system.shape[1]) * (1 - used + _TINY)[:, None, :]
    right = sums.goal - (sums.weight * start).sum(axis=1)
    right = used * (right - np.einsum("nuc,nu->nc", scaled, missing))
    # what only rounding misses moves nothing, so that figures at 100 % stay there
    right, missing = (np.where(np.abs(one) > _TINY, one, 0.0) for one in (right, missing))
    columns = np.linalg.solve(system, right[:, :, None])[:, :, 0]
    rows = inverse * missing - np.einsum("nuc,nc->nu", scaled, columns)
    if len(sums.across) == 1:
        return np.asarray(
            start + pull * rows[:, :, None] + np.einsum("ukc,nc->nuk", sums.across[0], columns)
        )
    moved = np.einsum("nukc,nc->nuk", sums.across, columns)
    return np.asarray(start + pull * rows[:, :, None] + moved)
