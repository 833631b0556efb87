"""Who does what: the units that a scenario asks most of, in dossiers a week until a date."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import TOLERANCE
from core.index.rollup import PROVINCE, Baseline
from core.outlook.simulate import rates_on
from core.outlook.timeline import Calendar
from core.review.targets import review
from core.scenario.model import Scenario


@dataclass(frozen=True)
class Duty:
    """What is asked of a unit (a row of the baseline): most of it in one `component` (a column).

    `so_far` its rate now and `rate` on the date; `weekly` dossiers a week that have to meet it and
    `extra` those of them above its pace so far, NaN where volumes are not published; `others` how
    many more components it is asked to raise.
    """

    unit: int
    component: int
    so_far: float
    rate: float
    weekly: float
    extra: float
    others: int


def duties(
    baseline: Baseline, scenario: Scenario, calendar: Calendar, due: dt.date
) -> tuple[Duty, ...]:
    """Every unit that a scenario raises until a date, the one with most to do first.

    Most to do is most extra dossiers a week; units without published volumes come after those with,
    by the part of the province's dossiers that has to change. A unit inside another one that rises
    too is counted there: its dossiers are part of the other's.
    """
    still = scenario.model_copy(update={"changes": ()})
    rate = rates_on(baseline, scenario, calendar, due)
    projected = rates_on(baseline, still, calendar, due)
    rises = (rate - projected > TOLERANCE) & baseline.summed[None, :]
    rises[PROVINCE] = False
    inside = baseline.parent.clip(0)
    rises &= ~(rises[inside] & (inside != PROVINCE)[:, None])
    part = np.where(rises, baseline.whole_share * (rate - projected), 0.0)
    weekly, extra = np.full(rate.shape, np.nan), np.full(rate.shape, np.nan)
    for column in np.flatnonzero(rises.any(axis=0)):
        found = review(baseline, calendar, int(column), due, rate[:, column], projected[:, column])
        weekly[:, column], extra[:, column] = found.weekly, found.extra
    extra = np.where(rises, extra, np.nan)
    asked = []
    for unit in np.flatnonzero(rises.any(axis=1)):
        mine = np.flatnonzero(rises[unit])
        most = max(mine, key=lambda c: (np.nan_to_num(extra[unit, c], nan=-1.0), part[unit, c]))
        asked.append(
            Duty(
                unit=int(unit),
                component=int(most),
                so_far=float(baseline.rate[unit, most]),
                rate=float(rate[unit, most]),
                weekly=float(weekly[unit, most]),
                extra=float(extra[unit, most]),
                others=len(mine) - 1,
            )
        )

    def amount(one: Duty) -> tuple[float, float]:
        return float(np.nan_to_num(one.extra, nan=-1.0)), float(part[one.unit, one.component])

    return tuple(sorted(asked, key=amount, reverse=True))
