"""Opening and reading uploaded lists: what people send, and what an attacker would."""

import csv
import dataclasses
import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dossiers import lines as list_lines
from core.dossiers import sheet as list_sheet
from core.dossiers import text as list_text
from core.dossiers import upload as list_open
from core.dossiers.lists import DossierList, Mapping, guess_mapping, read_list
from core.dossiers.text import Layout, read_rows
from core.dossiers.upload import Upload, open_lists
from core.dossiers.words import parse_flag
from core.problems import DataError

HEAD = "Mã hồ sơ,Đơn vị,Số hóa,Thanh toán\n"
ROW = "H10-1,Sở Y tế,có,có\n"


def open_bytes(folder: Path, content: bytes, name: str = "list.csv", **options: str) -> DossierList:
    path = folder / name
    path.write_bytes(content)
    return open_lists([Upload(path, name, **options)], folder)[0]


def open_text(folder: Path, text: str) -> DossierList:
    return open_bytes(folder, text.encode())


def read(source: DossierList, **mapping: str) -> list[dict[str, object]]:
    chosen = Mapping(**mapping) if mapping else guess_mapping(source.columns)
    return [row for table, _ in read_list(source, chosen) for row in table.to_pylist()]


def workbook(path: Path, rows: list[list[object]], **more: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    for row in rows:
        sheet.append(row)
    for name, others in more.items():
        extra = book.create_sheet(name)
        for row in others:
            extra.append(row)
    book.save(path)
    return path


# What people send


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    text = (HEAD + ROW + ROW).replace(",", delimiter).replace("\n", end)
    source = open_bytes(tmp_path, text.encode(encoding))
    assert source.columns == ("Mã hồ sơ", "Đơn vị", "Số hóa", "Thanh toán")
    assert source.delimiter == delimiter
    found = read(source)
    assert [(row["line"], row["unit"], row["broken"]) for row in found] == [
        (2, "Sở Y tế", None),
        (3, "Sở Y tế", None),
    ]


def test_commas_within_quotes_do_not_fool_the_guess(tmp_path: Path) -> None:
    text = "Mã hồ sơ;Đơn vị\n" + 'A;"Xã A, huyện B, tỉnh C"\n' * 5
    source = open_text(tmp_path, text)
    assert source.delimiter == ";"
    assert read(source)[0]["unit"] == "Xã A, huyện B, tỉnh C"


def test_titles_above_the_header_and_a_header_of_two_lines(tmp_path: Path) -> None:
    text = 'DANH SÁCH HỒ SƠ\n\n"Mã\nhồ sơ",Đơn vị xử lý,"Đã số\nhóa"\nA,B,x\n'
    source = open_text(tmp_path, text)
    assert (source.header_line, source.columns) == (3, ("Mã hồ sơ", "Đơn vị xử lý", "Đã số hóa"))
    assert read(source) == [
        {"line": 6, "span": 1, "dossier_id": "A", "unit": "B", "date": None, "digitized": "x",
         "paid": None, "broken": None, "found": None, "raw": None}
    ]  # fmt: skip
    other = dataclasses.replace(source, header_line=6)
    assert other.columns == ("A", "B", "x")
    with pytest.raises(DataError, match=r"line 4: expected a header row on one of the lines"):
        _ = dataclasses.replace(source, header_line=4).columns


def test_repeated_and_empty_headings_get_their_number(tmp_path: Path) -> None:
    source = open_text(tmp_path, "Mã hồ sơ,Ngày,,Ngày\nA,1,2,3\n")
    assert source.columns == ("Mã hồ sơ", "Ngày", "[3]", "Ngày [4]")
    assert read(source, dossier_id="Mã hồ sơ", date="Ngày [4]")[0]["date"] == "3"


def test_one_column_for_two_fields(tmp_path: Path) -> None:
    source = open_text(tmp_path, "Mã hồ sơ,Xong\nA,có\n")
    row = read(source, dossier_id="Mã hồ sơ", digitized="Xong", paid="Xong")[0]
    assert (row["digitized"], row["paid"]) == ("có", "có")


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ["STT", "Mã hồ sơ", "Cơ quan thực hiện", "Ngày tiếp nhận", "Số hoá", "Thanh toán"],
            Mapping("Mã hồ sơ", "Cơ quan thực hiện", "Ngày tiếp nhận", "Số hoá", "Thanh toán"),
        ),
        (
            ["Số hồ sơ", "Tên đơn vị", "Ngày thanh toán", "Số hóa đơn", "Đã thanh toán"],
            Mapping("Số hồ sơ", "Tên đơn vị", "Ngày thanh toán", None, "Đã thanh toán"),
        ),
        (
            ["Dossier ID", "Agency", "Received", "Digitised", "Paid online"],
            Mapping("Dossier ID", "Agency", "Received", "Digitised", "Paid online"),
        ),
        (["a", "b"], Mapping()),
    ],
)
def test_guess_of_the_mapping(headings: list[str], expected: Mapping) -> None:
    assert guess_mapping(headings) == expected


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        *((yes, True) for yes in ("có", "CÓ", "x", "X ", "1", "đã thanh toán", "Đã số hóa")),
        *((yes, True) for yes in ("true", "Đúng", "yes", "Đã được số hoá", "1.0", "✓")),
        *((no, False) for no in ("không", "Ko", "0", "chưa", "Chưa thanh toán", "FALSE", "sai")),
        *((no, False) for no in ("Chưa được số hóa", "không có số hóa", "n")),
        *((unclear, None) for unclear in ("", "?", "2", "đã hủy", "có lẽ", "thanh toán", "-")),
    ],
)
def test_flags(text: str, flag: bool | None) -> None:
    assert parse_flag(text) is flag


# What people send by accident


@pytest.mark.parametrize(
    "unit", [b"X\xe3 \xd0\xf4\xccng", b"S\xeb Y t\xd5"], ids=["Windows-1258", "TCVN3"]
)
def test_an_older_encoding_is_refused(tmp_path: Path, unit: bytes) -> None:
    content = b"ma ho so,don vi\n" + b"H10-1," + unit + b"\n"
    with pytest.raises(DataError, match=r"list\.csv: expected text in UTF-8 or UTF-16"):
        open_bytes(tmp_path, content)


def test_a_few_damaged_rows_are_no_older_encoding(tmp_path: Path) -> None:
    content = (HEAD + ROW * 5).encode() + b"H10-2,S\xff Y t,1,1\n"
    found = read(open_bytes(tmp_path, content))
    assert found[-1]["unit"] == "S\ufffd Y t"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a list of dossiers; the file is empty"),
        (b"\xef\xbb\xbf", "there is nothing in this file"),
        (b"\r\n \r\n", "there is nothing in this file"),
        (bytes(range(256)) * 50, "a CSV or Excel file; this is another kind of file"),
        (b"%PDF-1.7\n\x00\x01", "a PDF is not read"),
        (b"PK\x03\x04 no zip", "an .xlsx workbook that is not damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") * 99, "without a password; this is a protected one"),
    ],
)
def test_files_that_are_no_list(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        open_bytes(tmp_path, content)
    assert caught.value.problems[0].file == "list.csv"


def test_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_open, "LARGEST_LIST", 2_000_000)
    with pytest.raises(DataError, match="a file of at most 2 MB, found 3 MB"):
        open_bytes(tmp_path, b"a" * 3_000_000)


def test_all_files_report_their_problems(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").write_bytes(b"PK\x05\x06")
    (tmp_path / "c").write_text(HEAD)
    with pytest.raises(DataError, match="the file is empty") as caught:
        open_lists([Upload(tmp_path / name, name) for name in "abc"], tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["a", "b"]


def test_a_header_alone_is_a_list_of_nothing(tmp_path: Path) -> None:
    source = open_text(tmp_path, HEAD.rstrip())
    assert source.rows_estimate == 0
    assert read(source) == []


def test_rows_with_too_few_or_too_many_cells(tmp_path: Path) -> None:
    text = HEAD + ROW + "H10-2,Sở Y tế\n" + "H10-3,Sở Y tế,có,có,gì\n" + "\n,,,\n" + ROW
    found = read(open_text(tmp_path, text))
    assert [(row["line"], row["broken"], row["found"], row["raw"]) for row in sorted_(found)] == [
        (2, None, None, None),
        (3, "fields", "2", "H10-2,Sở Y tế"),
        (4, "fields", "5", "H10-3,Sở Y tế,có,có,gì"),
        (5, "blank", None, None),
        (6, "blank", None, None),
        (7, None, None, None),
    ]


def sorted_(found: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(found, key=lambda row: int(str(row["line"])))


def test_a_quote_broken_in_the_middle_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = [f'H10-{n},"Sở ""Y"" tế",có,có\n' for n in range(5000)]
    rows[1700] = 'H10-1700,"Sở Y tế,có,có\n'  # never closed
    rows[3000] = 'H10-3000,"Sở" Y tế,có,có\n'  # closed too early
    found = sorted_(read(open_text(tmp_path, HEAD + "".join(rows))))
    assert [row["line"] for row in found] == list(range(2, 5002))
    broken = [(row["line"], row["dossier_id"]) for row in found if row["broken"] == "quote"]
    assert broken == [(1702, "H10-1700"), (3002, "H10-3000")]
    assert {row["unit"] for row in found if row["broken"] is None} == {'Sở "Y" tế'}


def test_line_breaks_belong_in_remarks_and_names_only(tmp_path: Path) -> None:
    """Where another field stands behind one, or in the identifier, a mark was not closed."""
    text = (
        'Mã hồ sơ,Đơn vị,Ghi chú\nA,Sở,"một\n\nhai"\nB,"Sở\nY",x\nC,Sở,y\n'
        'D,"Sở,x\nE,Sở",y\n"F\nG",Sở,y\nH,Sở,y\n'
    )
    found = sorted_(read(open_text(tmp_path, text)))
    assert [(row["line"], row["span"], row["dossier_id"], row["broken"]) for row in found] == [
        (2, 3, "A", None),
        (5, 2, "B", None),
        (7, 1, "C", None),
        (8, 1, "D", "quote"),
        (9, 1, "E", None),
        (10, 1, "F", "quote"),
        (11, 1, 'G"', None),
        (12, 1, "H", None),
    ]  # fmt: skip


def test_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    text = HEAD + ROW + "H10-2," + "A" * 10_000_000 + ",có,có\n" + ROW
    found = sorted_(read(open_text(tmp_path, text)))
    assert [(row["line"], row["broken"]) for row in found] == [
        (2, None), (3, "too_long"), (4, None),
    ]  # fmt: skip
    assert len(str(found[1]["raw"])) == list_text.MAX_RAW
    assert found[1]["dossier_id"] == "H10-2"


@pytest.mark.parametrize("chunk", [7, 60, 1000])
def test_lines_too_long_at_any_place(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(list_text, "CHUNK", chunk)
    monkeypatch.setattr(list_lines, "MAX_LINE", 50)
    rows = [f"{n}," + "x" * (n % 60) for n in range(200)]
    text = "\n".join(rows).encode()
    tables = read_rows(io.BytesIO(text), Layout("utf-8", ",", 2, (0,), 0))
    found = sorted_([row for table in tables for row in table.to_pylist()])
    assert [row["line"] for row in found] == list(range(1, 201))
    assert [row["broken"] == "too_long" for row in found] == [len(row) > 50 for row in rows]


def test_a_remark_of_two_long_lines(tmp_path: Path) -> None:
    text = "Mã hồ sơ,Ghi chú\nA1," + '"' + "x" * 200_000 + "\n" + 'y"\nA2,z\n'
    found = sorted_(read(open_text(tmp_path, text), dossier_id="Mã hồ sơ"))
    assert [(row["line"], row["broken"]) for row in found] == [
        (2, "too_long"), (3, "fields"), (4, None),
    ]  # fmt: skip


def test_a_quote_that_swallows_the_rest_of_the_file(tmp_path: Path) -> None:
    text = HEAD + 'H10-0,"Sở Y tế,có,có\n' + ROW * 300_000
    lines = {row["line"] for row in read(open_text(tmp_path, text)) if row["broken"] is None}
    assert lines == set(range(3, 300_003))


def test_formulas_in_cells_are_text(tmp_path: Path) -> None:
    found = read(open_text(tmp_path, HEAD + '"=HYPERLINK(""x"")",+1,@x,-1\n'))
    assert found[0]["dossier_id"] == '=HYPERLINK("x")'


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufeff\x00"))


@given(
    rows=st.lists(
        st.tuples(st.text("aĐ1,;\"' ", max_size=6), TEXTS, st.text("xy\t|=", max_size=4)),
        min_size=1,
        max_size=30,
    ),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    chunk=st.integers(1, 80),
)
def test_reads_what_a_csv_writer_wrote(
    rows: list[tuple[str, str, str]], delimiter: str, quoting: int, chunk: int
) -> None:
    rows = [row for row in rows if row[1].count("\n") < list_lines.MAX_SPAN]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    layout = Layout("utf-8", delimiter, 3, (0, 2), 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(list_text, "CHUNK", chunk)
        tables = list(read_rows(io.BytesIO(text.getvalue().encode()), layout))
    found = sorted_([row for table in tables for row in table.to_pylist()])
    assert [(row["0"], row["1"]) for row in found] == [(row[0], row[2]) for row in rows]
    assert {row["broken"] for row in found} <= {None, "blank"}
    lines = 1
    for row, cells in zip(found, rows, strict=True):
        assert (row["line"], row["span"]) == (lines, cells[1].count("\n") + 1)
        lines += cells[1].count("\n") + 1


BYTES = [b'"', b",", b"\n", b"\r\n", b"a", b"\xc4\x90", b"\xff", b" "]


@given(content=st.lists(st.sampled_from(BYTES), max_size=200), chunk=st.integers(1, 80))
def test_no_line_of_any_bytes_is_lost(content: list[bytes], chunk: int) -> None:
    text = b"".join(content)
    layout = Layout("utf-8", ",", 2, (0,), 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(list_text, "CHUNK", chunk)
        tables = list(read_rows(io.BytesIO(text), layout))
    found = sorted_([row for table in tables for row in table.to_pylist()])
    taken = [line for row in found for line in range(row["line"], row["line"] + row["span"])]
    whole = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    count = whole.count(b"\n") + (not whole.endswith(b"\n") and bool(whole))
    assert taken == list(range(1, count + 1))


# Workbooks


def test_a_workbook(tmp_path: Path) -> None:
    day = datetime.date(2025, 3, 27)
    rows: list[list[object]] = [
        ["DANH SÁCH"],
        ["Mã hồ sơ", "Đơn vị", "Ngày nộp", "Số hóa", "Thanh toán"],
        ["007", "Sở Y tế", day, True, 1],
        [7, "Sở\nY tế", datetime.datetime(2025, 3, 27, 8, 30), False, 0.0],
        [None, None, None, None, None],
        [1234567890123456, "=1+1", None, "x", 0.5],
    ]
    workbook(tmp_path / "a.xlsx", rows, Khác=[["x"]])
    source = open_lists([Upload(tmp_path / "a.xlsx", "a.xlsx")], tmp_path)[0]
    assert (source.sheet, source.sheets) == ("Danh sách", ("Danh sách", "Khác"))
    assert (source.header_line, source.rows_estimate) == (2, 4)
    found = read(source)
    assert [tuple(row.values())[:8] for row in found] == [
        (3, 1, "007", "Sở Y tế", "27/03/2025", "1", "1", None),
        (4, 1, "7", "Sở\nY tế", "27/03/2025 08:30:00", "0", "0", None),
        (5, 1, "", "", "", "", "", "blank"),
        # 16 digits: Excel keeps 15, so the number is shown as one; a formula has no result here
        (6, 1, "1.23456789012346E+15", "", "", "x", "0.5", None),
    ]


def test_a_sheet_by_name(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", [["a"]], Hai=[["Mã hồ sơ", "Đơn vị"], ["A", "B"]], Trống=[])
    source = open_lists([Upload(tmp_path / "a.xlsx", "a.xlsx", "Hai")], tmp_path)[0]
    assert source.columns == ("Mã hồ sơ", "Đơn vị")
    uploads = [Upload(tmp_path / "a.xlsx", name, name) for name in ("Trống", "Không có")]
    with pytest.raises(DataError, match="expected a visible sheet named Trống") as caught:
        open_lists(uploads, tmp_path)
    assert [problem.details["sheet"] for problem in caught.value.problems] == ["Trống", "Không có"]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a"]], Hai=[["Mã hồ sơ", "Đơn vị"]])
    book = openpyxl.load_workbook(path)
    book["Danh sách"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    source = open_lists([Upload(path, "a.xlsx")], tmp_path)[0]
    assert (source.sheets, source.columns) == (("Hai",), ("Mã hồ sơ", "Đơn vị"))
    assert (source.rows_estimate, read(source)) == (0, [])
    with pytest.raises(DataError, match="expected a visible sheet named Danh sách"):
        open_lists([Upload(path, "a.xlsx", "Danh sách")], tmp_path)


def test_unpacking_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[dict[str, object]] = []
    monkeypatch.setattr(list_sheet, "BATCH", 2)
    monkeypatch.setattr(list_sheet, "report", lambda target, status: heard.append(status))
    path = workbook(tmp_path / "a.xlsx", [[], [], ["a"], ["b"], ["c"]])
    list_sheet.convert(path, tmp_path / "a.parquet", None)
    assert heard == [{"done": done, "total": 5} for done in (2, 4, 5)]


def test_a_workbook_and_a_text_file_read_alike(tmp_path: Path) -> None:
    lines = [line.split(",") for line in (HEAD + ROW + ",,,\n" + ROW).splitlines()]
    workbook(tmp_path / "a.xlsx", lines)
    (tmp_path / "a.csv").write_text(HEAD + ROW + ",,,\n" + ROW)
    uploads = [Upload(tmp_path / name, name) for name in ("a.xlsx", "a.csv")]
    heard: list[float] = []
    sheet, text = open_lists(uploads, tmp_path, lambda done, stage: heard.append(done))
    assert read(sheet) == read(text)
    assert all(0 <= done <= 1 for done in heard)


def test_one_cell_in_the_last_row_and_column_ends_the_child_only(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Mã hồ sơ"
    book.active["XFD1048576"] = "x"  # 17 thousand million cells between the two
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match="a workbook that fits into memory"):
        open_lists([Upload(tmp_path / "a.xlsx", "a.xlsx")], tmp_path)


def test_workbooks_that_claim_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a" * 30_000] for _ in range(50)])
    assert list_sheet.workbook_fault(path) is None
    monkeypatch.setattr(list_sheet, "UNPACKED", 1_000_000)
    fault = list_sheet.workbook_fault(path)
    assert fault is not None and fault[0].startswith("a workbook of at most {limit} MB unpacked")


def test_workbooks_that_are_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(DataError, match=r"this is an archive of other files"):
        open_lists([Upload(tmp_path / "a.zip", "a")], tmp_path)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(DataError, match=r"an \.xlsx workbook that can be read"):
        open_lists([Upload(tmp_path / "b.zip", "b")], tmp_path)
    whole = workbook(tmp_path / "c.xlsx", [["a"] * 9] * 900).read_bytes()
    (tmp_path / "c.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"an \.xlsx workbook that is not damaged"):
        open_lists([Upload(tmp_path / "c.xlsx", "c")], tmp_path)


def test_of_very_many_broken_rows_each_is_counted_and_the_first_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(list_text, "MAX_BROKEN", 3)
    monkeypatch.setattr(list_text, "CHUNK", 20)
    text = 'A1,"một\nhai"\n' + "A\n" + '"A\n' * 3 + ",\n" + 'B1,"một\nhai"\n' + '5" B2,x\n' + "C\n"
    tables = read_rows(io.BytesIO(text.encode()), Layout("utf-8", ",", 2, (0,), 0))
    found = sorted_([row for table in tables for row in table.to_pylist()])
    assert [(row["line"], row["span"], row["0"], row["broken"], row["raw"]) for row in found] == [
        (1, 2, "A1", None, None),
        (3, 1, "A", "fields", "A"),
        (4, 1, "A", "quote", '"A'),
        (5, 1, "A", "quote", '"A'),
        (6, 1, "A", "quote", None),
        (7, 1, "", "blank", None),
        (8, 1, "B1", "quote", None),  # no row of several lines is looked for any more
        (9, 1, "hai", "fields", None),
        (10, 1, '5" B2', None, None),
        (11, 1, "C", "fields", None),
    ]
