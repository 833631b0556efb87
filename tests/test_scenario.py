"""Scenarios: files and links come back as they went, what is damaged is refused by name."""

import base64
import datetime as dt
import json
import zlib
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.arrays import Array
from core.index.rollup import Baseline
from core.problems import DataError
from core.scenario.apply import apply, assumed_rules, check_scenario, give_way, move, winners
from core.scenario.files import LONGEST_LINK, dump, from_link, parse, to_link
from core.scenario.model import Assumptions, Change, RuleEdit, Scenario, set_change, without
from core.text import clean_text
from worlds import (
    RULES,
    A,
    B,
    P,
    change,
    changes,
    phu_tho,
    planned,
    random_baseline,
    scenarios,
    seeds,
    small,
)

FEW = settings(max_examples=60, derandomize=True)


def column(scenario: Scenario, baseline: Baseline, component: str = "digitized") -> Array:
    """Rates (U,) of a component after the scenario's values, before any roll-up."""
    return apply(scenario, baseline)[:, RULES.index(component)]


# Files and links ----------------------------------------------------------------------------------


@FEW
@given(scenario=scenarios)
def test_a_file_and_a_link_give_the_scenario_back(scenario: Scenario) -> None:
    assert parse(dump(scenario)) == scenario
    assert parse(dump(scenario).encode()) == scenario
    assert from_link(to_link(scenario)) == scenario


def test_a_file_is_written_as_documented() -> None:
    made = Scenario(
        dataset="binh_phuoc_2025",
        title="Q2",
        changes=(
            Change(
                unit="level:commune",
                component="dossiers_paid",
                mode="floor",
                value=0.6,
                start=dt.date(2025, 4, 1),
                ramp_weeks=6,
            ),
        ),
        assumptions=Assumptions(field_gain=2),
    )
    assert json.loads(dump(made)) == {
        "version": 2,
        "dataset": "binh_phuoc_2025",
        "title": "Q2",
        "changes": [
            {
                "unit": "level:commune",
                "component": "dossiers_paid",
                "mode": "floor",
                "value": 0.6,
                "start": "2025-04-01",
                "ramp_weeks": 6,
            }
        ],
        "assumptions": {"field_gain": 2},
    }


def test_a_byte_order_mark_is_accepted() -> None:
    assert parse(b'\xef\xbb\xbf{"version": 1, "dataset": "small"}') == planned()


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Scenario, str]:
    """A scenario, and its link with bits flipped, cut, doubled or letters put in."""
    scenario = draw(scenarios)
    link = to_link(scenario)
    raw = bytearray(link.encode())
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(raw) - 1))
        kind = draw(st.sampled_from(["flip", "cut", "insert", "drop", "double"]))
        if kind == "flip":
            raw[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del raw[max(place, 1) :]
        elif kind == "insert":
            raw.insert(place, draw(st.integers(0, 255)))
        elif kind == "drop" and len(raw) > 1:
            del raw[place]
        elif kind == "double":
            raw += raw[place:]
    return scenario, raw.decode("latin-1")


@settings(max_examples=300, derandomize=True)
@given(case=damaged())
def test_a_damaged_link_is_refused_or_still_the_same(case: tuple[Scenario, str]) -> None:
    scenario, link = case
    try:
        assert from_link(link) == scenario
    except DataError as error:
        assert error.problems[0].file == "link"


@FEW
@given(text=st.text(max_size=80) | st.text(max_size=80).map(lambda text: f"1.{text}"))
@example(".")
@example("3.eNpF")
def test_any_other_text_is_no_link(text: str) -> None:
    with pytest.raises(DataError, match=r"link.*: expected (a complete link|version 2)"):
        from_link(text)


def test_a_link_that_unpacks_to_far_too_much_is_refused() -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(bytes(10_000_000), 9)).decode()
    assert len(packed) < LONGEST_LINK - 2
    with pytest.raises(DataError, match="expected a complete link of this program"):
        from_link(f"1.{packed}")


def test_a_link_that_is_too_long_is_refused() -> None:
    with pytest.raises(DataError, match="expected a complete link of this program"):
        from_link("1." + "A" * LONGEST_LINK)


@pytest.mark.parametrize(
    ("link", "message"),
    [("3.abc", "version: '3': expected version 2"), ("abc", "a complete link"), ("", "a complete")],
)
def test_a_link_of_another_version_is_refused(link: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        from_link(link)


# What is refused ----------------------------------------------------------------------------------


def text_of(**keys: object) -> str:
    """A scenario's JSON with one good change that `keys` overwrite."""
    good = {"unit": "A", "component": "digitized", "mode": "floor", "value": 0.6}
    return json.dumps({"version": 1, "dataset": "small", "changes": [good | keys]})


NO_JSON = "expected a scenario in JSON"
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "not JSON": ("{", "line 1: expected a scenario in JSON"),
    "a list": ("[]", NO_JSON),
    "empty": ("", NO_JSON),
    "depth": ("[" * 100_000, NO_JSON),
    "depth inside": ('{"version": 1, "dataset": ' + "[" * 500 + "]" * 500 + "}", "expected"),
    "10 MB": (" " * 10_000_000, "expected a scenario of at most 1000 kB, found 10000 kB"),
    "Latin-1": ("Phú".encode("latin-1"), "expected text in UTF-8"),
    "half a pair": ('{"version": 1, "dataset": "\\ud800"}', NO_JSON),
    "digits": ('{"version": 1, "dataset": ' + "9" * 5000 + "}", NO_JSON),
    "no version": ('{"dataset": "small"}', "version: 'None': expected version 2"),
    "version 3": ('{"version": 3, "dataset": "small"}', "version: '3': expected version 2"),
    "an end in version 1": (text_of(end="2025-09-30"), r"changes\.1\.end: .* only known keys"),
    "version true": ('{"version": true, "dataset": "a"}', "version: 'True': expected version 2"),
    "version 1.0": ('{"version": 1.0, "dataset": "a"}', "version: '1.0': expected version 2"),
    "dataset twice": (
        '{"version": 1, "dataset": "a", "dataset": "b"}',
        "plan.json, column dataset: expected every key once",
    ),
    "value twice": (
        text_of().replace('"value"', '"value": 0.2, "value"'),
        "plan.json, column value: expected every key once",
    ),
    "no dataset": ('{"version": 1}', "column dataset: expected this key; it is missing"),
    "unknown key": (text_of(colour=1), r"changes\.1\.colour: '1': expected only known keys"),
    "unknown mode": (
        text_of(mode="lift"),
        "mode: 'lift': expected one of 'floor', 'set', 'add', 'clo",
    ),
    "no unit": (text_of(unit=""), r"changes\.1\.unit: '': expected at least 1 character"),
    "over 1": (text_of(value=60), "value: '60': expected a number of at most 1"),
    "below 0": (text_of(value=-0.1), "value: '-0.1': expected a value from 0 to 1"),
    "add below -1": (text_of(mode="add", value=-1.1), "expected a number of at least -1"),
    "nan": (text_of(value=float("nan")), NO_JSON),
    "infinity": (text_of(value=float("inf")), NO_JSON),
    "too large": (text_of().replace("0.6", "1e999"), "value: 'inf': expected a finite number"),
    "true": (text_of(value=True), "value: 'True': expected a number"),
    "text": (text_of(value="0.6"), "value: '0.6': expected a number"),
    "date of here": (text_of(start="1/4/2025"), "start: '1/4/2025': expected a date as YYYY-MM-DD"),
    "ramp": (text_of(ramp_weeks=105), "ramp_weeks: '105': expected a number of at most 104"),
    "shape": (
        text_of(ramp_shape="jump"),
        "ramp_shape: 'jump': expected one of 'linear', 's_curve'",
    ),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse(text, "plan.json")


def test_all_problems_of_a_file_are_named_at_once() -> None:
    data = json.loads(text_of(value=2, mode="lift"))
    data["changes"].append({"unit": "A", "component": "x", "mode": "set", "value": -1, "why": ""})
    data["colour"] = 1
    with pytest.raises(DataError, match=r"plan\.json, column changes\.1\.mode") as error:
        parse(json.dumps(data), "plan.json")
    assert {problem.column for problem in error.value.problems} == {
        "changes.1.value",
        "changes.1.mode",
        "changes.2.value",
        "changes.2.why",
        "colour",
    }


def test_two_changes_of_equal_rank_are_both_named() -> None:
    scenario = planned(change("A", "set", 0.1), change("B", "set", 0.1), change("A", "add", 0.1))
    with pytest.raises(DataError, match=r"'digitized A': expected .* changes 1 and 3 clash"):
        apply(scenario, small())


def test_everything_that_is_not_in_the_dataset_is_named_at_once() -> None:
    rules = {"speed": RuleEdit(max_points=1, target_rate=1)}
    scenario = Scenario(
        dataset="elsewhere",
        changes=(
            change("Z", "set", 0.5),
            change("level:ward", "set", 0.5),
            change("A", "set", 0.5, "scanned"),
        ),
        assumptions=Assumptions(rules=rules),
    )
    with pytest.raises(DataError, match="'elsewhere': expected the dataset small") as error:
        winners(scenario, small())
    assert [(found.column, found.value) for found in error.value.problems] == [
        ("dataset", "elsewhere"),
        ("assumptions.rules", "speed"),
        ("changes.1.unit", "Z"),
        ("changes.2.unit", "level:ward"),
        ("changes.3.component", "scanned"),
    ]
    assert check_scenario(planned(), small()) == []


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Quý II\n  2025", "Quý II 2025"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("Quy\u0301", "Quý"),
    ],
)
def test_texts_of_people_are_one_clean_line(text: str, clean: str) -> None:
    assert clean_text(text) == clean
    assert Scenario(dataset="small", title=text).title == clean


# Which change wins --------------------------------------------------------------------------------


def test_a_unit_beats_its_level_and_a_level_beats_all() -> None:
    scenario = planned(
        change("B1", "set", 0.9), change("level:commune", "set", 0.7), change("*", "set", 0.3)
    )
    # rates before: P 0.5, A 0.8, B 0.5, B1 0.2, B2 0.6, C 0.4; the province follows its units
    assert column(scenario, small()).tolist() == [0.5, 0.3, 0.3, 0.9, 0.7, 0.7]


def test_the_most_specific_wins_also_where_it_does_less() -> None:
    scenario = planned(change("*", "set", 1), change("A", "set", 0.1))
    assert column(scenario, small())[A] == 0.1


def test_a_change_for_all_moves_the_province_only_where_units_do_not_add_up() -> None:
    assert column(planned(change("*", "set", 0.9)), small())[P] == 0.5
    distinct = planned(change("*", "set", 0.9, "services_used"))
    assert column(distinct, small(), "services_used").tolist() == [0.9] * 6
    level = planned(change("level:commune", "set", 0.9, "services_used"))
    assert column(level, small(), "services_used").tolist() == [0.5, 0.5, 0.5, 0.9, 0.9, 0.9]


def test_changes_of_one_component_leave_the_others_alone() -> None:
    moved = apply(planned(change("A", "set", 0.9)), small()) != small().rate
    assert moved.sum() == 1
    assert moved[A, RULES.index("digitized")]


@FEW
@given(scenario=scenarios, order=st.randoms(use_true_random=False), seed=seeds)
def test_the_order_of_changes_does_not_matter(scenario: Scenario, order: Random, seed: int) -> None:
    mixed = list(scenario.changes)
    order.shuffle(mixed)
    other = scenario.model_copy(update={"changes": tuple(mixed)})
    baseline = random_baseline(seed)
    assert np.array_equal(apply(scenario, baseline), apply(other, baseline), equal_nan=True)


# What a change does -------------------------------------------------------------------------------

RATES = np.array([0.2, 0.6, 0.9, np.nan])
PAIRS = np.array([0.7, 0.5, np.nan, 0.8])


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        # lifts those below, leaves the others
        ("floor", 0.6, [0.6, 0.6, 0.9, np.nan]),
        ("floor", 0, [0.2, 0.6, 0.9, np.nan]),
        ("set", 0.5, [0.5, 0.5, 0.5, np.nan]),
        # stops at 1 and at 0
        ("add", 0.3, [0.5, 0.9, 1, np.nan]),
        ("add", -0.3, [0, 0.3, 0.6, np.nan]),
        ("add", 0, [0.2, 0.6, 0.9, np.nan]),
        # 0.2 + 0.4 x (0.7 - 0.2); the second counts more nationally, the third has no pair
        ("close_gap", 0.4, [0.4, 0.6, 0.9, np.nan]),
        ("close_gap", 1, [0.7, 0.6, 0.9, np.nan]),
    ],
)
def test_what_each_mode_does(mode: str, value: float, expected: list[float]) -> None:
    moved = move(change("*", mode, value), RATES, PAIRS)
    assert moved == pytest.approx(np.array(expected), nan_ok=True)


@FEW
@given(scenario=scenarios, seed=seeds)
def test_rates_stay_rates_and_unknown_stays_unknown(scenario: Scenario, seed: int) -> None:
    baseline = random_baseline(seed)
    rate = apply(scenario, baseline)
    assert np.array_equal(np.isnan(rate), np.isnan(baseline.rate))
    known = rate[~np.isnan(rate)]
    assert ((known >= 0) & (known <= 1)).all()


@FEW
@given(scenario=scenarios, seed=seeds)
def test_draws_of_rates_are_moved_as_one_by_one(scenario: Scenario, seed: int) -> None:
    baseline = random_baseline(seed)
    drawn = np.random.default_rng(seed).random((3, *baseline.rate.shape))
    together = apply(scenario, baseline, drawn)
    assert np.array_equal(together[1], apply(scenario, baseline, drawn[1]))


def test_sync_without_a_pair_closes_the_gap_to_all_dossiers() -> None:
    # every dossier stands on the provincial portal: of 40 % synchronised half of the rest is 70 %
    baseline = phu_tho().baseline
    sync = baseline.rules.index("dossier_sync")
    rate = baseline.rate.copy()
    rate[1, sync] = 0.4
    scenario = Scenario(
        dataset="phu_tho_2026",
        changes=(change(baseline.units[1], "close_gap", 0.5, "dossier_sync"),),
    )
    assert apply(scenario, baseline, rate)[1, sync] == pytest.approx(0.7)


# Editing ------------------------------------------------------------------------------------------


@FEW
@given(scenario=scenarios, added=changes)
def test_change_and_change_back_is_the_scenario_before(scenario: Scenario, added: Change) -> None:
    before = without(scenario, added.unit, added.component)
    changed = set_change(before, added)
    assert changed.changes[-1] == added
    assert set_change(changed, added) == changed
    assert without(changed, added.unit, added.component) == before


def test_assumed_rules_leave_the_published_ones_alone() -> None:
    baseline = small()
    edits = {"digitized": RuleEdit(max_points=10, target_rate=0.5)}
    scenario = Scenario(dataset="small", assumptions=Assumptions(rules=edits))
    assumed = assumed_rules(scenario, baseline)
    place = RULES.index("digitized")
    assert (assumed.rules.max_points[place], assumed.rules.target_rate[place]) == (10, 0.5)
    assert (RULES.max_points[place], RULES.target_rate[place]) == (4, 1)
    assert assumed_rules(planned(), baseline) is baseline


def test_a_wide_change_takes_the_place_of_narrower_ones_that_leave_it_nothing() -> None:
    """Every level lifted to 50 %, then all to 99 %, which must happen."""
    baseline = small()
    levels = [f"level:{level}" for level in dict.fromkeys(baseline.level) if level != "province"]
    before = planned(*(change(level, "floor", 0.5) for level in levels))
    other = change(baseline.units[1], "floor", 0.3, "dossiers_paid")
    before = before.model_copy(update={"changes": (*before.changes, other)})
    wide = change("*", "floor", 0.99)
    # a plain change for all meets nobody, because the narrower ones hold
    assert np.array_equal(
        column(set_change(before, wide), baseline), column(before, baseline), equal_nan=True
    )
    assert give_way(before, baseline, wide).changes == (other, wide)


def test_a_lever_moved_twice_takes_its_own_place_and_not_itself_away() -> None:
    """Between two moves of a wide lever its only unit got a change of its own."""
    baseline = small()
    first, narrow, second = (
        change("level:district", "floor", 0.6),
        change("B", "floor", 0.7),
        change("level:district", "floor", 0.9),
    )
    before = planned(first, narrow)
    assert give_way(before, baseline, second).changes == (second,)
    assert column(give_way(before, baseline, second), baseline)[B] == 0.9


def test_a_wide_change_leaves_narrower_ones_where_it_meets_others() -> None:
    baseline = small()
    narrow, wide = change(baseline.units[1], "floor", 0.5), change("*", "floor", 0.99)
    assert give_way(planned(narrow), baseline, wide).changes == (narrow, wide)
    # and the narrow one has its say after it
    assert give_way(planned(wide), baseline, narrow).changes == (wide, narrow)
