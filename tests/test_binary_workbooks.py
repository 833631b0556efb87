"""Workbooks of the binary kinds: hidden rows are asked about and errors refused, as in an .xlsx.

`files/hidden_rows.xls` was saved by LibreOffice; the .xlsb is made here, record by record.
"""

import datetime as dt
import struct
from pathlib import Path

import pytest

from core.biff import COMPOUND, marks_of_xls
from core.dossiers.opening.workbook_parts import sheet_notes
from core.imports.opening import read_file
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from import_files import archive

OLD = Path(__file__).parent / "files" / "hidden_rows.xls"
ROWS = [
    ["STT", "Đơn vị", "Tỷ lệ số hóa hồ sơ (%)"],
    [1, "Sở Y tế", 50.5],
    [2, "UBND xã Ẩn", 60.25],
    [3, "UBND xã Lỗi", "#DIV/0!"],
    ["", "Toàn tỉnh", 70.75],
]


def binary_workbook(rows: list[list[object]], hidden: tuple[int, ...]) -> bytes:
    """An .xlsb of one sheet; a text that begins with # is an error."""

    def record(kind: int, body: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    size = struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)
    sheet = record(129) + record(148, size) + record(145)
    for line, row in enumerate(rows):
        flags = 0x10 if line + 1 in hidden else 0
        sheet += record(0, struct.pack("<IIHBBBI", line, 0, 300, 0, flags, 0, 0))
        for column, cell in enumerate(row):
            at = struct.pack("<II", column, 0)
            if isinstance(cell, str):
                is_error = cell.startswith("#")
                sheet += record(3, at + b"\x07") if is_error else record(6, at + wide(cell))
            else:
                sheet += record(5, at + struct.pack("<d", cell))
    sheet += record(146) + record(130)
    named = struct.pack("<II", 0, 1) + wide("rId1") + wide("Biểu 1")
    book = record(131) + record(143) + record(156, named) + record(144) + record(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return archive(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'content-types"/>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": links.encode(),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def plan_of(name: str, hidden: bool | None = None) -> ImportPlan:
    raw = OLD.read_bytes() if name.endswith("xls") else binary_workbook(ROWS, (3,))
    options = ImportOptions(province="H44", as_of=dt.date(2026, 9, 30), hidden=hidden)
    return plan_import(read_file(name, raw, options), options)


@pytest.mark.parametrize("name", ["bang.xls", "bang.xlsb"])
def test_hidden_rows_are_asked_about(name: str) -> None:
    plan = plan_of(name)
    (told,) = plan.problems
    assert (told.line, told.details) == (3, {"count": 1})
    assert "--hidden" in str(told)
    assert not any("hides" in str(one) for one in plan.warnings)


@pytest.mark.parametrize("name", ["bang.xls", "bang.xlsb"])
@pytest.mark.parametrize("kept", [True, False])
def test_hidden_rows_are_read_or_left_as_was_said(name: str, kept: bool) -> None:
    plan = plan_of(name, kept)
    assert plan.problems == ()
    rates = {row.unit: row.rate_percent for row in plan.observations}
    rest = {"H44.so-y-te": 50.5, "H44": 70.75}
    assert rates == (rest | {"H44.ubnd-xa-an": 60.25} if kept else rest)


@pytest.mark.parametrize("name", ["bang.xls", "bang.xlsb"])
def test_a_cell_with_an_error_is_refused_by_its_place(name: str) -> None:
    told = [str(one.why) for one in plan_of(name, False).left_out if one.what == "cell"]
    assert len(told) == 1
    assert "line 4, column C" in told[0]
    assert "#DIV/0!" in told[0]


def test_a_list_of_dossiers_tells_its_hidden_rows() -> None:
    notes = sheet_notes(OLD, "Danh sách")
    assert notes.told
    assert notes.hidden == ((4, 4),)


def test_a_binary_list_tells_its_hidden_rows(tmp_path: Path) -> None:
    path = tmp_path / "ds.xlsb"
    path.write_bytes(binary_workbook(ROWS, (2, 3, 5)))
    notes = sheet_notes(path, "Biểu 1")
    assert notes.told
    assert notes.hidden == ((2, 3), (5, 5))


@pytest.mark.parametrize("cut", [8, 30, 100, 512, 600, 2000, 5000])
def test_a_torn_or_spoiled_workbook_has_no_marks_and_ends(cut: int) -> None:
    raw = OLD.read_bytes()
    assert marks_of_xls(raw[:cut]).get("Biểu 1") is None
    circle = bytearray(raw)
    circle[512:1024] = bytes(512)  # each sector is followed by the first
    marks_of_xls(bytes(circle))
    assert marks_of_xls(COMPOUND + b"\xff" * cut) == {}
