"""Where to push: what a lever in a unit is worth to the province (model of the index, section 7).

Everything follows from the one shape of the rules, `points = min(max, max * rate / target)`, and
from the roll-up, in which a unit counts by its part of the province's dossiers. So the values are
exact, also across the cap and at 100 %: no finite differences.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import TOLERANCE, Array, Mask
from core.index.coupling import UNCOUPLED, carried_rise, followers, partners
from core.index.rollup import PROVINCE, Baseline
from core.outlook.timeline import Calendar

STEP = 0.01  # one percentage point
THOUSAND = 1000.0


@dataclass(frozen=True)
class Leverage:
    """What levers are worth to the province; U units (row 0 the province), C components.

    `rate` (U, C) where they start; `arrived` how much of a change reaches the year-to-date rate,
    and `growth` how many dossiers there will be then for each one so far, both 1 for today;
    `weight` (U, C) a unit's part of the province's dossiers, 1 for the province, 0 where a unit
    does not move it; `slope` (C,) points for the province's rate from 0 to 1; `room` (U, C) how far
    a rate can rise; `headroom` (C,) the province's rate to its cap.
    `known` (C,) the province is scored from its rate; `by_units` (C,) unit figures tell how units
    move it.
    """

    baseline: Baseline
    rate: Array
    arrived: float
    growth: float
    weight: Array
    slope: Array
    room: Array
    headroom: Array
    known: Mask
    by_units: Mask

    def alone(self, change: Array | float) -> Array:
        """Points of the component itself (U, C) when each unit alone rises by `change` (U, C)."""
        risen = self.weight * np.minimum(change, self.room) * self.arrived
        return self.slope * np.minimum(risen, self.headroom)

    def gain(self, change: Array | float) -> Array:
        """Points of the province (U, C) when each unit alone rises by `change` (U, C), 0 and up.

        With those that the same dossiers bring in the component they also count for.
        """
        return self.alone(change) + self.of_partner(self.alone(self.carried(change)))

    def carried(self, change: Array | float) -> Array:
        """Rise (U, C) of each component when its partner rises by `change`, at most to 100 %."""
        ratio = carried_rise(self.baseline)
        return self.of_partner(ratio * np.minimum(change, self.room))

    def of_partner(self, values: Array) -> Array:
        """Values (U, C) of the component that counts the same dossiers, 0 without one."""
        pair = partners(self.baseline.rules)
        return np.where(pair == UNCOUPLED, 0.0, values[:, pair])

    @property
    def shown_once(self) -> Mask:
        """(U, C) levers that don't repeat another: the second of a pair where the first is left."""
        first = self.of_partner(np.where(self.room > 0, self.weight, 0.0)) > 0
        return ~(followers(self.baseline.rules) & first)

    @property
    def capped(self) -> Mask:
        """(C,) the province earns all there is, but for rounding: more moves the score by 0."""
        return self.known & (self.headroom <= TOLERANCE)

    @property
    def per_point(self) -> Array:
        """(U, C) points of the province for the next percentage point of the unit."""
        return self.gain(STEP)

    @property
    def per_thousand(self) -> Array:
        """(U, C) points of the province for 1,000 dossiers, at the price of the next one.

        NaN where only shares are known; 0 at the cap, at 100 % and without dossiers.
        """
        dossiers = self.baseline.dossiers
        still = (self.weight > 0) & (self.room > 0) & ~self.capped
        price = self.slope * self.weight / np.where(dossiers > 0, dossiers * self.growth, np.inf)
        price = np.where(still, THOUSAND * price, 0.0)
        return np.where(np.isnan(dossiers), np.nan, price + self.of_partner(price) * still)

    @property
    def recoverable(self) -> Array:
        """(U, C) points of the province when the unit alone goes to 100 %."""
        return self.gain(1.0)

    @property
    def dossiers_left(self) -> Array:
        """(U, C) dossiers so far (on a horizon: still to come) that are not handled as the
        component asks; NaN unknown."""
        return self.baseline.dossiers * self.growth * self.arrived * self.room

    @property
    def to_cap(self) -> Array:
        """(U, C) rise of the unit's rate that alone brings the province to the cap.

        More than `room`: the unit alone can't. NaN: it does not move the province.
        """
        weight = np.where(self.weight * self.arrived > 0, self.weight * self.arrived, np.nan)
        return self.headroom / weight

    @property
    def own_recoverable(self) -> Array:
        """(U, C) points that the unit's own score can still win."""
        target = self.baseline.rules.target_rate
        room = np.minimum(self.room, np.maximum(0.0, target - self.rate))
        return self.slope * np.where(self.baseline.carried & np.isfinite(room), room, 0.0)


def leverage(
    baseline: Baseline,
    rate: Array | None = None,
    arrived: float = 1.0,
    growth: float = 1.0,
) -> Leverage:
    """The value of every lever in every unit, from rates (U, C) that are rolled up already.

    Today a lever is a year-to-date rate, on a horizon (`on_horizon`) the rate on new dossiers.
    """
    rules = baseline.rules
    rate = baseline.rate if rate is None else rate
    known = baseline.carried[PROVINCE] & np.isfinite(rate[PROVINCE])
    return Leverage(
        baseline=baseline,
        rate=rate,
        arrived=arrived,
        growth=growth,
        weight=np.where(known & np.isfinite(rate), baseline.whole_share, 0.0),
        slope=rules.max_points / rules.target_rate,
        room=np.where(np.isfinite(rate), 1 - rate, 0.0),
        headroom=np.where(known, np.maximum(0.0, rules.target_rate - rate[PROVINCE]), 0.0),
        known=known,
        by_units=known & moved_by_units(baseline),
    )


def on_horizon(baseline: Baseline, calendar: Calendar, date: dt.date) -> Leverage:
    """The value of changed rates on the dossiers still to come, on a date after the data."""
    so_far, to_come = calendar.so_far(date), calendar.to_come(date)
    whole = so_far + to_come
    return leverage(baseline, arrived=to_come / whole, growth=whole / calendar.so_far())


def moved_by_units(baseline: Baseline) -> Mask:
    """(C,) components that add up from units, some of them with a rate: these move the province."""
    counted = (baseline.share > 0) & np.isfinite(baseline.rate)
    return baseline.summed & counted.any(axis=0)


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


def lever_value(
    baseline: Baseline, rate: Array, component: int, rows: Mask, by_itself: bool = False
) -> LeverValue:
    """Value of a lever on the units `rows` (U,) bool, from rates (U, C) already rolled up.

    With what the same dossiers bring in the component that they also count for, unless a scenario
    moves that one too and this one goes `by_itself`.
    """
    room = 1 - np.nan_to_num(rate[:, component], nan=1.0)
    own = _value(baseline, rate, component, rows, room)
    partner = int(partners(baseline.rules)[component])
    if partner == UNCOUPLED or by_itself or not own.known:
        return own
    ratio = float(carried_rise(baseline)[PROVINCE, component])
    other = _value(baseline, rate, partner, rows, ratio * room, ratio)
    return LeverValue(own.now + other.now, own.room + other.room, own.capped and other.capped, True)


def _value(
    baseline: Baseline, rate: Array, component: int, rows: Mask, rise: Array, ratio: float = 1.0
) -> LeverValue:
    """The same of a component alone, when units rise by `rise` (U,) at most, and by `ratio`
    percentage points for the next one."""
    rules = baseline.rules
    column = rate[:, component]
    left = np.minimum(1 - np.nan_to_num(column, nan=1.0), rise)
    if rows[PROVINCE]:
        share, headroom = 1.0, float(left[PROVINCE])
    else:
        # a commune inside a district that is in scope itself is counted there already
        inside = (baseline.parent > PROVINCE) & rows[baseline.parent]
        able = rows & np.isfinite(column) & ~inside
        weights = np.where(able, baseline.whole_share[:, component], 0.0)
        share, headroom = float(weights.sum()), float((weights * left).sum())
    province = float(column[PROVINCE])
    known = bool(baseline.carried[PROVINCE, component]) and share > 0 and np.isfinite(province)
    if not known:
        return LeverValue(0.0, 0.0, False, False)
    per_unit_rate = float(rules.max_points[component] / rules.target_rate[component])
    to_cap = max(0.0, float(rules.target_rate[component]) - province)
    step = min(0.01 * ratio * share, headroom)
    return LeverValue(
        now=per_unit_rate * min(step, to_cap),
        room=per_unit_rate * min(headroom, to_cap),
        capped=to_cap <= TOLERANCE,
        known=True,
    )


def scope_rate(baseline: Baseline, rate: Array, component: int, rows: Mask) -> float:
    """Volume-weighted rate (U, C) of a component over the units `rows` (U,) bool; NaN if none."""
    column = rate[:, component]
    if rows[PROVINCE]:
        return float(column[PROVINCE])
    weight = np.where(rows & np.isfinite(column), np.nan_to_num(baseline.volume[:, component]), 0.0)
    counted = np.isfinite(baseline.dossiers[1:, component]).all()
    if rows[1:].all() and not (counted and baseline.share[:, component].sum() < 1 - STEP):
        # all units together are the province's own published figure, unless some are not loaded
        return float(column[PROVINCE])
    return (
        float(weight @ np.nan_to_num(column) / weight.sum()) if weight.sum() > 0 else float("nan")
    )
