"""A goal out of reach: how far one gets, what stops it, and what would have to give way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Array
from core.goal.cells import build
from core.goal.options import Options, allowed, members
from core.index.rollup import PROVINCE, Baseline, score
from core.index.rules import points
from core.levers.leverage import moved_by_units
from core.outlook.timeline import Calendar

_HALVINGS = 32


@dataclass(frozen=True)
class Relaxation:
    """One way to give way, alone. `score` is the best with it, `enough` whether the goal is met.

    `kind` and `amount`: `goal` lower by so many points; `limits` all higher by so much (a
    fraction); `held` units set free, `lever`, `province`, `ministry` levers added: as many as
    `amount`, named in `what`, those first that bring most (of levers that is the fewest); `start`
    now and without a ramp; `horizon` the later date in `what`; `everything`: all of that but goal
    and date, `everything_and_ministry` also what units can't do.
    """

    kind: str
    what: tuple[str, ...]
    amount: float
    score: float
    enough: bool


@dataclass(frozen=True)
class Shortfall:
    """`best` score that is possible, `missing` points to the goal, `relaxations` one by one.

    `stops` (columns `component`, `reason`, `points`) says where the points to the full score stay:
    `limit`, `held`, `start`, `lever` what the options keep back; `province`, `ministry` what units
    can't move; `done` dossiers already counted this year at their rate; `no_data` nothing to count.
    """

    best: float
    missing: float
    stops: pd.DataFrame
    relaxations: tuple[Relaxation, ...]


Try = Callable[[str, tuple[str, ...], float, Options], Relaxation]


def explain(
    baseline: Baseline, calendar: Calendar, horizon: str, options: Options, goal: float
) -> Shortfall:
    """Why a goal is out of reach on a horizon, and what would have to give way."""
    now = float(score(baseline, baseline.rate).total[PROVINCE])

    def highest(changed: Options, key: str = horizon) -> Array:
        return build(baseline, calendar, key, changed).highest()

    def tried(
        kind: str, what: tuple[str, ...], amount: float, changed: Options, key: str = horizon
    ) -> Relaxation:
        reached = now + float(highest(changed, key).sum())
        return Relaxation(kind, what, amount, reached, reached >= goal - TOLERANCE)

    steps = _steps(baseline, options)
    best = now + float(highest(options).sum())
    found = [Relaxation("goal", (), goal - best, best, True)]
    if options.limits:
        found.append(_higher_limits(options, tried))
    if options.held:
        found.append(_fewest_held(baseline, calendar, horizon, options, tried))
    for kind, names in _closed(baseline, options).items():
        gained = highest(_add(baseline, options, names)) - highest(options)
        worth = {name: gained[baseline.rules.index(name)] for name in names}
        ordered = sorted((n for n in names if worth[n] > TOLERANCE), key=lambda n: -worth[n])
        if ordered:
            found.append(_fewest(kind, ordered, partial(_add, baseline, options), tried))
    if _is_late(options):
        found.append(tried("start", (), 0.0, _at_once(options)))
    date = calendar.horizons[horizon]
    later = [key for key, other in calendar.horizons.items() if other > date]
    found += [tried("horizon", (key,), 0.0, options, key) for key in later]
    found.append(tried("everything", (), 0.0, steps["province"]))
    found.append(tried("everything_and_ministry", (), 0.0, steps["ministry"]))
    reached = [highest(options), *(highest(step) for step in steps.values())]
    stops = _stops(baseline, dict(zip(steps, np.diff(reached, axis=0), strict=True)), reached[-1])
    return Shortfall(best, goal - best, stops, tuple(found))


def _steps(baseline: Baseline, options: Options) -> dict[str, Options]:
    """The options with one restriction after the other given up, by the reason it stands for."""
    free = replace(options, limits=())
    released = replace(free, held=())
    at_once = _at_once(released)
    steps = {"limit": free, "held": released, "start": at_once}
    wider = at_once
    for kind, names in _closed(baseline, options).items():
        steps[kind] = wider = _add(baseline, wider, names)
    return steps


def _closed(baseline: Baseline, options: Options) -> dict[str, tuple[str, ...]]:
    """Levers that the options keep closed, by who would move them, in the order of the rules."""
    known = baseline.carried[PROVINCE] & np.isfinite(baseline.rate[PROVINCE])
    open_ = np.any(allowed(baseline, options), axis=0)
    by_units = moved_by_units(baseline)
    closed: dict[str, list[str]] = {"lever": [], "province": [], "ministry": []}
    rules = baseline.rules
    for column, (name, who) in enumerate(zip(rules.components, rules.who, strict=True)):
        if known[column] and not open_[column]:
            mover = "lever" if by_units[column] else "province"
            closed["ministry" if who == "ministries" else mover].append(name)
    return {kind: tuple(names) for kind, names in closed.items()}


def _add(baseline: Baseline, options: Options, names: Sequence[str]) -> Options:
    """The options with more levers."""
    components, by_units = baseline.rules.components, moved_by_units(baseline)
    units = np.any(allowed(baseline, options)[PROVINCE + 1 :], axis=0)
    more = [name for name in names if by_units[components.index(name)]]
    own = [name for name in names if name not in more]
    chosen = [name for name, open_ in zip(components, units, strict=True) if open_ or name in more]
    levers = {**dict.fromkeys(own, 1.0), **options.province_levers}
    return replace(options, components=tuple(chosen), province_levers=levers)


def _release(options: Options, scopes: Sequence[str]) -> Options:
    return replace(options, held=tuple(scope for scope in options.held if scope not in scopes))


def _is_late(options: Options) -> bool:
    return options.start is not None or options.ramp_weeks > 0


def _at_once(options: Options) -> Options:
    return replace(options, start=None, ramp_weeks=0.0)


def _higher_limits(options: Options, tried: Try) -> Relaxation:
    """All limits higher by the smallest fraction that is enough, or by all there is."""

    def higher(amount: float) -> Options:
        limits = (replace(one, rate=min(1.0, one.rate + amount)) for one in options.limits)
        return replace(options, limits=tuple(limits))

    found = tried("limits", (), 1.0, higher(1.0))
    if not found.enough:
        return found
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        one = tried("limits", (), middle, higher(middle))
        low, high, found = (low, middle, one) if one.enough else (middle, high, found)
    return found


def _fewest(
    kind: str, ordered: Sequence[str], change: Callable[[Sequence[str]], Options], tried: Try
) -> Relaxation:
    """So many of the names, in their order, that it is enough, or all of them."""

    def first(count: int) -> Relaxation:
        return tried(kind, tuple(ordered[:count]), float(count), change(ordered[:count]))

    low, high = 0, len(ordered)
    found = first(high)
    while found.enough and high - low > 1:
        middle = (low + high) // 2
        one = first(middle)
        low, high, found = (low, middle, one) if one.enough else (middle, high, found)
    return found


def _fewest_held(
    baseline: Baseline, calendar: Calendar, horizon: str, options: Options, tried: Try
) -> Relaxation:
    """Units set free, those first that could bring most."""
    cells = build(baseline, calendar, horizon, _release(options, options.held))
    left = cells.headroom - build(baseline, calendar, horizon, options).highest()
    gain = (
        cells.slope
        * cells.weight
        * np.where(members(baseline, options.held)[:, None], cells.own, 0)
    )

    def worth(scope: str) -> float:
        return float(np.minimum(left, gain[members(baseline, [scope])].sum(axis=0)).sum())

    ordered = sorted(options.held, key=lambda scope: -worth(scope))
    return _fewest("held", ordered, partial(_release, options), tried)


def _stops(baseline: Baseline, kept: dict[str, Array], last: Array) -> pd.DataFrame:
    """Where the points to the full score stay, the largest first."""
    rules, rate = baseline.rules, baseline.rate[PROVINCE]
    carried = baseline.carried[PROVINCE]
    lost = np.where(carried, rules.max_points - points(rules, rate), 0.0)
    known = np.isfinite(rate)
    kept = {
        **kept,
        "done": np.where(known, lost - last, 0.0),
        "no_data": np.where(known, 0.0, lost),
    }
    rows = [
        {"component": name, "reason": reason, "points": float(value)}
        for reason, values in kept.items()
        for name, value in zip(rules.components, values, strict=True)
    ]
    table = pd.DataFrame(rows)
    table = table[table["points"] > TOLERANCE]
    return table.sort_values("points", ascending=False, ignore_index=True, kind="stable")
