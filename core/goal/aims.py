"""What a goal asks of the score: 'at least S points', 'rank k with probability p', and for sure.

The others' scores and the own error come as draws; nothing is random here. A score is good enough
when it holds in a stated part of the draws, so what is needed is a quantile of the draws.
"""

import numpy as np

from core.arrays import TOLERANCE, Array

SAFETY = 0.8


def needed_score(
    rank: int, probability: float, others: Array, own_error: Array | None = None
) -> float:
    """The lowest own score that is of the rank or better in that part of the draws.

    `others` (N, P-1) scores of the other provinces on the date; `own_error` (N,) true less stated
    own score. The rank is k or better when no more than k - 1 others are above: the score, with its
    error, reaches the k-th best of the others. 0 where the last rank is asked for. Raises
    ValueError for a rank below 1 or a probability outside (0, 1].
    """
    if rank < 1:
        raise ValueError(f"rank {rank}, expected 1 or more")
    if rank > others.shape[1]:
        return 0.0
    hurdle = np.sort(others, axis=1)[:, -rank]
    return max(0.0, _quantile(hurdle - (0.0 if own_error is None else own_error), probability))


def safe_score(score: float, own_error: Array, safety: float = SAFETY) -> float:
    """The stated score that leaves the true one at `score` or more in that part of the draws."""
    return _quantile(score - own_error, safety)


def rank_probability(
    score: float, rank: int, others: Array, own_error: Array | None = None
) -> float:
    """Part of the draws in which a stated own score is of this rank or better."""
    stated = score + (np.zeros(len(others)) if own_error is None else own_error)
    return float(((others > stated[:, None]).sum(axis=1) < rank).mean())


def best_rank(
    score: float, probability: float, others: Array, own_error: Array | None = None
) -> int:
    """The best rank that a stated own score has with this probability."""
    stated = score + (np.zeros(len(others)) if own_error is None else own_error)
    ranks = 1.0 + (others > stated[:, None]).sum(axis=1)
    return round(_quantile(ranks, probability))


def _quantile(values: Array, probability: float) -> float:
    """The smallest of the values that at least this part of them does not exceed."""
    if not 0 < probability <= 1:
        raise ValueError(f"probability {probability}, expected more than 0 and at most 1")
    place = int(np.ceil(probability * len(values) - TOLERANCE))
    return float(np.sort(values)[max(place, 1) - 1])
