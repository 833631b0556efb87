"""What a slider shows while it is held is what the engine answers for that place of the thumb."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.dataset.load import list_datasets
from core.field.ladder import Ladder, ladder
from core.index.coupling import partners
from core.index.rollup import PROVINCE
from core.levers.leverage import scope_rate
from core.levers.live import (
    earned_now,
    let_go,
    live_points,
    live_ranks,
    live_scores,
    live_totals,
    own_part,
    places,
)
from core.levers.pull import Pull, effective, pulled
from core.outlook.case import Case
from core.outlook.uncertainty import moves_at
from core.scenario.model import Assumptions, Change, Mode, Scenario
from core.scenario.scope import rows_within
from worlds import shipped


@cache
def case(name: str) -> Case:
    return shipped(name)


@cache
def rungs(name: str, horizon: str) -> Ladder:
    here = case(name)
    moves = moves_at(here.drawn, horizon, here.calendar.dates[horizon])
    return ladder(here.drawn.field.names, moves.others, here.drawn.own, moves.like)


MODES: list[Mode] = ["floor", "set", "add", "close_gap"]


@st.composite
def levers(draw: st.DrawFn, name: str) -> tuple[Scenario, Pull]:
    """A scenario of up to three changes, and a lever in hand."""
    base = case(name).baseline
    moved = [c for c in base.rules.components if base.summed[base.rules.index(c)]]
    scopes = ["*", *(f"level:{one}" for one in dict.fromkeys(base.level[1:])), *base.units[1:]]
    changes: dict[tuple[str, str], Change] = {}
    for _ in range(draw(st.integers(0, 3))):
        unit, component = draw(st.sampled_from(scopes)), draw(st.sampled_from(moved))
        value = draw(st.integers(0, 20)) / 20
        changes[unit, component] = Change(
            unit=unit, component=component, mode=draw(st.sampled_from(MODES)), value=value
        )
    component, unit = draw(st.sampled_from(moved)), draw(st.sampled_from(scopes))
    rows = rows_within(unit, base)
    rows[PROVINCE] = False
    stands = scope_rate(base, base.rate, base.rules.index(component), rows)
    mode = draw(st.sampled_from(MODES))
    neutral = round(float(np.nan_to_num(stands)), 3)
    pull = Pull((unit,), component, mode, neutral, ramp_weeks=draw(st.sampled_from([0.0, 6.0])))
    return Scenario(dataset=name, changes=tuple(changes.values())), pull


@pytest.mark.parametrize("name", list_datasets())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_place_of_the_thumb_is_what_the_engine_answers(
    name: str, data: st.DataObject
) -> None:
    here = case(name)
    scenario, pull = data.draw(levers(name))
    horizon = data.draw(st.sampled_from(list(here.calendar.dates)))
    found = here.outlook(scenario)[horizon]
    mine = own_part(here.baseline, scenario, pull)
    lever = live_points(here, mine, pull, found.result.date)
    totals = live_totals(found, lever)
    table = live_ranks(here, scenario, found, pull, totals, rungs(name, horizon))
    scores, at = live_scores(found, totals), places(pull)
    column = here.baseline.rules.index(pull.component)
    for place in data.draw(st.lists(st.integers(0, len(at) - 1), min_size=4, max_size=4)):
        made = pulled(scenario, here.baseline, pull, float(at[place]))
        engine = here.outlook(made)[horizon]
        assert scores[place] == pytest.approx(engine.after.score, abs=1e-9)
        rank = engine.after.rank
        held = table.low[place], table.median[place], table.high[place]
        assert held == (rank.p10, rank.median, rank.p90)
        assert table.certain[place] == engine.after.certain
        reached = engine.result.after.rate[PROVINCE, column]
        assert lever.rate[place] == pytest.approx(reached, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", list_datasets())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_where_a_lever_stands_makes_no_difference_to_its_table(
    name: str, data: st.DataObject
) -> None:
    """So that a move of it needs no new one: only what is earned now is another."""
    here = case(name)
    scenario, pull = data.draw(levers(name))
    thumb = data.draw(st.sampled_from(places(pull).tolist()))
    scenario = pulled(scenario, here.baseline, pull, thumb)
    found = here.outlook(scenario)[data.draw(st.sampled_from(list(here.calendar.dates)))]
    mine, date = own_part(here.baseline, scenario, pull), found.result.date
    itself, free = (live_points(here, one, pull, date) for one in (mine, let_go(mine, pull)))
    now = earned_now(here.baseline, found, pull)
    assert now == pytest.approx(itself.now, abs=1e-12)
    assert live_totals(found, replace(free, now=now)) == pytest.approx(live_totals(found, itself))
    assert free.rate == pytest.approx(itself.rate, nan_ok=True)


def test_what_is_kept_of_a_lever_does_not_hold_the_rates_of_all_units() -> None:
    here = case("phu_tho_2026")
    pull = Pull(("*",), here.baseline.rules.first[0], "floor", 0.5)
    found = live_points(here, Scenario(dataset=here.dataset.id), pull, here.calendar.as_of)
    assert found.rate.base is None
    assert found.earned.base is None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("stands", [0.0, 0.123, 0.4, 0.867, 1.0])
def test_a_thumb_below_where_the_rate_stands_takes_from_all_alike(
    mode: Mode, stands: float
) -> None:
    """Only where the lever lifts those below; elsewhere the value is where the thumb is."""
    pull = Pull(("*",), "digitized", mode, stands)
    at = places(pull)
    for place, lowers, value in zip(at, *effective(pull, at), strict=True):
        below = mode == "floor" and place < stands
        assert lowers == below
        assert value == round(float(place) - (stands if below else 0), 6)


@pytest.mark.parametrize("name", list_datasets())
def test_a_lever_that_is_pulled_down_lowers(name: str) -> None:
    """Digitisation of all units at half of where it stands: the province loses rate and points."""
    here = case(name)
    rules = here.baseline.rules
    component = "digitized"
    column = rules.index(component)
    stands = float(here.baseline.rate[PROVINCE, column])
    pull = Pull(("*",), component, "floor", round(stands, 3))
    made = pulled(Scenario(dataset=name), here.baseline, pull, round(stands / 2, 2))
    today = here.outlook(made)["today"]
    assert today.change < -0.05
    rate = today.result.after.rate[PROVINCE, column]
    assert stands / 2 - 0.01 < rate < 0.8 * stands  # units at 0 have nothing to give


def test_what_stands_is_no_change() -> None:
    base = case("phu_tho_2026").baseline
    pull = Pull(("*",), base.rules.first[0], "floor", 0.5)
    moved = pulled(Scenario(dataset=base.dataset_id), base, pull, 0.7)
    assert len(moved.changes) == 1
    assert pulled(moved, base, pull, 0.5).changes == ()


def test_ranks_of_the_ladder_count_who_is_above() -> None:
    """Three others at 70, 60, 50 in one draw and ten points more in the other."""
    others = np.array([[70.0, 60.0, 50.0], [80.0, 70.0, 60.0]])
    found = ladder(("A", "B", "C"), others, np.zeros(2), np.ones(2))
    # at 65 the ranks are 2 and 3: the lower end and the median are the better one
    assert found.ranks(np.array(65.0)).tolist() == [2, 2, 3]
    assert found.ranks(np.array([49.0, 80.0])).T.tolist() == [[4, 4, 4], [1, 1, 1]]
    assert found.names == ("A", "B", "C")
    assert not found.settled


def test_a_gain_of_the_others_moves_the_ladder() -> None:
    here = case("phu_tho_2026")
    date = here.calendar.dates["year_end"]
    moves = moves_at(here.drawn, "year_end", date, 9.0)
    found = ladder((), moves.others, here.drawn.own, moves.like)
    assert found.names == ()
    scenario = Scenario(dataset=here.dataset.id, assumptions=Assumptions(field_gain=9.0))
    rank = here.outlook(scenario)["year_end"].after.rank
    score = here.outlook(scenario)["year_end"].result.score_after
    assert found.ranks(np.array(score)).tolist() == [rank.p10, rank.median, rank.p90]


def test_the_pair_that_counts_the_same_dossiers_is_in_the_worlds() -> None:
    """Else the parity above would not try a lever that carries another."""
    assert (partners(case("phu_tho_2026").baseline.rules) >= 0).any()
