"""Plans of targets: files, where they come from, the way to a scenario and back, and tables."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.goal.cascade import cascade
from core.goal.wish import Wish, pursue
from core.outlook.case import Case
from core.outlook.simulate import rates_on, simulate
from core.plans.files import LARGEST_PLAN, plan_text, read_plan
from core.plans.made import as_scenario, from_assigned, from_cascade, from_goal, from_scenario
from core.plans.model import Target, TargetPlan, asked_of, check_plan, new_draft
from core.plans.upload import read_targets
from core.problems import DataError
from core.scenario.apply import check_scenario
from core.scenario.model import Scenario
from worlds import B1, DIGITIZED, RULES, UNITS, A, B, C, P, change, planned, shipped, small
from worlds import small_calendar as calendar

FEW = settings(max_examples=60, derandomize=True, deadline=None)
Q3, YEAR_END = dt.date(2025, 9, 30), dt.date(2025, 12, 31)
PLACES = ("level:department", "level:district", "level:commune", *UNITS)
TEXTS = st.text(max_size=60)
targets = st.builds(
    Target,
    unit=st.sampled_from(PLACES),
    component=st.sampled_from(RULES.components),
    due=st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    rate=st.floats(0, 1),
)
plans = st.builds(
    TargetPlan,
    dataset=st.just("small"),
    dataset_version=st.none() | st.text(max_size=64),
    title=TEXTS,
    author=TEXTS,
    note=TEXTS,
    targets=st.lists(
        targets, max_size=12, unique_by=lambda one: (one.unit, one.component, one.due)
    ).map(tuple),
)


def target(unit: str, rate: float, due: dt.date = YEAR_END, component: str = "digitized") -> Target:
    return Target(unit=unit, component=component, due=due, rate=rate)


def of(*made: Target) -> TargetPlan:
    return TargetPlan(dataset="small", targets=made)


@pytest.fixture(scope="module")
def directive() -> Case:
    return shipped("binh_phuoc_2024")


# Files --------------------------------------------------------------------------------------------


@FEW
@given(plan=plans, state=st.sampled_from(["draft", "issued", "superseded"]))
def test_a_file_gives_the_plan_back(plan: TargetPlan, state: str) -> None:
    plan = plan.model_copy(update={"state": state})
    assert read_plan(plan_text(plan)) == plan


def test_a_large_plan_is_read_back() -> None:
    """164 units, 21 components, two dates."""
    days = Q3, YEAR_END
    names = [f"H44.{n:03}" for n in range(164)]
    made = [
        Target(unit=u, component=f"component_{c:02}", due=d, rate=0.9876)
        for u in names
        for c in range(21)
        for d in days
    ]
    text = plan_text(of(*made))
    assert len(text) < LARGEST_PLAN
    assert read_plan(text) == of(*made)


def test_everything_wrong_in_a_file_is_named_at_once() -> None:
    wrong = {
        "kind": "plan",
        "version": 1,
        "dataset": "small",
        "state": "gone",
        "targets": [
            {"unit": "A", "component": "digitized", "due": "31/12/2025", "rate": 0.5},
            {"unit": "A", "component": "digitized", "due": "2025-12-31", "rate": 50},
        ],
    }
    with pytest.raises(DataError) as error:
        read_plan(json.dumps(wrong), "plan.json")
    found = [(one.file, one.column, one.value) for one in error.value.problems]
    assert found == [
        ("plan.json", "state", "gone"),
        ("plan.json", "targets.1.due", "31/12/2025"),
        ("plan.json", "targets.2.rate", "50"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected a plan in JSON"),
        ('{"version": 2, "dataset": "small"}', "kind: 'None': expected plan"),
        ('{"kind": "plan", "version": 9}', "version: '9': expected version 1"),
        (" " * 3_000_000, "expected a plan of at most 2000 kB, found 3000 kB"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_plan(text)


def test_what_does_not_fit_the_dataset_is_named_at_once() -> None:
    made = of(target("A", 0.5), target("*", 0.5), target("Z", 0.5), target("A", 0.6))
    plan = made.model_copy(update={"dataset": "elsewhere"})
    found = [(one.column, one.value) for one in check_plan(plan, small())]
    assert found == [
        ("dataset", "elsewhere"),
        ("targets.2.unit", "*"),
        ("targets.3.unit", "Z"),
        ("targets.4", "digitized A 2025-12-31"),
    ]


def test_a_copy_of_an_issued_plan_is_a_draft() -> None:
    issued = of(target("A", 0.5)).model_copy(update={"state": "issued"})
    assert issued.is_frozen and not new_draft(issued).is_frozen
    assert new_draft(issued).targets == issued.targets


# To a scenario and back ---------------------------------------------------------------------------


@FEW
@given(plan=plans)
def test_a_plan_as_scenario_and_back_is_the_same_plan(plan: TargetPlan) -> None:
    scenario = as_scenario(plan, small())
    assert check_scenario(scenario, small()) == []
    assert from_scenario(scenario, small(), calendar()) == plan


@FEW
@given(plan=plans, seed=st.integers(0, 2**32 - 1))
def test_issuing_changes_no_figure(plan: TargetPlan, seed: int) -> None:
    issued = plan.model_copy(update={"state": "issued"})
    one, other = as_scenario(plan, small()), as_scenario(issued, small())
    for date in (Q3, YEAR_END):
        before = rates_on(small(), one, calendar(), date)
        assert np.array_equal(before, rates_on(small(), other, calendar(), date), equal_nan=True)


def test_a_plan_comes_to_its_targets_on_their_days() -> None:
    """Communes 42 % by the end of September and 50 % by the end of the year; C itself 55 %."""
    plan = of(target("level:commune", 0.42, Q3), target("level:commune", 0.5), target("C", 0.55))
    scenario = as_scenario(plan, small())
    third = rates_on(small(), scenario, calendar(), Q3)[:, DIGITIZED]
    year = rates_on(small(), scenario, calendar(), YEAR_END)[:, DIGITIZED]
    # 20 % of B1 so far: all of 92 days bring (181 x 0.2 + 92) / 273 = 47 %, so 42 % is in reach
    assert third[[B1, C]] == pytest.approx([0.42, 0.42])
    assert year[[B1, C]] == pytest.approx([0.5, 0.55])
    # the province moves by its parts: 0.1 A + 0.6 B (a quarter of it B1) + 0.3 C
    assert year[P] == pytest.approx(0.5 + 0.6 * 0.25 * (0.5 - 0.2) + 0.3 * (0.55 - 0.4))
    assert asked_of(plan, small(), "digitized", YEAR_END)[[A, B1, C]] == pytest.approx(
        [np.nan, 0.5, 0.55], nan_ok=True
    )


# Where plans come from ----------------------------------------------------------------------------


def test_the_directive_as_a_plan(directive: Case) -> None:
    """50/40/30 by 30/6 and 70/60/50 by 31/12 for departments, districts and communes."""
    plan = from_assigned(directive.dataset)
    asked = {(one.unit, f"{one.due}"): one.rate for one in plan.targets}
    assert {key: value for key, value in asked.items() if key[1] != "2024-03-31"} == {
        ("level:department", "2024-06-30"): 0.5,
        ("level:district", "2024-06-30"): 0.4,
        ("level:commune", "2024-06-30"): 0.3,
        ("level:department", "2024-12-31"): 0.7,
        ("level:district", "2024-12-31"): 0.6,
        ("level:commune", "2024-12-31"): 0.5,
    }
    assert check_plan(plan, directive.baseline) == []
    found = simulate(directive.baseline, as_scenario(plan, directive.baseline), directive.calendar)
    assert found["year_end"].score_after >= found["year_end"].score_before


def test_a_scenario_becomes_the_rates_that_it_leads_to() -> None:
    """C at 70 % on new dossiers: (181 x 0.4 + 92 x 0.7) / 273 and half of 365 days."""
    scenario = planned(change("C", "set", 0.7)).model_copy(update={"title": "Quý III"})
    plan = from_scenario(scenario, small(), calendar())
    assert plan.title == "Quý III"
    third, year = (181 * 0.4 + 92 * 0.7) / 273, (181 * 0.4 + 184 * 0.7) / 365
    assert plan.targets == (
        target("C", int(third * 10_000) / 10_000, Q3),
        target("C", int(year * 10_000) / 10_000),
    )


def test_a_scenario_that_moves_nothing_is_a_plan_without_targets() -> None:
    assert from_scenario(planned(change("C", "floor", 0.3)), small(), calendar()).targets == ()
    assert from_scenario(Scenario(dataset="small"), small(), calendar()).targets == ()


def test_a_cascade_is_a_list_of_targets_that_bring_its_own() -> None:
    found = cascade(small(), calendar(), "digitized", 0.6, "year_end")
    plan = from_cascade(found, small())
    assert {one.unit for one in plan.targets} <= {"A", "B", "C"} and plan.dues == [YEAR_END]
    rate = rates_on(small(), as_scenario(plan, small()), calendar(), YEAR_END)
    # each is rounded down to 0.01 %
    assert rate[P, DIGITIZED] == pytest.approx(0.6, abs=1e-4)


def test_a_goal_seek_plan_has_a_target_for_each_unit_that_moves(directive: Case) -> None:
    none = Scenario(dataset=directive.dataset.id)
    now = simulate(directive.baseline, none, directive.calendar)["year_end"].score_before
    wish = Wish("year_end", score=now + 0.5)
    found = pursue(directive, directive.baseline, wish).safety.plain.plan
    plan = from_goal(found, directive.baseline, directive.calendar)
    own = found.moves[found.moves["own"]]
    assert len(own) > 0
    assert {(one.unit, one.component) for one in plan.targets} == set(
        zip(own["unit"], own["component"], strict=True)
    )


# Tables -------------------------------------------------------------------------------------------

TABLE = """\
TT;Đơn vị;Chỉ số;Chỉ tiêu (%);Thời hạn
1;Các sở, ban, ngành;Hồ sơ thanh toán trực tuyến;tối thiểu 50%;Quý II/2024
2;UBND cấp huyện;Tỷ lệ hồ sơ thanh toán trực tuyến;40;30/6/2024
3;Cấp xã;dossiers_paid;62,5;năm 2024
4;Sở Y tế;Tỷ lệ hồ sơ thanh toán trực tuyến trên Cổng DVCQG;≥ 98 %;31/12/2024
5;Sở Y tế;Số cuộc họp giao ban;12 cuộc;năm 2024
"""


def read(text: str | bytes, folder: Path, case: Case, component: str | None = None):  # type: ignore[no-untyped-def]
    path = folder / "targets"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_targets(path, "chi-tieu.csv", folder, case.dataset, component)


def rows(plan: TargetPlan) -> list[tuple[str, str, str, float]]:
    return [(one.unit, one.component, f"{one.due}", one.rate) for one in plan.targets]


EXPECTED = [
    ("level:department", "dossiers_paid", "2024-06-30", 0.5),
    ("level:district", "dossiers_paid", "2024-06-30", 0.4),
    ("level:commune", "dossiers_paid", "2024-12-31", 0.625),
    ("so_y_te", "dossiers_paid", "2024-12-31", 0.98),
]


def test_a_table_of_targets_as_people_write_it(tmp_path: Path, directive: Case) -> None:
    found = read(TABLE, tmp_path, directive)
    assert rows(found.plan) == EXPECTED
    assert [(one.line, one.text) for one in found.left_out] == [(6, "Số cuộc họp giao ban")]


def test_the_same_table_as_a_workbook(tmp_path: Path, directive: Case) -> None:
    """Excel keeps days as days and per cents as parts of 1."""
    book = openpyxl.Workbook()
    book.active.append(["PHỤ LỤC"])
    book.active.append(["Đơn vị", "Chỉ số", "Tỷ lệ", "Thời hạn"])
    book.active.append(["Sở Y tế", "Hồ sơ thanh toán trực tuyến", 0.98, dt.datetime(2024, 12, 31)])
    book.save(tmp_path / "targets")
    found = read((tmp_path / "targets").read_bytes(), tmp_path, directive)
    assert rows(found.plan) == EXPECTED[3:]


def test_a_table_without_a_column_of_components(tmp_path: Path, directive: Case) -> None:
    text = "Đơn vị,Chỉ tiêu,Thời hạn\nCấp xã,30%,Quý 2 năm 2024\n"
    found = read(text, tmp_path, directive, "dossiers_paid")
    assert rows(found.plan) == [("level:commune", "dossiers_paid", "2024-06-30", 0.3)]
    with pytest.raises(DataError, match="a row of headings with component"):
        read(text, tmp_path, directive)


def test_all_that_is_wrong_in_a_table_is_named_by_line(tmp_path: Path, directive: Case) -> None:
    text = (
        "Đơn vị;Chỉ số;Tỷ lệ;Thời hạn\n"
        "Sở Y tê;Hồ sơ thanh toán trực tuyến;tối đa 5%;sớm\n"
        "Sở Phép thuật;Hồ sơ thanh toán trực tuyến;50%;năm 2024\n"
        "Cấp xã;Hồ sơ thanh toán trực tuyến;50%;năm 2024\n"
        "xã;Hồ sơ thanh toán trực tuyến;60%;31/12/2024\n"
    )
    with pytest.raises(DataError) as error:
        read(text, tmp_path, directive)
    found = [(one.line, one.column, one.value) for one in error.value.problems]
    assert found == [
        (2, "Tỷ lệ", "tối đa 5%"),
        (2, "Thời hạn", "sớm"),
        (3, "Đơn vị", "Sở Phép thuật"),
        (5, None, "xã"),
    ]


@pytest.mark.parametrize(
    "text", ["", "\0\0\0", "PKhello", "a;b\n1;2\n", "Đơn vị;Chỉ số;Tỷ lệ;Thời hạn\n"]
)
def test_what_is_no_table_of_targets_is_refused(text: str, tmp_path: Path, directive: Case) -> None:
    with pytest.raises(DataError):
        read(text, tmp_path, directive)
    assert B > A
