"""Which field a dataset is ranked in: its own full boards, or one from single published figures."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.arrays import SEED
from core.dataset.boards import board_rows, full_boards
from core.dataset.facts import Dataset
from core.dataset.schema import FARTHEST
from core.field.board import board_field, board_history, column_of
from core.field.draws import HIGHEST, Field
from core.field.points import Own, own_field, points_field
from core.field.told import SAME_BOARD_DAYS
from core.index.rollup import PROVINCE, Baseline, province_scores, score
from core.problems import DataError, Problem


def make_field(
    dataset: Dataset, baseline: Baseline, boards: pd.DataFrame
) -> tuple[Field, pd.Timestamp]:
    """The other provinces for a dataset: its own full boards, or a field from single figures.

    `boards` are the full boards that give the standard shape. The board that shows the dataset's
    own total is taken, the nearest in time; without one the last up to the dataset's date.
    """
    day = pd.Timestamp(dataset.meta.as_of)
    if has_board(dataset):
        day = _matching_board(dataset)
        _check_age(dataset, day)
        return board_field(_boards(dataset), dataset.field_name, start=day), day
    size, own = dataset.meta.field_size, own_score(dataset, baseline)
    if own is None:
        field = points_field(dataset.field, boards, day, size, "year_to_date")
        return _placed(field, own_total(baseline), own_sd(baseline)), day
    # what was published later is not known on the day of the data, but for its own board
    last = day + pd.Timedelta(days=SAME_BOARD_DAYS)
    until = dataset.field[dataset.field["date"] <= last]
    return own_field(until, boards, size, own), day


def _check_age(dataset: Dataset, day: pd.Timestamp) -> None:
    """Raises DataError where a horizon is further from the board than the others can be moved."""
    last = max((horizon.date for horizon in dataset.meta.horizons), default=dataset.meta.as_of)
    if (pd.Timestamp(last) - day).days <= FARTHEST:
        return
    board = full_boards(dataset.field, dataset.meta.field_size)
    line = int(board.index[board["date"] == day][0])
    expected = "a full board within {days} days of the last horizon, {date}"
    details = {"days": FARTHEST, "date": f"{last}"}
    raise DataError([Problem("field.csv", line, "date", f"{day:%Y-%m-%d}", expected, details)])


def own_score(dataset: Dataset, baseline: Baseline) -> Own | None:
    """The own score, what is not known of it, and its rank; None where no rank is published."""
    if dataset.meta.published_rank is None:
        return None
    total, sd = own_total(baseline), own_sd(baseline)
    return Own(dataset.meta.as_of, total, sd, dataset.meta.published_rank)


def own_total(baseline: Baseline) -> float:
    """The province's own score as stated."""
    return float(score(baseline, baseline.rate).total[PROVINCE])


def _placed(field: Field, total: float, sd: float) -> Field:
    """The field with an own score that no published rank ties to it."""
    normal = np.random.default_rng([SEED, 1]).standard_normal(len(field.own_error))
    true = np.clip(total + sd * normal, 0, HIGHEST)
    return replace(field, own_start=true, own_error=true - total)


def own_sd(baseline: Baseline) -> float:
    """Standard deviation of the province's own score: of its components not published."""
    return float(province_scores(baseline).std())


def has_board(dataset: Dataset) -> bool:
    """Whether the dataset has a date with the totals of all provinces."""
    return not full_boards(dataset.field, dataset.meta.field_size).empty


def _boards(dataset: Dataset) -> pd.DataFrame:
    """What the field of a full board learns from; single figures of a date tell it nothing."""
    return board_rows(dataset.field, dataset.meta.field_size)


def _matching_board(dataset: Dataset) -> pd.Timestamp:
    history = board_history(_boards(dataset))
    own = history[column_of(history, dataset.field_name)]
    day, total = pd.Timestamp(dataset.meta.as_of), dataset.meta.published_total
    same = own[(own - (np.nan if total is None else total)).abs() < 0.005]
    if len(same):
        return pd.Timestamp(min(same.index, key=lambda date: abs(date - day)))
    until = own.index[own.index <= day]
    return pd.Timestamp(until[-1] if len(until) else own.index[0])


def rank_field(
    dataset: Dataset,
    baseline: Baseline,
    boards: pd.DataFrame,
    date: object = None,
    mean: float | None = None,
) -> Field:
    """The field against which any score on a date is ranked; `mean` the mean of all provinces then.

    With full boards: the board of the date, the last one before it, or the first. Without: the
    field from single published figures. The own province is one of those ranked.
    """
    day = pd.Timestamp(str(date)) if date is not None else pd.Timestamp(dataset.meta.as_of)
    if not has_board(dataset):
        size, own = dataset.meta.field_size, own_score(dataset, baseline)
        return points_field(dataset.field, boards, day, size, mean=mean, own=own)
    if date is None:
        return board_field(_boards(dataset), dataset.field_name, start=_matching_board(dataset))
    history = board_history(_boards(dataset))
    until = history.index[history.index <= day]
    start = pd.Timestamp(until[-1] if len(until) else history.index[0])
    return board_field(_boards(dataset), dataset.field_name, start=start)
