"""Unpack a workbook or a Word document into cells, in a process with limits.

Both are zip files: small on disk, and huge in memory if they want to be. What the process finds
goes to its standard output as JSON.

    python -m core.imports.files.child workbook|word FILE
"""

import datetime as dt
import io
import json
import sys
from typing import Any

from core.imports.files.grid import LONGEST_TABLE, WIDEST
from core.imports.files.marks import MOST_SHEETS, marks_of

_MEMORY, _SECONDS = 1_200_000_000, 60
MOST_CELLS = 2_000_000
TOO_MANY_CELLS = "a table of at most {rows} rows and {columns} columns; this is larger"
_UNREADABLE = "a file that is not damaged ({reason})"


def limit_process() -> None:
    """Bound this process; a system without such limits (Windows) reads without them."""
    try:
        import resource
    except ImportError:
        return
    for kind, wanted in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        _, most = resource.getrlimit(kind)
        bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        try:
            resource.setrlimit(kind, (bound, bound))
        except ValueError:  # macOS can't limit the address space
            continue


def workbook(raw: bytes) -> dict[str, Any]:
    """The sheets of a workbook with their cells, hidden rows, merged ranges and errors."""
    import python_calamine

    book = python_calamine.load_workbook(io.BytesIO(raw))
    visible = python_calamine.SheetVisibleEnum.Visible
    shown = {meta.name: meta.visible == visible for meta in book.sheets_metadata}
    marks = marks_of(raw)
    sheets: list[dict[str, Any]] = []
    for name in book.sheet_names[:MOST_SHEETS]:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            sheets.append({"name": name, "rows": [], "shown": shown.get(name, True)})
            continue
        tall, wide = sheet.end[0] + 1, sheet.end[1] + 1
        if tall > LONGEST_TABLE or wide > WIDEST or tall * wide > MOST_CELLS:
            details = {"rows": LONGEST_TABLE, "columns": WIDEST}
            sheets.append({"name": name, "expected": TOO_MANY_CELLS, "details": details})
            continue
        rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
            _fill(rows, top, left, bottom, right)
        hidden, errors = marks.get(name, ([], []))
        sheets.append(
            {"name": name, "rows": rows, "hidden": hidden, "errors": errors,
             "shown": shown.get(name, True)}
        )  # fmt: skip
    return {
        "sheets": sheets,
        "macro": b"vbaProject.bin" in raw,
        "blind": any("rows" in one and one["name"] not in marks for one in sheets),
    }


def _plain(cell: Any) -> Any:
    if isinstance(cell, dt.datetime | dt.date):
        return {"d": f"{cell:%Y-%m-%d}"}
    if isinstance(cell, dt.time | dt.timedelta):
        return str(cell)
    return cell


def _fill(rows: list[list[Any]], top: int, left: int, bottom: int, right: int) -> None:
    """A merged range says its text in each of its cells; a number stands once."""
    if top >= len(rows) or left >= len(rows[top]) or not isinstance(rows[top][left], str):
        return
    for row in rows[top : bottom + 1]:
        for column in range(left, min(right + 1, len(row))):
            if row[column] in ("", None):
                row[column] = rows[top][left]


def word(raw: bytes) -> dict[str, Any]:
    """The tables of a Word document, each with the paragraphs before it."""
    import docx
    from docx.table import Table

    document = docx.Document(io.BytesIO(raw))
    sheets: list[dict[str, Any]] = []
    above: list[str] = []
    for block in document.iter_inner_content():
        if not isinstance(block, Table):
            above.append(block.text)
            continue
        rows = [[cell.text for cell in row.cells] for row in block.rows[:LONGEST_TABLE]]
        width = max((len(row) for row in rows), default=0)
        rows = [row + [""] * (width - len(row)) for row in rows]
        name = f"{len(sheets) + 1}"
        sheets.append({"name": name, "rows": rows, "shown": True, "above": "\n".join(above[-6:])})
        above = []
    return {"sheets": sheets[:MOST_SHEETS]}


def answer_of(kind: str, path: str) -> dict[str, Any]:
    """What the file holds, or what was expected of it."""
    limit_process()
    try:
        with open(path, "rb") as file:
            raw = file.read()
        return workbook(raw) if kind == "workbook" else word(raw)
    except MemoryError:
        details = {"rows": LONGEST_TABLE, "columns": WIDEST}
        return {"expected": TOO_MANY_CELLS, "details": details}
    except Exception as error:
        return {"expected": _UNREADABLE, "details": {"reason": str(error)[:200]}}


if __name__ == "__main__":
    json.dump(answer_of(sys.argv[1], sys.argv[2]), sys.stdout)
