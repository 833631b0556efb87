"""What a scenario does: rates, points and score before and after, today and on each horizon."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.index.coupling import carry
from core.index.rollup import PROVINCE, Baseline, Outcome, roll_up, score
from core.index.rules import by_group
from core.outlook.phases import led_to
from core.outlook.timeline import Calendar
from core.scenario.apply import apply_layer, assumed_rules, winners
from core.scenario.model import Scenario


@dataclass(frozen=True)
class Result:
    """One horizon: `before` and `after` for all units; `change` (C,) in points of the province."""

    horizon: str
    date: dt.date
    before: Outcome
    after: Outcome
    change: Array

    @property
    def score_before(self) -> float:
        return float(self.before.total[PROVINCE])

    @property
    def score_after(self) -> float:
        return float(self.after.total[PROVINCE])


def simulate(baseline: Baseline, scenario: Scenario, calendar: Calendar) -> dict[str, Result]:
    """The scenario at every horizon, `today` first. Raises DataError as `check_scenario` finds.

    `today` answers "if the year-to-date rates were these"; on a horizon the scenario's values hold
    for the dossiers still to come, from the start of each change on, and the year-to-date rate
    carries what has been done. Without a change the present pace goes on.
    """
    before = score(baseline, baseline.rate)
    assumed = assumed_rules(scenario, baseline)
    return {
        key: _result(assumed, before, key, date, rates_on(baseline, scenario, calendar, date))
        for key, date in calendar.dates.items()
    }


def simulate_on(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, date: dt.date
) -> Result:
    """The scenario on one day after the data. Raises DataError as `check_scenario` finds."""
    before, assumed = score(baseline, baseline.rate), assumed_rules(scenario, baseline)
    rate = rates_on(baseline, scenario, calendar, date)
    return _result(assumed, before, f"{date}", date, rate)


def rates_on(
    baseline: Baseline,
    scenario: Scenario,
    calendar: Calendar,
    date: dt.date,
    start: Array | None = None,
    share: Array | None = None,
) -> Array:
    """Year-to-date rates (..., U, C) of all units on a date, rolled up to the province.

    On the date of the data itself (or before): as if the year-to-date rates were the scenario's.
    `start` and `share` (..., U, C) replace the baseline's rates and parts of the province's
    volume, for draws of what is not known.
    """
    start = baseline.rate if start is None else start
    moved = own_rates_on(baseline, scenario, calendar, date, start)
    return roll_up(baseline, moved, start, share)


def own_rates_on(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, date: dt.date, start: Array
) -> Array:
    """The same before any roll-up: rates (..., U, C) as each unit's own changes lead it."""
    if date > calendar.as_of:
        return led_to(baseline, scenario, calendar, date, start)
    chosen = winners(scenario, baseline)
    moved, _ = carry(baseline, start, apply_layer(scenario, baseline, start, chosen), chosen)
    return moved


def _result(
    baseline: Baseline, before: Outcome, horizon: str, date: dt.date, rate: Array
) -> Result:
    after = score(baseline, rate)
    change = after.points[PROVINCE] - before.points[PROVINCE]
    return Result(horizon, date, before, after, change)


def path(baseline: Baseline, scenario: Scenario, calendar: Calendar, dates: list[dt.date]) -> Array:
    """The province's score on each of the dates, (T,)."""
    assumed = assumed_rules(scenario, baseline)
    totals = [
        score(assumed, rates_on(baseline, scenario, calendar, date)).total[PROVINCE]
        for date in dates
    ]
    return np.array(totals)


def lost(baseline: Baseline, outcome: Outcome) -> Array:
    """Points the province does not earn, by group (G,)."""
    return by_group(baseline.rules, baseline.rules.max_points) - outcome.groups[PROVINCE]
