"""Every unit against its targets since the plan was issued: ahead, on course, behind, and by how
many dossiers a week from now.

The course to a target is the constant rate on new dossiers that, from the figures of the plan's
date on, just meets it (model of the index, section 4). A unit is off it where its year-to-date rate
is outside a control band: three standard deviations of a share of so many new dossiers (a Shewhart
p-chart), so that what may be chance is called neither progress nor delay.
"""

import datetime as dt
from enum import StrEnum

import numpy as np
import pandas as pd

from core.arrays import Array
from core.dataset.facts import Facts, facts
from core.field.told import SAME_BOARD_DAYS
from core.index.rollup import Status
from core.outlook.case import Case
from core.outlook.timeline import Calendar
from core.plans.model import Target, TargetPlan, asked_of, check_plan
from core.problems import DataError

LIMITS = 3.0  # standard deviations: one of 370 units on its course is called off it by chance
_ROUNDING = 0.00005  # rates are published to 0.01 %
COURSES = [
    "unit", "component", "due", "target", "before", "actual", "actual_on", "course", "band",
    "needed", "weekly", "planned", "extra", "standing", "estimated",
]  # fmt: skip
CALLS = ["unit", "targets", "extra", "component", "due", "target", "actual", "course", "short"]


class Pursuit(StrEnum):
    """How a unit stands on its way to a target."""

    MET = "met"
    AHEAD = "ahead"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    OUT_OF_REACH = "out_of_reach"
    MISSED = "missed"
    UNKNOWN = "unknown"


def plan_day(case: Case, plan: TargetPlan) -> dt.date:
    """The date of the figures that a plan starts from: those of the day on which it was issued, or
    of one within three days (the same board), or the last before; without any the newest."""
    newest = case.calendar.as_of
    if plan.as_of is None:
        return newest
    days = [day.date() for day in case.dataset.dates if day.date() <= newest]
    near = [day for day in days if abs((day - plan.as_of).days) <= SAME_BOARD_DAYS]
    if near:
        return min(near, key=lambda day: abs((day - plan.as_of).days))  # type: ignore[operator]
    return max((day for day in days if day < plan.as_of), default=newest)


def courses(case: Case, plan: TargetPlan) -> pd.DataFrame:
    """A row (`COURSES`) a unit and target, in the order of the plan's components and due dates.

    Rates are year to date, 0..1, NaN where not known: `before` on the plan's day, `actual` on
    `actual_on` (the newest figures, or for a target already due those of its day), `course` where
    it should be by then, give or take `band`; `needed` on new dossiers from now on (above 1: out of
    reach), `weekly` dossiers that this is, `planned` those that the plan asked when it was issued,
    `extra` the difference that `needed` and the plan's rate make, below 0 where fewer will do; NaN
    where volumes are not published. `standing` a `Pursuit`. Raises DataError as `check_plan` finds.
    """
    if problems := check_plan(plan, case.baseline):
        raise DataError(problems)
    start = plan_day(case, plan)
    then = None if start == case.calendar.as_of else facts(case.dataset, start)
    asked: dict[tuple[str, dt.date], list[Target]] = {}
    for one in plan.targets:
        asked.setdefault((one.component, one.due), []).append(one)
    place = {name: number for number, name in enumerate(plan.components)}
    parts = [
        _of_target(case, plan.model_copy(update={"targets": tuple(some)}), *key, start, then)
        for key, some in sorted(asked.items(), key=lambda item: (place[item[0][0]], item[0][1]))
    ]
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame({name: [] for name in COURSES})
    )


def _of_target(
    case: Case, plan: TargetPlan, component: str, due: dt.date, start: dt.date, then: Facts | None
) -> pd.DataFrame:
    """All units with a target for one component and due date."""
    base, days, column = case.baseline, case.calendar, case.dataset.rules.index(component)
    target = asked_of(plan, base, component, due)
    now, on = base.rate[:, column], days.as_of
    before = now if then is None else then.rate[:, column]
    asked = _needed(days, target, before, start, due)
    needed = weekly = planned = extra = np.full(len(target), np.nan)
    if due <= days.as_of:
        on, now = _on_due(case, column, due)
    elif due <= days.last:  # later ones count dossiers that these figures say nothing of
        needed = _needed(days, target, now, days.as_of, due)
        coming = _coming(case, column, due)
        weekly, planned = (np.clip(rate, 0, 1) * coming for rate in (needed, asked))
        extra = (needed - np.clip(asked, 0, 1)) * coming
    course = _course(days, before, np.clip(asked, 0, 1), start, on)
    band = _band(case, column, np.clip(asked, 0, 1), start, then)
    frame = pd.DataFrame(
        {
            "unit": base.units,
            "component": component,
            "due": due,
            "target": target,
            "before": before,
            "actual": now,
            "actual_on": on,
            "course": course,
            "band": band,
            "needed": needed,
            "weekly": weekly,
            "planned": planned,
            "extra": extra,
            "standing": _standings(target, now, course, band, needed)
            if due <= days.last
            else Pursuit.UNKNOWN,
            "estimated": base.status[:, column] == Status.ESTIMATED,
        }
    )
    return frame[np.isfinite(target)]


def _counted(days: Calendar, since: dt.date, until: dt.date) -> tuple[float, float]:
    """Volume that a rate on `until` counts up to and after another day."""
    first = days.counted_from(until) - dt.timedelta(days=1)
    return days.volume(first, min(since, until)), days.volume(max(since, first), until)


def _needed(days: Calendar, target: Array, rate: Array, since: dt.date, due: dt.date) -> Array:
    """Rate on the dossiers after a day that just meets a target; NaN where none are to come."""
    old, new = _counted(days, since, due)
    if new <= 0:
        return np.full(len(target), np.nan)
    # at the start of a period nothing is counted yet, whatever was done before
    return np.asarray((target * (old + new) - old * np.where(old > 0, rate, 0.0)) / new)


def _course(days: Calendar, before: Array, asked: Array, start: dt.date, on: dt.date) -> Array:
    """Where a unit is on a day that follows its course from the plan's day on."""
    old, new = _counted(days, start, on)
    if new <= 0:
        return before
    return np.asarray((old * np.where(old > 0, before, 0.0) + new * asked) / (old + new))


def _coming(case: Case, column: int, due: dt.date) -> Array:
    """Dossiers a week (U,) from now until a due date; NaN where nobody publishes how many."""
    days = case.calendar
    a_year = case.baseline.dossiers[:, column] / days.volume(
        days.start - dt.timedelta(days=1), days.as_of
    )
    return np.asarray(a_year * days.to_come(due) / days.weeks_to(due))


def _band(case: Case, column: int, asked: Array, start: dt.date, then: Facts | None) -> Array:
    """Half the width of the control band of a year-to-date rate; NaN without numbers of dossiers.

    Of n new dossiers among N, n p / N strays by sqrt(n p (1 - p)) / N; p the asked rate drawn to
    the middle by four dossiers (Agresti and Coull, 1998), so that 100 % asked has a band too.
    """
    days, whole = case.calendar, case.baseline.dossiers[:, column]
    if then is None:
        return np.zeros(len(asked))  # nothing came since
    old, new = _counted(days, start, days.as_of)
    came = whole - then.denominator[:, column] if old > 0 else whole
    came = np.where(np.isfinite(came), np.maximum(came, 0.0), whole * new / (old + new))
    likely = (came * asked + 2) / (came + 4)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(LIMITS * np.sqrt(came * likely * (1 - likely)) / whole)


def _on_due(case: Case, column: int, due: dt.date) -> tuple[dt.date, Array]:
    """The rates of a due date that has come: of its day, within three days, or the last before."""
    days = [day.date() for day in case.dataset.dates if day.date() <= case.calendar.as_of]
    last = dt.timedelta(days=SAME_BOARD_DAYS)
    known = [day for day in days if day <= due + last]
    if not known:
        return due, np.full(len(case.baseline.units), np.nan)
    day = min(known, key=lambda one: abs((one - due).days))
    if day == case.calendar.as_of:
        return day, case.baseline.rate[:, column]
    return day, facts(case.dataset, day).rate[:, column]


def _standings(
    target: Array, now: Array, course: Array, band: Array, needed: Array
) -> list[Pursuit]:
    return [_pursuit(*row) for row in zip(target, now, course, band, needed, strict=True)]


def _pursuit(target: float, now: float, course: float, band: float, needed: float) -> Pursuit:
    if not np.isfinite(target) or not np.isfinite(now):
        return Pursuit.UNKNOWN
    if np.isnan(needed):  # no dossier is to come any more
        return Pursuit.MET if now >= target - _ROUNDING else Pursuit.MISSED
    if needed <= 0:
        return Pursuit.MET
    if needed > 1:
        return Pursuit.OUT_OF_REACH
    if not np.isfinite(course):
        return Pursuit.UNKNOWN
    stray = now - course
    if abs(stray) <= max(_ROUNDING, 0.0 if np.isnan(band) else band):
        return Pursuit.ON_COURSE
    return Pursuit.AHEAD if stray > 0 else Pursuit.BEHIND


def ahead_only(rows: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Of each unit and component the target that is due next; what is due already is left out."""
    ahead = rows[[due > as_of for due in rows["due"]]]
    return ahead.sort_values("due", kind="stable").drop_duplicates(["unit", "component"])


def calls(rows: pd.DataFrame, as_of: dt.date, most: int = 10) -> pd.DataFrame:
    """Whom to call: the units behind their course or out of reach, most dossiers a week first.

    A row (`CALLS`) a unit, of its targets due next: `targets` so many of them are behind, `extra`
    dossiers a week from now in all beyond what the plan asked (NaN where volumes are not
    published), then its worst one, from `component` on, and how far it is `short` of its course.
    Without volumes the farthest from its course comes first. What is estimated is nobody's fault,
    and out.
    """
    late = ahead_only(rows, as_of)
    late = late[late["standing"].isin([Pursuit.BEHIND, Pursuit.OUT_OF_REACH])]
    late = late[~late["estimated"].astype(bool)]
    late = late.assign(short=late["course"].fillna(late["target"]) - late["actual"])
    found = [_call(str(unit), part) for unit, part in late.groupby("unit", sort=False)]
    table = pd.DataFrame(found, columns=CALLS)
    return table.sort_values(["extra", "short"], ascending=False, kind="stable").head(most)


def _call(unit: str, part: pd.DataFrame) -> tuple[object, ...]:
    known = part["extra"].notna().any()
    worst = part.sort_values("extra" if known else "short", ascending=False).iloc[0]
    extra = float(part["extra"].clip(lower=0).sum()) if known else float("nan")
    rest = (worst[name] for name in CALLS[3:])
    return (unit, len(part), extra, *rest)
