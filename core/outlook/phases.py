"""Changes that follow each other in time: what each of them adds to a year-to-date rate."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Rows
from core.index.coupling import carry
from core.index.rollup import Baseline
from core.outlook.timeline import Calendar, reach
from core.scenario.apply import apply_layer, layers
from core.scenario.model import Change, Scenario

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Layer:
    """Phases that meet rates: `chosen` (U, C) their numbers, `moved` (..., U, C) where each leads.

    `before` (U, C) the number of the phase that ended the day before, -1 for none.
    """

    chosen: Rows
    before: Rows
    moved: Array


def led_to(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, date: dt.date, start: Array
) -> Array:
    """Year-to-date rates (..., U, C) on a date after the data, before any roll-up.

    Each phase adds `reach` times what it moves; one that ramps up begins where the one that ended
    the day before it has led, and where there is none at the present pace. After the last phase
    that has an end, new dossiers go on at the present pace.
    """
    changes, made = scenario.changes, layers(scenario, baseline)
    named = np.maximum.reduce(made)
    found: list[_Layer] = []
    for chosen in made:
        before = _follows(changes, chosen, found[-1].chosen if found else None)
        moved = apply_layer(scenario, baseline, start, chosen)
        _attain(changes, calendar, chosen, before, moved, start, found)
        # what a phase carries along must not move a partner that has phases of its own
        known = np.where((chosen < 0) & (named >= 0), len(changes), chosen)
        moved, carried = carry(baseline, start, moved, known)
        carried = np.where(carried == len(changes), -1, carried)
        found.append(_Layer(carried, _follows(changes, carried, _last(found)), moved))
    return _sum(changes, calendar, date, start, found)


def _last(found: list[_Layer]) -> Rows | None:
    return found[-1].chosen if found else None


def _sum(
    changes: Sequence[Change],
    calendar: Calendar,
    date: dt.date,
    start: Array,
    found: Sequence[_Layer],
) -> Array:
    """What all layers add up to on a date; a rate that nothing moves stays to the last bit."""
    own, rest = _arrived(calendar, changes, date)
    rate, earlier = start, start
    for layer in found:
        added = own[layer.chosen] * (layer.moved - start)
        rate = np.where(layer.moved == start, rate, rate + added)
        follows = layer.before >= 0
        if follows.any():
            handed = np.where(follows, rest[layer.chosen], 0.0) * (earlier - start)
            rate = np.where((handed == 0) | np.isnan(handed), rate, rate + handed)
        earlier = layer.moved
    return rate


def _arrived(calendar: Calendar, changes: Sequence[Change], date: dt.date) -> tuple[Array, Array]:
    """(N + 1,) how much of each change has arrived on a date, and what its ramp leaves of its days
    to where it comes from; 0 for none, the last."""
    known: dict[tuple[object, ...], tuple[float, float]] = {}
    found = np.zeros((len(changes) + 1, 2))
    for index, change in enumerate(changes):
        key = (*change.span, change.ramp_weeks, change.ramp_shape)
        if key not in known:
            own = reach(calendar, change, date)
            at_once = change.model_copy(update={"ramp_weeks": 0.0})
            known[key] = own, reach(calendar, at_once, date) - own if change.ramp_weeks > 0 else 0.0
        found[index] = known[key]
    return found[:, 0], found[:, 1]


def _follows(changes: Sequence[Change], chosen: Rows, earlier: Rows | None) -> Rows:
    """(U, C) the phase of the layer before that ended the day before this one starts, else -1."""
    if earlier is None:
        return np.full(chosen.shape, -1, dtype=np.intp)
    # no change, the last of these, neither starts nor ends
    starts = np.array([c.start.toordinal() if c.start else -1 for c in changes] + [-1])
    ends = np.array([c.end.toordinal() if c.end else -9 for c in changes] + [-9])
    return np.where(ends[earlier] + 1 == starts[chosen], earlier, -1)


def _attain(
    changes: Sequence[Change],
    calendar: Calendar,
    chosen: Rows,
    before: Rows,
    moved: Array,
    start: Array,
    found: Sequence[_Layer],
) -> None:
    """Write into `moved` the rate on new dossiers that attains each phase's rate on its last day.

    At least the present pace, at most 100 %: then the phase comes as near as it can. One that ends
    after the days of the calendar asks nothing of them: a rate of next year counts next year's.
    """
    used = {int(index) for index in np.unique(chosen[chosen >= 0])}
    asked = [index for index in used if changes[index].mode == "attain"]
    value = np.array([change.value if change.mode == "attain" else 0.0 for change in changes])
    beyond = [i for i in asked if (day := changes[i].end) and day > calendar.last]
    over = np.isin(chosen, beyond)
    moved[..., over] = start[..., over]
    for end in sorted(
        {day for index in asked if (day := changes[index].end) and day <= calendar.last}
    ):
        mask = np.isin(chosen, [index for index in asked if changes[index].end == end])
        now, here = start[..., mask], _arrived(calendar, changes, end)[0][chosen[mask]]
        alone = moved.copy()
        alone[..., mask] = now  # the phases themselves add nothing yet
        upon = [*found, _Layer(chosen, before, alone)]
        led = _sum(changes, calendar, end, start, upon)[..., mask]
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = now + (value[chosen[mask]] - led) / here
        # where its days are over, or have no dossiers, it asks nothing
        moved[..., mask] = np.where(here > 0, np.clip(needed, now, 1.0), now)
