"""Changes that follow each other in time: by hand, by laws, and one phase as it always was."""

import datetime as dt
import json
import zlib
from base64 import urlsafe_b64encode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.index.coupling import carry
from core.index.rollup import roll_up
from core.outlook.simulate import rates_on
from core.outlook.timeline import reach
from core.problems import DataError
from core.scenario.apply import apply, check_scenario, winners
from core.scenario.files import dump, from_link, parse, to_link
from core.scenario.model import Assumptions, Change, Scenario, phases, set_change
from worlds import DIGITIZED, A, B, C, planned, random_baseline, scenarios, seeds, small
from worlds import small_calendar as calendar

FEW = settings(max_examples=60, derandomize=True, deadline=None)
Q3, YEAR_END = dt.date(2025, 9, 30), dt.date(2025, 12, 31)
OCTOBER = dt.date(2025, 10, 1)
# of 365 days 181 are over; the third quarter has 92, the fourth 92 too
SO_FAR, QUARTER = 181, 92


def phase(unit: str, mode: str, value: float, **more: object) -> Change:
    keys = {"unit": unit, "component": "digitized", "mode": mode, "value": value, **more}
    return Change.model_validate(keys)


def on(date: dt.date, *made: Change) -> np.ndarray:
    return rates_on(small(), planned(*made), calendar(), date)[:, DIGITIZED]


def test_two_phases_each_hold_for_their_own_days() -> None:
    """A commune at 40 %: new dossiers at 50 % in the third quarter, at 70 % in the fourth."""
    made = phase("C", "set", 0.5, end=Q3), phase("C", "set", 0.7, start=OCTOBER)
    third = (SO_FAR * 0.4 + QUARTER * 0.5) / (SO_FAR + QUARTER)
    year = (SO_FAR * 0.4 + QUARTER * 0.5 + QUARTER * 0.7) / 365
    assert on(Q3, *made)[C] == pytest.approx(third)
    assert on(YEAR_END, *made)[C] == pytest.approx(year)
    # the question "if it were so today" asks of what is led to in the end
    assert on(calendar().as_of, *made)[C] == pytest.approx(0.7)


def test_after_a_phase_that_ends_the_present_pace_goes_on() -> None:
    year = (SO_FAR * 0.4 + QUARTER * 0.5 + QUARTER * 0.4) / 365
    assert on(YEAR_END, phase("C", "set", 0.5, end=Q3))[C] == pytest.approx(year)


def test_a_ramp_begins_where_the_phase_of_the_day_before_has_led() -> None:
    """0.5, then over 13 weeks and a day (the whole quarter) to 0.7: 0.6 on the average."""
    ramp = phase("C", "set", 0.7, start=OCTOBER, ramp_weeks=QUARTER / 7)
    after_one = on(YEAR_END, phase("C", "set", 0.5, end=Q3), ramp)[C]
    alone = on(YEAR_END, ramp)[C]  # from the present 0.4: 0.55 on the average
    assert after_one == pytest.approx((SO_FAR * 0.4 + QUARTER * 0.5 + QUARTER * 0.6) / 365)
    assert alone == pytest.approx((SO_FAR * 0.4 + QUARTER * 0.4 + QUARTER * 0.55) / 365)


def test_attain_brings_the_year_to_date_rate_to_the_value_on_the_day() -> None:
    """42 % by the end of September from 40 % asks 0.42 + 181/92 x 0.02 of new dossiers; then 50 %.

    A at 80 % is above both and stays.
    """
    aims = (
        phase("*", "attain", 0.42, end=Q3),
        phase("*", "attain", 0.5, start=OCTOBER, end=YEAR_END),
    )
    assert on(Q3, *aims)[[A, C]] == pytest.approx([0.8, 0.42])
    assert on(YEAR_END, *aims)[[A, C]] == pytest.approx([0.8, 0.5])
    half_way = dt.date(2025, 8, 15)  # 46 of the 92 days
    new = 0.42 + SO_FAR / QUARTER * 0.02
    assert on(half_way, aims[0])[C] == pytest.approx((SO_FAR * 0.4 + 46 * new) / (SO_FAR + 46))


def test_attain_comes_as_near_as_it_can() -> None:
    """90 % by the end of September is out of reach: all new dossiers, 181 x 0.4 + 92 of 273."""
    far = phase("C", "attain", 0.9, end=Q3)
    assert on(Q3, far)[C] == pytest.approx((SO_FAR * 0.4 + QUARTER) / (SO_FAR + QUARTER))
    over = phase("C", "attain", 0.9, end=dt.date(2025, 6, 1))
    assert on(Q3, over)[C] == on(Q3)[C], "its days are over before the data"


def test_a_narrower_phase_takes_the_place_of_the_wider_ones_it_meets_only() -> None:
    """C has its own fourth quarter; in the third the change for all communes holds."""
    wide = (
        phase("level:commune", "set", 0.5, end=Q3),
        phase("level:commune", "set", 0.6, start=OCTOBER),
    )
    own = phase("C", "set", 0.9, start=OCTOBER)
    found = on(YEAR_END, *wide, own)
    assert found[C] == pytest.approx((SO_FAR * 0.4 + QUARTER * 0.5 + QUARTER * 0.9) / 365)
    assert found[A] == pytest.approx(0.8)


def test_two_phases_that_share_a_day_are_both_named() -> None:
    two = planned(phase("C", "set", 0.5, end=OCTOBER), phase("C", "set", 0.7, start=OCTOBER))
    (problem,) = check_scenario(two, small())
    assert "changes 1 and 2 clash" in str(problem)
    with pytest.raises(DataError):
        winners(two, small())


def test_what_is_impossible_is_refused() -> None:
    with pytest.raises(ValidationError, match="on which the rate is attained"):
        phase("C", "attain", 0.5)
    with pytest.raises(ValidationError, match="an end on or after the start"):
        phase("C", "set", 0.5, start=OCTOBER, end=Q3)


def test_phases_are_listed_in_time_and_set_all_at_once() -> None:
    first, second = phase("C", "set", 0.5, end=Q3), phase("C", "set", 0.7, start=OCTOBER)
    both = planned(second, first)
    assert phases(both, "C", "digitized") == (first, second)
    whole = phase("C", "set", 0.9)
    assert set_change(both, whole).changes == (whole,)


def test_a_file_and_a_link_keep_phases_and_older_ones_are_read() -> None:
    both = planned(
        phase("C", "set", 0.5, end=Q3), phase("C", "attain", 0.7, start=OCTOBER, end=YEAR_END)
    )
    assert parse(dump(both)) == both
    assert from_link(to_link(both)) == both
    old = {"version": 1, "dataset": "small", "title": "Quý IV", "changes": []}
    packed = urlsafe_b64encode(zlib.compress(json.dumps(old).encode())).decode().rstrip("=")
    assert from_link(f"1.{packed}") == Scenario(dataset="small", title="Quý IV")


@FEW
@given(scenario=scenarios, seed=seeds, date=st.dates(dt.date(2025, 7, 1), YEAR_END))
def test_one_phase_is_as_it_always_was_to_the_last_bit(
    scenario: Scenario, seed: int, date: dt.date
) -> None:
    """What the engine computed before there were phases, spelled out."""
    scenario = scenario.model_copy(update={"assumptions": Assumptions()})
    baseline, days = random_baseline(seed), calendar()
    start = baseline.rate
    moved, chosen = carry(baseline, start, apply(scenario, baseline), winners(scenario, baseline))
    arrived = np.array([reach(days, change, date) for change in scenario.changes] + [0.0])
    moved = np.where(moved == start, start, start + arrived[chosen] * (moved - start))
    before = roll_up(baseline, moved, start)
    assert np.array_equal(rates_on(baseline, scenario, days, date), before, equal_nan=True)


@FEW
@given(
    scenario=scenarios, seed=seeds, value=st.floats(0, 1), mode=st.sampled_from(["set", "floor"])
)
def test_a_phase_that_starts_after_a_horizon_changes_nothing_at_it(
    scenario: Scenario, seed: int, value: float, mode: str
) -> None:
    ended = tuple(
        change.model_copy(update={"end": Q3, "start": None}) for change in scenario.changes
    )
    later = tuple(
        change.model_copy(update={"start": OCTOBER, "end": None, "mode": mode, "value": value})
        for change in scenario.changes
    )
    one = scenario.model_copy(update={"changes": ended})
    two = scenario.model_copy(update={"changes": (*later, *ended)})
    baseline, days = random_baseline(seed), calendar()
    assert np.array_equal(
        rates_on(baseline, one, days, Q3), rates_on(baseline, two, days, Q3), equal_nan=True
    )


@FEW
@given(seed=seeds, first=st.floats(0, 1), second=st.floats(0, 1))
def test_what_is_attained_is_attained_in_every_draw(seed: int, first: float, second: float) -> None:
    """Also of drawn rates each comes to the value, or all its new dossiers do not bring it."""
    baseline, days = small(), calendar()
    drawn = np.clip(
        baseline.rate + np.random.default_rng(seed).normal(0, 0.1, (3, *baseline.rate.shape)), 0, 1
    )
    made = planned(
        phase("C", "attain", first, end=Q3),
        phase("C", "attain", second, start=OCTOBER, end=YEAR_END),
    )
    at_third = rates_on(baseline, made, days, Q3, drawn)[:, C, DIGITIZED]
    at_end = rates_on(baseline, made, days, YEAR_END, drawn)[:, C, DIGITIZED]
    now = drawn[:, C, DIGITIZED]
    best = (SO_FAR * now + QUARTER) / (SO_FAR + QUARTER)
    assert at_third == pytest.approx(np.clip(first, now, best))
    pace = ((SO_FAR + QUARTER) * at_third + QUARTER * now) / 365
    all_new = ((SO_FAR + QUARTER) * at_third + QUARTER) / 365
    assert at_end == pytest.approx(np.clip(second, pace, all_new))
    assert B != C
