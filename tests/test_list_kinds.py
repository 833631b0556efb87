"""Lists of dossiers as offices hand them out: each kind of them ends in the right answer or in a
sentence, and never in an all-clear that it does not deserve."""

import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from core.dossiers.judging.choices import Choices
from core.dossiers.lists import guess_mapping
from core.dossiers.matching import match
from core.dossiers.opening.bundle import open_side
from core.dossiers.opening.names import read_names
from core.dossiers.results.matched import Matched
from core.dossiers.upload import Upload
from core.problems import DataError
from tests.dossier_lists import check_accounts
from tests.import_files import open_document

HEAD = ("Mã hồ sơ", "Đơn vị", "Ngày tiếp nhận", "Số hóa", "Thanh toán trực tuyến")
NAMES = ("UBND xã Đông Thành", "UBND xã Đoan Hùng", "Sở Công Thương")
UNITS = pd.DataFrame({"name_vi": NAMES}, index=pd.Index(["H44.1", "H44.2", "H44.3"], name="unit"))
START = dt.date(2026, 3, 2)
HEADLESS = "000.00.17.H44-260302-{:04}"
Row = tuple[object, ...]


def row(number: int, code: str = "000.00.17.H44-260302-{:04}", **cells: str) -> Row:
    day = f"{START + dt.timedelta(days=number % 20):%d/%m/%Y}"
    said = {"unit": NAMES[number % 3], "day": day, "digitized": "có", "paid": "có", **cells}
    return code.format(number), *said.values()


def rows(count: int, code: str = "000.00.17.H44-260302-{:04}") -> list[Row]:
    return [row(number, code) for number in range(1, count + 1)]


def text(lines: list[Row], head: Row = HEAD) -> bytes:
    return "\n".join(";".join(map(str, line)) for line in [head, *lines]).encode("utf-8-sig")


def book(lines: list[Row], head: Row = HEAD, **sheets: list[Row]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = "Danh sách"
    for line in [head, *lines]:
        made.active.append(line)
    for name, more in sheets.items():
        sheet = made.create_sheet(name)
        for line in more:
            sheet.append(line)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def compare(
    folder: Path,
    provincial: bytes | dict[str, bytes],
    national: bytes | dict[str, bytes],
    choices: Choices | None = None,
    **options: dict[str, str],
) -> Matched:
    sides, left_out = [], []
    for side, given in (("tinh", provincial), ("quoc-gia", national)):
        files = given if isinstance(given, dict) else {f"{side}.csv": given}
        uploads = []
        for number, (name, content) in enumerate(files.items()):
            path = folder / f"{side}-{number}"
            path.write_bytes(content)
            uploads.append(Upload(path, name))
        opened = open_side(uploads, folder)
        left_out += opened.left_out
        sides.append(tuple((one, guess_mapping(one.columns)) for one in opened.lists))
    matched = match(
        *sides, UNITS, folder, choices=choices, left_out=left_out, aliases=options.get("aliases")
    )
    check_accounts(matched)
    return matched


def kinds(matched: Matched) -> set[str]:
    return {caution.kind for caution in matched.cautions}


def found(matched: Matched) -> dict[str, int | None]:
    return {kind: count for kind, count in matched.found.items() if count}


# Two ways of writing one code


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("000.00.17.H44-260302-{:04}", "H44.17-260302-{:04}"),
        ("H44.17.00.000-260302-{:04}", "H44.17-260302-{:04}"),
        ("000.12.17.H44-260302-{:04}", "H44.17.12-260302-{:04}"),
        ("H44.17-20260302-{:04}", "H44.17-260302-{:04}"),
        ("H44.17-260302-{:04}", "H44.17-260302-{:06}"),
        ("H44.17.260302.{:04}", "H44.17-260302-{:04}"),
        ("H44.17/260302/{:04}", "H4417260302{:04}"),
        ("000.00.17.H44-20260302-{:04}", "H44.17-260302-{:05}"),
        ("PT-000.00.17.H44-260302-{:04}", "260302-{:04}"),
    ],
)
def test_two_ways_of_writing_one_code_are_offered(tmp_path: Path, ours: str, theirs: str) -> None:
    provincial, national = text(rows(40, ours)), text(rows(37, theirs))
    matched = compare(tmp_path, provincial, national)
    assert kinds(matched) & {"two_code_forms", "lost_zeros"}
    assert found(matched) == {"undecided": 74, "missing": 3}
    assert matched.offer is not None and matched.offer.count == 37 and not matched.all_clear
    said = str(matched.cautions[0])
    assert ours.format(1) in said and theirs.format(1) in said
    agreed = compare(tmp_path, provincial, national, Choices(matched.offer.rules))
    assert agreed.accounts["both"].tolist() == [37, 37]
    assert found(agreed) == {"missing": 3}
    refused = compare(tmp_path, provincial, national, Choices(as_written=True))
    assert found(refused) == {"missing": 40, "only_national": 37}


def test_a_part_of_the_list_in_another_form_is_not_missing(tmp_path: Path) -> None:
    provincial = rows(30) + [row(n, "H44.17-260302-{:04}") for n in range(31, 36)]
    matched = compare(tmp_path, text(provincial), text(rows(35)[1:]))
    assert found(matched) == {"missing": 1, "undecided": 10}
    assert "two_code_forms" in kinds(matched)


def test_rules_do_not_make_one_of_two_dossiers(tmp_path: Path) -> None:
    """The day and the number alone are those of every office: no rule may drop the office."""
    provincial = rows(20, "H44.17-260302-{:04}") + rows(20, "H44.18-260302-{:04}")
    national = rows(20, "H44.19-260302-{:04}") + rows(20, "H44.20-260302-{:04}")
    matched = compare(tmp_path, text(provincial), text(national))
    assert matched.offer is None
    assert kinds(matched) >= {"codes_hardly_meet"} and not matched.all_clear
    assert found(matched) == {"undecided": 80}


# Letters that look like others


@pytest.mark.parametrize("hyphen", "\u2010\u2011\u2012\u2013\u2014\u2212")
def test_six_hyphens(tmp_path: Path, hyphen: str) -> None:
    code = "000.00.17.H44-260302-{:04}".replace("-", hyphen)
    matched = compare(tmp_path, text(rows(20, code)), text(rows(20)))
    assert matched.accounts["both"].tolist() == [20, 20]
    assert matched.accounts["repaired"].tolist() == [20, 0]
    assert "lookalikes" in kinds(matched) and matched.all_clear


@pytest.mark.parametrize(
    "code",
    [
        "000.00.17.\u041d44-260302-{:04}",  # Cyrillic
        "000.00.17.\u039744-260302-{:04}",  # Greek
        "000.00.17.H44\u00a0-\u00a0260302-{:04}",
        "000.00.17.H44-260302\u200b-{:04}\u00a0",
        "000.00.17.\uff2844-260302-{:04}",  # as wide as a Chinese sign
        "000.00.17.h44 - 260302 - {:04}",
    ],
)
def test_letters_and_spaces_that_nobody_sees(tmp_path: Path, code: str) -> None:
    matched = compare(tmp_path, text(rows(20, code)), text(rows(20)))
    assert matched.accounts["both"].tolist() == [20, 20]
    assert matched.all_clear


def test_capitals_that_look_like_d_with_a_stroke(tmp_path: Path) -> None:
    text_of_both = text(rows(20)).decode()
    icelandic = text_of_both.replace("Đ", "\u00d0")
    apart = text_of_both.replace("Đ", "\u0189").replace("ù", "u\u0300")
    for other in (icelandic, apart):
        matched = compare(tmp_path, other.encode(), text(rows(20)))
        assert matched.accounts["unknown_unit"].tolist() == [0, 0]
        assert matched.all_clear


# What spreadsheets do to numbers


def test_zeros_that_a_format_writes(tmp_path: Path) -> None:
    made = book([(37 * n, *row(n)[1:]) for n in range(1, 31)])
    for cells in made.active.iter_rows(min_row=2, max_col=1):
        cells[0].number_format = "0000000000"
    national = text([row(37 * n, "{:010}") for n in range(1, 31)])
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, national)
    assert matched.accounts["both"].tolist() == [30, 30]


def test_a_format_may_write_letters_too(tmp_path: Path) -> None:
    made = book([(n, *row(n)[1:]) for n in range(1, 31)])
    for cells in made.active.iter_rows(min_row=2, max_col=1):
        cells[0].number_format = '"H44-"000000'
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, text(rows(30, "H44-{:06}")))
    assert matched.accounts["both"].tolist() == [30, 30]


def test_zeros_that_are_lost_name_the_column(tmp_path: Path) -> None:
    made = book([(37 * n, *row(n)[1:]) for n in range(1, 31)])
    national = text([row(37 * n, "{:010}") for n in range(1, 31)])
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, national)
    assert found(matched) == {"undecided": 60}
    (said,) = (str(one) for one in matched.cautions if one.kind == "lost_zeros")
    assert said.startswith("column Mã hồ sơ of tinh.xlsx seems to have lost leading zeros: 37 on")
    agreed = compare(tmp_path, {"tinh.xlsx": saved(made)}, national, Choices(("zeros",)))
    assert agreed.all_clear


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (dt.datetime(2026, 3, 2), "became_dates"),
        ("02/03/2026", "became_dates"),
        ("3-Mar", "became_dates"),
        ("Mar-26", "became_dates"),
        (260302170000000123, "lost_digits"),
        ("2.60302E+17", "lost_digits"),
        ("2,60302E+17", "lost_digits"),
    ],
)
def test_codes_that_became_dates_or_numbers(tmp_path: Path, cell: object, kind: str) -> None:
    lines = rows(20)
    lines[4] = (cell, *lines[4][1:])
    matched = compare(tmp_path, {"tinh.xlsx": saved(book(lines))}, text(rows(20)))
    assert matched.accounts.loc["provincial", "unreadable"] == 1
    (said,) = (str(one) for one in matched.cautions if one.kind == kind)
    assert "column Mã hồ sơ of tinh.xlsx" in said and "line 6" in said
    assert not matched.all_clear


def test_long_numbers_that_end_in_zeros_were_cut(tmp_path: Path) -> None:
    ours = [row(n, "{}") for n in range(260302170000000000, 260302170000020000, 1000)]
    theirs = [row(n + 137, "{}") for n in range(260302170000000000, 260302170000020000, 1000)]
    matched = compare(tmp_path, text(ours), text(theirs))
    assert "lost_digits" in kinds(matched)
    assert matched.accounts.loc["provincial", "unreadable"] == 20
    whole = compare(tmp_path, text(theirs), text(theirs))
    assert whole.all_clear


# Rows that are no dossiers


def test_headings_totals_and_signatures(tmp_path: Path) -> None:
    lines: list[Row] = [("(1)", "(2)", "(3)", "(4)", "(5)"), ("I. UBND xã Đông Thành", *[None] * 4)]
    lines += [*rows(5), ("Cộng UBND xã Đông Thành: 5 hồ sơ", None, None, "5", "5")]
    lines += [("II", "Sở Công Thương", None, None, None)] * 0
    lines += [HEAD, *[row(n) for n in range(6, 11)], ("Cộng", None, None, 5, 5)]
    lines += [("TỔNG CỘNG: 10 hồ sơ", None, None, "10", "10"), (None, None, None, None, None)]
    lines += [("NGƯỜI LẬP BIỂU", None, None, None, "THỦ TRƯỞNG ĐƠN VỊ")]
    made = book(lines)
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, text(rows(10)))
    account = matched.accounts.loc["provincial"]
    assert account[["total", "heading", "blank", "unreadable", "both"]].tolist() == [3, 4, 1, 0, 10]
    assert matched.all_clear


def test_a_total_beside_an_empty_code_is_one(tmp_path: Path) -> None:
    head = ("STT", *HEAD)
    lines: list[Row] = [(n, *row(n)) for n in range(1, 11)]
    lines += [("Tổng cộng", None, None, None, 10, 10)]
    for content in (
        saved(book(lines, head)),
        text([tuple(c or "" for c in r) for r in lines], head),
    ):
        matched = compare(tmp_path, {"tinh": content}, text(rows(10)))
        assert matched.accounts.loc["provincial", ["total", "unreadable"]].tolist() == [1, 0]


def test_a_grand_total_that_says_otherwise(tmp_path: Path) -> None:
    lines = [*rows(10), ("Tổng cộng: 12 hồ sơ", "", "", "12", "12")]
    matched = compare(tmp_path, text(lines), text(rows(10)))
    (said,) = (str(one) for one in matched.cautions if one.kind == "total_differs")
    assert said == "tinh.csv says that it has 12 dossiers, but 10 are in its rows"
    assert not matched.all_clear


def test_a_dossier_without_a_code_is_not_taken_for_a_heading(tmp_path: Path) -> None:
    lines = [*rows(10), ("", *row(11)[1:]), ("chưa cấp mã", *row(12)[1:])]
    matched = compare(tmp_path, text(lines), text(rows(10)))
    account = matched.accounts.loc["provincial"]
    assert account["heading"] + account["total"] == 0
    assert not matched.all_clear


# Payment


@pytest.mark.parametrize(
    "word",
    ["Không thu phí", "Miễn phí", "Không phát sinh phí, lệ phí", "miễn lệ phí", "Không có phí",
     "Không phải nộp phí", "KHÔNG THU", "Được miễn phí, lệ phí", "free of charge", "0 đồng"],
)  # fmt: skip
def test_free_of_charge_is_neither_yes_nor_no(tmp_path: Path, word: str) -> None:
    ours = [row(n, paid=word if n % 2 else "Đã thanh toán") for n in range(1, 21)]
    theirs = [row(n, paid=word if n % 2 else "Chưa thanh toán") for n in range(1, 19)]
    matched = compare(tmp_path, text(ours), text(theirs))
    # 9 of the 18 that arrived were paid for and are not counted; 2 are missing, free or not
    assert found(matched) == {"missing": 2, "not_paid": 9}
    assert matched.accounts["free"].tolist() == [10, 9]
    assert matched.units["provincial_paid"].sum() == 10
    assert matched.units["paid_nowhere"].sum() == 0


def test_not_paid_is_not_free(tmp_path: Path) -> None:
    lines = [row(n, paid="Không nộp trực tuyến") for n in range(1, 11)]
    lines[0] = row(1, paid="Chưa thanh toán")
    matched = compare(tmp_path, text(lines), text(rows(10)))
    assert matched.accounts["free"].tolist() == [0, 0]
    assert matched.units["paid_only_national"].sum() == 10


# Counts, periods, steps


def test_counts_in_place_of_a_list_are_refused(tmp_path: Path) -> None:
    head = ("STT", "Tên đơn vị", "Số hồ sơ tiếp nhận", "Số hồ sơ đã số hóa", "Tỷ lệ (%)")
    lines: list[Row] = [(n, name, 107 + n, 56, "52,3") for n, name in enumerate(NAMES, 1)]
    with pytest.raises(DataError, match="a table of counts by unit") as caught:
        compare(tmp_path, {"bao-cao.xlsx": saved(book(lines, head))}, text(rows(5)))
    assert "on the page Data" in str(caught.value)
    two: list[Row] = [("", "", "Số hóa", "", "Thanh toán", ""),
                      ("STT", "Đơn vị", "Số lượng", "Tỷ lệ", "Số lượng", "Tỷ lệ")]  # fmt: skip
    two += [(n, name, "1.234", "45,2%", 12, "3%") for n, name in enumerate(NAMES, 1)]
    with pytest.raises(DataError, match="a table of counts by unit"):
        compare(tmp_path, {"bao-cao.xlsx": saved(book(two, ("BÁO CÁO QUÝ I",)))}, text(rows(5)))


def test_other_periods_are_counted_apart(tmp_path: Path) -> None:
    start = dt.date(2026, 1, 2)
    lines = [
        row(n, day=f"{start + dt.timedelta(days=n // 4):%d/%m/%Y}", code="H44.17-26-{:05}")
        for n in range(352)
    ]
    end = 4 * (dt.date(2026, 3, 1) - start).days
    matched = compare(tmp_path, text(lines), text(lines[: end - 3]))
    # of the 352, those of March are outside, and three of February did not arrive
    assert found(matched) == {"missing": 3, "outside": 352 - end}
    (said,) = (str(one) for one in matched.cautions if one.kind == "different_periods")
    assert "02/01/2026 – 30/03/2026" in said and "02/01/2026 – 28/02/2026" in said
    assert not matched.all_clear


def test_the_last_days_that_did_not_arrive_are_missing(tmp_path: Path) -> None:
    lines = [row(n, day=f"{n:02}/03/2026") for n in range(1, 21)]
    matched = compare(tmp_path, text(lines), text(lines[:18]))
    assert found(matched) == {"missing": 2}


STEPS = [
    row(1, day="05/03/2026 16:10", digitized="có", paid="có"),
    row(1, day="03/03/2026 08:30", digitized="chưa", paid="chưa"),
    row(1, day="05/03/2026 9:05", digitized="có", paid="chưa"),
    *[row(n) for n in range(2, 12)],
    row(2),
]


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("agree", {"contradicting": 1}),
        ("first", {}),
        ("latest", {}),
        ("any", {}),
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_rows_of_one_dossier_that_contradict(
    tmp_path: Path, keep: str, expected: dict[str, int], turn: int
) -> None:
    matched = compare(tmp_path, text(rows(11)), text(STEPS[::turn]), Choices(keep=keep))
    if keep == "first" and turn == -1:  # the row of 9:05 comes first
        expected = {"not_paid": 1}
    assert found(matched) == expected
    assert matched.accounts.loc["national", "duplicate"] == 3
    assert matched.all_clear is not bool(expected)


# Workbooks and pages


def test_a_workbook_whose_parts_have_backslashes(tmp_path: Path) -> None:
    whole = zipfile.ZipFile(io.BytesIO(saved(book(rows(10)))))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as other:
        for part in whole.infolist():
            info = zipfile.ZipInfo(part.filename)
            info.filename = part.filename.replace("/", "\\")
            other.writestr(info, whole.read(part))
    assert compare(tmp_path, {"tinh.xlsx": file.getvalue()}, text(rows(10))).all_clear


def test_rows_that_a_filter_hides_are_told_and_can_be_left_out(tmp_path: Path) -> None:
    made = book(rows(20))
    for line in (3, 4, 9):
        made.active.row_dimensions[line].hidden = True
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, text(rows(20)))
    assert "3 rows of tinh.xlsx are hidden by a filter; they were read as well" in [
        str(one) for one in matched.cautions
    ]
    assert matched.accounts["both"].tolist() == [20, 20]


def test_rows_that_an_ods_hides_are_told_and_can_be_left_out(tmp_path: Path) -> None:
    made = open_document([list(HEAD), *map(list, rows(20))], hidden=(3, 4, 9))
    path = tmp_path / "tinh"
    path.write_bytes(made)
    theirs = tmp_path / "quoc-gia"
    theirs.write_bytes(text(rows(20)))
    ours, national = (
        open_side([Upload(one, name)], tmp_path).lists[0]
        for one, name in ((path, "tinh.ods"), (theirs, "quoc-gia.csv"))
    )
    for skip, both, said in (
        (False, 20, "3 rows of tinh.ods are hidden by a filter; they were read as well"),
        (True, 17, "3 rows of tinh.ods that a filter hides were left out, as was chosen"),
    ):
        sides = [
            ((one, guess_mapping(one.columns)),)
            for one in (replace(ours, skip_hidden=skip), national)
        ]
        matched = match(*sides, UNITS, tmp_path)
        check_accounts(matched)
        assert said in [str(one) for one in matched.cautions]
        assert "hidden_unknown" not in kinds(matched)
        assert matched.accounts["both"].tolist() == [both, both]


def test_a_hidden_sheet_with_dossiers_is_told_and_stops_the_all_clear(tmp_path: Path) -> None:
    made = book(rows(20), Cũ=[HEAD, *rows(25)[20:]], Ghi=[("chú",)])
    for name in ("Cũ", "Ghi"):
        made[name].sheet_state = "hidden"
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, text(rows(20)))
    assert not matched.all_clear
    said = [str(one) for one in matched.cautions]
    expected = "hidden sheets of tinh.xlsx have rows that were not read: Cũ; unhide or delete them"
    assert expected in said


def test_merged_cells_hold_for_all_their_rows(tmp_path: Path) -> None:
    lines = [(code, NAMES[0] if n in (0, 5) else None, *rest)
             for n, (code, _, *rest) in enumerate(rows(10))]  # fmt: skip
    made = book(lines)
    made.active.merge_cells("B2:B6")
    made.active.merge_cells("B7:B11")
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, text(rows(10)))
    assert matched.units.loc["H44.1", "provincial"] == 10


def test_a_heading_of_two_rows(tmp_path: Path) -> None:
    upper = ("Mã hồ sơ", "Đơn vị", "Ngày tiếp nhận", "Kết quả", "")
    lower = ("", "", "", "Số hóa", "Thanh toán trực tuyến")
    matched = compare(tmp_path, text([lower, *rows(10)], upper), text(rows(10)))
    assert matched.compared == ("digitized", "paid") and matched.all_clear
    made = book([lower, *rows(10)], upper)
    for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        made.active.merge_cells(area)
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, text(rows(10)))
    assert matched.compared == ("digitized", "paid") and matched.all_clear


PAGE = """<html><head><meta charset="{charset}"><style>td {{ color: red }}</style></head><body>
<table><tr><td>Menu</td></tr></table><table border=1><tr>{head}</tr>{rows}</table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1258"])
@pytest.mark.parametrize("name", ["ds.xls", "ds.xlsx", "ds.html"])
def test_a_web_page_under_the_name_of_a_workbook(tmp_path: Path, charset: str, name: str) -> None:
    letters = ["Ma ho so", "Don vi", "Ngay tiep nhan", "So hoa", "Thanh toan"]
    head = letters if charset == "windows-1258" else HEAD
    lines = [
        (code, f"H44.{n % 3 + 1}", day, "1", "1") for n, (code, _, day, *_) in enumerate(rows(20))
    ]
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in one) + "</tr>" for one in lines)
    page = PAGE.format(charset=charset, head="".join(f"<th>{c}</th>" for c in head), rows=body)
    matched = compare(tmp_path, {name: page.encode(charset)}, text(lines))
    assert matched.accounts["both"].tolist() == [20, 20] and matched.all_clear


def test_a_spreadsheet_as_xml_and_a_page_in_an_archive(tmp_path: Path) -> None:
    xml_rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in one) + "</Row>"
        for one in [HEAD, *rows(10)]
    )
    xml = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns:ss="x">'
        f'<Worksheet ss:Name="A"><Table>{xml_rows}</Table></Worksheet></Workbook>'
    )
    assert compare(tmp_path, {"a.xls": xml.encode()}, text(rows(10))).all_clear
    table = "".join(
        "<tr>" + "".join(f"<td>{c}</td>" for c in one) + "</tr>" for one in [HEAD, *rows(10)]
    )
    archive = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\n'
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"<html><body><table>{table}</table></body></html>\n--B--\n"
    )
    assert compare(tmp_path, {"a.xls": archive.encode()}, text(rows(10))).all_clear


@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        "<html><body>Xin chào</body></html>",
        "<html><table><tr><td colspan=999999999 rowspan=999999999>x</td></tr><tr></tr></table>",
        "<table>" * 5000,
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html><table><tr><td>&b;</td>',
        "<html><script>while(1);</script><table><tr><td>Mã hồ sơ</td></tr></table></html>",
    ],
)
def test_pages_without_a_list_end_in_a_sentence(tmp_path: Path, page: str) -> None:
    with pytest.raises(DataError):
        compare(tmp_path, {"a.xls": page.encode()}, text(rows(5)))


# Several lists of one side


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_zip_with_a_file_for_each_unit(tmp_path: Path) -> None:
    head = tuple(name for name in HEAD if name != "Đơn vị")
    files = {
        f"Quý I/{name}.csv": text([(c, *rest) for c, unit, *rest in rows(30) if unit == name], head)
        for name in NAMES
    }
    files |= {"__MACOSX/._a.csv": b"\0", "Quý I/~$a.xlsx": b"\0", "Thumbs.db": b"\0"}
    matched = compare(tmp_path, {"tinh.zip": zipped(files)}, text(rows(30)[:29]))
    assert matched.units["provincial"].tolist() == [10, 10, 10, 0]
    assert found(matched) == {"missing": 1}
    missing = matched.table("missing")
    assert missing[["provincial_line", "provincial_file"]].values.tolist() == [
        [11, "UBND xã Đông Thành.csv"]
    ]


def test_sheets_of_a_workbook_are_all_read(tmp_path: Path) -> None:
    months = {
        "Tháng 2": [HEAD, *rows(20)[10:]],
        "Ghi chú": [("Nguồn: Cổng",), ("a", "b"), ("c", "d")],
    }
    made = book(rows(10), **months)
    matched = compare(tmp_path, {"tinh.xlsx": saved(made)}, text(rows(20)))
    assert matched.accounts["both"].tolist() == [20, 20]
    assert "sheets_left_out" in kinds(matched) and not matched.all_clear
    twice = matched.table("duplicates")
    assert len(twice) == 0


def test_a_dossier_in_two_files_is_one(tmp_path: Path) -> None:
    files = {"a.csv": text(rows(12)), "b.csv": text(rows(20)[10:])}
    matched = compare(tmp_path, files, text(rows(20)))
    assert matched.accounts.loc["provincial", ["both", "duplicate"]].tolist() == [20, 2]
    twice = matched.table("duplicates")
    assert twice[["line", "file"]].values.tolist() == [[2, "b.csv"], [3, "b.csv"]]
    assert matched.all_clear


def test_zips_that_are_none_or_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"a zip with 1 to 500 files, found 501"):
        compare(tmp_path, {"a.zip": zipped({f"{n}.csv": b"a" for n in range(501)})}, text(rows(5)))
    with pytest.raises(DataError, match="this is a picture"):
        files = {"a.csv": text(rows(5)), "ảnh.png": b"\x89PNG\0"}
        compare(tmp_path, {"a.zip": zipped(files)}, text(rows(5)))
    monkeypatch.setattr("core.dossiers.opening.bundle.MOST_BYTES", 1000)
    with pytest.raises(DataError, match=r"a zip of at most 0 MB unpacked"):
        compare(tmp_path, {"a.zip": zipped({"../../a.csv": text(rows(50))})}, text(rows(5)))
    assert not (tmp_path.parent / "a.csv").exists()


# Names of before the reform


def test_a_table_of_names_places_all(tmp_path: Path) -> None:
    path = tmp_path / "ten.csv"
    path.write_text("ten cu;don vi moi\nXã A cũ, huyện B;UBND xã Đông Thành\nXã C;H44.2\n")
    names = read_names(Upload(path, "ten.csv"), UNITS, tmp_path)
    assert names == {"Xã A cũ, huyện B": "H44.1", "Xã C": "H44.2"}
    lines = [row(n, unit="xã a cũ , huyện b") for n in range(1, 11)]
    matched = compare(tmp_path, text(lines), text(lines), aliases=names)
    assert matched.units.loc["H44.1", "both"] == 10 and matched.all_clear
    assert not compare(tmp_path, text(lines), text(lines)).all_clear


def test_a_name_that_is_given_two_units_is_refused_with_both(tmp_path: Path) -> None:
    path = tmp_path / "ten.csv"
    path.write_text("ten cu;don vi moi\nXã A;H44.1\nXã B;Xã Z\nxã  A;H44.2\n")
    with pytest.raises(DataError) as caught:
        read_names(Upload(path, "ten.csv"), UNITS, tmp_path)
    assert [(one.line, one.value) for one in caught.value.problems] == [
        (3, "Xã Z"), (4, "xã  A: H44.2"),
    ]  # fmt: skip
    assert "line 2 says H44.1" in str(caught.value)


# What people take away


def test_codes_keep_their_digits_in_a_workbook_and_in_csv(tmp_path: Path) -> None:
    codes = ["000123", "260302170000000123", "1E5", "02-03", "=1+1", "H44.17-1"]
    matched = compare(
        tmp_path, text([(c, *row(n)[1:]) for n, c in enumerate(codes)]), text(rows(1))
    )
    path = tmp_path / "x.xlsx"
    assert matched.write_xlsx("missing", path) == len(codes)
    sheet = openpyxl.load_workbook(path).active
    place = [cell.value for cell in sheet[1]].index("Mã hồ sơ")
    cells = [line[place] for line in sheet.iter_rows(min_row=2)]
    assert {str(cell.value) for cell in cells} == set(codes)
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    matched.write_csv("missing", tmp_path / "x.csv")
    written = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    for code in codes[:4]:
        assert f'"=""{code}"""' in written
    again = compare(tmp_path, (tmp_path / "x.csv").read_bytes(), text(rows(1)))
    read = again.table("missing")["dossier_id"]
    assert {'="000123"', '="260302170000000123"'} < set(read)


def test_a_file_for_each_unit_as_one_zip(tmp_path: Path) -> None:
    stranger = row(40, unit="Xã ../../etc")
    matched = compare(tmp_path, text([*rows(30), stranger]), text(rows(28)))
    path = tmp_path / "x.zip"
    # 29 and 30 did not arrive, and neither did the one of a unit that nobody knows
    assert matched.write_zip("missing", path) == 3
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [
            "H44.1-ubnd-xa-dong-thanh.xlsx",
            "H44.3-so-cong-thuong.xlsx",
            "khong-ro-don-vi.xlsx",
        ]
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read(archive.namelist()[0]))).active
    assert [line[2] for line in sheet.values] == ["Mã hồ sơ", "000.00.17.H44-260302-0030"]


def test_dates_with_the_month_first_are_told_by_days_above_twelve(tmp_path):
    ours = [(*one[:2], f"{one[2][3:5]}/{one[2][:2]}{one[2][5:]}", *one[3:]) for one in rows(20)]
    matched = compare(tmp_path, text(ours), text(rows(20)))
    assert matched.periods["provincial"] == matched.periods["national"]
    assert matched.cautions[0].kind == "month_first" and matched.all_clear


def test_dates_of_either_order_are_told_by_the_other_list(tmp_path):
    theirs = [row(number, day=f"{number:02}/03/2026") for number in range(1, 13)]
    ours = [row(number, day=f"03/{number:02}/2026") for number in range(1, 13)]
    matched = compare(tmp_path, text(ours), text(theirs))
    period = matched.periods["provincial"]
    assert (period.first, period.last) == (dt.date(2026, 3, 1), dt.date(2026, 3, 12))


def test_a_date_that_is_none_is_told_with_its_line_and_one_of_excel_is_read(tmp_path):
    ours = [row(1, day="46083"), row(2, day="hôm qua"), row(3), *rows(12)[3:]]
    matched = compare(tmp_path, text(ours), text(rows(12)))
    (caution,) = matched.cautions
    assert caution.kind == "unreadable_dates"
    assert (caution.details["line"], caution.details["value"]) == (3, "hôm qua")
    assert matched.periods["provincial"].first == dt.date(2026, 3, 2)


@pytest.mark.parametrize("lost", [3, 20])
def test_nothing_is_called_missing_that_may_be_a_row_without_its_code(tmp_path, lost):
    theirs = [row(number, "{:02}-Mar" if number <= lost else HEADLESS) for number in range(1, 21)]
    ours = rows(20, HEADLESS)
    for sides in ((ours, theirs), (theirs, ours)):
        found = compare(tmp_path, *map(text, sides)).found
        assert (found["missing"], found["only_national"], found["undecided"]) == (0, 0, lost)


def test_an_empty_side_makes_nothing_missing(tmp_path):
    matched = compare(tmp_path, text(rows(12)), text([]))
    assert (matched.found["missing"], matched.found["undecided"]) == (0, 12)
    assert not matched.all_clear


def test_a_name_may_have_a_line_break_in_quotation_marks(tmp_path):
    ours = [row(number, unit='"UBND xã\nĐông Thành"') for number in range(3, 33, 3)]
    theirs = [row(number) for number in range(3, 33, 3)]
    matched = compare(tmp_path, text(ours), text(theirs))
    assert matched.all_clear and matched.accounts.loc["provincial", "both"] == 10


def test_codes_of_another_province_are_told_and_no_rule_makes_them_meet(tmp_path):
    matched = compare(tmp_path, text(rows(12)), text(rows(12, "000.00.17.H21-260302-{:04}")))
    told = {one.kind: one.details for one in matched.cautions}
    assert matched.offer is None and matched.found["missing"] == 0 and not matched.all_clear
    assert (told["other_province"]["found"], told["other_province"]["expected"]) == ("H21", "H44")


def test_two_codes_without_their_zeros_among_whole_ones_are_not_missing(tmp_path):
    theirs = [row(number * 7919, "{:08}") for number in range(1, 21)]
    ours = [
        (str(one[0]).lstrip("0") if place < 2 else one[0], *one[1:])
        for place, one in enumerate(theirs)
    ]
    matched = compare(tmp_path, text(ours), text(theirs))
    assert matched.found["missing"] == 0 and matched.offer is not None


def test_text_in_utf_16_without_a_mark_is_read(tmp_path):
    plain = text(rows(12)).decode("utf-8-sig")
    matched = compare(tmp_path, plain.encode("utf-16-le"), plain.encode("utf-16-be"))
    assert matched.all_clear and matched.accounts.loc["national", "both"] == 12
