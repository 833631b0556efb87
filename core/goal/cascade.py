"""Cascade: a target for the province, spread over its units so that the parts give it back."""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Array, Mask, Rows
from core.goal.cells import Cells, build
from core.goal.options import DEFAULTS, Options, members
from core.index.rollup import PROVINCE, Baseline
from core.levers.leverage import leverage
from core.outlook.timeline import Calendar
from core.problems import DataError, Problem
from core.scenario.model import Scenario

METHODS = ("pro_rata", "even", "gap", "volume")
_SMALL = 1e-12
_TINY = np.finfo(float).tiny


@dataclass(frozen=True)
class Cascade:
    """A province target for a lever on a date, as a year-to-date rate, spread over units.

    `reason`: `split` (the parts give the target back), `met` (the present pace brings it), `held`
    (nobody is free to move) or `out_of_reach` (100 % or the limits are in the way; then every free
    unit stands at its limit). `at_pace`, `best` the province's rate on the date at the present pace
    and at most; `needed` the rate of all new dossiers together that the target takes.

    `units` has the units directly below the province that have a rate: `unit`, `start` and `new`
    rate on new dossiers, `rate` year-to-date on the date, `rise` = new - start, which is also the
    load: extra dossiers against the unit's own new ones; `share` of all extra dossiers, `dossiers`
    how many (NaN where only shares are known), `per_week`, `held`, `full` (at its limit), `whole`
    (its part is a whole dossier, so far as that is known: less is nobody's load).
    `load` is the mean rise, `most_loaded` the unit of the highest of those with a whole dossier,
    of equals the one with most dossiers, and `highest` its rise; None and 0 when nobody moves.
    """

    component: str
    horizon: str
    date: dt.date
    method: str
    target: float
    reason: str
    at_pace: float
    best: float
    needed: float
    load: float
    most_loaded: str | None
    highest: float
    units: pd.DataFrame
    options: Options


def cascade(
    baseline: Baseline,
    calendar: Calendar,
    component: str,
    target: float,
    horizon: str,
    method: str = "gap",
    options: Options = DEFAULTS,
) -> Cascade:
    """Spread a target over the units directly below the province.

    Extra dossiers are given out in proportion to what a unit does now (`pro_rata`: the same factor
    for every rate), in equal numbers (`even`), to what is missing (`gap`: every unit closes the
    same part of its gap) or to its dossiers (`volume`: the same percentage points for everybody).
    Nobody goes beyond 100 % or a limit: what does not fit goes to the others in the same
    proportion, in the end to units whose part would be 0. Of `options` the held units, limits,
    start, ramp and `province_dossiers` count. Raises DataError as `check_options` finds, for a
    component that units don't add up to, an unknown method and a target outside 0..1.
    """
    _check(baseline, component, target, method)
    options = replace(options, components=(component,), floors=(), province_levers={})
    alone = replace(baseline, rules=replace(baseline.rules, coupled=()))
    cells = build(alone, calendar, horizon, options)
    column = baseline.rules.index(component)
    rows = np.flatnonzero((baseline.parent == PROVINCE) & (cells.weight[:, column] > 0))
    start, weight = baseline.rate[rows, column], cells.weight[rows, column]
    held = members(baseline, options.held)[rows]
    room = np.where(held, 0.0, weight * cells.reachable()[rows, column])
    now = float(baseline.rate[PROVINCE, column])
    missing = max(0.0, target - now) / cells.arrived if cells.arrived > 0 else np.inf
    bases = {"pro_rata": weight * start, "even": np.ones(len(rows)), "volume": weight}
    wanted = bases.get(method, weight * (1 - start))
    parts = spread(min(missing, float(room.sum())), room, wanted)
    table = _table(cells, rows, column, parts, room, held)
    reason = "split"
    if target <= now:
        reason = "met"
    elif room.sum() <= 0:
        reason = "held"
    elif missing > room.sum() + _SMALL:
        reason = "out_of_reach"
    most = _most_loaded(table, weight)
    return Cascade(
        component=component,
        horizon=horizon,
        date=cells.date,
        method=method,
        target=target,
        reason=reason,
        at_pace=now,
        best=now + cells.arrived * float(room.sum()),
        needed=now + missing,
        load=float(parts.sum() / weight.sum()) if len(rows) else 0.0,
        most_loaded=None if most is None else str(table["unit"].iloc[most]),
        highest=0.0 if most is None else float(table["rise"].iloc[most]),
        units=table,
        options=options,
    )


def spread(whole: float, room: Array, wanted: Array) -> Array:
    """Parts (K,) of `whole` in proportion to `wanted` (K,), none above its `room` (K,).

    `whole` must not be above the sum of the rooms. The common factor is found exactly: in the order
    in which units fill up, what is left is shared by those that are not full. Units that want 0 (or
    next to nothing beside the others) get something only when all others are full, then in
    proportion to their room.
    """
    if whole >= room.sum():
        return room.copy()
    parts, scaled = np.zeros(len(room)), wanted / max(wanted.max(), _TINY)
    wants = scaled > _SMALL
    for stage in (np.where(wants, scaled, 0.0), np.where(wants, 0.0, room)):
        chosen = np.flatnonzero((stage > 0) & (room > 0))
        chosen = chosen[np.argsort(room[chosen] / stage[chosen], kind="stable")]
        space, part = room[chosen], stage[chosen]
        left = whole - parts.sum() - (np.cumsum(space) - space)
        shared = np.cumsum(part[::-1])[::-1]
        fits = left * part <= space * shared
        first = int(np.argmax(fits)) if fits.any() else len(chosen)
        factor = left[first] / shared[first] if first < len(chosen) else np.inf
        parts[chosen] = np.where(np.arange(len(chosen)) < first, space, part * max(factor, 0.0))
    return np.minimum(parts, room)


def _most_loaded(table: pd.DataFrame, weight: Array) -> int | None:
    """The row of the highest rise among those that count; None when nobody moves."""
    rise = table["rise"].to_numpy(dtype=float)
    if table["whole"].any():
        rise = np.where(table["whole"], rise, 0.0)
    if not rise.any():
        return None
    equals = rise >= rise.max() - TOLERANCE
    return int(np.where(equals, weight, -np.inf).argmax())


def cascade_scenario(baseline: Baseline, found: Cascade, title: str = "") -> Scenario:
    """The cascade as a scenario: one `floor` for each unit that has to rise."""
    moves = found.units[found.units["rise"] > 0]
    return Scenario(
        dataset=baseline.dataset_id,
        dataset_version=baseline.version,
        title=title,
        changes=tuple(
            found.options.change(unit, found.component, float(rate))
            for unit, rate in zip(moves["unit"], moves["new"], strict=True)
        ),
    )


def _table(
    cells: Cells, rows: Rows, column: int, parts: Array, room: Array, held: Mask
) -> pd.DataFrame:
    baseline, weight = cells.baseline, cells.weight[rows, column]
    start, rise = baseline.rate[rows, column], parts / weight
    dossiers = cells.amount[rows, column] * rise if cells.counted else np.full(len(rows), np.nan)
    whole = parts.sum()
    return pd.DataFrame(
        {
            "unit": np.array(baseline.units, dtype=object)[rows],
            "start": start,
            "new": np.minimum(1.0, start + rise),
            "rate": start + cells.arrived * rise,
            "rise": rise,
            "share": parts / whole if whole > 0 else parts,
            "dossiers": dossiers,
            "per_week": dossiers / cells.weeks,
            "held": held,
            "full": (room > 0) & (parts >= room - _SMALL),
            "whole": (rise > 0) & ~(dossiers < 1 - TOLERANCE),
        }
    )


def _check(baseline: Baseline, component: str, target: float, method: str) -> None:
    names = baseline.rules.components
    by_units = dict(zip(names, leverage(baseline).by_units, strict=True))
    problems = []
    if not by_units.get(component):
        expected = "a component that adds up from units"
        problems.append(Problem("cascade", None, "component", component, expected))
    if not 0 <= target <= 1:
        problems.append(Problem("cascade", None, "target", f"{target:g}", "a rate from 0 to 1"))
    if method not in METHODS:
        expected, details = "one of {methods}", {"methods": ", ".join(METHODS)}
        problems.append(Problem("cascade", None, "method", method, expected, details))
    if problems:
        raise DataError(problems)
