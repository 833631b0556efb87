"""The other provinces: their scores as draws, how these move, and the rank of a score among them.

Two kinds of field give the same type. With a full board (`core/field/board.py`) the others stand
where the board has them. Without one (`core/field/points.py`) they are draws from the standard
shape. All noise is drawn once, with an explicit seed, so that ranks never flicker.
"""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Rows
from core.field.ranks import RankDistribution, exact_rank, summarise

DRAWS = 4000
# Provinces keep their place for about a year: Bình Dương, Bắc Giang, Quảng Nam and Bình Phước
# moved in 2023-2025 as draws with this memory do (an assumption, from few and newsworthy moves).
MEMORY_DAYS = 365.0
# Days after the start at which the common path is drawn; straight lines between.
KNOTS = np.r_[0, 1, 2, 4, 7, 10, 14, 21, np.arange(30, 731, 15)].astype(float)


@dataclass(frozen=True)
class Field:
    """Draws of the P - 1 other provinces and of their moves; N draws, K knots.

    `start` (N, P-1) scores at day 0; `names` of the columns, empty where the provinces are not
    known by name. `path` (N, K) is the common move at `knots` days; `pace` (N, P-1) each
    province's own pace, points a day; `wander` (N, P-1) its random walk, points per square root of
    a day, pulled back to `centre` (N, 1) with `memory` in days (infinite: a plain walk).
    `own_error` (N,) is the true own score minus the stated one: zero unless the own score is an
    estimate; a stated score is compared with the others as if it had this error.
    """

    names: tuple[str, ...]
    start: Array
    centre: Array
    memory: float
    knots: Array
    path: Array
    pace: Array
    wander: Array
    own_error: Array

    @property
    def size(self) -> int:
        """How many provinces are ranked, the own one included."""
        return int(self.start.shape[1]) + 1

    def totals(self, days_ahead: float = 0, field_gain: float | None = None) -> Array:
        """The others' scores (N, P-1) after `days_ahead` days, to compare with a stated own score.

        `field_gain` replaces the pace: every other province gains so many points by then; only the
        noise between provinces stays. Scores end at 0 and 100. Raises ValueError for a time
        outside the knots.
        """
        if not 0 <= days_ahead <= self.knots[-1]:
            raise ValueError(f"days_ahead {days_ahead}, expected 0 to {self.knots[-1]:g}")
        lost, walked = self._diffusion(days_ahead)
        moved = self.start - lost * (self.start - self.centre) + walked * self.wander
        if field_gain is None:
            moved = moved + self._common(days_ahead)[:, None] + days_ahead * self.pace
        else:
            moved = moved + field_gain
        return np.clip(moved - self.own_error[:, None], 0, 100)

    def ranks(
        self, score: float | Array, days_ahead: float = 0, field_gain: float | None = None
    ) -> Rows:
        """Rank (N,) of a stated own score, one number or one a draw (N,)."""
        return exact_rank(score, self.totals(days_ahead, field_gain))

    def _diffusion(self, days: float) -> tuple[float, float]:
        """Share of the distance to `centre` that is forgotten, and root days of wandering."""
        if np.isinf(self.memory):
            return 0.0, float(np.sqrt(days))
        lost = -np.expm1(-days / self.memory)
        return float(lost), float(np.sqrt(self.memory / 2 * (1 - (1 - lost) ** 2)))

    def _common(self, days: float) -> Array:
        right = int(np.clip(np.searchsorted(self.knots, days), 1, len(self.knots) - 1))
        left = right - 1
        share = (days - self.knots[left]) / (self.knots[right] - self.knots[left])
        moved: Array = (1 - share) * self.path[:, left] + share * self.path[:, right]
        return moved


@dataclass(frozen=True)
class Neighbour:
    """A province near a score. `gap`: its score minus the own one; above, more than that passes."""

    name: str
    total: float
    rank: int
    gap: float


def rank_distribution(
    field: Field,
    total: float | Array,
    days_ahead: float = 0,
    field_gain: float | None = None,
) -> RankDistribution:
    """Distribution of the rank of a stated own score, a number or one a draw (N,)."""
    return summarise(field.ranks(total, days_ahead, field_gain), field.size)


def neighbours(
    score: float, names: tuple[str, ...], totals: Array, count: int = 3
) -> tuple[list[Neighbour], list[Neighbour]]:
    """The `count` provinces at or above and below a score, the nearest first.

    `names` and `totals` (P-1,) are the others on one board. A province with the same unrounded
    score is above with gap 0: anything more passes it.
    """
    everybody = np.append(totals, score)
    order = np.argsort(-totals, kind="stable")
    near = [
        Neighbour(
            names[i],
            float(totals[i]),
            int((everybody > totals[i]).sum()) + 1,
            float(totals[i] - score),
        )
        for i in order
    ]
    above = [one for one in near if one.gap >= 0][::-1]
    below = [one for one in near if one.gap < 0]
    return above[:count], below[:count]
