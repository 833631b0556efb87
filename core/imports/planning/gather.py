"""Readings of one or several files become one plan: one province, its units, figures and boards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.dataset.boards import own_name
from core.dataset.facts import DATA
from core.dataset.rules_csv import shipped_rules
from core.imports import moments
from core.imports.names import (
    is_country,
    is_province,
    level_by_name,
    short_code,
    suggestions,
    without_province,
)
from core.imports.plan import ImportOptions, ImportPlan, ObservationRow, UnitRow
from core.imports.planning.boards import board_faults, boards_of, own_rank
from core.imports.planning.days import DatedReading, dated_readings, newest_day, own_period
from core.imports.planning.joined import WHOLE, Directory, coded
from core.imports.planning.possible import (
    dossier_faults,
    figure_faults,
    merge_rows,
    sum_faults,
    with_sums,
    with_volume,
)
from core.imports.planning.united import province_clashes, united
from core.imports.planning.whose import own_province
from core.imports.reading import PEOPLES, PORTAL_2025, Draft, Figure, Reading
from core.imports.vocabulary import PLACE, Vocabulary, figure_maxima, vocabulary
from core.index.rules import RuleSet
from core.problems import Problem
from core.text import clean_text

OLD_RULES, NEW_RULES = "766-2022", "766-2026"
NEW_RULES_FROM = 2026
NO_SUCH_UNIT = "a unit of the dataset; most like it are {names}"


def plan_import(readings: Sequence[Reading], options: ImportOptions) -> ImportPlan:
    """The plan for these readings. What is missing or impossible is in `problems` and `left_out`,
    never an exception."""
    words = vocabulary(DATA)
    draft = Draft(", ".join(dict.fromkeys(one.file for one in readings)) or "lists")
    for reading in readings:
        draft.warnings += reading.warnings
        draft.problems += reading.problems
    readings = [replace(one, figures=_short(one.figures)) for one in readings]
    dated = dated_readings(readings, options, draft)
    kinds = Counter(one.kind for one in readings)
    kind = kinds.most_common(1)[0][0] if kinds else PEOPLES
    left = [out for one in readings for out in one.left_out]
    empty = ImportPlan(kind, tuple(dict.fromkeys(one.file for one in readings)))
    figures = [one for part in dated for one in part.reading.figures]
    if not figures and not draft.problems:
        expected = "figures that can be used; every one was refused"
        draft.problems.append(Problem(draft.file, None, None, None, expected))
    draft.problems += province_clashes(readings, words)
    directory = Directory((one.unit for one in figures), words, options.known)
    directory.add_names(options.aliases)
    province = own_province([part.reading for part in dated], directory, options, draft, words)
    rules = shipped_rules()[_rule_set(kind, dated)]
    known = [
        replace(part, figures=_known(part, directory, province or "", draft, options))
        for part in dated
    ]
    dossier_faults(_dossiers(dated, directory), draft)
    boards = [row for part in known for row in boards_of(part, words)]
    board_faults(boards, draft)
    if province is None:
        left += draft.left_out()
        return replace(
            empty, board=tuple(boards), warnings=tuple(draft.warnings),
            problems=tuple(draft.problems), left_out=tuple(left),
            headings=_headings(readings), period=dated[0].period if dated else moments.YEAR,
        )  # fmt: skip
    period = own_period(known, province)
    rows = _observations(known, province, period, rules, draft, directory)
    rows = with_sums(rows, province, rules, draft) if _may_add(kind, rows, options) else rows
    rows = with_volume(rows, province, draft, directory.named)
    as_of = newest_day(rows, province, draft, bool(figures), bool(options.known))
    units = _units(rows, directory, province, words)
    draft.warnings += sum_faults(rows, units, draft.file)
    name = own_name(directory.named.get(province, "")) or words.provinces.get(province, province)
    return ImportPlan(
        kind,
        empty.files,
        province,
        name,
        rules.name,
        as_of,
        period,
        units,
        tuple(rows),
        tuple(boards),
        own_rank(boards, name, as_of),
        _headings(readings),
        tuple(draft.warnings),
        tuple(draft.problems),
        (*left, *draft.left_out()),
    )


def _dossiers(
    dated: Sequence[DatedReading], directory: Directory
) -> dict[str, dict[str, set[float]]]:
    """Dossiers of each unit by the endpoint that counts them; of the newest day only."""
    newest = max((part.as_of for part in dated), default=None)
    found: dict[str, dict[str, set[float]]] = {}
    for part in dated:
        for unit, name, number in part.reading.dossiers if part.as_of == newest else ():
            codes = directory.codes(replace(unit, code=short_code(unit.code)))
            if len(codes) == 1:
                found.setdefault(codes.pop(), {}).setdefault(name, set()).add(number)
    return found


def _short(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    return tuple(
        replace(one, unit=replace(one.unit, code=short_code(one.unit.code))) for one in figures
    )


def _rule_set(kind: str, dated: Sequence[DatedReading]) -> str:
    newest = max((part.as_of.year for part in dated), default=NEW_RULES_FROM)
    return OLD_RULES if kind == PORTAL_2025 or newest < NEW_RULES_FROM else NEW_RULES


def _known(
    part: DatedReading, directory: Directory, province: str, draft: Draft, options: ImportOptions
) -> list[Figure]:
    """The figures whose unit is clear, with its code; a name that fits two is refused with both."""
    clear = []
    for one in part.reading.figures:
        codes = directory.codes(one.unit)
        if is_country(one.unit):
            clear.append(one)
        elif len(codes) > 1:
            expected = "a name that fits one unit; it fits {names}"
            names = ", ".join(directory.called(code) for code in sorted(codes))
            where = Problem(
                part.reading.file, one.line, None, one.unit.name, expected, {"names": names}
            )
            draft.refuse("unit", where)
        elif not codes and options.known and one.unit.name and one.unit.name != WHOLE:
            near = suggestions(one.unit.name, tuple(unit.name or "" for unit in options.known))
            details = {"names": ", ".join(near)}
            where = Problem(part.reading.file, one.line, None, one.unit.name, NO_SUCH_UNIT, details)
            draft.refuse("unit", where)
        else:
            clear.append(one)
    country = [one for one in clear if is_country(one.unit)]
    rest = [one for one in clear if not is_country(one.unit)]
    return country + united(coded(rest, directory, province), options.aliases, part.reading, draft)


def _observations(
    known: Sequence[DatedReading],
    province: str,
    period: str,
    rules: RuleSet,
    draft: Draft,
    directory: Directory,
) -> list[ObservationRow]:
    """The rows of the province and its units; each figure once, refused where it is impossible."""
    maxima, rows = figure_maxima(rules), []
    for part in known:
        for one in part.figures:
            code = str(one.unit.code or "")
            if (
                one.figure == PLACE
                or is_country(one.unit)
                or (is_province(one.unit) and code != province)
            ):
                continue
            place = (part.reading.file, one.line, one.figure)
            if code.split(".")[0] != province:
                expected = "units of the province {province}"
                draft.refuse("unit", Problem(*place, code, expected, {"province": province}))
                continue
            if part.period != period:
                expected = (
                    "figures of the {period}; these count a {other} and are kept on boards only"
                )
                details = {"period": period, "other": part.period}
                draft.refuse("figure", Problem(*place, code, expected, details))
                continue
            if (fault := figure_faults(one, place, maxima)) is not None:
                draft.refuse("figure", fault)
                continue
            rows.append(
                ObservationRow(
                    part.as_of, code, one.figure, one.portal, one.numerator, one.denominator,
                    one.rate_percent, one.points, one.note,
                )
            )  # fmt: skip
    return merge_rows(rows, draft)


def _may_add(kind: str, rows: Sequence[ObservationRow], options: ImportOptions) -> bool:
    """Whether the units of a table are all there are: of some of a dataset's there is no sum."""
    have = {row.unit for row in rows}
    below = {str(unit.code) for unit in options.known if unit.level != "province"}
    return kind == PEOPLES and below <= have


def _units(
    rows: Sequence[ObservationRow], directory: Directory, province: str, words: Vocabulary
) -> tuple[UnitRow, ...]:
    used = dict.fromkeys([province, *sorted({row.unit for row in rows} - {province})])
    own = words.provinces.get(province) or own_name(directory.named.get(province, ""))
    made = []
    for code in used:
        name = clean_text(directory.named.get(code, "")) or words.provinces.get(code, code)
        if code == province:
            made.append(UnitRow(code, name, "province", None))
            continue
        level = directory.levels.get(code) or level_by_name(name, code)
        level = "department" if level == "province" else level
        parent = code.rpartition(".")[0]
        parent = parent if parent in used else province
        made.append(UnitRow(code, without_province(name, own)[:200], level, parent))
    return tuple(made)


def _headings(readings: Sequence[Reading]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for one in readings for pair in one.headings)
