"""All targets of the plan as a table to write in: paste from Excel, fill down, add and delete."""

import datetime as dt

import pandas as pd
import streamlit as st

from core.plans.model import Target, TargetPlan, check_plan
from core.scenario.scope import of_level
from pages.parts.state import session
from pages.parts.state.plans import at_hand
from pages.parts.words import text
from pages.parts.words.names import component_name, in_order, level_name, unit_names
from pages.parts.words.text import t


def places() -> dict[str, str]:
    """What is shown for each level and unit that can have a target, by its scope; all different."""
    case = session.case()
    names = unit_names(case.dataset)
    below = [level for level in dict.fromkeys(case.baseline.level) if level != "province"]
    found = {of_level(level): t("All: {level}", level=level_name(level)) for level in below}
    rows = [0, *in_order(case.dataset, case.baseline)]
    units = [case.baseline.units[row] for row in rows]
    twice = {name for name in names.values() if list(names.values()).count(name) > 1}
    for unit in units:
        found[unit] = f"{names[unit]} ({unit})" if names[unit] in twice else names[unit]
    return found


def components() -> dict[str, str]:
    """What each component is called, by its code."""
    rules = session.case().dataset.rules
    return {code: component_name(rules, c) for c, code in enumerate(rules.components)}


def plan_frame(plan: TargetPlan) -> pd.DataFrame:
    """A row a target, as it is shown and written."""
    where, what = places(), components()
    return pd.DataFrame(
        {
            "unit": [where.get(one.unit, one.unit) for one in plan.targets],
            "component": [what.get(one.component, one.component) for one in plan.targets],
            "due": pd.to_datetime(pd.Series([one.due for one in plan.targets], dtype="object")),
            "rate": pd.Series([percent_words(one.rate) for one in plan.targets], dtype=str),
        }
    )


def percent_words(rate: float) -> str:
    """A rate in per cent as people write it, to four places where it has them: `62,5`."""
    value = round(100 * rate, 4)
    digits = next(n for n in range(5) if round(value, n) == value)
    return text.number(value, digits)


def written(frame: pd.DataFrame, plan: TargetPlan) -> tuple[TargetPlan, list[int]]:
    """The plan with the targets of a table, and the numbers of its rows that are not whole yet."""
    scopes = {name: scope for scope, name in places().items()}
    codes = {name: code for code, name in components().items()}
    known = {_key(one): one for one in plan.targets}
    targets, open_rows = [], []
    for number, row in enumerate(frame.to_dict(orient="records"), 1):
        scope, code = scopes.get(str(row["unit"])), codes.get(str(row["component"]))
        due, rate = row["due"], text.parse_number(str(row["rate"]))
        whole = not pd.isna(due) and scope and code
        if not whole or rate is None or not 0 <= rate <= 100:
            open_rows.append(number)
            continue
        day = due if type(due) is dt.date else pd.Timestamp(due).date()
        made = Target(unit=str(scope), component=str(code), due=day, rate=rate / 100)
        # a rate that nobody touched stays to the last bit
        old = known.get(_key(made))
        targets.append(old if old and round(100 * old.rate, 4) == rate else made)
    return plan.model_copy(update={"targets": tuple(targets)}), open_rows


def _key(one: Target) -> tuple[str, str, dt.date]:
    return one.unit, one.component, one.due


def show() -> None:
    """The table; a whole change of it is a step that undo takes back."""
    past = at_hand.work()
    plan = past.now
    frame = plan_frame(plan)
    columns = {
        "unit": st.column_config.SelectboxColumn(
            t("Level or unit"), options=list(places().values()), required=True, width="medium"
        ),
        "component": st.column_config.SelectboxColumn(
            t("Component"), options=list(components().values()), required=True, width="medium"
        ),
        "due": st.column_config.DateColumn(t("Due"), format="DD/MM/YYYY", required=True),
        # text, so that a comma can be written: a number would have the browser's own mark
        "rate": st.column_config.TextColumn(
            t("Target, %"), required=True, validate=r"^\s*\d{1,3}([.,]\d{1,4})?\s*%?\s*$"
        ),
    }
    edited = st.data_editor(
        frame,
        key=f"plan-table-{plan.dataset}-{past.at}-{len(past.steps)}-{hash(plan.targets)}",
        column_config=columns,
        num_rows="fixed" if plan.is_frozen else "dynamic",
        disabled=plan.is_frozen,
        hide_index=True,
        width="stretch",
    )
    if plan.is_frozen:
        st.caption(t("An issued plan is frozen: start a new draft from it to change targets."))
        return
    made, open_rows = written(edited, plan)
    if open_rows:
        rows = ", ".join(text.number(row, 0) for row in open_rows[:10])
        st.caption(t("Rows that are not whole yet, so not counted: {rows}", rows=rows))
        return
    if problems := check_plan(made, session.case().baseline):
        st.error(" ".join(text.escape(text.problem(one)) + "." for one in problems[:5]))
        return
    if made.targets != plan.targets:
        at_hand.change(made)
        st.rerun()
