"""One file or pasted text becomes readings: what it is, told by its bytes and not by its name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.fonts import UNDECODED, decoded
from core.imports.files.grid import LONGEST_TABLE, WIDEST, Grid, SheetCell, letters, text_of_cell
from core.imports.files.texts import delimited, page_json, page_tables
from core.imports.files.unpack import office_kind, unpacked, unusable
from core.imports.moments import find_period
from core.imports.people.shapes import other_shape
from core.imports.people.tables import read_sheet
from core.imports.plan import ImportOptions
from core.imports.portal.answers import read_answers
from core.imports.portal.json_text import documents, is_wrapped
from core.imports.portal.saved import read_trees
from core.imports.reading import PORTAL_2025, Reading
from core.imports.template.take import is_template
from core.imports.vocabulary import Vocabulary, squeezed, vocabulary
from core.problems import DataError, Problem
from core.text import clean_text

LARGEST_IMPORT = 40_000_000
_KINDS = (
    (b"%PDF", "a table; a PDF is not read: copy its table and paste it, or ask for its Excel"),
    (b"{\\rtf", "a Word file as .docx; this is rich text (.rtf): save it as .docx"),
    (b"\x89PNG", "a table; this is a picture"),
    (b"\xff\xd8\xff", "a table; this is a picture"),
    (b"GIF8", "a table; this is a picture"),
    (b"BM6", "a table; this is a picture"),
    (b"\x1f\x8b", "the file itself; this is packed: unpack it first"),
    (b"7z\xbc\xaf", "the file itself; this is packed: unpack it first"),
    (b"Rar!", "the file itself; this is packed: unpack it first"),
    (b"SQLite format 3", "a table; this is a database"),
    (b"MZ", "a table; this is a program"),
    (b"\x7fELF", "a table; this is a program"),
)  # fmt: skip
TEMPLATE_HERE = "a file without the mark of a template; this is one: load it alone, as a template"
_NOTHING = "a table with a heading for the units and one for a figure of the rules"


def read_file(name: str, raw: bytes, options: ImportOptions) -> list[Reading]:
    """The readings of a file. Raises DataError with one sentence where it can't be used at all."""
    name = clean_text(name)[:200] or "lists"
    if not raw.strip():
        raise unusable(name, "figures; the file is empty")
    if len(raw) > LARGEST_IMPORT:
        sizes = {"limit": LARGEST_IMPORT // 10**6, "size": len(raw) // 10**6}
        raise unusable(name, "a file of at most {limit} MB, found {size} MB", **sizes)
    for mark, expected in _KINDS:
        if raw.startswith(mark):
            raise unusable(name, expected)
    if raw[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"):
        kind, raw = office_kind(name, raw)
        if is_template(raw):
            raise unusable(name, TEMPLATE_HERE)
        grids, warnings = unpacked(name, kind, raw)
        return _sheets(name, grids, warnings, options)
    text, encoding = decoded(raw)
    if "\0" in text:
        raise unusable(name, "a table or an answer of the portal; this is another kind of file")
    if encoding == "unknown" and text.count(UNDECODED) > len(text) / 200:
        raise unusable(name, "text in UTF-8; its letters can't be told: save it as CSV UTF-8")
    return _text(name, text, encoding, options)


def read_pasted(text: str, options: ImportOptions) -> list[Reading]:
    """The readings of what a person pasted. Raises DataError."""
    if not text.strip():
        raise unusable("pasted table", "figures; nothing was pasted")
    if len(text) > LARGEST_IMPORT // 4:
        sizes = {"limit": LARGEST_IMPORT // 4_000_000, "size": len(text) // 10**6}
        raise unusable("pasted table", "a file of at most {limit} MB, found {size} MB", **sizes)
    return _text("pasted table", text.replace("\0", ""), "utf-8", options)


def _text(name: str, text: str, encoding: str, options: ImportOptions) -> list[Reading]:
    head = text.lstrip("\ufeff \t\r\n")
    if head[:1] in "{[" or is_wrapped(head):
        return _json(name, head)
    low = head[:3000].lower()
    if low.startswith("mime-version") or "multipart/related" in low:
        raise unusable(name, "a table; this is a web archive (.mht): open it and save it as .xlsx")
    if "urn:schemas-microsoft-com:office:spreadsheet" in low:
        raise unusable(name, "an .xlsx workbook; this is XML of Excel 2003: save it as .xlsx")
    is_page = re.search(r"<(?:table|html|!doctype html|pre)\b", low) is not None
    if is_page and (said := page_json(text)):
        return _json(name, said)
    grids = page_tables(text) if is_page else None
    if grids is not None and not grids:
        raise unusable(name, "a table; this web page has none")
    grids = [delimited(head, "")] if grids is None else grids
    warnings = []
    if encoding == "windows-1258":
        expected = "text in UTF-8; this is windows-1258 and was turned"
        warnings.append(Problem(name, None, None, None, expected))
    return _sheets(name, grids, warnings, options)


def _json(name: str, text: str) -> list[Reading]:
    try:
        return read_trees(documents(text, name), name, vocabulary())
    except RecursionError:
        raise unusable(name, "an answer of the portal; this is nested too deeply") from None
    except ValueError as error:
        reason = getattr(error, "msg", "unreadable")
        line = getattr(error, "lineno", None)
        expected = "JSON that is whole ({reason})"
        problem = Problem(name, line, None, None, expected, {"reason": reason})
        raise DataError([problem]) from None


def _sheets(
    name: str, grids: list[Grid], warnings: list[Problem], options: ImportOptions
) -> list[Reading]:
    """The readings of all sheets that hold any; a sheet that holds none is told."""
    words, found, empty = vocabulary(), [], []
    for grid in grids:
        if len(grid.rows) > LONGEST_TABLE or (grid.rows and len(grid.rows[0]) > WIDEST):
            expected = "a table of at most {rows} rows and {columns} columns; this is larger"
            raise unusable(name, expected, rows=LONGEST_TABLE, columns=WIDEST)
        if grid.is_hidden:
            expected = "a sheet that is shown; it is hidden"
            empty.append(Problem(name, None, None, grid.name, expected))
            continue
        readings = _portal_sheet(grid, name, words) or [
            replace(one, period=one.period or find_period(grid.name))
            for one in read_sheet(grid, name, options, words)
        ]
        is_read = any(one.figures or one.problems for one in readings)
        shape = None if is_read else other_shape(grid, words)
        readings = [] if shape else readings
        found += readings
        if not readings and any(text_of_cell(cell) for row in grid.rows for cell in row):
            empty.append(Problem(name, None, None, grid.name or None, shape or _NOTHING))
    if not found:
        raise DataError(empty or [Problem(name, None, None, None, "figures; the file is empty")])
    refused = any(out.what != "column" for one in found for out in one.left_out)
    if not refused and not any(one.figures or one.problems for one in found):
        expected = "figures below the headings; there are none"
        raise DataError([Problem(name, None, None, None, expected)])
    first = found[0]
    told = (*warnings, *first.warnings, *empty)
    found[0] = Reading(**{**first.__dict__, "warnings": told})
    return found


def _portal_sheet(grid: Grid, name: str, words: Vocabulary) -> list[Reading]:
    """A sheet with the keys of the portal of 2025 as headings: rows of that portal."""
    for top, row in enumerate(grid.rows[:10]):
        keys = [squeezed(text_of_cell(cell)) for cell in row]
        if "tongscore" in keys and {"macoquan", "tencoquan", "ten"} & set(keys):
            _no_heading_twice(row, grid.rows[top + 1 :], name, top + 1)
            records = [_record(row, line) for line in grid.rows[top + 1 :]]
            reading = read_answers([one for one in records if one], name, words)
            by_name = read_answers([], grid.name, words).period
            return [
                Reading(
                    **{**reading.__dict__, "kind": PORTAL_2025, "period": by_name or reading.period}
                )
            ]
    return []


def _no_heading_twice(
    headings: tuple[SheetCell, ...], rows: Sequence[tuple[SheetCell, ...]], name: str, line: int
) -> None:
    """Refuse two columns under one heading that say different things: nobody can tell which is
    meant. Raises DataError."""
    first: dict[str, int] = {}
    for at, heading in enumerate(headings):
        key = squeezed(text_of_cell(heading))
        before = first.setdefault(key, at) if key else at
        if before != at and any(row[before] != row[at] for row in rows):
            expected = "one column for each heading; columns {first} and {second} both have it"
            details = {"first": letters(before), "second": letters(at)}
            raise DataError([Problem(name, line, None, text_of_cell(heading), expected, details)])


def _record(headings: tuple[Any, ...], cells: tuple[Any, ...]) -> Mapping[str, Any]:
    pairs = zip(headings, cells, strict=False)
    return {text_of_cell(key): value for key, value in pairs if key and value not in ("", None)}
