"""The day and the period that figures are of: said by a person, in the file, in its name."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.imports import moments
from core.imports.plan import ImportOptions, ObservationRow
from core.imports.reading import Draft, Figure, Reading
from core.problems import Problem

SAVED = "the day of its figures; the file names none: the day on which it was saved is taken, {day}"
SPAN = "the day of its figures; the title or the name says {first} to {last} only: {day} is taken"


@dataclass(frozen=True)
class DatedReading:
    """A reading with the day and the view that its figures are of."""

    reading: Reading
    as_of: dt.date
    period: str
    figures: list[Figure] = field(default_factory=list)


def dated_readings(
    readings: Sequence[Reading], options: ImportOptions, draft: Draft
) -> list[DatedReading]:
    """Each reading with its day: said by the person, in the file, in its name, or when saved."""
    found = []
    for reading in readings:
        if not reading.figures:
            continue
        day = options.as_of or reading.as_of or moments.find_date(reading.file)
        said = reading.span or moments.find_span(reading.title) or moments.find_span(reading.file)
        if day is None and said is not None:
            first, last = said
            saved = options.saved.get(reading.file)
            day = saved if saved is not None and first <= saved <= last else last
            details = {"first": f"{first}", "last": f"{last}", "day": f"{day}"}
            draft.warnings.append(Problem(reading.file, None, None, None, SPAN, details))
        if day is None and (saved := options.saved.get(reading.file)) is not None:
            expected = SAVED
            problem = Problem(reading.file, None, None, None, expected, {"day": f"{saved}"})
            if problem not in draft.warnings:
                draft.warnings.append(problem)
            day = saved
        if day is None:
            expected = (
                "the day of its figures (--as-of YYYY-MM-DD); neither the file nor its name has one"
            )
            draft.problems.append(Problem(reading.file, None, None, None, expected))
            continue
        own = reading.period if reading.span is not None else None  # as its rows name it
        period = own or options.period or reading.period or moments.find_period(reading.file)
        found.append(DatedReading(reading, day, period or moments.YEAR))
    return found


def own_period(known: Sequence[DatedReading], province: str) -> str:
    """The view of the province's own figures: that of the year where there is one."""
    periods = {
        part.period for part in known if any(_is_below(one, province) for one in part.figures)
    }
    periods = periods or {part.period for part in known}
    for period in (moments.YEAR, moments.QUARTER, moments.MONTH):
        if period in periods:
            return period
    return moments.YEAR


def _is_below(figure: Figure, province: str) -> bool:
    return str(figure.unit.code or "").startswith(f"{province}.")


def newest_day(
    rows: Sequence[ObservationRow], province: str, draft: Draft, any_figures: bool, stands: bool
) -> dt.date | None:
    """The last day on which the province itself has figures; the last day of all where they go to
    a dataset that stands and has the province's."""
    if stands and rows:
        return max(row.as_of for row in rows)
    days = {row.as_of for row in rows if row.unit == province}
    if days:
        later = {row.as_of for row in rows if row.as_of > max(days)}
        if not later:
            return max(days)
    if any_figures:
        expected = (
            "figures of the province {province} itself, beside those of its units: load its own "
            "answer or the board that has it, too"
        )
        draft.problems.append(
            Problem(draft.file, None, None, None, expected, {"province": province})
        )
    return None
