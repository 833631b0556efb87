"""What the binary workbooks (.xls, .xlsb) say beside their cells: lines they hide, and errors.

Neither the reader of workbooks nor another library in use tells it. Both kinds are runs of records,
each with its type and its length; all but a few types are skipped. An .xls keeps its records in a
compound file: chains of sectors.
"""

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
MOST_MARKS = 1_000_000  # a sheet has no more lines, and no reader wants more errors
_FREE = 0xFFFFFFFA  # from here on a number of a sector says that there is none
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!",
           42: "#N/A", 43: "#GETTING_DATA"}  # fmt: skip
_BOF, _EOF, _SHEET, _ROW, _BOOL_OR_ERROR = 0x809, 0x0A, 0x85, 0x208, 0x205
_FORMULAS = (0x06, 0x206, 0x406)
_ROW_HIDES = 0x20
_XLSB_ROW, _XLSB_ERRORS, _XLSB_SHEET, _XLSB_ROW_HIDES = 0, (3, 11), 156, 0x10


@dataclass
class BesideCells:
    """Of one sheet: the lines it hides, from 1, and errors as line, column from 0, and text."""

    hidden: list[int] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)

    def hide(self, line: int) -> None:
        if len(self.hidden) < MOST_MARKS:
            self.hidden.append(line)

    def show_error(self, line: int, column: int, text: str) -> None:
        if len(self.errors) < MOST_MARKS:
            self.errors.append((line, column, text))


def marks_of_xls(raw: bytes) -> dict[str, BesideCells]:
    """The marks of each sheet of an .xls by its name; none of a file that is no such workbook."""
    try:
        book = _stream(raw, ("workbook", "book"))
        found: dict[str, BesideCells] = {}
        version = 0
        for at, kind, body in _records(book, 0):
            if kind == _BOF and at == 0:
                version = struct.unpack_from("<H", body)[0]
            elif kind == _SHEET:
                start = struct.unpack_from("<I", body)[0]
                found[_sheet_name(body, version)] = _sheet_marks(book, start)
            elif kind == _EOF:
                break
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}
    return found


def marks_of_xlsb(archive: zipfile.ZipFile) -> dict[str, BesideCells]:
    """The marks of each sheet of an .xlsb by its name; none of a file that is no such workbook."""
    names = set(archive.namelist())
    links = "xl/_rels/workbook.bin.rels"
    if not {"xl/workbook.bin", links} <= names:
        return {}
    root = ElementTree.fromstring(archive.read(links))
    targets = {link.get("Id", ""): link.get("Target", "") for link in root}
    found: dict[str, BesideCells] = {}
    try:
        for kind, body in _long_records(archive.read("xl/workbook.bin")):
            if kind == _XLSB_SHEET:
                link, after = _wide_text(body, 8)
                target = targets.get(link, "")
                part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if part in names:
                    found[_wide_text(body, after)[0]] = _long_marks(archive.read(part))
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}
    return found


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """Place, type and content of each record from a place on."""
    end = len(book) - 4
    while at <= end:
        kind, size = struct.unpack_from("<HH", book, at)
        yield at, kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _sheet_name(body: bytes, version: int) -> str:
    if version < 0x600:  # before Excel 97
        return body[7 : 7 + body[6]].decode("cp1252")
    if body[7] & 1:
        return body[8 : 8 + 2 * body[6]].decode("utf-16-le")
    return body[8 : 8 + body[6]].decode("latin-1")


def _sheet_marks(book: bytes, start: int) -> BesideCells:
    marks, depth = BesideCells(), 0
    for _, kind, body in _records(book, start):
        if kind == _BOF:  # of the sheet, and of a chart within it
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth != 1:
            continue
        elif kind == _ROW:
            if body[12] & _ROW_HIDES:
                marks.hide(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _BOOL_OR_ERROR and body[7]:
            _show(marks, body, body[6])
        elif kind in _FORMULAS and body[12:14] == b"\xff\xff" and body[6] == 2:
            _show(marks, body, body[8])
    return marks


def _show(marks: BesideCells, body: bytes, code: int) -> None:
    row, column = struct.unpack_from("<HH", body)
    marks.show_error(row + 1, column, _ERRORS.get(code, "#"))


def _stream(raw: bytes, wanted: tuple[str, ...]) -> bytes:
    """A stream of a compound file by its name; empty where there is none."""
    if raw[:8] != COMPOUND:
        return b""
    sector, small = (1 << power for power in struct.unpack_from("<HH", raw, 30))
    first, _, cutoff, mini = struct.unpack_from("<IIII", raw, 48)
    parts = list(struct.unpack_from("<109I", raw, 76))
    more, count = struct.unpack_from("<II", raw, 68)
    per = sector // 4
    while more < _FREE and count > 0:
        numbers = struct.unpack_from(f"<{per}I", raw, (more + 1) * sector)
        parts += numbers[:-1]
        more, count = numbers[-1], count - 1
    tables = [raw[(one + 1) * sector : (one + 2) * sector] for one in parts if one < _FREE]
    chain = _numbers(b"".join(tables))
    folder = _joined(raw, chain, first, sector, sector)
    root = folder[:128]
    for at in range(0, len(folder) - 127, 128):
        entry = folder[at : at + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le")
        start, size = struct.unpack_from("<II", entry, 116)
        if name.casefold() in wanted and size >= cutoff:
            return _joined(raw, chain, start, sector, sector)[:size]
        if name.casefold() in wanted:  # a small one lies in a stream of small sectors
            inner = _joined(raw, chain, struct.unpack_from("<I", root, 116)[0], sector, sector)
            places = _numbers(_joined(raw, chain, mini, sector, sector))
            return _joined(inner, places, start, small, 0)[:size]
    return b""


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _joined(raw: bytes, chain: tuple[int, ...], at: int, size: int, head: int) -> bytes:
    """The sectors of a chain; one that runs in a circle ends when all were passed."""
    found = []
    for _ in chain:
        if at >= len(chain):
            break
        found.append(raw[head + at * size : head + (at + 1) * size])
        at = chain[at]
    return b"".join(found)


def _long_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each record; both are written in groups of seven bits."""
    at = 0
    while at < len(part):
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        size = 0
        for group in range(4):
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << 7 * group
            if not byte & 0x80:
                break
        yield kind, part[at : at + size]
        at += size


def _wide_text(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where what follows begins."""
    end = at + 4 + 2 * struct.unpack_from("<I", body, at)[0]
    return body[at + 4 : end].decode("utf-16-le"), end


def _long_marks(part: bytes) -> BesideCells:
    marks, line = BesideCells(), 0
    for kind, body in _long_records(part):
        if kind == _XLSB_ROW:
            line = struct.unpack_from("<I", body)[0] + 1
            if body[11] & _XLSB_ROW_HIDES:
                marks.hide(line)
        elif kind in _XLSB_ERRORS:
            column = struct.unpack_from("<I", body)[0]
            marks.show_error(line, column, _ERRORS.get(body[8], "#"))
    return marks
