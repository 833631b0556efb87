"""What is possible of a figure, and what two figures of one fact say together."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.arrays import TOLERANCE
from core.imports.plan import SUMMED, ObservationRow, UnitRow
from core.imports.reading import MOST_TOLD, Draft, Figure
from core.imports.vocabulary import GROUP, TOTAL
from core.index.rules import GROUPS, ROUNDING, RuleSet
from core.problems import Problem

SUM_ROOM = 0.06  # six groups, each rounded to 0.01
_SWAPPED = {
    f"{GROUP}payment": "at most {most} points; TTTT is payment and CLGQ online: were they swapped?",
    f"{GROUP}online": "at most {most} points; CLGQ is online and TTTT payment: were they swapped?",
}


def figure_faults(
    one: Figure, place: tuple[str, int | None, str], maxima: Mapping[str, float]
) -> Problem | None:
    """Why a figure can't be, or None."""
    if one.figure not in maxima:
        return Problem(*place, str(one.unit.code), "a known component")
    counts = (one.numerator, one.denominator)
    for count in counts:
        if count is not None and (count < 0 or count % 1):
            return Problem(*place, f"{count:g}", "a count: a whole number of 0 or more")
    if (one.numerator or 0) > (math.inf if one.denominator is None else one.denominator):
        value = f"{one.numerator:.0f} / {one.denominator:.0f}"
        return Problem(*place, value, "a numerator of at most the denominator")
    if one.rate_percent is not None and not 0 <= one.rate_percent <= 100:
        return Problem(*place, f"{one.rate_percent:g}", "a rate from 0 to 100%")
    if one.points is not None and not 0 <= one.points <= maxima[one.figure] + TOLERANCE:
        expected = _SWAPPED.get(one.figure, "from 0 to {most} points")
        return Problem(*place, f"{one.points:g}", expected, {"most": f"{maxima[one.figure]:g}"})
    return None


def merge_rows(rows: Sequence[ObservationRow], draft: Draft) -> list[ObservationRow]:
    """Each fact once: of two that agree one, the fuller; of two that don't the first, and both are
    told."""
    kept: dict[tuple[dt.date, str, str, str], ObservationRow] = {}
    clashes: list[Problem] = []
    for row in rows:
        key = (row.as_of, row.unit, row.component, row.portal)
        before = kept.get(key)
        if before is None:
            kept[key] = row
            continue
        if clash := _clash(before, row):
            expected = "one figure of {unit}; another place says {other}, the first is taken"
            details = {"unit": row.unit, "other": clash[1]}
            clashes.append(Problem(draft.file, None, row.component, clash[0], expected, details))
        kept[key] = _both(before, row)
    draft.warnings += clashes[:MOST_TOLD]
    if len(clashes) > MOST_TOLD:
        expected = "one figure of each fact; {more} more are told twice"
        draft.warn(expected, more=len(clashes) - MOST_TOLD)
    return list(kept.values())


def _clash(one: ObservationRow, two: ObservationRow) -> tuple[str, str] | None:
    pairs = (
        (one.numerator, two.numerator, 0.5),
        (one.denominator, two.denominator, 0.5),
        (one.points, two.points, 2 * ROUNDING + TOLERANCE),
    )
    for first, second, room in pairs:
        if first is not None and second is not None and abs(first - second) > room:
            return f"{first:g}", f"{second:g}"
    return None


def _both(one: ObservationRow, two: ObservationRow) -> ObservationRow:
    """What either says; counts are taken as a pair, and a rate where there are none."""
    counts = one if one.denominator is not None else two
    points = one.points if one.points is not None else two.points
    rate = one.rate_percent if one.rate_percent is not None else two.rate_percent
    rate = None if counts.denominator is not None else rate
    return replace(
        one, numerator=counts.numerator, denominator=counts.denominator, rate_percent=rate,
        points=points,
    )  # fmt: skip


def with_volume(
    rows: Sequence[ObservationRow], province: str, draft: Draft, names: Mapping[str, str]
) -> list[ObservationRow]:
    """Without the units of which only scores are known where others have their dossiers counted.

    The engine would have to give such a unit a part of all dossiers that no source states; where no
    unit has any, all are kept and their shares are estimated alike.
    """
    counted = {row.unit for row in rows if row.denominator} - {province}
    bare = {row.unit for row in rows if row.portal == "national"} - counted - {province}
    if not counted:
        return list(rows)
    expected = "a unit with its number of dossiers, as the others have; it has its score only"
    for unit in sorted(bare):
        draft.refuse("unit", Problem(draft.file, None, None, names.get(unit, unit), expected))
    return [row for row in rows if row.unit not in bare]


def with_sums(
    rows: Sequence[ObservationRow], province: str, rules: RuleSet, draft: Draft
) -> list[ObservationRow]:
    """With the province's counts as the sums of its units', where a table has no row for it.

    Only of components that add up, and said: units that the table lacks are not in the sums.
    """
    adds_up = {
        name for name, kind in zip(rules.components, rules.rollup, strict=True) if kind == "sum"
    }
    sums: dict[tuple[dt.date, str, str], list[float]] = {}
    units = set()
    for row in rows:
        if row.numerator is not None and row.denominator is not None and row.component in adds_up:
            found = sums.setdefault((row.as_of, row.component, row.portal), [0.0, 0.0])
            found[0] += row.numerator
            found[1] += row.denominator
            units.add(row.unit)
    if not sums or any(row.unit == province for row in rows):
        return list(rows)
    expected = "a row for the whole province; its counts are the sums of the {count} units here"
    draft.warn(expected, count=len(units))
    added = [
        ObservationRow(day, province, name, portal, above, below, None, None, SUMMED)
        for (day, name, portal), (above, below) in sums.items()
    ]
    return [*rows, *added]


def dossier_faults(counted: Mapping[str, Mapping[str, set[float]]], draft: Draft) -> None:
    """Say that endpoints don't count the same dossiers, each with its numbers: of the province,
    else of the first unit, and of how many more."""
    differing = {
        unit: found for unit, found in counted.items() if len(set().union(*found.values())) > 1
    }
    for unit in sorted(differing)[:1]:  # a province's code is the beginning of its units'
        told = ", ".join(
            f"{name} {number:.0f}"
            for name, numbers in differing[unit].items()
            for number in sorted(numbers)
        )
        if more := len(differing) - 1:
            expected = "one number of dossiers; the endpoints say {told} (and {more} more units)"
            draft.warn(expected, unit, told=told, more=more)
        else:
            draft.warn("one number of dossiers; the endpoints say {told}", unit, told=told)


def sum_faults(
    rows: Sequence[ObservationRow], units: Sequence[UnitRow], file: str
) -> list[Problem]:
    """Totals that are not the sum of their six groups: the first by name, the rest counted."""
    points: dict[tuple[dt.date, str], dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row.points is not None and row.portal == "national":
            points[row.as_of, row.unit][row.component] = row.points
    names = {unit.unit: unit.name for unit in units}
    wrong = []
    for (_, unit), found in points.items():
        groups = [found.get(GROUP + group) for group in GROUPS]
        if TOTAL in found and all(one is not None for one in groups):
            total = sum(one for one in groups if one is not None)
            if abs(total - found[TOTAL]) > SUM_ROOM:
                wrong.append((unit, found[TOTAL], total))
    if not wrong:
        return []
    unit, said, total = wrong[0]
    expected = "the sum of the six groups of {unit}, {sum}"
    details: dict[str, object] = {"unit": names.get(unit, unit), "sum": f"{total:.2f}"}
    if more := len(wrong) - 1:
        expected = "the sum of the six groups of {unit}, {sum} (and {more} more like it)"
        details["more"] = more
    return [Problem(file, None, TOTAL, f"{said:g}", expected, details)]
