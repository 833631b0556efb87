"""Where plans come from: the dataset's assigned targets, a scenario, a goal-seek plan, a cascade;
and the way to a scenario and back."""

import datetime as dt
import math

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Mask
from core.dataset.facts import Dataset
from core.dataset.schema import LEVELS
from core.goal.cascade import Cascade
from core.goal.seek import Plan, plan_scenario
from core.index.rollup import Baseline
from core.outlook.simulate import rates_on
from core.outlook.timeline import Calendar
from core.plans.model import Target, TargetPlan
from core.problems import DataError, Problem
from core.scenario.apply import layers
from core.scenario.model import MOST_CHANGES, Change, Scenario
from core.scenario.scope import of_level, specificity

_DAY = dt.timedelta(days=1)
_GRAIN = 10_000  # a target has two decimals of a per cent


def from_assigned(dataset: Dataset, title: str = "") -> TargetPlan:
    """The targets that the dataset names and that are due after its figures."""
    rows = dataset.targets[dataset.targets["due"] > pd.Timestamp(dataset.meta.as_of)]
    return TargetPlan(
        dataset=dataset.id,
        dataset_version=dataset.version,
        title=title,
        targets=tuple(
            Target(
                unit=of_level(row["level"]) if pd.isna(row["unit"]) else str(row["unit"]),
                component=str(row["component"]),
                due=pd.Timestamp(row["due"]).date(),
                rate=float(row["rate_percent"]) / 100,
            )
            for row in rows.to_dict(orient="records")
        ),
    )


def as_scenario(plan: TargetPlan, baseline: Baseline) -> Scenario:
    """Every unit attains its targets by their days, or comes as near as new dossiers can bring it.

    One phase a target, from the day after the due date before it of the same unit, of its level or
    of both, until its own; `from_scenario` brings the same plan back, as a draft. A unit with a due
    date of its own between two of its level answers for its own only. Raises DataError where a
    scenario can't hold so many.
    """
    if len(plan.targets) > MOST_CHANGES:
        expected, details = "at most {most} changes", {"most": MOST_CHANGES}
        raise DataError(
            [Problem("plan", None, "targets", str(len(plan.targets)), expected, details)]
        )
    level = dict(zip(baseline.units, baseline.level, strict=True))
    dues: dict[tuple[str, str], set[dt.date]] = {}
    for target in plan.targets:
        dues.setdefault((target.unit, target.component), set()).add(target.due)

    def phase(target: Target) -> Change:
        known = dues[target.unit, target.component]
        if target.unit in level:
            wider = of_level(level[target.unit]), target.component
            known = known | dues.get(wider, set())
        before = [day for day in known if day < target.due]
        return Change(
            unit=target.unit,
            component=target.component,
            mode="attain",
            value=target.rate,
            start=max(before) + _DAY if before else None,
            end=target.due,
        )

    return Scenario(
        dataset=plan.dataset,
        dataset_version=plan.dataset_version,
        title=plan.title,
        author=plan.author,
        note=plan.note,
        changes=tuple(phase(target) for target in plan.targets),
    )


def from_scenario(scenario: Scenario, baseline: Baseline, calendar: Calendar) -> TargetPlan:
    """What a scenario asks, as targets: what it attains by a day is one, of its own unit or level.

    Any other change becomes the year-to-date rate that it leads each of its units to on every
    horizon, rounded down to 0.01 %. What a scenario assumes of the world outside has no place in a
    plan. Raises DataError as `check_scenario` finds.
    """
    exact = [
        Target(unit=one.unit, component=one.component, due=one.end, rate=one.value)
        for one in scenario.changes
        if one.mode == "attain" and one.end
    ]
    return TargetPlan(
        dataset=scenario.dataset,
        dataset_version=scenario.dataset_version,
        title=scenario.title,
        author=scenario.author,
        note=scenario.note,
        targets=(*exact, *_led_to(scenario, baseline, calendar)),
    )


def _led_to(scenario: Scenario, baseline: Baseline, calendar: Calendar) -> list[Target]:
    """The rates on every horizon of what is changed otherwise than by a day."""
    cells = _otherwise(scenario, baseline)
    if not cells.any():
        return []
    found = []
    still = scenario.model_copy(update={"changes": ()})
    for date in sorted(set(calendar.horizons.values())):
        rate = rates_on(baseline, scenario, calendar, date)
        moves = cells & (np.abs(rate - rates_on(baseline, still, calendar, date)) > TOLERANCE)
        for row, column in zip(*np.nonzero(moves), strict=True):
            found.append(
                Target(
                    unit=baseline.units[row],
                    component=baseline.rules.components[column],
                    due=date,
                    rate=_rounded_down(float(rate[row, column])),
                )
            )
    return found


def _otherwise(scenario: Scenario, baseline: Baseline) -> Mask:
    """(U, C) the rates that some change meets that is not attained by a day."""
    plain = np.array([one.mode != "attain" for one in scenario.changes] + [False])
    cells = np.zeros(baseline.rate.shape, dtype=bool)
    for layer in layers(scenario, baseline):
        cells |= plain[layer]
    return cells


def from_goal(found: Plan, baseline: Baseline, calendar: Calendar, title: str = "") -> TargetPlan:
    """A goal-seek plan as the rates that its units have on every horizon."""
    return from_scenario(plan_scenario(baseline, found, title), baseline, calendar)


def from_cascade(found: Cascade, baseline: Baseline, title: str = "") -> TargetPlan:
    """A cascade as one target, on its date, for each unit that has to rise."""
    rows = found.units[found.units["rise"] > 0]
    return TargetPlan(
        dataset=baseline.dataset_id,
        dataset_version=baseline.version,
        title=title,
        targets=tuple(
            Target(
                unit=str(unit),
                component=found.component,
                due=found.date,
                rate=_rounded_down(float(rate)),
            )
            for unit, rate in zip(rows["unit"], rows["rate"], strict=True)
        ),
    )


def in_force_order(plan: TargetPlan) -> tuple[Target, ...]:
    """The targets as a document lists them: by component, levels before units, then by day."""
    place = {name: number for number, name in enumerate(plan.components)}
    levels = {of_level(level): number for number, level in enumerate(LEVELS)}

    def key(one: Target) -> tuple[object, ...]:
        scope = specificity(one.unit), levels.get(one.unit, 0), one.unit
        return (place[one.component], *scope, one.due)

    return tuple(sorted(plan.targets, key=key))


def _rounded_down(rate: float) -> float:
    return min(1.0, max(0.0, math.floor(rate * _GRAIN + 1e-6) / _GRAIN))
