"""How well the field predicts: boards the later boards, published figures each other."""

from itertools import combinations

import numpy as np
import pandas as pd

from core.backtest.prediction import Backtest, Note, Row, rank_row
from core.dataset.boards import plain_name
from core.field.board import board_backtest, board_field, board_history
from core.field.points import points_backtest
from core.field.ranks import RankDistribution, exact_rank, summarise

COVERAGE = 80.0
# Draws of the field for each of the 18 published pairs; 4000 hold the same 16 of them.
PAIR_DRAWS = 1000


def boards_2026(rows: pd.DataFrame, own: str) -> Backtest:
    """Every board predicts each later one: how many scores the range holds, and the own rank.

    `rows` is a field table with full boards, `own` the province whose rank is asked.
    """
    history, dates = board_history(rows), pd.to_datetime(rows["date"])
    coverage, ranks, tables = [], [], []
    for made, day in combinations(history.index, 2):
        known = rows[dates <= made]
        table = board_backtest(pd.concat([known, rows[dates == day]]))
        tables.append(table[table["date"] == day])
        inside = 100 * float(tables[-1]["inside"].mean())
        details = {"made": made.date(), "date": day.date(), "count": history.shape[1]}
        label = "Scores of {count} provinces inside the 80 % range: board of {made} for {date}"
        coverage.append(Row(label, "percent", COVERAGE, inside, details=details))
        found, rank = _own_rank(known, history, plain_name(own), made, day)
        label = "Rank of {province}: board of {made} for {date}"
        ranks.append(rank_row(label, found, rank, province=own, **details))
    title = "Boards of September 2026: each predicts the later ones"
    return Backtest("boards_2026", title, (*coverage, *ranks), _board_notes(pd.concat(tables)))


def _own_rank(
    known: pd.DataFrame, history: pd.DataFrame, own: str, made: pd.Timestamp, day: pd.Timestamp
) -> tuple[RankDistribution, int]:
    """Rank of one province on a later board: predicted, where it moves like the others; actual."""
    field = board_field(known, None, made)
    totals, actual = field.totals((day - made).days), history.loc[day].to_numpy(float)
    column = field.names.index(own)
    predicted = exact_rank(totals[:, column], np.delete(totals, column, axis=1))
    rank = int(exact_rank(actual[column], np.delete(actual, column)))
    return summarise(predicted, len(actual)), rank


def _board_notes(table: pd.DataFrame) -> tuple[Note, ...]:
    return (
        Note(
            "{inside} % of {count} predictions lie inside the 80 % range; boards overlap, so these "
            "are far fewer independent trials. Mean absolute error of the median: {error} points; "
            "{naive} if nothing had changed.",
            {
                "inside": 100 * float(table["inside"].mean()),
                "count": len(table),
                "error": float((table["median"] - table["actual"]).abs().mean()),
                "naive": float((table["before"] - table["actual"]).abs().mean()),
            },
        ),
    )


def pairs_63(rows: pd.DataFrame, shapes: pd.DataFrame, size: int) -> Backtest:
    """Every published score with a rank: the rank predicted without any figure of its day.

    `rows` is a field table of `size` provinces, `shapes` are full boards.
    """
    found = points_backtest(rows, shapes, size, draws=PAIR_DRAWS)
    pairs = tuple(
        Row(
            "{province}, {date}: {total} points",
            "rank",
            float(pair["median"]),
            float(pair["rank"]),
            float(pair["p10"]),
            float(pair["p90"]),
            {
                "province": str(pair["province"]),
                "date": pair["date"].date(),
                "total": float(pair["total"]),
            },
        )
        for _, pair in found.iterrows()
    )
    notes = (
        Note(
            "{inside} of {count} ranks lie inside the 80 % range. Median error {error} places, "
            "mean width of the range {width} places.",
            {
                "inside": int(found["inside"].sum()),
                "count": len(found),
                "error": float(found["error"].median()),
                "width": float((found["p90"] - found["p10"]).mean()),
            },
        ),
        Note(
            "Figures of later days are used, so this tests how well the field fits between known "
            "figures; it is no test of a forecast. Newspapers print scores because they are high "
            "or low, and at both ends ranks are easier."
        ),
    )
    title = "Published scores of 63 provinces: their rank, without any figure of the day"
    return Backtest("pairs_63", title, pairs, notes)
