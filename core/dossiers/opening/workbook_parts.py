"""What a workbook says beside its cells: hidden rows, and of an .xlsx merged cells and zeros of a
format.

Runs within the limits of `sheet`. Parts are looked at as bytes, a chunk at a time.
"""

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from core.biff import COMPOUND, BesideCells, marks_of_xls, marks_of_xlsb
from core.opendocument import CONTENT, marks_of_ods

_CHUNK = 1 << 20
MOST_RANGES = 200_000  # of hidden rows or merged cells: more is no list of dossiers
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_NUMBER = re.compile(rb'\sr="(\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*>")
_AT = re.compile(rb'\sr="([A-Z]+)(\d+)"')
_STYLE = re.compile(rb'\ss="(\d+)"')
# 0000000000, "H44-"000000, 000\.00: zeros that a format writes, between signs that it writes too
_ZEROS = re.compile(r'(?:"[^"]*"|\\.|[-/ .()]|[0#])*?0{2,}(?:"[^"]*"|\\.|[-/ ()]|0)*')
_PIECE = re.compile(r'"([^"]*)"|\\(.)|([0#])|(.)')


@dataclass(frozen=True)
class SheetNotes:
    """Of one sheet, lines counted from 1 and columns from 0: `hidden` ranges of lines, `merged`
    (first line, last line, column) over several lines, `formats` the format of a cell that writes
    zeros, by column and line. `told`: whether the workbook is of the kind that tells these."""

    hidden: tuple[tuple[int, int], ...] = ()
    merged: tuple[tuple[int, int, int], ...] = ()
    formats: dict[int, dict[int, str]] = field(default_factory=dict)
    told: bool = False


def is_old(source: Path) -> bool:
    """Whether a file is of Office before 2007."""
    with source.open("rb") as file:
        return file.read(8) == COMPOUND


def with_slashes(source: Path) -> Path:
    """The workbook, or a copy beside it where its parts are named with backslashes (as some .NET
    programs write them)."""
    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        if not any("\\" in part.filename for part in parts):
            return source
        copy = source.with_suffix(".slashes")
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as other:
            for part in parts:
                name = part.filename.replace("\\", "/")
                with archive.open(part) as read, other.open(name, "w", force_zip64=True) as write:
                    shutil.copyfileobj(read, write, _CHUNK)
    return copy


def sheet_notes(source: Path, sheet: str) -> SheetNotes:
    """The notes of a sheet by its name; none where the workbook is of another kind."""
    if is_old(source):
        return _hidden_only(marks_of_xls(source.read_bytes()).get(sheet))
    with zipfile.ZipFile(source) as archive:
        names = set(archive.namelist())
        if CONTENT in names:
            return _hidden_only(marks_of_ods(archive).get(sheet))
        if "xl/workbook.xml" not in names:
            return _hidden_only(marks_of_xlsb(archive).get(sheet))
        part = _part(archive, sheet)
        if part not in names:
            return SheetNotes()
        hidden, merged = _ranges(archive, part)
        styles = _styles(archive) if "xl/styles.xml" in names else {}
        formats = _formats(archive, part, styles) if styles else {}
    return SheetNotes(tuple(hidden), tuple(merged), formats, True)


def _hidden_only(marks: BesideCells | None) -> SheetNotes:
    return SheetNotes() if marks is None else SheetNotes(_spans(marks.hidden), told=True)


def rendered(pattern: str, number: float) -> str:
    """A whole number as a format of zeros writes it: `000` makes `7` to `007`."""
    digits = str(int(number))
    written: list[str] = []
    for text, escaped, place, other in reversed(_PIECE.findall(pattern)):
        if not place:
            written.append(text or escaped or other)
        elif digits:
            written.append(digits[-1])
            digits = digits[:-1]
        elif place == "0":
            written.append("0")
    if not digits:
        return "".join(reversed(written))
    first = min(at for at, piece in enumerate(reversed(written)) if piece.isdigit())
    ahead = list(reversed(written))
    return "".join([*ahead[:first], digits, *ahead[first:]])


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The bytes of a part, cut where a tag begins."""
    with archive.open(part) as file:
        carry = b""
        while read := file.read(_CHUNK):
            text = carry + read
            cut = text.rfind(b"<")
            carry = text[cut:] if cut > 0 else b""
            yield text[:cut] if cut > 0 else text
        yield carry


def _ranges(
    archive: zipfile.ZipFile, part: str
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    hidden: list[tuple[int, int]] = []
    merged: list[tuple[int, int, int]] = []
    for text in _chunks(archive, part):
        if b"hidden=" in text:
            for row in _ROW.findall(text):
                number = _NUMBER.search(row) if _HIDDEN.search(row) else None
                if number is None:
                    continue
                _stretch(hidden, int(number.group(1)))
        if b"mergeCell" in text:
            for left, top, _, bottom in _MERGED.findall(text):
                if int(bottom) > int(top) and len(merged) < MOST_RANGES:
                    merged.append((int(top), int(bottom), _column(left)))
    return hidden, merged


def _stretch(hidden: list[tuple[int, int]], line: int) -> None:
    """Add a hidden line to the ranges of those above it."""
    if hidden and hidden[-1][1] == line - 1:
        hidden[-1] = (hidden[-1][0], line)
    elif len(hidden) < MOST_RANGES:
        hidden.append((line, line))


def _spans(lines: list[int]) -> tuple[tuple[int, int], ...]:
    hidden: list[tuple[int, int]] = []
    for line in sorted(lines):
        _stretch(hidden, line)
    return tuple(hidden)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number - 1


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part that holds a sheet."""
    wanted = None
    for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if _tag(node) == "sheet" and node.get("name") == sheet:
            wanted = next((v for k, v in node.attrib.items() if k.endswith("}id")), None)
    links = "xl/_rels/workbook.xml.rels"
    if wanted is None or links not in archive.namelist():
        return None
    for node in ElementTree.fromstring(archive.read(links)):
        if node.get("Id") == wanted:
            target = node.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _styles(archive: zipfile.ZipFile) -> dict[int, str]:
    """The format of each style of cells that writes zeros."""
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {
        node.get("numFmtId"): node.get("formatCode", "")
        for node in root.iter()
        if _tag(node) == "numFmt"
    }
    zeros = {
        key: code.split(";")[0]
        for key, code in formats.items()
        if _ZEROS.fullmatch(code.split(";")[0])
    }
    table = next((node for node in root if _tag(node) == "cellXfs"), None)
    if not zeros or table is None:
        return {}
    cells = [node.get("numFmtId") for node in table]
    return {place: zeros[key] for place, key in enumerate(cells) if key in zeros}


def _formats(
    archive: zipfile.ZipFile, part: str, styles: dict[int, str]
) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for text in _chunks(archive, part):
        for cell in _CELL.findall(text):
            style, at = _STYLE.search(cell), _AT.search(cell)
            if style and at and (pattern := styles.get(int(style.group(1)))):
                found.setdefault(_column(at.group(1)), {})[int(at.group(2))] = pattern
    return found


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]
