"""What a goal asks of the score: 'at least S points', 'rank k with probability p', and for sure.

The others' scores and the own error come as draws; nothing is random here. A score is good enough
when it holds in a stated part of the draws, so what is needed is a quantile of the draws.
"""

import numpy as np

from core.arrays import TOLERANCE, Array, Rows
from core.field.draws import HIGHEST, moved, stated_for
from core.field.ranks import exact_rank

SAFETY = 0.8


def needed_score(
    rank: int,
    probability: float,
    others: Array,
    own_error: Array | None = None,
    part: Array | None = None,
) -> float:
    """The lowest planned score, 0 to 100, that is of the rank or better in that part of the draws.

    `others` (N, P-1) scores of the other provinces on the date; `own_error` (N,) true less stated
    own score; `part` (N,) of what the province then misses is left on the date. The rank is k or
    better when no more than k - 1 others are above: the score comes to the k-th best of the others.
    0 where the last rank is asked for; 100 also where 100 is not enough. Raises ValueError for a
    rank below 1 or a probability outside (0, 1].
    """
    if rank < 1:
        raise ValueError(f"rank {rank}, expected 1 or more")
    if rank > others.shape[1]:
        return 0.0
    hurdle = np.sort(others, axis=1)[:, -rank]
    needed = stated_for(hurdle, *_draws(len(hurdle), own_error, part))
    return float(np.clip(_quantile(needed, probability), 0, HIGHEST))


def safe_score(
    score: float, own_error: Array, safety: float = SAFETY, part: Array | None = None
) -> float:
    """The planned score, at most 100, that leaves the true one at `score` or more in that part of
    the draws."""
    error, left = _draws(len(own_error), own_error, part)
    needed = stated_for(np.full(len(error), score), error, left)
    return min(HIGHEST, _quantile(needed, safety))


def rank_probability(
    score: float,
    rank: int,
    others: Array,
    own_error: Array | None = None,
    part: Array | None = None,
) -> float:
    """Part of the draws in which a planned score is of this rank or better."""
    return float((_ranks(score, others, own_error, part) <= rank).mean())


def _ranks(score: float, others: Array, own_error: Array | None, part: Array | None) -> Rows:
    true = moved(score + TOLERANCE, *_draws(len(others), own_error, part))
    return exact_rank(true, others)


def _draws(count: int, own_error: Array | None, part: Array | None) -> tuple[Array, Array]:
    error = np.zeros(count) if own_error is None else own_error
    return error, np.ones(count) if part is None else part


def _quantile(values: Array, probability: float) -> float:
    """The smallest of the values that at least this part of them does not exceed."""
    if not 0 < probability <= 1:
        raise ValueError(f"probability {probability}, expected more than 0 and at most 1")
    place = int(np.ceil(probability * len(values) - TOLERANCE))
    return float(np.sort(values)[max(place, 1) - 1])
