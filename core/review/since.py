"""What changed since the date before: only figures that were published at both dates."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import Array
from core.dataset.boards import province_key
from core.dataset.facts import Dataset, Facts, facts
from core.dataset.kept.loads import MONTH_VIEW, YEAR_VIEW, dataset_view
from core.field.ranks import exact_rank
from core.index.rollup import PROVINCE
from core.index.rules import GROUPS, points


@dataclass(frozen=True)
class RankBefore:
    """The province's rank at the latest earlier date for which it is known."""

    day: dt.date
    rank: int


@dataclass(frozen=True)
class Since:
    """The dataset's date against `day`, NaN where a figure was not published at both.

    `rate_before`, `rate_after` and `points` (change) of the province's components (C,); change of
    its `groups` (G,) and `total`, and of the units' scores `units` (U,), in points. `same_year`:
    no counting restart lies between the dates. `rank` may be of another day.
    """

    day: dt.date
    same_year: bool
    rate_before: Array
    rate_after: Array
    points: Array
    groups: Array
    total: float
    units: Array
    rank: RankBefore | None


def since(dataset: Dataset) -> Since | None:
    """The changes since the latest earlier date with anything to compare; None where there is none.

    The province's groups and score may come from its row on a board of that date.
    """
    now, today = facts(dataset), pd.Timestamp(dataset.meta.as_of)
    board = own_rows(dataset)
    days = {*dataset.dates, *board["date"]}
    for day in sorted((day for day in days if day < today), reverse=True):
        found = _compare(dataset, now, day, board[board["date"] == day])
        figures = (found.points, found.groups, found.units, np.array([found.total]))
        if any(np.isfinite(values).any() for values in figures):
            return found
    return None


def own_rows(dataset: Dataset) -> pd.DataFrame:
    """The province's own rows in the field that count what the dataset does: year or month."""
    rows = dataset.field[dataset.field["province"].notna()]
    own = rows["province"].map(province_key) == province_key(dataset.field_name)
    return rows[own & (rows["period"] == _view(dataset))]


def _view(dataset: Dataset) -> str:
    """What boards that may stand beside the dataset's figures count; none beside a quarter's."""
    return {YEAR_VIEW: "year_to_date", MONTH_VIEW: "month"}.get(dataset_view(dataset.meta), "")


def _compare(dataset: Dataset, now: Facts, day: pd.Timestamp, board: pd.DataFrame) -> Since:
    then, rules = facts(dataset, day), dataset.rules
    before, after = then.rate[PROVINCE], now.rate[PROVINCE]
    both = np.isfinite(before) & np.isfinite(after)
    groups, total = then.group_points[PROVINCE], then.total.copy()
    if len(board):
        row = board.iloc[0]
        groups = np.where(np.isnan(groups), row[list(GROUPS)].to_numpy(dtype=float), groups)
        total[PROVINCE] = row["total"] if np.isnan(total[PROVINCE]) else total[PROVINCE]
    units, change = now.total - total, now.group_points[PROVINCE] - groups
    return Since(
        day=day.date(),
        same_year=day.date() >= dataset.meta.period_start,
        rate_before=np.where(both, before, np.nan),
        rate_after=np.where(both, after, np.nan),
        points=np.where(both, points(rules, after) - points(rules, before), np.nan),
        groups=change,
        total=float(change.sum() if np.isnan(units[PROVINCE]) else units[PROVINCE]),
        units=units,
        rank=rank_before(dataset),
    )


def rank_before(dataset: Dataset) -> RankBefore | None:
    """The province's latest known rank before the dataset's date, among as many provinces.

    Published, or its place on a full board; equal scores share the better rank.
    """
    ranks = known_ranks(dataset)
    earlier = [day for day in ranks if day < pd.Timestamp(dataset.meta.as_of)]
    return RankBefore(max(earlier).date(), ranks[max(earlier)]) if earlier else None


def known_ranks(dataset: Dataset) -> dict[pd.Timestamp, int]:
    """The province's rank on every day on which it was published or can be counted on a board."""
    meta = dataset.meta
    ranks = _board_ranks(dataset)
    counts = dataset.counts
    published = counts[(counts["quantity"] == "rank") & (counts["unit"] == meta.province)]
    published = published[published["of"] == meta.field_size]
    ranks |= dict(zip(published["as_of"], published["count"].astype(int), strict=True))
    if meta.published_rank is not None:
        ranks[pd.Timestamp(meta.as_of)] = meta.published_rank
    return ranks


def _board_ranks(dataset: Dataset) -> dict[pd.Timestamp, int]:
    """The province's rank by date: printed with its score, or counted on a full board."""
    field, own = dataset.field, own_rows(dataset)
    field = field[(field["period"] == _view(dataset)) & field["province"].notna()]
    ranks = {}
    for day, total, rank in zip(own["date"], own["total"], own["rank"], strict=True):
        others = field.loc[field["date"] == day, "total"].dropna()
        if pd.notna(rank):
            ranks[day] = int(rank)
        elif len(others) >= dataset.meta.field_size:
            ranks[day] = int(exact_rank(float(total), others.to_numpy(dtype=float)))
    return ranks
