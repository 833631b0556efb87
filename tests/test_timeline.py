"""Year-to-date rates: what has been done drags on what will be done."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dataset.schema import Horizon, Meta
from core.outlook.timeline import Calendar, backward, calendar, latest_start, ramp, reach
from core.scenario.model import Change
from worlds import forward

FEW = settings(max_examples=60, derandomize=True)
AS_OF, Q2, YEAR_END = dt.date(2025, 3, 27), dt.date(2025, 6, 30), dt.date(2025, 12, 31)
UNIFORM = (1.0,) * 12
fractions = st.floats(0, 1)
volumes = st.floats(0.01, 1)
profiles = st.lists(st.floats(0.1, 5), min_size=12, max_size=12).map(tuple)


def year(
    monthly: tuple[float, ...] | None = None,
    as_of: dt.date = AS_OF,
    start: dt.date = dt.date(2025, 1, 1),
    last: dt.date = YEAR_END,
) -> Calendar:
    """The calendar of a dataset of 2025 with the usual horizons."""
    return calendar(
        Meta(
            name_vi="Tỉnh Nhỏ",
            name_en="A small province",
            province="P",
            rule_set="766-2022",
            period_start=start,
            as_of=as_of,
            horizons=(Horizon(key="q2", date=Q2), Horizon(key="last", date=last)),
            field_size=63,
            monthly_volume=monthly,
        )
    )


def starting(
    start: dt.date | None = None, weeks: float = 0.0, shape: str = "linear", value: float = 1.0
) -> Change:
    return Change(
        unit="*",
        component="digitized",
        mode="set",
        value=value,
        start=start,
        ramp_weeks=weeks,
        ramp_shape=shape,  # type: ignore[arg-type]
    )


# Volumes ------------------------------------------------------------------------------------------


def test_volumes_of_a_year_without_a_profile_are_days() -> None:
    days = year()
    # 31 + 28 + 27 days to 27 March, 4 + 30 + 31 + 30 more to 30 June, 279 to the end of the year
    assert days.so_far() == pytest.approx(86 / 365)
    assert days.to_come(Q2) == pytest.approx(95 / 365)
    assert days.to_come(YEAR_END) == pytest.approx(279 / 365)
    assert days.weeks_to(Q2) == pytest.approx(95 / 7)
    assert days.horizons == {"q2": Q2, "last": YEAR_END}


def test_nothing_comes_in_backwards_or_before_the_start() -> None:
    days = year()
    assert days.volume(Q2, AS_OF) == 0
    assert days.volume(dt.date(2024, 1, 1), dt.date(2024, 6, 1)) == 0
    assert days.volume(dt.date(2024, 1, 1), AS_OF) == days.so_far()


def test_a_monthly_profile_is_spread_over_the_days_of_each_month() -> None:
    # a quarter of the dossiers in January, the rest in April: 18 of 30 days of it to 18 April
    days = year((1.0, 0, 0, 3) + (0.0,) * 8)
    assert days.so_far() == pytest.approx(0.25)
    assert days.volume(AS_OF, dt.date(2025, 4, 18)) == pytest.approx(0.75 * 18 / 30)
    assert days.to_come(Q2) == pytest.approx(0.75)
    # so 20 % so far and 60 % of the new ones make 0.25 x 20 + 0.75 x 60 = 50 %
    found = forward(np.array(0.2), np.array(0.6), days.so_far(), days.to_come(Q2))
    assert found == pytest.approx(0.5)


def test_a_month_of_the_next_year_has_the_volume_of_that_month() -> None:
    days = year(UNIFORM, last=dt.date(2026, 1, 31))
    january = days.volume(dt.date(2024, 12, 31), dt.date(2025, 1, 31))
    assert january == pytest.approx(1 / 12)
    assert days.volume(YEAR_END, dt.date(2026, 1, 31)) == pytest.approx(january)
    assert days.volume(dt.date(2024, 12, 31), YEAR_END) == pytest.approx(1)


@FEW
@given(monthly=profiles, day=st.integers(0, 364))
def test_volumes_of_any_profile_add_up(monthly: tuple[float, ...], day: int) -> None:
    days = year(monthly)
    before = dt.date(2024, 12, 31)
    middle = dt.date(2025, 1, 1) + dt.timedelta(days=day)
    assert days.volume(before, YEAR_END) == pytest.approx(1)
    parts = days.volume(before, middle) + days.volume(middle, YEAR_END)
    assert parts == pytest.approx(1)


# Forward and backward -----------------------------------------------------------------------------


def test_the_worked_example_of_the_drag() -> None:
    days = year()
    # 86 days at 20 % and 95 days at 77.2 %: (86 x 20 + 95 x 77.2) / 181 = 9054 / 181 = 50.02 %
    found = forward(np.array(0.2), np.array(0.772), days.so_far(), days.to_come(Q2))
    assert found == pytest.approx(90.54 / 181)
    assert round(float(found), 2) == 0.5
    # and for 50 %: (50 x 181 - 20 x 86) / 95 = 7330 / 95 = 77.16 %
    needed = backward(np.array(0.5), np.array(0.2), days.so_far(), days.to_come(Q2))
    assert needed == pytest.approx(73.3 / 95)


@FEW
@given(rate=fractions, new=fractions, so_far=volumes, to_come=volumes)
def test_backward_undoes_forward(rate: float, new: float, so_far: float, to_come: float) -> None:
    found = forward(np.array(rate), np.array(new), so_far, to_come)
    assert backward(found, np.array(rate), so_far, to_come) == pytest.approx(new, abs=1e-9)


@FEW
@given(rate=fractions, new=fractions, more=fractions, so_far=volumes, to_come=volumes)
def test_a_higher_rate_on_new_dossiers_never_lowers_the_rate(
    rate: float, new: float, more: float, so_far: float, to_come: float
) -> None:
    better = max(new, more)
    low = forward(np.array(rate), np.array(new), so_far, to_come)
    high = forward(np.array(rate), np.array(better), so_far, to_come)
    assert high >= low
    assert min(rate, new) - 1e-12 <= low <= max(rate, new) + 1e-12


def test_out_of_reach_is_above_one_and_met_anyway_below_zero() -> None:
    # 20 % of 86 days and all of 95: 112.2 / 181 = 62 % is the most that can be
    assert backward(np.array(0.63), np.array(0.2), 86, 95) > 1
    assert backward(np.array(112.2 / 181), np.array(0.2), 86, 95) == pytest.approx(1)
    assert backward(np.array(0.3), np.array(0.8), 86, 95) < 0


def test_with_nothing_to_come_nothing_can_be_changed() -> None:
    with pytest.raises(ValueError, match="no dossiers come in before this date"):
        backward(np.array(0.5), np.array(0.2), 86, 0)


# Changes that start and ramp up -------------------------------------------------------------------


def test_a_change_from_the_next_day_on_reaches_all_that_is_to_come() -> None:
    assert reach(year(), starting(), Q2) == pytest.approx(95 / 181)
    assert reach(year(), starting(dt.date(2025, 3, 28)), Q2) == pytest.approx(95 / 181)
    # a start in the past changes nothing that is done
    assert reach(year(), starting(dt.date(2025, 1, 1)), Q2) == pytest.approx(95 / 181)


def test_a_later_start_reaches_less() -> None:
    # from 1 May on: 31 + 30 of 181 days
    assert reach(year(), starting(dt.date(2025, 5, 1)), Q2) == pytest.approx(61 / 181)
    assert reach(year(), starting(Q2), Q2) == pytest.approx(1 / 181)


def test_a_start_after_the_horizon_changes_nothing_there() -> None:
    later = starting(dt.date(2025, 7, 1))
    assert reach(year(), later, Q2) == 0
    assert reach(year(), later, YEAR_END) == pytest.approx(184 / 365)


def test_nothing_has_arrived_on_the_date_of_the_data() -> None:
    assert reach(year(), starting(), AS_OF) == 0
    assert reach(year(), starting(), dt.date(2025, 1, 31)) == 0


@pytest.mark.parametrize("shape", ["linear", "s_curve"])
def test_a_ramp_over_all_that_is_to_come_halves_it(shape: str) -> None:
    ramped = starting(weeks=95 / 7, shape=shape)
    assert reach(year(), ramped, Q2) == pytest.approx(0.5 * 95 / 181)


@pytest.mark.parametrize("shape", ["linear", "s_curve"])
def test_a_ramp_goes_from_nothing_over_half_to_all(shape: str) -> None:
    ages = np.array([-7.0, 0, 21, 42, 400])
    assert ramp(ages, 6, shape).tolist() == [0, 0, 0.5, 1, 1]
    assert ramp(ages, 0, shape).tolist() == [0, 1, 1, 1, 1]


def test_an_s_curve_is_slow_at_both_ends() -> None:
    # 3 x^2 - 2 x^3 at a quarter: 0.1875 - 0.03125
    quarter = ramp(np.array([1.75, 5.25]), 1, "s_curve")
    assert quarter == pytest.approx([0.15625, 0.84375])


def test_a_profile_weighs_a_late_start_by_dossiers_and_not_by_days() -> None:
    # a quarter of the dossiers in January, the rest in April: from 16 April on half of these
    days = year((1.0, 0, 0, 3) + (0.0,) * 8)
    assert reach(days, starting(dt.date(2025, 4, 16)), Q2) == pytest.approx(0.75 / 2)


@FEW
@given(
    monthly=profiles,
    start=st.dates(dt.date(2025, 1, 1), dt.date(2026, 3, 1)),
    weeks=st.floats(0, 60).map(lambda weeks: round(weeks, 3)),
    shape=st.sampled_from(["linear", "s_curve"]),
)
def test_a_longer_ramp_and_a_later_start_never_reach_more(
    monthly: tuple[float, ...], start: dt.date, weeks: float, shape: str
) -> None:
    days = year(monthly)
    found = reach(days, starting(start, weeks, shape), YEAR_END)
    assert 0 <= found <= 1 - days.so_far() + 1e-12
    assert reach(days, starting(start, weeks + 4, shape), YEAR_END) <= found + 1e-12
    later = starting(start + dt.timedelta(days=10), weeks, shape)
    assert reach(days, later, YEAR_END) <= found + 1e-12


@FEW
@given(monthly=profiles, rate=fractions, new=fractions)
def test_reach_is_the_formula_of_year_to_date_rates(
    monthly: tuple[float, ...], rate: float, new: float
) -> None:
    days = year(monthly)
    by_formula = forward(np.array(rate), np.array(new), days.so_far(), days.to_come(Q2))
    assert rate + reach(days, starting(), Q2) * (new - rate) == pytest.approx(float(by_formula))


# The last day to start ----------------------------------------------------------------------------


def test_the_last_day_to_start_by_hand() -> None:
    # 50 % on 30 June from 20 %: x of 181 days at 100 %, (181 - x) x 0.2 + x = 90.5, x = 67.9;
    # so the last 68 days, from 24 April (7 in April, 31 in May, 30 in June)
    assert latest_start(year(), 0.5, 0.2, Q2) == dt.date(2025, 4, 24)


def test_no_day_is_early_enough_or_none_is_needed() -> None:
    assert latest_start(year(), 1.0, 0.2, Q2) == dt.date(2025, 1, 1)
    assert latest_start(year(), 1.01, 0.2, Q2) is None
    assert latest_start(year(), 0.2, 0.2, Q2) == Q2
    assert latest_start(year(), 0.5, 1.0, Q2) == Q2


@FEW
@given(monthly=profiles, rate=st.floats(0, 0.99), target=fractions)
def test_the_last_day_to_start_by_trying_every_day(
    monthly: tuple[float, ...], rate: float, target: float
) -> None:
    days = year(monthly)
    before = dt.date(2024, 12, 31)
    whole = days.volume(before, Q2)
    last = Q2 if rate >= target else None
    for day in range(0 if last is None else 181, 181):
        start = dt.date(2025, 1, 1) + dt.timedelta(days=day)
        done = days.volume(before, start - dt.timedelta(days=1)) * rate
        if done + days.volume(start - dt.timedelta(days=1), Q2) >= whole * target - 1e-9:
            last = start
    assert latest_start(days, target, rate, Q2) == last
