"""The answer of goal seek: in a sentence, how sure it is and what more certainty takes."""

import pandas as pd
import streamlit as st

from core.goal.seek import Answer
from core.goal.wish import Aim, Sought, pursue
from core.index.rollup import PROVINCE, Status
from pages.parts.goalseek import stops as goal_stops
from pages.parts.goalseek.choices import Choice
from pages.parts.goalseek.common import Measure, baseline, measure
from pages.parts.shared import tables
from pages.parts.shared.named import lever_name, listed
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import later, t

STATUS = {
    "already": later("no effort needed"),
    "reached": later("within reach"),
    "out_of_reach": later("out of reach"),
}


def seek(choice: Choice) -> Sought:
    """The plans for a choice; computed once as long as they are remembered. Raises DataError."""
    case, assumed = session.case(), session.scenario().assumptions
    return _seek(
        case.dataset.id, case.dataset.version, assumed.model_dump_json(), repr(choice), choice
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _seek(dataset: str, version: str, assumed: str, asked: str, _choice: Choice) -> Sought:
    gain = session.scenario().assumptions.field_gain
    return pursue(session.case(), baseline(), _choice.wish, _choice.options, gain)


def goal_name(sought: Sought, aim: Aim) -> str:
    """The goal in words, as the beginning of a sentence."""
    wish = sought.wish
    if wish.score is not None:
        return text.points(wish.score, digits=0 if wish.score.is_integer() else 2)
    return t(
        "Rank {rank} with a probability of {chance} takes {points} at the own rates, which",
        rank=wish.rank,
        chance=text.percent(aim.probability, 0),
        points=_about(aim.score),
    )


def _about(score: float) -> str:
    """A score, marked where the own score is an estimate."""
    estimated = (baseline().status[PROVINCE] == Status.ESTIMATED).any()
    return text.estimated(text.points(score), bool(estimated))


def answer(sought: Sought) -> str:
    """The answer to the wish in a sentence or three."""
    found = sought.answer
    aim = sought.plain if sought.asked == "plain" else sought.safe
    values = {
        "goal": goal_name(sought, aim),
        "date": text.date(found.date),
        "before": _about(found.score_before),
        "score": _about(found.plan.score),
    }
    if found.status == "already":
        return t(
            "{goal} needs no more effort by {date}: the present pace leads to {before}.", **values
        )
    if found.status == "reached":
        return t(
            "{goal} is within reach by {date}: the plan of least effort leads from {before} to "
            "{score}. {plan}",
            **values,
            plan=_plan(found, measure(found.plan.counted)),
        )
    return t(
        "{goal} is out of reach by {date}: at most {score} is possible. {relax}",
        **values,
        relax=goal_stops.smallest(found),
    )


def _plan(found: Answer, units: Measure) -> str:
    moves = found.plan.moves
    gained = found.plan.components.sort_values("gained", ascending=False)
    first = [lever_name(name) for name in gained["component"][gained["gained"] > 0]]
    return t(
        "It moves {moves} rates in {units} units: {amount} more, {weekly} a week, most points from "
        "{first}.",
        moves=text.number(int(moves["own"].sum()), 0),
        units=text.number(moves.loc[moves["own"], "unit"].nunique(), 0),
        amount=units.amount(found.plan.dossiers),
        weekly=units.amount(float(moves["per_week"].sum())),
        first=listed(first, 2),
    )


def show_safety(sought: Sought) -> str:
    """Both plans side by side and the price of the second; returns the one to be shown below."""
    plans = {"plain": sought.safety.plain, "safe": sought.safety.safe}
    units = measure(sought.answer.plan.counted)
    whole: tuple[str, ...] = (t("Chance, %"), t("Units"), t("Rates moved"))
    if units.counted:
        whole = (*whole, units.heading(), t("Effort"))
    tables.show(_pair(sought, plans, units), key="goal_pair", whole=whole)
    if sought.safety.price is not None:
        words = t("The price of the certainty: {price}.", price=units.work(sought.safety.price))
    elif sought.safety.plain.status == "out_of_reach":
        words = t("Both are out of reach; the plan below is the best that is possible.")
    else:
        words = t("So much certainty is out of reach: it has no price.")
    st.caption(text.escape(words + " " + units.about()))
    if sought.safety.plain.status == "out_of_reach":
        return sought.asked
    chosen = st.segmented_control(
        t("Plan shown below"),
        list(plans),
        key=f"goal_shown-{sought.asked}",
        default=sought.asked,
        format_func=lambda name: label(sought, name),
        required=True,
    )
    return str(chosen)


def label(sought: Sought, name: str) -> str:
    """What one of the two plans is called."""
    aim = sought.plain if name == "plain" else sought.safe
    if name == "plain" and sought.wish.score is not None:
        return t("As planned")
    return t("Sure in {part} of cases", part=text.percent(aim.probability, 0))


def _pair(sought: Sought, plans: dict[str, Answer], units: Measure) -> pd.DataFrame:
    needed = {"plain": sought.plain.score, "safe": sought.safe.score}
    rows = [
        {
            t("Plan"): label(sought, name),
            t("Needs, points"): needed[name],
            t("Answer"): t(STATUS[found.status]),
            t("Reaches, points"): found.plan.score,
            t("Chance, %"): 100 * sought.chances[name],
            units.heading(): units.figure(found.plan.dossiers),
            t("Effort"): units.figure(found.plan.effort),
            t("Units"): float(found.plan.moves.loc[found.plan.moves["own"], "unit"].nunique()),
            t("Rates moved"): float(found.plan.moves["own"].sum()),
        }
        for name, found in plans.items()
    ]
    return pd.DataFrame(rows)
