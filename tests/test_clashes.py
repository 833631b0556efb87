"""Dates and ways of counting that published figures contradict, and what a month counts."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT
from core.dataset.load import load_dataset
from core.index.rules import by_group, points
from core.outlook.timeline import calendar, counted, reach
from core.scenario.model import Assumptions, Change, Scenario
from worlds import shipped

DATA = ROOT / "data"
Q2 = dt.date(2025, 6, 30)


def test_the_notice_of_march_2025_cannot_be_read_as_year_to_date() -> None:
    """12 March is day 71, the 27th day 86: (86 * 93.37 - 71 * 87.24) / 15 = 122.4 % of new fee
    dossiers paid, (86 * 77.23 - 71 * 68.45) / 15 = 118.8 % synchronised. In March alone it is
    (27 * 93.37 - 12 * 87.24) / 15 = 98.3 % and 84.3 %."""
    dataset = load_dataset(DATA / "binh_phuoc_2025")
    said = {str(w.details["component"]): w.details for w in dataset.warnings if "year" in w.details}
    assert set(said) == {"dossiers_paid", "dossier_sync"}
    assert (said["dossiers_paid"]["year"], said["dossiers_paid"]["month"]) == ("122", "98")
    assert (said["dossier_sync"]["year"], said["dossier_sync"]["month"]) == ("119", "84")
    assert dataset.meta.counting == "unknown"


def phu_tho_as_of(folder: Path, day: str) -> Path:
    """Phú Thọ's figures under another date."""
    folder.mkdir()
    for file in (DATA / "phu_tho_2026").iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name in ("observations.csv", "dataset.toml"):
            text = text.replace("2026-09-28", day)
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder


def test_a_total_of_another_days_board_is_named(tmp_path: Path) -> None:
    """On 26 September the board had 62.76 and rank 12; 61.89 and rank 16 are of the 28th."""
    wrong = load_dataset(phu_tho_as_of(tmp_path / "wrong", "2026-09-26")).warnings
    assert {(w.column, w.value, *map(str, w.details.values())) for w in wrong} == {
        ("published_total", "61.89", "62.76", "2026-09-26"),
        ("published_rank", "16", "12", "2026-09-26"),
    }
    meta = load_dataset(DATA / "phu_tho_2026").meta
    assert (meta.as_of, meta.published_total, meta.published_rank) == (
        dt.date(2026, 9, 28),
        61.89,
        16,
    )
    assert load_dataset(DATA / "phu_tho_2026").warnings == ()


def test_counts_of_days_after_the_data_are_told_of_once() -> None:
    """The notice of March 2025 counts overdue dossiers at 9 o'clock on the 28th."""
    (told,) = [w for w in load_dataset(DATA / "binh_phuoc_2025").warnings if w.file == "counts.csv"]
    assert (told.column, told.value, told.details["count"]) == ("as_of", "2025-03-28", 7)
    assert told.details["as_of"] == "2025-03-27"
    assert not [w for w in load_dataset(DATA / "phu_tho_2026").warnings if w.file == "counts.csv"]


def test_counted_in_the_month_nothing_drags_on_a_date() -> None:
    """Half way from 20 to 60 % on 16 June: of 30 days in June 15 are at 60 %."""
    days = counted(calendar(load_dataset(DATA / "binh_phuoc_2025").meta), "month")
    at_once = Change(unit="*", component="digitized", mode="set", value=0.6)
    assert reach(days, at_once, Q2) == pytest.approx(1)
    late = at_once.model_copy(update={"start": dt.date(2025, 6, 16)})
    assert reach(days, late, Q2) == pytest.approx(0.5)
    # in March itself 27 of 31 days are done
    assert reach(days, at_once, dt.date(2025, 3, 31)) == pytest.approx(4 / 31)
    assert days.so_far(Q2) == 0
    assert counted(days, None) is days
    # year to date: 95 of 181 days
    assert reach(counted(days, "year_to_date"), at_once, Q2) == pytest.approx(95 / 181)


def test_a_scenario_may_take_rates_to_count_their_month() -> None:
    case = shipped("binh_phuoc_2025")
    change = Change(unit="H10", component="publish_on_time", mode="set", value=0.8)
    column = case.baseline.rules.index("publish_on_time")

    def on_q2(counting: str | None) -> float:
        assumed = Assumptions(counting=counting)
        scenario = Scenario(dataset="binh_phuoc_2025", changes=(change,), assumptions=assumed)
        return float(case.outlook(scenario)["q2"].result.after.rate[0, column])

    assert on_q2("month") == pytest.approx(0.8)
    assert on_q2(None) == on_q2("year_to_date") == pytest.approx(0.3347 + 95 / 181 * 0.4653)


def test_the_portals_rounding_is_no_warning(tmp_path: Path) -> None:
    """Rates to 0.01 %, parts to 0.01, then the sum; two points more is one."""
    folder = phu_tho_as_of(tmp_path / "points", "2026-09-28")
    rules = load_dataset(folder).rules
    file = folder / "observations.csv"
    rate = dict.fromkeys(rules.components, np.nan) | {
        "fee_services_integrated": 68 / 313,
        "fee_services_paid": 119 / 313,
        "dossiers_paid": 309542 / 358625,
    }
    rounded = np.round(points(rules, np.round([rate[c] for c in rules.components], 4)), 2)
    payment = by_group(rules, np.nan_to_num(rounded))[rules.groups.index("payment")]
    row = "2026-09-28,H44,group:payment,national,,,,{:.2f},portal-units-2026-09-26,\n"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if ",H44,group:payment," not in line]
    file.write_text("".join([*kept, row.format(payment)]), encoding="utf-8")
    assert load_dataset(folder).warnings == ()
    file.write_text("".join([*kept, row.format(payment + 0.03)]), encoding="utf-8")
    assert [w.column for w in load_dataset(folder).warnings] == ["points"]
