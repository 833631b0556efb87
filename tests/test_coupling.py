"""Two components that count the same dossiers: the engine, what a lever is worth, and the plan."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.dataset.facts import DATA
from core.dataset.rules_csv import load_rules
from core.goal.cascade import cascade, cascade_scenario
from core.goal.options import Floor, Limit, Options
from core.goal.seek import plan_scenario, seek
from core.index.rollup import PROVINCE, Baseline
from core.levers.leverage import lever_value, leverage
from core.levers.tables import by_scope, strongest
from core.outlook.case import Case
from core.outlook.simulate import rates_on, simulate
from core.problems import DataError
from core.scenario.model import Scenario
from small_province import same_halves, small_province
from worlds import shipped

ALPHA, BETA, OWN = range(3)


def pair(alpha: list[float], beta: list[float], dossiers: list[float]) -> Baseline:
    """A small province whose `beta` counts the dossiers of `alpha`."""
    made = small_province(alpha, beta, dossiers)
    return replace(made, rules=replace(made.rules, coupled=((ALPHA, BETA),)))


def example() -> Baseline:
    """600 and 400 dossiers; alpha 50 and 80 %, beta 20 and 30 %: 62 and 24 % of the province."""
    return pair([0.5, 0.8], [0.2, 0.3], [600, 400])


def scenario(*changes: tuple[str, str, str, float]) -> Scenario:
    keys = ("unit", "component", "mode", "value")
    made = [dict(zip(keys, change, strict=True)) for change in changes]
    return Scenario.model_validate({"dataset": "small", "changes": made})


def rates(baseline: Baseline, *changes: tuple[str, str, str, float]) -> np.ndarray:
    return rates_on(baseline, scenario(*changes), same_halves(), same_halves().as_of)


# --- the engine ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("moved", "other"), [("alpha", BETA), ("beta", ALPHA)])
def test_either_carries_the_other_by_as_many_dossiers(moved: str, other: int) -> None:
    before = example().rate
    after = rates(example(), ("u1", moved, "add", 0.1))
    # 60 of unit 1's 600 dossiers, of 1,000 in the province
    assert after[1] - before[1] == pytest.approx([0.1, 0.1, 0.0])
    assert after[PROVINCE, other] - before[PROVINCE, other] == pytest.approx(0.06)
    assert np.array_equal(after[2], before[2])


def test_as_many_dossiers_are_another_part_of_another_number() -> None:
    base = example()
    dossiers = base.dossiers.copy()
    dossiers[1, BETA] = 300  # 60 dossiers of 600 are 60 of 300
    after = rates(replace(base, dossiers=dossiers), ("u1", "alpha", "add", 0.1))
    assert after[1, BETA] == pytest.approx(0.4)


def test_of_a_pair_that_a_scenario_sets_both_each_goes_its_own_way() -> None:
    both = rates(example(), ("u1", "alpha", "add", 0.1), ("u1", "beta", "floor", 0.25))
    assert both[1, :2] == pytest.approx([0.6, 0.25])
    # set for one unit, the other one still follows
    mixed = rates(example(), ("*", "alpha", "add", 0.1), ("u1", "beta", "floor", 0.25))
    assert mixed[1:, BETA] == pytest.approx([0.25, 0.4])


def test_what_is_carried_stops_at_all_dossiers() -> None:
    after = rates(pair([0.5], [0.95], [100]), ("u1", "alpha", "set", 1.0))
    assert after[1, :2] == pytest.approx([1.0, 1.0])


def test_components_that_are_no_pair_don_t_carry() -> None:
    after = rates(small_province([0.5], [0.2], [100]), ("u1", "alpha", "set", 0.9))
    assert after[1, BETA] == 0.2


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.sampled_from(["floor", "set", "add"]),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from(["alpha", "beta"]),
)
def test_laws(start: list[float], mode: str, one: float, two: float, moved: str) -> None:
    base = pair(start[:2], start[2:], [600, 400])
    low, high = sorted((one, two))
    totals = []
    for value in (low, high):
        made = scenario(("u1", moved, mode, value), ("u2", "beta", "floor", 0.5))
        again = scenario(("u2", "beta", "floor", 0.5), ("u1", moved, mode, value))
        found = simulate(base, made, same_halves())["late"]
        totals.append(found.score_after)
        # contributions add up, and the order of changes does not matter
        assert found.change.sum() == pytest.approx(found.score_after - found.score_before)
        other = simulate(base, again, same_halves())["late"]
        assert np.array_equal(found.after.rate, other.after.rate)
        assert (found.after.rate >= 0).all()
        assert (found.after.rate <= 1).all()
    assert totals[1] >= totals[0] - 1e-12
    still = scenario(("u1", moved, "add", 0.0))
    assert np.array_equal(rates_on(base, still, same_halves(), same_halves().as_of), base.rate)


# --- what a lever is worth ----------------------------------------------------------------------


def test_a_lever_is_worth_what_moving_it_does() -> None:
    base = example()
    lever = leverage(base)
    for unit in ("u1", "u2"):
        row = base.row(unit)
        for component, column in (("alpha", ALPHA), ("beta", BETA)):
            for change in (0.01, 1.0):
                made = scenario((unit, component, "add", change))
                found = simulate(base, made, same_halves())["today"]
                gained = found.score_after - found.score_before
                assert lever.gain(change)[row, column] == pytest.approx(gained)
    # 1,000 dossiers: alpha 10 points for 1,000, beta 6 points at 50 % of them, 12 for all
    assert lever.per_thousand[1, :2] == pytest.approx([22, 22])


def test_the_caption_of_a_lever_says_what_the_move_does() -> None:
    base = example()
    rows = np.array([False, True, True])
    found = simulate(base, scenario(("*", "alpha", "add", 0.01)), same_halves())["today"]
    value = lever_value(base, base.rate, ALPHA, rows)
    assert value.now == pytest.approx(found.score_after - found.score_before)
    whole = simulate(base, scenario(("*", "alpha", "set", 1.0)), same_halves())["today"]
    assert value.room == pytest.approx(whole.score_after - whole.score_before)
    # by itself: 1 percentage point of 10 points at 100 %
    assert lever_value(base, base.rate, ALPHA, rows, by_itself=True).now == pytest.approx(0.1)


def test_tables_show_a_pair_once() -> None:
    lever = leverage(example())
    assert set(strongest(lever)["component"]) == {"alpha"}
    scopes = by_scope(lever, example().level)
    assert scopes["component"].tolist() == ["alpha"]
    # all units to 100 %: 38 points in 100 of alpha at 10 points, of beta 26 up to its cap at 12
    assert scopes["recoverable"].tolist() == pytest.approx([0.38 * 10 + 0.26 * 12])
    # where nothing of the first is left, the second is a lever of its own
    assert set(strongest(leverage(pair([1, 1], [0.2, 0.3], [600, 400])))["component"]) == {"beta"}


# --- the plan -----------------------------------------------------------------------------------


def test_a_plan_buys_each_dossier_once_worked_by_hand() -> None:
    """One unit of 100 dossiers so far and 100 to come, both at 40 %.

    A percentage point on the new dossiers is half a point of the year to date: 0.05 points of alpha
    and 0.06 of beta. 0.22 points more are 2 of them, in the easiest third: 2 of 100 new dossiers,
    where beta alone would take 0.22 / 0.06 = 3.67.
    """
    base = pair([0.4], [0.4], [100])
    before = 0.4 * 10 + 0.4 * 12 + 2
    found = seek(base, same_halves(), before + 0.22, "late")
    assert found.plan.effort == pytest.approx(2, abs=1e-6)
    moves = found.plan.moves.set_index("component")
    assert moves["new"].tolist() == pytest.approx([0.42, 0.42], abs=1e-6)
    assert moves["own"].to_dict() == {"alpha": True, "beta": False}
    assert moves["dossiers"].tolist() == pytest.approx([2, 0], abs=1e-6)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(st.floats(0.05, 1), min_size=3, max_size=3),
    st.lists(st.floats(0.0, 1), min_size=3, max_size=3),
    st.floats(0.05, 1.0),
    st.sampled_from([(), ("alpha",), ("beta",)]),
    st.floats(0.3, 1.0),
)
def test_the_engine_gives_what_a_plan_says(
    alpha: list[float], beta: list[float], part: float, only: tuple[str, ...], top: float
) -> None:
    base = pair(alpha, beta, [600, 300, 100])
    limit = (Limit("u1", "beta", top),)
    floor = (Floor("u2", "beta", min(1.0, beta[1] + 0.1), same_halves().horizons["late"]),)
    options = Options(components=only or None, limits=limit, floors=floor)
    best = seek(base, same_halves(), 100.0, "late", options).plan.score
    before = float(simulate(base, scenario(), same_halves())["late"].score_after)
    answer = seek(base, same_halves(), before + part * (best - before), "late", options)
    made = simulate(base, plan_scenario(base, answer.plan), same_halves())["late"]
    assert made.score_after == pytest.approx(answer.plan.score, abs=1e-6)
    moves = answer.plan.moves.set_index(["unit", "component"])
    for (unit, component), row in moves.iterrows():
        assert made.after.rate[base.row(unit), base.rules.index(component)] == pytest.approx(
            row["rate_late"], abs=1e-6
        )
    # a limit on the second of a pair holds for it, whoever carries it
    assert made.after.rate[1, BETA] <= max(beta[0], beta[0] + (top - beta[0]) / 2) + 1e-6


def test_a_pair_is_never_dearer_than_its_parts() -> None:
    base = pair([0.4, 0.7], [0.35, 0.6], [600, 400])
    apart = replace(base, rules=replace(base.rules, coupled=()))
    for goal in (12.8, 13.0, 13.5):
        once = seek(base, same_halves(), goal, "late").plan
        assert once.effort < seek(apart, same_halves(), goal, "late").plan.effort


@pytest.fixture(scope="module")
def phu_tho() -> Case:
    return shipped("phu_tho_2026")


@pytest.mark.parametrize(("goal", "less"), [(62, 25), (62.5, 28), (63, 12)])
def test_phu_tho_costs_less_than_counted_twice(phu_tho: Case, goal: float, less: int) -> None:
    base = phu_tho.baseline
    twice = replace(base, rules=replace(base.rules, coupled=()))
    once = seek(base, phu_tho.calendar, goal, "year_end").plan.effort
    before = seek(twice, phu_tho.calendar, goal, "year_end").plan.effort
    assert 100 * (1 - once / before) == pytest.approx(less, abs=1)


def test_a_cascade_carries_the_other(phu_tho: Case) -> None:
    base = phu_tho.baseline
    on_time, satisfied = base.rules.index("on_time"), base.rules.index("dossier_satisfaction")
    found = cascade(base, phu_tho.calendar, "on_time", 0.9, "year_end")
    after = rates_on(base, cascade_scenario(base, found), phu_tho.calendar, found.date)[PROVINCE]
    rise = after - base.rate[PROVINCE]
    assert after[on_time] == pytest.approx(0.9)
    assert rise[satisfied] == pytest.approx(rise[on_time], rel=0.02)
    # and of satisfaction itself as of any other
    other = cascade(base, phu_tho.calendar, "dossier_satisfaction", 0.9, "year_end")
    assert other.reason == "split"


# --- the rules ----------------------------------------------------------------------------------


def test_pairs_are_a_column_of_the_rules() -> None:
    for rules in load_rules(DATA / "rules.csv").values():
        names = [tuple(rules.components[c] for c in pair) for pair in rules.coupled]
        assert names == [("on_time", "dossier_satisfaction")]


@pytest.mark.parametrize("named", ["no_such", "services_used", "dossier_satisfaction"])
def test_a_pair_that_can_t_be_is_named(tmp_path: Path, named: str) -> None:
    text = (DATA / "rules.csv").read_text(encoding="utf-8")
    assert text.count(",on_time\n") == 2
    broken = tmp_path / "rules.csv"
    broken.write_text(text.replace(",on_time\n", f",{named}\n", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"column coupled_with.*adds up from units") as error:
        load_rules(broken)
    assert len(error.value.problems) == 1
