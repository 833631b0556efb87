"""What is reviewed: the choice of component and date, and one target a level."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.arrays import Array
from core.index.rollup import PROVINCE
from core.levers.leverage import lever_value
from core.plans.model import Target, TargetPlan, asked_of
from core.scenario.scope import of_level
from pages.parts.state import session
from pages.parts.state.plans import at_hand
from pages.parts.words import text
from pages.parts.words.names import component_name, level_name
from pages.parts.words.text import t


@dataclass(frozen=True)
class Choice:
    """What the viewer reviews: a component on a due date, with a target for each unit (U,)."""

    component: int
    due: dt.date
    target: Array


def choose() -> Choice | None:
    """Component, due date and one target a level, filled with what was assigned; None: no date."""
    case = session.case()
    rules, plan = case.dataset.rules, at_hand.now()
    due_dates = _due_dates(plan)
    able = [c for c in range(len(rules.components)) if case.baseline.summed[c]]
    able += [c for c in map(rules.index, plan.components) if c not in able]
    first = next((c for c in able if rules.components[c] in due_dates), None)
    if first is None:
        first = max(able, key=_room)
    left, right = st.columns([3, 2])
    component = left.selectbox(
        t("Rate"),
        able,
        index=able.index(first),
        key="target_component",
        format_func=lambda c: component_name(rules, c),
    )
    dates = due_dates.get(rules.components[component]) or list(case.calendar.horizons.values())
    if not dates:
        return None
    due = right.selectbox(
        t("Due"), dates, index=len(dates) - 1, key="target_due", format_func=text.date
    )
    _edit(plan, rules.components[component], due)
    target = asked_of(plan, case.baseline, rules.components[component], due)
    return Choice(component, due, target)


def _due_dates(plan: TargetPlan) -> dict[str, list[dt.date]]:
    """The dates by component on which the plan asks something that can still be done."""
    calendar = session.case().calendar
    found: dict[str, set[dt.date]] = {}
    for one in plan.targets:
        if calendar.as_of < one.due <= calendar.last:
            found.setdefault(one.component, set()).add(one.due)
    return {name: sorted(days) for name, days in found.items()}


def _room(component: int) -> float:
    """Points the province can still win with a component that some unit has begun with."""
    baseline = session.case().baseline
    value = lever_value(baseline, baseline.rate, component, np.array(baseline.level) != "province")
    return value.room if baseline.rate[PROVINCE, component] > 0 else 0.0


def _edit(plan: TargetPlan, component: str, due: dt.date) -> None:
    """One box a level; what is typed becomes its target in the plan, empty takes it away."""
    levels = session.case().baseline.level
    below = [level for level in dict.fromkeys(levels) if level != "province"]
    mine = {one.unit: one for one in plan.targets if (one.component, one.due) == (component, due)}
    for column, level in zip(st.columns(len(below)), below, strict=True):
        scope = of_level(level)
        key = f"target-{component}-{due}-{level}"
        usual = text.number(100 * mine[scope].rate, 1) if scope in mine else ""
        # what is shown follows the plan: also after undo, another plan, the way back to this page
        if key not in st.session_state or st.session_state.get(f"{key}-shown") != usual:
            st.session_state[key] = st.session_state[f"{key}-shown"] = usual
        typed = column.text_input(
            t("Target for {level}, %", level=level_name(level).lower()),
            key=key,
            placeholder=t("none assigned"),
            disabled=plan.is_frozen,
        )
        value = text.parse_number(typed)
        if typed.strip() and (value is None or not 0 <= value <= 100):
            column.error(t("Write a number from 0 to 100, for example 60 or 62,5."))
        elif typed.strip() != usual:
            others = tuple(one for one in plan.targets if one is not mine.get(scope))
            made = () if value is None else (_target(scope, component, due, value / 100),)
            at_hand.change(plan.model_copy(update={"targets": (*others, *made)}))
            st.rerun()


def _target(scope: str, component: str, due: dt.date, rate: float) -> Target:
    return Target(unit=scope, component=component, due=due, rate=round(rate, 6))
