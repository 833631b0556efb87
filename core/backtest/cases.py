"""Predictions against what happened, good or bad (model of the index, section 8).

Every prediction is made from what was published up to its day and, besides, only from what a row's
label says was given. The figures that are predicted are read for the comparison alone.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from core.arrays import Array, Mask
from core.backtest.field import boards_2026, pairs_63
from core.backtest.past import Past, published_rank, put_back
from core.backtest.prediction import Backtest, Note, Row, rank_row, score_row
from core.dataset.facts import DATA, Dataset, Facts, facts
from core.dataset.load import load_boards, load_dataset
from core.dataset.schema import FIELD
from core.dataset.tables import read_table
from core.field.draws import HIGHEST, rank_distribution
from core.field.points import points_field
from core.index.rollup import PROVINCE
from core.index.rules import RuleSet, by_group, points
from core.problems import DataError
from core.scenario.scope import ALL

MARCH_2024, YEAR_END_2024 = dt.date(2024, 3, 27), dt.date(2024, 12, 31)
LIKE, STILL = "Like the others", "If nothing had changed"
BEFORE, AFTER = dt.date(2025, 3, 12), dt.date(2025, 3, 27)


def backtests(data_dir: Path = DATA) -> tuple[Backtest, ...]:
    """All backtests, from the datasets below `data_dir`. Deterministic. Raises DataError."""
    first = load_dataset(data_dir / "binh_phuoc_2024", data_dir)
    second = load_dataset(data_dir / "binh_phuoc_2025", data_dir)
    # the field alone: the units of this dataset are many, and no backtest asks for them
    boards, problems = read_table(data_dir / "phu_tho_2026" / "field.csv", FIELD)
    if problems:
        raise DataError(problems)
    shapes = load_boards(data_dir)
    march = put_back(second, BEFORE, AFTER, shapes)
    return (
        year_2024(first, second, shapes),
        rank_2025(second, march),
        units_2025(second, march),
        *boards_2026(boards),
        pairs_63(second.field, shapes, second.meta.field_size),
    )


# March 2024 to the year 2024 ----------------------------------------------------------------------


def year_2024(first: Dataset, second: Dataset, shapes: pd.DataFrame) -> Backtest:
    """Score and rank of 2024, given the year-end rates that the notice of 2025 printed.

    `first` and `second` are the province's datasets of 2024 and 2025, `shapes` full boards.
    """
    past = put_back(first, MARCH_2024, YEAR_END_2024, shapes)
    start, end = facts(first, MARCH_2024), facts(second, YEAR_END_2024)
    happened, rank = float(end.total[PROVINCE]), published_rank(second, YEAR_END_2024)
    twice = _published(first.rules, end, start)
    held = past.with_rates("set", first.meta.province, twice).score_after
    full, unsure = _with_all_of(past, end)
    full_draws = np.clip(full + np.resize(unsure, len(past.error)), 0, HIGHEST)
    like = past.on(past.own.total, "like")
    cases = (
        (LIKE, float(np.median(like)), like),
        (STILL, past.own.total, past.on(past.own.total)),
        ("Given the year-end rates of the components published in March", held, past.on(held)),
        ("Given all published year-end rates, the other components as in March", full, full_draws),
    )
    scores = [score_row(label, middle, draws, happened) for label, middle, draws in cases]
    ranks = [rank_row(label, past.rank(draws), rank) for label, _, draws in cases]
    return Backtest(
        "year_2024",
        "From 27 March 2024 to the year 2024: score and rank of Bình Phước",
        (*scores, *ranks, *_published_score(second, past, happened, rank, shapes)),
        _notes_2024(first.rules, past, start, end, held),
    )


def _published(rules: RuleSet, end: Facts, start: Facts) -> dict[str, float]:
    """The province's rates at the end, of the components published at the start too."""
    both = np.isfinite(end.rate[PROVINCE]) & np.isfinite(start.rate[PROVINCE])
    return {rules.components[c]: float(end.rate[PROVINCE, c]) for c in np.flatnonzero(both)}


def _with_all_of(past: Past, end: Facts) -> tuple[float, Array]:
    """Score from the rates at the end, the others as estimated at the start; how draws differ."""
    rules, baseline = past.baseline.rules, past.baseline
    rate = end.rate[PROVINCE]
    earned = points(rules, np.where(np.isfinite(rate), rate, baseline.rate[PROVINCE])).sum()
    drawn = points(rules, np.where(np.isfinite(rate), rate, baseline.province)).sum(axis=1)
    return float(earned), drawn - earned


def _published_score(
    second: Dataset, past: Past, total: float, rank: int, shapes: pd.DataFrame
) -> list[Row]:
    """The field alone: where the published score would rank, with and without the day's figures."""
    day, rows = pd.Timestamp(YEAR_END_2024), second.field
    own_pair = (rows["date"] == day) & (rows["province"] == second.field_name)
    size, period = second.meta.field_size, "year_to_date"
    found = []
    for label, known in (
        ("The published score, given no figure of that day or later", rows[rows["date"] < day]),
        ("The published score, given the other provinces' figures", rows[~own_pair]),
    ):
        others = points_field(known, shapes, day, size, period, own=past.own)
        found.append(rank_row(label, rank_distribution(others, total), rank))
    return found


def _notes_2024(
    rules: RuleSet, past: Past, start: Facts, end: Facts, held: float
) -> tuple[Note, ...]:
    """What the known levers explain of the rise, and where the rest must have come from."""
    before, happened = past.own.total, float(end.total[PROVINCE])
    rise, explained = happened - before, held - before
    unknown = np.isnan(start.rate[PROVINCE])
    hidden = by_group(rules, points(rules, past.baseline.rate[PROVINCE]) * unknown)
    low, high = _bounds(rules, start, end, hidden)
    return (
        Note(
            "Of the rise of {rise} points, the rates published on both days explain {explained}; "
            "{rest} points remain unexplained.",
            {"rise": rise, "explained": explained, "rest": rise - explained},
        ),
        Note(
            "The unexplained points are in components without a published rate in March: they "
            "earned {before} of {most} points then, and {after} at the end of the year.",
            {
                "before": float(hidden.sum()),
                "most": float(rules.max_points[unknown].sum()),
                "after": float(hidden.sum()) + happened - held,
            },
        ),
        Note(
            "Some of these have a published rate at the end of the year. Together they rose by "
            "{low} to {high} points: their group points in March do not tell more.",
            {"low": low, "high": high},
        ),
        Note(
            "The other provinces are placed by what was known on 27 March 2024 and move at the "
            "usual pace. This is not quite blind: the inferred targets of the rules, the shape of "
            "the field and its usual pace were settled with later figures in view."
        ),
    )


def _bounds(rules: RuleSet, start: Facts, end: Facts, hidden: Array) -> tuple[float, float]:
    """Least and most that components rose whose rate was published at the end only.

    At the start the `hidden` points (G,) were theirs and others': they earned at most all of it,
    and at least what the others could not.
    """
    unknown = np.isnan(start.rate[PROVINCE])
    late = unknown & np.isfinite(end.rate[PROVINCE])
    after = by_group(rules, np.where(late, points(rules, end.rate[PROVINCE]), 0.0))
    most = np.minimum(hidden, by_group(rules, rules.max_points * late))
    least = np.maximum(0.0, hidden - by_group(rules, rules.max_points * (unknown & ~late)))
    return float((after - most).sum()), float((after - least).sum())


# 12 to 27 March 2025 ------------------------------------------------------------------------------


def rank_2025(dataset: Dataset, past: Past) -> Backtest:
    """Rank 14 to rank 8, given the province's published rates of 27 March."""
    start, end = facts(dataset, BEFORE), facts(dataset, AFTER)
    rank, rates = published_rank(dataset, AFTER), _published(dataset.rules, end, start)
    held = past.with_rates("set", dataset.meta.province, rates).score_after
    rise = float((end.total - start.total)[_both_totals(start, end)].mean())
    before = past.own.total
    cases = (
        (LIKE, past.on(before, "like")),
        (STILL, past.on(before)),
        (
            "Given the published rates of 27 March, the other components as on 12 March",
            past.on(held),
        ),
        (
            "In hindsight: had the province gained what its units gained on average",
            past.on(before + rise),
        ),
    )
    rows = tuple(rank_row(label, past.rank(draws), rank) for label, draws in cases)
    notes = (
        Note(
            "The published rates add {known} points. Rank {rank} needed about {needed} more points "
            "than on 12 March; the scores of the units rose by {units} on average.",
            {
                "known": held - before,
                "rank": rank,
                "needed": past.points_to_rank(rank),
                "units": rise,
            },
        ),
        Note(
            "The score on 12 March is itself an estimate, {score} points with a standard deviation "
            "of {sd}; published is rank {rank}, and the other provinces are placed so that it "
            "has that rank.",
            {"score": before, "sd": past.own.sd, "rank": past.own.rank},
        ),
    )
    title = "From 12 to 27 March 2025: rank of Bình Phước"
    return Backtest("rank_2025", title, rows, notes)


def units_2025(dataset: Dataset, past: Past) -> Backtest:
    """Unit scores of 27 March: every unit's rates of 12 March plus the province's changes."""
    start, end = facts(dataset, BEFORE), facts(dataset, AFTER)
    before = dict(zip(dataset.rules.components, start.rate[PROVINCE], strict=True))
    rates = _published(dataset.rules, end, start)
    changes = {name: rate - float(before[name]) for name, rate in rates.items()}
    predicted = past.with_rates("add", ALL, changes).after.total
    units = np.flatnonzero(_both_totals(start, end))
    rows = tuple(
        Row(
            "{unit}",
            "points",
            float(predicted[u]),
            float(end.total[u]),
            details={"unit": str(dataset.units["name_vi"].iloc[u])},
        )
        for u in units
    )
    moved, rise = (predicted - start.total)[units], (end.total - start.total)[units]
    notes = (
        Note(
            "Mean absolute error over {count} units: {error} points; {naive} if nothing had "
            "changed.",
            {
                "count": len(units),
                "error": float(np.abs(moved - rise).mean()),
                "naive": float(np.abs(rise).mean()),
            },
        ),
        Note(
            "The published rates of the province explain a rise of {moved} points for the average "
            "unit; it was {rise}. The rest came from components without a published rate, or "
            "from units' rates moving apart from the province's.",
            {"moved": float(moved.mean()), "rise": float(rise.mean())},
        ),
        Note("The program gives no range for the future score of a unit, so there is none here."),
    )
    return Backtest("units_2025", "From 12 to 27 March 2025: scores of the units", rows, notes)


def _both_totals(start: Facts, end: Facts) -> Mask:
    """(U,) units, without the province, whose score was published on both days."""
    both = np.isfinite(start.total) & np.isfinite(end.total)
    both[PROVINCE] = False
    return both
