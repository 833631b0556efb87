"""The rules give the points that the portal publishes, and refuse a broken table of rules."""

import csv
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.arrays import Array
from core.dataset.rules_csv import load_rules
from core.index.rules import GROUPS, RuleSet, by_group, points, with_edits
from core.problems import DataError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
RULES = load_rules(DATA / "rules.csv")
NEW, OLD = RULES["766-2026"], RULES["766-2022"]
FEW = settings(max_examples=60, derandomize=True)
Rows = dict[str, dict[str, str]]
rates = st.lists(st.floats(0, 1) | st.just(np.nan), min_size=21, max_size=21).map(np.array)


def read(path: Path, key: str) -> dict[str, Rows]:
    """The rows of a CSV file by `key` and component."""
    with path.open(encoding="utf-8", newline="") as file:
        found = sorted(csv.DictReader(file), key=lambda row: row[key])
    return {
        name: {row["component"]: row for row in rows}
        for name, rows in groupby(found, key=lambda row: row[key])
    }


def rate_of(rules: RuleSet, rows: Rows) -> Array:
    """Rates (C,) from numerators and denominators, NaN where there is nothing to count."""
    found = np.full(len(rules.components), np.nan)
    for column, component in enumerate(rules.components):
        row = rows.get(component, {})
        if float(row.get("denominator") or 0) > 0:
            found[column] = float(row["numerator"]) / float(row["denominator"])
    return found


def published(rows: Rows, names: list[str]) -> Array:
    """Published points of components or groups, NaN where none are."""
    return np.array([float(rows.get(name, {}).get("points") or np.nan) for name in names])


PHU_THO = read(DATA / "phu_tho_2026" / "observations.csv", "unit")
PROVINCES = read(ROOT / "data" / "province_components.csv", "province")
GROUP_ROWS = [f"group:{group}" for group in GROUPS]


# The table ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [NEW, OLD], ids=lambda rules: rules.name)
def test_a_rule_set_has_100_points_in_six_groups(rules: RuleSet) -> None:
    assert rules.max_points.sum() == 100
    # Decision 766: transparency, progress, online, payment, satisfaction, digitisation
    assert rules.group_max.tolist() == [18, 20, 12, 10, 18, 22]
    assert set(rules.group_index) == set(range(6))
    assert ((rules.target_rate > 0) & (rules.target_rate <= 1)).all()
    assert len(set(rules.components)) == len(rules.components) == 21


def test_nothing_to_count_is_full_for_petitions_and_copies_only() -> None:
    full = {c for c, f in zip(NEW.components, NEW.no_data_full, strict=True) if f}
    assert full == {"petitions_on_time", "petitions_satisfied", "certified_copy"}


# What the portal published ------------------------------------------------------------------------


def test_every_published_component_of_phu_tho_comes_out() -> None:
    assert len(PHU_THO) == 164
    for unit, rows in PHU_THO.items():
        earned = points(NEW, rate_of(NEW, rows))
        off = np.abs(earned - published(rows, list(NEW.components)))
        # rounded to 0.01 by the portal
        assert np.nanmax(off) < 0.005 + 1e-9, unit


def test_every_published_group_of_phu_tho_comes_out() -> None:
    for unit, rows in PHU_THO.items():
        earned = by_group(NEW, points(NEW, rate_of(NEW, rows)))
        off = np.abs(earned - published(rows, GROUP_ROWS))
        assert not np.isnan(off).any()
        if unit != "H44":
            # the portal gives no rates of the online group for units, only its points
            off[GROUPS.index("online")] = 0
        assert off.max() < 0.02, unit


def test_published_components_of_twelve_provinces_come_out() -> None:
    assert len(PROVINCES) == 12
    for province, rows in PROVINCES.items():
        known = published(rows, list(NEW.components))
        off = np.abs(points(NEW, rate_of(NEW, rows)) - known)
        assert np.nanmax(off) < 0.006, province
        assert np.isfinite(known).sum() >= 11, province


def test_published_groups_of_twelve_provinces_come_out() -> None:
    # Groups of which every component is given. The file's group points are of the same day as its
    # progress; its transparency and digitisation are those of the board of 28 September. Its
    # satisfaction is of neither day: its components are tested above.
    board = read_board("2026-09-28")
    for province, rows in PROVINCES.items():
        earned = dict(zip(GROUPS, by_group(NEW, points(NEW, rate_of(NEW, rows))), strict=True))
        same_day = float(rows["group:progress"]["points"])
        assert earned["progress"] == pytest.approx(same_day, abs=0.014), province
        for group in ("transparency", "digitization"):
            assert earned[group] == pytest.approx(board[province][group], abs=0.014), province


def read_board(date: str) -> dict[str, dict[str, float]]:
    """Group points of all provinces on a date."""
    with (DATA / "phu_tho_2026" / "field.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["date"] == date and row["province"]]
    return {row["province"]: {group: float(row[group]) for group in GROUPS} for row in rows}


# Rates of the notice of March 2025, in per cent.
NOTICE = {
    "dossiers_paid": (69.31, 93.37),
    "filed_online": (57.7, 58.54),
    "digitized": (75.72, 80.09),
    "electronic_result": (77.81, 80.31),
    "certified_copy": (100, 100),
    "reused": (76.89, 89.10),
    "publish_on_time": (50.5, 33.47),
    "dossier_sync": (100, 77.23),
    "petitions_on_time": (100, 100),
    "dossier_satisfaction": (97.89, 98.62),
    "services_online": (81.98, 79.72),
}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        # Year 2024. 3.03 announced (6 x 50.5 %) + 6 synchronised + 2 offered (81.98 % of 80 %)
        # + 6 filed (57.7 % of 50 %) + 6 paid (69.31 % of 30 %) + 6 petitions + 6 satisfied
        # + 4.6686 results (6 x 77.81 %) + 3.786 digitised (4 x 75.72 / 80)
        # + 1.92225 reused (2 x 76.89 / 80) + 2 copies
        (0, 47.40685),
        # 27/3/2025. 2.0082 announced (6 x 33.47 %) + 4.6338 synchronised (6 x 77.23 %)
        # + 1.993 offered (2 x 79.72 / 80) + 6 filed + 6 paid + 6 petitions + 6 satisfied
        # + 4.8186 results (6 x 80.31 %) + 4 digitised + 2 reused + 2 copies
        (1, 45.4536),
    ],
    ids=["2024", "27/3/2025"],
)
def test_known_points_of_binh_phuoc(column: int, expected: float) -> None:
    rate = np.array([NOTICE.get(c, (np.nan, np.nan))[column] for c in OLD.components]) / 100
    known = np.isfinite(rate)
    assert points(OLD, rate)[known].sum() == pytest.approx(expected, abs=1e-9)
    assert OLD.max_points[known].sum() == 52


# Laws ---------------------------------------------------------------------------------------------


@FEW
@given(rate=rates, better=rates)
def test_a_better_rate_never_earns_less(rate: Array, better: Array) -> None:
    higher = np.fmax(rate, np.where(np.isnan(rate), np.nan, better))
    assert (points(NEW, higher) >= points(NEW, rate)).all()


@FEW
@given(rate=rates)
def test_points_stay_between_nothing_and_the_maximum(rate: Array) -> None:
    earned = points(NEW, rate)
    assert (earned >= 0).all()
    assert (earned <= NEW.max_points).all()
    assert by_group(NEW, earned).sum() == pytest.approx(earned.sum(), abs=1e-9)


def test_no_rate_no_points_and_the_target_earns_all() -> None:
    assert points(NEW, np.zeros(21)).sum() == 0
    assert points(NEW, NEW.target_rate) == pytest.approx(NEW.max_points, abs=1e-12)
    assert (points(NEW, np.ones(21)) == NEW.max_points).all()
    # half way to the target is half the points
    assert points(NEW, NEW.target_rate / 2) == pytest.approx(NEW.max_points / 2, abs=1e-12)


def test_nothing_to_count_earns_nothing_or_all_as_the_rules_say() -> None:
    # 6 + 6 for petitions and 2 for certified copies
    assert points(NEW, np.full(21, np.nan)).sum() == 14


def test_draws_are_scored_as_one_by_one() -> None:
    drawn = np.random.default_rng(1).random((3, 5, 21))
    assert (points(NEW, drawn)[2, 4] == points(NEW, drawn[2, 4])).all()


# Broken rules -------------------------------------------------------------------------------------


def broken(path: Path, change: Callable[[str], str]) -> Path:
    """A copy of the rules with something changed in it."""
    text = (DATA / "rules.csv").read_text(encoding="utf-8")
    assert change(text) != text
    (path / "rules.csv").write_text(change(text), encoding="utf-8")
    return path / "rules.csv"


BROKEN = {
    "unknown group": (
        ",progress,20,",
        ",speed,20,",
        r"column group: 'speed': expected one of",
    ),
    "target of 0": (",dossiers_paid,payment,6,0.3,", ",dossiers_paid,payment,6,0,", r"in \(0, 1\]"),
    "target over 1": (",on_time,progress,20,1,", ",on_time,progress,20,80,", r"in \(0, 1\]"),
    "negative points": (",on_time,progress,20,", ",on_time,progress,-20,", "more than 0 points"),
    "not 100": (",on_time,progress,20,", ",on_time,progress,18,", "sum to 100, they sum to 98"),
    "no_data": (",1,zero,province,", ",1,none,province,", "'none': expected zero or full"),
    "rollup": (",zero,sum,sync,", ",zero,mean,sync,", "'mean': expected one of"),
    "confidence": (",official,", ",certain,", "'certain': expected one of"),
    "repeated": (",reused,", ",digitized,", "'digitized': expected every component once"),
    "no component": (",reused,", ",,", "line 18, column component: '': expected a value"),
    "no target": (",on_time,progress,20,1,", ",on_time,progress,20,,", "target_rate: '': expected"),
    "unknown column": (",confidence,", ",trust,", "column trust: expected only the columns"),
}


@pytest.mark.parametrize(("old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_broken_rules_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_rules(broken(tmp_path, lambda text: text.replace(old, new, 1)))


def test_all_problems_of_the_rules_are_named_at_once(tmp_path: Path) -> None:
    def change(text: str) -> str:
        # lines 5, 6, 7 and 8 of the old set, and the sum of its points
        return (
            text.replace(",dossier_sync,transparency,6,", ",dossier_sync,openness,6,", 1)
            .replace(",on_time,progress,20,1,", ",on_time,progress,21,2,", 1)
            .replace(",services_online,online,2,0.8,zero,", ",services_online,online,2,0.8,all,", 1)
            .replace(",services_used,online,4,", ",services_online,online,4,", 1)
        )

    with pytest.raises(DataError, match=r"rules\.csv, line 5") as error:
        load_rules(broken(tmp_path, change))
    assert {(problem.line, problem.column) for problem in error.value.problems} == {
        (5, "group"),
        (6, "target_rate"),
        (7, "no_data"),
        (8, "component"),
        (None, "max_points"),
    }


def test_rules_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"rules\.csv: expected this file"):
        load_rules(tmp_path / "rules.csv")


# What-if ------------------------------------------------------------------------------------------


def test_edited_rules_leave_the_published_ones_alone() -> None:
    edited = with_edits(NEW, {"on_time": (10, 0.5)})
    column = NEW.index("on_time")
    rate = np.full(21, 0.25)
    # 10 x 0.25 / 0.5 instead of 20 x 0.25
    assert (points(edited, rate)[column], points(NEW, rate)[column]) == (5, 5)
    assert (points(edited, 2 * rate)[column], points(NEW, 2 * rate)[column]) == (10, 10)
    assert (edited.max_points[column], NEW.max_points[column]) == (10, 20)


def test_every_impossible_edit_is_named() -> None:
    edits = {"on_time": (20, 0.0), "digitized": (-1, 0.5), "speed": (1, 1.0), "reused": (2, 0.8)}
    with pytest.raises(DataError, match="column component: 'speed': expected a known") as error:
        with_edits(NEW, edits)
    assert len(error.value.problems) == 3
