"""Tables with a column of months or quarters. Names and figures are invented."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from core.imports.opening import read_file
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import

UNITS = ("Sở Y tế", "UBND xã Hòa Mẫu", "Toàn tỉnh")
FIGURES = ("Tỷ lệ hồ sơ trực tuyến", "Tỷ lệ số hóa hồ sơ")


def rate(month: int, unit: int, figure: int) -> float:
    return month * 10 + unit + figure / 2


def as_csv(rows: list[list[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def long_table(periods: list[str], heading: str = "Tháng", title: str = "") -> bytes:
    rows: list[list[object]] = [[title], ["Đơn vị", "Chỉ tiêu", heading, "Giá trị (%)"]]
    for unit, name in enumerate(UNITS):
        for figure, called in enumerate(FIGURES):
            rows += [[name, called, period, rate(month, unit, figure)]
                     for month, period in enumerate(periods, 1)]  # fmt: skip
    return as_csv(rows)


def wide_table(periods: list[str], heading: str = "Tháng", title: str = "") -> bytes:
    rows: list[list[object]] = [[title], ["Đơn vị", heading, *(f"{one} (%)" for one in FIGURES)]]
    for unit, name in enumerate(UNITS):
        rows += [[name, period, rate(month, unit, 0), rate(month, unit, 1)]
                 for month, period in enumerate(periods, 1)]  # fmt: skip
    return as_csv(rows)


def plan_of(raw: bytes, name: str = "bang.csv", **said: Any) -> ImportPlan:
    options = ImportOptions(**{"province": "H44", **said})
    return plan_import(read_file(name, raw, options), options)


def holds(plan: ImportPlan, month: int) -> bool:
    found = {(row.unit, row.component): row.rate_percent for row in plan.observations}
    units = ("H44.so-y-te", "H44.ubnd-xa-hoa-mau", "H44")
    return plan.problems == () and found == {
        (unit, one): rate(month, at, figure)
        for at, unit in enumerate(units)
        for figure, one in enumerate(("filed_online", "digitized"))
    }


@pytest.mark.parametrize("table", [long_table, wide_table])
@pytest.mark.parametrize(
    ("heading", "periods", "title"),
    [
        ("Tháng", ["7", "8", "9"], "KẾT QUẢ NĂM 2026"),
        ("Tháng", ["Tháng 7", "Tháng 8", "Tháng 9"], "Năm 2026, Quyết định 766/QĐ-TTg ngày 23/6/2022"),
        ("Kỳ báo cáo", ["07/2026", "08/2026", "09/2026"], ""),
        ("Kỳ", ["T7/2026", "T8/2026", "T9/2026"], ""),
        ("Month", ["2026-07", "2026-08", "2026-09"], ""),
    ],
)  # fmt: skip
def test_the_last_month_is_read_and_the_others_are_offered(
    table: Any, heading: str, periods: list[str], title: str
) -> None:
    plan = plan_of(table(periods, heading, title))
    assert holds(plan, 3)
    assert (plan.as_of, plan.period) == (dt.date(2026, 9, 30), "month")
    (told,) = [str(one) for one in plan.warnings if "several" in str(one)]
    assert "2026-09 is read" in told
    assert "2026-08, 2026-07" in told
    left = {out.why.value: out.count for out in plan.left_out if out.what == "row"}
    rows = len(UNITS) * (len(FIGURES) if table is long_table else 1)
    assert left == {"2026-08": rows, "2026-07": rows}


@pytest.mark.parametrize("table", [long_table, wide_table])
def test_a_day_chooses_the_month(table: Any) -> None:
    raw = table(["7", "8", "9"])
    assert holds(plan_of(raw, as_of=dt.date(2026, 8, 31)), 2)
    plan = plan_of(raw, as_of=dt.date(2026, 10, 3))  # when September's were taken down
    assert holds(plan, 3)
    assert (plan.as_of, plan.period) == (dt.date(2026, 10, 3), "month")


@pytest.mark.parametrize("table", [long_table, wide_table])
def test_quarters_are_told_by_their_names_and_figures_of_the_year_go_first(table: Any) -> None:
    plan = plan_of(table(["I", "II", "III"], "Quý", "Năm 2026"))
    assert holds(plan, 3)
    assert (plan.as_of, plan.period) == (dt.date(2026, 9, 30), "quarter")
    raw = table(["Quý III/2026", "Cả năm 2026"], "Kỳ")
    assert plan_of(raw, as_of=dt.date(2026, 10, 1)).period == "year"
    assert holds(plan_of(raw, as_of=dt.date(2026, 10, 1)), 2)
    plan = plan_of(raw, as_of=dt.date(2026, 10, 1), period="quarter")
    assert (plan.period, holds(plan, 1)) == ("quarter", True)


def test_a_month_is_never_read_as_the_year_whatever_is_chosen() -> None:
    plan = plan_of(wide_table(["7", "8"]), as_of=dt.date(2026, 8, 31), period="year")
    assert plan.period == "month"


def test_months_without_a_year_ask_for_it_by_their_place() -> None:
    plan = plan_of(wide_table(["7", "8"]))
    assert [(one.line, one.column, one.value) for one in plan.problems[:1]] == [(3, "B", "7")]
    assert "--as-of" in str(plan.problems[0])
    assert holds(plan_of(wide_table(["7", "8"]), "thang-8-nam-2026.csv"), 2)


def test_the_year_may_have_a_column_of_its_own() -> None:
    rows: list[list[object]] = [["Đơn vị", "Năm", "Quý", *FIGURES]]
    for unit, name in enumerate(UNITS):
        rows += [[name, year, "IV" if year == 2025 else "I", rate(n, unit, 0), rate(n, unit, 1)]
                 for n, year in enumerate((2025, 2026), 1)]  # fmt: skip
    plan = plan_of(as_csv(rows))
    assert holds(plan, 2)
    assert plan.as_of == dt.date(2026, 3, 31)


def test_a_sum_without_a_month_is_told_and_is_nobodys() -> None:
    raw = wide_table(["07/2026", "08/2026"]) + "Tổng cộng,,50,60\n".encode()
    plan = plan_of(raw)
    assert holds(plan, 2)
    assert [out.why.line for out in plan.left_out if "month or quarter" in str(out.why)] == [9]


def test_a_merged_month_that_lost_its_merge_is_that_of_the_rows_above() -> None:
    rows: list[list[object]] = [["Tháng", "Đơn vị", *FIGURES]]
    for month in (7, 8):
        rows += [[f"{month}/2026" if unit == 0 else "", name, rate(month, unit, 0), rate(month, unit, 1)]
                 for unit, name in enumerate(UNITS)]  # fmt: skip
    rows = [row for row in rows if row[1] != "Toàn tỉnh" or row[0]]
    plan = plan_of(as_csv([*rows, ["8/2026", "Toàn tỉnh", 82, 82.5]]))
    assert holds(plan, 8)
