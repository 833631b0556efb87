"""What people have becomes a dataset: the portal's answers, old workbooks, tables of all kinds."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.dataset.facts import DATA, facts
from core.dataset.load import load_dataset
from core.imports.folder.write import write_dataset
from core.imports.opening import read_file, read_pasted
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.problems import DataError
from import_files import (
    PROVINCE,
    UNITS,
    answer,
    as_json,
    flat,
    online,
    open_document,
    progress,
    service_results,
    word,
    workbook,
)

DAY = dt.date(2026, 10, 10)


def plan_of(*files: tuple[str, bytes], **options: Any) -> ImportPlan:
    asked = ImportOptions(**{"as_of": DAY, **options})
    return plan_import([one for file in files for one in read_file(*file, asked)], asked)


def figure(plan: ImportPlan, unit: str, component: str, portal: str = "national") -> Any:
    found = [
        row
        for row in plan.observations
        if (row.unit, row.component, row.portal) == (unit, component, portal)
    ]
    assert len(found) == 1, (unit, component, len(found))
    return found[0]


def told(plan: ImportPlan) -> str:
    return "\n".join(str(one) for one in (*plan.warnings, *(out.why for out in plan.left_out)))


SEVEN = {
    "TRANSPARENCY": answer("transparency"),
    "DIGITIZED": answer("digitization"),
    "PROGRESS": progress(),
    "ONLINE": online(),
    "SERVICE_RESULTS": service_results(),
}


def shapes() -> dict[str, list[tuple[str, bytes]]]:
    """The same answers in one file, in several, flattened, under other keys, in JSON lines."""
    wrapped = [{"url": f"https://portal/{name.lower()}?timeType=year", "response": tree}
               for name, tree in SEVEN.items()]  # fmt: skip
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in wrapped).encode()
    snake = json.dumps(SEVEN).replace("departmentCode", "department_code")
    return {
        "one": [("all.json", as_json(SEVEN))],
        "several": [(f"{name.lower()}-year.json", as_json(tree)) for name, tree in SEVEN.items()],
        "flat": [("flat.json", as_json(flat(SEVEN)))],
        "underscores": [("flat.json", as_json(flat(SEVEN, joint="_", places="_{}")))],
        "wrapped": [("wrapped.json", as_json(wrapped))],
        "lines": [("lines.jsonl", lines)],
        "snake": [("snake.json", snake.encode())],
    }


@pytest.mark.parametrize("shape", shapes())
def test_the_portals_answers_are_read_in_every_shape(shape: str) -> None:
    plan = plan_of(*shapes()[shape])
    assert plan.problems == ()
    assert (plan.kind, plan.province, plan.rule_set) == ("portal_2026", "H99", "766-2026")
    assert [unit.unit for unit in plan.units] == ["H99", "H99.01", "H99.100"]
    assert [unit.level for unit in plan.units] == ["province", "department", "commune"]
    assert figure(plan, "H99", "total").points == 63
    assert figure(plan, "H99", "group:progress").points == 18
    assert figure(plan, "H99.01", "group:progress").points == 16
    on_time = figure(plan, "H99", "on_time")
    assert (on_time.numerator, on_time.denominator) == (900, 1000)
    offered = figure(plan, "H99", "services_online")
    assert (offered.numerator, offered.denominator) == (80, 100)
    copy = figure(plan, "H99", "certified_copy")
    assert (copy.numerator, copy.denominator, copy.points) == (None, None, 2)
    assert "5 units as the file's own count says; 2 are here" in told(plan)
    assert "totalReceived 1000, channelTotalSum 990" in told(plan)
    assert "15 of 22 is published for both together" in told(plan)


def test_a_unit_without_code_is_joined_by_its_id() -> None:
    bare = json.loads(json.dumps(answer("transparency")))
    for row in [bare["data"]["overview"], *bare["data"]["evaluation"]]:
        del row["departmentCode"]
    plan = plan_of(("t.json", as_json({"TRANSPARENCY": bare, "PROGRESS": progress()})))
    assert [unit.unit for unit in plan.units] == ["H99", "H99.01", "H99.100"]
    assert figure(plan, "H99.01", "group:transparency").points == 3.6


def test_details_under_a_crawlers_own_keys() -> None:
    unit = {
        **UNITS[0],
        "totalScore": 70.5,
        "groupScores": {"CKMB": 11.79, "TDGQ": 16, "ONLINE": 6.72, "TTTT": 8.61},
        "componentIndicators": {
            "TDGQ_TienDoGiaiQuyet": {"totalReceived": 100, "totalOnTime": 80, "score": 16,
                                     "maxScore": 20},
            "ONLINE_DichVuTrucTuyen": {"score": 6.72, "maxScore": 12},
        },
        "rank": 1,
    }  # fmt: skip
    tree = {
        "metadata": {"province": "UBND tỉnh Mẫu", "provinceCode": "H99", "timeType": "year",
                     "extractedAt": "2026-10-09T23:30:00Z"},
        "overview": {**PROVINCE, "totalScore": 63, "totalMaxScore": 100},
        "unitsDetail": [unit],
    }  # fmt: skip
    plan = plan_of(("details.json", as_json(tree)), as_of=None)
    assert plan.problems == ()
    assert plan.as_of == DAY  # 23:30 in UTC is the next day in Hanoi
    assert figure(plan, "H99.01", "total").points == 70.5
    assert figure(plan, "H99.01", "group:payment").points == 8.61
    assert figure(plan, "H99.01", "on_time").denominator == 100


def test_a_snapshot_with_indicators_by_name() -> None:
    tree = {
        "date": "2026-10-10",
        "department": {"id": "p", "name": "UBND tỉnh Mẫu", "code": "H99"},
        "overview": {"totalScore": 65.49, "maxScore": 100},
        "indicators": {
            "progress": {"score": 17.72, "maxScore": 20, "metrics": {
                "onTime": {"name": "Hồ sơ đúng hạn", "numerator": 393, "denominator": 443},
                "overdue": {"name": "Hồ sơ giải quyết quá hạn", "numerator": 0, "denominator": 443},
            }},
            "payment": {"score": 6.69, "maxScore": 10, "metrics": [
                {"name": "Tỷ lệ hồ sơ thanh toán trực tuyến", "numerator": 179, "denominator": 204},
                {"name": "Tỷ lệ TTHC có phát sinh giao dịch thanh toán trực tuyến",
                 "numerator": 160, "denominator": 376},
                {"name": "Tỷ lệ TTHC có thu phí, lệ phí phát sinh hồ sơ", "numerator": 56,
                 "denominator": 376},
            ]},
        },
    }  # fmt: skip
    plan = plan_of(("snapshot.json", as_json(tree)), as_of=None)
    assert plan.problems == ()
    assert figure(plan, "H99", "total").points == 65.49
    assert figure(plan, "H99", "on_time").numerator == 393
    assert figure(plan, "H99", "dossiers_paid").numerator == 179
    assert figure(plan, "H99", "fee_services_paid").numerator == 160
    assert figure(plan, "H99", "fee_services_integrated").numerator == 56


def board(names: list[str]) -> dict[str, Any]:
    rows = [
        {"departmentName": f"UBND tỉnh {name}", "departmentCode": f"H{n:02}", "totalScore": 90 - n,
         "groupScores": {"CKMB": 9, "TDGQ": 18, "CLGQ": 8, "TTTT": 6, "MDHL": 12, "MDSH": 9},
         "rank": n}
        for n, name in enumerate(names, 1)
    ]  # fmt: skip
    overview = {"departmentName": "Cả nước", "departmentCode": None, "totalScore": 62.59,
                "totalMaxScore": 100}  # fmt: skip
    return {"data": {"overview": overview, "evaluation": rows}}


def test_a_board_of_provinces_goes_into_the_field_with_its_day() -> None:
    tree = board(["Gia Lai", "Đồng Tháp", "Hưng Yên"])
    plan = plan_of(("board-2026-10-10.json", as_json(tree)), as_of=None, province="H02")
    assert plan.problems == ()
    named = [row for row in plan.board if row.province]
    assert [(row.rank, row.total, row.date) for row in named] == [
        (1, 89, DAY), (2, 88, DAY), (3, 87, DAY)]  # fmt: skip
    assert named[0].groups["online"] == 8
    assert named[0].groups["payment"] == 6
    assert [row.mean_total for row in plan.board if not row.province] == [62.59]
    assert plan.published_rank == 2
    assert figure(plan, "H02", "total").points == 88


def test_a_board_alone_asks_whose_dataset_it_is() -> None:
    plan = plan_of(("board.json", as_json(board(["Gia Lai", "Hưng Yên"]))))
    assert any("--province" in str(one) for one in plan.problems)
    assert plan.boards == 1


OLD = ["ID", "TEN", "MA_COQUAN", "LOAI_COQUAN", "TDGQ", "MDHL", "MDSH", "TTTT", "CLGQ", "CKMB",
       "TONG_SCORE", "ROW_STT"]  # fmt: skip
OLD_ROWS = [
    ["1", "UBND tỉnh Mẫu", "000.00.00.H99", "1", "19", "18", "20", "10", "8.5", "15.5", "91", "7"],
    ["2", "Sở Thử - tỉnh Mẫu", "000.00.01.H99", "2", "20", "18", "17.75", "10", "10", "18",
     "93.75", "1"],
]  # fmt: skip


def test_the_portal_of_2025_keeps_payment_and_online_apart() -> None:
    plan = plan_of(("old.xlsx", workbook([OLD, *OLD_ROWS])), as_of=dt.date(2025, 10, 16))
    assert plan.problems == ()
    assert (plan.kind, plan.rule_set) == ("portal_2025", "766-2022")
    assert figure(plan, "H99", "group:payment").points == 10
    assert figure(plan, "H99", "group:online").points == 8.5
    assert figure(plan, "H99.01", "total").points == 93.75


def test_payment_and_online_swapped_are_refused_by_their_maxima() -> None:
    swapped = [*OLD]
    swapped[7], swapped[8] = "CLGQ", "TTTT"
    rows = [[*row] for row in OLD_ROWS]
    rows[1][8] = "11.5"
    plan = plan_of(("old.xlsx", workbook([swapped, *rows])), as_of=dt.date(2025, 10, 16))
    assert "were they swapped?" in told(plan)


PEOPLE = [
    ["BÁO CÁO KẾT QUẢ SỐ HÓA TỈNH GIA LAI", None, None, None, None, None],
    ["(Tính đến ngày 20/11/2026)", None, None, None, None, None],
    ["STT", "Mã định danh", "Tên đơn vị", "Số hóa hồ sơ", None, None],
    [None, None, None, "Tổng số HS", "Số HS đã số hóa", "Tỷ lệ (%)"],
    [1, 2, 3, 4, 5, 6],
    ["I", None, "Cấp tỉnh", None, None, None],
    [1, "H21.01", "Sở Thử", 1200, 600, 0.5],
    ["II", None, "Cấp xã", None, None, None],
    [2, "H21.100", "UBND xã Đồng Thử", 2000, 500, 0.25],
    [None, None, "TỔNG CỘNG", 3200, 1100, 0.34375],
]
MERGES = ("A1:F1", "A2:F2", "A3:A4", "B3:B4", "C3:C4", "D3:F3")


def test_a_workbook_of_people_with_titles_merges_sections_and_a_total() -> None:
    plan = plan_of(("so-hoa.xlsx", workbook(PEOPLE, MERGES)), as_of=None)
    assert plan.problems == ()
    assert (plan.province, plan.as_of) == ("H21", dt.date(2026, 11, 20))
    assert [unit.unit for unit in plan.units] == ["H21", "H21.01", "H21.100"]
    digitized = figure(plan, "H21.100", "digitized")
    assert (digitized.numerator, digitized.denominator) == (500, 2000)
    assert figure(plan, "H21", "digitized").numerator == 1100
    assert "sum of the rows" not in told(plan)
    assert plan.left_out == ()


def test_a_total_that_is_not_the_sum_is_said() -> None:
    rows = [[*row] for row in PEOPLE]
    rows[-1][4] = 1000
    plan = plan_of(("so-hoa.xlsx", workbook(rows, MERGES)), as_of=None)
    assert "expected the sum of the rows above, 1100" in told(plan)


def test_a_table_without_a_row_for_the_province_is_summed_and_says_so() -> None:
    plan = plan_of(("so-hoa.xlsx", workbook(PEOPLE[:-1], MERGES)), as_of=None)
    assert plan.problems == ()
    whole = figure(plan, "H21", "digitized")
    assert (whole.numerator, whole.denominator) == (1100, 3200)
    assert "the sums of the 2 units here" in told(plan)


FLAT = [
    ["Mã định danh", "Tên đơn vị", "Tổng số hồ sơ số hóa", "Số hồ sơ đã số hóa"],
    *(row[1:5] for row in (PEOPLE[6], PEOPLE[8])),
]


@pytest.mark.parametrize(
    ("file", "raw"),
    [
        ("a.xlsx", workbook(PEOPLE, MERGES, hidden=(7,))),
        ("a.ods", open_document(FLAT, hidden=(2,))),
    ],
    ids=["xlsx", "ods"],
)
def test_hidden_rows_are_asked_about(file: str, raw: bytes) -> None:
    asked = {"province": "H21"} if file == "a.ods" else {}
    assert any("--hidden" in str(one) for one in plan_of((file, raw), **asked).problems)
    assert len(plan_of((file, raw), hidden=True, **asked).units) == 3
    assert len(plan_of((file, raw), hidden=False, **asked).units) == 2


def test_an_error_in_an_open_document_is_no_empty_cell() -> None:
    rows = [FLAT[0], [*FLAT[1][:3], "#DIV/0!"], FLAT[2]]
    plan = plan_of(("a.ods", open_document(rows)), province="H21")
    assert "#DIV/0!" in told(plan) + str(plan.problems) + str(plan.left_out)


def test_a_cell_that_shows_an_error_is_refused_and_not_read_as_empty() -> None:
    rows = [[*row] for row in PEOPLE]
    rows[6][4] = "#DIV/0!"
    plan = plan_of(("a.xlsx", workbook(rows, MERGES, errors=("E7",))), as_of=None)
    assert "line 7, column E" in told(plan)
    assert "the cell shows an error" in told(plan)


def csv_of(*numbers: str) -> bytes:
    lines = [f"H21.{n:02};Sở {n};{number};100000" for n, number in enumerate(numbers, 1)]
    head = "Mã định danh;Tên đơn vị;Số hồ sơ đã số hóa;Tổng số hồ sơ số hóa"
    return "\n".join([head, *lines, ";Tổng cộng;;"]).encode()


@pytest.mark.parametrize(
    ("numbers", "first"),
    [(("1.234", "2.345"), 1234), (("1,234", "2,345"), 1234), (("1.234.567", "1"), None)],
)
def test_groups_of_three_in_a_column_of_counts(numbers: tuple[str, ...], first: int | None) -> None:
    plan = plan_of(("a.csv", csv_of(*numbers)))
    if first is not None:
        assert figure(plan, "H21.01", "digitized").numerator == first
    else:
        assert "a numerator of at most the denominator" in told(plan)


def test_a_mark_that_can_not_be_told_asks() -> None:
    plan = plan_of(("a.csv", csv_of("1.234", "12")))
    assert any("--decimal" in str(one) and "1.234" in str(one) for one in plan.problems)
    assert figure(plan_of(("a.csv", csv_of("1.234", "12")), decimal="comma"), "H21.01",
                  "digitized").numerator == 1234  # fmt: skip


TCVN3 = "Tªn ®¬n vÞ;Tæng sè hå s¬ sè hãa;Sè hå s¬ ®· sè hãa\nUBND tØnh Gia Lai;100;50\n"
VNI = "Teân ñôn vò;Toång soá hoà sô soá hoùa;Soá hoà sô ñaõ soá hoùa\nUBND tænh Gia Lai;100;50\n"


@pytest.mark.parametrize("text", [TCVN3, VNI])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_fonts_of_before_unicode_are_recognised(text: str, encoding: str) -> None:
    plan = plan_of(("cu.csv", text.encode(encoding)))
    assert plan.problems == ()
    assert figure(plan, "H21", "digitized").numerator == 50
    assert "were turned" in told(plan)


def test_windows_1258_is_recognised() -> None:
    text = "Tên đơn vị;Tổng số hồ sơ số hóa;Số hồ sơ đã số hóa\nUBND tỉnh Gia Lai;100;50\n"
    marks = {"ổ": "ô\u0309", "ố": "ô\u0301", "ồ": "ô\u0300", "ị": "i\u0323", "ỉ": "i\u0309",
             "ã": "a\u0303", "ó": "o\u0301"}  # fmt: skip
    raw = "".join(marks.get(letter, letter) for letter in text).encode("cp1258")
    plan = plan_of(("1258.csv", raw))
    assert figure(plan, "H21", "digitized").denominator == 100


NOTICE = [
    ["Đơn vị", "Công khai minh bạch", "Tiến độ", "DVC trực tuyến", "TTTT", "Mức độ hài lòng",
     "Số hóa hồ sơ", "Tổng điểm"],
    ["UBND tỉnh Hà Tĩnh", "11,3/18", "18,1/20", "8,2/12", "6,1/10", "10/18", "9/22", "62,7"],
    ["Sở Thử", "11,3/18", "19,1/20", "8,2/12", "6,1/10", "18/18", "9/22", "71,7"],
]  # fmt: skip


def test_a_table_of_a_word_document_and_the_same_pasted() -> None:
    written = plan_of(("thong-bao.docx", word(NOTICE, "Thông báo ngày 20/11/2026")), as_of=None)
    asked = ImportOptions(as_of=dt.date(2026, 11, 20))
    pasted = plan_import(read_pasted("\n".join("\t".join(row) for row in NOTICE), asked), asked)
    for plan in (written, pasted):
        assert plan.problems == ()
        assert (plan.province, plan.as_of) == ("H27", dt.date(2026, 11, 20))
        assert figure(plan, "H27", "group:transparency").points == 11.3
        assert figure(plan, "H27", "group:digitization").points == 9
        assert figure(plan, "H27.so-thu", "total").points == 71.7


def test_rates_pasted_with_a_percent_sign() -> None:
    text = "Đơn vị\tHồ sơ thanh toán trực tuyến\nUBND tỉnh Gia Lai\t93,37%\nSở Thử\t100%"
    asked = ImportOptions(as_of=DAY)
    plan = plan_import(read_pasted(text, asked), asked)
    assert figure(plan, "H21", "dossiers_paid").rate_percent == 93.37


def test_the_provincial_portals_sheet_counts_for_the_provincial_portal() -> None:
    page = """<table>
    <tr><td colspan="4">THEO DÕI THANH TOÁN - THEO QUYẾT ĐỊNH SỐ 766/QĐ-TTG</td></tr>
    <tr><td rowspan="2">STT</td><td rowspan="2">Tên đơn vị</td>
    <td rowspan="2">Tổng HS có nghĩa vụ tài chính</td><td>Thanh toán trực tuyến</td></tr>
    <tr><td>Số HS đã TTTT</td></tr>
    <tr><td>1</td><td>UBND tỉnh Gia Lai</td><td>200</td><td>Số lượng: 150<br/>Tỷ lệ: 75%</td></tr>
    </table>"""
    plan = plan_of(("tinh.xls", page.encode()))
    found = figure(plan, "H21", "dossiers_paid", "provincial")
    assert (found.numerator, found.denominator) == (150, 200)


def test_a_name_that_fits_two_units_is_refused_naming_both(tmp_path: Path) -> None:
    twice = [*UNITS, {**UNITS[1], "departmentId": "c", "departmentCode": "H99.101"}]
    tree = {"data": {"parent": {**PROVINCE, "totalScore": 18, "totalMaxScore": 20}, "children": [
        {**unit, "totalScore": 16, "maxScore": 20} for unit in twice]}}  # fmt: skip
    text = b"T\xc3\xaan \xc4\x91\xc6\xa1n v\xe1\xbb\x8b;T\xe1\xbb\x95ng \xc4\x91i\xe1\xbb\x83m\n"
    table = text + "UBND xã Đồng Thử;50\n".encode()
    plan = plan_of(("p.json", as_json(tree)), ("t.csv", table))
    assert "it fits UBND xã Đồng Thử (H99.100), UBND xã Đồng Thử (H99.101)" in told(plan)


def test_a_plan_is_written_whole_and_more_figures_stand_beside(tmp_path: Path) -> None:
    folder = tmp_path / "mau"
    first = plan_of(*shapes()["one"])
    dataset = write_dataset(first, folder)
    assert facts(dataset).numerator[0, dataset.rules.components.index("on_time")] == 900
    later = plan_of(*shapes()["one"], as_of=dt.date(2026, 10, 17))
    write_dataset(later, folder)
    again = load_dataset(folder)
    assert [f"{day:%Y-%m-%d}" for day in again.dates] == ["2026-10-10", "2026-10-17"]
    assert again.meta.as_of == dt.date(2026, 10, 17)
    other = json.loads(json.dumps(SEVEN))
    other["PROGRESS"]["data"]["parent"]["totalOnTime"] = 901
    with pytest.raises(DataError, match="restates the past"):
        write_dataset(plan_of(("all.json", as_json(other))), folder)
    assert [path.name for path in tmp_path.iterdir()] == ["mau"]


def test_the_command_line_writes_a_dataset_or_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "all-2026-10-10.json", tmp_path / "bad.json"
    good.write_bytes(as_json(SEVEN))
    bad.write_bytes(b'{"data": ')
    folder = tmp_path / "out"
    assert main(["import", str(good), str(bad), "--to", str(folder), "--json"]) == 2
    caught = capsys.readouterr()
    assert json.loads(caught.out)["problems"] and "bad.json" in caught.err
    assert not folder.exists()
    assert main(["import", str(good), "--to", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    keys = {"folder", "kind", "units", "observations", "boards", "warnings", "problems", "left_out"}
    assert keys <= set(found)
    assert (found["kind"], found["units"], found["problems"]) == ("portal_2026", 3, [])
    assert main(["check", str(folder), "--json"]) == 0


def test_codes_that_a_spreadsheet_made_numbers_join_the_same_units() -> None:
    numbered = json.loads(json.dumps(SEVEN).replace('"a"', '"7919"').replace('"p"', '"7001"'))
    bare = numbered["TRANSPARENCY"]["data"]
    for row in [bare["overview"], *bare["evaluation"]]:
        del row["departmentCode"]
    bare["overview"]["departmentId"], bare["evaluation"][0]["departmentId"] = 7001.0, "7919.0"
    plan = plan_of(("t.json", as_json(numbered)))
    assert [unit.unit for unit in plan.units] == ["H99", "H99.01", "H99.100"]
    assert figure(plan, "H99", "group:transparency").points == 9
    rows = [["Mã đơn vị", "Đơn vị", "Hồ sơ đúng hạn (%)"], [7919.0, "Sở khác tên", 70]]
    plan = plan_of(("a.json", as_json(numbered)), ("b.xlsx", workbook(rows)))
    assert figure(plan, "H99.01", "on_time").rate_percent is None  # its counts are there
    assert [unit.unit for unit in plan.units] == ["H99", "H99.01", "H99.100"]


def test_two_provinces_under_one_code_are_refused_naming_both() -> None:
    table = "Mã đơn vị;Đơn vị;Tổng điểm\nH21;UBND tỉnh Gia Lai;66,2\nH21;UBND tỉnh Đắk Lắk;70,1"
    plan = plan_of(("a.csv", table.encode()))
    (problem,) = [one for one in plan.problems if "both have it" in str(one)]
    assert "UBND tỉnh Gia Lai and UBND tỉnh Đắk Lắk" in str(problem) and problem.line == 3
    one = "Mã đơn vị;Đơn vị;Tổng điểm\nH21;UBND tỉnh Gia Lai;66,2"
    other = "Mã đơn vị;Đơn vị;Điểm công khai\nH21;Tỉnh Gia Lai;11"
    assert plan_of(("a.csv", one.encode()), ("b.csv", other.encode())).problems == ()


def test_two_units_under_one_code_are_refused_naming_the_first() -> None:
    table = (
        "Mã đơn vị;Đơn vị;Hồ sơ đúng hạn (%)\nH21;UBND tỉnh Gia Lai;80\nH21.09;Sở Y tế;70\n"
        "H21.09;Sở Nội vụ;60"
    )
    plan = plan_of(("a.csv", table.encode()))
    assert "one unit for each code; Sở Y tế has H21.09 already, on line 3" in told(plan)
    assert figure(plan, "H21.09", "on_time").rate_percent == 70


def test_two_columns_under_one_heading_are_asked_about() -> None:
    head, other = ["Đơn vị", "Hồ sơ đúng hạn (%)", "Hồ sơ đúng hạn (%)"], ["UBND tỉnh Gia Lai", 80]
    plan = plan_of(("a.xlsx", workbook([head, [*other, 70]])))
    (problem,) = plan.problems
    assert problem.column == "C" and "column B has it, too" in str(problem)
    second = "Hồ sơ đúng hạn (%) [C]"
    assert second in [text for text, _ in plan.headings]
    plan = plan_of(("a.xlsx", workbook([head, [*other, 70]])), columns={second: "nothing"})
    assert plan.problems == () and figure(plan, "H21", "on_time").rate_percent == 80
    plan = plan_of(("a.xlsx", workbook([head, [*other, 80]])))
    assert plan.problems == () and "column B has it already" in told(plan)


def test_two_columns_of_the_old_portal_under_one_heading_are_refused() -> None:
    head = ["MA_COQUAN", "TEN_COQUAN", "TONG_SCORE", "TONG_SCORE"]
    with pytest.raises(DataError, match="columns C and D both have it"):
        plan_of(("a.xlsx", workbook([head, ["H21", "UBND tỉnh Gia Lai", "80", "81"]])))


def test_points_of_each_group_by_their_plain_names() -> None:
    heads = "Điểm công khai;Điểm tiến độ;Điểm DVCTT;Điểm TTTT;Điểm hài lòng;Điểm số hóa;Điểm cộng"
    table = f"Đơn vị;{heads};Tổng điểm\nUBND tỉnh Gia Lai;11,79;17,17;9,14;7,21;11,3;9,62;1;66,23"
    plan = plan_of(("a.csv", table.encode()))
    found = {row.component: row.points for row in plan.observations}
    assert found == {
        "group:transparency": 11.79, "group:progress": 17.17, "group:online": 9.14,
        "group:payment": 7.21, "group:satisfaction": 11.3, "group:digitization": 9.62,
        "total": 66.23,
    }  # fmt: skip
    alone = plan_of(("a.csv", "Đơn vị;Điểm công khai\nUBND tỉnh Gia Lai;11,79".encode()))
    assert figure(alone, "H21", "group:transparency").points == 11.79


def test_a_number_with_the_other_mark_is_refused_and_not_read_ten_times_as_large() -> None:
    table = "Đơn vị;Điểm tiến độ;Tổng điểm\nUBND tỉnh Gia Lai;17,5;66,23\nSở Thử;1.5;70,1"
    plan = plan_of(("a.csv", table.encode()))
    assert "line 3, column B (Điểm tiến độ): '1.5': expected points" in told(plan)
    assert [row.component for row in plan.observations if row.unit == "H21.so-thu"] == ["total"]


def test_a_unit_of_several_days_and_with_a_number_before_its_name() -> None:
    rows = [["Ngày", "Đơn vị", "Hồ sơ đúng hạn (%)"], [46298, "UBND tỉnh Gia Lai", 80],
            [46298, "1. Sở Y tế", 70], ["10/10/2026", "UBND tỉnh Gia Lai", 82]]  # fmt: skip
    plan = plan_of(("a.xlsx", workbook(rows)), as_of=None)
    found = {(f"{row.as_of}", row.unit): row.rate_percent for row in plan.observations}
    # 46298 is 3/10/2026 as Excel counts days
    assert found == {
        ("2026-10-03", "H21"): 80, ("2026-10-03", "H21.so-y-te"): 70, ("2026-10-10", "H21"): 82,
    }  # fmt: skip
    twice = [*rows, ["10/10/2026", "UBND tỉnh Gia Lai", 90]]
    assert "line 4 has it already" in told(plan_of(("a.xlsx", workbook(twice)), as_of=None))


@pytest.mark.parametrize("name", ["TP.HCM", "TPHCM", "TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh"])
def test_a_province_by_its_ways_of_writing(name: str) -> None:
    table = f"Tỉnh;Tổng điểm\n{name};70,1\nGia Lai;66,2"
    plan = plan_of(("a.csv", table.encode()), province="H21")
    assert {row.province for row in plan.board} == {"TP Hồ Chí Minh", "Gia Lai"}


def test_a_table_under_the_components_own_names_is_one_of_components() -> None:
    """All of them side by side: their names hold those of the groups."""
    rules = load_dataset(DATA / "phu_tho_2026").rules
    counts = [f"{name} / {part}" for name in rules.name_vi for part in ("Số", "Tổng")]
    rows = ["Đơn vị;" + ";".join(counts), "Sở Y tế;" + ";".join(["3;4"] * len(rules.name_vi))]
    plan = plan_of(("so-10-10-2026.csv", "\n".join(rows).encode()), province="Phú Thọ")
    assert [str(problem) for problem in plan.problems] == []
    found = {row.component: (row.numerator, row.denominator) for row in plan.observations}
    assert found == dict.fromkeys(rules.components, (3, 4))
