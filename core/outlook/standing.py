"""Where the province stands and leads: score and rank with their ranges, at every horizon."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import RANGE, Array
from core.field.draws import HIGHEST, moved, stated_for
from core.field.ranks import RankDistribution, exact_rank, summarise
from core.index.rollup import PROVINCE, Baseline, score
from core.index.rules import points
from core.outlook.simulate import Result, path, rates_on, simulate
from core.outlook.timeline import TODAY, Calendar
from core.outlook.uncertainty import Moves, Uncertainty, like_on, moves_at
from core.scenario.apply import assumed_rules
from core.scenario.model import Scenario

STEPS = 12
LEAST_SHOWN = 0.005  # points: a narrower range is none in the two decimals that people see


@dataclass(frozen=True)
class Standing:
    """A score with its 80 % range, and its rank."""

    score: float
    score_p10: float
    score_p90: float
    rank: RankDistribution
    size: int

    @property
    def certain(self) -> bool:
        """Whether the two decimals that people see leave the score no range."""
        return self.score_p90 - self.score_p10 < LEAST_SHOWN


@dataclass(frozen=True)
class Course:
    """One line to one horizon: where it leaves the province without and with the scenario."""

    before: Standing
    after: Standing

    @property
    def change(self) -> float:
        """Points that the scenario brings on this line."""
        return self.after.score - self.before.score


@dataclass(frozen=True)
class Outlook:
    """One horizon: the engine's result at the own rates, and where it leads on both lines.

    `like` the others is the line that leads: the own province gains as the field does. `still` is
    no forecast: own rates stay while the others gain. `left` is the part of what is missing that
    is left on the leading line at best estimate, and so the part of a scenario's effect that stays.
    `others_gain` is what the other provinces gain by then, points on the mean. `spread` is what the
    leading range comes from: the parts of its variance, 0..1, of the points that were not published
    (`points`), of estimated unit rates and volumes in what the scenario gains (`units`), and of the
    way until then (`pace`); empty where the score is certain.
    """

    result: Result
    like: Course
    still: Course
    left: float
    others_gain: float
    spread: dict[str, float]

    @property
    def before(self) -> Standing:
        """Without the scenario, on the leading line."""
        return self.like.before

    @property
    def after(self) -> Standing:
        """With the scenario, on the leading line."""
        return self.like.after

    @property
    def change(self) -> float:
        """Points that the scenario brings, on the leading line."""
        return self.like.change


@dataclass(frozen=True)
class ScorePath:
    """The score on `dates` (T,) `before` and `after` the changes, and the 80 % range of after, on
    the leading line; `still` (T,) after the changes if the own rates stay."""

    dates: tuple[dt.date, ...]
    before: Array
    after: Array
    low: Array
    high: Array
    still: Array


def outlook(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, drawn: Uncertainty
) -> dict[str, Outlook]:
    """The scenario at every horizon with its ranges, `today` first; both lines, from the same
    draws with and without the scenario."""
    found = {}
    for key, result in simulate(baseline, scenario, calendar).items():
        moves = moves_at(drawn, key, result.date, scenario.assumptions.field_gain)
        strays = change_draws(baseline, scenario, calendar, result, drawn)
        like = _line(result, strays, moves.like, drawn.own, moves.others)
        still = (
            like if key == TODAY else _line(result, strays, moves.still, drawn.own, moves.others)
        )
        found[key] = Outlook(
            result,
            like,
            still,
            left=float(np.median(moves.like)),
            others_gain=float((moves.others - drawn.field.start).mean()),
            spread=_spread(result.score_after, drawn.own, strays, moves.like),
        )
    return found


def _line(result: Result, strays: Array, part: Array, own: Array, others: Array) -> Course:
    before = standing(result.score_before, 0.0, part, own, others)
    if result.score_after == result.score_before and not strays.any():
        return Course(before, before)
    return Course(before, standing(result.score_after, strays, part, own, others))


def _spread(total: float, own: Array, units: Array, part: Array) -> dict[str, float]:
    """Parts of the variance of the score: what each alone would leave of it."""
    none, middle = np.zeros(len(part)), np.full(len(part), np.median(part))
    alone = {
        "points": moved(total, own, middle),
        "units": moved(total + units, none, middle),
        "pace": moved(total, none, part),
    }
    variance = {
        name: float(draws.var()) if np.ptp(draws) > 0 else 0.0 for name, draws in alone.items()
    }
    whole = sum(variance.values())
    return {name: part / whole for name, part in variance.items()} if whole > 0 else {}


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

    The strip's ranges at the horizons also have what the units' estimates add to the scenario's
    effect.
    """
    on = path_dates(calendar)
    start = float(score(baseline, baseline.rate).total[PROVINCE])
    # the first point is what is published: on the day of the data no change has arrived yet
    planned = np.array([start, *path(baseline, scenario, calendar, on[1:])])
    gain = scenario.assumptions.field_gain
    part = np.array([np.ones_like(drawn.own), *(like_on(drawn, date, gain) for date in on[1:])])
    left = np.median(part, axis=1)
    ends = [moved(*one) for one in zip(planned, [drawn.own] * len(on), part, strict=True)]
    low, high = np.quantile(ends, RANGE, axis=1)
    before, after = (points + (HIGHEST - points) * (1 - left) for points in (start, planned))
    return ScorePath(tuple(on), before, after, low, high, planned)


@dataclass(frozen=True)
class Step:
    """What it takes to reach a rank: the score that is above the province there then.

    `rank`; `name` of that province, empty where the provinces are not known by name; `score` that
    comes level with it on the leading line (the median of the draws), `gap` from the own score;
    `likely` the score that reaches the rank in 80 % of the draws.
    """

    rank: int
    name: str
    score: float
    gap: float
    likely: float


def steps(drawn: Uncertainty, moves: Moves, found: Outlook, around: int = 4) -> list[Step]:
    """The ranks near the own one on a horizon, best first."""
    field, own = drawn.field, found.after
    ordered = np.sort(moves.others, axis=1)[:, ::-1]
    holders = np.argsort(-moves.others[0], kind="stable")
    first = max(1, own.rank.median - around)
    last = min(moves.others.shape[1], own.rank.median + around)
    steps = []
    for position in range(first, last + 1):
        hurdle = ordered[:, position - 1]
        stated = np.minimum(stated_for(hurdle, drawn.own, moves.like), HIGHEST)
        column = stated + (HIGHEST - stated) * (1 - found.left)
        middle, likely = float(np.median(column)), float(np.quantile(column, 0.8))
        settled = field.names and np.ptp(hurdle) == 0
        name = field.names[int(holders[position - 1])] if settled else ""
        steps.append(Step(position, name, middle, middle - own.score, likely))
    return steps


def standing(
    total: float, strays: Array | float, part: Array, own: Array, others: Array
) -> Standing:
    """Score and rank of a stated score, that strays by `strays` (N,) from what is planned and by
    `own` (N,) from the true one, where `part` (N,) of what it misses is left."""
    true = moved(total + strays, own, part)
    low, high = np.quantile(true, RANGE)
    stated = total + (HIGHEST - total) * (1 - float(np.median(part)))
    size = others.shape[1] + 1
    return Standing(
        stated, float(low), float(high), summarise(exact_rank(true, others), size), size
    )


def change_draws(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, result: Result, drawn: Uncertainty
) -> Array:
    """How much more the scenario brings in each draw than in the best estimate, (N,)."""
    count = len(drawn.own)
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
