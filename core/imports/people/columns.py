"""The numbers of a column: its decimal mark, its parts, its percent, its errors."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.imports.files.grid import SheetCell, letters
from core.imports.people import numerals
from core.imports.people.headings import DENOMINATOR, NUMERATOR, POINTS, RATE, ColumnMeaning
from core.imports.people.layout import Table
from core.imports.reading import Draft
from core.imports.vocabulary import Vocabulary
from core.problems import Problem

FRACTION = 1.0


@dataclass
class Values:
    """What a column says, by line: a number for each of the roles that its cells have."""

    found: dict[int, dict[str, float]] = field(default_factory=dict)
    is_fraction: bool = False


def column_values(
    table: Table, at: int, lines: Sequence[tuple[int, SheetCell]], draft: Draft, words: Vocabulary,
    decimal: str | None,
) -> Values:  # fmt: skip
    """The numbers of one column. What can't be read is refused with its line and column."""
    heading, mean = table.columns[at]
    place = f"{letters(at)} ({heading[:60]})"
    is_count = mean.role in (NUMERATOR, DENOMINATOR)
    most = None if is_count else words.maxima.get(mean.figure or "", 100.0)
    texts = [number for _, cell in lines if isinstance(cell, str) for number in _numbers(cell)]
    marks = numerals.decide(texts, 100.0 if mean.role == RATE else most, is_count)
    mark = decimal or marks.decimal
    if mark is None:
        line = next(line for line, cell in lines if cell == marks.undecided or (
            isinstance(cell, str) and marks.undecided in _numbers(cell)))  # fmt: skip
        expected = (
            "a decimal mark that can be told (--decimal comma or point): in this column the number "
            "could be either"
        )
        draft.problems.append(Problem(draft.file, line, place, marks.undecided, expected))
        return Values()
    values = Values()
    plain: list[float] = []
    for line, cell in lines:
        if (error := table.grid.errors.get((line, at))) is not None:
            expected = "a number; the cell shows an error"
            draft.refuse("cell", Problem(draft.file, line, place, error, expected))
            continue
        found = _cell(cell, mark, mean, words)
        if isinstance(found, str):
            draft.refuse("cell", Problem(draft.file, line, place, found, _expected(mean)))
        elif found:
            values.found[line] = found
            if RATE in found and not (isinstance(cell, str) and "%" in cell):
                plain.append(found[RATE])
    values.is_fraction = _are_fractions(plain, heading, lines)
    if values.is_fraction:
        for found in values.found.values():
            if RATE in found:
                found[RATE] = round(100 * found[RATE], 6)
        expected = "rates in percent; all are at most 1 here and are read as parts of 1"
        draft.warnings.append(Problem(draft.file, table.top, place, None, expected))
    elif plain and _are_small(plain):
        expected = (
            "rates in percent; all are at most 1 here and are read as percent, as it is headed"
        )
        draft.warnings.append(Problem(draft.file, table.top, place, None, expected))
    return values


def _are_fractions(
    plain: Sequence[float], heading: str, lines: Sequence[tuple[int, SheetCell]]
) -> bool:
    """Whether rates are parts of 1, as a cell in the format 0.00% holds them."""
    if not _are_small(plain):
        return False
    is_typed = any(isinstance(cell, float) for _, cell in lines)
    # percents are written with two decimals: 0.9337 below "(%)" is what a CSV keeps of 93,37%
    is_exact = any(abs(round(one, 2) - one) > 1e-9 for one in plain)
    return is_typed or is_exact or "%" not in heading


def _are_small(plain: Sequence[float]) -> bool:
    return bool(plain) and max(plain) <= FRACTION and any(0 < one < 1 for one in plain)


def _numbers(cell: str) -> list[str]:
    """The numbers of a text cell, as they are written."""
    if parts := numerals.labelled(cell):
        return list(parts.values())
    if found := numerals.COUNT_OF.fullmatch(cell.strip()):
        return [found["a"], found["b"]]
    return [cell] if any(letter.isdigit() for letter in cell) else []


def _cell(
    cell: SheetCell, mark: str, mean: ColumnMeaning, words: Vocabulary
) -> dict[str, float] | str:
    """The numbers of a cell by role, nothing where it is empty, or its text where it has none."""
    if cell is None or (isinstance(cell, str) and cell.strip().casefold() in numerals.BLANKS):
        return {}
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float | int):
        return {mean.role: float(cell)}
    if parts := numerals.labelled(cell):
        read = {role: numerals.parse_figure(text, mark) for role, text in parts.items()}
        good = {role: number for role, number in read.items() if number is not None}
        return good if len(good) == len(read) else cell
    if found := numerals.COUNT_OF.fullmatch(cell.strip()):
        return _parts(found["a"], found["b"], mark, mean, words) or cell
    number = numerals.parse_figure(cell, mark)
    if number is None:
        return cell
    role = RATE if "%" in cell and mean.role == NUMERATOR else mean.role
    return {role: number}


def _parts(
    above: str, below: str, mark: str, mean: ColumnMeaning, words: Vocabulary
) -> dict[str, float]:
    """`11,3/18` are points of a maximum, `52/89` counts."""
    a, b = numerals.parse_figure(above, mark), numerals.parse_figure(below, mark)
    if a is None or b is None:
        return {}
    if b == words.maxima.get(mean.figure or "") and (mean.role == POINTS or a % 1):
        return {POINTS: a}
    return {} if mean.role == POINTS else {NUMERATOR: a, DENOMINATOR: b}


def _expected(mean: ColumnMeaning) -> str:
    if mean.role == POINTS:
        return "points, as 11,3 or 11,3/18"
    return "a rate, as 93,37%" if mean.role == RATE else "a count"
