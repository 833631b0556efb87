"""A plan: where its points come from, what holds its effort up, the targets of every unit."""

import numpy as np
import pandas as pd
import streamlit as st

from core.arrays import TOLERANCE
from core.goal import seek as goalseek
from core.goal.seek import Answer, Plan
from core.index.rollup import PROVINCE
from core.plans.made import from_goal
from core.rounding import change_of, parts_of
from pages.parts.goalseek.choices import Choice
from pages.parts.goalseek.common import Measure, baseline, measure, offer, offer_plan
from pages.parts.shared import figures, tables
from pages.parts.shared.named import (
    called,
    columns_of,
    lever_name,
    listed,
    named,
    partner_of,
    placed,
    rows_of,
    scope_name,
)
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.names import level_name
from pages.parts.words.text import t

MOST_BINDING = 6


def show(found: Answer, choice: Choice) -> None:
    """The way to a scenario, what binds, table and file."""
    plan = found.plan
    if plan.moves.empty:
        st.info(t("This plan changes nothing: the present pace goes on."), icon=":material/check:")
        return
    title = t(
        "Goal seek: {points} by {date}", points=text.points(plan.score), date=text.date(found.date)
    )
    made = goalseek.plan_scenario(session.case().baseline, plan, title=title)
    offer(made, t("Make this my scenario"), key="goal_use")
    case = session.case()
    offer_plan(lambda: from_goal(plan, case.baseline, case.calendar, title), key="goal_plan")
    st.subheader(t("What holds the effort up"))
    st.markdown("\n".join(f"- {text.escape(line)}" for line in _binding(plan)))
    _unmet(found.unmet)
    st.subheader(t("Targets of the plan, by unit and lever"))
    table = frame(found, choice)
    tables.show(table, key="goal_moves", whole=_whole(), file="phan-bo.csv", brief=_brief(plan))
    st.caption(_assigned_words(found, choice) + tables.legend())
    tables.sources(list(session.case().dataset.observations["source"]))


def _unmet(floors: pd.DataFrame) -> None:
    """The assigned targets that the plan leaves, in two sentences: two different reasons."""
    late = floors["needed"] > 1
    for some, words in (
        (
            floors[late],
            t(
                "{count} assigned targets can not be met by their date even with every new "
                "dossier: {names}."
            ),
        ),
        (
            floors[~late],
            t(
                "{count} assigned targets are of units whose number of dossiers nobody publishes, "
                "so the plan can not count on them: {names}."
            ),
        ),
    ):
        names = [
            f"{scope_name(unit)} – {lever_name(component)}"
            for unit, component in zip(some["unit"], some["component"], strict=True)
        ]
        if names:
            st.warning(
                words.format(count=len(names), names=text.escape(listed(names))),
                icon=":material/flag:",
            )


def show_chart(found: Answer) -> None:
    """Where the points come from, the largest step first."""
    gained = found.plan.components.sort_values("gained", ascending=False)
    parts = [float(step) for step in gained["gained"]]
    shown = parts_of(change_of(found.score_before, found.plan.score), parts)
    steps = {name: step for name, step in zip(gained["component"], shown, strict=True) if step}
    if steps:
        figures.draw_steps(
            [lever_name(name) for name in steps],
            list(steps.values()),
            (found.score_before, found.plan.score),
            t("Plan"),
            "goal_chart",
        )


def _binding(plan: Plan) -> list[str]:
    """What binds, the dearest first, and what the next point costs, a sentence each."""
    units = measure(plan.counted)
    said = [_next(plan, units)]
    table, base = plan.binding, baseline()
    level = dict(zip(base.units, base.level, strict=True))
    table = table.assign(level=table["unit"].map(level))
    grouped = table.groupby(["kind", "level", "component"], sort=False, as_index=False)
    sums = grouped.agg(saving=("saving", "sum"), units=("unit", "nunique"), unit=("unit", "first"))
    priced = sums[sums["saving"] > TOLERANCE].sort_values("saving", ascending=False)
    idle = priced["kind"].eq("cap") & priced["component"].isin(_without_gain(plan))
    if idle.any():
        names = [lever_name(name) for name in priced.loc[idle, "component"]]
        said.append(
            t("At its maximum points already, so of no help: {names}.", names=listed(names, 6))
        )
    priced = priced[~idle]
    said += [_bound(row, units) for _, row in priced.head(MOST_BINDING).iterrows()]
    full = table[table["kind"] == "full"]
    if len(full):
        said.append(
            t(
                "{count} rates in {units} units stand at 100% of new dossiers: nothing is left "
                "to give there.",
                count=text.number(len(full), 0),
                units=text.number(full["unit"].nunique(), 0),
            )
        )
    return said


def _without_gain(plan: Plan) -> list[str]:
    """Components from which the plan gains nothing."""
    return list(plan.components.loc[plan.components["gained"] <= TOLERANCE, "component"])


def _next(plan: Plan, units: Measure) -> str:
    if plan.next_point is not None:
        return t("The next point costs {work} more.", work=units.work(plan.next_point))
    if plan.price > 0:
        return t(
            "A whole further point is out of reach; a hundredth of a point costs {work} here.",
            work=units.work(plan.price / 100),
        )
    return t("A whole further point is out of reach.")


def _bound(row: pd.Series, units: Measure) -> str:
    """One kind of bound on a lever in the units of a level, and what a step of room saves."""
    kind, place = row["kind"], scope_name(row["unit"])
    if row["units"] > 1:
        level = level_name(row["level"]).lower()
        place = t("{count} units ({level})", count=int(row["units"]), level=level)
    # of a cap the saving is told for a whole point, far more than there is at the margin
    work = units.work(row["saving"] / (100 if kind == "cap" else 1))
    values = {"place": place, "component": lever_name(row["component"]), "work": work}
    if kind == "cap":
        return t(
            "{component} reaches its maximum points: a hundredth of a point more there would save "
            "{work}.",
            **values,
        )
    if kind == "limit":
        return t(
            "The limit of {place} in {component}: one percentage point more saves {work}.", **values
        )
    if kind == "held":
        return t(
            "{place} is held in {component}: one percentage point of it would save {work}.",
            **values,
        )
    return t(
        "The assigned target of {place} in {component}: one percentage point less saves {work}.",
        **values,
    )


def frame(found: Answer, choice: Choice) -> pd.DataFrame:
    """The plan by unit and lever: rates in per cent, dossiers or parts, assigned targets."""
    plan, base = found.plan, baseline()
    moves = plan.moves.sort_values("dossiers", ascending=False, kind="stable")
    at_unit = rows_of(moves["unit"])
    at_column = columns_of(moves["component"])
    units = measure(plan.counted)
    scale = 1 if plan.counted else 100
    heading, weekly = t("Dossiers"), t("Dossiers a week")
    if not plan.counted:
        heading, weekly = t("Part of the province's dossiers, %"), t("A week, %")
    mark = text.mark(units.estimated)
    table = pd.DataFrame(
        {
            t("Unit"): placed(moves["unit"]),
            t("Lever"): named(moves["component"]),
            t("Now, %"): 100 * moves["start"],
            t("On new dossiers, %"): 100 * moves["new"],
            **{
                t("Year to date {date}, %", date=text.date(date)): 100 * moves[f"rate_{key}"]
                for key, date in session.case().calendar.horizons.items()
            },
            mark + heading: scale * moves["dossiers"],
            mark + weekly: scale * moves["per_week"],
            t("Assigned, %"): 100 * _assigned(found, choice, moves),
            t("Against the assigned target"): _standings(found, choice, moves),
            t("Source of the rate"): called(tables.status_name, base.status[at_unit, at_column]),
            t("Level"): called(level_name, (base.level[row] for row in at_unit)),
            t("How"): _how(moves),
        }
    )
    if np.isnan(table[t("Assigned, %")]).all():
        table = table.drop(columns=[t("Assigned, %"), t("Against the assigned target")])
    return table.reset_index(drop=True)


def _whole() -> tuple[str, ...]:
    """Columns of dossiers, which are whole."""
    names = t("Dossiers"), t("Dossiers a week")
    return (*names, *(text.estimated(name) for name in names))


def _brief(plan: Plan) -> tuple[str, ...]:
    """The columns of `frame` that paper has room for: what each unit is asked for."""
    weekly = t("Dossiers a week") if plan.counted else t("A week, %")
    weekly = text.mark(measure(plan.counted).estimated) + weekly
    return t("Unit"), t("Lever"), t("Now, %"), t("On new dossiers, %"), weekly


def _compared(found: Answer, choice: Choice) -> pd.DataFrame:
    """The plan against the targets assigned for its own date."""
    case = session.case()
    floors = [floor for floor in choice.assigned if floor.due == found.date]
    return goalseek.compare(case.baseline, case.calendar, found.plan, floors)


def _how(moves: pd.DataFrame) -> list[str]:
    """Whether a unit's rate rises by work of its own, by the units inside, or by dossiers that
    another of its rates counts too."""
    worked = set(zip(moves["unit"], moves["component"], strict=True))
    words = []
    for unit, component, own in zip(moves["unit"], moves["component"], moves["own"], strict=True):
        other = partner_of(component)
        along = other is not None and (unit, other) in worked
        inside = t("by the same dossiers") if along else t("by the units inside")
        words.append(t("itself") if own else inside)
    return words


def _assigned(found: Answer, choice: Choice, moves: pd.DataFrame) -> np.ndarray:
    aims = _compared(found, choice).set_index(["unit", "component"])["assigned"]
    keys = pd.MultiIndex.from_frame(moves[["unit", "component"]])
    return np.asarray(aims.reindex(keys).to_numpy(dtype=float))


def _standings(found: Answer, choice: Choice, moves: pd.DataFrame) -> list[str]:
    met = _compared(found, choice).set_index(["unit", "component"])["met"].to_dict()
    words = {True: "✓ " + t("met"), False: "✕ " + t("not met"), None: text.UNKNOWN}
    return [words[met.get(pair)] for pair in zip(moves["unit"], moves["component"], strict=True)]


def _assigned_words(found: Answer, choice: Choice) -> str:
    """How many assigned targets the plan meets, whether it had to or not."""
    table = _compared(found, choice)
    table = table[table["unit"] != session.case().baseline.units[PROVINCE]]
    if table.empty:
        return ""
    return t(
        "With this plan {met} of {all} targets assigned for {date} are met; at the present pace "
        "{pace}. ",
        met=int(table["met"].sum()),
        all=len(table),
        date=text.date(found.date),
        pace=int((table["at_pace"] >= table["assigned"] - TOLERANCE).sum()),
    )
