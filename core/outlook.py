"""Where the province stands and leads: score and rank with their ranges, at every horizon.

What is uncertain is drawn once per dataset (common random numbers): unit rates and volumes from the
reconciliation, unobserved points, the other provinces from the field, and the own pace. So a
moved lever never makes a rank flicker.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.dataset import Dataset
from core.field import Field, RankDistribution, exact_rank, summarise
from core.field_board import board_field, board_history, plain_name
from core.field_points import Own, own_field, points_field
from core.reconcile import Reconciled
from core.rollup import PROVINCE, Baseline, score
from core.rules import Array, points
from core.scenario import Scenario, assumed_rules
from core.simulate import TODAY, Result, path, rates_on, simulate
from core.timeline import Calendar

SEED = 766
DRAWS = 200
STEPS = 12
# standard deviations that leave 10 % of a normal distribution on each side
NORMAL_80 = 1.2816
# How far the rate on new dossiers strays from what is planned, in points of the score if all of the
# year were new dossiers: the robust spread between 34 provinces of their moves from 17 to 26
# September 2026, 0.111 points, divided by the share of new dossiers, 9 days of 269.
PACE_SD = 3.3


@dataclass(frozen=True)
class Uncertainty:
    """What is drawn once for a dataset; N draws of the field, M of the baseline.

    `field` the other provinces, from `field_day` on; `others` their scores (N, P-1) at every
    horizon; `rates` and `shares` (M, U, C) the baseline's rates and the units' parts of the
    province's volume, M = 0 where every figure is published; `own` (N,) what the own score may be
    off by today, in points; `pace` (N,) standard normal, the own pace.
    """

    field: Field
    field_day: pd.Timestamp
    others: dict[str, Array]
    rates: Array
    shares: Array
    own: Array
    pace: Array


@dataclass(frozen=True)
class Standing:
    """A score with its 80 % range, and its rank; `score` is the engine's own, unrounded."""

    score: float
    score_p10: float
    score_p90: float
    rank: RankDistribution
    size: int


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


def make_field(
    dataset: Dataset, baseline: Baseline, boards: pd.DataFrame
) -> tuple[Field, pd.Timestamp]:
    """The other provinces for a dataset: its own full boards, or a field from single figures.

    `boards` are the full boards that give the standard shape. The board that shows the dataset's
    own total is taken, the nearest in time; without one the last up to the dataset's date.
    """
    day = pd.Timestamp(dataset.meta.as_of)
    if has_board(dataset):
        day = _matching_board(dataset)
        return board_field(dataset.field, dataset.field_name, start=day), day
    size, own = dataset.meta.field_size, own_score(dataset, baseline)
    if own is None:
        return points_field(dataset.field, boards, day, size, "year_to_date"), day
    # what was published later is not known on the day of the data
    until = dataset.field[dataset.field["date"] <= day]
    return own_field(until, boards, size, own), day


def own_score(dataset: Dataset, baseline: Baseline) -> Own | None:
    """The own score, what is not known of it, and its rank; None where no rank is published."""
    if dataset.meta.published_rank is None:
        return None
    total = float(score(baseline, baseline.rate).total[PROVINCE])
    return Own(dataset.meta.as_of, total, own_sd(baseline), dataset.meta.published_rank)


def has_board(dataset: Dataset) -> bool:
    """Whether the dataset has a date with the totals of all provinces."""
    rows = dataset.field[dataset.field["province"].notna() & dataset.field["total"].notna()]
    return bool((rows.groupby("date").size() >= dataset.meta.field_size).any())


def _matching_board(dataset: Dataset) -> pd.Timestamp:
    history = board_history(dataset.field)
    own = history[plain_name(dataset.field_name)]
    day = pd.Timestamp(dataset.meta.as_of)
    same = own[(own - (dataset.meta.published_total or np.nan)).abs() < 0.005]
    if len(same):
        return pd.Timestamp(min(same.index, key=lambda date: abs(date - day)))
    until = own.index[own.index <= day]
    return pd.Timestamp(until[-1] if len(until) else own.index[0])


def uncertainty(
    dataset: Dataset,
    baseline: Baseline,
    calendar: Calendar,
    boards: pd.DataFrame,
    solved: Reconciled,
) -> Uncertainty:
    """All draws of a dataset."""
    field, day = make_field(dataset, baseline, boards)
    # a stream of its own: the field draws from the plain seed
    random = np.random.default_rng([SEED, 1])
    own, pace = random.standard_normal((2, len(field.own_error)))
    uncertain = baseline.carried & baseline.summed & ((solved.rate_sd + solved.volume_sd) > 0)
    draws = solved.draw(DRAWS if uncertain.any() else 0, SEED)
    dates = {TODAY: calendar.as_of, **calendar.horizons}
    return Uncertainty(
        field=field,
        field_day=day,
        others={key: field.totals(_days(key, date, day)) for key, date in dates.items()},
        rates=draws.rate,
        shares=_drawn_shares(baseline, draws.volume),
        own=own * own_sd(baseline),
        pace=pace,
    )


def own_sd(baseline: Baseline) -> float:
    """Standard deviation of the province's own score: of its unobserved points."""
    return float(np.sqrt((baseline.block_sd[PROVINCE] ** 2).sum()))


def _days(key: str, date: dt.date, field_day: pd.Timestamp) -> int:
    return 0 if key == TODAY else max(0, (pd.Timestamp(date) - field_day).days)


def _drawn_shares(baseline: Baseline, volume: Array) -> Array:
    """Parts (M, U, C) in the province's volume; units that are not listed keep theirs."""
    inside = np.where(baseline.share > 0, np.nan_to_num(volume), 0.0)
    whole = inside.sum(axis=1, keepdims=True)
    part = np.divide(inside, whole, where=whole > 0, out=np.zeros_like(inside))
    return np.asarray(part * baseline.share.sum(axis=0))


def outlook(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, drawn: Uncertainty
) -> dict[str, Outlook]:
    """The scenario at every horizon with its ranges, `today` first.

    Without a change the province keeps its rates while the others go on at their pace.
    """
    found = {}
    for key, result in simulate(baseline, scenario, calendar).items():
        others, gain = drawn.others[key], scenario.assumptions.field_gain
        if gain is not None and key != TODAY:
            others = drawn.field.totals(_days(key, result.date, drawn.field_day), gain)
        stray = drawn.pace * PACE_SD * _new_share(calendar, result.date)
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


def score_path(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, drawn: Uncertainty
) -> ScorePath:
    """The score at even steps from the date of the data to the last horizon, horizons included.

    The range is that of the own score and pace, in the normal approximation; the strip's ranges at
    the horizons also have what the units' estimates add to the scenario's effect.
    """
    last = max(calendar.horizons.values(), default=calendar.as_of)
    days = (last - calendar.as_of).days
    dates = {calendar.as_of + dt.timedelta(days=round(days * n / STEPS)) for n in range(STEPS + 1)}
    on = sorted(dates | set(calendar.horizons.values()))
    start = float(score(baseline, baseline.rate).total[PROVINCE])
    # the first point is what is published: on the day of the data no change has arrived yet
    after = np.array([start, *path(baseline, scenario, calendar, on[1:])])
    pace = np.array([PACE_SD * _new_share(calendar, date) for date in on])
    spread = NORMAL_80 * np.sqrt(drawn.own.std() ** 2 + pace**2)
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
    rank = int(np.median(exact_rank(own, others)))
    first, last = max(1, rank - around), min(others.shape[1], rank + around)
    found = []
    for position in range(first, last + 1):
        column = ordered[:, position - 1]
        middle, likely = float(np.median(column)), float(np.quantile(column, 0.8))
        settled = field.names and np.ptp(column) == 0
        name = (
            field.names[int(np.argsort(-others[0], kind="stable")[position - 1])] if settled else ""
        )
        found.append(Step(position, name, middle, middle - own, likely))
    return found


def _new_share(calendar: Calendar, date: dt.date) -> float:
    """Share of the year-to-date volume on a date that is still to come."""
    to_come = calendar.to_come(date)
    return to_come / (calendar.so_far() + to_come)


def _standing(total: float, stray: Array, own: Array, others: Array) -> Standing:
    """Score and rank of a stated score that strays by `stray` (N,) from what is planned.

    What the own score is off by today, `own` (N,), widens the score's range only: the field is
    already drawn so that the stated score has the published rank.
    """
    stated = np.clip(total + stray, 0, 100)
    low, high = np.quantile(np.clip(stated + own, 0, 100), [0.1, 0.9])
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


def rank_field(
    dataset: Dataset,
    baseline: Baseline,
    boards: pd.DataFrame,
    date: object = None,
    mean: float | None = None,
) -> Field:
    """The field against which any score on a date is ranked; `mean` the mean of all provinces then.

    With full boards: the board of the date, the last one before it, or the first. Without: the
    field from single published figures. The own province is one of those ranked.
    """
    day = pd.Timestamp(str(date)) if date is not None else pd.Timestamp(dataset.meta.as_of)
    if not has_board(dataset):
        size, own = dataset.meta.field_size, own_score(dataset, baseline)
        return points_field(dataset.field, boards, day, size, mean=mean, own=own)
    if date is None:
        return board_field(dataset.field, dataset.field_name, start=_matching_board(dataset))
    history = board_history(dataset.field)
    until = history.index[history.index <= day]
    start = pd.Timestamp(until[-1] if len(until) else history.index[0])
    return board_field(dataset.field, dataset.field_name, start=start)
