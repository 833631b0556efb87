"""Look into a zip or an Office file without trusting it, and have a process unpack it."""

import datetime as dt
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from core.imports.files.child import TOO_MANY_CELLS
from core.imports.files.grid import LONGEST_TABLE, WIDEST, Grid, SheetCell
from core.problems import DataError, Problem

_ROOT = Path(__file__).resolve().parents[3]
_UNPACKED = 400_000_000
_PARTS = 5_000
PATIENCE = 90  # seconds
MOST_SAID = 200_000_000  # characters that the process may answer
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def unusable(name: str, expected: str, **details: object) -> DataError:
    """One sentence about a file as a whole."""
    return DataError([Problem(name, None, None, None, expected, details)])


def office_kind(name: str, raw: bytes) -> tuple[str, bytes]:
    """`workbook` or `word`, and the bytes with its parts named as the format has them.

    Raises DataError for what is protected, damaged, too large, or another kind of file.
    """
    if raw[:4] == b"\xd0\xcf\x11\xe0":
        if ENCRYPTED in raw:
            raise unusable(name, "a file without a password: open it, and save it without one")
        if "WordDocument".encode("utf-16-le") in raw:
            raise unusable(name, "a Word file as .docx; this is an old .doc: save it as .docx")
        return "workbook", raw
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > _UNPACKED or len(parts) > _PARTS:
                expected = "a file of at most {limit} MB unpacked, found {size} MB"
                raise unusable(name, expected, limit=_UNPACKED // 10**6, size=size // 10**6)
            if any(part.flag_bits & 1 for part in parts):
                raise unusable(name, "a file without a password: open it, and save it without one")
            names = {part.filename.replace("\\", "/") for part in parts}
            if any("\\" in part.orig_filename for part in parts):
                raw = _with_slashes(archive, parts)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise unusable(name, "a file that is not damaged ({reason})", reason=str(error)) from None
    if "word/document.xml" in names:
        return "word", raw
    sheets = {"xl/workbook.xml", "xl/workbook.bin"} & names
    if sheets or ("content.xml" in names and not any(one.startswith("Pictures") for one in names)):
        return "workbook", raw
    if any(one.startswith("ppt/") for one in names):
        raise unusable(name, "a table; this is a presentation: copy its table and paste it")
    raise unusable(name, "the files themselves; this is an archive: unpack it first")


def _with_slashes(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    """The same archive with `/` between folders: some programs on Windows write `\\`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as fresh:
        for part in parts:
            fresh.writestr(part.orig_filename.replace("\\", "/"), archive.read(part))
    return made.getvalue()


def unpacked(name: str, kind: str, raw: bytes) -> tuple[list[Grid], list[Problem]]:
    """The tables of an Office file, and warnings. Raises DataError with one sentence."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(raw)
        command = [sys.executable, "-m", "core.imports.files.child", kind, str(path)]
        try:
            done = subprocess.run(
                command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise unusable(name, TOO_MANY_CELLS, rows=LONGEST_TABLE, columns=WIDEST) from None
    try:
        found = dict(json.loads(done.stdout[:MOST_SAID]))
    except ValueError:  # ended by its limits: nothing was left to say so
        raise unusable(name, TOO_MANY_CELLS, rows=LONGEST_TABLE, columns=WIDEST) from None
    if "expected" in found:
        raise unusable(name, found["expected"], **found.get("details", {}))
    warnings = []
    if found.get("macro"):
        expected = "a workbook without macros; its macros were not run, its values are read"
        warnings.append(Problem(name, None, None, None, expected))
    grids = []
    for sheet in found["sheets"]:
        if "expected" in sheet:
            details = sheet.get("details", {})
            warnings.append(Problem(name, None, None, sheet["name"], sheet["expected"], details))
        else:
            grids.append(_grid(sheet))
    if not grids and warnings:
        raise DataError(warnings)
    if found.get("blind"):
        expected = (
            "a workbook that tells which rows a filter hides; this one does not, and all of its "
            "rows are read: save it as .xlsx to be told"
        )
        warnings.append(Problem(name, None, None, None, expected))
    return grids, warnings


def _grid(sheet: dict[str, Any]) -> Grid:
    rows = tuple(tuple(_cell(cell) for cell in row) for row in sheet["rows"])
    errors = {(line, column): str(text) for line, column, text in sheet.get("errors", [])}
    return Grid(
        sheet["name"], rows, frozenset(sheet.get("hidden", ())), errors, sheet.get("above", ""),
        not sheet.get("shown", True),
    )  # fmt: skip


def _cell(cell: Any) -> SheetCell:
    if isinstance(cell, dict):
        return dt.date.fromisoformat(cell["d"])
    return cell if isinstance(cell, str | float | int | bool) else None
