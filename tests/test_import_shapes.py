"""Tables as people also write them: a second row of totals, short names, figures in rows."""

import datetime as dt

import pytest

from core.imports.names import level_by_name, name_key
from core.imports.opening import read_file
from core.imports.people.shapes import FIGURE_ROWS, UNIT_COLUMNS
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.imports.reading import Seen
from core.problems import DataError
from import_files import workbook

NAMES = ("UBND tỉnh Mẫu", "Sở Thử", "UBND xã Đông Thử", "UBND phường Minh Thử")
CODES = ("H99", "H99.01", "H99.20", "H99.21")
HEADINGS = ("Tỷ lệ hồ sơ trực tuyến", "Tỷ lệ hồ sơ giải quyết đúng hạn")
RATES = ((93.37, 88.5), (90.12, 99.1), (70.0, 85.25), (65.5, 91.0))


def plan_of(*rows: list[object], known: tuple[Seen, ...] = ()) -> ImportPlan:
    asked = ImportOptions(as_of=dt.date(2026, 10, 10), known=known)
    return plan_import(read_file("a.xlsx", workbook(list(rows)), asked), asked)


def rates(plan: ImportPlan) -> dict[tuple[str, str], float | None]:
    return {(row.unit, row.component): row.rate_percent for row in plan.observations}


def body() -> list[list[object]]:
    return [[*who, *said] for *who, said in zip(NAMES, CODES, RATES, strict=True)]


EXPECTED = {
    (code, figure): rate
    for code, said in zip(CODES, RATES, strict=True)
    for figure, rate in zip(("filed_online", "on_time"), said, strict=True)
}


@pytest.mark.parametrize("at", [0, 4])
def test_a_row_of_totals_does_not_take_the_place_of_the_provinces_own_row(at: int) -> None:
    rows = body()
    rows.insert(at, ["Tổng cộng", None, 1, 2])
    plan = plan_of(["Đơn vị", "Mã định danh", *HEADINGS], *rows)
    assert rates(plan) == EXPECTED
    told = [out.why for out in plan.left_out if "row of its own" in out.why.expected]
    assert told and told[0].line == at + 2


def test_a_row_of_totals_is_the_province_where_there_is_no_other() -> None:
    plan = plan_of(["Đơn vị", "Mã định danh", *HEADINGS], *body()[1:], ["Tổng cộng", None, 50, 60])
    assert rates(plan)["H99", "filed_online"] == 50


def test_headings_that_are_short_or_spelt_with_i() -> None:
    head = ["Tên ĐV", "Mã ĐV", "Tỉ lệ HS trực tuyến", "Tỉ lệ giải quyết HS đúng hạn"]
    assert rates(plan_of(head, *body())) == EXPECTED


@pytest.mark.parametrize("shorten", ["P. {}", "P.{}", "P {}", "UBND P. {}", "p. {}"])
def test_the_kind_of_a_unit_may_be_one_letter(shorten: str) -> None:
    assert name_key(shorten.format("Minh Thử")) == name_key("UBND phường Minh Thử")
    assert level_by_name(shorten.format("Minh Thử")) == "commune"
    known = tuple(Seen(code, None, name) for code, name in zip(CODES, NAMES, strict=True))
    row = [shorten.format("Minh Thử"), 12.5]
    plan = plan_of(["Đơn vị", HEADINGS[0]], ["UBND tỉnh Mẫu", 40.5], row, known=known)
    assert rates(plan)["H99.21", "filed_online"] == 12.5


def test_a_department_keeps_its_first_letter() -> None:
    assert name_key("Phòng Tư pháp") != name_key("P. Tư pháp")
    assert name_key("TT Hành chính công") == "tt hanh chinh cong"


def test_figures_in_rows_that_can_not_be_turned_are_refused_with_what_to_do() -> None:
    long = [[n, h, r] for n, said in zip(NAMES, RATES, strict=True)
            for h, r in zip(HEADINGS, said, strict=True)]  # fmt: skip
    turned = [[h, *said] for h, said in zip(HEADINGS, zip(*RATES, strict=True), strict=True)]
    names = ("Mẫu Một", "Mẫu Hai", "Mẫu Ba", "Mẫu Bốn")  # nobody can tell that these are units
    for expected, rows in (
        (FIGURE_ROWS, [["Đơn vị", "Mục", "Giá trị"], *long]),
        (UNIT_COLUMNS, [["Chỉ tiêu", *names], *turned]),
    ):
        with pytest.raises(DataError) as refused:
            plan_of(*rows)
        assert [one.expected for one in refused.value.problems] == [expected]


def test_a_remark_that_speaks_of_figures_turns_no_table() -> None:
    rows = [[*row, note] for row, note in zip(body(), [*HEADINGS, "", ""], strict=True)]
    plan = plan_of(["Đơn vị", "Mã định danh", *HEADINGS, "Ghi chú"], *rows)
    assert rates(plan) == EXPECTED
