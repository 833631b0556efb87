"""Boards of provinces, as rows of `field.csv`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.dataset.boards import own_name, province_key
from core.imports import moments
from core.imports.names import is_country, is_province
from core.imports.plan import BoardRow
from core.imports.planning.days import DatedReading
from core.imports.reading import Draft, Figure
from core.imports.vocabulary import GROUP, PLACE, TOTAL, Vocabulary
from core.problems import Problem


@dataclass(frozen=True)
class _Standing:
    """A province on a board; the mean of all where `province` is None."""

    province: str | None
    points: dict[str, float]


def _standings(figures: Iterable[Figure], words: Vocabulary) -> list[_Standing]:
    """The provinces of one reading, where there are several, and the mean of the country."""
    provinces: dict[str, dict[str, float]] = defaultdict(dict)
    names: dict[str, str] = {}
    mean: dict[str, float] = {}
    for one in figures:
        if one.points is None or one.portal != "national":
            continue
        if is_country(one.unit):
            mean.setdefault(one.figure, one.points)
        elif is_province(one.unit):
            code = str(one.unit.code)
            names.setdefault(code, words.provinces.get(code) or own_name(one.unit.name or code))
            provinces[code].setdefault(one.figure, one.points)
    found = [_Standing(names[code], points) for code, points in provinces.items()]
    found = [one for one in found if TOTAL in one.points or PLACE in one.points]
    found = found if len(found) > 1 else []
    return found + ([_Standing(None, {TOTAL: mean[TOTAL]})] if TOTAL in mean else [])


def _rows_of(found: Sequence[_Standing], day: dt.date, view: str) -> list[BoardRow]:
    """Standings as rows of a board of one day."""
    rows = []
    for one in found:
        total = one.points.get(TOTAL)
        if one.province is None:
            rows.append(BoardRow(day, view, None, {}, None, None, total))
            continue
        groups = {
            name.removeprefix(GROUP): points
            for name, points in one.points.items()
            if name.startswith(GROUP)
        }
        rows.append(BoardRow(day, view, one.province, groups, total, one.points.get(PLACE), None))
    return rows


def boards_of(part: DatedReading, words: Vocabulary) -> list[BoardRow]:
    """The rows that a reading has for the boards."""
    if part.period == moments.QUARTER:
        return []  # no view of the field
    view = "month" if part.period == moments.MONTH else "year_to_date"
    return _rows_of(_standings(part.figures, words), part.as_of, view)


def board_faults(boards: Sequence[BoardRow], draft: Draft) -> None:
    """Two scores of one province on a day, as two views of which nobody says which is which."""
    seen: dict[tuple[dt.date, str, str | None], float | None] = {}
    for row in boards:
        key = (row.date, row.period, row.province)
        before = seen.setdefault(key, row.total)
        if before is not None and row.total is not None and before != row.total:
            expected = (
                "one score of {province} on {day}, another place says {other}: where these are a "
                "year and a month, name the sheets or files so"
            )
            details = {"province": row.province, "day": f"{row.date}", "other": f"{before:g}"}
            problem = Problem(draft.file, None, "total", f"{row.total:g}", expected, details)
            draft.problems.append(problem)
            return


def own_rank(boards: Sequence[BoardRow], name: str, as_of: dt.date | None) -> int | None:
    """The province's rank of the year on the board of a day."""
    for row in boards:
        same = row.province is not None and province_key(row.province) == province_key(name)
        if same and row.date == as_of and row.period == "year_to_date" and row.rank:
            return int(row.rank)
    return None
