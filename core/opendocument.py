"""What a spreadsheet of OpenDocument (.ods) says beside its cells: lines it hides, and errors.

The reader of workbooks tells neither. Equal rows, and equal cells side by side, stand in the file
once, with their number.
"""

import zipfile
from xml.etree import ElementTree

from core.biff import MOST_MARKS, BesideCells

CONTENT = "content.xml"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def marks_of_ods(archive: zipfile.ZipFile) -> dict[str, BesideCells]:
    """The marks of each sheet by its name; none of a file whose content is torn."""
    found: dict[str, BesideCells] = {}
    sheet, line = BesideCells(), 0
    try:
        with archive.open(CONTENT) as file:
            for _, element in ElementTree.iterparse(file):
                if element.tag == f"{_TABLE}table-row":
                    times = int(element.get(f"{_TABLE}number-rows-repeated") or 1)
                    if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                        for hidden in range(line + 1, min(line + times, MOST_MARKS) + 1):
                            sheet.hide(hidden)
                    _mark_errors(sheet, element, line + 1)
                    line += times
                    element.clear()  # a long sheet would fill the memory
                elif element.tag == f"{_TABLE}table":
                    found[element.get(f"{_TABLE}name") or ""] = sheet
                    sheet, line = BesideCells(), 0
    except (ElementTree.ParseError, ValueError):
        return {}
    return found


def _mark_errors(sheet: BesideCells, row: ElementTree.Element, line: int) -> None:
    column = 0
    for cell in row:
        if cell.get(f"{_CALC}value-type") == "error":
            sheet.show_error(line, column, "".join(cell.itertext()) or "#")
        column += int(cell.get(f"{_TABLE}number-columns-repeated") or 1)
