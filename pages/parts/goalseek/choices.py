"""What a plan is asked for: the goal, its date, and the conditions."""

from dataclasses import dataclass

import streamlit as st

from core.goal.options import Difficulty, Floor, Options, assigned_floors
from core.goal.wish import Wish
from core.index.rollup import PROVINCE, score
from core.outlook.standing import Standing
from core.outlook.timeline import TODAY
from pages.parts.goalseek import limits as goal_limits
from pages.parts.goalseek.common import (
    baseline,
    choose_held,
    measure,
    number_box,
    province_levers,
    unit_levers,
)
from pages.parts.shared import strip, when
from pages.parts.shared.named import lever_names
from pages.parts.state import results, session, views
from pages.parts.words import text
from pages.parts.words.text import later, t

# the questions first that leaders come with; they need no number
KINDS = {
    "keep": later("Keep the rank"),
    "better": later("Into the best {rank}"),
    "score": later("A score"),
    "rank": later("A rank"),
}
BEST = (10, 5, 3, 1)  # the round ranks that people aim at
CHANCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
# A procedure or petition is a case of its own, not one of many alike: an assumption, to be edited.
ITEM = 100.0
WEIGHTS = (1.0, 2.0, 4.0)
RANKS_UP = 3


@dataclass(frozen=True)
class Choice:
    """A wish, what the plan may do, and the targets assigned until the date (met or not)."""

    wish: Wish
    options: Options
    assigned: tuple[Floor, ...]


def key(name: str) -> str:
    """The key of a widget: each dataset keeps its own choices."""
    return f"goal_{name}-{session.case().dataset.id}"


def choose() -> Choice | None:
    """Goal, date and conditions; None while a number is missing or wrong."""
    with st.container(horizontal=True):
        kind = views.choose(t("Goal"), _kinds(), "goal_kind", kind_name)
        horizon = choose_horizon()
    if kind in ("keep", "better"):
        wish: Wish | None = Wish(horizon, rank=_usual_rank(kind))
        st.caption(_others(_pace(horizon)))
    else:
        wish = _score(horizon) if kind == "score" else _rank(horizon)
    assigned = _assigned(horizon)
    options = _conditions(horizon, assigned)
    return None if wish is None or options is None else Choice(wish, options, assigned)


def _kinds() -> list[str]:
    """The goals that can be asked for: the best have no better rank to come into."""
    return [kind for kind in KINDS if kind != "better" or _place() > BEST[-1]]


def kind_name(kind: str) -> str:
    """A goal as it is called."""
    return t(KINDS[kind], rank=_usual_rank(kind)) if kind == "better" else t(KINDS[kind])


def _usual_rank(kind: str) -> int:
    """The rank that a question without a number is about: the present one, or the next round one
    above it."""
    now = _place()
    return now if kind == "keep" else next((one for one in BEST if one < now), BEST[-1])


def _place() -> int:
    """The own rank at the date of the data, without any scenario."""
    return results.outlooks_of(session.baseline_scenario())[TODAY].before.rank.median


def choose_horizon() -> str:
    """The date the goal is for."""
    ahead = list(session.case().calendar.horizons)
    return when.choose_horizon(t("Date"), ahead, usual=ahead[-1])


def _score(horizon: str) -> Wish | None:
    base = baseline()
    now = float(score(base, base.rate).total[PROVINCE])
    usual = min(100.0, float(int(now)) + 1)
    place = st.columns(3)[0]
    wanted = number_box(place, t("At least, points"), "goal_score", usual, 0, 100)
    st.caption(t("With the rates as they are the score is {score}.", score=text.points(now)))
    return None if wanted is None else Wish(horizon, score=wanted)


def _rank(horizon: str) -> Wish:
    now = _pace(horizon)
    left, right = st.columns(2)
    ranks = list(range(1, now.size + 1))
    rank = left.selectbox(
        t("Rank or better"),
        ranks,
        index=max(0, now.rank.median - 1 - RANKS_UP),
        key=key("rank"),
        persist_state="session",
    )
    chance = right.selectbox(
        t("With a probability of"),
        CHANCES,
        key=key("chance"),
        format_func=lambda part: text.percent(part, 0),
        persist_state="session",
    )
    st.caption(_others(now))
    return Wish(horizon, rank=rank, probability=chance)


def _pace(horizon: str) -> Standing:
    """Where the present pace leads, against the other provinces as the scenario has them."""
    assumed = session.scenario().assumptions
    kept = session.baseline_scenario().model_copy(update={"assumptions": assumed})
    return results.outlooks_of(kept)[horizon].after


def _others(now: Standing) -> str:
    gain = session.scenario().assumptions.field_gain
    values = {"rank": strip.rank_range(now)}
    if gain is None:
        return t(
            "Without a plan: rank {rank}, if the province improves as the others do. These go on "
            "at the pace of their own history; Simulate can set another.",
            **values,
        )
    return t(
        "Without a plan: rank {rank}, if the province improves as the others do. The scenario "
        "assumes that they gain {points} on average by the horizon.",
        **values,
        points=text.points(gain, sign=True),
    )


def _assigned(horizon: str) -> tuple[Floor, ...]:
    """Targets that are still due until the date."""
    case = session.case()
    floors = assigned_floors(case.dataset.targets, case.calendar.horizons[horizon])
    return tuple(floor for floor in floors if floor.due > case.calendar.as_of)


def _conditions(horizon: str, assigned: tuple[Floor, ...]) -> Options | None:
    """Everything that the plan has to keep to; None while a number is wrong."""
    with st.expander(t("Conditions and assumptions of the plan"), icon=":material/rule:"):
        left, right = st.columns(2, gap="large")
        with left:
            levers = _levers()
            held = choose_held("goal_held")
            floors = st.toggle(
                t("Assigned targets are floors: every unit must meet its own"),
                key=key("floors"),
                disabled=not assigned,
                persist_state="session",
            )
            if not assigned:
                st.caption(t("No target is assigned for this date in this dataset."))
            goal_limits.choose(unit_levers())
        with right:
            weights = _weights()
            own, item = _province()
            last = session.case().calendar.horizons[horizon]
            start, ramp = when.choose(last, key(f"start-{horizon}"), key("ramp"), "session")
            dossiers = _dossiers()
    if weights is None or item is None:
        return None
    return Options(
        components=levers,
        province_levers=dict.fromkeys(own, item),
        limits=goal_limits.limits(),
        floors=assigned if floors and assigned else (),
        held=held,
        difficulty=Difficulty(weights=weights),
        start=start,
        ramp_weeks=ramp,
        province_dossiers=dossiers,
    )


def _levers() -> tuple[str, ...]:
    able = unit_levers()
    names = lever_names(able)
    chosen = st.multiselect(
        t("Levers of units that may move"),
        able,
        default=able,
        key=key("levers"),
        format_func=names.__getitem__,
        placeholder=t("None"),
        persist_state="session",
    )
    return tuple(chosen)


def _province() -> tuple[tuple[str, ...], float | None]:
    """Levers of the province that may move, and the effort of one item in dossiers."""
    names = lever_names(province_levers())
    chosen = st.multiselect(
        t("Levers of the province itself that may move"),
        list(names),
        key=key("province"),
        format_func=names.__getitem__,
        placeholder=t("None"),
        persist_state="session",
    )
    if not measure(True).estimated:
        label = t("One procedure or petition is as much effort as so many dossiers")
        return tuple(chosen), number_box(st.container(), label, "goal_item", ITEM, 0.01, 1e6)
    st.caption(
        t(
            "A lever of the province from 0 to 100% counts as much as all of its dossiers: "
            "the numbers of procedures are not published here."
        )
    )
    return tuple(chosen), 1.0


def _weights() -> tuple[float, ...] | None:
    """How hard the remaining share of a unit is."""
    st.markdown(t("How hard the rest is"))
    st.caption(
        t(
            "What a unit has not done yet is cut into three equal parts. A dossier of the easiest "
            "third counts once, one of the hardest more: a plan then takes the easy dossiers of "
            "many units before the last ones of a few. These weights are an assumption."
        )
    )
    names = (t("Easiest third"), t("Middle third"), t("Hardest third"))
    places = zip(st.columns(3), names, WEIGHTS, strict=True)
    typed = [
        number_box(place, name, f"goal_weight_{n}", usual, 0.01, 1000, digits=1)
        for n, (place, name, usual) in enumerate(places)
    ]
    weights = tuple(weight for weight in typed if weight is not None)
    if len(weights) < len(typed):
        return None
    if list(weights) != sorted(weights):
        st.error(t("A harder third cannot count less than an easier one."))
        return None
    return weights


def _dossiers() -> float | None:
    """How many dossiers the province had, where that is not published."""
    if not measure(True).estimated:
        return None
    label = t("Dossiers of the province so far this year, if you know it")
    known = number_box(st.container(), label, "goal_dossiers", None, 1, 1e9)
    st.caption(t("Not published here. With it the plan counts dossiers instead of parts."))
    return known
