"""A table of cells, as every kind of file becomes one."""

import datetime as dt
from dataclasses import dataclass, field

SheetCell = str | float | int | bool | dt.date | None

LONGEST_TABLE = 20_000
WIDEST = 400


@dataclass(frozen=True)
class Grid:
    """Rows of cells; line n is `rows[n - 1]`. `hidden` are lines that the sheet does not show,
    `errors` cells by (line, column from 0) that show an error such as #DIV/0!, `above` the text
    that stands before the table."""

    name: str
    rows: tuple[tuple[SheetCell, ...], ...]
    hidden: frozenset[int] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    above: str = ""
    is_hidden: bool = False


def text_of_cell(cell: SheetCell) -> str:
    """A cell as one would type it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float | int):
        return f"{cell:.0f}" if float(cell).is_integer() else f"{cell:.12g}"
    if isinstance(cell, dt.date):
        return cell.strftime("%d/%m/%Y")
    return cell


def letters(column: int) -> str:
    """The name that a spreadsheet gives a column, counted from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_at(name: str) -> int:
    """The column, counted from 0, that a spreadsheet names with these `letters`.

    >>> column_at("A"), column_at("AB")
    (0, 27)
    """
    number = 0
    for letter in name:
        number = 26 * number + ord(letter) - 64
    return number - 1
