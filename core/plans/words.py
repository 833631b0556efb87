"""Rates and due dates as people write them into a table of targets."""

import datetime as dt
import re
from calendar import monthrange

from core.text import fold

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
# words that may stand beside the number of a target that is at least so much
_AT_LEAST = re.compile(
    r"\b(toi thieu|it nhat|dat|phai|ty le|tu|tro len|tren|muc|at least|min|minimum)\b|[%≥>=\s:;.,-]"
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = re.compile(r"(?:quy|q|quarter)\s*(iv|iii|ii|i|[1-4])\s*(?:[/-]|nam)?\s*(\d{4})")
_HALF = re.compile(r"6 thang dau nam\s*(\d{4})")
_MONTH = re.compile(r"(?:het |cuoi )?thang\s*(\d{1,2})\s*(?:[/-]|nam)\s*(\d{4})")
_YEAR = re.compile(r"(?:den )?(?:het |cuoi )?(?:nam |ca nam |year )?(\d{4})")
_DAY_FIRST = re.compile(r"(?:truoc |den )?(?:ngay )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ t].*)?")


def rate_in(text: str) -> float | None:
    """A target of at least so much as a fraction; None where it is something else.

    A number of at most 1 without a per-cent sign is how a workbook keeps per cents.

    >>> rate_in("tối thiểu 98%"), rate_in("62,5"), rate_in("0.98"), rate_in("≥ 50 %")
    (0.98, 0.625, 0.98, 0.5)
    >>> rate_in("tối đa 5%"), rate_in("50-60%"), rate_in("cao"), rate_in("120%")
    (None, None, None, None)
    """
    words = fold(text)
    numbers = _NUMBER.findall(words)
    if len(numbers) != 1 or _AT_LEAST.sub("", _NUMBER.sub("", words)):
        return None
    value = float(numbers[0].replace(",", "."))
    if "%" in words or value > 1:
        value = value / 100
    return value if 0 <= value <= 1 else None


def due_in(text: str) -> dt.date | None:
    """A due date: a day, or the last day of a month, quarter, half-year or year.

    >>> [str(due_in(one)) for one in ("30/6/2024", "Quý II/2024", "năm 2024", "2024-06-30")]
    ['2024-06-30', '2024-06-30', '2024-12-31', '2024-06-30']
    >>> due_in("sớm"), due_in("31/6/2024")
    (None, None)
    """
    words = fold(text)
    try:
        if found := _DAY_FIRST.fullmatch(words):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        if found := _YEAR_FIRST.fullmatch(words):
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        if found := _QUARTER.fullmatch(words):
            quarter = ROMAN.get(found[1]) or int(found[1])
            return _last_day(int(found[2]), 3 * quarter)
        if found := _MONTH.fullmatch(words):
            return _last_day(int(found[2]), int(found[1]))
        if found := _HALF.fullmatch(words):
            return _last_day(int(found[1]), 6)
        if found := _YEAR.fullmatch(words):
            return _last_day(int(found[1]), 12)
    except ValueError:  # there is no such day
        return None
    return None


def _last_day(year: int, month: int) -> dt.date:
    if not 1 <= month <= 12 or not 1900 <= year <= 2199:
        raise ValueError("no such month")
    return dt.date(year, month, monthrange(year, month)[1])
