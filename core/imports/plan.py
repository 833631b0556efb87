"""The plan of an import: everything that would be written, and what would not, with reasons.

A plan is decided once. `write` applies it as it stands and decides nothing anew.
"""

import datetime as dt
from dataclasses import dataclass, field

from core.imports.reading import LeftOut, Seen
from core.problems import Problem

SUMMED = "sum of the units loaded"  # the note of a province's figure that no file states


@dataclass(frozen=True)
class ImportOptions:
    """What a person says because the files do not: date, view, province, decimal mark.

    `saved` is the day on which each file was saved, by its name, for files that name no day;
    `columns` what a heading means, by its text; `known` the units of the dataset that
    stands, `aliases` the code of the unit by its other names.
    """

    as_of: dt.date | None = None
    period: str | None = None
    province: str | None = None
    decimal: str | None = None
    portal: str = "national"
    hidden: bool | None = None
    columns: dict[str, str] = field(default_factory=dict)
    saved: dict[str, dt.date] = field(default_factory=dict)
    known: tuple[Seen, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitRow:
    """A row of `units.csv`."""

    unit: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True)
class ObservationRow:
    """A row of `observations.csv`."""

    as_of: dt.date
    unit: str
    component: str
    portal: str
    numerator: float | None
    denominator: float | None
    rate_percent: float | None
    points: float | None
    note: str | None


@dataclass(frozen=True)
class BoardRow:
    """A row of `field.csv`: a province, or all on the mean where `province` is None."""

    date: dt.date
    period: str
    province: str | None
    groups: dict[str, float]
    total: float | None
    rank: float | None
    mean_total: float | None


@dataclass(frozen=True)
class ImportPlan:
    """What becomes of the files. Nothing is written while there are `problems`."""

    kind: str
    files: tuple[str, ...]
    province: str | None = None
    province_name: str = ""
    rule_set: str = ""
    as_of: dt.date | None = None
    period: str = "year"
    units: tuple[UnitRow, ...] = ()
    observations: tuple[ObservationRow, ...] = ()
    board: tuple[BoardRow, ...] = ()
    published_rank: int | None = None
    headings: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def boards(self) -> int:
        """How many boards of provinces there are: dates and views."""
        return len({(row.date, row.period) for row in self.board})

    @property
    def published_total(self) -> float | None:
        """The score of the province on the date of the plan, where it is published."""
        rows = (
            row.points
            for row in self.observations
            if (row.unit, row.component, row.as_of) == (self.province, "total", self.as_of)
        )
        return next(rows, None)
