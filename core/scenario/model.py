"""The scenario: what differs from the baseline, as frozen records."""

import datetime as dt
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from core.scenario.scope import specificity
from core.text import clean_text

Mode = Literal["floor", "set", "add", "close_gap", "attain"]
MODES: tuple[Mode, ...] = get_args(Mode)
MOST_CHANGES = 8000  # all units and components of a large province, on two dates
Span = tuple[dt.date, dt.date]  # first and last day


class Change(BaseModel):
    """One lever moved in one scope.

    `unit` is a scope (`core/scenario/scope.py`); `value` a fraction 0..1 (for `add` -1..1, for
    `close_gap` the share of the gap closed, for `attain` the year-to-date rate that units below it
    have on the day `end`); `start` the day from which new dossiers follow it, by default the day
    after the data; `end` the last such day, by default there is none; `ramp_weeks` how long it
    takes to get there, in a straight line or an S-curve.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    unit: Annotated[str, Field(min_length=1, max_length=80)]
    component: Annotated[str, Field(min_length=1, max_length=80)]
    mode: Mode
    value: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    start: dt.date | None = None
    end: dt.date | None = None
    ramp_weeks: Annotated[float, Field(ge=0, le=104, allow_inf_nan=False)] = 0.0
    ramp_shape: Literal["linear", "s_curve"] = "linear"

    @field_validator("value")
    @classmethod
    def _only_add_is_negative(cls, value: float, info: Any) -> float:
        if value < 0 and info.data.get("mode") != "add":
            raise ValueError("a value from 0 to 1")
        return value

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> "Change":
        if self.mode == "attain" and self.end is None:
            raise ValueError("a day `end` on which the rate is attained")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("an end on or after the start")
        return self

    @property
    def specificity(self) -> int:
        """How narrow the scope is: 0 all, 1 a level, 2 a unit."""
        return specificity(self.unit)

    @property
    def span(self) -> Span:
        """The days on which new dossiers follow it."""
        return self.start or dt.date.min, self.end or dt.date.max


class RuleEdit(BaseModel):
    """A component scored otherwise than the rules say: a what-if."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    max_points: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    target_rate: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class Assumptions(BaseModel):
    """What the scenario takes as given about the world outside.

    `field_gain` points that every other province gains by the horizon (by default its own pace);
    `rules` components that the portal is taken to score otherwise; `counting` what its rates are
    taken to count (by default as the dataset says).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    field_gain: Annotated[float | None, Field(ge=-50, le=50, allow_inf_nan=False)] = None
    rules: Annotated[dict[str, RuleEdit], Field(max_length=100)] = {}
    counting: Literal["year_to_date", "month"] | None = None


class Scenario(BaseModel):
    """What differs from the baseline of one dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[2] = 2
    dataset: Annotated[str, Field(min_length=1, max_length=100)]
    dataset_version: Annotated[str | None, Field(max_length=64)] = None
    title: Annotated[str, Field(max_length=200)] = ""
    author: Annotated[str, Field(max_length=100)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES)] = ()
    assumptions: Assumptions = Assumptions()

    @property
    def differs(self) -> bool:
        """Whether anything at all differs from the baseline."""
        return bool(self.changes) or self.assumptions != Assumptions()

    @field_validator("title", "author", "note")
    @classmethod
    def _clean(cls, text: str) -> str:
        return clean_text(text)


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a day."""
    return one[0] <= other[1] and other[0] <= one[1]


def phases(scenario: Scenario, unit: str, component: str) -> tuple[Change, ...]:
    """The changes of one unit (or scope) and component in the order of time."""
    found = (c for c in scenario.changes if (c.unit, c.component) == (unit, component))
    return tuple(sorted(found, key=lambda change: change.span))


def set_change(scenario: Scenario, change: Change) -> Scenario:
    """The scenario with this change, in the place of all earlier ones of the same scope."""
    others = without(scenario, change.unit, change.component)
    return others.model_copy(update={"changes": (*others.changes, change)})


def without(scenario: Scenario, unit: str, component: str) -> Scenario:
    """The scenario without the changes of one unit (or scope) and component."""
    kept = tuple(c for c in scenario.changes if (c.unit, c.component) != (unit, component))
    return scenario.model_copy(update={"changes": kept})
