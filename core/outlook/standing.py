"""Where the province stands and leads: score and rank with their ranges, at every horizon."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import RANGE, RANGE_SD, Array
from core.field.draws import Field
from core.field.ranks import RankDistribution, exact_rank, summarise
from core.index.rollup import PROVINCE, Baseline, score
from core.index.rules import points
from core.outlook.simulate import Result, path, rates_on, simulate
from core.outlook.timeline import Calendar
from core.outlook.uncertainty import Uncertainty, others_at, pace_sd
from core.scenario.apply import assumed_rules
from core.scenario.model import Scenario

STEPS = 12
# standard deviations that leave 10 % of a normal distribution on each side


@dataclass(frozen=True)
class Standing:
    """A score with its 80 % range, and its rank; `score` is the engine's own, unrounded."""

    score: float
    score_p10: float
    score_p90: float
    rank: RankDistribution
    size: int

    @property
    def certain(self) -> bool:
        """Whether the two decimals that people see leave the score no range."""
        return self.score_p90 - self.score_p10 < 0.005


@dataclass(frozen=True)
class Outlook:
    """One horizon: the engine's result, and where it leaves the province before and after.

    `spread` is what the range of the score after comes from: the part of its variance, 0..1, of
    the points that were not published (`points`), of the estimated unit rates and volumes in what
    the scenario gains (`units`), and of the own pace (`pace`); empty where the score is certain.
    """

    result: Result
    before: Standing
    after: Standing
    spread: dict[str, float]


@dataclass(frozen=True)
class ScorePath:
    """The score on `dates` (T,) `before` and `after` the changes, and the 80 % range of after."""

    dates: tuple[dt.date, ...]
    before: Array
    after: Array
    low: Array
    high: Array


def outlook(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, drawn: Uncertainty
) -> dict[str, Outlook]:
    """The scenario at every horizon with its ranges, `today` first.

    Without a change the province keeps its rates while the others go on at their pace.
    """
    found = {}
    for key, result in simulate(baseline, scenario, calendar).items():
        others = others_at(drawn, key, result.date, scenario.assumptions.field_gain)
        stray = drawn.pace * pace_sd(calendar, result.date)
        change = _change_draws(baseline, scenario, calendar, result, drawn)
        before = _standing(result.score_before, stray, drawn.own, others)
        after = _standing(result.score_after, stray + change, drawn.own, others)
        found[key] = Outlook(result, before, after, _spread(drawn.own, change, stray))
    return found


def _spread(own: Array, units: Array, pace: Array) -> dict[str, float]:
    """Parts of the variance; the three are drawn independently, so they add up."""
    variance = {"points": own.var(), "units": units.var(), "pace": pace.var()}
    whole = sum(variance.values())
    return {name: float(part / whole) for name, part in variance.items()} if whole > 0 else {}


def path_dates(calendar: Calendar) -> list[dt.date]:
    """Even steps from the date of the data to the last horizon, horizons included."""
    last = max(calendar.horizons.values(), default=calendar.as_of)
    days = (last - calendar.as_of).days
    dates = {calendar.as_of + dt.timedelta(days=round(days * n / STEPS)) for n in range(STEPS + 1)}
    return sorted(dates | set(calendar.horizons.values()))


def score_path(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, drawn: Uncertainty
) -> ScorePath:
    """The score at even steps from the date of the data to the last horizon, horizons included.

    The range is that of the own score and pace, in the normal approximation; the strip's ranges at
    the horizons also have what the units' estimates add to the scenario's effect.
    """
    on = path_dates(calendar)
    start = float(score(baseline, baseline.rate).total[PROVINCE])
    # the first point is what is published: on the day of the data no change has arrived yet
    after = np.array([start, *path(baseline, scenario, calendar, on[1:])])
    pace = np.array([pace_sd(calendar, date) for date in on])
    spread = RANGE_SD * np.sqrt(drawn.own.std() ** 2 + pace**2)
    low, high = np.clip(after - spread, 0, 100), np.clip(after + spread, 0, 100)
    return ScorePath(tuple(on), np.full(len(on), start), after, low, high)


@dataclass(frozen=True)
class Step:
    """What it takes to reach a rank: the score that is above the province there now.

    `rank`; `name` of that province, empty where the provinces are not known by name; `score` it
    has (the median of the draws), `gap` from the own score; `likely` the score that reaches the
    rank in 80 % of the draws.
    """

    rank: int
    name: str
    score: float
    gap: float
    likely: float


def steps(field: Field, others: Array, own: float, around: int = 4) -> list[Step]:
    """The ranks near the own one among `others` (N, P-1), best first."""
    ordered = np.sort(others, axis=1)[:, ::-1]
    holders = np.argsort(-others[0], kind="stable")
    rank = int(np.median(exact_rank(own, others)))
    first, last = max(1, rank - around), min(others.shape[1], rank + around)
    found = []
    for position in range(first, last + 1):
        column = ordered[:, position - 1]
        middle, likely = float(np.median(column)), float(np.quantile(column, 0.8))
        settled = field.names and np.ptp(column) == 0
        name = field.names[int(holders[position - 1])] if settled else ""
        found.append(Step(position, name, middle, middle - own, likely))
    return found


def _standing(total: float, stray: Array, own: Array, others: Array) -> Standing:
    """Score and rank of a stated score that strays by `stray` (N,) from what is planned.

    What the own score is off by today, `own` (N,), widens the score's range only: the field is
    already drawn so that the stated score has the published rank.
    """
    stated = np.clip(total + stray, 0, 100)
    low, high = np.quantile(np.clip(stated + own, 0, 100), RANGE)
    size = others.shape[1] + 1
    return Standing(
        total, float(low), float(high), summarise(exact_rank(stated, others), size), size
    )


def _change_draws(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, result: Result, drawn: Uncertainty
) -> Array:
    """How much more the scenario brings in each draw than in the best estimate, (N,)."""
    count = len(drawn.pace)
    if not len(drawn.rates) or not (scenario.changes or scenario.assumptions.rules):
        return np.zeros(count)
    after = rates_on(baseline, scenario, calendar, result.date, drawn.rates, drawn.shares)
    assumed = assumed_rules(scenario, baseline)
    gained = _province_points(assumed, after) - _province_points(baseline, drawn.rates)
    change = result.score_after - result.score_before
    return np.resize(gained - change, count)


def _province_points(baseline: Baseline, rate: Array) -> Array:
    """Points of the province from its carried rates, (M,) from (M, U, C)."""
    row = rate[:, PROVINCE]
    return np.where(baseline.carried[PROVINCE], points(baseline.rules, row), 0.0).sum(axis=-1)
