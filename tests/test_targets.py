"""Targets: who meets them, what new dossiers must do, and who stands at 0 %."""

import datetime as dt

import numpy as np
import pytest

from core.outlook.case import Case
from core.outlook.simulate import rates_on
from core.outlook.timeline import Calendar
from core.review.targets import (
    Verdict,
    assigned,
    at_zero,
    by_level,
    due_dates,
    level_path,
    review,
)
from core.review.volumes import unit_dossiers
from core.scenario.model import Change, Scenario
from small_province import AS_OF, START, small_province
from worlds import forward, shipped

YEAR_END = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def case() -> Case:
    return shipped("binh_phuoc_2025")


@pytest.fixture(scope="module")
def phu_tho() -> Case:
    return shipped("phu_tho_2026")


def test_assigned_targets_of_the_directive(case: Case) -> None:
    """Departments 70, districts 60, communes 50 % by the end of the year; Q2 50, 40, 30."""
    assert due_dates(case.dataset) == {"dossiers_paid": [dt.date(2025, 6, 30), YEAR_END]}
    by = dict(
        zip(case.baseline.level, assigned(case.dataset, "dossiers_paid", YEAR_END), strict=True)
    )
    assert by["department"] == 0.7
    assert by["district"] == 0.6
    assert by["commune"] == 0.5
    assert np.isnan(by["province"])


def test_long_binh_stands_at_zero(case: Case) -> None:
    """The notice: Long Bình pays 0 % online on the national portal; year-end target 50 %.

    27 March is day 86 of 365: 50 % of all dossiers of the year are 0.5 * 365 / 279 = 65.41 % of
    those to come.
    """
    column = case.baseline.rules.index("dossiers_paid")
    row = case.baseline.row("xa_long_binh")
    assert row in at_zero(case.baseline, column)
    target = assigned(case.dataset, "dossiers_paid", YEAR_END)
    found = review(
        case.baseline, case.calendar, column, YEAR_END, target, case.baseline.rate[:, column]
    )
    assert found.needed[row] == pytest.approx(0.5 * 365 / 279)
    assert found.standing[row] is Verdict.STRETCH
    # every dossier from day n on: (365 - n + 1) / 365 >= 0.5 holds up to day 183, 2 July
    assert found.latest[row] == dt.date(2025, 7, 2)
    assert np.isnan(found.weekly[row])  # the number of dossiers is not published


def test_standings(phu_tho: Case) -> None:
    """28 September is day 271 of 365: from 0 %, 26 % of the year is all that is left to win."""
    baseline, calendar = phu_tho.baseline, phu_tho.calendar
    column = baseline.rules.index("digitized")
    so_far = baseline.rate[:, column]
    day = calendar.horizons["year_end"]
    target = np.full(len(so_far), 0.6)
    lift = Change(unit="level:commune", component="digitized", mode="set", value=1.0)
    scenario = Scenario(dataset=phu_tho.dataset.id, changes=(lift,))
    projected = rates_on(baseline, scenario, calendar, day)[:, column]
    found = review(baseline, calendar, column, day, target, projected)
    for row in range(1, len(so_far)):
        rate, needed = so_far[row], (0.6 * 365 - 271 * so_far[row]) / 94
        if np.isnan(rate):
            assert found.standing[row] is Verdict.NONE
            continue
        assert found.needed[row] == pytest.approx(needed)
        if rate >= 0.6:
            assert found.standing[row] is Verdict.MET
        elif needed > 1:
            assert found.standing[row] is Verdict.OUT_OF_REACH
        elif baseline.level[row] == "commune":
            assert found.standing[row] is Verdict.ON_COURSE
        else:
            assert found.standing[row] is Verdict.STRETCH
    count = sum(one.count[Verdict.MET] for one in by_level(baseline, column, found))
    assert count == found.standing[1:].count(Verdict.MET)


def test_dossiers_a_week(phu_tho: Case) -> None:
    """H44.45 has 82,902 or so dossiers in 271 days; needed of the same pace, over 94 / 7 weeks."""
    baseline, calendar = phu_tho.baseline, phu_tho.calendar
    column, row = baseline.rules.index("digitized"), baseline.row("H44.45")
    day = calendar.horizons["year_end"]
    target = np.full(len(baseline.units), 0.3)
    found = review(baseline, calendar, column, day, target, baseline.rate[:, column])
    coming = baseline.dossiers[row, column] * 94 / 271
    share = min(max((0.3 * 365 - 271 * baseline.rate[row, column]) / 94, 0), 1)
    assert found.weekly[row] == pytest.approx(share * coming / (94 / 7))
    reached = forward(baseline.rate[row, column], found.needed[row], 271, 94)
    assert reached == pytest.approx(0.3)


def test_dossiers_of_units_from_those_of_the_province() -> None:
    """Districts u1 and u2 have 600 and 400 of 1,000, the commune u3 a quarter of u1. At 36,500 a
    year 100 of 365 days bring 10,000: 6,000, 4,000 and 1,500. In ten draws u1 has 50 to 68 %, by
    2 %: 80 % of them lie from 51.8 to 66.2 %, and u3's quarter moves with it."""
    baseline = small_province([0.5, 0.8, 0.2], [0.4] * 3, [600, 400, 150], [0, 0, 1], counted=False)
    first = np.arange(0.50, 0.69, 0.02)
    drawn = np.zeros((10, 4, 3))
    drawn[:, 1], drawn[:, 2] = first[:, None], 1 - first[:, None]
    days = Calendar(START, AS_OF, {"late": dt.date(2025, 12, 31)}, np.full(365, 1 / 365))
    best, low, high = unit_dossiers(baseline, days, drawn, 0, 36_500)
    assert best[1:] == pytest.approx([6000, 4000, 1500])
    assert low[[1, 3]] == pytest.approx([5180, 1295])
    assert high[[1, 3]] == pytest.approx([6620, 1655])


def test_a_unit_without_a_part_has_no_number_of_dossiers() -> None:
    baseline = small_province([0.5, 0.8], [0.4] * 2, [600, 0], counted=False)
    days = Calendar(START, AS_OF, {"late": dt.date(2025, 12, 31)}, np.full(365, 1 / 365))
    best, low, high = unit_dossiers(baseline, days, np.zeros((0, 3, 3)), 0, 36_500)
    assert np.isnan([best[2], low[2], high[2]]).all()
    assert best[1] == low[1] == high[1] == pytest.approx(10_000)


def test_levels_over_time_start_at_what_is_published(case: Case) -> None:
    column = case.baseline.rules.index("dossier_sync")
    scenario = Scenario(dataset=case.dataset.id)
    dates = [case.calendar.as_of, YEAR_END]
    paths = level_path(case.baseline, scenario, case.calendar, column, dates)
    assert paths["province"] == pytest.approx([0.7723, 0.7723])
    assert set(paths) == {"province", "department", "district", "commune"}
