"""Whether the plan brings what is wanted: score and rank with and without it, and idle targets."""

import streamlit as st

from core.outlook.standing import Outlook, Standing
from core.outlook.timeline import TODAY
from core.plans.files import plan_text, read_plan
from core.plans.made import as_scenario
from core.plans.model import TargetPlan
from core.plans.worth import capped_components, score_probability, unasked_points
from core.problems import DataError
from core.scenario.model import Scenario
from pages.parts.shared.strip import rank_range, score_range
from pages.parts.state import links, results, session
from pages.parts.state.cases import seen
from pages.parts.words import text
from pages.parts.words.names import component_name
from pages.parts.words.text import t

MOST_UNASKED = 5


def show(plan: TargetPlan) -> None:
    """A sentence a horizon, on both lines; what the leaders want; then what brings no point."""
    if not plan.targets:
        return
    try:
        found = {key: one for key, one in outlooks(plan).items() if key != TODAY}
    except DataError as error:
        st.error(links.sentences(error))
        return
    for one in found.values():
        st.markdown("  \n".join(text.escape(words) for words in _lines(one)))
    if found:
        _wanted(plan, found)
    _idle(plan)


def _lines(one: Outlook) -> tuple[str, str]:
    """Where both lines lead on a horizon with and without the plan; once, where it is the same."""
    date = text.date(one.result.date)
    if all(_figures(line.after) == _figures(line.before) for line in (one.like, one.still)):
        return (
            t(
                "By {date}: {after}, with the plan as without it.",
                date=date,
                after=_standing(one.after),
            ),
            t(
                "If all other rates stay as they are while the other provinces go on rising: "
                "{after}, with the plan as without it.",
                after=_standing(one.still.after),
            ),
        )
    return (
        t(
            "By {date}: {after} if every unit comes to its targets, {before} without the plan.",
            date=date,
            after=_standing(one.after),
            before=_standing(one.before),
        ),
        t(
            "If all other rates stay as they are while the other provinces go on rising: {after} "
            "with the plan, {before} without.",
            after=_standing(one.still.after),
            before=_standing(one.still.before),
        ),
    )


def _figures(found: Standing) -> tuple[object, ...]:
    """What `_standing` shows."""
    return score_range(found), found.rank.median, found.rank.p10, found.rank.p90


def outlooks(plan: TargetPlan) -> dict[str, Outlook]:
    """Where a plan leads at every horizon. Raises DataError."""
    return results.outlooks_of(scenario_of(plan))


def scenario_of(plan: TargetPlan) -> Scenario:
    """A plan as a scenario, made once for a version of the data. Raises DataError."""
    return _made(session.case().dataset.id, session.case().dataset.version, plan_text(plan))


@st.cache_resource(max_entries=16, show_spinner=False)
def _made(dataset: str, version: str, plan: str) -> Scenario:
    return as_scenario(read_plan(plan), seen.cases()[dataset].baseline)


def _wanted(plan: TargetPlan, found: dict[str, Outlook]) -> None:
    """Whether the plan brings the score and rank that the leaders want, with the probability."""
    case = session.case()
    score_box, rank_box, date_box = st.columns([1, 1, 1])
    key = date_box.selectbox(
        t("On"),
        list(found),
        index=len(found) - 1,
        key=f"wanted-date-{case.dataset.id}",
        format_func=lambda name: text.date(found[name].result.date),
    )
    typed = score_box.text_input(
        t("Score that the leaders want"), key=f"wanted-score-{case.dataset.id}"
    )
    place = rank_box.number_input(
        t("Rank that the leaders want"),
        min_value=1,
        max_value=found[key].after.size,
        value=None,
        key=f"wanted-rank-{case.dataset.id}",
    )
    score, one = text.parse_number(typed), found[key]
    if typed.strip() and (score is None or not 0 < score <= 100):
        score_box.error(t("Write points from 0 to 100, for example 85,5."))
    elif score is not None:
        st.markdown(_score_words(plan, score, one))
    if place is not None:
        st.markdown(_rank_words(int(place), one))


def _score_words(plan: TargetPlan, score: float, one: Outlook) -> str:
    case = session.case()
    chance = score_probability(case, plan, score, one.result.date)
    none = score_probability(case, plan.model_copy(update={"targets": ()}), score, one.result.date)
    return text.escape(
        t(
            "{score} points on {date}: probability {chance} with the plan, {none} without.",
            score=text.number(score),
            date=text.date(one.result.date),
            chance=text.percent(chance, 0),
            none=text.percent(none, 0),
        )
    )


def _rank_words(rank: int, one: Outlook) -> str:
    after, before = (x.rank.probability_at_most[rank - 1] for x in (one.after, one.before))
    return text.escape(
        t(
            "Rank {rank} or better on {date}: probability {chance} with the plan, {none} without.",
            rank=text.number(rank, 0),
            date=text.date(one.result.date),
            chance=text.percent(after, 0),
            none=text.percent(before, 0),
        )
    )


def _idle(plan: TargetPlan) -> None:
    """Targets that bring no point, points that no target asks for, dates beyond the data."""
    baseline, rules = session.case().baseline, session.case().dataset.rules
    capped = [component_name(rules, rules.index(n)) for n in capped_components(plan, baseline)]
    if capped:
        st.caption(
            t(
                "At their maximum points already, so these targets bring the score nothing: "
                "{names}.",
                names=text.escape("; ".join(capped)),
            )
        )
    free = unasked_points(plan, baseline)
    if len(free):
        names = [
            t(
                "{component} ({points} points)",
                component=component_name(rules, rules.index(str(row["item"]))),
                points=text.estimated(text.number(float(row["lost"])), bool(row["estimated"])),
            )
            for _, row in free.head(MOST_UNASKED).iterrows()
        ]
        st.caption(
            t(
                "Points that units can still win and no target of this plan asks for: {names}.",
                names=text.escape("; ".join(names)),
            )
        )
    beyond = _beyond(plan)
    if beyond:
        st.caption(
            t(
                "Due after the dates that these data can be projected to, so not in the score: "
                "{dates}.",
                dates=", ".join(beyond),
            )
        )


def _standing(found: Standing) -> str:
    return t("{score}, rank {rank}", score=score_range(found), rank=rank_range(found))


def _beyond(plan: TargetPlan) -> list[str]:
    last = session.case().calendar.last
    return [text.date(due) for due in plan.dues if due > last]
