"""Goal seek: the least effort that reaches a score on a date, unit by unit, and what stands in
the way (model of the index, section 7)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Array
from core.goal.cells import Cells, build
from core.goal.options import DEFAULTS, Floor, Options, resolve
from core.goal.prices import binding
from core.goal.programme import effort, least_effort
from core.goal.shortfall import Shortfall, explain
from core.index.rollup import PROVINCE, Baseline, score
from core.index.rules import points
from core.levers.tables import named, records
from core.outlook.timeline import Calendar, reach
from core.problems import DataError, Problem
from core.scenario.model import MOST_CHANGES, Scenario
from core.scenario.scope import ALL

MARGIN = TOLERANCE  # points more than asked for, so that rounding never leaves a goal missed


@dataclass(frozen=True)
class Plan:
    """What to do: the least effort for a score on a date.

    `score` that it reaches; `effort` weighted by difficulty and `dossiers` unweighted, in dossiers
    or, if not `counted`, in parts of the province's of each lever; `price` effort of a point more,
    at the margin, and `next_point` of the whole next point, None when that is out of reach.

    `moves` has a row for each unit and lever that rises: `unit`, `component`, `start` and `new`
    rate on new dossiers, `limit`, `dossiers` to convert in its own part, `per_week`, `effort`,
    `own` (False: it rises only by the units inside it, or by dossiers of another component that it
    counts too) and `rate_<key>`, the year-to-date rate at
    each horizon. `components` has the province's side: `component`, `start`, `points` now,
    `gained`, `capped` (all its points are earned), `rate_<key>`. `binding`: see `plan_limits`;
    `rise` (U, C) of whole units on new dossiers.
    """

    score: float
    effort: float
    dossiers: float
    counted: bool
    price: float
    next_point: float | None
    moves: pd.DataFrame
    components: pd.DataFrame
    binding: pd.DataFrame
    rise: Array
    options: Options


@dataclass(frozen=True)
class Answer:
    """`status`: `already` (no effort needed), `reached`, or `out_of_reach`; then `plan` is the best
    that is possible at its least effort, and `shortfall` says what stops it. `unmet` has the floors
    that no plan meets, with the rate `needed` on new dossiers."""

    status: str
    horizon: str
    date: dt.date
    goal: float
    score_before: float
    plan: Plan
    unmet: pd.DataFrame
    shortfall: Shortfall | None


@dataclass(frozen=True)
class Safety:
    """A plan for the best estimate and one that holds in a stated part of the draws; `price` is the
    effort the second takes more, None when one of them is out of reach."""

    plain: Answer
    safe: Answer
    price: float | None


def seek(
    baseline: Baseline,
    calendar: Calendar,
    goal: float,
    horizon: str,
    options: Options = DEFAULTS,
) -> Answer:
    """The least effort that has the province at `goal` points or more on a horizon.

    Raises DataError as `check_options` finds, and for a goal outside 0..100.
    """
    if not 0 <= goal <= 100:
        raise DataError([Problem("goal", None, "score", f"{goal:g}", "points from 0 to 100")])
    cells = build(baseline, calendar, horizon, options)
    before = float(score(baseline, baseline.rate).total[PROVINCE])
    need, highest = goal - before, float(cells.highest().sum())
    within = need <= highest + MARGIN
    plan = _plan(cells, need, calendar, options)
    status = "out_of_reach" if not within else "reached" if plan.effort > 0 else "already"
    shortfall = None if within else explain(baseline, calendar, horizon, options, goal)
    unmet = np.nonzero(~np.isnan(cells.unmet))
    table = named(baseline, unmet, {"needed": cells.unmet[unmet]})
    return Answer(status, horizon, cells.date, goal, before, plan, table, shortfall)


def with_safety(plain: Answer, safe: Answer) -> Safety:
    """The price of being surer: `safe` answers the goal of `goals.safe_score` or, for a rank, of
    `goals.needed_score` with the own error."""
    reached = "out_of_reach" not in (plain.status, safe.status)
    return Safety(plain, safe, safe.plan.effort - plain.plan.effort if reached else None)


def plan_scenario(
    baseline: Baseline, plan: Plan, title: str = "", mode: str = "floor", author: str = ""
) -> Scenario:
    """The plan as a scenario: one change for each unit and lever that moves by itself.

    `mode` is `floor` (raise to the rate) or `set`; at the baseline both do the same. Raises
    DataError when the plan has more changes than a scenario may hold.
    """
    moves = plan.moves[plan.moves["own"]]
    if len(moves) > MOST_CHANGES:
        expected, details = "at most {most} changes", {"most": MOST_CHANGES}
        raise DataError([Problem("plan", None, "moves", str(len(moves)), expected, details)])
    rates = zip(moves["unit"], moves["component"], moves["new"], strict=True)
    return Scenario(
        dataset=baseline.dataset_id,
        dataset_version=baseline.version,
        title=title,
        author=author,
        changes=tuple(
            plan.options.change(unit, component, float(rate), mode)
            for unit, component, rate in rates
        ),
    )


def compare(
    baseline: Baseline, calendar: Calendar, plan: Plan, floors: Sequence[Floor]
) -> pd.DataFrame:
    """The plan beside assigned targets, whether it had to meet them or not.

    Columns: `unit`, `component`, `due`, the year-to-date rates `assigned`, `at_pace` and `plan` on
    that date, `needed` the rate on new dossiers for it (above 1: out of reach), `met`. After its
    own date a plan goes on at its rates. Units without a known rate are left out.
    """
    columns = ["unit", "component", "due", "assigned", "at_pace", "plan", "needed", "met"]
    tables = [pd.DataFrame(columns=columns)]
    for due in sorted({floor.due for floor in floors}):
        target = resolve([floor for floor in floors if floor.due == due], baseline)
        arrived = np.float64(reach(calendar, plan.options.change(ALL, ALL, 1.0), due))
        at = np.nonzero(np.isfinite(target) & np.isfinite(baseline.rate))
        assigned, now = target[at], baseline.rate[at]
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where(assigned > now, now + (assigned - now) / arrived, now)
        planned = now + arrived * plan.rise[at]
        figures = {"assigned": assigned, "at_pace": now, "plan": planned, "needed": needed}
        table = named(baseline, at, {"due": due, **figures})
        tables.append(table.assign(met=planned >= assigned - TOLERANCE))
    return pd.concat(tables[min(1, len(tables) - 1) :], ignore_index=True)


def _plan(cells: Cells, need: float, calendar: Calendar, options: Options) -> Plan:
    """The plan for `need` points, or for as many as there are."""
    highest = float(cells.highest().sum())
    solution = least_effort(cells, min(need + MARGIN, highest) if need > 0 else 0.0)
    own, spent = solution.own, effort(cells, solution.own)
    gained = cells.gains(own)
    further = max(need, float(gained.sum())) + 1
    dearer = None
    if further <= highest + MARGIN:
        more = least_effort(cells, min(further + MARGIN, highest))
        dearer = float(effort(cells, more.own).sum() - spent.sum())
    change = options.change(ALL, ALL, 1.0)
    arrived = {key: reach(calendar, change, date) for key, date in calendar.horizons.items()}
    before = float(score(cells.baseline, cells.baseline.rate).total[PROVINCE])
    return Plan(
        score=before + float(gained.sum()),
        effort=float(spent.sum()),
        dossiers=float((cells.amount * own).sum()),
        counted=cells.counted,
        price=solution.price,
        next_point=dearer,
        moves=_moves(cells, own, spent, arrived),
        components=_components(cells, own, gained, arrived),
        binding=binding(cells, solution),
        rise=cells.whole(cells.total(own)),
        options=options,
    )


def _moves(cells: Cells, own: Array, spent: Array, arrived: Mapping[str, float]) -> pd.DataFrame:
    rise, start = cells.whole(cells.total(own)), cells.baseline.rate
    shown = (rise > TOLERANCE) & np.isfinite(start)
    shown[PROVINCE] = own[PROVINCE] > TOLERANCE
    at = np.nonzero(shown)
    dossiers = (cells.amount * own)[at]
    figures = {
        "start": start[at],
        "new": np.minimum(1.0, (start + rise)[at]),
        "limit": cells.limit[at],
        "dossiers": dossiers,
        "per_week": dossiers / cells.weeks,
        "effort": spent[at],
        "own": own[at] > TOLERANCE,
    }
    rates = {f"rate_{key}": (start + share * rise)[at] for key, share in arrived.items()}
    return named(cells.baseline, at, {**figures, **rates})


def _components(
    cells: Cells, own: Array, gained: Array, arrived: Mapping[str, float]
) -> pd.DataFrame:
    rules, start = cells.baseline.rules, cells.baseline.rate[PROVINCE]
    rise = cells.whole(cells.total(own))[PROVINCE]
    table = pd.DataFrame(
        {
            "component": rules.components,
            "start": start,
            "points": points(rules, start),
            "gained": gained,
            "capped": gained >= cells.headroom - TOLERANCE,
            **{f"rate_{key}": start + share * rise for key, share in arrived.items()},
        }
    )
    known = cells.baseline.carried[PROVINCE] & np.isfinite(start)
    return table[known].reset_index(drop=True)


def plain_answer(answer: Answer) -> dict[str, object]:
    """An answer as plain data, NaN as None: for the command line."""
    plan, short = answer.plan, answer.shortfall
    found: dict[str, object] = {
        "status": answer.status,
        "horizon": answer.horizon,
        "date": answer.date.isoformat(),
        "goal": answer.goal,
        "score_before": answer.score_before,
        "score": plan.score,
        "effort": plan.effort,
        "dossiers": plan.dossiers,
        "unit_of_effort": "dossiers" if plan.counted else "share",
        "price_of_next_point": plan.price,
        "effort_of_next_point": plan.next_point,
        "moves": records(plan.moves),
        "components": records(plan.components),
        "binding": records(plan.binding),
        "unmet_floors": records(answer.unmet),
        "shortfall": None,
    }
    if short is not None:
        relaxations = [{**vars(one), "what": list(one.what)} for one in short.relaxations]
        stops = {"missing": short.missing, "stops": records(short.stops)}
        found["shortfall"] = {"best": short.best, **stops, "relaxations": relaxations}
    return found
