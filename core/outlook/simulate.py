"""What a scenario does: rates, points and score before and after, today and on each horizon."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.index.rollup import PROVINCE, Baseline, Outcome, province_share, roll_up, score
from core.index.rules import Array, by_group
from core.outlook.timeline import Calendar, reach
from core.scenario.apply import Scenario, apply, assumed_rules, winners

TODAY = "today"
Mask = npt.NDArray[np.bool_]


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
    """The scenario at every horizon, `today` first. Raises DataError as `scenario.check` finds.

    `today` answers "if the year-to-date rates were these"; on a horizon the scenario's values hold
    for the dossiers still to come, from the start of each change on, and the year-to-date rate
    carries what has been done. Without a change the present pace goes on.
    """
    dates = {TODAY: calendar.as_of, **calendar.horizons}
    before = score(baseline, baseline.rate)
    assumed = assumed_rules(scenario, baseline)
    return {
        key: _result(assumed, before, key, date, rates_on(baseline, scenario, calendar, date))
        for key, date in dates.items()
    }


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
    moved = apply(scenario, baseline, start)
    if date > calendar.as_of:
        arrived = np.array([reach(calendar, change, date) for change in scenario.changes] + [0.0])
        moved = np.where(
            moved == start, start, start + arrived[winners(scenario, baseline)] * (moved - start)
        )
    return roll_up(baseline, moved, start, share)


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


def unit_ranks(outcome: Outcome, baseline: Baseline) -> Array:
    """Rank of every unit among the units of the province that have dossiers, (U,); else NaN.

    Ties share the better rank. The province itself has none.
    """
    total = outcome.total.copy()
    total[PROVINCE] = np.nan
    idle = ~np.isfinite(baseline.rate).any(axis=1) & (baseline.block.sum(axis=1) == 0)
    total[idle] = np.nan
    ranked = np.sort(total[np.isfinite(total)])
    better = len(ranked) - np.searchsorted(ranked, total, side="right")
    return np.where(np.isnan(total), np.nan, better + 1.0)


@dataclass(frozen=True)
class LeverValue:
    """What one more percentage point of a component in a scope is worth to the province.

    `now` points for the next percentage point from the given rates on; `room` points until the cap
    if the whole scope goes to 100 %; `capped` the province earns all of it already; `known` False
    where no unit figure tells how units move the province.
    """

    now: float
    room: float
    capped: bool
    known: bool


def lever_value(baseline: Baseline, rate: Array, component: int, rows: Mask) -> LeverValue:
    """Value of a lever on the units `rows` (U,) bool, from rates (U, C) already rolled up."""
    rules = baseline.rules
    column = rate[:, component]
    if rows[PROVINCE]:
        share, headroom = 1.0, float(1 - np.nan_to_num(column[PROVINCE], nan=1.0))
    else:
        # a commune inside a district that is in scope itself is counted there already
        inside = (baseline.parent > PROVINCE) & rows[baseline.parent]
        able = rows & np.isfinite(column) & ~inside
        weights = np.where(able, province_share(baseline)[:, component], 0.0)
        share, headroom = float(weights.sum()), float((weights * (1 - np.nan_to_num(column))).sum())
    province = float(column[PROVINCE])
    known = bool(baseline.carried[PROVINCE, component]) and share > 0 and np.isfinite(province)
    if not known:
        return LeverValue(0.0, 0.0, False, False)
    per_unit_rate = float(rules.max_points[component] / rules.target_rate[component])
    to_cap = max(0.0, float(rules.target_rate[component]) - province)
    step = min(0.01 * share, headroom)
    return LeverValue(
        now=per_unit_rate * min(step, to_cap),
        room=per_unit_rate * min(headroom, to_cap),
        capped=to_cap <= 0,
        known=True,
    )


def lost(baseline: Baseline, outcome: Outcome) -> Array:
    """Points the province does not earn, by group (G,)."""
    return by_group(baseline.rules, baseline.rules.max_points) - outcome.groups[PROVINCE]


def scope_rate(baseline: Baseline, rate: Array, component: int, rows: Mask) -> float:
    """Volume-weighted rate (U, C) of a component over the units `rows` (U,) bool; NaN if none."""
    column = rate[:, component]
    if rows[PROVINCE]:
        return float(column[PROVINCE])
    weight = np.where(rows & np.isfinite(column), np.nan_to_num(baseline.volume[:, component]), 0.0)
    if rows[1:].all():
        # all units together are the province's own published figure
        return float(column[PROVINCE])
    return (
        float(weight @ np.nan_to_num(column) / weight.sum()) if weight.sum() > 0 else float("nan")
    )
