"""Numbers and figures of one record of the portal, whatever its keys look like."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.imports.names import is_called_unit, is_province
from core.imports.reading import Figure, Seen
from core.imports.vocabulary import GROUP, TOTAL, Vocabulary, squeezed

NAMES = ("departmentname", "tencoquan",  "unitname", "tendonvi", "agencyname", "ten", "donvi",
         "province", "provincename", "tinh", "tinhthanhpho")  # fmt: skip
UNIT_CODES = ("departmentcode", "macoquan", "unitcode", "madonvi", "agencycode", "madinhdanh",
         "provincecode")  # fmt: skip
IDS = ("departmentid", "unitid", "agencyid", "idcoquan", "rootdepartmentid")
SCORES = ("totalscore", "score", "currentscore", "tongscore", "tongdiem", "diem")
SCORES_OF_UNIT = ("total", "points", "totalpoints", "value")  # elsewhere these are other things
MAXIMA = ("totalmaxscore", "maxscore")
METRIC = ("code", "metriccode", "indicatorcode", "metric", "indicator")
MOST_PROVINCES, LARGEST_GROUP = 70, 22.0
# a group is recognised by its maximum where only one has it
BY_MAXIMUM = {
    100.0: TOTAL,
    20.0: f"{GROUP}progress",
    12.0: f"{GROUP}online",
    10.0: f"{GROUP}payment",
}
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,\u00a0\u202f ])\d{3})(?:\1\d{3})*")
_AS_NUMBER = re.compile(r"^(\d+)\.0+$")
_LEVELS = {
    "province": "province",
    "agency": "department",
    "provincialdepartment": "department",
    "commune": "commune",
    "communepeoplecommittee": "commune",
    "district": "district",
    "districtpeoplecommittee": "district",
}

Keyed = Mapping[str, Any]  # a record by squeezed keys


def keyed(node: Mapping[Any, Any]) -> dict[str, Any]:
    """A record by squeezed keys; of two that are one, the first."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        found.setdefault(squeezed(str(key)), value)
    return found


def plain_number(value: object) -> float | None:
    """A number, also as text (`11.79`, `11,79`); None for null and for what is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) and abs(value) < 1e12 else None
    if isinstance(value, str):
        text = value.strip().removesuffix("%").strip().replace(",", ".")
        try:
            number = float(text) if text and len(text) < 20 else math.nan
        except ValueError:
            return None
        return number if math.isfinite(number) and abs(number) < 1e12 else None
    return None


def plain_count(value: object) -> float | None:
    """A number of things, which is whole: as text, marks between groups of three divide thousands.

    >>> plain_count("417.669"), plain_count("1,234,567"), plain_count(12.0), plain_count("0,5")
    (417669.0, 1234567.0, 12.0, 0.5)
    """
    if isinstance(value, str) and _GROUPED.fullmatch(value.strip()):
        value = re.sub(r"[.,\s]", "", value)
    return plain_number(value)


def first(record: Keyed, keys: tuple[str, ...]) -> Any:
    """The value of the first of these keys that has one."""
    return next((record[key] for key in keys if record.get(key) is not None), None)


def code_text(value: object) -> str | None:
    """A code or name as text; a spreadsheet made `7919` to the number 7919.0.

    >>> code_text(7919.0), code_text("7919.0"), code_text("H21.09"), code_text(None)
    ('7919', '7919', 'H21.09', None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
    return _AS_NUMBER.sub(r"\1", text) or None


def unit_in(record: Keyed, words: Vocabulary) -> Seen:
    """The unit that a record names, empty where it names none.

    A plain `name` counts only if units are called so: else it is that of a figure.
    """

    def text(keys: tuple[str, ...]) -> str | None:
        return code_text(first(record, keys))

    seen = Seen(text(UNIT_CODES), text(IDS), text(NAMES), _level(record))
    plain = record.get("name")
    if seen.is_empty and isinstance(plain, str) and is_called_unit(plain):
        code = record.get("code")
        if squeezed(str(code)) not in words.keys:
            return Seen(code if isinstance(code, str) else None, text(("id",)), plain, seen.level)
    return seen


def is_board(rows: Any, words: Vocabulary) -> bool:
    """Whether a list is a board of provinces: several, with scores that no single group has."""
    if not isinstance(rows, list) or not 1 < len(rows) <= MOST_PROVINCES:
        return False
    scores = []
    for row in rows:
        record = keyed(row) if isinstance(row, Mapping) else {}
        score = plain_number(first(record, SCORES))
        if score is None or not is_province(unit_in(record, words)):
            return False
        scores.append(score)
    return max(scores) > LARGEST_GROUP


def _level(record: Keyed) -> str | None:
    """A department is of level PROVINCE for the portal, too: what it is called decides there."""
    for key in ("childgroup", "departmenttype"):
        if (found := _LEVELS.get(squeezed(str(record.get(key) or "")))) is not None:
            return found
    kind = str(record.get("loaicoquan") or "")
    return {"1": "province", "2": "department", "3": "commune"}.get(kind)


def counted_figures(record: Keyed, unit: Seen, words: Vocabulary) -> Iterator[Figure]:
    """Components that the record gives as counts of its own keys."""
    for count in words.counts:
        below = next((key for key in count.denominators if key in record), None)
        above = [plain_count(record.get(key)) for key in count.numerator]
        if below is None or any(number is None for number in above):
            continue
        denominator = plain_count(record[below])
        if denominator is not None:
            numerator = sum(number for number in above if number is not None)
            yield Figure(unit, count.component, numerator, denominator)


def metric_figure(record: Keyed, name: str, unit: Seen) -> Figure:
    """One metric: counts where both are there, else points, else a rate."""
    numerator = plain_count(first(record, ("numerator", "tuso")))
    denominator = plain_count(first(record, ("denominator", "mauso")))
    points = plain_number(first(record, ("score", "points", "diem")))
    rate = plain_number(first(record, ("ratio", "rate", "tyle", "ratepercent")))
    if numerator is None or denominator is None:
        numerator = denominator = None
    if denominator is not None or points is not None:
        rate = None
    return Figure(unit, name, numerator, denominator, rate, points)


def groups_in(node: Any, words: Vocabulary, depth: int = 0) -> set[str]:
    """The groups whose components a part of an answer has, told by its own keys and codes."""
    found: set[str] = set()
    if depth > 12:
        return found
    if isinstance(node, Mapping):
        record = keyed(node)
        code = first(record, METRIC)
        if isinstance(code, str):
            figure = words.keys.get(squeezed(code), "")
            found |= {GROUP + words.group_of[figure]} if figure in words.group_of else set()
        for count in words.counts:
            if any(key in record for key in count.numerator):
                found.add(GROUP + words.group_of[count.component])
        for value in node.values():
            if isinstance(value, Mapping | list):
                found |= groups_in(value, words, depth + 1)
    elif isinstance(node, list):
        for value in node[:50]:
            found |= groups_in(value, words, depth + 1)
    return found
