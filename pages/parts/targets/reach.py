"""Whether the plan brings what is wanted: score and rank with and without it, and idle targets."""

import streamlit as st

from core.index.rollup import PROVINCE
from core.outlook.standing import Standing
from core.outlook.timeline import TODAY
from core.plans.made import as_scenario
from core.plans.model import TargetPlan
from core.problems import DataError
from pages.parts.shared.strip import rank_range, score_range
from pages.parts.state import links, session
from pages.parts.words import text
from pages.parts.words.names import component_name
from pages.parts.words.text import t


def show(plan: TargetPlan) -> None:
    """A sentence a horizon; then what of the plan brings the province no point."""
    if not plan.targets:
        return
    case = session.case()
    try:
        found = session.outlooks_of(as_scenario(plan, case.baseline))
    except DataError as error:
        st.error(links.sentences(error))
        return
    for key, one in found.items():
        if key != TODAY:
            words = t(
                "By {date}: {after} if every unit comes to its targets, {before} without the plan.",
                date=text.date(one.result.date),
                after=_standing(one.after),
                before=_standing(one.before),
            )
            st.markdown(text.escape(words))
    capped, unasked = _capped(plan), _beyond(plan)
    if capped:
        st.caption(
            t(
                "At their maximum points already, so these targets bring the score nothing: "
                "{names}.",
                names=text.escape("; ".join(capped)),
            )
        )
    if unasked:
        st.caption(
            t(
                "Due after the dates that these data can be projected to, so not in the score: "
                "{dates}.",
                dates=", ".join(unasked),
            )
        )


def _standing(found: Standing) -> str:
    return t("{score}, rank {rank}", score=score_range(found), rank=rank_range(found))


def _capped(plan: TargetPlan) -> list[str]:
    """Components of the plan whose target rate the province has already."""
    case = session.case()
    rules = case.dataset.rules
    columns = [rules.index(name) for name in plan.components]
    return [
        component_name(rules, c)
        for c in columns
        if case.baseline.rate[PROVINCE, c] >= rules.target_rate[c]
    ]


def _beyond(plan: TargetPlan) -> list[str]:
    last = session.case().calendar.last
    return [text.date(due) for due in plan.dues if due > last]
