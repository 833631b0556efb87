"""What the reader of workbooks leaves out: the lines that a sheet hides, and cells with errors."""

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from core.biff import COMPOUND, BesideCells, marks_of_xls, marks_of_xlsb
from core.imports.files.grid import LONGEST_TABLE, column_at

MOST_SHEETS, MOST_ERRORS = 60, 1000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
Unseen = tuple[list[int], list[list[Any]]]  # hidden lines; line, column and text of an error


def marks_of(raw: bytes) -> dict[str, Unseen]:
    """The marks of each sheet by its name; none of a workbook that does not tell them."""
    if raw.startswith(COMPOUND):
        return {name: _of_binary(one) for name, one in marks_of_xls(raw).items()}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        if {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return _of_excel(archive, names)
        if "content.xml" in names:
            with archive.open("content.xml") as file:
                return _of_open_document(file)
        return {name: _of_binary(one) for name, one in marks_of_xlsb(archive).items()}


def _of_binary(one: BesideCells) -> Unseen:
    return one.hidden[:LONGEST_TABLE], [list(error) for error in one.errors[:MOST_ERRORS]]


def _of_excel(archive: zipfile.ZipFile, names: set[str]) -> dict[str, Unseen]:
    found: dict[str, Unseen] = {}
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target") or "" for link in links}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
        target = targets.get(sheet.get(LINKED), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in names and len(found) < MOST_SHEETS:
            with archive.open(path) as file:
                found[sheet.get("name") or ""] = _sheet_marks(file)
    return found


def _sheet_marks(file: Any) -> Unseen:
    hidden: list[int] = []
    errors: list[list[Any]] = []
    for _, element in ElementTree.iterparse(file):
        if element.tag == f"{MAIN}row":
            if element.get("hidden") in ("1", "true"):
                hidden.append(int(element.get("r") or 0))
            element.clear()
        elif element.tag == f"{MAIN}c" and element.get("t") == "e":
            place = re.fullmatch(r"([A-Z]+)(\d+)", element.get("r") or "")
            value = element.find(f"{MAIN}v")
            if place and len(errors) < MOST_ERRORS:
                text = value.text if value is not None else "#"
                errors.append([int(place[2]), column_at(place[1]), text])
    return hidden[:LONGEST_TABLE], errors


def _of_open_document(file: Any) -> dict[str, Unseen]:
    """Of an .ods: equal rows and equal cells side by side stand in it once, with their number."""
    found: dict[str, Unseen] = {}
    hidden: list[int] = []
    errors: list[list[Any]] = []
    line = 0
    for _, element in ElementTree.iterparse(file):
        if element.tag == f"{TABLE}table-row":
            times = int(element.get(f"{TABLE}number-rows-repeated") or 1)
            if element.get(f"{TABLE}visibility") in ("collapse", "filter"):
                hidden += range(line + 1, min(line + times, LONGEST_TABLE) + 1)
            errors += _errors_of_row(element, line + 1)[: MOST_ERRORS - len(errors)]
            line += times
            element.clear()
        elif element.tag == f"{TABLE}table":
            if len(found) < MOST_SHEETS:
                found[element.get(f"{TABLE}name") or ""] = hidden, errors
            hidden, errors, line = [], [], 0
    return found


def _errors_of_row(row: ElementTree.Element, line: int) -> list[list[Any]]:
    errors: list[list[Any]] = []
    column = 0
    for cell in row:
        if cell.get(f"{CALC}value-type") == "error":
            errors.append([line, column, "".join(cell.itertext()) or "#"])
        column += int(cell.get(f"{TABLE}number-columns-repeated") or 1)
    return errors
