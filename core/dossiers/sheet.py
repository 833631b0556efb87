"""Turn a sheet of a workbook into an Arrow file of texts, in a process of its own.

A workbook is small on disk and can be huge in memory (a zip bomb, or one cell in the last row and
column). The child process has a limit on memory and processor time, so that a hostile file ends
the child and not the server; and two lists are read on two cores.

    python -m core.dossiers.sheet WORKBOOK TARGET [SHEET]
"""

import contextlib
import datetime
import gc
import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import python_calamine

from core.biff import COMPOUND
from core.dossiers.opening.kinds import archive_kind, old_office_kind
from core.dossiers.opening.webpage import is_web_page, read_tables
from core.dossiers.opening.workbook_parts import (
    SheetNotes,
    is_old,
    rendered,
    sheet_notes,
    with_slashes,
)
from core.writing import write_whole

MEMORY = 1_500_000_000  # bytes of address space for the child
SECONDS = 180  # of processor time for the child
UNPACKED = 3_000_000_000  # bytes a workbook may say it unpacks to
PARTS = 10_000  # files within a workbook
BATCH = 50_000  # rows handed over at a time
MAX_COLUMNS = 1_000  # a list of dossiers has a few dozen
TOO_WIDE = "a list of at most {limit} columns, found {columns}"
NO_ROOM = "a disk of the server with room for the lists: tell whoever runs the server"
TOO_LARGE = "a workbook that fits into memory: save the sheet as CSV, in UTF-8"
PROTECTED = "an .xlsx workbook without a password; this is a protected one, or an old .xls"
HEARTS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}  # .xlsx, .xlsb, .ods
NO_TABLE = "a list as Excel or CSV; this web page has no table"
LOOKED_AT = 100_000_000  # bytes of a damaged file of Office before 2007
DIGITS = 1e15  # Excel keeps 15 digits: of a longer number the end is lost

Cell = (
    str
    | int
    | float
    | bool
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
)


def workbook_fault(path: Path) -> tuple[str, dict[str, object]] | None:
    """What was expected where a file can't be a workbook of a bearable size, else None."""
    with path.open("rb") as file:
        magic = file.read(8)
    if magic == COMPOUND:
        return None  # only reading it shows whether it is an .xls or has a password
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        return "an .xlsx workbook that is not damaged ({reason})", {"reason": str(error)}
    names = {part.filename.replace("\\", "/") for part in parts}
    if not names & HEARTS:
        return archive_kind(names), {}
    if len(parts) > PARTS:
        return "an .xlsx workbook; this is another kind of zip file", {}
    if any(part.flag_bits & 1 for part in parts):
        return "an .xlsx workbook without a password", {}
    size = sum(part.file_size for part in parts)
    if size > UNPACKED:
        details: dict[str, object] = {"limit": UNPACKED // 10**6, "size": size // 10**6}
        return "a workbook of at most {limit} MB unpacked, found {size} MB", details
    return None


def cell_text(cell: Cell) -> str:
    """A cell as one would type it: whole numbers without `.0`, days as 27/03/2025."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        if abs(cell) >= DIGITS:
            return f"{cell:.14E}"  # shows that it is a number whose last digits are lost
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    if isinstance(cell, datetime.datetime):
        return cell.strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(cell, datetime.date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def convert(source: Path, target: Path, sheet: str | None) -> dict[str, object]:
    """Write the sheet's rows (columns `0`, `1`, ...; row n is line n of the sheet) to `target`.

    Returns `sheet`, `sheets` (the visible ones), `unseen` (hidden ones with a table), `rows` and
    the ranges of `hidden` rows. The first visible sheet if none is named; `expected` and `details`
    where it has too many columns. Raises KeyError where there is no such sheet or nothing in it.
    """
    if not is_old(source):
        source = with_slashes(source)
    book = python_calamine.load_workbook(str(source))
    visible = python_calamine.SheetVisibleEnum.Visible
    names = [meta.name for meta in book.sheets_metadata if meta.visible == visible]
    name = sheet if sheet is not None else next(iter(names), "")
    if name not in names:
        raise KeyError(name)
    table = book.get_sheet_by_name(name)
    if table.end is None:
        raise KeyError(name)
    if table.width > MAX_COLUMNS:
        return {"expected": TOO_WIDE, "details": {"limit": MAX_COLUMNS, "columns": table.width}}
    total = table.end[0] + 1  # rows are handed over from the first of the sheet, empty or not
    schema = pa.schema([(str(place), pa.string()) for place in range(table.width)])
    notes = sheet_notes(source, name)
    rows, done = _noted(table.iter_rows(), notes), 0
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(str(target), schema, options=options) as writer:
        while batch := list(islice(rows, BATCH)):
            columns = [_texts(column) for column in zip(*batch, strict=True)]
            writer.write_batch(pa.record_batch(columns, schema))
            done += len(batch)
            report(target, {"done": done, "total": total})
    known = {"sheet": name, "sheets": names, "rows": done, "hidden": notes.hidden}
    unseen = _unseen(book) if sheet is None else []
    return {**known, "unseen": unseen, "blind": not notes.told}


def _unseen(book: python_calamine.CalamineWorkbook) -> list[str]:
    """Sheets that nobody sees and that hold a table: two rows and two columns, or more."""
    visible = python_calamine.SheetVisibleEnum.Visible
    hidden = [meta.name for meta in book.sheets_metadata if meta.visible != visible]
    tables = {name: book.get_sheet_by_name(name) for name in hidden}
    return [name for name, table in tables.items() if table.height > 1 and table.width > 1]


def convert_page(source: Path, target: Path, wanted: str | None) -> dict[str, object]:
    """As `convert`, of the tables of a web page, named by their place. Raises KeyError."""
    tables = {str(place): rows for place, rows in enumerate(read_tables(source), start=1)}
    names = list(tables)
    name = wanted if wanted is not None else max(names, key=lambda n: len(tables[n]), default="")
    if name not in tables:
        raise KeyError(name)
    rows = tables[name]
    width = max(map(len, rows))
    if width > MAX_COLUMNS:
        return {"expected": TOO_WIDE, "details": {"limit": MAX_COLUMNS, "columns": width}}
    schema = pa.schema([(str(place), pa.string()) for place in range(width)])
    with pa.ipc.new_file(str(target), schema) as writer:
        for start in range(0, len(rows), BATCH):
            whole = [row + [""] * (width - len(row)) for row in rows[start : start + BATCH]]
            columns = [pa.array(column, pa.string()) for column in zip(*whole, strict=True)]
            writer.write_batch(pa.record_batch(columns, schema))
    return {"sheet": name, "sheets": names, "rows": len(rows), "hidden": ()}


def _noted(rows: Iterator[list[Cell]], notes: SheetNotes) -> Iterator[list[Cell]]:
    """Rows with the zeros that formats write, and merged cells in each of their lines."""
    if not notes.merged and not notes.formats:
        yield from rows
        return
    starts: dict[int, list[tuple[int, int]]] = {}
    for top, bottom, column in notes.merged:
        starts.setdefault(top, []).append((column, bottom))
    held: dict[int, tuple[int, Cell]] = {}  # column -> last line, what stands in it
    for line, row in enumerate(rows, start=1):
        for column, formats in notes.formats.items():
            cell = row[column] if column < len(row) else None
            if line in formats and isinstance(cell, int | float) and float(cell).is_integer():
                row[column] = rendered(formats[line], abs(cell)) if 0 <= cell < DIGITS else cell
        for column, (last, cell) in list(held.items()):
            if line > last:
                del held[column]
            elif row[column] == "":
                row[column] = cell
        for column, last in starts.get(line, ()):
            if column < len(row):
                held[column] = (last, row[column])
        yield row


def _texts(column: Sequence[Cell]) -> pa.Array:
    try:
        return pa.array(column, pa.string())  # nearly always, and much faster
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([cell_text(cell) for cell in column], pa.string())


def report(target: Path, status: dict[str, object]) -> None:
    """Tell the parent how far it is: a small file, replaced as a whole."""
    write_whole(target.with_suffix(".json"), json.dumps(status))


def limit() -> None:
    """Bound this process; a system without such limits (Windows) reads without them."""
    with contextlib.suppress(ImportError):
        import resource

        for kind, wanted in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
            _, most = resource.getrlimit(kind)
            bound = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            with contextlib.suppress(ValueError):  # macOS can't limit the address space
                resource.setrlimit(kind, (bound, bound))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def convert_and_tell(source: str, target: str, sheet: str | None = None) -> None:
    limit()
    gc.disable()  # a million rows are no garbage: looking for it takes a fifth of the time
    path = Path(target)
    status: dict[str, object]
    try:
        with open(source, "rb") as file:
            page = is_web_page(file.read(4000))
        fault = None if page else workbook_fault(Path(source))
        if page:
            status = convert_page(Path(source), path, sheet)
        elif fault:
            status = {"expected": fault[0], "details": fault[1]}
        else:
            status = convert(Path(source), path, sheet)
    except MemoryError:
        status = {"expected": TOO_LARGE}
    except OSError:
        path.unlink(missing_ok=True)  # a full disk must have room for the word of it
        status = {"expected": NO_ROOM}
    except KeyError as error:
        expected = "a visible sheet named {sheet}" if sheet else "a visible sheet with rows"
        expected = NO_TABLE if page and not sheet else expected
        status = {"expected": expected, "details": {"sheet": error.args[0]}}
    except python_calamine.PasswordError:
        status = {"expected": PROTECTED}
    except Exception as error:
        if is_old(Path(source)):
            with open(source, "rb") as file:
                kind = old_office_kind(file.read(LOOKED_AT))
            return report(path, {"expected": kind or PROTECTED})
        expected = "an .xlsx workbook that can be read ({reason})"
        status = {"expected": expected, "details": {"reason": str(error)}}
    report(path, status)


if __name__ == "__main__":
    convert_and_tell(*sys.argv[1:])
