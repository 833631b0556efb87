"""The workbook that calculates: as the engine before and after any edit, by a calculator that is
not ours."""

import io
import shutil
import subprocess
from datetime import date
from functools import cache
from pathlib import Path

import ironcalc
import numpy as np
import openpyxl
import pytest

from core.documents.words import Words
from core.documents.workbook.calculating import calculating_workbook
from core.documents.workbook.days import sheet_days
from core.documents.workbook.grid import FIRST_COLUMN, SheetGrid, grid_of
from core.documents.workbook.result import DATES_ROW, NOW_COLUMN, OWN_COLUMN, RANK_COLUMN
from core.documents.workbook.said import SAID
from core.index.rollup import PROVINCE, roll_up, score
from core.index.rules import points
from core.outlook.case import Case
from core.outlook.timeline import TODAY
from core.plans.made import as_scenario, from_assigned
from core.scenario.model import Assumptions, Change, RuleEdit, Scenario
from worlds import COMMUNES_60, phu_tho, shipped

YEAR_END = "year_end"


@cache
def directive() -> Case:
    return shipped("binh_phuoc_2024")


@cache
def written(name: str) -> tuple[Case, Scenario, bytes]:
    """A case, a scenario of it, and their workbook in Vietnamese."""
    if name == "plan":
        case = directive()
        scenario = as_scenario(from_assigned(case.dataset), case.baseline)
    elif name == "communes":
        case, scenario = phu_tho(), COMMUNES_60
    else:
        case = phu_tho() if name == "phu_tho_2026" else directive()
        scenario = Scenario(dataset=case.dataset.id)
    return case, scenario, calculating_workbook(case, scenario, "vi")


class Reader:
    """The workbook in IronCalc."""

    def __init__(self, content: bytes, folder: Path) -> None:
        path = folder / "book.xlsx"
        path.write_bytes(content)
        self.model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
        self.sheets = [one["name"] for one in self.model.get_worksheets_properties()]

    def value(self, sheet: str, row: int, column: int) -> float:
        return float(self.model.get_cell_value(self.sheets.index(sheet), row + 1, column + 1))

    def edit(self, sheet: str, row: int, column: int, value: float) -> None:
        place = self.sheets.index(sheet)
        self.model.update_cell_with_number(place, row + 1, column + 1, value)
        self.model.evaluate()


def named(key: str, case: Case, horizon: str) -> str:
    """The Vietnamese name of a sheet of a date."""
    day = Words("vi").day(case.calendar.dates[horizon]).replace("/", "-")
    return SAID[key][0].format(date=day)


@pytest.mark.parametrize("name", ["plan", "communes"])
def test_every_formula_gives_the_value_that_the_engine_put_there(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(written(name)[2])
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    held = {}
    for place in range(len(model.get_worksheets_properties())):
        _, last_row, _, last_column = model.get_sheet_dimensions(place)
        for row in range(1, last_row + 1):
            for column in range(1, last_column + 1):
                if model.get_cell_formula(place, row, column):
                    held[place, row, column] = model.get_cell_value(place, row, column)
    assert len(held) > 5000 and any(isinstance(one, float) and one > 50 for one in held.values())
    model.evaluate()
    for at, value in held.items():
        assert model.get_cell_value(*at) == pytest.approx(value, abs=1e-9), at


def one_of(case: Case, level: str, nth: int = 0) -> int:
    return [u for u, one in enumerate(case.baseline.level) if one == level][nth]


# the level of a unit, which of them, a component, the rate that is typed
EDITS = [
    ("binh_phuoc_2024", "department", 3, "dossiers_paid", 0.9),
    ("binh_phuoc_2024", "commune", 2, "on_time", 0.4),  # below a district; carries satisfaction
    ("binh_phuoc_2024", "commune", 2, "dossier_satisfaction", 0.4),
    ("binh_phuoc_2024", "district", 1, "digitized", 0.95),
    ("binh_phuoc_2024", "province", 0, "services_used", 0.7),
    ("binh_phuoc_2024", "province", 0, "publish_on_time", 1),
    ("phu_tho_2026", "commune", 40, "digitized", 1),
    ("phu_tho_2026", "department", 2, "dossiers_paid", 0),
    ("phu_tho_2026", "province", 0, "digitized", 0.99),
    ("communes", "commune", 7, "digitized", 0.1),  # beside what the scenario asks of its level
    ("plan", "department", 5, "digitized", 0),
]


@pytest.mark.parametrize(("name", "level", "nth", "component", "rate"), EDITS)
def test_an_edited_rate_moves_the_sheet_as_it_moves_the_engine(
    name: str, level: str, nth: int, component: str, rate: float, tmp_path: Path
) -> None:
    case, scenario, content = written(name)
    unit, grid = one_of(case, level, nth), grid_of(case.baseline, scenario)
    column = case.baseline.rules.index(component)
    reader = Reader(content, tmp_path)
    reader.edit(named("rates", case, TODAY), grid.row(unit), FIRST_COLUMN + column, rate)
    change = Change(unit=case.baseline.units[unit], component=component, mode="set", value=rate)
    asked = scenario.model_copy(update={"changes": (*scenario.changes, change)})
    found = case.outlook(asked)[TODAY]
    assert found.result.score_after != case.outlook(scenario)[TODAY].result.score_after
    result = SAID["result"][0]
    assert reader.value(result, DATES_ROW + 1, NOW_COLUMN) == pytest.approx(
        found.after.score, abs=1e-9
    )
    worked = named("worked", case, TODAY)
    for row in range(len(case.baseline.units)):
        if np.isfinite(case.baseline.rate[row]).any():
            own = reader.value(worked, grid.row(row), grid.total)
            assert own == pytest.approx(found.result.after.total[row], abs=1e-9)
    rank = reader.value(result, DATES_ROW + 1, RANK_COLUMN)
    # where unit rates are estimated the engine draws what the edit strays by; a sheet can't
    assert abs(rank - found.after.rank.median) <= (0 if not len(case.drawn.rates) else 1)


@pytest.mark.parametrize("name", ["plan", "communes"])
def test_a_rate_of_a_later_date_moves_score_and_rank_there(name: str, tmp_path: Path) -> None:
    case, scenario, content = written(name)
    unit, column = one_of(case, "commune", 4), case.baseline.rules.index("digitized")
    days = sheet_days(case, scenario)
    place, day = len(days) - 1, days[-1]
    assert day.key == YEAR_END
    rates = day.opened.copy()
    rates[unit, column] = 0.05
    total = score(case.baseline, roll_up(case.baseline, rates)).total[PROVINCE]
    assert total < day.found.result.score_after
    reader = Reader(content, tmp_path)
    grid = grid_of(case.baseline, scenario)
    reader.edit(named("rates", case, YEAR_END), grid.row(unit), FIRST_COLUMN + column, 0.05)
    result, row = SAID["result"][0], DATES_ROW + 1 + place
    assert reader.value(result, row, OWN_COLUMN) == pytest.approx(total, abs=1e-9)
    led = total + (100 - total) * (1 - day.found.left)
    assert reader.value(result, row, NOW_COLUMN) == pytest.approx(led, abs=1e-9)
    assert reader.value(result, row, RANK_COLUMN) == day.rungs.ranks(np.array(total))[1]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_calculates_the_same_after_an_edit(tmp_path: Path) -> None:
    case, scenario, content = written("plan")
    grid, column = grid_of(case.baseline, scenario), case.baseline.rules.index("digitized")
    unit = one_of(case, "commune", 3)
    book = openpyxl.load_workbook(io.BytesIO(content))  # keeps no values: all is calculated anew
    sheet = book[named("rates", case, TODAY)]
    sheet.cell(grid.row(unit) + 1, FIRST_COLUMN + column + 1).value = 0.01
    book.save(tmp_path / "edited.xlsx")
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    asked = ["--headless", home, "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    place = ["--outdir", str(tmp_path / "out"), str(tmp_path / "edited.xlsx")]
    subprocess.run(["soffice", *asked, *place], check=True, capture_output=True, timeout=180)
    values = openpyxl.load_workbook(tmp_path / "out" / "edited.xlsx", data_only=True)
    change = Change(unit=case.baseline.units[unit], component="digitized", mode="set", value=0.01)
    asked_of = scenario.model_copy(update={"changes": (*scenario.changes, change)})
    found = case.outlook(asked_of)[TODAY].after
    shown = values["Kết quả"].cell(DATES_ROW + 2, NOW_COLUMN + 1).value
    assert shown == pytest.approx(found.score, abs=1e-9)


def test_other_rules_are_scored_by_the_sheet_too(tmp_path: Path) -> None:
    case, scenario, content = written("phu_tho_2026")
    edits = {"digitized": RuleEdit(max_points=2, target_rate=0.5)}
    assumed = calculating_workbook(
        case, scenario.model_copy(update={"assumptions": Assumptions(rules=edits)}), "vi"
    )
    row = case.baseline.rules.index("digitized") + 4
    reader = Reader(content, tmp_path)
    reader.edit("Quy tắc", row, 2, 2)
    reader.edit("Quy tắc", row, 3, 0.5)
    other = Reader(assumed, tmp_path)
    other.model.evaluate()
    at = SAID["result"][0], DATES_ROW + 1, NOW_COLUMN
    assert reader.value(*at) == pytest.approx(other.value(*at), abs=1e-9)
    rate = case.baseline.rate[PROVINCE]
    lost = points(case.baseline.rules, rate)[row - 4] - min(2, 2 * rate[row - 4] / 0.5)
    now = case.outlook(scenario)[TODAY].before.score
    assert reader.value(*at) == pytest.approx(now - lost, abs=1e-9)


def test_rates_are_open_to_numbers_between_0_and_1_and_the_rest_is_not() -> None:
    case, scenario, content = written("binh_phuoc_2024")
    book = openpyxl.load_workbook(io.BytesIO(content))
    grid: SheetGrid = grid_of(case.baseline, scenario)
    sheet = book[named("rates", case, TODAY)]
    payment = case.baseline.rules.index("dossiers_paid")
    cell = sheet.cell(grid.row(5) + 1, FIRST_COLUMN + payment + 1)
    assert not cell.protection.locked and sheet.protection.sheet
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "0", "1")
    assert cell.coordinate in rule.sqref
    assert sheet.cell(grid.row(5) + 1, 1).protection.locked
    assert all(one.protection.sheet for one in book.worksheets)


def test_what_is_estimated_says_so_and_what_is_published_is_told_apart() -> None:
    case, scenario, content = written("binh_phuoc_2024")
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sheet, grid = book[named("rates", case, TODAY)], grid_of(case.baseline, scenario)
    marks = {
        (unit, c): "≈" in sheet.cell(grid.row(unit) + 1, FIRST_COLUMN + c + 1).number_format
        for unit in range(len(grid.order))
        for c in range(grid.wide)
        if np.isfinite(case.baseline.rate[unit, c])
    }
    assert marks == {at: bool(case.baseline.status[at] == 2) for at in marks}
    assert any(marks.values()) and not all(marks.values())
    words = [
        c.value for row in book["Kết quả"].iter_rows() for c in row if isinstance(c.value, str)
    ]
    assert any("xác suất" in one for one in words), "what a sheet can't do"
    text = {one: i for i, one in enumerate(words)}
    assert "Điểm từ số ước tính (≈)" in text and "Tổng điểm của tỉnh không được công bố" in str(
        words
    )


def test_a_published_score_stands_beside_the_sum_of_the_rates() -> None:
    """The national portal printed 61.89 for Phú Thọ; its rates make 61.8867."""
    book = openpyxl.load_workbook(io.BytesIO(written("phu_tho_2026")[2]), data_only=True)
    rows = {row[0].value: row[1].value for row in book["Kết quả"].iter_rows(max_col=2)}
    assert rows["Tổng điểm được công bố"] == 61.89
    assert rows["Cộng"] == pytest.approx(61.8867, abs=1e-4)
    assert rows["Chênh lệch với hiện trạng (làm tròn của Cổng)"] == pytest.approx(0.0033, abs=1e-4)
    assert rows["Điểm từ số ước tính (≈)"] == 0


def test_what_people_wrote_is_no_formula() -> None:
    case, scenario, _ = written("phu_tho_2026")
    title = '=HYPERLINK("http://x",1)\u202e\x07\ufffe{0}'
    content = calculating_workbook(case, scenario.model_copy(update={"title": title}), "en")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cell = next(row[0] for row in sheet.iter_rows(max_col=1) if "HYPERLINK" in str(row[0].value))
    assert cell.data_type == "s" and cell.hyperlink is None
    assert cell.value == 'Plan or scenario: =HYPERLINK("http://x",1){0}'


def test_charts_are_the_readers_own() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written("plan")[2]))["Kết quả"]
    assert len(sheet._charts) == 3  # type: ignore[attr-defined]
    assert date(2024, 12, 31) in directive().calendar.horizons.values()
