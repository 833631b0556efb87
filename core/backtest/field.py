"""How well the field predicts: boards the later boards, published figures each other."""

from collections.abc import Hashable
from typing import Any, Literal

import pandas as pd

from core.arrays import RANGE_PERCENT
from core.backtest.boards import RANK, SCORE, each_as_ours
from core.backtest.prediction import Backtest, Note, Row
from core.field.points import points_backtest

PROMISED = float(RANGE_PERCENT)
# Draws of the field for each of the 18 published pairs; 4000 hold the same 16 of them.
PAIR_DRAWS = 1000
FEW_DAYS = 5  # days: shorter looks ahead are told apart from longer ones


def boards_2026(rows: pd.DataFrame) -> tuple[Backtest, Backtest]:
    """Every board predicts each later one, every province as if it were ours.

    First how often the ranges of score and rank held, pair by pair; then what was said of each
    province. `rows` is a field table with full boards.
    """
    found = each_as_ours(rows)
    pairs = found.groupby(["measure", "made", "date"], sort=False)
    held = [_held(table.to_dict("records")) for _, table in pairs]
    title = "Boards of September 2026: each predicts the later ones, every province as ours"
    each = "What was said of each province, and what happened"
    return (
        Backtest("boards_2026", title, tuple(held), _board_notes(found)),
        Backtest("boards_each", each, tuple(_each(one) for one in found.to_dict("records")), ()),
    )


def _held(pair: list[dict[Hashable, Any]]) -> Row:
    """How many of a pair's provinces the range held."""
    first, inside = pair[0], [one["inside"] for one in pair]
    details = {"made": first["made"].date(), "date": first["date"].date(), "count": len(pair)}
    held = 100 * sum(inside) / len(inside)
    return Row(HELD[first["measure"]], "percent", PROMISED, held, details=details)


def _each(one: dict[Hashable, Any]) -> Row:
    """What was said of one province."""
    where = {"made": one["made"].date(), "date": one["date"].date(), "province": one["province"]}
    label, unit = "{province}: board of {made} for {date}", MEASURES[one["measure"]]
    said, happened = float(one["median"]), float(one["actual"])
    return Row(label, unit, said, happened, float(one["p10"]), float(one["p90"]), where)


HELD = {
    SCORE: "Scores of {count} provinces inside the 80% range: board of {made} for {date}",
    RANK: "Ranks of {count} provinces inside the 80% range: board of {made} for {date}",
}
MEASURES: dict[object, Literal["points", "rank"]] = {SCORE: "points", RANK: "rank"}


def _board_notes(found: pd.DataFrame) -> tuple[Note, ...]:
    """The sentence a leader needs first, then lengths, and what simpler answers would have cost."""
    score, rank = (found[found["measure"] == measure] for measure in (SCORE, RANK))
    details = {
        f"{name}_{which}": float(table[which].mean())
        for name, table in (("score", score), ("rank", rank))
        for which in ("crps", "crps_still", "crps_stays")
    }
    longest = score[score["days"] == score["days"].max()]
    return (
        Note(
            "In {score} of ten cases the score lay inside the range that had been said, and in "
            "{rank} of ten the rank; eight of ten is what the range promises. {count} predictions "
            "of overlapping boards, so far fewer independent trials.",
            {
                "score": _tenths(score),
                "rank": _tenths(rank),
                "count": len(score),
            },
        ),
        *(
            Note(
                "{first} to {last} days ahead: {score} of ten scores, {rank} of ten ranks.",
                {
                    "first": int(score.loc[near, "days"].min()),
                    "last": int(score.loc[near, "days"].max()),
                    "score": _tenths(score[near]),
                    "rank": _tenths(rank[near.to_numpy()]),
                },
            )
            for near in (score["days"] <= FEW_DAYS, score["days"] > FEW_DAYS)
            if near.any()
        ),
        Note(
            "Mean error of the rank as a distribution (CRPS): {rank_crps} places; standing still "
            "while the others gain: {rank_crps_still}; if every rank stays: {rank_crps_stays}. Of "
            "the score: {score_crps} points; standing still: {score_crps_still}; if every score "
            "stays: {score_crps_stays}.",
            details,
        ),
        Note(
            "In the {days} days from the first board to the last the mean of all provinces moved "
            "by {mean} points. How far single provinces are recounted was settled on these same "
            "boards; the test is every later one.",
            {
                "days": int(longest["days"].iloc[0]),
                "mean": float((longest["actual"] - longest["before"]).mean()),
            },
        ),
    )


def _tenths(table: pd.DataFrame) -> float:
    return 10 * float(table["inside"].mean())


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
            "{inside} of {count} ranks lie inside the 80% range. Median error {error} places, "
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
