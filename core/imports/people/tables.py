"""A sheet of people becomes figures: rows of units, columns of figures, totals as a check."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from core.fonts import converted, legacy_font
from core.imports import moments
from core.imports.files.grid import Grid, letters, text_of_cell
from core.imports.names import is_province
from core.imports.people import headings
from core.imports.people.columns import column_values
from core.imports.people.headings import DENOMINATOR, IGNORED, NUMBER_KINDS, NUMERATOR, POINTS, RATE
from core.imports.people.layout import Table, find_tables
from core.imports.people.periods import OnePeriod, of_one_period
from core.imports.people.rows import NamedRow, day_of, named_rows
from core.imports.people.turned import Turned, as_it_stood, long_form, transposed
from core.imports.plan import ImportOptions
from core.imports.planning.joined import WHOLE
from core.imports.reading import PEOPLES, Draft, Figure, LeftOut, Reading, Seen
from core.imports.vocabulary import PLACE, Vocabulary
from core.problems import Problem
from core.text import fold


def read_sheet(grid: Grid, file: str, options: ImportOptions, words: Vocabulary) -> list[Reading]:
    """The readings of a sheet: one a table; none where no heading says what it is."""
    sample = "\n".join(c for row in grid.rows[:400] for c in row if isinstance(c, str))
    font = legacy_font(sample)
    if font:
        rows = tuple(
            tuple(converted(cell, font) if isinstance(cell, str) else cell for cell in row)
            for row in grid.rows
        )
        grid = replace(grid, rows=rows, above=converted(grid.above, font))
    one_period = of_one_period(grid, file, words, options.as_of, options.period)
    grid = one_period.grid
    long = long_form(grid, file, words)
    plain = find_tables(grid, words, options.columns) if long is None else []
    turned = [] if plain else [long] if long is not None else transposed(grid, words)
    tables: list[tuple[Table, Turned | None]] = [(one, None) for one in plain]
    tables += [
        (one, other) for other in turned for one in find_tables(other.grid, words, options.columns)
    ]
    readings: list[Reading] = []
    for table, other in tables:
        draft = Draft(file)
        if font:
            expected = "letters in Unicode; these are of the font {font} and were turned"
            draft.warn(expected, font=font)
        found = _readings(table, draft, options, words)
        readings += [as_it_stood(one, other) for one in found] if other is not None else found
    readings = _of_period(readings, one_period)
    if readings and turned:
        shapes = dict.fromkeys(one.told for one in turned)
        told = [Problem(file, None, None, None, shape) for shape in shapes]
        twice = tuple(LeftOut("row", one, 1) for other in turned for one in other.twice)
        first = readings[0]
        readings[0] = replace(
            first, warnings=(*told, *first.warnings),
            left_out=(*first.left_out, *twice),
        )  # fmt: skip
    return readings


def _of_period(readings: list[Reading], one: OnePeriod) -> list[Reading]:
    """Readings of the rows of one period, the first with what is said of the others."""
    if one.span is not None:
        span, period = (one.span.first, one.span.last), one.span.kind
        readings = [replace(each, span=span, period=period) for each in readings]
    if not readings:
        return []
    first = replace(
        readings[0],
        warnings=(*one.warnings, *readings[0].warnings),
        problems=(*one.problems, *readings[0].problems),
        left_out=(*readings[0].left_out, *one.left_out),
    )
    return [first, *readings[1:]]


def _readings(
    table: Table, draft: Draft, options: ImportOptions, words: Vocabulary
) -> list[Reading]:
    named = named_rows(table, draft, options, words)
    figures = _without_second_whole(_figures(table, named, draft, options, words), draft)
    day = moments.find_date(table.above)
    period = moments.find_period(table.above)
    told = tuple((text, _told(one)) for text, one in table.columns.values())
    by_day: dict[dt.date | None, list[Figure]] = defaultdict(list)
    for line, one in figures:
        by_day[day_of(table, line) or day].append(one)
    _check_totals(figures, draft)
    return [
        Reading(
            draft.file, PEOPLES, tuple(found), as_of=moment, period=period,
            title=table.above,
            headings=told if number == 0 else (),
            warnings=tuple(draft.warnings) if number == 0 else (),
            problems=tuple(draft.problems) if number == 0 else (),
            left_out=draft.left_out() if number == 0 else (),
        )
        for number, (moment, found) in enumerate((by_day or {day: []}).items())
    ]  # fmt: skip


def _told(one: headings.ColumnMeaning) -> str:
    return f"{one.role}:{one.figure}" if one.figure else one.role


def _figures(
    table: Table, named: list[NamedRow], draft: Draft,
    options: ImportOptions, words: Vocabulary,
) -> list[tuple[int, Figure]]:  # fmt: skip
    """The figures of the rows: counts, rate and points of one figure come from several columns."""
    parts: dict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    seen: dict[tuple[str, str | None], int] = {}
    portal = "provincial" if _is_provincial(table.above) else options.portal
    for at, (_, one) in table.columns.items():
        if one.role not in (*NUMBER_KINDS, PLACE):
            continue
        if (one.role, one.figure) in seen:
            _column_again(table, named, seen[one.role, one.figure], at, draft)
            continue
        seen[one.role, one.figure] = at
        lines = [(line, row[at]) for line, _, row in named]
        values = column_values(table, at, lines, draft, words, options.decimal)
        for line, found in values.found.items():
            parts[line, one.figure or PLACE] |= found
    ignored = [text for text, one in table.columns.values() if one.role == IGNORED]
    for text in ignored:
        expected = "a heading that names a unit or a figure of the rules"
        draft.refuse("column", Problem(draft.file, table.top, None, text[:100], expected))
    units = {line: unit for line, unit, _ in named}
    made = []
    for (line, figure), found in parts.items():
        if figure == PLACE:
            rank = found.get(PLACE)
            made.append((line, Figure(units[line], PLACE, points=rank, line=line)))
            continue
        made.append((line, _figure(units[line], figure, found, portal, line, draft)))
    return [(line, one) for line, one in made if one.points is not None
            or one.rate_percent is not None or one.denominator is not None]  # fmt: skip


def _column_again(
    table: Table, named: list[NamedRow], first: int, at: int,
    draft: Draft,
) -> None:  # fmt: skip
    """A second column of one figure: left out where it says the same, else asked about."""
    heading, one = table.columns[at]
    same = all(text_of_cell(row[first]) == text_of_cell(row[at]) for _, _, row in named)
    details = {"figure": one.figure or one.role, "other": letters(first)}
    expected = "one column for {figure}; column {other} has it already"
    if not same:
        expected = (
            "one column for {figure}; column {other} has it, too, with other numbers: say which of "
            "them is meant, or take one away"
        )
    where = Problem(draft.file, table.top, letters(at), heading[:100], expected, details)
    if same:
        draft.refuse("column", where)
    else:
        draft.problems.append(where)


def _figure(
    unit: Seen, figure: str, found: dict[str, float], portal: str, line: int, draft: Draft
) -> Figure:
    above, below, rate = found.get(NUMERATOR), found.get(DENOMINATOR), found.get(RATE)
    if above is None or below is None:
        if above is not None and rate is None:
            expected = "a numerator together with its denominator, or a rate"
            draft.refuse("figure", Problem(draft.file, line, figure, f"{above:g}", expected))
        above = below = None
    elif (
        rate is not None
        and below > 0
        and min(abs(100 * above / below - rate), 100 * abs(above / below - rate)) > 0.0151
    ):
        expected = "the rate of its own counts, {rate}%; the counts are taken"
        details = {"rate": f"{100 * above / below:.2f}"}
        draft.warnings.append(Problem(draft.file, line, figure, f"{rate:g}", expected, details))
    rate = None if below is not None else rate
    return Figure(unit, figure, above, below, rate, found.get(POINTS), portal, None, line)


def _without_second_whole(
    figures: list[tuple[int, Figure]], draft: Draft
) -> list[tuple[int, Figure]]:
    """Where the province has a row of its own, a row of totals is left out: it is a mean or a sum
    of the rows, and not what was published of the province."""
    own = {one.figure for _, one in figures if one.unit.name != WHOLE and is_province(one.unit)}
    kept = []
    for line, one in figures:
        if one.unit.name == WHOLE and one.figure in own:
            expected = "one row for the whole; the province has a row of its own, which is taken"
            draft.refuse("row", Problem(draft.file, line, one.figure, None, expected))
            continue
        kept.append((line, one))
    return kept


def _is_provincial(above: str) -> bool:
    """Provincial portals head their sheets "Theo dõi ... theo Quyết định số 766/QĐ-TTg"."""
    return "theo doi" in fold(above) and "766/qd-ttg" in fold(above)


def _check_totals(figures: list[tuple[int, Figure]], draft: Draft) -> None:
    """The sums of the units against the row of totals, count by count."""
    wholes = {one.figure: (line, one) for line, one in figures if one.unit.name == WHOLE}
    for figure, (line, whole) in wholes.items():
        units = [one for _, one in figures if one.figure == figure and one.unit.name != WHOLE]
        for role in (NUMERATOR, DENOMINATOR):
            said = getattr(whole, role)
            counts = [getattr(one, role) for one in units if getattr(one, role) is not None]
            if said is not None and counts and abs(sum(counts) - said) > 0.5:
                expected = "the sum of the rows above, {sum}"
                details = {"sum": f"{sum(counts):.0f}"}
                place = (draft.file, line, f"{figure} {role}", f"{said:.0f}")
                draft.warnings.append(Problem(*place, expected, details))
