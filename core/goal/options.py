"""What a goal-seeking plan may do, as people set it: levers, limits, floors, held units, effort."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pydantic import ValidationError

from core.arrays import Array, Mask
from core.dataset.schema import validation_problems
from core.index.rollup import PROVINCE, Baseline
from core.levers.leverage import moved_by_units
from core.outlook.timeline import Calendar
from core.problems import Problem
from core.scenario.model import Change
from core.scenario.scope import A_SCOPE, ALL, is_scope, of_level, rows_within, specificity


@dataclass(frozen=True)
class Difficulty:
    """How hard the remaining share of a unit is: the first dossiers are easy, the last ones not.

    The gap between the present pace and 100 % is cut at `ends` (fractions of the gap, the last 1);
    a dossier counts `weights` in each part, never less than in the part before. `component` is a
    further factor for all dossiers of a lever. All of it is an assumption to be seen and edited.
    """

    ends: tuple[float, ...] = (1 / 3, 2 / 3, 1.0)
    weights: tuple[float, ...] = (1.0, 2.0, 4.0)
    component: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """Highest rate on new dossiers in a scope (`core/scenario/scope.py`), of a lever or `*`."""

    unit: str
    component: str
    rate: float


@dataclass(frozen=True)
class Floor:
    """A year-to-date rate that the units of a scope have to have on a date: an assigned target."""

    unit: str
    component: str
    rate: float
    due: dt.date


@dataclass(frozen=True)
class Options:
    """What a plan may do.

    `components`: the levers of units that may move, None for all that units can. `province_levers`:
    levers of the province itself that may move, each with the effort of one item (a procedure, a
    petition) in dossiers. `limits`, `floors`: of several the most specific scope holds, and a floor
    above a limit lifts it. `held`: units, or `level:<level>`, that stay at their pace. `start`,
    `ramp_weeks` and `ramp_shape` as in a scenario's change. `province_dossiers`: how many dossiers
    the province had so far, to turn shares into dossiers where no numbers are published.
    """

    components: tuple[str, ...] | None = None
    province_levers: Mapping[str, float] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    floors: tuple[Floor, ...] = ()
    held: tuple[str, ...] = ()
    difficulty: Difficulty = field(default_factory=Difficulty)
    start: dt.date | None = None
    ramp_weeks: float = 0.0
    ramp_shape: str = "linear"
    province_dossiers: float | None = None

    def change(self, unit: str, component: str, value: float, mode: str = "floor") -> Change:
        """The scenario's change that brings the new dossiers of a unit to a rate."""
        values = {"unit": unit, "component": component, "mode": mode, "value": value}
        ramp = {"ramp_weeks": self.ramp_weeks, "ramp_shape": self.ramp_shape}
        return Change.model_validate({**values, "start": self.start, **ramp})


DEFAULTS = Options()


def assigned_floors(targets: pd.DataFrame, until: dt.date) -> tuple[Floor, ...]:
    """The targets of a dataset (its table `targets`) that are due by a date, as floors."""
    due = targets[targets["due"] <= pd.Timestamp(until)]
    return tuple(
        Floor(
            unit=of_level(row["level"]) if pd.isna(row["unit"]) else str(row["unit"]),
            component=str(row["component"]),
            rate=float(row["rate_percent"]) / 100,
            due=pd.Timestamp(row["due"]).date(),
        )
        for row in due.to_dict(orient="records")
    )


def allowed(baseline: Baseline, options: Options) -> Mask:
    """(U, C) the levers that may move: those of units, and of the province where it says so."""
    names, who = baseline.rules.components, baseline.rules.who
    chosen = [name for name, one in zip(names, who, strict=True) if one != "ministries"]
    if options.components is not None:
        chosen = list(options.components)
    mask = np.zeros(baseline.rate.shape, dtype=bool)
    mask[PROVINCE + 1 :] = moved_by_units(baseline) & np.isin(names, chosen)
    mask[PROVINCE] = ~moved_by_units(baseline) & np.isin(names, list(options.province_levers))
    return mask


def members(baseline: Baseline, scopes: Iterable[str]) -> Mask:
    """(U,) the units that any of the scopes names."""
    found = np.zeros(len(baseline.units), dtype=bool)
    for scope in scopes:
        found |= rows_within(scope, baseline)
    return found


def resolve(bounds: Sequence[Limit | Floor], baseline: Baseline) -> Array:
    """The rate (U, C) that holds for each unit and lever, the most specific; NaN for none.

    `*` means the units; the province's own row only for what is not added up from units.
    """
    found = np.full(baseline.rate.shape, np.nan)
    for bound in sorted(bounds, key=lambda b: (specificity(b.unit), b.component != ALL)):
        column = np.isin(baseline.rules.components, bound.component) | (bound.component == ALL)
        scope = rows_within(bound.unit, baseline)[:, None] & column
        if bound.unit == ALL:
            scope[PROVINCE] &= ~moved_by_units(baseline)
        found[scope] = bound.rate
    return found


def check_options(
    baseline: Baseline, calendar: Calendar, horizon: str, options: Options
) -> list[Problem]:
    """What makes options impossible: unknown names, rates outside 0..1, easier at the end."""
    found = [] if horizon in calendar.horizons else [_problem("horizon", horizon, "a horizon")]
    if calendar.so_far() <= 0:
        found.append(_problem("monthly_volume", "0", "dossiers before the date of the data"))
    if not found and options.start is not None and options.start > calendar.horizons[horizon]:
        found.append(_problem("start", f"{options.start}", "a start before the horizon"))
    components = set(baseline.rules.components)
    bounds: list[Limit | Floor] = [*options.limits, *options.floors]
    for scope in [*(bound.unit for bound in bounds), *options.held]:
        if not is_scope(scope, baseline):
            found.append(_problem("unit", scope, A_SCOPE))
    named = [*options.difficulty.component, *(options.components or ()), *options.province_levers]
    for name in [*named, *(bound.component for bound in bounds if bound.component != ALL)]:
        if name not in components:
            found.append(_problem("component", name, "a component of the rules"))
    for name in options.province_levers:
        if name in components and moved_by_units(baseline)[baseline.rules.index(name)]:
            found.append(_problem(name, name, "a component that units don't add up to"))
    for bound in bounds:
        if not 0 <= bound.rate <= 1:
            found.append(_problem(bound.component, f"{bound.rate:g}", "a rate from 0 to 1"))
    keys = Counter((type(b).__name__, b.unit, b.component, getattr(b, "due", None)) for b in bounds)
    for (kind, unit, component, _), count in keys.items():
        if count > 1:
            found.append(_problem(component, unit, _TWICE[kind]))
    return found + _check_effort(options)


_TWICE = {
    "Limit": "one limit for a unit and component",
    "Floor": "one floor for a unit and component",
}


def _check_effort(options: Options) -> list[Problem]:
    hard, found = options.difficulty, []
    ends, weights = (0.0, *hard.ends), hard.weights
    if len(hard.ends) != len(weights) or hard.ends[-1:] != (1.0,) or (np.diff(ends) <= 0).any():
        expected = "ends that rise to 1, one for each weight"
        found.append(_problem("difficulty", f"{hard.ends}", expected))
    if not weights or min(weights) <= 0 or (np.diff(weights) < 0).any():
        expected = "weights above 0 that never fall"
        found.append(_problem("difficulty", f"{weights}", expected))
    for name, factor in {**hard.component, **options.province_levers}.items():
        if not 0 < factor < np.inf:
            found.append(_problem(name, f"{factor:g}", "an effort above 0"))
    if options.province_dossiers is not None and not 0 < options.province_dossiers < np.inf:
        value = f"{options.province_dossiers:g}"
        found.append(_problem("province_dossiers", value, "a number above 0"))
    try:
        options.change(ALL, ALL, 1.0)
    except ValidationError as error:
        found += validation_problems(error, "options")
    return found


def _problem(column: str, value: str, expected: str) -> Problem:
    return Problem("options", None, column, value, expected)
