"""Which field a dataset is ranked in: its own full boards, or one from single published figures."""

import numpy as np
import pandas as pd

from core.dataset.facts import Dataset
from core.field.board import board_field, board_history, plain_name
from core.field.draws import Field
from core.field.points import Own, own_field, points_field
from core.index.rollup import PROVINCE, Baseline, province_scores, score


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
        return board_field(dataset.field, dataset.field_name, start=day), day
    size, own = dataset.meta.field_size, own_score(dataset, baseline)
    if own is None:
        return points_field(dataset.field, boards, day, size, "year_to_date"), day
    # what was published later is not known on the day of the data
    until = dataset.field[dataset.field["date"] <= day]
    return own_field(until, boards, size, own), day


def own_score(dataset: Dataset, baseline: Baseline) -> Own | None:
    """The own score, what is not known of it, and its rank; None where no rank is published."""
    if dataset.meta.published_rank is None:
        return None
    total = float(score(baseline, baseline.rate).total[PROVINCE])
    return Own(dataset.meta.as_of, total, own_sd(baseline), dataset.meta.published_rank)


def own_sd(baseline: Baseline) -> float:
    """Standard deviation of the province's own score: of its components not published."""
    return float(province_scores(baseline).std())


def has_board(dataset: Dataset) -> bool:
    """Whether the dataset has a date with the totals of all provinces."""
    rows = dataset.field[dataset.field["province"].notna() & dataset.field["total"].notna()]
    return bool((rows.groupby("date").size() >= dataset.meta.field_size).any())


def _matching_board(dataset: Dataset) -> pd.Timestamp:
    history = board_history(dataset.field)
    own = history[plain_name(dataset.field_name)]
    day = pd.Timestamp(dataset.meta.as_of)
    same = own[(own - (dataset.meta.published_total or np.nan)).abs() < 0.005]
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
        return board_field(dataset.field, dataset.field_name, start=_matching_board(dataset))
    history = board_history(dataset.field)
    until = history.index[history.index <= day]
    start = pd.Timestamp(until[-1] if len(until) else history.index[0])
    return board_field(dataset.field, dataset.field_name, start=start)
