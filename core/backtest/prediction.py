"""A backtest as a table: what was predicted, what happened, and what that means in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from core.arrays import RANGE, Array
from core.field.ranks import RankDistribution


@dataclass(frozen=True)
class Row:
    """One prediction, its 80 % range where the engine gives one, and what happened.

    `label` is an English pattern with `{name}` fields that `details` fills with dates, numbers and
    names, so that a screen can translate it. `error` is predicted less happened.
    """

    label: str
    measure: Literal["points", "rank", "percent"]
    predicted: float
    happened: float
    low: float | None = None
    high: float | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def error(self) -> float:
        return self.predicted - self.happened

    @property
    def inside(self) -> bool | None:
        """Whether what happened lies in the range; None without a range."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.happened <= self.high


@dataclass(frozen=True)
class Note:
    """What the rows mean: an English pattern and the `details` that fill it."""

    text: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Backtest:
    """One question to the past; `title` is an English sentence."""

    key: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]


def plain_backtests(found: Iterable[Backtest]) -> dict[str, Any]:
    """Backtests for JSON; labels and notes as English sentences."""
    return {"backtests": [_plain(one) for one in found]}


def _plain(one: Backtest) -> dict[str, Any]:
    rows = [
        {
            "label": _sentence(row.label, row.details),
            "measure": row.measure,
            "predicted": row.predicted,
            "p10": row.low,
            "p90": row.high,
            "happened": row.happened,
            "error": row.error,
        }
        for row in one.rows
    ]
    notes = [_sentence(note.text, note.details) for note in one.notes]
    return {"key": one.key, "title": one.title, "rows": rows, "notes": notes}


def _sentence(pattern: str, details: Mapping[str, object]) -> str:
    plain = {k: f"{v:.2f}" if isinstance(v, float) else str(v) for k, v in details.items()}
    return pattern.format(**plain)


def score_row(label: str, predicted: float, draws: Array, happened: float) -> Row:
    low, high = np.quantile(draws, RANGE)
    return Row(label, "points", predicted, happened, float(low), float(high))


def rank_row(label: str, found: RankDistribution, happened: int, **details: object) -> Row:
    return Row(label, "rank", found.median, happened, found.p10, found.p90, details)
