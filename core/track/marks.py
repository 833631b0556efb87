"""Frozen forecasts against what happened: inside the range or not, and how far off.

The continuous ranked probability score of the score, in points, and the ranked probability score
of the rank, in places (both Gneiting and Raftery, 2007): 0 is perfect, and of one certain figure
both are the distance to it. Beside them the same marks of two simple forecasts: it stays as it is,
and the own rates stand still while the others move.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from core.backtest.boards import RANK, SCORE, crps
from core.dataset.facts import Dataset
from core.field.told import SAME_BOARD_DAYS
from core.track.frozen import FrozenDay, FrozenForecast, FrozenLine
from core.track.moved_on import Known, known_standings

MARK_COLUMNS = [
    "as_of", "title", "said_for", "happened", "days", "measure", "low", "median", "high", "actual",
    "inside", "mark", "mark_stays", "mark_still", "late",
]  # fmt: skip
Dated = tuple[FrozenForecast, dt.date]
SPANS = (7, 30, 90)
"""Days ahead that end the spans by which marks are counted; the last span has no end."""


def rank_mark(parts: Sequence[float], actual: int) -> float:
    """The ranked probability score of a rank: `parts` of the draws at each rank, 1 first."""
    reached = np.cumsum(parts)[:-1]
    happened = np.arange(1, len(parts)) >= actual
    return float(((reached - happened) ** 2).sum())


def marks(frozen: Iterable[Dated], dataset: Dataset) -> pd.DataFrame:
    """Every frozen forecast against all that came since (`MARK_COLUMNS`), the newest day first.

    `frozen` with the day on which each was frozen; those of another province, year or rule set are
    left out, and of several of one day and title the first counts. `late`: what it speaks of had
    happened when it was frozen, so it was no forecast, though made of older figures only.
    """
    meta = dataset.meta
    actual = known_standings(dataset)
    first: dict[tuple[dt.date, str], Dated] = {}
    for one, on in frozen:
        mine = (one.province, one.rule_set, one.period_start)
        if mine == (meta.province, meta.rule_set, meta.period_start):
            first.setdefault((one.as_of, one.title), (one, on))
    rows = [row for one, on in first.values() for row in _of_forecast(one, on, actual)]
    table = pd.DataFrame(rows, columns=MARK_COLUMNS)
    return table.sort_values(
        ["happened", "as_of", "title", "measure"], ascending=[False, False, True, False],
        kind="stable", ignore_index=True,
    )  # fmt: skip


def _of_forecast(
    one: FrozenForecast, on: dt.date, actual: Sequence[Known]
) -> Iterator[tuple[object, ...]]:
    for known in actual:
        said = _said(one, known.day)
        if said is None:
            continue
        start = (one.as_of, one.title, said.date, known.day, (known.day - one.as_of).days)
        late = on >= known.day
        if not np.isnan(known.score):
            yield (*start, SCORE, *_score_mark(said.like, known.score),
                   abs(one.score - known.score), crps(np.array(said.still.score), known.score),
                   late)  # fmt: skip
        if known.rank is not None and one.rank is not None:
            yield (*start, RANK, *_rank_marks(said.like, known.rank),
                   float(abs(one.rank - known.rank)), rank_mark(said.still.rank, known.rank),
                   late)  # fmt: skip


def _said(one: FrozenForecast, day: dt.date) -> FrozenDay | None:
    """What was said of a day: of that one, else of the nearest within three days (one board)."""
    if not one.days or day <= one.known_until:
        return None
    near = min(one.days, key=lambda said: abs((said.date - day).days))
    return near if abs((near.date - day).days) <= SAME_BOARD_DAYS else None


def _score_mark(line: FrozenLine, actual: float) -> tuple[object, ...]:
    draws = np.array(line.score)
    inside = line.low <= actual <= line.high
    return line.low, float(np.median(draws)), line.high, actual, inside, crps(draws, actual)


def _rank_marks(line: FrozenLine, actual: int) -> tuple[object, ...]:
    median = 1 + int(np.searchsorted(np.cumsum(line.rank), 0.5 - 1e-9))
    inside = line.best <= actual <= line.worst
    mark = rank_mark(line.rank, actual)
    return line.best, median, line.worst, float(actual), inside, mark


def by_span(table: pd.DataFrame) -> pd.DataFrame:
    """Marks by measure and days ahead: `until` (the last day of the span, NaN the open one), how
    `many`, how many `inside`, and the mean of each mark."""
    spans = np.digitize(table["days"].astype(float), np.array(SPANS) + 0.5)
    rows = []
    ends = np.array([*SPANS, np.nan])
    for (measure, until), part in table.groupby(
        [table["measure"], ends[spans]], sort=True, dropna=False
    ):
        means = (float(part[name].mean()) for name in ("mark", "mark_stays", "mark_still"))
        rows.append((measure, until, len(part), int(part["inside"].sum()), *means))
    columns = ["measure", "until", "many", "inside", "mark", "mark_stays", "mark_still"]
    return pd.DataFrame(rows, columns=columns)


def held_of_ten(table: pd.DataFrame) -> float:
    """Of ten forecasts, how many held: marks inside their range; NaN where there is none."""
    return 10 * float(table["inside"].astype(float).mean()) if len(table) else float("nan")
