"""The days of a list: read from its dates, and how far the periods of two lists agree."""

import datetime as dt
import re
from dataclasses import dataclass

FAR = 7  # days that one list goes on for longer than the other: more is another period
MANY = 5  # ... or so many different days of it have dossiers
_DAY_FIRST = re.compile(
    r"\s*(?:\d{1,2}:\d{2}(?::\d{2})?\s+)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b"
)
_YEAR_FIRST = re.compile(r"\s*(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")


def read_day(text: str) -> dt.date | None:
    """The day of a cell, `27/03/2025 08:30` as well as `2025-03-27`; None where there is none."""
    if found := _YEAR_FIRST.match(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.match(text):
        day, month, year = (int(part) for part in found.groups())
        year += 2000 if year < 100 else 0
    else:
        return None
    try:
        return dt.date(year, month, day) if 2000 <= year < 2100 else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Period:
    """First and last day of a list."""

    first: dt.date
    last: dt.date


def common(one: Period | None, other: Period | None) -> Period | None:
    """The days of both; None where either is not known, or there are none."""
    if one is None or other is None:
        return None
    first, last = max(one.first, other.first), min(one.last, other.last)
    return Period(first, last) if first <= last else None


def is_apart(days: list[dt.date], end: dt.date) -> bool:
    """Whether the days of dossiers beyond the `end` of the other list are another period, and not
    just a few that did not arrive."""
    return bool(days) and (
        len(set(days)) >= MANY or max(abs((day - end).days) for day in days) > FAR
    )
