"""Dates and periods, as files, their names and portals write them."""

import datetime as dt
import re

from core.dataset.schema import is_in_reach
from core.text import fold

HANOI = dt.timezone(dt.timedelta(hours=7))
YEAR, QUARTER, MONTH = "year", "quarter", "month"
_ISO = re.compile(r"(?<!\d)(20\d\d)[-_.](\d{1,2})[-_.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-_./](\d{1,2})[-_./](20\d\d)(?!\d)")
_WORDS = re.compile(r"ngay\s+(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(20\d\d)")
_PACKED = re.compile(r"(?<!\d)(?:(20\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)(20\d\d))(?!\d)")
_STAMP = re.compile(r"(20\d\d-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")
# the day of a decision that a title names is none of its figures: 766/QĐ-TTg ngày 23/06/2022
_OF_DOCUMENT = re.compile(
    r"\d+/[^\W\d_][\w/-]*\s*,?\s*ngày\s+(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})",
    re.IGNORECASE,
)
_YEAR = r"(?:nam )?(?P<{}>20\d\d)"
# months, and how files name them: "2026 q3", "quy 3 nam 2026", "2026 09", "thang 9 2026"
_SPANS = (
    (
        3,
        re.compile(
            rf"\b{_YEAR.format('year')} q(?:uy|uarter)? ?(?P<at>[1-4])\b"
            rf"|\bq(?:uy|uarter)? ?(?P<at2>[1-4]) {_YEAR.format('year2')}\b"
        ),
    ),
    (
        1,
        re.compile(
            rf"\b{_YEAR.format('year')} (?:thang |t|m)?(?P<at>0[1-9]|1[0-2])\b"
            rf"|\b(?:thang |month |t)(?P<at2>0?[1-9]|1[0-2]) {_YEAR.format('year2')}\b"
        ),
    ),
)
_QUARTERS = ("i", "ii", "iii", "iv")
_ROMAN = re.compile(r"\bquy (i{1,3}|iv)\b")
_DAY_IN_WORDS = re.compile(r"\bngay \d{1,2} thang \d{1,2}(?: nam (?:20)?\d\d)?\b")
_SINCE_JANUARY = re.compile(
    r"\b\d{1,2} thang (?:dau )?nam\b|\bluy ke\b|\btu (?:dau nam|(?:ngay \d+ )?thang 0?1)\b"
)
_PERIODS = (
    (MONTH, re.compile(r"\b(?:month|monthly|thang)\b")),
    (QUARTER, re.compile(r"\b(?:quarter|quarterly|quy)\b")),
    (YEAR, re.compile(r"\b(?:year|yearly|nam)\b")),
)


def without_documents(text: str) -> str:
    """A text without the days of the documents that it cites."""
    return _OF_DOCUMENT.sub(" ", text)


def find_date(text: str) -> dt.date | None:
    """The first date in a text: 2026-10-10, 27/3/2025, 10102026, a time stamp (in Hanoi's day).

    >>> find_date("agencies_10102026.json"), find_date("đến ngày 27/3/2025")
    (datetime.date(2026, 10, 10), datetime.date(2025, 3, 27))
    >>> find_date("Theo QĐ số 766/QĐ-TTg ngày 23/06/2022, đến 10/10/2026")
    datetime.date(2026, 10, 10)
    """
    text = without_documents(text)
    if found := _STAMP.search(text):
        zone = "+00:00" if found[3] == "Z" else found[3] or "+07:00"
        try:
            moment = dt.datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}")
            return moment.astimezone(HANOI).date()
        except ValueError:
            return None
    if found := _ISO.search(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY_FIRST.search(text) or _WORDS.search(fold(text)):
        return _day(found[3], found[2], found[1])
    if found := _PACKED.search(text):
        return (
            _day(found[1], found[2], found[3]) if found[1] else _day(found[6], found[5], found[4])
        )
    return None


def find_span(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of the month or quarter that a text names without a day.

    >>> find_span("month-2026-09.json"), find_span("quý 3 năm 2026")[1]
    ((datetime.date(2026, 9, 1), datetime.date(2026, 9, 30)), datetime.date(2026, 9, 30))
    """
    words = re.sub(r"[^a-z0-9]+", " ", fold(without_documents(text)))
    words = _ROMAN.sub(lambda found: f"quy {_QUARTERS.index(found[1]) + 1}", words)
    for months, pattern in _SPANS:
        if found := pattern.search(words):
            year, number = found["year"] or found["year2"], int(found["at"] or found["at2"])
            last = number * months
            after = dt.date(int(year) + last // 12, last % 12 + 1, 1)
            return dt.date(int(year), last - months + 1, 1), after - dt.timedelta(days=1)
    return None


def find_period(text: str) -> str | None:
    """Whether a text speaks of a month, a quarter or a year; the day of a figure is none of them.

    >>> find_period("đến ngày 30 tháng 9 năm 2026"), find_period("9 tháng đầu năm 2026")
    (None, 'year')
    """
    words = re.sub(r"[^a-z0-9]+", " ", fold(without_documents(text)))
    words = _DAY_IN_WORDS.sub(" ", words)
    if _SINCE_JANUARY.search(words):
        return YEAR
    words = re.sub(r"(?<=[a-z])(?=\d)", " ", words)
    return next((name for name, pattern in _PERIODS if pattern.search(words)), None)


def period_start(period: str, as_of: dt.date) -> dt.date:
    """The first day that a period's figures count."""
    if period == MONTH:
        return as_of.replace(day=1)
    if period == QUARTER:
        return as_of.replace(month=3 * ((as_of.month - 1) // 3) + 1, day=1)
    return as_of.replace(month=1, day=1)


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if is_in_reach(found) else None
