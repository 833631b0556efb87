"""Readings of one or several files become one plan: one province, its units, figures and boards."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.dataset.boards import own_name, province_key
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
from core.imports.plan import BoardRow, ImportOptions, ImportPlan, ObservationRow, UnitRow
from core.imports.planning.boards import board_rows_of, board_standings
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
SAVED = "the day of its figures; the file names none: the day on which it was saved is taken, {day}"
SPAN = "the day of its figures; the title or the name says {first} to {last} only: {day} is taken"


@dataclass(frozen=True)
class _Dated:
    """A reading with the day and the view that its figures are of."""

    reading: Reading
    as_of: dt.date
    period: str
    figures: list[Figure] = field(default_factory=list)


def plan_import(readings: Sequence[Reading], options: ImportOptions) -> ImportPlan:
    """The plan for these readings. What is missing or impossible is in `problems` and `left_out`,
    never an exception."""
    words = vocabulary(DATA)
    draft = Draft(", ".join(dict.fromkeys(one.file for one in readings)) or "lists")
    for reading in readings:
        draft.warnings += reading.warnings
        draft.problems += reading.problems
    readings = [replace(one, figures=_short(one.figures)) for one in readings]
    dated = _dated(readings, options, draft)
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
    boards = [row for part in known for row in _boards(part, words)]
    _board_faults(boards, draft)
    if province is None:
        left += draft.left_out()
        return replace(
            empty, board=tuple(boards), warnings=tuple(draft.warnings),
            problems=tuple(draft.problems), left_out=tuple(left),
            headings=_headings(readings), period=dated[0].period if dated else moments.YEAR,
        )  # fmt: skip
    period = _period(known, province, draft)
    rows = _observations(known, province, period, rules, draft, directory)
    rows = with_sums(rows, province, rules, draft) if _may_add(kind, rows, options) else rows
    rows = with_volume(rows, province, draft, directory.named)
    as_of = _newest(rows, province, draft, bool(figures), bool(options.known))
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
        _own_rank(boards, name, as_of),
        _headings(readings),
        tuple(draft.warnings),
        tuple(draft.problems),
        (*left, *draft.left_out()),
    )


def _dossiers(dated: Sequence[_Dated], directory: Directory) -> dict[str, dict[str, set[float]]]:
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


def _dated(readings: Sequence[Reading], options: ImportOptions, draft: Draft) -> list[_Dated]:
    """Each reading with its day: said by the person, in the file, in its name, or when saved."""
    found = []
    for reading in readings:
        if not reading.figures:
            continue
        day = options.as_of or reading.as_of or moments.find_date(reading.file)
        said = reading.span or moments.find_span(reading.title) or moments.find_span(reading.file)
        if day is None and said is not None:
            first, last = said
            saved = options.saved.get(reading.file)
            day = saved if saved is not None and first <= saved <= last else last
            details = {"first": f"{first}", "last": f"{last}", "day": f"{day}"}
            draft.warnings.append(Problem(reading.file, None, None, None, SPAN, details))
        if day is None and (saved := options.saved.get(reading.file)) is not None:
            expected = SAVED
            problem = Problem(reading.file, None, None, None, expected, {"day": f"{saved}"})
            if problem not in draft.warnings:
                draft.warnings.append(problem)
            day = saved
        if day is None:
            expected = (
                "the day of its figures (--as-of YYYY-MM-DD); neither the file nor its name has one"
            )
            draft.problems.append(Problem(reading.file, None, None, None, expected))
            continue
        own = reading.period if reading.span is not None else None  # as its rows name it
        period = own or options.period or reading.period or moments.find_period(reading.file)
        found.append(_Dated(reading, day, period or moments.YEAR))
    return found


def _rule_set(kind: str, dated: Sequence[_Dated]) -> str:
    newest = max((part.as_of.year for part in dated), default=NEW_RULES_FROM)
    return OLD_RULES if kind == PORTAL_2025 or newest < NEW_RULES_FROM else NEW_RULES


def _known(
    part: _Dated, directory: Directory, province: str, draft: Draft, options: ImportOptions
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


def _boards(part: _Dated, words: Vocabulary) -> list:  # type: ignore[type-arg]
    if part.period == moments.QUARTER:
        return []  # no view of the field
    view = "month" if part.period == moments.MONTH else "year_to_date"
    return board_rows_of(board_standings(part.figures, words), part.as_of, view)


def _board_faults(boards: Sequence[BoardRow], draft: Draft) -> None:
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


def _period(known: Sequence[_Dated], province: str, draft: Draft) -> str:
    """The view of the province's own figures: that of the year where there is one."""
    periods = {
        part.period for part in known if any(_is_below(one, province) for one in part.figures)
    }
    periods = periods or {part.period for part in known}
    for period in (moments.YEAR, moments.QUARTER, moments.MONTH):
        if period in periods:
            return period
    return moments.YEAR


def _is_below(figure: Figure, province: str) -> bool:
    return str(figure.unit.code or "").startswith(f"{province}.")


def _observations(
    known: Sequence[_Dated],
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


def _newest(
    rows: Sequence[ObservationRow], province: str, draft: Draft, any_figures: bool, stands: bool
) -> dt.date | None:
    """The last day on which the province itself has figures; the last day of all where they go to
    a dataset that stands and has the province's."""
    if stands and rows:
        return max(row.as_of for row in rows)
    days = {row.as_of for row in rows if row.unit == province}
    if days:
        later = {row.as_of for row in rows if row.as_of > max(days)}
        if not later:
            return max(days)
    if any_figures:
        expected = (
            "figures of the province {province} itself, beside those of its units: load its own "
            "answer or the board that has it, too"
        )
        draft.problems.append(
            Problem(draft.file, None, None, None, expected, {"province": province})
        )
    return None


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


def _own_rank(boards: Sequence, name: str, as_of: dt.date | None) -> int | None:  # type: ignore[type-arg]
    for row in boards:
        same = row.province is not None and province_key(row.province) == province_key(name)
        if same and row.date == as_of and row.period == "year_to_date" and row.rank:
            return int(row.rank)
    return None


def _headings(readings: Sequence[Reading]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for one in readings for pair in one.headings)
