"""A plan against the newest figures, all of it: units, score, rank, and what restates the past."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.outlook.case import Case
from core.plans.model import TargetPlan
from core.review.between import restatements
from core.track.course import Pursuit, calls, courses, plan_day
from core.track.moved_on import Known, MovedOn, moved_since, newest


@dataclass(frozen=True)
class Followup:
    """`rows` every unit against every target (`course.COURSES`) since `start`, the plan's day;
    `now` the province's standing, its moves since the plan and since the last figures before;
    `restated` (`between.RESTATEMENTS`) figures from the plan's day on that were stated anew."""

    plan: TargetPlan
    start: dt.date
    as_of: dt.date
    rows: pd.DataFrame
    now: Known
    since_plan: MovedOn | None
    since_last: MovedOn | None
    restated: pd.DataFrame

    @property
    def has_news(self) -> bool:
        """Whether figures came after those that the plan starts from."""
        return self.start < self.as_of

    @cached_property
    def counts(self) -> dict[Pursuit, int]:
        """How many targets stand how."""
        found = list(self.rows["standing"])
        return {one: found.count(one) for one in Pursuit}

    @cached_property
    def called(self) -> pd.DataFrame:
        """Whom to call first (`course.CALLS`)."""
        return calls(self.rows, self.as_of)


def follow_up(case: Case, plan: TargetPlan) -> Followup:
    """A plan followed up. Raises DataError as `check_plan` finds."""
    start, as_of = plan_day(case, plan), case.calendar.as_of
    before = as_of - dt.timedelta(days=1)
    return Followup(
        plan=plan,
        start=start,
        as_of=as_of,
        rows=courses(case, plan),
        now=newest(case),
        since_plan=moved_since(case, plan.as_of or start) if start < as_of else None,
        since_last=moved_since(case, before),
        restated=_restated(case, plan, start),
    )


def _restated(case: Case, plan: TargetPlan, start: dt.date) -> pd.DataFrame:
    """Restatements of what the plan asks for, on its day or later."""
    found = restatements(case.dataset)
    asked = found["figure"].isin(plan.components)
    return found[asked & (pd.to_datetime(found["as_of"]) >= pd.Timestamp(start))]
