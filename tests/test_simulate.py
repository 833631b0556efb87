"""Laws of a scenario's effect, and one case computed by hand from the published figures."""

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.field.ranks import unit_ranks
from core.index.rollup import PROVINCE, Baseline, Outcome, Status, score
from core.levers.leverage import lever_value, scope_rate
from core.outlook.simulate import Result, lost, path, simulate
from core.outlook.timeline import TODAY, Calendar
from core.scenario.model import Assumptions, RuleEdit, Scenario
from worlds import (
    COMMUNES_60,
    DIGITIZED,
    RULES,
    UNITS,
    A,
    B,
    C,
    P,
    change,
    lifted_dossiers,
    phu_tho,
    planned,
    random_baseline,
    read_phu_tho,
    scenarios,
    seeds,
    small,
    small_calendar,
)

FEW = settings(max_examples=40, derandomize=True)
World = tuple[Baseline, Calendar, Scenario]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A baseline, its calendar and any scenario: the small province, or Phú Thọ as published."""
    scenario = draw(scenarios).model_copy(update={"assumptions": Assumptions()})
    if draw(st.booleans()):
        return random_baseline(draw(seeds)), small_calendar(), scenario
    case = phu_tho()
    # P is the province, the others are a department and communes
    codes = dict(
        zip(UNITS, ("H44", "H44.01", "H44.100", "H44.101", "H44.102", "H44.103"), strict=True)
    )
    changes = tuple(
        c.model_copy(update={"unit": codes.get(c.unit, c.unit)}) for c in scenario.changes
    )
    update = {"dataset": "phu_tho_2026", "changes": changes}
    return case.baseline, case.calendar, scenario.model_copy(update=update)


def same(one: Outcome, other: Outcome) -> bool:
    """Equal to the last bit."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("rate", "points", "groups", "total")
    )


def with_value(scenario: Scenario, place: int, value: float) -> Scenario:
    """The scenario with another value of one change."""
    changes = list(scenario.changes)
    changes[place] = changes[place].model_copy(update={"value": value})
    return scenario.model_copy(update={"changes": tuple(changes)})


# The worked case ----------------------------------------------------------------------------------


def test_phu_tho_lifts_all_communes_to_60_percent_digitised() -> None:
    case = phu_tho()
    lifted, done, dossiers = lifted_dossiers()
    found = simulate(case.baseline, COMMUNES_60, case.calendar)

    # as if the year so far had been so: 4 points x the dossiers more of all 597918
    today = found[TODAY]
    assert (done, dossiers) == (145096, 597918)
    assert today.after.rate[PROVINCE, DIGITIZED] == pytest.approx(lifted / dossiers, abs=1e-12)
    gain = 4 * (lifted - done) / dossiers
    assert gain > 0.5
    assert today.score_after - today.score_before == pytest.approx(gain, abs=1e-9)
    assert today.change[DIGITIZED] == pytest.approx(gain, abs=1e-12)

    # at the end of the year only the dossiers of the last 94 of 365 days are done so
    end = found["year_end"]
    assert (end.date - dt.date(2026, 9, 28)).days == 94
    assert end.score_after - end.score_before == pytest.approx(gain * 94 / 365, abs=1e-9)
    expected = (271 * done + 94 * lifted) / 365 / dossiers
    assert end.after.rate[PROVINCE, DIGITIZED] == pytest.approx(expected, abs=1e-12)
    assert today.score_before == pytest.approx(61.89, abs=0.005)


def test_a_unit_gains_its_own_points_only() -> None:
    case = phu_tho()
    found = simulate(case.baseline, COMMUNES_60, case.calendar)[TODAY]
    counts = read_phu_tho("digitized")
    for row, (unit, level) in enumerate(zip(case.baseline.units, case.baseline.level, strict=True)):
        if row == PROVINCE:
            continue
        done, dossiers = counts[unit]
        lifts = level == "commune" and dossiers and done / dossiers < 0.6
        gain = 4 * (0.6 - done / dossiers) if lifts else 0
        assert found.after.total[row] - found.before.total[row] == pytest.approx(gain, abs=1e-9)


# Laws ---------------------------------------------------------------------------------------------


@FEW
@given(world=worlds())
def test_no_change_is_the_baseline_to_the_last_bit(world: World) -> None:
    baseline, calendar, scenario = world
    expected = score(baseline, baseline.rate)
    neutral = tuple(
        c.model_copy(update={"value": 0.0, "mode": "add" if c.mode == "set" else c.mode})
        for c in scenario.changes
    )
    for changes in ((), neutral):
        found = simulate(baseline, scenario.model_copy(update={"changes": changes}), calendar)
        assert list(found) == [TODAY, *calendar.horizons]
        for result in found.values():
            assert same(result.after, expected)
            assert same(result.before, expected)
            assert not result.change.any()


@FEW
@given(world=worlds(), row=st.integers(0, 5))
def test_setting_a_rate_to_what_it_is_changes_nothing(world: World, row: int) -> None:
    baseline, calendar, scenario = world
    changes = tuple(
        change(baseline.units[row], "set", float(rate), component)
        for component, rate in zip(RULES.components, baseline.rate[row], strict=True)
        if np.isfinite(rate)
    )
    found = simulate(baseline, scenario.model_copy(update={"changes": changes}), calendar)
    assert same(found[TODAY].after, found[TODAY].before)


@FEW
@given(world=worlds(), place=st.integers(0, 7), better=st.floats(0, 1))
def test_a_better_rate_never_lowers_any_score(world: World, place: int, better: float) -> None:
    baseline, calendar, scenario = world
    if not scenario.changes:
        return
    place %= len(scenario.changes)
    higher = max(better, scenario.changes[place].value)
    low = simulate(baseline, scenario, calendar)
    high = simulate(baseline, with_value(scenario, place, higher), calendar)
    for key in low:
        assert (high[key].after.total >= low[key].after.total - 1e-9).all()


@FEW
@given(world=worlds())
def test_levers_that_only_lift_never_lower_any_score(world: World) -> None:
    baseline, calendar, scenario = world
    lifting = tuple(c for c in scenario.changes if c.mode != "set")
    found = simulate(baseline, scenario.model_copy(update={"changes": lifting}), calendar)
    for result in found.values():
        assert (result.after.total >= result.before.total - 1e-9).all()


@FEW
@given(world=worlds())
def test_contributions_add_up_to_the_change(world: World) -> None:
    for result in simulate(*(world[0], world[2], world[1])).values():
        change_of_score = result.score_after - result.score_before
        assert result.change.sum() == pytest.approx(change_of_score, abs=1e-9)


@FEW
@given(world=worlds())
def test_a_scenario_never_changes_the_baseline(world: World) -> None:
    baseline, calendar, scenario = world
    before = {
        item.name: np.copy(value)
        for item in fields(baseline)
        if isinstance(value := getattr(baseline, item.name), np.ndarray)
    }
    assert len(before) > 10
    daily = calendar.daily.copy()
    for result in simulate(baseline, scenario, calendar).values():
        result.after.rate[:] = -1
    for name, value in before.items():
        assert np.array_equal(getattr(baseline, name), value, equal_nan=value.dtype.kind == "f")
    assert np.array_equal(calendar.daily, daily)


@FEW
@given(world=worlds(), seed=st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_matter(world: World, seed: object) -> None:
    baseline, calendar, scenario = world
    mixed = sorted(scenario.changes, key=lambda _: seed.random())  # type: ignore[attr-defined]
    other = scenario.model_copy(update={"changes": tuple(mixed)})
    one, two = (simulate(baseline, each, calendar) for each in (scenario, other))
    assert all(same(one[key].after, two[key].after) for key in one)


@FEW
@given(world=worlds())
def test_scores_stay_between_0_and_100(world: World) -> None:
    for result in simulate(world[0], world[2], world[1]).values():
        assert ((result.after.total >= 0) & (result.after.total <= 100 + 1e-9)).all()


@FEW
@given(world=worlds())
def test_a_start_after_the_horizon_changes_nothing_there(world: World) -> None:
    baseline, calendar, scenario = world
    later = max(calendar.horizons.values()) + dt.timedelta(days=1)
    changes = tuple(c.model_copy(update={"start": later}) for c in scenario.changes)
    found = simulate(baseline, scenario.model_copy(update={"changes": changes}), calendar)
    for key in calendar.horizons:
        assert same(found[key].after, found[key].before)


@pytest.mark.parametrize("component", RULES.components)
def test_every_lever_computes_at_nothing_the_cap_and_all(component: str) -> None:
    case = phu_tho()
    target = float(RULES.target_rate[RULES.index(component)])
    totals = []
    for value in (0.0, target, 1.0):
        made = [change("*", "set", value, component)]
        # what counts the same dossiers would move along: both set, each goes its own way
        pairs = [[RULES.components[c] for c in pair] for pair in RULES.coupled]
        others = [name for pair in pairs if component in pair for name in pair if name != component]
        made += [change("*", "add", 0.0, other) for other in others]
        scenario = Scenario(dataset="phu_tho_2026", changes=tuple(made))
        for result in simulate(case.baseline, scenario, case.calendar).values():
            assert np.isfinite(result.after.total).all()
        totals.append(simulate(case.baseline, scenario, case.calendar)[TODAY].after.total)
    # above the cap nothing more is earned
    assert totals[2] == pytest.approx(totals[1], abs=1e-9)
    assert (totals[1] >= totals[0] - 1e-9).all()


def test_every_rate_at_nothing_the_cap_and_all_computes() -> None:
    case = phu_tho()
    for value, total in ((0.0, 0), (1.0, 98)):
        made = tuple(change("*", "set", value, component) for component in RULES.components)
        scenario = Scenario(dataset="phu_tho_2026", changes=made)
        found = simulate(case.baseline, scenario, case.calendar)[TODAY].after.total
        # the 2 points of certified copies are for having none to count
        assert found[PROVINCE] == pytest.approx(total + 2)


# Districts and communes ---------------------------------------------------------------------------


@pytest.fixture
def after() -> dict[str, Result]:
    """The small province after its nested commune B1 goes from 20 % to 60 % of new dossiers."""
    return simulate(small(), planned(change("B1", "floor", 0.6)), small_calendar())


def test_a_nested_commune_moves_its_district_and_the_province_by_its_share(
    after: dict[str, Result],
) -> None:
    # today: B 0.25 x 0.4 = 0.1, P 0.6 x 0.1 = 0.06, and 4 points for all of P
    assert after[TODAY].after.rate[[P, B], DIGITIZED] == pytest.approx([0.56, 0.6])
    assert after[TODAY].change.sum() == pytest.approx(0.24)
    # at the end of the year 184 of 365 days are new
    assert after["year_end"].after.rate[P, DIGITIZED] == pytest.approx(0.5 + 0.06 * 184 / 365)
    assert after["year_end"].change.sum() == pytest.approx(0.24 * 184 / 365)


def test_a_district_and_its_communes_count_once() -> None:
    both = planned(change("B", "set", 0.6), change("B1", "floor", 0.6))
    found = simulate(small(), both, small_calendar())
    only = simulate(small(), planned(change("B", "set", 0.6)), small_calendar())
    for key in found:
        assert found[key].score_after == pytest.approx(only[key].score_after, abs=1e-12)


def test_all_units_to_one_rate_bring_the_province_there() -> None:
    found = simulate(small(), planned(change("*", "set", 0.9)), small_calendar())[TODAY]
    assert found.after.rate[:, DIGITIZED] == pytest.approx(0.9)


# Other rules --------------------------------------------------------------------------------------


def test_assumed_rules_score_what_comes_after_and_not_what_was() -> None:
    edits = {"digitized": RuleEdit(max_points=8, target_rate=1)}
    scenario = Scenario(dataset="small", assumptions=Assumptions(rules=edits))
    found = simulate(small(), scenario, small_calendar())[TODAY]
    # 0.5 of 8 instead of 0.5 of 4 points
    assert found.change[DIGITIZED] == pytest.approx(2)
    assert found.score_after - found.score_before == pytest.approx(2)


def test_weight_0_is_influence_0() -> None:
    edits = {"digitized": RuleEdit(max_points=0, target_rate=1)}
    assumed = Assumptions(rules=edits)
    without = Scenario(dataset="small", assumptions=assumed)
    moved = planned(change("*", "set", 1.0)).model_copy(update={"assumptions": assumed})
    one, two = (simulate(small(), each, small_calendar()) for each in (without, moved))
    assert one[TODAY].score_after == two[TODAY].score_after


# What the screen asks -----------------------------------------------------------------------------


@FEW
@given(world=worlds())
def test_the_path_meets_the_horizons(world: World) -> None:
    baseline, calendar, scenario = world
    found = simulate(baseline, scenario, calendar)
    dates = [result.date for result in found.values()]
    expected = [result.score_after for result in found.values()]
    assert path(baseline, scenario, calendar, dates).tolist() == expected


def test_units_that_tie_share_the_better_rank() -> None:
    baseline = small()
    totals = np.array([99.0, 90, 80, 80, 70, 60])
    outcome = replace(score(baseline, baseline.rate), total=totals)
    assert unit_ranks(outcome, baseline)[1:].tolist() == [1, 2, 2, 4, 5]
    assert np.isnan(unit_ranks(outcome, baseline)[PROVINCE])
    # a unit without a single dossier has no rank, and takes none
    baseline.rate[A] = np.nan
    assert unit_ranks(outcome, baseline)[2:].tolist() == [1, 1, 3, 4]


def rows(*units: int) -> np.ndarray:
    return np.isin(np.arange(6), units)


def test_what_a_lever_is_worth_by_hand() -> None:
    # C has 0.3 of the dossiers: 4 points x 0.3 x 1 %; from 40 % to 100 % 4 x 0.3 x 0.6
    value = lever_value(small(), small().rate, DIGITIZED, rows(C))
    assert (value.now, value.room) == pytest.approx((0.012, 0.72))
    assert (value.capped, value.known) == (False, True)
    # the province itself: 4 x 1 %, and the 0.5 to the cap
    value = lever_value(small(), small().rate, DIGITIZED, rows(P))
    assert (value.now, value.room) == pytest.approx((0.04, 2))


def test_a_lever_at_the_cap_is_worth_nothing() -> None:
    # the target of online filing is 50 %, which the province has
    value = lever_value(small(), small().rate, RULES.index("filed_online"), rows(C))
    assert (value.now, value.room, value.capped) == (0, 0, True)
    # and a lever that stops short of a point is worth what is left: 0.2 of a percentage point
    rate = small().rate.copy()
    rate[P, DIGITIZED] = 0.998
    assert lever_value(small(), rate, DIGITIZED, rows(P)).now == pytest.approx(4 * 0.002)


def test_units_of_distinct_procedures_have_no_known_value() -> None:
    value = lever_value(small(), small().rate, DIGITIZED, rows())
    assert not value.known


def test_the_rate_of_a_scope_is_weighted_by_dossiers() -> None:
    # (100 x 0.8 + 300 x 0.4) / 400
    assert scope_rate(small(), small().rate, DIGITIZED, rows(A, C)) == pytest.approx(0.5)
    assert scope_rate(small(), small().rate, DIGITIZED, rows(P)) == 0.5
    assert scope_rate(small(), small().rate, DIGITIZED, rows(A, B, 3, 4, C)) == 0.5
    assert np.isnan(scope_rate(small(), small().rate, DIGITIZED, rows()))


def test_what_is_lost_and_what_is_earned_are_all_points() -> None:
    case = phu_tho()
    outcome = score(case.baseline, case.baseline.rate)
    missing = lost(case.baseline, outcome)
    assert missing + outcome.groups[PROVINCE] == pytest.approx([18, 20, 12, 10, 18, 22])
    figures = {Status(int(value)) for value in case.baseline.status[PROVINCE]}
    assert figures == {Status.PUBLISHED, Status.NO_DATA}
