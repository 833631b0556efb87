"""The days of a list: read from its dates, and how far the periods of two lists agree."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

FAR = 7  # days that one list goes on for longer than the other: more is another period
MANY = 5  # ... or so many different days of it have dossiers
_DAY_FIRST = re.compile(
    r"\s*(?:\d{1,2}:\d{2}(?::\d{2})?\s+)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b"
)
_SERIAL = re.compile(r"\s*(3[6-9]\d{3}|[4-6]\d{4}|7[0-2]\d{3})(?:[.,]\d+)?\s*$")  # days of Excel
_EPOCH = dt.date(1899, 12, 30)
_YEAR_FIRST = re.compile(r"\s*(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")


def read_day(text: str, month_first: bool = False) -> dt.date | None:
    """The day of a cell, `27/03/2025 08:30` as well as `2025-03-27` and the number of days that a
    spreadsheet counts; None where there is none."""
    if found := _YEAR_FIRST.match(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.match(text):
        day, month, year = (int(part) for part in found.groups())
        day, month = (month, day) if month_first else (day, month)
        year += 2000 if year < 100 else 0
    elif found := _SERIAL.match(text):
        return _EPOCH + dt.timedelta(days=int(found[1]))
    else:
        return None
    try:
        return dt.date(year, month, day) if 2000 <= year < 2100 else None
    except ValueError:
        return None


def without_time(dates: pa.Array) -> pa.Array:
    """Dates as they are written, without their times of day."""
    return pc.utf8_slice_codeunits(pc.utf8_ltrim_whitespace(dates), 0, 10)


def orders(texts: Iterable[str]) -> set[bool]:
    """Which orders the dates of a column have, told by those that only one makes a day of: True for
    month/day/year, False for day/month/year."""
    found = set()
    for text in texts:
        if not _YEAR_FIRST.match(text) and (parts := _DAY_FIRST.match(text)):
            first, second = int(parts[1]), int(parts[2])
            if first > 12 >= second:
                found.add(False)
            elif second > 12 >= first:
                found.add(True)
    return found


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
