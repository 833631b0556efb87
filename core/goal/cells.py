"""What may move until a date, and what it takes: the levers of all units as arrays.

The rate on the dossiers still to come may rise from the present pace to a limit. A district's
figure contains its communes: it rises by its own part and by the units inside it, so no dossier is
counted twice.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.arrays import TOLERANCE, Array, Mask, Rows
from core.goal.options import DEFAULTS, Options, allowed, check_options, members, resolve
from core.goal.pairs import as_one, at_the_hard_end, carried, carrying, split, together
from core.index.coupling import followers
from core.index.rollup import PROVINCE, Baseline
from core.levers.leverage import leverage
from core.outlook.timeline import DAYS_A_WEEK, Calendar, reach
from core.problems import DataError
from core.scenario.scope import ALL


@dataclass(frozen=True)
class Cells:
    """Every lever (U, C) until one date; rises are of the rate on new dossiers, as fractions.

    `gap` is what is left to do in the own part of a unit, `own` how much of it the plan may do (0
    where held, not allowed or without effect); `top` and `floor` bound the rise of the whole unit.
    Of two components that count the same dossiers the first carries the second for `carry` (U, C)
    of its rise, and the second has only what is left beyond that (`core.goal.pairs`).
    `inside` (U, C) has units inside it that move it; `part` is a unit's weight in the unit above,
    `weight` in the province. `slope` (C,) points on the date for a rise of the province from 0 to
    1, `headroom` (C,) points to the cap. `arrived` how much of a rise is in the year-to-date rate.
    `width` (U, C, J) the gap by difficulty, every other one, from the first, carrying a partner;
    `amount` (U, C) dossiers for a rise from 0 to 1 (shares of the province's where not `counted`),
    `effort` (U, C, J) the same, weighted.
    `limit` (U, C) as asked for; `unmet` (U, C) the rate on new dossiers that a floor would need
    where no plan meets it, else NaN: above 1 out of reach, else of a unit without known dossiers;
    `free` (U, C) levers that the options allow and that count, held or not;
    `held` (U,); `weeks` from the start of the changes to the date.
    """

    baseline: Baseline
    date: dt.date
    arrived: float
    weeks: float
    gap: Array
    own: Array
    top: Array
    floor: Array
    carry: Array
    inside: Mask
    part: Array
    weight: Array
    slope: Array
    headroom: Array
    width: Array
    amount: Array
    effort: Array
    counted: bool
    limit: Array
    unmet: Array
    free: Mask
    held: Mask

    def whole(self, own: Array) -> Array:
        """Rise (U, C) of whole units when their own parts rise by `own` (U, C)."""
        return _climb(self.baseline, self.part, own)

    def total(self, own: Array) -> Array:
        """Own rises (U, C) with what the same dossiers bring in the second of a pair."""
        return own + carried(self.baseline, self.carry, own)

    def gains(self, own: Array) -> Array:
        """Points of the province (C,) when own parts rise by `own` (U, C)."""
        risen = (self.weight * self.total(own)).sum(axis=0)
        return np.minimum(self.headroom, self.slope * risen)

    def reachable(self) -> Array:
        """Rise (U, C) of whole units when everything rises as far as it may."""
        return _climb(self.baseline, self.part, self.own, at_most=self.top)

    def highest(self) -> Array:
        """Points of the province (C,) when everything rises as far as it may."""
        brought = _brought(self.baseline, self.part, self.own, self.carry, self.top)
        risen = self.reachable() + brought
        return np.minimum(self.headroom, self.slope * risen[PROVINCE])


def build(
    baseline: Baseline, calendar: Calendar, horizon: str, options: Options = DEFAULTS
) -> Cells:
    """The levers until a horizon. Raises DataError as `check_options` finds."""
    problems = check_options(baseline, calendar, horizon, options)
    if problems:
        raise DataError(problems)
    date, lever = calendar.horizons[horizon], leverage(baseline)
    arrived = reach(calendar, options.change(ALL, ALL, 1.0), date)
    by_units = lever.by_units
    part = np.where(by_units, baseline.share + baseline.parent_share, 0.0)
    part[PROVINCE] = 0.0
    inside = _above(baseline, (part > 0) & np.isfinite(baseline.rate)) > 0
    gap = np.maximum(0.0, lever.room - _above(baseline, part * lever.room))
    gap[PROVINCE] = np.where(by_units, 0.0, lever.room[PROVINCE])
    held = members(baseline, options.held)
    free = together(baseline, allowed(baseline, options)) & (lever.weight > 0)
    limit = np.nan_to_num(resolve(options.limits, baseline), nan=1.0)
    asked = _needed(baseline, calendar, options)
    needed = np.where(lever.weight > 0, asked, 0.0)
    carry, left = carrying(baseline, gap, lever.weight)
    hard = options.difficulty
    width = at_the_hard_end(gap[..., None] * np.diff(hard.ends, prepend=0.0), left)
    own = np.where(free & ~held[:, None], left, 0.0)
    own, top, floor = _coupled_bounds(baseline, part, own, carry, limit, needed)
    highest = _climb(baseline, part, own, at_most=top) + _brought(baseline, part, own, carry, top)
    amount, counted = _amount(baseline, calendar, options, lever.weight, free)
    amount = amount * arrived * (calendar.so_far() + calendar.to_come(date)) / calendar.so_far()
    return Cells(
        baseline=baseline,
        date=date,
        arrived=arrived,
        weeks=(date - max(calendar.as_of, _day_before(options.start))).days / DAYS_A_WEEK,
        gap=left,
        own=own,
        top=top,
        floor=floor,
        carry=carry,
        inside=inside,
        part=part,
        weight=lever.weight,
        slope=lever.slope * arrived,
        headroom=lever.slope * lever.headroom,
        width=split(width, carry),
        amount=amount,
        effort=(amount * _factor(baseline, options))[..., None] * np.repeat(hard.weights, 2),
        counted=counted,
        limit=limit,
        unmet=np.where(asked > highest + TOLERANCE, baseline.rate + asked, np.nan),
        free=free,
        held=held,
    )


def _needed(baseline: Baseline, calendar: Calendar, options: Options) -> Array:
    """Rise (U, C) on new dossiers that the floors ask for, each on its own date; 0 for none."""
    needed = np.zeros(baseline.rate.shape)
    for due in sorted({floor.due for floor in options.floors}):
        arrived = reach(calendar, options.change(ALL, ALL, 1.0), due)
        rate = resolve([floor for floor in options.floors if floor.due == due], baseline)
        missing = np.nan_to_num(np.maximum(0.0, rate - baseline.rate))
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.maximum(needed, np.where(missing > 0, missing / arrived, 0.0))
    return needed


def _coupled_bounds(
    baseline: Baseline, part: Array, own: Array, carry: Array, limit: Array, needed: Array
) -> tuple[Array, Array, Array]:
    """`_bounds` where the first of a pair bears the limits and floors of both, and the second what
    is left of its own."""
    joint = as_one(baseline, carry, limit, needed)
    first = _bounds(baseline, part, own, *joint)
    if not baseline.rules.coupled:
        return first
    brought = _brought(baseline, part, first[0], carry, first[1])
    rest = _bounds(baseline, part, own, limit - brought, np.maximum(0.0, needed - brought))
    second = followers(baseline.rules)
    own, top, floor = (np.where(second, b, a) for a, b in zip(first, rest, strict=True))
    return own, top, floor


def _brought(baseline: Baseline, part: Array, own: Array, carry: Array, top: Array) -> Array:
    """Rise (U, C) of whole units in the second of a pair when the first rises as far as it may."""
    most = carried(baseline, np.ones_like(carry), np.where(np.isfinite(top), top, 1.0))
    return _climb(baseline, part, carried(baseline, carry, own), at_most=most)


def _bounds(
    baseline: Baseline, part: Array, own: Array, limit: Array, needed: Array
) -> tuple[Array, Array, Array]:
    """Own rises allowed, and highest and lowest rises of whole units, (U, C) each.

    A floor counts as far as it can be met at all, and lifts the limits of its own unit and of the
    units above it.
    """
    room = np.where(np.isfinite(baseline.rate), 1 - baseline.rate, np.inf)
    floor = np.minimum(needed, _climb(baseline, part, own, at_most=room))
    top = np.clip(limit - baseline.rate, 0.0, room)
    top = np.where(np.isnan(top), np.inf, top)
    top = np.maximum(top, _climb(baseline, part, np.zeros_like(own), at_least=floor))
    own = np.minimum(own, top)
    return own, top, np.minimum(floor, _climb(baseline, part, own, at_most=top))


def _amount(
    baseline: Baseline, calendar: Calendar, options: Options, weight: Array, free: Mask
) -> tuple[Array, bool]:
    """Dossiers (U, C) so far, or parts of the province's where any number is missing."""
    dossiers = baseline.dossiers
    if options.province_dossiers is not None:
        dossiers = np.where(np.isnan(dossiers), weight * options.province_dossiers, dossiers)
    counted = bool(np.isfinite(dossiers[free]).all())
    return (np.nan_to_num(dossiers) if counted else weight), counted


def _factor(baseline: Baseline, options: Options) -> Array:
    """Effort (U, C) of one dossier, or of one item of the province's own levers."""
    names = baseline.rules.components
    factor = np.array([options.difficulty.component.get(name, 1.0) for name in names])
    factors = np.broadcast_to(factor, baseline.rate.shape).copy()
    factors[PROVINCE] *= [options.province_levers.get(name, 1.0) for name in names]
    return factors


def _day_before(start: dt.date | None) -> dt.date:
    return dt.date.min if start is None else start - dt.timedelta(days=1)


def _above(baseline: Baseline, values: Array | Mask) -> Array:
    """Sums (U, C) of values over the units directly inside each unit."""
    sums = np.zeros(baseline.rate.shape)
    _add_up(sums, baseline.parent[PROVINCE + 1 :], values[PROVINCE + 1 :])
    return sums


def _add_up(sums: Array, rows: Rows, values: Array | Mask) -> None:
    """`np.add.at(sums, rows, values)`, many times as fast."""
    if len(rows):
        order = np.argsort(rows, kind="stable")
        found, first = np.unique(rows[order], return_index=True)
        sums[found] += np.add.reduceat(values[order].astype(float), first, axis=0)


def _climb(
    baseline: Baseline,
    part: Array,
    own: Array,
    at_most: Array | None = None,
    at_least: Array | None = None,
) -> Array:
    """Rise (U, C) of whole units from the rises of their own parts, within bounds if given."""
    whole = own.copy()
    for rows in deepest_first(baseline):
        if at_most is not None:
            whole[rows] = np.minimum(whole[rows], at_most[rows])
        if at_least is not None:
            whole[rows] = np.maximum(whole[rows], at_least[rows])
        if rows[0] != PROVINCE:
            _add_up(whole, baseline.parent[rows], part[rows] * whole[rows])
    return whole


def deepest_first(baseline: Baseline) -> Iterator[Rows]:
    """The rows of units of the same depth, the deepest first, the province last."""
    depth, above = np.zeros(len(baseline.parent), dtype=int), baseline.parent
    while (above >= PROVINCE).any():
        depth += above >= PROVINCE
        above = np.where(above >= PROVINCE, baseline.parent[above], -1)
    for level in range(int(depth.max()), -1, -1):
        yield np.flatnonzero(depth == level)
