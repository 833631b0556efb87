"""Targets on the screen: the choice of component, date and targets, and the table of all units."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.arrays import Array
from core.index.rollup import PROVINCE, Status
from core.levers.leverage import lever_value
from core.outlook.simulate import rates_on
from core.outlook.uncertainty import like_on
from core.plans.fairness import unit_loads
from core.plans.model import Target, TargetPlan, asked_of
from core.review import targets
from core.review.targets import LevelReview, Review, Verdict
from core.scenario.scope import of_level
from pages.parts.shared import tables
from pages.parts.state import plans as work
from pages.parts.state import session
from pages.parts.targets.volumes import Volumes
from pages.parts.words import alphabet, text
from pages.parts.words.names import component_name, in_order, level_name, unit_names
from pages.parts.words.text import t


@dataclass(frozen=True)
class Choice:
    """What the viewer reviews: a component on a due date, with a target for each unit (U,)."""

    component: int
    due: dt.date
    target: Array


def standing_name(standing: Verdict) -> str:
    """A standing in words, with a mark that needs no colour."""
    return {
        Verdict.MET: "✓ " + t("met"),
        Verdict.ON_COURSE: "↗ " + t("on course"),
        Verdict.STRETCH: "△ " + t("stretch"),
        Verdict.OUT_OF_REACH: "✕ " + t("out of reach"),
        Verdict.NONE: "· " + t("no target or no dossiers"),
    }[standing]


def choose() -> Choice | None:
    """Component, due date and one target a level, filled with what was assigned; None: no date."""
    case = session.case()
    rules, plan = case.dataset.rules, work.now()
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
            work.change(plan.model_copy(update={"targets": (*others, *made)}))
            st.rerun()


def _target(scope: str, component: str, due: dt.date, rate: float) -> Target:
    return Target(unit=scope, component=component, due=due, rate=round(rate, 6))


def make_review(choice: Choice, assumed: Volumes | None = None) -> Review:
    """The units against the targets, with the scenario on the screen as where they lead."""
    case = session.case()
    rate = rates_on(case.baseline, session.scenario(), case.calendar, choice.due)
    return targets.review(
        case.baseline,
        case.calendar,
        choice.component,
        choice.due,
        choice.target,
        rate[:, choice.component],
        None if assumed is None else assumed.best,
    )


def answer(found: Review, choice: Choice) -> str:
    """How many units stand how, in one sentence."""
    count = {standing: found.standing[1:].count(standing) for standing in Verdict}
    aimed = sum(count.values()) - count[Verdict.NONE]
    if not aimed:
        return t(
            "No target is assigned for this rate and date: write one below to see who meets it."
        )
    unsure = session.case().baseline.status[:, choice.component] == Status.ESTIMATED
    met = np.array([standing is Verdict.MET for standing in found.standing])
    met[PROVINCE] = False
    words = t(
        "{component} by {date}: of {aimed} units with a target {met} meet it, {course} are on "
        "course, {stretch} must do better on new dossiers, {out} can no longer reach it.",
        component=component_name(session.case().dataset.rules, choice.component),
        date=text.date(found.due),
        aimed=aimed,
        met=count[Verdict.MET],
        course=count[Verdict.ON_COURSE],
        stretch=count[Verdict.STRETCH],
        out=count[Verdict.OUT_OF_REACH],
    )
    if not (guesses := int((met & unsure).sum())):
        return words
    return f"{words} {t('Of those that meet it {count} do so by estimate.', count=guesses)}"


def frame(found: Review, choice: Choice, assumed: Volumes | None = None) -> pd.DataFrame:
    """The table of all units below the province: numbers in per cent, dossiers a week."""
    case = session.case()
    baseline, column = case.baseline, choice.component
    names = unit_names(case.dataset)
    rows = [u for u in in_order(case.dataset, baseline) if np.isfinite(found.so_far[u])]
    ends = {}
    if assumed is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            by = found.weekly[rows] / assumed.best[rows]
        ends = {
            t("A week from"): by * assumed.low[rows],
            t("A week to"): by * assumed.high[rows],
        }
    return pd.DataFrame(
        {
            t("Unit"): [names[baseline.units[u]] for u in rows],
            t("Level"): [level_name(baseline.level[u]) for u in rows],
            t("Target, %"): 100 * found.target[rows],
            t("Now, %"): 100 * found.so_far[rows],
            t("Source of the rate"): [tables.status_name(baseline.status[u, column]) for u in rows],
            t("80% from"): 100 * baseline.rate_low[rows, column],
            t("80% to"): 100 * baseline.rate_high[rows, column],
            t("Leads to, %"): 100 * found.projected[rows],
            t("If it gains as the others, %"): 100 * _like(found, choice)[rows],
            t("Needed on new dossiers, %"): 100 * np.maximum(0.0, found.needed[rows]),
            t("Dossiers a week"): found.weekly[rows],
            **ends,
            t("Extra a week"): found.extra[rows],
            t("In reach until"): [_latest(found.latest[u], found.due) for u in rows],
            t("Standing"): [standing_name(found.standing[u]) for u in rows],
        }
    )


def _like(found: Review, choice: Choice) -> Array:
    """Where the units' rates lead on the leading line, (U,)."""
    case = session.case()
    left = float(np.median(like_on(case.drawn, choice.due)))
    return targets.like_others(case.baseline, choice.component, found.projected, left)


def shown_words() -> str:
    """Which scenario and which plan the tables show; plain text."""
    scenario, title = session.scenario(), work.title(work.now())
    if not scenario.changes:
        return t(
            "Targets of the plan “{plan}”; rates lead where they do at the present pace, without "
            "any scenario.",
            plan=title,
        )
    name = scenario.title or t("Scenario on the screen")
    return t(
        "Targets of the plan “{plan}”; rates lead to what the scenario “{scenario}” makes of them.",
        plan=title,
        scenario=name,
    )


def fairness(found: Review) -> str:
    """How evenly the targets load the units; plain text, empty where few are asked."""
    loads = unit_loads(found)
    if len(loads.rows) < 2 or loads.mean <= 0:
        return ""
    names = unit_names(session.case().dataset)
    units = session.case().baseline.units
    return t(
        "How evenly these targets weigh: {mean} more of 100 new dossiers on the mean; most {unit} "
        "({most}), least {other} ({least}); Gini {gini} (0 all alike, 1 one has all).",
        mean=text.number(100 * loads.mean, 1),
        unit=names[units[loads.most]],
        most=text.number(100 * float(loads.load.max()), 1),
        other=names[units[loads.least]],
        least=text.number(100 * float(loads.load.min()), 1),
        gini=text.number(loads.gini),
    )


def guessed(choice: Choice, assumed: Volumes | None) -> dict[str, "pd.Series[bool]"]:
    """Which rows of `frame` have a figure that rests on an estimated rate, by column."""
    case = session.case()
    status = case.baseline.status[:, choice.component]
    rate = case.baseline.rate[:, choice.component]
    rows = [u for u in in_order(case.dataset, case.baseline) if np.isfinite(rate[u])]
    found = _marked(pd.Series(status[rows] == Status.ESTIMATED))
    every = pd.Series(True, index=range(len(rows)))
    weekly = (t("Dossiers a week"), t("Extra a week"))
    return found if assumed is None else {**found, **dict.fromkeys(weekly, every)}


def guessed_levels(found: Review, choice: Choice) -> dict[str, "pd.Series[bool]"]:
    """Which rows of `level_frame` rest on an estimated rate of some unit, by column."""
    baseline = session.case().baseline
    unsure = baseline.status[:, choice.component] == Status.ESTIMATED
    levels = [one.level for one in targets.by_level(baseline, choice.component, found)]
    rows = [bool(unsure[np.array(baseline.level) == level].any()) for level in levels]
    marked = pd.Series(rows, dtype=bool)
    # numbers of dossiers that nobody publishes are assumed
    published = bool(np.isfinite(baseline.dossiers[1:, choice.component]).any())
    return {**_marked(marked), t("Dossiers a week"): marked | (not published)}


def _marked(rows: "pd.Series[bool]") -> dict[str, "pd.Series[bool]"]:
    columns = (
        t("Now, %"),
        t("Leads to, %"),
        t("If it gains as the others, %"),
        t("Needed on new dossiers, %"),
    )
    return dict.fromkeys(columns, rows)


def level_frame(found: Review, choice: Choice) -> pd.DataFrame:
    """One row a level: rates weighted by volume, and how many units stand how."""
    reviews = targets.by_level(session.case().baseline, choice.component, found)
    table = {
        t("Level"): [level_name(one.level) for one in reviews],
        t("Target, %"): [100 * one.target for one in reviews],
        t("Now, %"): [100 * one.so_far for one in reviews],
        t("Leads to, %"): [100 * one.projected for one in reviews],
        t("If it gains as the others, %"): list(100 * _like_levels(reviews, choice)),
        t("Needed on new dossiers, %"): [100 * np.maximum(0.0, one.needed) for one in reviews],
        t("Dossiers a week"): [one.weekly for one in reviews],
    }
    for standing in (
        Verdict.MET,
        Verdict.ON_COURSE,
        Verdict.STRETCH,
        Verdict.OUT_OF_REACH,
    ):
        table[standing_name(standing)] = [one.count[standing] for one in reviews]
    return pd.DataFrame(table)


def notes(choice: Choice) -> list[str]:
    """What the dataset says about these targets, in its own words: the year they are from."""
    rows = session.case().dataset.targets
    name = session.case().dataset.rules.components[choice.component]
    mine = rows[(rows["component"] == name) & (rows["due"] == pd.Timestamp(choice.due))]
    return [
        t("As noted in the data: “{note}”", note=note) for note in mine["note"].dropna().unique()
    ]


def whole_columns() -> tuple[str, ...]:
    """The columns of both tables that are counts."""
    shown = (
        Verdict.MET,
        Verdict.ON_COURSE,
        Verdict.STRETCH,
        Verdict.OUT_OF_REACH,
    )
    weekly = (t("Dossiers a week"), t("A week from"), t("A week to"), t("Extra a week"))
    return (*weekly, *(standing_name(one) for one in shown))


def _like_levels(reviews: list[LevelReview], choice: Choice) -> Array:
    case = session.case()
    left = float(np.median(like_on(case.drawn, choice.due)))
    projected = np.array([one.projected for one in reviews], dtype=float)
    return targets.like_others(case.baseline, choice.component, projected, left)


def _latest(day: dt.date | None, due: dt.date) -> str:
    if day is None:
        return text.UNKNOWN
    return text.date(day) if day < due else t("met")


def zeros(component: int) -> list[str]:
    """Units whose published rate is 0 %, and communes that a document counts without naming."""
    case = session.case()
    names = unit_names(case.dataset)
    units = targets.at_zero(case.baseline, component)
    named = sorted((names[case.baseline.units[u]] for u in units), key=alphabet.key)
    counts = case.dataset.counts
    # of the year of the data only, and not of a district whose communes stand there by name
    inside = {case.baseline.units[case.baseline.parent[u]] for u in units}
    counted = counts[
        (counts["quantity"] == "communes_paid_zero")
        & (pd.to_datetime(counts["as_of"]).dt.year == case.calendar.as_of.year)
        & ~counts["unit"].isin(inside)
    ]
    if component != case.dataset.rules.role("payment"):
        return named
    return named + [
        t(
            "{count} of {total} communes of {unit} ({date})",
            count=text.number(row["count"], 0),
            total=text.number(row["of"], 0),
            unit=names[row["unit"]],
            date=text.date(row["as_of"]),
        )
        for _, row in counted.iterrows()
    ]
