"""The provinces as draws: where they stand, how they move, and the rank of a score among them.

What is missing shrinks (model of the index, section 6): a province at S stands at
`100 - (100 - S) * k * e` on a later day. k, in (0, 1], is its pace, e > 0 what recounts and its
own ups and downs make of it; so nobody passes 100. The own province moves by the same law as the
rest. Two kinds of field give the same type: a full board (`core/field/board.py`), and draws from
the standard shape where there is none (`core/field/points.py`). All noise is drawn once, with an
explicit seed, so that ranks never flicker.
"""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Rows
from core.field.ranks import RankDistribution, exact_rank, summarise

DRAWS = 4000
HIGHEST = 100.0
# The least that a province misses, in points: a logarithm needs something.
LEAST = 0.01
# Days after the start at which the common path is drawn; straight lines between.
KNOTS = np.r_[0, 1, 2, 4, 7, 10, 14, 21, np.arange(30, 731, 15)].astype(float)


@dataclass(frozen=True)
class Field:
    """Draws of P provinces, the own one last, and of their moves; N draws, K knots.

    Scores in points: `start` (N, P-1) of the others at day 0, `names` of these columns, empty where
    the provinces are not known by name; `own_start` (N,) the own true score at day 0, `own_error`
    (N,) how much that is above the stated one: zero unless the own score is an estimate.
    Moves in the logarithm of what is missing: `path` (N, K) the common one at `knots` days, `pace`
    (N, P) what goes each day (never below 0), `recount` (N, P) what a recount changes at once,
    `wander` (N, P) the random walk per square root of a day. Whoever is away from `centre` (N, 1),
    what a middling province misses, comes back with `memory` in days. One row or column where all
    are the same.
    """

    names: tuple[str, ...]
    start: Array
    own_start: Array
    own_error: Array
    centre: Array
    memory: float
    knots: Array
    path: Array
    pace: Array
    recount: Array
    wander: Array

    @property
    def size(self) -> int:
        """How many provinces are ranked, the own one included."""
        return int(self.start.shape[1]) + 1

    def totals(self, days_ahead: float = 0, field_gain: float | None = None) -> Array:
        """The others' scores (N, P-1) after `days_ahead` days.

        `field_gain` replaces the pace: the provinces gain so many points on the mean by then, each
        in the same part of what it misses; only the noise between them stays. Raises ValueError for
        a time outside the knots.
        """
        self._check(days_ahead)
        if days_ahead == 0 and not field_gain:
            return self.start
        left = np.maximum(HIGHEST - self.start, LEAST)
        part = np.exp(self._move(np.log(left), slice(None, -1), days_ahead, field_gain))
        return np.clip(HIGHEST - left * part, 0, HIGHEST)

    def like_the_others(self, days_ahead: float, field_gain: float | None = None) -> Array:
        """Part (N,) of what the own province misses that is left, if it gains as the field does."""
        self._check(days_ahead)
        left = np.log(np.maximum(HIGHEST - self.own_start, LEAST))[:, None]
        move = self._move(left, slice(-1, None), days_ahead, field_gain)
        return np.broadcast_to(np.exp(move[:, 0]), self.own_start.shape)

    def standing_still(self, days_ahead: float) -> Array:
        """The same if the own rates stay: its own recounts and ups and downs alone."""
        return np.broadcast_to(self.strays(days_ahead)[:, -1], self.own_start.shape)

    def strays(self, days_ahead: float) -> Array:
        """Part (N, P) of what each province misses that is left by its own recounts, ups and downs
        alone, the own province last; one row where all draws are the same."""
        self._check(days_ahead)
        return np.exp(self._noise(slice(None), days_ahead))

    def ranks(
        self, score: float | Array, days_ahead: float = 0, field_gain: float | None = None
    ) -> Rows:
        """Rank (N,) of a stated own score on the later day, one number or one a draw (N,)."""
        true = np.clip(score + self.own_error, 0, HIGHEST)
        return exact_rank(true, self.totals(days_ahead, field_gain))

    def _move(self, left: Array, columns: slice, days: float, field_gain: float | None) -> Array:
        """Logarithm of the part that is left, of provinces that miss exp(`left`) (N, .)."""
        lost = -np.expm1(-days / self.memory)
        moved = self._noise(columns, days) - lost * (left - self.centre)
        if field_gain is None:
            return moved + self._common(days)[:, None] - days * self.pace[:, columns]
        missing = HIGHEST - self.start.mean(axis=1, keepdims=True)
        return moved + np.log(np.maximum(missing - field_gain, LEAST) / missing)

    def _noise(self, columns: slice, days: float) -> Array:
        walked = np.sqrt(-self.memory / 2 * np.expm1(-2 * days / self.memory))
        at_once = self.recount[:, columns] if days > 0 else 0.0
        return np.asarray(at_once + walked * self.wander[:, columns])

    def _common(self, days: float) -> Array:
        right = int(np.clip(np.searchsorted(self.knots, days), 1, len(self.knots) - 1))
        left = right - 1
        share = (days - self.knots[left]) / (self.knots[right] - self.knots[left])
        moved: Array = (1 - share) * self.path[:, left] + share * self.path[:, right]
        return moved

    def _check(self, days_ahead: float) -> None:
        if not 0 <= days_ahead <= self.knots[-1]:
            raise ValueError(f"days_ahead {days_ahead}, expected 0 to {self.knots[-1]:g}")


def moved(score: float | Array, error: Array, part: Array) -> Array:
    """True own score (N,) of a stated one, where `part` (N,) of what it misses is left."""
    true = np.clip(score + error, 0, HIGHEST)
    # so written, a part of 1 leaves the score as it is to the last bit
    return np.clip(true + (HIGHEST - true) * (1 - part), 0, HIGHEST)


def stated_for(hurdle: Array, error: Array, part: Array) -> Array:
    """The stated own score (N, ...) that comes to `hurdle` (N, ...): `moved` the other way round.

    Above 100 where the error takes away more than is missing: then no score comes to it.
    """
    return HIGHEST - (HIGHEST - hurdle) / part - error


def rank_distribution(
    field: Field,
    total: float | Array,
    days_ahead: float = 0,
    field_gain: float | None = None,
) -> RankDistribution:
    """Distribution of the rank of a stated own score, a number or one a draw (N,)."""
    return summarise(field.ranks(total, days_ahead, field_gain), field.size)
