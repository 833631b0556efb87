"""One code, one unit: those of before are added up where they are one today."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.dataset.boards import own_name, province_key
from core.imports.names import is_province, name_key
from core.imports.reading import Draft, Figure, Reading
from core.imports.vocabulary import Vocabulary
from core.problems import Problem
from core.text import clean_text

ADDED = "figures of one unit; those of {names} are added up: they are “{unit}” today"
NOT_ADDED = (
    "counts, which can be added up; {names} are one unit today, and their rates or points are not"
)


def united(
    figures: Sequence[Figure], aliases: Mapping[str, str], reading: Reading, draft: Draft
) -> list[Figure]:
    """The figures with those of units of before added up where several are one unit of today.

    What has no counts can't be added and is refused, naming the units. Figures have their codes.
    """
    if not aliases:
        return list(figures)
    old = {name_key(name) for name in aliases}
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for one in figures:
        groups[one.unit.code, one.figure, one.portal].append(one)
    made: list[Figure] = []
    told: dict[str, list[str]] = {}
    for some in groups.values():
        names = list(dict.fromkeys(clean_text(one.unit.name or "") for one in some))
        if len(names) < 2 or not old & {name_key(name) for name in names}:
            made += some
            continue
        code, first = str(some[0].unit.code), some[0]
        if any(one.numerator is None or one.denominator is None for one in some):
            details = {"names": ", ".join(names)}
            where = Problem(reading.file, first.line, first.figure, code, NOT_ADDED, details)
            draft.refuse("figure", where)
            continue
        told.setdefault(code, names)
        made.append(
            replace(
                first,
                numerator=sum(one.numerator or 0 for one in some),
                denominator=sum(one.denominator or 0 for one in some),
                rate_percent=None,
                points=None,
            )
        )
    for code, names in told.items():
        details = {"names": ", ".join(names), "unit": code}
        draft.warnings.append(Problem(reading.file, None, None, None, ADDED, details))
    return made


def province_clashes(readings: Sequence[Reading], words: Vocabulary) -> list[Problem]:
    """Codes of provinces under which the files name two: nobody can tell whose figures they are."""
    found: dict[str, dict[str, tuple[str, str, int | None]]] = defaultdict(dict)
    for reading in readings:
        for one in reading.figures:
            if one.unit.code and one.unit.name and is_province(one.unit):
                name = own_name(clean_text(one.unit.name))
                key = words.province_code(name) or province_key(name)
                place = (one.unit.name, reading.file, one.line)
                found[one.unit.code].setdefault(key, place)
    expected = "one province under the code {code}; {first} and {second} both have it"
    problems = []
    for code, places in found.items():
        if len(places) > 1:
            (first, _, _), (second, file, line), *_ = places.values()
            details = {"code": code, "first": clean_text(first), "second": clean_text(second)}
            problems.append(Problem(file, line, None, code, expected, details))
    return problems
