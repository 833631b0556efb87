"""What one file says, before it is known whose dataset it becomes."""

import datetime as dt
from dataclasses import dataclass, field

from core.problems import Problem

PORTAL_2026 = "portal_2026"
PORTAL_2025 = "portal_2025"
PEOPLES = "table"
MOST_TOLD = 20  # sentences of one kind; the rest is counted


@dataclass(frozen=True)
class Seen:
    """A unit as one place of a file names it; what is not said there is None."""

    code: str | None = None
    id: str | None = None
    name: str | None = None
    level: str | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.code or self.id or self.name)


@dataclass(frozen=True)
class Figure:
    """One published figure of a unit: `figure` is a component, `group:<group>`, `total` or `rank`
    (whose `points` is the place).

    Counts, rate in percent and points; what is not published is None and never 0.
    """

    unit: Seen
    figure: str
    numerator: float | None = None
    denominator: float | None = None
    rate_percent: float | None = None
    points: float | None = None
    portal: str = "national"
    note: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class LeftOut:
    """What of an input does not become a figure, why, and how often."""

    what: str
    why: Problem
    count: int


@dataclass(frozen=True)
class Reading:
    """One file read. `as_of` and `period` (year, quarter, month) are None where it doesn't say.

    `headings` is what was recognised in a table of people: each heading with its meaning.
    """

    file: str
    kind: str
    figures: tuple[Figure, ...] = ()
    as_of: dt.date | None = None
    period: str | None = None
    dossiers: tuple[tuple[Seen, str, float], ...] = ()  # of a unit, as an endpoint counts them
    title: str = ""  # what stands above the table
    span: tuple[dt.date, dt.date] | None = None  # of the period that its rows name
    headings: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass
class Draft:
    """A reading while a file is walked through."""

    file: str
    figures: list[Figure] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: dict[tuple[str, str], list[Problem]] = field(default_factory=dict)

    def warn(self, expected: str, value: str | None = None, **details: object) -> None:
        self.warnings.append(Problem(self.file, None, None, value, expected, details))

    def refuse(self, what: str, problem: Problem) -> None:
        """Leave something out, with the reason."""
        self.refused.setdefault((what, problem.expected), []).append(problem)

    def left_out(self) -> tuple[LeftOut, ...]:
        """What was refused, the same once with its number; of many of a kind the first."""
        found = []
        for (what, _), problems in self.refused.items():
            same: dict[str, list[Problem]] = {}
            for problem in problems:
                same.setdefault(str(problem), []).append(problem)
            if len(same) > MOST_TOLD:
                found.append(LeftOut(what, problems[0], len(problems)))
            else:
                found += [LeftOut(what, each[0], len(each)) for each in same.values()]
        return tuple(found)
