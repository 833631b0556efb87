"""Boards of provinces, as rows of `field.csv`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.dataset.boards import own_name
from core.imports.names import is_country, is_province
from core.imports.plan import BoardRow
from core.imports.reading import Figure
from core.imports.vocabulary import GROUP, PLACE, TOTAL, Vocabulary


@dataclass(frozen=True)
class BoardStanding:
    """A province on a board; the mean of all where `province` is None."""

    province: str | None
    points: dict[str, float]


def board_standings(figures: Iterable[Figure], words: Vocabulary) -> list[BoardStanding]:
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
    found = [BoardStanding(names[code], points) for code, points in provinces.items()]
    found = [one for one in found if TOTAL in one.points or PLACE in one.points]
    found = found if len(found) > 1 else []
    return found + ([BoardStanding(None, {TOTAL: mean[TOTAL]})] if TOTAL in mean else [])


def board_rows_of(found: Sequence[BoardStanding], day: dt.date, view: str) -> list[BoardRow]:
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
