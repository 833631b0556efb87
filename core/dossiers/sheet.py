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
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import python_calamine

MEMORY = 1_500_000_000  # bytes of address space for the child
SECONDS = 180  # of processor time for the child
UNPACKED = 3_000_000_000  # bytes a workbook may say it unpacks to
PARTS = 10_000  # files within a workbook
BATCH = 50_000  # rows handed over at a time
MAX_COLUMNS = 1_000  # a list of dossiers has a few dozen
TOO_WIDE = "a list of at most {limit} columns, found {columns}"
NO_ROOM = "a disk of the server with room for the lists: tell whoever runs the server"
TOO_LARGE = "a workbook that fits into memory: save the sheet as CSV, in UTF-8"
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
    """What was expected where a file can't be an .xlsx workbook of a bearable size, else None."""
    with path.open("rb") as file:
        magic = file.read(8)
    if magic == bytes.fromhex("d0cf11e0a1b11ae1"):
        return "an .xlsx workbook without a password; this is a protected one, or an old .xls", {}
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        return "an .xlsx workbook that is not damaged ({reason})", {"reason": str(error)}
    if "xl/workbook.xml" not in {part.filename for part in parts} or len(parts) > PARTS:
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

    Returns `sheet`, `sheets` (the visible ones) and `rows`. The first visible sheet if none is
    named; `expected` and `details` where it has too many columns. Raises
    KeyError where there is no such sheet or nothing in it.
    """
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
    rows, done = table.iter_rows(), 0
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(str(target), schema, options=options) as writer:
        while batch := list(islice(rows, BATCH)):
            columns = [_texts(column) for column in zip(*batch, strict=True)]
            writer.write_batch(pa.record_batch(columns, schema))
            done += len(batch)
            report(target, {"done": done, "total": total})
    return {"sheet": name, "sheets": names, "rows": done}


def _texts(column: Sequence[Cell]) -> pa.Array:
    try:
        return pa.array(column, pa.string())  # nearly always, and much faster
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([cell_text(cell) for cell in column], pa.string())


def report(target: Path, status: dict[str, object]) -> None:
    """Tell the parent how far it is: a small file, replaced as a whole."""
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(status), encoding="utf-8")
    draft.replace(target.with_suffix(".json"))


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
    try:
        fault = workbook_fault(Path(source))
        if fault:
            status: dict[str, object] = {"expected": fault[0], "details": fault[1]}
        else:
            status = convert(Path(source), path, sheet)
    except MemoryError:
        status = {"expected": TOO_LARGE}
    except OSError:
        path.unlink(missing_ok=True)  # a full disk must have room for the word of it
        status = {"expected": NO_ROOM}
    except KeyError as error:
        expected = "a visible sheet named {sheet}" if sheet else "a visible sheet with rows"
        status = {"expected": expected, "details": {"sheet": error.args[0]}}
    except Exception as error:
        expected = "an .xlsx workbook that can be read ({reason})"
        status = {"expected": expected, "details": {"reason": str(error)}}
    report(path, status)


if __name__ == "__main__":
    convert_and_tell(*sys.argv[1:])
