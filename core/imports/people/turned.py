"""Tables in other shapes become rows of units and columns of figures: those with one figure a row
("long"), and those with units in columns. What is said of them names the places as they stood."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.imports.files.grid import Grid, SheetCell, column_at, letters, text_of_cell
from core.imports.names import is_called_unit
from core.imports.people.headings import CODE, DATE, LINE, UNIT, figure_of, meaning
from core.imports.people.sums import is_total
from core.imports.reading import LeftOut, Reading
from core.imports.vocabulary import Vocabulary
from core.problems import Problem
from core.text import fold

ROW_A_FIGURE = "a row for each unit; this table has one for each figure, and is read as such"
UNIT_A_COLUMN = "a row for each unit; this table has a column for each, and is read as such"
FIGURE_AGAIN = "each figure of a unit once; line {line} has it already"
MOST_TITLES = 30
_OF_FIGURES = re.compile(
    r"\b(?:chi tieu|chi so|tieu chi|noi dung|thanh phan|component|indicator)\b"
)
_PLAIN_VALUE = re.compile(r"(?:gia tri|ket qua|so lieu|thuc hien|value)(?: dat duoc| thuc hien)?")
_MEASURE = re.compile(r"don vi tinh|dvt|dv tinh")
_ASIDE = re.compile(r"ghi chu|note|source|nguon|portal|nhom")
_ENGLISH = {"numerator": "Tử số", "denominator": "Mẫu số", "points": "Điểm"}
_COLUMN = re.compile(r"([A-Z]{1,3})(?: \((.*)\))?", re.DOTALL)

Place = tuple[int | None, int | None]  # a line, and a column from 0


@dataclass(frozen=True)
class Turned:
    """A table as it is read; `places` tells where each of its cells stood, and each of its rows
    (with None for the column)."""

    grid: Grid
    told: str
    places: dict[tuple[int, int | None], Place]
    twice: tuple[Problem, ...] = ()


def long_form(grid: Grid, file: str, words: Vocabulary) -> Turned | None:
    """A table with one figure a row, turned; None where it is none."""
    for top, row in enumerate(grid.rows[:MOST_TITLES]):
        plain = [" ".join(re.sub(r"[^a-z0-9]+", " ", fold(text_of_cell(c))).split()) for c in row]
        named = [at for at, text in enumerate(plain) if _OF_FIGURES.search(text)
                 and figure_of(text_of_cell(row[at]), words) is None]  # fmt: skip
        roles = [meaning(text_of_cell(cell), words).role for cell in row]
        keys = [at for at, role in enumerate(roles) if role in (UNIT, CODE, DATE)]
        if not named or not any(roles[at] in (UNIT, CODE) for at in keys):
            continue
        at = max(named, key=lambda one: _resolved(grid.rows[top + 1 :], one, words))
        if 2 * _resolved(grid.rows[top + 1 :], at, words) <= _filled(grid.rows[top + 1 :], at):
            continue
        values = [one for one, text in enumerate(plain) if text and one not in (*keys, *named)
                  and roles[one] != LINE and not _MEASURE.fullmatch(text)
                  and not _ASIDE.match(text)]  # fmt: skip
        if values:
            measure = next(
                (one for one, text in enumerate(plain) if _MEASURE.fullmatch(text)), None
            )
            return _from_long(grid, file, top, keys, at, values, measure)
    return None


def _resolved(rows: Iterable[Sequence[SheetCell]], at: int, words: Vocabulary) -> int:
    return sum(_is_figure(text_of_cell(row[at]), words) for row in rows)


def _is_figure(text: str, words: Vocabulary) -> bool:
    """Whether a text names a component, or a group of the rules."""
    return any(figure_of(text, words, of_points) is not None for of_points in (False, True))


def _filled(rows: Iterable[Sequence[SheetCell]], at: int) -> int:
    return sum(bool(text_of_cell(row[at]).strip()) for row in rows)


def _from_long(
    grid: Grid, file: str, top: int, keys: list[int], figure: int, values: list[int],
    measure: int | None,
) -> Turned:  # fmt: skip
    head = grid.rows[top]
    columns: dict[str, int] = {}
    units: dict[tuple[str, ...], int] = {}
    cells: dict[tuple[int, int], SheetCell] = {}
    places: dict[tuple[int, int | None], Place] = {}
    errors: dict[tuple[int, int], str] = {}
    hidden: set[int] = set()
    twice: list[Problem] = []
    unit: tuple[SheetCell, ...] = ("",) * len(keys)
    for at, row in enumerate(grid.rows[top + 1 :], top + 2):
        said = tuple(row[key] for key in keys)
        unit = said if any(text_of_cell(cell).strip() for cell in said) else unit  # merged cells
        label = " ".join(text_of_cell(row[figure]).split())
        if not label:
            continue
        if measure is not None and "%" in text_of_cell(row[measure]) and "%" not in label:
            label += " (%)"
        line = units.setdefault(tuple(map(text_of_cell, unit)), len(units) + 2)
        for key, cell in enumerate(unit):
            cells[line, key] = cell
            places.setdefault((line, key), (at, keys[key]))
        places.setdefault((line, None), (at, None))
        if at in grid.hidden:
            hidden.add(line)
        for value in values:
            name = f"{label}{_of_value(text_of_cell(head[value]))}"
            column = columns.setdefault(name, len(columns) + len(keys))
            places.setdefault((1, column), (at, figure))
            if (at, value) in grid.errors:
                errors[line, column] = grid.errors[at, value]
            if (line, column) in places:
                before = places[line, column][0]
                if text_of_cell(row[value]).strip():
                    twice.append(
                        Problem(file, at, None, label[:100], FIGURE_AGAIN, {"line": before})
                    )
                continue
            cells[line, column] = row[value]
            places[line, column] = (at, value)
    width = len(keys) + len(columns)
    rows = [tuple(cells.get((line, at), "") for at in range(width)) for line in units.values()]
    heads = (*(head[key] for key in keys), *columns)
    above = _above(grid, top)
    made = replace(grid, rows=(heads, *rows), hidden=frozenset(hidden), errors=errors, above=above)
    return Turned(made, ROW_A_FIGURE, places, tuple(twice))


def _of_value(heading: str) -> str:
    """What a column's heading adds to the name of a figure: which kind of number it is."""
    plain = " ".join(re.sub(r"[^a-z0-9%]+", " ", fold(heading)).split())
    if _PLAIN_VALUE.fullmatch(plain):
        return ""
    return f" / {_ENGLISH.get(plain, heading)}"


def transposed(grid: Grid, words: Vocabulary) -> list[Turned]:
    """The tables of a sheet whose units stand in columns, turned."""
    tops = [top for top, row in enumerate(grid.rows) if len(_units_in(row, words)) > 1]
    ends = [*tops[1:], len(grid.rows)]
    made = (_from_columns(grid, top, end, words) for top, end in zip(tops, ends, strict=False))
    return [one for one in made if one is not None]


def _units_in(row: Sequence[SheetCell], words: Vocabulary) -> dict[int, str]:
    texts = {at: " ".join(cell.split()) for at, cell in enumerate(row) if isinstance(cell, str)}
    named = {at: text for at, text in texts.items() if text and (is_called_unit(text)
             or is_total(text) or words.province_code(text) is not None)}  # fmt: skip
    return named if len(set(named.values())) == len(named) else {}


def _from_columns(grid: Grid, top: int, end: int, words: Vocabulary) -> Turned | None:
    head = grid.rows[top]
    first, last = min(_units_in(head, words)), max(_units_in(head, words))
    columns = [at for at in range(first, last + 1) if text_of_cell(head[at]).strip()]
    measures = [_MEASURE.fullmatch(fold(text_of_cell(cell)).strip(" .")) for cell in head[:first]]
    labels: dict[int, str] = {}  # by line
    before: list[str] = []
    for at in range(top + 1, end):
        parts = [" ".join(text_of_cell(cell).split()) for cell in grid.rows[at][:first]]
        parts = [text if (text == "%" if measures[one] else any(map(str.isalpha, text))) else ""
                 for one, text in enumerate(parts)]  # fmt: skip
        if any(parts) and not parts[0] and before and len([one for one in before if one]) > 1:
            parts = [*before[:1], *parts[1:]]  # merged over the lines below it
        before = parts if any(parts) else before
        labels[at] = " / ".join(dict.fromkeys(filter(None, parts)))
    labels = {at: text for at, text in labels.items() if text}
    known = [text for text in labels.values() if _is_figure(text, words)]
    if not known or 2 * len(known) < len(labels):
        return None
    lines = list(labels)
    places: dict[tuple[int, int | None], Place] = {}
    errors: dict[tuple[int, int], str] = {}
    rows: list[tuple[SheetCell, ...]] = [("Đơn vị", *labels.values())]
    for number, line in enumerate(lines, 1):
        places[1, number] = (line + 1, 0)
    for made, at in enumerate(columns, 2):
        rows.append((head[at], *(grid.rows[line][at] for line in lines)))
        places[made, 0], places[made, None] = (top + 1, at), (None, at)
        for number, line in enumerate(lines, 1):
            places[made, number] = (line + 1, at)
            if (line + 1, at) in grid.errors:
                errors[made, number] = grid.errors[line + 1, at]
    # of a hidden line nobody knows whether its figures count: every row asks for it
    is_hidden = any(line + 1 in grid.hidden for line in lines)
    hidden = frozenset(range(2, len(rows) + 1)) if is_hidden else frozenset()
    above = _above(grid, top)
    made_grid = replace(grid, rows=tuple(rows), hidden=hidden, errors=errors, above=above)
    return Turned(made_grid, UNIT_A_COLUMN, places)


def _above(grid: Grid, top: int) -> str:
    texts = [text_of_cell(cell) for row in grid.rows[max(0, top - 8) : top] for cell in row]
    return "\n".join([grid.above, *dict.fromkeys(filter(None, texts))]).strip()


def as_it_stood(reading: Reading, turned: Turned) -> Reading:
    """A reading of a turned table whose places are those of the table as people see it."""
    figures = tuple(
        replace(one, line=turned.places.get((one.line or 0, None), (None, None))[0])
        for one in reading.figures
    )
    return replace(
        reading,
        figures=figures,
        warnings=tuple(_placed(one, turned) for one in reading.warnings),
        problems=tuple(_placed(one, turned) for one in reading.problems),
        left_out=tuple(
            LeftOut(one.what, _placed(one.why, turned), one.count) for one in reading.left_out
        ),
    )


def _placed(problem: Problem, turned: Turned) -> Problem:
    if problem.line is None:
        return problem
    found = _COLUMN.fullmatch(problem.column or "")
    if found is None:
        line, at = turned.places.get((problem.line, None), (None, None))
        more = f" ({problem.column})" if problem.column else ""
        return replace(problem, line=line, column=problem.column if at is None
                       else f"{letters(at)}{more}")  # fmt: skip
    line, at = turned.places.get((problem.line, column_at(found[1])), (None, None))
    more = f" ({found[2]})" if found[2] else ""
    return replace(problem, line=line, column=f"{letters(at)}{more}" if at is not None else None)
