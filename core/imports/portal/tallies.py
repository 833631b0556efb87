"""What an answer says of itself while it is walked: how many units, dossiers and ranks."""

from collections.abc import Mapping
from typing import Any

from core.imports.names import is_country
from core.imports.portal.counts import IDS, NAMES, UNIT_CODES, first, keyed, plain_count
from core.imports.reading import Draft, Figure, Seen
from core.imports.vocabulary import GROUP

LISTS = ("evaluation", "children", "units", "items", "content", "communes", "agencies")
_EXPECTED = ("totalunitscount", "totalunits")
# as the portal writes them: that is what people find in its answers
_DOSSIERS = {
    "totalreceived": "totalReceived",
    "totaldossiers": "totalDossiers",
    "channeltotalsum": "channelTotalSum",
}
Pointed = tuple[str | None, str | None, str | None]


class Tallies:
    """Numbers to compare at the end of a walk."""

    def __init__(self) -> None:
        self.joints: list[tuple[Seen, float]] = []
        self.dossiers: list[tuple[Seen, str, float]] = []
        self.pages: dict[int, set[str]] = {}  # units that lists are said to have, and have
        self.whole = 0

    def joint(self, unit: Seen, points: float) -> None:
        self.joints.append((unit, points))

    def count(self, record: Mapping[str, Any], unit: Seen, found: list[Figure]) -> None:
        """Dossiers of a unit as this record counts them, and the units that a list should have."""
        for key, name in _DOSSIERS.items():
            if (number := plain_count(record.get(key))) is not None and not unit.is_empty:
                self.dossiers.append((unit, name, number))
        for key in _EXPECTED:
            self.whole = max(self.whole, int(plain_count(record.get(key)) or 0))
        page = record.get("pagination")
        total = (
            plain_count(first(keyed(page), ("total", "totalelements")))
            if (isinstance(page, Mapping))
            else None
        )
        rows = next((record[key] for key in LISTS if isinstance(record.get(key), list)), None)
        if total is not None and rows is not None:
            self.pages.setdefault(int(total), set()).update(map(_pointed_row, rows))

    def warn(self, draft: Draft) -> None:
        """Say what doesn't agree."""
        for total, rows in sorted(self.pages.items()):
            if total > len(rows):
                expected = "{total} units as the file's own count says; {here} are here"
                draft.warn(expected, total=total, here=len(rows))
        units = {pointed(one.unit) for one in draft.figures}
        if not self.pages and self.whole > max(len(units) - 1, 0):
            expected = "{total} units as the file's own count says; {here} are here"
            draft.warn(expected, total=self.whole, here=max(len(units) - 1, 0))
        single = {pointed(one.unit) for one in draft.figures if one.figure == f"{GROUP}payment"}
        for unit, points in self.joints:
            if is_country(unit) or pointed(unit) in single:
                continue
            expected = (
                "{online} and {payment} each for itself; {points} of 22 is published for both "
                "together, and each is estimated from it"
            )
            draft.warn(
                expected, unit.name, online=f"{GROUP}online", payment=f"{GROUP}payment",
                points=f"{points:g}",
            )  # fmt: skip


def pointed(unit: Seen) -> Pointed:
    """What a unit is told apart by within one file."""
    return (unit.code, None, None) if unit.code else (None, unit.id, None if unit.id else unit.name)


def _pointed_row(row: Any) -> str:
    """A row of a list by its unit: pages of one list, and endpoints that list the same, add up."""
    record = keyed(row) if isinstance(row, Mapping) else {}
    return str(first(record, (*IDS, *UNIT_CODES, *NAMES)) or record)
