"""A forecast as it is frozen: what was said of score and rank on the days to come, on both lines.

It holds all that its own marks need, so that they are the same on any later day, whatever has
become of the data or the program.
"""

import datetime as dt
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.arrays import RANGE
from core.dataset.schema import validation_problems
from core.field.ranks import range_of
from core.outlook.ahead import LineDraws
from core.outlook.case import Case
from core.plans.made import as_scenario
from core.plans.model import TargetPlan
from core.problems import DataError
from core.scenario.model import Scenario
from core.track.moved_on import newest

DAILY, WEEKLY = 14, 91  # a day each so far ahead, then a week each, then four weeks each
"""With a plan a week each from the start: what a plan brings takes weeks."""
QUANTILES = 100  # quantiles kept of a score's draws, each in the middle of its part
_DIGITS = 4


class FrozenLine(BaseModel):
    """One line on a day: quantiles of the score, `low` and `high` the ends of its range; the parts
    of the draws at each rank, 1 first, and the ends of the rank's range."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    score: Annotated[tuple[float, ...], Field(min_length=QUANTILES, max_length=QUANTILES)]
    low: float
    high: float
    rank: tuple[float, ...]
    best: int
    worst: int


class FrozenDay(BaseModel):
    """What was said of a day: `like` the others, and standing `still`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    date: dt.date
    like: FrozenLine
    still: FrozenLine


class FrozenForecast(BaseModel):
    """A forecast of one province and year by one rule set, from figures `as_of` a day.

    `title` of the plan that it is with, empty for the baseline; `score` and `rank` on the day of
    the figures; `known_until` the newest board that was known: what came up to then is no forecast.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1] = 1
    dataset: str
    dataset_version: str
    province: str
    rule_set: str
    period_start: dt.date
    as_of: dt.date
    known_until: dt.date
    title: str = ""
    score: float
    rank: int | None
    days: tuple[FrozenDay, ...]


def freeze(case: Case, plan: TargetPlan | None = None) -> FrozenForecast:
    """The forecast of a dataset's day without any plan, or with one. Raises DataError."""
    meta, now = case.dataset.meta, newest(case)
    none = Scenario(dataset=case.dataset.id)
    scenario = none if plan is None else as_scenario(plan, case.baseline)
    days = []
    for date in frozen_dates(case, daily=plan is None):
        found = case.ahead(scenario, date)
        days.append(FrozenDay(date=date, like=_line(found.like), still=_line(found.still)))
    return FrozenForecast(
        dataset=case.dataset.id,
        dataset_version=case.dataset.version,
        province=meta.province,
        rule_set=meta.rule_set,
        period_start=meta.period_start,
        as_of=meta.as_of,
        known_until=_known_until(case),
        title="" if plan is None else plan.title,
        score=now.score,
        rank=now.rank,
        days=tuple(days),
    )


def frozen_dates(case: Case, daily: bool = True) -> list[dt.date]:
    """Every horizon, and steps from the newest thing known up to the last of them.

    A board that is in the data already is no forecast: steps begin after it.
    """
    days, first = case.calendar, _known_until(case)
    ahead = [day for day in days.horizons.values() if day > first]
    if not ahead:
        return []
    steps = [*(range(1, DAILY) if daily else (7,)), *range(DAILY, WEEKLY + 1, 7)]
    steps += range(WEEKLY + 28, (max(ahead) - first).days, 28)
    found = {first + dt.timedelta(days=step) for step in steps}
    return sorted({day for day in found if day <= max(ahead)} | set(ahead))


def _known_until(case: Case) -> dt.date:
    return max(case.calendar.as_of, case.drawn.field_day.date())


def _line(draws: LineDraws) -> FrozenLine:
    places = (np.arange(QUANTILES) + 0.5) / QUANTILES
    low, high = np.quantile(draws.score, RANGE)
    at = np.bincount(draws.rank, minlength=draws.size + 1)[1:] / len(draws.rank)
    best, _, worst = range_of(draws.rank, draws.size)
    return FrozenLine(
        score=tuple(round(float(one), _DIGITS) for one in np.quantile(draws.score, places)),
        low=round(float(low), _DIGITS),
        high=round(float(high), _DIGITS),
        rank=tuple(at.tolist()),
        best=best,
        worst=worst,
    )


def read_frozen(text: str) -> FrozenForecast:
    """A frozen forecast from its JSON. Raises DataError."""
    try:
        return FrozenForecast.model_validate_json(text)
    except ValidationError as error:
        raise DataError(validation_problems(error, "forecast")) from None
