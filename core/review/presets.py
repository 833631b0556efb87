"""Scenarios computed from the data, to start from: each can be changed like any other."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import TOLERANCE, Array
from core.dataset.facts import Dataset
from core.index.rollup import PROVINCE, Baseline
from core.outlook.timeline import Calendar, backward
from core.review.targets import assigned, due_dates
from core.scenario.model import Change, Scenario
from core.scenario.scope import ALL, of_level

BEST_QUARTER = 0.75
TOO_SOON_DAYS = 14
"""A target that is due within so many days is judged, not planned for."""
# a rate on screen has two decimals: what is shown is what is applied
GRAIN = 10_000


@dataclass(frozen=True)
class Need:
    """What meets all assigned targets of a component, arrays (U,).

    `rate` on new dossiers that every unit needs to have met each of its targets on its due date,
    NaN where it is due nothing or has met it; above 1 no rate is enough.
    """

    component: str
    rate: Array


def presets(dataset: Dataset, baseline: Baseline, calendar: Calendar) -> dict[str, Scenario]:
    """The prepared scenarios by name; one without changes has nothing to change in this dataset.

    `pace`: the baseline at its present pace. `targets`: every unit meets its assigned targets by
    their dates, or comes as near as new dossiers can bring it; `targets:<date>` those of one date
    only, where there are several. `best_quarter`: every unit at the
    75th percentile of its level. `sync`: what the provincial portal counts is recognised.
    """
    ahead = sorted({day for dates in _ahead(dataset, calendar).values() for day in dates})
    changes = {
        "pace": (),
        "targets": _targets(baseline, needs(dataset, baseline, calendar)),
        **{
            f"targets:{day}": _targets(baseline, needs(dataset, baseline, calendar, day))
            for day in (ahead if len(ahead) > 1 else ())
        },
        "best_quarter": _best_quarter(baseline),
        "sync": _sync(baseline),
    }
    return {
        name: Scenario(dataset=dataset.id, dataset_version=dataset.version, changes=made)
        for name, made in changes.items()
    }


def _ahead(dataset: Dataset, calendar: Calendar) -> dict[str, list[dt.date]]:
    """The due dates, by component, for which there is still time to do anything."""
    soon = calendar.as_of + dt.timedelta(days=TOO_SOON_DAYS)
    found = {
        component: [day for day in dates if day > soon]
        for component, dates in due_dates(dataset).items()
    }
    return {component: dates for component, dates in found.items() if dates}


def needs(
    dataset: Dataset, baseline: Baseline, calendar: Calendar, due: dt.date | None = None
) -> list[Need]:
    """The rate on new dossiers that the assigned targets ask of each unit, by component.

    Of the targets of one date, or of every date that is not too soon.
    """
    found = []
    for component, ahead in _ahead(dataset, calendar).items():
        dates = [day for day in ahead if due in (None, day)]
        so_far = baseline.rate[:, baseline.rules.index(component)]
        rate = np.full(len(so_far), np.nan)
        for day in dates:
            target, to_come = assigned(dataset, component, day), calendar.to_come(day)
            short = so_far < target
            if to_come > 0:
                needed = backward(target, so_far, calendar.so_far(day), to_come)
            else:
                needed = np.full(len(so_far), np.inf)  # no dossier comes before the date
            rate = np.where(short, np.fmax(rate, needed), rate)
        found.append(Need(component, rate))
    return found


def _targets(baseline: Baseline, needed: list[Need]) -> tuple[Change, ...]:
    return tuple(
        # rounded up, so that the target is met
        _floor(baseline.units[row], need.component, np.ceil(need.rate[row] * GRAIN - TOLERANCE))
        for need in needed
        for row in np.flatnonzero(np.isfinite(need.rate) | np.isposinf(need.rate))
    )


def _best_quarter(baseline: Baseline) -> tuple[Change, ...]:
    """Every level lifted to the rate that a quarter of its units reach, each unit counting once.

    Only components that add up from units: the others are the province's own figures.
    """
    found, level = [], np.array(baseline.level)
    for column in np.flatnonzero(baseline.summed):
        for name in dict.fromkeys(baseline.level[PROVINCE + 1 :]):
            rate = baseline.rate[level == name, column]
            rate = rate[np.isfinite(rate)]
            if not len(rate):
                continue
            aim = float(np.round(np.quantile(rate, BEST_QUARTER) * GRAIN))
            if (rate < aim / GRAIN).any():
                found.append(_floor(of_level(name), baseline.rules.components[column], aim))
    return tuple(found)


def _sync(baseline: Baseline) -> tuple[Change, ...]:
    """All of the gap between the two portals closed, in every component and unit that has one."""
    gap = baseline.provincial > baseline.rate
    # for all units a change leaves the province's own figure alone where units add up to it
    gap[PROVINCE] &= ~baseline.summed
    return tuple(
        Change(unit=ALL, component=baseline.rules.components[column], mode="close_gap", value=1.0)
        for column in np.flatnonzero(gap.any(axis=0))
    )


def _floor(unit: str, component: str, steps: float) -> Change:
    value = min(1.0, float(steps) / GRAIN)
    return Change(unit=unit, component=component, mode="floor", value=value)
