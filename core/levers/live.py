"""What a slider shows at every place of its thumb, all other levers as they stand.

The score is a sum over components and one lever moves one of them, with the one that counts the
same dossiers: so only these two are computed, for all places at once, by the engine itself.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import RANGE, Array, Mask, Rows
from core.field.draws import HIGHEST, moved
from core.field.ladder import Ladder
from core.field.ranks import range_of, ranks_among
from core.index.coupling import UNCOUPLED, partners
from core.index.rollup import PROVINCE, Baseline, baseline_of
from core.index.rules import RuleSet, points
from core.levers.pull import Pull, effective, positions, pulled
from core.outlook.case import Case
from core.outlook.simulate import rates_on
from core.outlook.standing import LEAST_SHOWN, Outlook, change_draws
from core.outlook.uncertainty import moves_at
from core.scenario.apply import assumed_rules
from core.scenario.model import Scenario, without


@dataclass(frozen=True)
class LivePoints:
    """What one lever's components earn on a date, at V places of its thumb and last where nothing
    is changed: `earned` (V+1,) points, `now` as the scenario has it, and the `rate` (V+1,) of the
    lever's component for the whole province, NaN unknown."""

    earned: Array
    now: float
    rate: Array


@dataclass(frozen=True)
class LiveRanks:
    """Ranks at the same places (V+1,) each, and whether the score is `certain` to what is shown."""

    low: Rows
    median: Rows
    high: Rows
    certain: Mask


@dataclass(frozen=True)
class _Pair:
    """The province with the lever's component and the one coupled with it, at most two columns."""

    baseline: Baseline
    scenario: Scenario
    columns: list[int]


def places(pull: Pull) -> Array:
    """(V+1,) the places that tables are for: all of the slider's, and the neutral one."""
    return np.append(positions(pull), pull.neutral)


def live_points(case: Case, scenario: Scenario, pull: Pull, date: dt.date) -> LivePoints:
    """Depends on nothing but what `own_part` leaves of the scenario. Raises DataError."""
    pair = _pair(case.baseline, scenario, pull)
    rates = _rates(case, pair, pull, places(pull), date)
    rules = assumed_rules(pair.scenario, pair.baseline).rules
    held = rates_on(pair.baseline, pair.scenario, case.counted(scenario), date)
    now = float(_earned(pair.baseline, rules, held))
    own = rates[..., PROVINCE, 0].copy()  # not a view: that would keep the rates of all units
    return LivePoints(_earned(pair.baseline, rules, rates), now, own)


def earned_now(baseline: Baseline, found: Outlook, pull: Pull) -> float:
    """`LivePoints.now` from the scenario's outlook on that date: all that depends on where the
    lever itself stands."""
    return float(found.result.after.points[PROVINCE, _columns(baseline, pull)].sum())


def live_totals(found: Outlook, lever: LivePoints) -> Array:
    """Stated scores (V+1,) at the own rates; `found` is the scenario's outlook on that date."""
    return np.asarray(found.result.score_after - lever.now + lever.earned)


def live_scores(found: Outlook, totals: Array) -> Array:
    """The same on the leading line."""
    return totals + (HIGHEST - totals) * (1 - found.left)


def strays_too(case: Case) -> bool:
    """Whether unit rates are drawn, so that ranks take a while."""
    return bool(len(case.drawn.rates))


def live_ranks(
    case: Case, scenario: Scenario, found: Outlook, pull: Pull, totals: Array, rungs: Ladder
) -> LiveRanks:
    """The ranks of `totals` (V+1,); `rungs` the ladder of that horizon under the scenario's
    assumptions. Raises DataError."""
    if strays_too(case):
        return _drawn(case, scenario, pull, found, totals)
    low, median, high = rungs.ranks(totals)
    return LiveRanks(low, median, high, np.full(len(totals), found.after.certain))


def own_part(baseline: Baseline, scenario: Scenario, pull: Pull) -> Scenario:
    """What of a scenario one lever's table depends on."""
    names = {baseline.rules.components[c] for c in _columns(baseline, pull)}
    kept = tuple(change for change in scenario.changes if change.component in names)
    edits = {name: edit for name, edit in scenario.assumptions.rules.items() if name in names}
    assumed = scenario.assumptions.model_copy(update={"rules": edits})
    return scenario.model_copy(update={"changes": kept, "assumptions": assumed})


def let_go(scenario: Scenario, pull: Pull) -> Scenario:
    """The scenario as if the lever had not been moved: wherever its thumb is put, it goes there
    from here."""
    for unit in pull.units:
        scenario = without(scenario, unit, pull.component)
    return scenario


def _columns(baseline: Baseline, pull: Pull) -> list[int]:
    column = baseline.rules.index(pull.component)
    other = int(partners(baseline.rules)[column])
    return [column] if other == UNCOUPLED else [column, other]


def _pair(baseline: Baseline, scenario: Scenario, pull: Pull) -> _Pair:
    columns = _columns(baseline, pull)
    return _Pair(baseline_of(baseline, columns), own_part(baseline, scenario, pull), columns)


def _rates(
    case: Case,
    pair: _Pair,
    pull: Pull,
    at: Array,
    date: dt.date,
    start: Array | None = None,
    share: Array | None = None,
) -> Array:
    """Rates (V, ..., U, K) at places of the thumb `at` (V,), from `start` (..., U, K)."""
    base = pair.baseline
    start = base.rate if start is None else start
    found = np.empty((len(at), *start.shape))
    calendar = case.counted(pair.scenario)
    still = at == pull.neutral
    lowers, values = effective(pull, at)
    for here in (lowers & ~still, ~lowers & ~still):  # each has one mode
        if not here.any():
            continue
        first = pulled(pair.scenario, base, pull, float(at[here][0]))
        made = _at_once(first, pull, values[here], start)
        many = np.repeat(start[None], len(values[here]), axis=0)
        found[here] = rates_on(base, made, calendar, date, many, share)
    if still.any():
        made = pulled(pair.scenario, base, pull, pull.neutral)
        found[still] = rates_on(base, made, calendar, date, start, share)
    return found


def _at_once(made: Scenario, pull: Pull, values: Array, start: Array) -> Scenario:
    """The scenario with all `values` (V,) of the lever at a time, for rates (V, ..., U, K): what a
    value does to rates broadcasts (`shift`), and nothing else asks for it."""
    values = values.reshape(-1, *[1] * (start.ndim - 1))
    changes = tuple(
        change.model_copy(update={"value": values})
        if change.component == pull.component and change.unit in pull.units
        else change
        for change in made.changes
    )
    return made.model_copy(update={"changes": changes})


def _earned(baseline: Baseline, rules: RuleSet, rate: Array) -> Array:
    """Points (...) of the province from rates (..., U, K)."""
    row = rate[..., PROVINCE, :]
    return np.where(baseline.carried[PROVINCE], points(rules, row), 0.0).sum(axis=-1)


def _drawn(case: Case, scenario: Scenario, pull: Pull, found: Outlook, total: Array) -> LiveRanks:
    """Ranks where unit rates are drawn too.

    In every draw the score rises with the thumb, so between two places of equal rank lies no other
    rank: only the places where something changes are looked for.
    """
    pair, at = _pair(case.baseline, scenario, pull), places(pull)
    drawn, base = case.drawn, pair.baseline
    date = found.result.date
    moves = moves_at(drawn, found.result.horizon, date, scenario.assumptions.field_gain)
    start, share = drawn.rates[..., pair.columns], drawn.shares[..., pair.columns]
    rules = assumed_rules(pair.scenario, base).rules
    before = _earned(base, base.rules, start)
    whole = change_draws(case.baseline, scenario, case.counted(scenario), found.result, drawn)
    held = rates_on(base, pair.scenario, case.counted(scenario), date, start, share)
    now = _earned(base, rules, held)
    count = len(start)
    # what all other levers stray, and this one's own at its place
    rest = whole[:count] - (now - before) + found.result.score_after
    others = np.ascontiguousarray(moves.others.T)
    table = np.full((4, len(at)), -1, dtype=np.intp)

    def look(wanted: list[int]) -> None:
        rate = _rates(case, pair, pull, at[wanted], date, start, share)
        gained = rest + (_earned(base, rules, rate) - before) - total[wanted, None]
        for place, strays in zip(wanted, gained, strict=True):
            true = moved(total[place] + np.resize(strays, len(drawn.own)), drawn.own, moves.like)
            low, middle, high = range_of(ranks_among(true, others), len(others) + 1)
            table[:, place] = low, middle, high, found.before.certain and _is_certain(true)

    last = len(at) - 1
    look([0, last - 1, last])
    spans = [(0, last - 1)]
    while spans:
        open_, spans = spans, []
        halves = []
        for low, high in open_:
            if (table[:, low] == table[:, high]).all():
                table[:, low : high + 1] = table[:, low : low + 1]
            elif high - low > 1:
                halves.append((low, (low + high) // 2, high))
        if halves:
            look([middle for _, middle, _ in halves])
        for low, middle, high in halves:
            spans += [(low, middle), (middle, high)]
    return LiveRanks(table[0], table[1], table[2], table[3].astype(bool))


def _is_certain(true: Array) -> bool:
    low, high = np.quantile(true, RANGE)
    return bool(high - low < LEAST_SHOWN)
