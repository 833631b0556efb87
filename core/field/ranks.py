"""Ranks among scores: ties share the better rank, draws become a distribution."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from core.arrays import RANGE, Array, Rows
from core.index.rollup import PROVINCE, Baseline, Outcome


@dataclass(frozen=True)
class RankDistribution:
    """Median and 80 % range of a rank; `probability_at_most[k - 1]` is P(rank <= k), k = 1..P."""

    median: int
    p10: int
    p90: int
    probability_at_most: tuple[float, ...]


def exact_rank(score: float | Array, others: Array) -> Rows:
    """Rank of unrounded scores among the others, 1 best; equal scores share the better rank.

    `score` (...) against `others` (..., P-1), broadcast; the own province is not in `others`.

    >>> board = np.array([70.0, 61.89, 50.0])
    >>> exact_rank(np.array([61.88, 61.89, 80.0]), board).tolist()
    [3, 2, 1]
    """
    return np.asarray(1 + (others > np.asarray(score)[..., None]).sum(axis=-1), dtype=np.intp)


def ranks_among(score: Array, others: Array) -> Rows:
    """`exact_rank` of scores (N,) among others (P-1, N), a column a draw: quicker so laid out."""
    above = (others > score).sum(axis=0, dtype=np.uint8 if len(others) < 256 else np.intp)
    return np.asarray(1 + above.astype(np.intp), dtype=np.intp)


def range_of(ranks: Rows, size: int) -> tuple[int, int, int]:
    """Low end, median and high end of draws of a rank (N,): ranks that were drawn.

    >>> range_of(np.array([1, 2, 2, 2, 4]), size=4)
    (1, 2, 4)
    """
    reached = np.cumsum(np.bincount(ranks, minlength=size + 1))
    wanted = np.ceil(np.round(np.array([RANGE[0], 0.5, RANGE[1]]) * len(ranks), 9))
    low, median, high = np.searchsorted(reached, np.maximum(wanted, 1))
    return int(low), int(median), int(high)


def summarise(ranks: Rows, size: int) -> RankDistribution:
    """Draws of a rank (N,) among `size` provinces as a distribution.

    >>> found = summarise(np.array([1, 2, 2, 2, 4]), size=4)
    >>> found.median, found.p10, found.p90
    (2, 1, 4)
    >>> found.probability_at_most
    (0.2, 0.8, 0.8, 1.0)
    """
    reached = np.cumsum(np.bincount(ranks, minlength=size + 1)[1:]) / len(ranks)
    low, median, high = range_of(ranks, size)
    return RankDistribution(median, low, high, tuple(reached.tolist()))


def unit_ranks(outcome: Outcome, baseline: Baseline) -> Array:
    """Rank of every unit among the units of the province that have dossiers, (U,); else NaN.

    Ties share the better rank. The province itself has none.
    """
    total = outcome.total.copy()
    total[PROVINCE] = np.nan
    idle = ~np.isfinite(baseline.rate).any(axis=1)
    total[idle] = np.nan
    return np.asarray(rankdata(-total, method="min", nan_policy="omit"), dtype=float)


def expected_rank(score: Array, others: Array, size: int) -> Array:
    """Mean rank (N,) of scores (N,) over all draws of the other provinces.

    `others` (M,) the scores of all of them in all draws, sorted; `size` provinces in all.
    """
    above = len(others) - np.searchsorted(others, score, side="right")
    return np.asarray(1 + (size - 1) * above / len(others))
