"""The plan: targets with their due dates, as frozen records, and what makes one impossible."""

import datetime as dt
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.arrays import Array
from core.dataset.schema import Day
from core.index.rollup import Baseline
from core.problems import Problem
from core.scenario.scope import ALL, is_scope, rows_within, specificity
from core.text import clean_text

PlanState = Literal["draft", "submitted", "issued", "superseded"]
A_PLACE = "a unit or level of the dataset"
MOST_TARGETS = 10_000


class Target(BaseModel):
    """A year-to-date rate, 0..1, that a unit or all units of a level have on a day.

    `unit` is a scope (`core/scenario/scope.py`), never all: a target has somebody to answer for it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    unit: Annotated[str, Field(min_length=1, max_length=80)]
    component: Annotated[str, Field(min_length=1, max_length=80)]
    due: Day
    rate: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class TargetPlan(BaseModel):
    """Targets of one dataset; only a draft is changed, all other states are frozen.

    `as_of` is the date of the figures on which it was issued; what follows is held against it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["plan"] = "plan"
    version: Literal[1] = 1
    dataset: Annotated[str, Field(min_length=1, max_length=100)]
    dataset_version: Annotated[str | None, Field(max_length=64)] = None
    title: Annotated[str, Field(max_length=200)] = ""
    author: Annotated[str, Field(max_length=100)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    state: PlanState = "draft"
    as_of: Day | None = None
    targets: Annotated[tuple[Target, ...], Field(max_length=MOST_TARGETS)] = ()

    @field_validator("title", "author", "note")
    @classmethod
    def _clean(cls, text: str) -> str:
        return clean_text(text)

    @property
    def dues(self) -> list[dt.date]:
        """All due dates, the earliest first."""
        return sorted({target.due for target in self.targets})

    @property
    def components(self) -> list[str]:
        """The components that something is asked of, in the order of the targets."""
        return list(dict.fromkeys(target.component for target in self.targets))

    @property
    def is_frozen(self) -> bool:
        """Whether it went out or waits for approval: then a change of it is a new draft."""
        return self.state != "draft"


def new_draft(plan: TargetPlan) -> TargetPlan:
    """A copy of a plan to work on; the plan itself stays as it is."""
    return plan.model_copy(update={"state": "draft", "as_of": None})


def check_plan(plan: TargetPlan, baseline: Baseline) -> list[Problem]:
    """What makes a plan impossible on this baseline: unknown names, two targets for one thing."""
    found = []
    if plan.dataset != baseline.dataset_id:
        expected, details = "the dataset {dataset}", {"dataset": baseline.dataset_id}
        found.append(Problem("plan", None, "dataset", plan.dataset, expected, details))
    seen: dict[tuple[str, str, dt.date], int] = {}
    for number, target in enumerate(plan.targets, 1):
        place = f"targets.{number}"
        if target.unit == ALL or not is_scope(target.unit, baseline):
            found.append(Problem("plan", None, f"{place}.unit", target.unit, A_PLACE))
        if target.component not in baseline.rules.components:
            expected = "a component of the rules"
            found.append(Problem("plan", None, f"{place}.component", target.component, expected))
        first = seen.setdefault((target.unit, target.component, target.due), number)
        if first != number:
            expected = "one target for a unit, component and day; targets {first} and {second}"
            value = f"{target.component} {target.unit} {target.due}"
            twice: dict[str, object] = {"first": first, "second": number}
            found.append(Problem("plan", None, place, value, expected, twice))
    return found


def asked_of(plan: TargetPlan, baseline: Baseline, component: str, due: dt.date) -> Array:
    """The target of each unit (U,) on a due date, NaN where none; a unit's own before its level's.

    The province's own row has one only where it is named: a level is of the units below it.
    """
    found = np.full(len(baseline.units), np.nan)
    mine = [one for one in plan.targets if (one.component, one.due) == (component, due)]
    for target in sorted(mine, key=lambda one: specificity(one.unit)):
        found[rows_within(target.unit, baseline)] = target.rate
    return found
