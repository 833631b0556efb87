"""Tables of people in the ways in which offices write them. Names and figures are invented."""

import csv
import datetime as dt
import io

import pytest

from core.imports.opening import read_file
from core.imports.people.turned import ROW_A_FIGURE, UNIT_A_COLUMN
from core.imports.plan import ImportOptions, ImportPlan, ObservationRow
from core.imports.planning.gather import plan_import
from import_files import as_json, workbook

DAY = dt.date(2026, 9, 30)
UNITS = ("UBND phường Việt Thử", "UBND xã Hòa Mẫu", "Sở Y tế", "UBND xã Đoan Thử")
RATES = ((93.37, 55.5, 99.1), (88.25, 60.25, 97.55), (40.5, 70.75, 95.0), (77.77, 12.5, 100.0))
HEADINGS = ("Tỷ lệ hồ sơ trực tuyến (%)", "Tỷ lệ số hóa hồ sơ (%)", "Tỷ lệ giải quyết đúng hạn (%)")
PROVINCE = ("Toàn tỉnh", 75.0, 50.0, 98.0)
COMPONENTS = ("filed_online", "digitized", "on_time")


def table(headings: tuple[str, ...] = ("STT", "Đơn vị", *HEADINGS)) -> list[list[object]]:
    rows = [[n, name, *rates] for n, (name, rates) in enumerate(zip(UNITS, RATES, strict=True), 1)]
    return [[*headings], *rows, ["", *PROVINCE]]


def as_csv(rows: list[list[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def plan_of(raw: bytes, name: str = "bang.csv", **said: object) -> ImportPlan:
    options = ImportOptions(**{"province": "H44", "as_of": DAY, **said})  # type: ignore[arg-type]
    return plan_import(read_file(name, raw, options), options)


def rates_of(plan: ImportPlan) -> dict[str, list[float | None]]:
    """The rates of each unit by its name, in the order of the headings."""
    names = {unit.unit: unit.name for unit in plan.units}
    rows: dict[tuple[str, str], ObservationRow] = {
        (names[row.unit], row.component): row for row in plan.observations
    }
    return {
        name: [row.rate_percent if (row := rows.get((name, one))) else None for one in COMPONENTS]
        for name in names.values()
    }


EXPECTED = {name: [*rates] for name, rates in zip(UNITS, RATES, strict=True)}


def holds_all(plan: ImportPlan) -> bool:
    return plan.problems == () and EXPECTED.items() <= rates_of(plan).items()


@pytest.mark.parametrize(
    "headings",
    [
        ("TT", "Cơ quan thực hiện", "% hồ sơ nộp trực tuyến", "% hồ sơ được số hóa",
         "% hồ sơ đúng hạn"),
        ("Stt", "Tên đơn vị (UBND cấp xã, sở)", "Tỉ lệ HS tiếp nhận trực tuyến",
         "Tỉ lệ số hoá hồ sơ", "Tỉ lệ HS giải quyết đúng hạn"),
        ("", "", "Hồ sơ trực tuyến (%)", "Số hóa (%)", "Đúng hạn (%)"),
    ],
)  # fmt: skip
def test_the_column_of_units_is_told_by_what_stands_in_it(headings: tuple[str, ...]) -> None:
    assert holds_all(plan_of(as_csv(table(headings))))


def test_sums_and_means_of_some_units_are_no_unit() -> None:
    rows = table()
    rows[1:1] = [["A", "CÁC SỞ, BAN, NGÀNH", 40.5, 70.75, 95.0], ["I", "Khối xã", 1, 2, 3]]
    rows += [["", "Bình quân chung", 1, 2, 3]]
    plan = plan_of(as_csv(rows))
    assert holds_all(plan)
    assert len(plan.units) == 5
    assert [one.count for one in plan.left_out if one.what == "sum"] == [1, 1, 1]


@pytest.mark.parametrize("name", ["Tổng cộng toàn tỉnh", "Cộng (I+II)", "TỔNG SỐ:", "Cả tỉnh"])
def test_the_sum_of_all_is_the_province_by_its_ways_of_writing(name: str) -> None:
    rows = table()
    rows[-1][1] = name
    assert rates_of(plan_of(as_csv(rows)))["Phú Thọ"] == [*PROVINCE[1:]]


def test_units_whose_names_only_begin_like_a_sum_stay_units() -> None:
    names = ("Tổng công ty Thử", "Công an tỉnh", "Trung Bình Thử", "Cấp nước Thử")
    rows = [[*row[:1], name, *row[2:]] for row, name in zip(table()[1:5], names, strict=True)]
    plan = plan_of(as_csv([table()[0], *rows, table()[-1]]))
    assert {*names} <= {unit.name for unit in plan.units}


def test_a_line_of_formulas_below_the_headings_is_no_unit() -> None:
    rows = table()
    rows.insert(1, ["1", "2", "3", "4", "5=3/4"])
    plan = plan_of(as_csv(rows))
    assert holds_all(plan)
    assert plan.left_out == ()


def test_three_rows_of_headings_that_lost_their_merges_in_csv() -> None:
    rows: list[list[object]] = [
        ["STT", "Đơn vị", "Hồ sơ trực tuyến", "", "", "Giải quyết đúng hạn", "", ""],
        ["", "", "Trong kỳ", "", "", "Trong kỳ", "", ""],
        ["", "", "Số lượng", "Tổng số", "Tỷ lệ (%)", "Số lượng", "Tổng số", "Tỷ lệ (%)"],
        [1, "Sở Y tế", 100, 200, 50, 90, 100, 90],
        ["", "Tổng cộng", 100, 200, 50, 90, 100, 90],
    ]
    plan = plan_of(as_csv(rows))
    found = {(row.unit, row.component): row for row in plan.observations}
    one = found["H44", "filed_online"]
    assert (one.numerator, one.denominator) == (100, 200)
    assert found["H44.so-y-te", "on_time"].numerator == 90


def test_parts_of_one_below_a_heading_with_percent() -> None:
    rows = [[round(cell / 100, 6) if isinstance(cell, float) else cell for cell in row]
            for row in table()]  # fmt: skip
    plan = plan_of(as_csv(rows))
    assert holds_all(plan)
    few = [[*rows[0]], *([*row[:2], 0.5, *row[3:]] for row in rows[1:])]
    plan = plan_of(as_csv(few))
    assert rates_of(plan)["Sở Y tế"][0] == 0.5
    assert any("read as percent" in str(one) for one in plan.warnings)


def test_a_title_that_names_a_quarter_dates_the_table_and_says_so() -> None:
    title = ["BIỂU 01 kèm theo Quyết định 766/QĐ-TTg ngày 23 tháng 6 năm 2022", "Quý III/2026"]
    raw = workbook([[title[0]], [title[1]], [], *table()])
    plan = plan_of(raw, "bang.xlsx", as_of=None)
    assert (plan.as_of, plan.period) == (dt.date(2026, 9, 30), "quarter")
    assert any("2026-07-01 to 2026-09-30 only" in str(one) for one in plan.warnings)


@pytest.mark.parametrize("mark", [".", ",", " "])
def test_counts_of_an_answer_kept_as_text_with_thousands_apart(mark: str) -> None:
    above, below = f"1{mark}200", f"3{mark}417{mark}669"
    metric = {"code": "DOSSIER_SYNC", "numerator": above, "denominator": below, "score": 1}
    unit = {"departmentName": "UBND tỉnh Phú Thọ", "departmentCode": "H44", "metrics": [metric]}
    plan = plan_of(as_json({"data": {"overview": unit}}), "mot.json")
    (row,) = (row for row in plan.observations if row.component == "dossier_sync")
    assert (row.numerator, row.denominator) == (1200, 3417669)


def long_table() -> list[list[object]]:
    rows = table()
    return [["Đơn vị", "Chỉ tiêu", "Đơn vị tính", "Giá trị"]] + [
        [row[1], heading.removesuffix(" (%)"), "%", rate]
        for row in rows[1:]
        for heading, rate in zip(HEADINGS, row[2:], strict=True)
    ]


def test_a_table_with_one_figure_a_row_is_read_and_said_to_be_one() -> None:
    rows = long_table()
    plan = plan_of(as_csv(rows))
    assert holds_all(plan)
    assert [one.expected for one in plan.warnings] == [ROW_A_FIGURE]
    assert ("Tỷ lệ số hóa hồ sơ (%)", "rate:digitized") in plan.headings
    merged = [[row[0] if at % 3 == 1 else "", *row[1:]] for at, row in enumerate(rows)]
    assert holds_all(plan_of(as_csv([rows[0], *merged[1:]])))


def test_a_figure_a_row_names_the_line_in_which_it_stood() -> None:
    rows = [*long_table(), [UNITS[0], "Tỷ lệ số hóa hồ sơ", "%", 1.0]]
    rows[5][3] = "nhiều"
    plan = plan_of(as_csv(rows))
    told = [str(out.why) for out in plan.left_out]
    assert any("line 6, column D" in one and "nhiều" in one for one in told)
    assert any("line 17" in one and "line 3 has it already" in one for one in told)


def test_counts_and_rates_of_a_figure_a_row() -> None:
    rows = [["STT", "Tên đơn vị", "Tên chỉ số", "Tử số", "Mẫu số", "Điểm"]]
    rows += [[n, name, "Tỷ lệ hồ sơ trực tuyến", f"{10 * int(n)}", "40", ""]
             for n, name in (("1", "Sở Y tế"), ("2", "UBND xã Hòa Mẫu"))]  # fmt: skip
    plan = plan_of(as_csv([list(row) for row in rows]))
    assert plan.problems == ()
    counts = {row.unit: (row.numerator, row.denominator) for row in plan.observations}
    assert counts["H44.so-y-te"] == (10, 40)
    assert counts["H44"] == (30, 80)


def across() -> list[list[object]]:
    rows = table()
    head = ["STT", "Chỉ tiêu", *(row[1] for row in rows[1:]), "Ghi chú"]
    return [head] + [
        [n, heading, *(row[1 + n] for row in rows[1:]), "không"]
        for n, heading in enumerate(HEADINGS, 1)
    ]


def test_a_table_with_units_in_columns_is_read_and_said_to_be_one() -> None:
    plan = plan_of(workbook([["KẾT QUẢ"], [], *across()]), "ngang.xlsx")
    assert holds_all(plan)
    assert [one.expected for one in plan.warnings] == [UNIT_A_COLUMN]


def test_a_cell_of_a_table_with_units_in_columns_is_named_as_it_stood() -> None:
    rows = across()
    rows[2][3] = "nhiều"
    told = [str(out.why) for out in plan_of(as_csv(rows)).left_out]
    assert any("line 3, column D" in one and "nhiều" in one for one in told)


def test_hidden_lines_of_a_table_with_units_in_columns_are_asked_about() -> None:
    plan = plan_of(workbook(across(), hidden=(3,)), "ngang.xlsx")
    assert any("--hidden" in str(one) for one in plan.problems)


def test_counts_in_two_lines_of_one_figure() -> None:
    rows: list[list[object]] = [
        ["Chỉ tiêu", "Loại", "Sở Y tế", "UBND xã Hòa Mẫu"],
        ["Hồ sơ trực tuyến", "Số lượng", 10, 20],
        ["", "Tổng số", 40, 40],
    ]
    plan = plan_of(as_csv(rows))
    counts = {row.unit: (row.numerator, row.denominator) for row in plan.observations}
    assert counts["H44.ubnd-xa-hoa-mau"] == (20, 40)
