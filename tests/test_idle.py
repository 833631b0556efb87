"""Changes that do nothing are said: exactly those that the engine does nothing with."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from core.arrays import Array
from core.dataset.schema import LEVELS
from core.index.rollup import PROVINCE, Baseline, roll_up, score
from core.outlook.case import Case
from core.scenario.apply import apply, assumed_rules
from core.scenario.idle import NO_PAIR, NO_RATE, NOTHING, OWN_ONLY, idle
from core.scenario.model import Assumptions, Change, RuleEdit, Scenario
from worlds import shipped

DATASETS = ("phu_tho_2026", "binh_phuoc_2025")


@cache
def case(name: str) -> Case:
    return shipped(name)


def made(baseline: Baseline, unit: str, component: str, value: float) -> Scenario:
    change = Change(unit=unit, component=component, mode="set", value=value)
    return Scenario(dataset=baseline.dataset_id, changes=(change,))


def after(baseline: Baseline, scenario: Scenario) -> Array:
    return roll_up(baseline, apply(scenario, baseline))


def same(one: Array, other: Array) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def asked(baseline: Baseline) -> Iterator[tuple[str, str]]:
    """Every component in every level, all units, the province, and some units of each level."""
    units = {baseline.units[u] for u in (PROVINCE, 1, 2, -2, -1)}
    scopes = ["*", *(f"level:{level}" for level in LEVELS), *units]
    return ((unit, component) for unit in scopes for component in baseline.rules.components)


@pytest.mark.parametrize("dataset", DATASETS)
def test_what_is_said_is_what_the_engine_does(dataset: str) -> None:
    baseline = case(dataset).baseline
    seen = set()
    for unit, component in asked(baseline):
        both = [after(baseline, made(baseline, unit, component, value)) for value in (0.0, 1.0)]
        nothing = all(same(rate, baseline.rate) for rate in both)
        idle_province = all(same(rate[PROVINCE], baseline.rate[PROVINCE]) for rate in both)
        said = [p.expected for p in idle(made(baseline, unit, component, 0.5), baseline)]
        expected = [NOTHING] if nothing else [OWN_ONLY] if idle_province else []
        assert said == expected, (unit, component)
        seen.update(said)
    assert NOTHING in seen


def test_the_field_is_named() -> None:
    baseline = case("binh_phuoc_2025").baseline
    fine = made(baseline, "*", "dossiers_paid", 0.9).changes
    idle_one = made(baseline, "level:commune", "publish_on_time", 0.9).changes
    found = idle(Scenario(dataset="binh_phuoc_2025", changes=fine + idle_one), baseline)
    assert [(p.column, p.value, p.expected) for p in found] == [
        ("changes.2", "publish_on_time level:commune", NOTHING)
    ]


def test_a_gap_needs_a_pair() -> None:
    baseline = case("phu_tho_2026").baseline  # no figures of the provincial portal
    change = Change(unit="*", component="digitized", mode="close_gap", value=1)
    (found,) = idle(Scenario(dataset="phu_tho_2026", changes=(change,)), baseline)
    assert found.expected == NO_PAIR


@pytest.mark.parametrize("dataset", DATASETS)
def test_other_rules_for_what_is_not_published_move_nothing(dataset: str) -> None:
    baseline = case(dataset).baseline
    rate = np.where(np.isfinite(baseline.rate), 0.4, np.nan)  # at 0 % no rule earns anything
    now = score(baseline, rate).total[PROVINCE]
    for component in baseline.rules.components:
        rules = {component: RuleEdit(max_points=1.5, target_rate=0.45)}
        scenario = Scenario(dataset=dataset, assumptions=Assumptions(rules=rules))
        assumed = assumed_rules(scenario, baseline)
        moved = score(assumed, rate).total[PROVINCE] != now
        said = [(p.column, p.value, p.expected) for p in idle(scenario, baseline)]
        assert said == ([] if moved else [("assumptions.rules", component, NO_RATE)])
