"""The ladder: for every rank the score that reaches it, so that a score can be seen to climb."""

from dataclasses import dataclass

import numpy as np

from core.arrays import RANGE, Array, Rows
from core.field.draws import HIGHEST, stated_for
from core.field.ranks import exact_rank


@dataclass(frozen=True)
class Ladder:
    """The ranks 1..P-1 of P provinces, best first, on one horizon.

    `bounds` (3, P-1): from which stated own score on a rank is reached in the low end, the median
    and the high end of the draws' 80 % range. `scores` (P-1,) the medians as scores on the
    horizon, where the own province stands then. `names` of the provinces expected there, in their
    expected order, empty where none is known; `settled` whether they stand there in every draw.
    """

    bounds: Array
    scores: Array
    names: tuple[str, ...]
    settled: bool

    def ranks(self, stated: Array) -> Rows:
        """Low end, median and high end (3, ...) of the rank of stated own scores (...)."""
        return np.stack([exact_rank(stated, bounds) for bounds in self.bounds])


def ladder(names: tuple[str, ...], others: Array, error: Array, part: Array) -> Ladder:
    """The ladder among draws of the `others` (N, P-1), where the own score is off by `error` (N,)
    and `part` (N,) of what it misses is left (as `moved` has them).

    A rank k is reached in a draw where the own score comes level with the k-th best of the others;
    the quantiles of a rank are ranks that were drawn, so they are reached where so many draws
    reach them.

    >>> found = ladder(("A", "B"), np.array([[70.0, 50.0]]), np.zeros(1), np.ones(1))
    >>> found.scores.tolist(), found.ranks(np.array([49.0, 50.0, 80.0]))[1].tolist()
    ([70.0, 50.0], [3, 2, 1])
    """
    ordered = np.sort(others, axis=1)[:, ::-1]
    column = part[:, None]
    # a part of 1 leaves a hurdle as it is to the last bit
    above = np.where(column == 1, ordered - error[:, None], _stated(ordered, error, part))
    above = np.sort(above, axis=0)
    count = len(above)
    low, high = RANGE
    bounds = np.stack([above[_place(count, q)] for q in (low, 0.5, high)])
    left = float(np.median(part))
    middle = np.minimum(bounds[1], HIGHEST)
    scores = middle + (HIGHEST - middle) * (1 - left) if left != 1 else middle
    expected = np.argsort(-np.median(others, axis=0), kind="stable")
    held = tuple(names[i] for i in expected) if names else ()
    return Ladder(bounds, scores, held, bool((np.ptp(others, axis=0) == 0).all()))


def _stated(ordered: Array, error: Array, part: Array) -> Array:
    return stated_for(ordered.T, error, part).T


def _place(count: int, quantile: float) -> int:
    """The place among sorted draws at which so large a part of them is reached."""
    return min(count - 1, max(0, int(np.ceil(round(quantile * count, 9))) - 1))
