"""What the reader of workbooks leaves out: the lines that a sheet hides, and cells with errors."""

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from core.biff import COMPOUND, BesideCells, marks_of_xls, marks_of_xlsb
from core.imports.files.grid import LONGEST_TABLE, column_at
from core.opendocument import CONTENT, marks_of_ods

MOST_SHEETS, MOST_ERRORS = 60, 1000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Unseen = tuple[list[int], list[list[Any]]]  # hidden lines; line, column and text of an error


def marks_of(raw: bytes) -> dict[str, Unseen]:
    """The marks of each sheet by its name; none of a workbook that does not tell them."""
    if raw.startswith(COMPOUND):
        return {name: _of_beside(one) for name, one in marks_of_xls(raw).items()}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        if {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return _of_excel(archive, names)
        found = marks_of_ods(archive) if CONTENT in names else marks_of_xlsb(archive)
    return {name: _of_beside(one) for name, one in found.items()}


def _of_beside(one: BesideCells) -> Unseen:
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
