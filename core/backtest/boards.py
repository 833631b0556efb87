"""Full boards against later ones, every province as if it were ours: what was said, what happened.

For each pair of boards and each province the field is made from what was published up to the first
one, and asked as the screen asks it: like the others, with the ranges of score and rank.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from core.arrays import RANGE, SEED, Array
from core.field.board import board_field, board_history
from core.field.draws import DRAWS, HIGHEST
from core.field.ranks import exact_rank

SCORE, RANK = "score", "rank"


def each_as_ours(rows: pd.DataFrame, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Every board predicts every later one for every province; a row a pair, province and measure.

    `rows` is a field table with full boards; published means up to the date count as history too.
    Columns `made, date, days, province, measure` (`score` or `rank`), `before, p10, median, p90,
    actual, inside`, and the continuous ranked probability scores `crps` (like the others),
    `crps_still` (standing still while the others gain) and `crps_stays` (it stays as it was).
    """
    boards, dates = board_history(rows), pd.to_datetime(rows["date"])
    pairs = combinations(boards.index, 2)
    tables = [_pair(rows[dates <= made], boards, made, date, draws, seed) for made, date in pairs]
    return pd.concat(tables, ignore_index=True)


def crps(draws: Array, happened: float) -> float:
    """Continuous ranked probability score of draws (N,): how far off, in the unit of the draws.

    The mean distance to what happened less half the mean distance between two draws (Gneiting and
    Raftery, 2007); of one certain figure it is the absolute error.
    """
    ordered, count = np.sort(draws), len(draws)
    between = ordered @ (2 * np.arange(1, count + 1) - count - 1) / count**2
    return float(np.abs(draws - happened).mean() - between)


def _pair(
    known: pd.DataFrame,
    boards: pd.DataFrame,
    made: pd.Timestamp,
    date: pd.Timestamp,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """What one board says of a later one. The law is the same for all, so one field has them all:
    each column in turn is the own province."""
    field, days = board_field(known, None, made, draws, seed), (date - made).days
    before, after = boards.loc[made].to_numpy(float), boards.loc[date].to_numpy(float)
    like = field.totals(days)
    still = HIGHEST - (HIGHEST - before) * field.strays(days)[:, :-1]
    scores = _table(SCORE, before, after, like, still, "linear")
    was, is_now = _ranks(before, before), _ranks(after, after)
    ranks = _table(RANK, was, is_now, _ranks(like, like), _ranks(still, like), "inverted_cdf")
    names = [*boards.columns] * 2
    return pd.concat([scores, ranks]).assign(made=made, date=date, days=days, province=names)


def _ranks(own: Array, others: Array) -> Array:
    """Rank of every province (..., P), at `own`, when the rest are at `others` (..., P)."""
    itself = np.eye(own.shape[-1], dtype=bool)
    rest = np.where(itself, -np.inf, others[..., None, :])
    return exact_rank(own, rest).astype(float)


def _table(
    measure: str, before: Array, actual: Array, like: Array, still: Array, method: str
) -> pd.DataFrame:
    low, middle, high = np.quantile(like, [RANGE[0], 0.5, RANGE[1]], axis=0, method=method)  # type: ignore[call-overload]
    columns = range(len(actual))
    return pd.DataFrame(
        {
            "measure": measure,
            "before": before,
            "p10": low,
            "median": middle,
            "p90": high,
            "actual": actual,
            "inside": (low <= actual) & (actual <= high),
            "crps": [crps(like[:, c], actual[c]) for c in columns],
            "crps_still": [crps(still[:, c], actual[c]) for c in columns],
            "crps_stays": np.abs(before - actual),
        }
    )
