"""What changed between any two dates of a dataset, by unit and figure; what restates the past.

Year, quarter and month count different dossiers and are never compared with each other.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Array, Mask
from core.dataset.facts import Dataset, Facts, facts
from core.dataset.kept.loads import (
    MONTH_VIEW,
    YEAR_VIEW,
    dataset_view,
    loads_of,
    restated_rows,
    view_of,
)
from core.index.rollup import PROVINCE
from core.index.rules import GROUPS, points
from core.problems import DataError, Problem
from core.review.since import own_rows

MOVED, NEW, GONE, FELL = CHANGE_KINDS = ("moved", "new", "gone", "fell")
DIFFERENCES = [
    "unit", "figure", "kind", "rate_before", "rate_after", "points_before", "points_after",
    "numerator_before", "denominator_before", "numerator_after", "denominator_after",
]  # fmt: skip
RESTATEMENTS = ["loaded_at", "as_of", "unit", "figure", "before", "now", "is_rate"]


@dataclass(frozen=True)
class Snapshot:
    """A dated board of the dataset: what it counts, and what was loaded of it (None: unknown)."""

    day: pd.Timestamp
    view: str
    figures: int
    loaded_at: str | None
    files: str | None
    restated: int


@dataclass(frozen=True)
class Between:
    """`rows` (`DIFFERENCES`) of what differs, in points and rates 0..1, NaN not published;
    `total` (U,) change of the published scores. `restarted`: counting began anew in between.
    """

    before: Snapshot
    after: Snapshot
    rows: pd.DataFrame
    total: Array
    restarted: bool


def snapshots(dataset: Dataset) -> list[Snapshot]:
    """Every date with figures of the national portal, oldest first. Raises DataError."""
    loaded = loads_of(dataset)
    days = sorted({*dataset.dates, *own_rows(dataset)["date"]})
    return [_snapshot(dataset, pd.Timestamp(day), loaded) for day in days]


def _snapshot(dataset: Dataset, day: pd.Timestamp, loaded: pd.DataFrame) -> Snapshot:
    rows = dataset.observations
    figures = int(((rows["as_of"] == day) & (rows["portal"] == "national")).sum())
    mine = loaded[loaded["as_of"] == day]
    view = view_of(dataset, day, loaded) if figures else dataset_view(dataset.meta)
    if mine.empty:
        return Snapshot(day, view, figures, None, None, 0)
    last = mine.iloc[-1]
    files = "; ".join(dict.fromkeys(str(one) for one in mine["files"].dropna()))[:300] or None
    restated = int(mine["restated"].sum())
    return Snapshot(day, view, figures, str(last["loaded_at"]), files, restated)


def changes_between(dataset: Dataset, before: pd.Timestamp, after: pd.Timestamp) -> Between:
    """What differs from `before` to `after`. Raises DataError where the two can't be compared."""
    known = {one.day: one for one in snapshots(dataset)}
    for day in (before, after):
        if day not in known:
            expected = "a date that has figures"
            raise DataError([Problem("options", None, None, f"{day:%Y-%m-%d}", expected)])
    one, two = known[before], known[after]
    if one.view != two.view:
        expected = "two dates that count the same; {before} counts a {view}, {after} a {other}"
        details = {"before": f"{before:%Y-%m-%d}", "view": one.view,
                   "after": f"{after:%Y-%m-%d}", "other": two.view}  # fmt: skip
        raise DataError([Problem("options", None, None, None, expected, details)])
    then, now = _with_board(dataset, before), _with_board(dataset, after)
    restarted = _period(one) != _period(two)
    rows = [*_scores(dataset, then, now), *_components(dataset, then, now, restarted)]
    frame = pd.DataFrame(rows, columns=DIFFERENCES)
    return Between(one, two, frame, now.total - then.total, restarted)


def _period(one: Snapshot) -> tuple[int, int]:
    """The year, quarter or month that a snapshot counts."""
    if one.view == YEAR_VIEW:
        return one.day.year, 0
    return one.day.year, one.day.month if one.view == MONTH_VIEW else one.day.quarter


def _with_board(dataset: Dataset, day: pd.Timestamp) -> Facts:
    """The facts of a date; the province's groups and score may come from its row on a board."""
    found, board = facts(dataset, day), own_rows(dataset)
    board = board[board["date"] == day]
    if len(board):
        row = board.iloc[0]
        groups = found.group_points[PROVINCE]
        groups[:] = np.where(np.isnan(groups), row[list(GROUPS)].to_numpy(dtype=float), groups)
        if np.isnan(found.total[PROVINCE]):
            found.total[PROVINCE] = row["total"]
    return found


def _kinds(before: Array, after: Array, moved: Mask) -> Array:
    """Which kind (index of `CHANGE_KINDS`) a figure that differs is of, -1 where none does."""
    had, has = np.isfinite(before), np.isfinite(after)
    kinds = np.full(before.shape, -1)
    kinds[had & has & moved] = CHANGE_KINDS.index(MOVED)
    kinds[~had & has] = CHANGE_KINDS.index(NEW)
    kinds[had & ~has] = CHANGE_KINDS.index(GONE)
    return kinds


def _scores(dataset: Dataset, then: Facts, now: Facts) -> list[tuple[object, ...]]:
    """Scores and groups, which have points only."""
    names = ["total", *(f"group:{group}" for group in GROUPS)]
    before = np.column_stack([then.total, then.group_points])
    after = np.column_stack([now.total, now.group_points])
    kinds = _kinds(before, after, np.abs(after - before) > TOLERANCE)
    nan = np.nan
    return [
        (dataset.units.index[u], names[c], CHANGE_KINDS[kinds[u, c]], nan, nan, before[u, c],
         after[u, c], nan, nan, nan, nan)
        for u, c in np.argwhere(kinds >= 0)
    ]  # fmt: skip


def _components(
    dataset: Dataset, then: Facts, now: Facts, restarted: bool
) -> list[tuple[object, ...]]:
    """Components, with their counts.

    Within one period counts of dossiers only grow: one that fell restates the past.
    """
    rules = dataset.rules
    counts = [then.numerator, then.denominator, now.numerator, now.denominator]
    fell = (counts[2] < counts[0] - TOLERANCE) | (counts[3] < counts[1] - TOLERANCE)
    fell &= np.array([kind == "sum" for kind in rules.rollup]) & (not restarted)
    recounted = (np.abs(counts[2] - counts[0]) > TOLERANCE) | (
        np.abs(counts[3] - counts[1]) > TOLERANCE
    )
    moved = (np.abs(now.rate - then.rate) > TOLERANCE) | recounted
    kinds = _kinds(then.rate, now.rate, moved)
    kinds[fell] = CHANGE_KINDS.index(FELL)
    earned = [np.where(np.isnan(one.rate), np.nan, points(rules, one.rate)) for one in (then, now)]
    return [
        (dataset.units.index[u], rules.components[c], CHANGE_KINDS[kinds[u, c]], then.rate[u, c],
         now.rate[u, c], earned[0][u, c], earned[1][u, c], *(count[u, c] for count in counts))
        for u, c in np.argwhere(kinds >= 0)
    ]  # fmt: skip


def restatements(dataset: Dataset) -> pd.DataFrame:
    """Figures that a later load stated anew (`RESTATEMENTS`), the newest first; each with what
    stood in its place then. Raises DataError.

    `before` and `now` are rates in percent where `is_rate`, else points.
    """
    old = restated_rows(dataset)
    if old.empty:
        return pd.DataFrame(columns=RESTATEMENTS)
    key = ["as_of", "unit", "component", "portal"]
    stands = dataset.observations.assign(loaded_at="9")  # after every other moment
    both = pd.concat([old, stands]).sort_values("loaded_at", kind="stable")
    shares = 100 * both["numerator"] / both["denominator"].where(both["denominator"] > 0)
    rate = shares.fillna(both["rate_percent"])
    both = both.assign(value=rate.fillna(both["points"]), is_rate=rate.notna())
    both["now"] = both.groupby(key)["value"].shift(-1)
    found = both[both["loaded_at"] != "9"].rename(columns={"component": "figure"})
    found = found.rename(columns={"value": "before"}).sort_values(
        ["loaded_at", "unit", "figure"], ascending=[False, True, True], kind="stable"
    )
    return found[RESTATEMENTS].reset_index(drop=True)
