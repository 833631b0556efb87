"""Cells of the workbook as texts of the dataset's files, and where each of them stands."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.imports.files.grid import Grid, SheetCell, letters, text_of_cell
from core.imports.moments import find_date
from core.imports.template.languages import choice_codes
from core.problems import Problem
from core.text import fold

DAY_CODES = {"as_of", "due", "date", "period_start"}
COUNT_CODES = {"numerator", "denominator", "count", "of"}
NUMBER_CODES = COUNT_CODES | {
    "rate_percent", "points", "volume_share", "total", "rank", "mean_total", "field_size",
    "published_rank", "published_total",
}  # fmt: skip
# ways of writing a choice beyond the one that the workbook offers
_ALSO = {
    "level": {"phường": "commune", "đặc khu": "commune", "xã, phường": "commune", "ngành":
              "department", "sở, ngành": "department", "quận": "district", "thị xã": "district"},
}  # fmt: skip
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")
CODE_ROWS = 6  # the row of codes is among the first


@dataclass(frozen=True)
class RowPlace:
    """Where a row of a file stands in the workbook: the sheet, its line, the letter of a column."""

    sheet: str
    line: int
    column: Mapping[str, str] = field(default_factory=dict)

    def cell(self, column: str | None) -> str:
        """The place as a spreadsheet writes it: `Số liệu!F7`, or `Số liệu!7` for the whole row."""
        return f"{self.sheet}!{self.column.get(column or '', '')}{self.line}"


@dataclass(frozen=True)
class SheetRow:
    """A row below the codes: its cells as texts by code, and where it stands."""

    cells: dict[str, str]
    place: RowPlace


def sheet_rows(
    grid: Grid, file: str, needed: set[str], faults: list[Problem]
) -> Iterator[SheetRow]:
    """The rows of a sheet that are not empty; what its cells can't be goes to `faults` by cell.

    `needed` are codes that tell the row of codes; without that row there is one fault and no row.
    """
    top = next(
        (
            at
            for at, row in enumerate(grid.rows[:CODE_ROWS])
            if needed <= {text_of_cell(cell).strip() for cell in row}
        ),
        None,
    )
    if top is None:
        expected = "the row of small grey codes below the headings; it is gone or changed"
        faults.append(Problem(f"{file}, {grid.name}", None, None, None, expected))
        return
    codes = [text_of_cell(cell).strip() for cell in grid.rows[top]]
    names = {code: letters(column) for column, code in enumerate(codes) if code}
    for line, row in enumerate(grid.rows[top + 1 :], top + 2):
        place = RowPlace(grid.name, line, names)
        cells: dict[str, str] = {}
        for column, (code, cell) in enumerate(zip(codes, row, strict=False)):
            if not code:
                continue
            if shown := grid.errors.get((line, column)):
                where = f"{file}, {place.cell(code)}"
                expected = "a value; the cell shows an error"
                faults.append(Problem(where, None, None, shown, expected))
            elif text := text_of_code(code.rpartition(".")[2], cell, f"{file}, {place.cell(code)}",
                                 faults):  # fmt: skip
                cells[code] = text
        if cells:
            yield SheetRow(cells, place)


def text_of_code(column: str, cell: SheetCell, where: str, faults: list[Problem]) -> str:
    """A cell as the dataset's files write it; empty where nothing is known."""
    if column in DAY_CODES:
        if isinstance(cell, dt.date):
            return cell.isoformat()
        text = text_of_cell(cell).strip()
        day = find_date(text)
        return day.isoformat() if day else text
    if column in NUMBER_CODES:
        return _number_text(column, cell, where, faults)
    text = cell.isoformat() if isinstance(cell, dt.date) else text_of_cell(cell).strip()
    if choices := choice_codes(column):
        known = {fold(word): code for word, code in choices.items()}
        known |= {fold(word): code for word, code in _ALSO.get(column, {}).items()}
        return known.get(fold(text), text)
    return text


def _number_text(column: str, cell: SheetCell, where: str, faults: list[Problem]) -> str:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return all_digits(float(cell))
    text = text_of_cell(cell).strip()
    plain = text.removesuffix("%").replace("\xa0", "").strip() if column == "rate_percent" else text
    if column in COUNT_CODES and _THOUSANDS.fullmatch(plain):
        expected = "a whole number without separators"
        faults.append(Problem(where, None, None, text, expected))
        return ""
    if _PLAIN.fullmatch(plain):
        return all_digits(float(plain.replace(",", ".")))
    if text:
        faults.append(Problem(where, None, None, text, "a number"))
    return ""


def all_digits(value: float) -> str:
    """A number with all of its digits, whole ones without a point.

    >>> all_digits(3.0), all_digits(93.37)
    ('3', '93.37')
    """
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
