"""What a published rank tells of the own score: where that rank lies among the other provinces."""

import datetime as dt

import numpy as np
import pandas as pd

from core.arrays import SEED, Array
from core.dataset.boards import province_key
from core.dataset.facts import Dataset
from core.dataset.priors import Likely
from core.field import level
from core.field.shape import board_shapes, order_moments, sample_shape

SAME_BOARD_DAYS = 3
"""Figures published within so many days, before or after, are of one board."""
SAME_BOARD_SD = 0.3
"""How far a score strays from a board of another day of these, in points."""
FIELDS_DRAWN = 2000


def rank_tells(dataset: Dataset, boards: pd.DataFrame) -> tuple[Likely, ...]:
    """What the province's published rank says of its score; empty where no rank is published.

    On a full board of its day: between the scores of the ranks above and below. Else by the field
    of single figures, without the own score, and never past a better rank of the same board.
    """
    rank = dataset.meta.published_rank
    if rank is None:
        return ()
    near = same_board(dataset.field, dataset.meta.as_of)
    others = near[near["province"].map(province_key) != province_key(dataset.field_name)]
    totals = np.sort(others["total"].dropna().to_numpy(float))[::-1]
    size = dataset.meta.field_size
    if len(totals) == size - 1:
        high = float(totals[rank - 2]) if rank > 1 else 100.0
        low = float(totals[rank - 1]) if rank < size else 0.0
        return (Likely((low + high) / 2, max((high - low) / 2, 0.05), low, high, "rank"),)
    score = _score_at(others, boards, dataset, rank, size)
    ranked = others[others["rank"].notna() & others["total"].notna()]
    better, worse = ranked[ranked["rank"] < rank], ranked[ranked["rank"] > rank]
    high, low = better["total"].min(), worse["total"].max()
    return (
        Likely(
            float(score.mean()),
            float(score.std()),
            0.0 if pd.isna(low) else float(low),
            100.0 if pd.isna(high) else float(high),
            "rank",
        ),
    )


def same_board(rows: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """The year-to-date rows of a field table within three days of a date, moved to that date."""
    apart = (pd.to_datetime(rows["date"]) - pd.Timestamp(day)).abs().dt.days
    counted = rows["period"].fillna("year_to_date").eq("year_to_date") if "period" in rows else True
    near = rows[(apart <= SAME_BOARD_DAYS) & counted & rows["province"].notna()]
    nearest = near.assign(apart=apart).sort_values("apart", kind="stable")
    nearest = nearest[~nearest["province"].map(province_key).duplicated()]
    return nearest.assign(date=pd.Timestamp(day)).drop(columns="apart")


def _score_at(
    others: pd.DataFrame, boards: pd.DataFrame, dataset: Dataset, rank: int, size: int
) -> Array:
    """Draws of the score at a rank, from what is published of the others up to the date."""
    day = pd.Timestamp(dataset.meta.as_of)
    rng = np.random.default_rng([SEED, 2])
    z = sample_shape(board_shapes(boards), FIELDS_DRAWN, size, rng)
    known = dataset.field
    known = known[(known["date"] <= day) & ~known.index.isin(others.index)]
    own = known["province"].map(province_key).eq(province_key(dataset.field_name))
    evidence = level.gather(pd.concat([known[~own], others]), size)
    at = level.years(pd.DatetimeIndex([day]))
    mean, cov = level.posterior(evidence, order_moments(z), at, level.window_share("year_to_date"))
    drawn = rng.multivariate_normal(mean, cov, FIELDS_DRAWN)
    spread = np.clip(drawn[:, 1], *level.SPREAD_RANGE)
    scores = drawn[:, :1] + spread[:, None] * z
    ranked = others[others["rank"].notna() & others["total"].notna()]
    weight = np.zeros(FIELDS_DRAWN)
    for _, row in ranked.iterrows():
        off = scores[:, int(row["rank"]) - 1] - float(row["total"])
        weight -= off**2 / (2 * (SAME_BOARD_SD**2))
    weight = np.exp(weight - weight.max())
    kept = rng.choice(FIELDS_DRAWN, FIELDS_DRAWN, p=weight / weight.sum())
    return np.asarray(scores[kept, rank - 1])
