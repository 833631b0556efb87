"""How far the province's score and rank have moved since a day, and whether that is more than the
field's own ups and downs."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import RANGE
from core.dataset.boards import board_rows, full_boards
from core.dataset.facts import Dataset, facts
from core.field.board import board_field
from core.field.draws import HIGHEST
from core.field.ranks import exact_rank, range_of
from core.index.rollup import PROVINCE, score
from core.outlook.case import Case
from core.review.since import known_ranks, own_rows


@dataclass(frozen=True)
class Known:
    """The province's published score and rank on a day; NaN and None where there is none."""

    day: dt.date
    score: float
    rank: int | None


@dataclass(frozen=True)
class MovedOn:
    """From one day to the newest: what was and is, and the 80 % range of what is if nothing but the
    field's pace and noise had moved the province (None where the day has no full board)."""

    before: Known
    now: Known
    score_expected: tuple[float, float] | None
    rank_expected: tuple[int, int] | None

    @property
    def score_change(self) -> float:
        """Points more than before."""
        return self.now.score - self.before.score

    @property
    def rank_change(self) -> int | None:
        """Places up; below 0 down."""
        if self.before.rank is None or self.now.rank is None:
            return None
        return self.before.rank - self.now.rank

    @property
    def score_beyond(self) -> int:
        """1 above what was to be expected, -1 below, 0 inside it or not known."""
        return _beyond(self.now.score, self.score_expected)

    @property
    def rank_beyond(self) -> int:
        """1 better than was to be expected, -1 worse, 0 inside it or not known."""
        return 0 if self.now.rank is None else -_beyond(self.now.rank, self.rank_expected)


def _beyond(value: float, expected: tuple[float, float] | None) -> int:
    if expected is None or np.isnan(value):
        return 0
    return int(value > expected[1]) - int(value < expected[0])


def known_standings(dataset: Dataset) -> list[Known]:
    """Every day with a published score or rank of the province, the oldest first."""
    ranks, board = known_ranks(dataset), own_rows(dataset)
    scores = dict(zip(board["date"], board["total"].astype(float), strict=True))
    for day in dataset.dates:
        total = float(facts(dataset, day).total[PROVINCE])
        if np.isfinite(total):
            scores[day] = total
    if dataset.meta.published_total is not None:
        scores[pd.Timestamp(dataset.meta.as_of)] = dataset.meta.published_total
    scores = {day: total for day, total in scores.items() if np.isfinite(total)}
    return [
        Known(day.date(), scores.get(day, float("nan")), ranks.get(day))
        for day in sorted({*scores, *ranks})
    ]


def newest(case: Case) -> Known:
    """The standing of the dataset's day: as published, else the score as computed."""
    as_of = case.calendar.as_of
    found = {one.day: one for one in known_standings(case.dataset)}.get(as_of)
    computed = float(score(case.baseline, case.baseline.rate).total[PROVINCE])
    if found is None:
        return Known(as_of, computed, None)
    return Known(as_of, computed if np.isnan(found.score) else found.score, found.rank)


def moved_since(case: Case, day: dt.date) -> MovedOn | None:
    """The move since the last known standing up to and with a day; None where there is none."""
    earlier = [
        one
        for one in known_standings(case.dataset)
        if one.day <= day and one.day < case.calendar.as_of
    ]
    if not earlier:
        return None
    before, now = earlier[-1], newest(case)
    return MovedOn(before, now, *_expected(case, before, now.day))


def _expected(
    case: Case, before: Known, now: dt.date
) -> tuple[tuple[float, float] | None, tuple[int, int] | None]:
    """The 80 % ranges of score and rank by the field's law, from the board of `before` on."""
    rows, data = case.dataset.field, case.dataset
    rows = rows[pd.to_datetime(rows["date"]) <= pd.Timestamp(before.day)]
    full = full_boards(rows, data.meta.field_size)
    if not (full["date"] == pd.Timestamp(before.day)).any():
        return None, None
    field = board_field(board_rows(rows, data.meta.field_size), data.field_name, before.day)
    days = (now - before.day).days
    own = HIGHEST - (HIGHEST - field.own_start) * field.like_the_others(days)
    low, high = (float(end) for end in np.quantile(own, RANGE))
    ranks = exact_rank(own, field.totals(days))
    best, _, worst = range_of(ranks, field.size)
    return (low, high), (best, worst)
