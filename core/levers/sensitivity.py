"""What moves the result most, of levers and of what is not known (model of the index, section 7).

One at a time (tornado), all together (first-order and total Sobol indices), and whether what is not
known would change which lever is the strongest.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from core.arrays import SEED, TOLERANCE, Array, Mask, Rows
from core.index.coupling import UNCOUPLED, followers, partners
from core.index.rollup import PROVINCE, Baseline, roll_up
from core.index.rules import points
from core.levers.factors import Factor, Unknowns
from core.outlook.case import Case
from core.outlook.simulate import rates_on
from core.outlook.timeline import TODAY
from core.scenario.apply import assumed_rules
from core.scenario.model import Scenario

LEVER_STEP = 0.10  # ten percentage points of the new dossiers
SAMPLES = 2**12
PRINTED = 0.005  # points; smaller differences are not seen
_LOOK = 256  # draws that show whether a result varies at all


@dataclass(frozen=True)
class Bar:
    """What one thing alone does to the result when it goes to either end.

    `kind` is `lever` or that of a `Factor`, `what` its component or group; `low` and `high` the
    ends: of a lever the province's rate, else the factor's; `score` and `rank` the change of the
    score (points) and of the expected rank (places, negative is better) at (low, high).
    """

    kind: str
    what: str
    low: float
    high: float
    score: tuple[float, float]
    rank: tuple[float, float]


@dataclass(frozen=True)
class Indices:
    """Sobol indices (K,) of one result: the part of its variance that each factor explains alone
    (`first`), and with everything it interacts with (`total`)."""

    first: Array
    total: Array


@dataclass(frozen=True)
class Advice:
    """The strongest lever and what would make it another.

    `lever` a component, None where no lever moves the score; `gain` points for its step up; `equal`
    levers that bring as much, to 0.01 points; `other`
    for every factor the levers that take its place at (low, high), None where it stays;
    `draws_other` the share of draws of unit rates and volumes in which another is stronger, None
    where every unit figure is published.
    """

    lever: str | None
    gain: float
    equal: tuple[str, ...]
    other: tuple[tuple[str | None, str | None], ...]
    draws_other: float | None


def lever_rates(
    baseline: Baseline,
    rate: Array,
    arrived: float,
    step: float,
    start: Array | None = None,
    share: Array | None = None,
) -> Array:
    """The province's rates (..., C) when every lever goes `step` further on new dossiers.

    `rate` (..., U, C) on the horizon, `start` those before any change; `arrived` the share of all
    dossiers that are new (1: the year-to-date rates themselves). Units stop at 0 and 100 %. A
    component moves nothing but itself and what counts the same dossiers, so this is each lever
    alone, all at once.
    """
    start = baseline.rate if start is None else start
    if arrived <= 0:
        return np.asarray(rate[..., PROVINCE, :])
    new = np.clip(start + (rate - start) / arrived, 0.0, 1.0)
    moved = rate + arrived * (np.clip(new + step, 0.0, 1.0) - new)
    summed = baseline.summed
    # the province's own row follows from its units where there are any
    moved[..., PROVINCE, summed] = rate[..., PROVINCE, summed]
    return np.asarray(roll_up(baseline, moved, rate, share)[..., PROVINCE, :])


def arrived_on(case: Case, horizon: str) -> float:
    """Share of all dossiers on a horizon that are new; 1 for `today`, which asks "if it held"."""
    if horizon == TODAY:
        return 1.0
    return case.calendar.part_to_come(case.calendar.horizons[horizon])


def tornado(case: Case, scenario: Scenario, horizon: str, model: Unknowns) -> list[Bar]:
    """Every lever and every factor alone, the largest swing of the score first."""
    ends = [_lever_rates(case, scenario, horizon, step) for step in (-LEVER_STEP, LEVER_STEP)]
    start = _pair(model, model.middle)
    bars = []
    for c in np.flatnonzero(_levers(model)):
        both = [_with(model, int(c), end) for end in ends]
        moved = np.array([_pair(model, model.middle, rate) - start for rate in both])
        what = model.rules.components[c]
        bars.append(_bar("lever", what, float(ends[0][c]), float(ends[1][c]), moved))
    for k, factor in enumerate(model.factors):
        moved = np.array([_pair(model, _at(model, k, end)) - start for end in _ends(factor)])
        bars.append(_bar(factor.kind, factor.what, factor.low, factor.high, moved))
    return sorted(bars, key=lambda bar: (-max(map(abs, bar.score)), -max(map(abs, bar.rank))))


def indices(model: Unknowns, samples: int = SAMPLES, seed: int = SEED) -> tuple[Indices, Indices]:
    """Sobol indices of the score and of the expected rank; `samples` a power of 2.

    Saltelli et al. 2010, as SciPy has it. All 0 where nothing is uncertain.
    """
    count = len(model.factors)
    nothing = Indices(np.zeros(count), np.zeros(count))
    if not count:
        return nothing, nothing

    def both(part: Array) -> Array:
        return np.array(model.evaluate(model.values(part)))

    with np.errstate(divide="ignore", invalid="ignore"):
        known = stats.sobol_indices(
            func=both,
            n=samples,
            dists=[stats.uniform()] * count,  # type: ignore[list-item]
            rng=np.random.default_rng(seed),
        )
    seen = np.random.default_rng(seed).random((count, _LOOK))
    first = np.reshape(known.first_order, (2, count))  # SciPy drops axes of length 1
    total = np.reshape(known.total_order, (2, count))
    moved = np.ptp(both(seen), axis=1) > TOLERANCE  # else both variances are rounding, 0 / 0
    found = [Indices(first[n], total[n]) if moved[n] else nothing for n in range(2)]
    return found[0], found[1]


def advice(
    case: Case,
    scenario: Scenario,
    horizon: str,
    model: Unknowns,
) -> Advice:
    """Which lever brings most, and whether any factor at an end of its range makes it another.

    Components that only ministries can move are no advice.
    """
    names = model.rules.components
    ours = np.array(model.rules.who) != "ministries"
    able = _levers(model) & ours
    up = _lever_rates(case, scenario, horizon, LEVER_STEP)
    gains = _gains(model, model.middle, up, able)
    best = int(gains.argmax())
    if gains[best] <= TOLERANCE:
        return Advice(None, 0.0, (), (), None)

    close = np.flatnonzero(np.abs(gains - gains[best]) < PRINTED)
    equal = tuple(names[c] for c in close if c != best)

    def instead(values: Array) -> str | None:
        there = _gains(model, values, up, able)
        return names[int(there.argmax())] if there.max() > there[close].max() + PRINTED else None

    other = [
        (instead(_at(model, k, factor.low)), instead(_at(model, k, factor.high)))
        for k, factor in enumerate(model.factors)
    ]
    share = _draws_other(case, scenario, horizon, able, close)
    return Advice(names[best], float(gains[best]), equal, tuple(other), share)


def _draws_other(
    case: Case,
    scenario: Scenario,
    horizon: str,
    able: Mask,
    close: Rows,
) -> float | None:
    """Share of the draws of unit rates and volumes in which another lever brings more."""
    drawn, baseline = case.drawn, assumed_rules(scenario, case.baseline)
    if not len(drawn.rates):
        return None
    date = case.calendar.dates[horizon]
    rate = rates_on(baseline, scenario, case.calendar, date, drawn.rates, drawn.shares)
    arrived = arrived_on(case, horizon)
    up = lever_rates(baseline, rate, arrived, LEVER_STEP, drawn.rates, drawn.shares)
    gains = points(baseline.rules, up) - points(baseline.rules, rate[:, PROVINCE])
    pair = partners(baseline.rules)
    gains = gains + np.where(pair == UNCOUPLED, 0.0, np.nan_to_num(gains[:, pair]))
    gains = np.where(able, gains, 0.0)
    return float((gains.max(axis=1) > gains[:, close].max(axis=1) + PRINTED).mean())


def _lever_rates(case: Case, scenario: Scenario, horizon: str, step: float) -> Array:
    date = case.calendar.dates[horizon]
    rate = rates_on(case.baseline, scenario, case.calendar, date)
    return lever_rates(case.baseline, rate, arrived_on(case, horizon), step)


def _gains(model: Unknowns, values: Array, up: Array, able: Mask) -> Array:
    """Points (C,) that each lever's step up brings at factors `values` (K, 1)."""
    before = model.evaluate(values)[0][0]
    gains = np.zeros(len(up))
    for c in np.flatnonzero(able):
        gains[c] = model.evaluate(values, _with(model, int(c), up))[0][0] - before
    return gains


def _levers(model: Unknowns) -> Mask:
    """(C,) levers of the score, one for each pair that counts the same dossiers."""
    known = model.carried & np.isfinite(model.rate)
    first = np.array([one != UNCOUPLED and bool(known[one]) for one in partners(model.rules)])
    return known & ~(followers(model.rules) & first)


def _with(model: Unknowns, column: int, moved: Array) -> Array:
    """The province's rates (C,) with one lever moved, and what the same dossiers move with it."""
    pair = partners(model.rules)
    columns = np.arange(len(pair))
    return np.where((columns == column) | (pair == column), moved, model.rate)


def _at(model: Unknowns, k: int, value: float) -> Array:
    values = model.middle
    values[k] = value
    return values


def _pair(model: Unknowns, values: Array, rate: Array | None = None) -> Array:
    """(2,) score and expected rank at one point."""
    return np.array(model.evaluate(values, rate))[:, 0]


def _ends(factor: Factor) -> tuple[float, float]:
    return factor.low, factor.high


def _bar(kind: str, what: str, low: float, high: float, moved: Array) -> Bar:
    """A bar from changes (2, 2): at (low, high), of (score, rank)."""
    (score_low, rank_low), (score_high, rank_high) = moved.tolist()
    return Bar(kind, what, low, high, (score_low, score_high), (rank_low, rank_high))
