"""Loads as dated boards: what changed between two, what restates the past, and names that are kept.

The province is invented; all expected figures were worked out by hand.
"""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from core.__main__ import main
from core.dataset.facts import Dataset
from core.dataset.kept.loads import loads_of
from core.dataset.kept.names import kept_names
from core.dataset.load import load_dataset
from core.estimate.baseline import make_baseline, solve
from core.imports.folder.named import keep_names
from core.imports.folder.units import known_units
from core.imports.folder.write import write_dataset
from core.imports.opening import read_pasted
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.outlook.case import load_case
from core.problems import DataError
from core.review.between import changes_between, restatements, snapshots
from core.review.correction import corrected, own_per_point
from core.review.since import own_rows
from core.review.sync import gaps
from core.store.office.deeds import OPERATOR

HEADINGS = "Đơn vị\tHồ sơ đúng hạn / Số\tHồ sơ đúng hạn / Tổng\tĐiểm công khai\n"
FIRST, SECOND = dt.date(2026, 10, 10), dt.date(2026, 10, 17)


def week(
    day: dt.date, health: str = "40\t50", commune: str = "UBND xã Thạch Hà", whole: str = "50\t70",
    kind: str = "",
) -> str:  # fmt: skip
    return (
        f"Kết quả {kind} ngày {day:%d/%m/%Y}\n{HEADINGS}UBND tỉnh Hà Tĩnh\t{whole}\t\n"
        f"Sở Y tế\t{health}\t\n{commune}\t10\t20\t\n"
    )


def plan_of(text: str, folder: Path | None = None, **options: object) -> ImportPlan:
    known = () if folder is None else known_units(folder)
    names = {} if folder is None else kept_names(folder)
    asked = ImportOptions(known=known, aliases=names, **options)  # type: ignore[arg-type]
    return plan_import(read_pasted(text, asked), asked)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of two weeks: Sở Y tế went from 40 of 50 to 54 of 60 on time."""
    place = tmp_path / "ha-tinh"
    write_dataset(plan_of(week(FIRST)), place)
    write_dataset(plan_of(week(SECOND, "54\t60", whole="64\t80"), place), place)
    return place


def changes(dataset: Dataset, first: dt.date = FIRST, second: dt.date = SECOND) -> pd.DataFrame:
    found = changes_between(dataset, pd.Timestamp(first), pd.Timestamp(second))
    return found.rows.set_index(["unit", "figure"])


def test_next_weeks_file_is_read_by_the_names_of_units_that_have_no_code(folder: Path) -> None:
    dataset = load_dataset(folder)
    assert list(dataset.units.index) == ["H27", "H27.so-y-te", "H27.ubnd-xa-thach-ha"]
    kept = loads_of(dataset)
    assert list(kept["as_of"]) == [pd.Timestamp(FIRST), pd.Timestamp(SECOND)]
    assert list(kept["period"]) == ["year", "year"]
    assert list(kept["figures"]) == [3, 3]


def test_what_changed_between_two_dates_by_unit_and_component(folder: Path) -> None:
    rows = changes(load_dataset(folder))
    assert list(rows.index) == [("H27", "on_time"), ("H27.so-y-te", "on_time")]
    health = rows.loc[("H27.so-y-te", "on_time")]
    assert health["kind"] == "moved"
    assert (health["rate_before"], health["rate_after"]) == (0.8, 0.9)
    assert (health["points_before"], health["points_after"]) == (16, 18)  # of 20 for 100 %
    assert (health["denominator_before"], health["denominator_after"]) == (50, 60)


def test_the_other_way_round_counts_fall_and_that_restates_the_past(folder: Path) -> None:
    rows = changes(load_dataset(folder), SECOND, FIRST)
    assert set(rows["kind"]) == {"fell"}


def test_a_figure_stated_anew_is_refused_and_on_request_kept_with_the_old_one(
    folder: Path,
) -> None:
    again = plan_of(week(FIRST, "41\t50"), folder)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    with pytest.raises(DataError, match="restates the past"):
        write_dataset(again, folder)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    dataset = write_dataset(again, folder, restate=True)
    (told,) = restatements(dataset).to_dict("records")
    assert (told["unit"], told["figure"], told["is_rate"]) == ("H27.so-y-te", "on_time", True)
    assert (told["before"], told["now"]) == (80, 82)
    assert changes(dataset).loc[("H27.so-y-te", "on_time"), "numerator_before"] == 41
    restated = {one.day.date(): one.restated for one in snapshots(dataset) if one.figures}
    assert restated == {FIRST: 1, SECOND: 0}
    assert dataset.meta.as_of == SECOND


def test_a_second_restatement_follows_the_first(folder: Path) -> None:
    write_dataset(plan_of(week(FIRST, "41\t50"), folder), folder, restate=True)
    kept = (folder / "restated_observations.csv").read_text(encoding="utf-8")
    (folder / "restated_observations.csv").write_text(  # as if that had been a day before
        kept.replace("2026-", "2025-", 1), encoding="utf-8"
    )
    dataset = write_dataset(plan_of(week(FIRST, "42\t50"), folder), folder, restate=True)
    told = restatements(dataset)
    assert list(zip(told["before"], told["now"], strict=True)) == [(82, 84), (80, 82)]


def test_the_command_line_restates_only_when_asked(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "again.csv"
    file.write_text(week(FIRST, "41\t50"), encoding="utf-8")
    assert main(["import", str(file), "--to", str(folder)]) == 2
    assert main(["import", str(file), "--to", str(folder), "--restate"]) == 0
    assert len(restatements(load_dataset(folder))) == 1


def test_a_month_is_never_put_beside_a_year_nor_compared_with_it(folder: Path) -> None:
    month = plan_of(week(dt.date(2026, 10, 24)), folder, period="month")
    with pytest.raises(DataError, match="figures of the year as the dataset has"):
        write_dataset(month, folder)
    table = folder / "loads.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    rows[2] = rows[2].replace(",year,", ",month,")
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="two dates that count the same"):
        changes(load_dataset(folder))


def test_months_carry_their_day_of_capture_and_begin_anew(tmp_path: Path) -> None:
    place = tmp_path / "month"
    september, october = dt.date(2026, 9, 30), dt.date(2026, 10, 12)
    write_dataset(plan_of(week(september), period="month"), place)
    text = week(october, "9\t10", whole="19\t30")
    dataset = write_dataset(plan_of(text, place, period="month"), place)
    assert dataset.meta.name_vi == "Hà Tĩnh, tháng 10 (đến 12/10/2026)"
    assert (dataset.meta.period_start, dataset.meta.counting) == (october.replace(day=1), "month")
    found = changes_between(dataset, pd.Timestamp(september), pd.Timestamp(october))
    assert set(dataset.field["period"]) == {"year_to_date"}  # boards that came with the program
    assert own_rows(dataset).empty
    assert found.restarted and found.after.view == "month"
    assert "fell" not in set(found.rows["kind"])  # another month's counts may be smaller


def test_a_damaged_table_of_loads_is_told_with_its_line(folder: Path) -> None:
    table = folder / "loads.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2026-10-17,year", "x,year"),
                     encoding="utf-8")  # fmt: skip
    with pytest.raises(DataError, match=r"loads\.csv, line 3, column as_of"):
        snapshots(load_dataset(folder))


def test_a_name_of_before_is_refused_with_the_most_alike_and_then_kept(folder: Path) -> None:
    text = week(dt.date(2026, 10, 24), commune="UBND xã Thạch Hạ cũ")
    plan = plan_of(text, folder)
    (out,) = [one for one in plan.left_out if one.what == "unit"]
    assert out.why.value == "UBND xã Thạch Hạ cũ"
    assert str(out.why.details["names"]).startswith("UBND xã Thạch Hà, ")
    version = load_dataset(folder).version
    keep_names(folder, {"UBND xã Thạch Hạ cũ": "H27.ubnd-xa-thach-ha"}, OPERATOR)
    assert load_dataset(folder).version == version  # a name is no figure
    plan = plan_of(text, folder)
    assert plan.left_out == ()
    dataset = write_dataset(plan, folder)
    assert dataset.units.loc["H27.ubnd-xa-thach-ha", "name_vi"] == "UBND xã Thạch Hà"
    assert kept_names(folder) == {"UBND xã Thạch Hạ cũ": "H27.ubnd-xa-thach-ha"}


def test_a_kept_name_that_another_unit_has_is_refused_naming_both(folder: Path) -> None:
    keep_names(folder, {"Sở Y tế": "H27.ubnd-xa-thach-ha"}, OPERATOR)
    plan = plan_of(week(dt.date(2026, 10, 24)), folder)
    told = " ".join(str(one.why) for one in plan.left_out)
    assert "Sở Y tế (H27.so-y-te), UBND xã Thạch Hà (H27.ubnd-xa-thach-ha)" in told


def test_one_correction_moves_the_unit_and_by_its_part_the_province(folder: Path) -> None:
    dataset = load_dataset(folder)
    baseline = make_baseline(dataset, solve(dataset))
    unit, column = baseline.row("H27.so-y-te"), dataset.rules.index("on_time")
    # 48 of 60 in place of 54: 16 points in place of 18; the province has 80 dossiers, 58 of them
    # on time in place of 64, so 14.5 points in place of 16
    found = corrected(baseline, unit, column, 0.8)
    assert found.points_before == pytest.approx(18)
    assert found.points_after == pytest.approx(16)
    assert found.unit_after - found.unit_before == pytest.approx(-2)
    assert found.province_after - found.province_before == pytest.approx(-1.5)
    assert own_per_point(baseline, unit)[column] == pytest.approx(0.2)


def test_a_second_file_of_a_day_fills_what_is_empty_and_names_its_source(folder: Path) -> None:
    counted = f"Kết quả ngày {FIRST:%d/%m/%Y}\nĐơn vị\tĐiểm công khai\nUBND tỉnh Hà Tĩnh\t11,5\n"
    write_dataset(plan_of(counted, folder), folder)
    rated = f"Kết quả ngày {FIRST:%d/%m/%Y}\nĐơn vị\tHồ sơ trực tuyến (%)\nSở Y tế\t25\n"
    head = "Đơn vị\tHồ sơ trực tuyến / Số\tHồ sơ trực tuyến / Tổng\n"
    write_dataset(plan_of(f"{rated}UBND tỉnh Hà Tĩnh\t30\n", folder), folder)
    text = f"Kết quả ngày {FIRST:%d/%m/%Y}\n{head}Sở Y tế\t10\t40\nUBND tỉnh Hà Tĩnh\t21\t70\n"
    dataset = write_dataset(plan_of(text, folder), folder)
    rows = dataset.observations[dataset.observations["as_of"] == pd.Timestamp(FIRST)]
    rows = rows.set_index(["unit", "component"])
    assert rows.loc[("H27", "group:transparency"), "points"] == 11.5
    health = rows.loc[("H27.so-y-te", "filed_online")]
    assert (health["numerator"], health["denominator"]) == (10, 40)  # 25 %, as was known
    assert pd.isna(health["rate_percent"]) and "numerator, denominator: import-" in health["note"]
    with pytest.raises(DataError, match=r"25\.00; this restates the past"):
        write_dataset(plan_of(f"{rated.replace('25', '50')}UBND tỉnh Hà Tĩnh\t30\n"), folder)


def test_units_of_before_are_added_up_by_a_table_given_once(folder: Path, tmp_path: Path) -> None:
    names, file = tmp_path / "ten.csv", tmp_path / "tuan.csv"
    names.write_text(
        "Tên cũ;Đơn vị mới\nUBND xã Thạch Đài;UBND xã Thạch Hà\nXã Tân Lâm;Xã Thạch Hà\n", "utf-8"
    )
    day = dt.date(2026, 10, 24)
    old = "UBND xã Thạch Đài\t20\t40\t\nXã Tân Lâm\t30\t35\t{}\n"
    file.write_text(week(day) + old.format("5"), encoding="utf-8")
    asked = ["import", str(file), "--to", str(folder)]
    assert main([*asked, "--names", str(names)]) == 0
    assert set(kept_names(folder)) == {"UBND xã Thạch Đài", "Xã Tân Lâm"}
    rows = load_dataset(folder).observations
    rows = rows[rows["as_of"] == pd.Timestamp(day)].set_index(["unit", "component"])
    united = rows.loc[("H27.ubnd-xa-thach-ha", "on_time")]
    assert (united["numerator"], united["denominator"]) == (60, 95)  # 10 + 20 + 30 of 20 + 40 + 35
    text = week(dt.date(2026, 10, 31), commune="Xã Tân Lâm")
    plan = plan_of(text, folder)  # the table is not given again
    assert plan.left_out == () and len(plan.observations) == 3


def test_points_of_units_of_before_are_not_added_up(folder: Path) -> None:
    keep_names(folder, {"Xã Tân Lâm": "H27.ubnd-xa-thach-ha"}, OPERATOR)
    head = "Đơn vị\tĐiểm công khai\nUBND tỉnh Hà Tĩnh\t9\nUBND xã Thạch Hà\t5\nXã Tân Lâm\t7\n"
    plan = plan_of(f"Kết quả ngày 24/10/2026\n{head}", folder)
    assert "UBND xã Thạch Hà, Xã Tân Lâm are one unit today" in str(plan.left_out[0].why)


def provincial_sheet(*rows: tuple[str, str, int, int]) -> str:
    """The sheet that a provincial portal hands out: merged titles, headings of two rows."""
    lines = "".join(
        f"<tr><td>{at}</td><td>{code}</td><td>{name}</td><td>{below}</td><td>{above}</td>"
        f"<td>{100 * above / below:.2f}</td></tr>"
        for at, (code, name, above, below) in enumerate(rows, 1)
    )
    return (
        "<table><tr><td colspan=6>THEO DÕI CHỈ TIÊU THANH TOÁN TRỰC TUYẾN CÁC ĐƠN VỊ - THEO QUYẾT "
        "ĐỊNH SỐ 766/QĐ-TTG<br/>NGÀY 23/06/2022</td></tr><tr><td colspan=6></td></tr>"
        "<tr><td rowspan=2>STT</td><td rowspan=2>Mã định danh</td><td rowspan=2>Tên đơn vị</td>"
        "<td rowspan=2>Tổng HS có nghĩa vụ tài chính</td><td colspan=2>Thanh toán trực tuyến trên "
        "Cổng DVC Quốc gia</td></tr><tr><td>Số HS đã TTTT cổng DVC QG</td>"
        f"<td>Tỷ lệ TTTT cổng DVC QG (%)</td></tr>{lines}</table>"
    )


NATIONAL = (
    f"Kết quả ngày {FIRST:%d/%m/%Y}\nĐơn vị\tHồ sơ TTTT / Số\tHồ sơ TTTT / Tổng\n"
    "UBND tỉnh Hà Tĩnh\t60\t300\nSở Y tế\t40\t100\nUBND xã Thạch Hà\t20\t200\n"
)


def test_the_provincial_portals_own_counts_stand_beside_the_national_ones(tmp_path: Path) -> None:
    place = tmp_path / "ha-tinh"
    write_dataset(plan_of(NATIONAL), place)
    # codes that the national table did not have; one unit of two, and no row of the province
    sheet = provincial_sheet(("000.00.30.H27", "UBND xã Thạch Hà", 150, 200))
    write_dataset(plan_of(sheet, place, as_of=FIRST), place)
    case = load_case(place)
    assert list(case.dataset.units.index) == ["H27", "H27.so-y-te", "H27.ubnd-xa-thach-ha"]
    (pair,) = gaps(case).table.to_dict("records")
    assert (pair["unit"], pair["component"]) == ("H27.ubnd-xa-thach-ha", "dossiers_paid")
    assert (pair["provincial"], pair["national"]) == (0.75, 0.1)
    with pytest.raises(DataError, match="both are compared on one day only"):
        write_dataset(plan_of(sheet, place, as_of=SECOND), place)


def test_a_sum_of_units_does_not_stand_against_the_provinces_own_figure(tmp_path: Path) -> None:
    place = tmp_path / "ha-tinh"
    write_dataset(plan_of(NATIONAL), place)
    rows = ("000.00.30.H27", "UBND xã Thạch Hà", 150, 200), ("", "Sở Y tế", 50, 100)
    whole = ("", "UBND tỉnh Hà Tĩnh", 210, 320)
    write_dataset(plan_of(provincial_sheet(whole), place, as_of=FIRST), place)
    dataset = write_dataset(plan_of(provincial_sheet(*rows), place, as_of=FIRST), place)
    mine = dataset.observations.query("portal == 'provincial'").set_index("unit")
    assert list(mine.loc["H27", ["numerator", "denominator"]]) == [210, 320]
    assert len(mine) == 3
