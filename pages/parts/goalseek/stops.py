"""A goal out of reach: what stops it, and what would have to give way."""

import streamlit as st

from core.goal.seek import Answer
from core.goal.shortfall import Relaxation
from core.rounding import parts_of
from pages.parts.goalseek import limits as goal_limits
from pages.parts.goalseek.common import province_levers, unit_levers
from pages.parts.shared import when
from pages.parts.shared.named import lever_name, listed, scope_name
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t

# the smaller a step is for those who decide, the earlier it is offered
ORDER = ("limits", "held", "lever", "start", "province", "horizon", "ministry")
LAST = ("everything", "everything_and_ministry")


def smallest(found: Answer) -> str:
    """The smallest way to give way that is enough, in a sentence."""
    if found.shortfall is None:
        return ""
    gap = text.points(found.shortfall.missing)
    ways = {one.kind: one for one in found.shortfall.relaxations}
    enough = [ways[kind] for kind in ORDER if kind in ways and ways[kind].enough]
    if enough:
        return t("{gap} are missing; enough would be: {way}.", gap=gap, way=way(enough[0]))
    last = next((ways[kind] for kind in LAST if kind in ways and ways[kind].enough), None)
    if last:
        return t(
            "{gap} are missing; no single step is enough, but this is: {way}.",
            gap=gap,
            way=way(last),
        )
    most = max(one.score for one in found.shortfall.relaxations)
    return t(
        "{gap} are missing; even without any condition at most {score} is possible.",
        gap=gap,
        score=text.points(most),
    )


def way(one: Relaxation) -> str:
    """One way to give way, in words."""
    names = listed([_name(one.kind, name) for name in one.what], 4)
    return {
        "goal": t("a goal lower by {points}", points=text.points(one.amount)),
        "limits": t("all limits higher by {amount}", amount=text.percent(one.amount, 1)),
        "held": t("set free {names}", names=names),
        "lever": t("units may also move {names}", names=names),
        "province": t("the province moves {names} too", names=names),
        "ministry": t("ministries move {names}", names=names),
        "start": t("a start at once and without a ramp"),
        "horizon": t("a later date ({names})", names=names),
        "everything": t("all conditions given up, levers of the province added"),
        "everything_and_ministry": t("all of that, and what only ministries can move"),
    }[one.kind]


def _name(kind: str, name: str) -> str:
    if kind == "horizon":
        return text.date(session.case().calendar.horizons[name])
    if kind == "held":
        return scope_name(name)
    return lever_name(name)


def show(found: Answer) -> None:
    """What stops the goal and every way to give way, each with what it brings."""
    short = found.shortfall
    if short is None:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(t("What stops it"))
        st.caption(t("Where the points between {best} and 100 stay:", best=text.points(short.best)))
        st.markdown(_stops(found))
    with right:
        st.subheader(t("What could give way"))
        enough = any(one.enough and one.kind not in ("goal", *LAST) for one in short.relaxations)
        for number, one in enumerate(short.relaxations):
            if not (enough and one.kind in LAST):
                _show_way(one, number)


def _stops(found: Answer) -> str:
    assert found.shortfall is not None
    table = found.shortfall.stops
    sums = table.groupby("reason")["points"].sum().sort_values(ascending=False)
    lines = []
    shown = parts_of(float(sums.sum()), list(sums))
    for reason, points in zip(sums.index, shown, strict=True):
        inside = table[table["reason"] == reason]
        names = listed([lever_name(name) for name in inside["component"]])
        lines.append(
            f"- **{text.points(points)}** – {text.escape(_reason(str(reason)))}: "
            + text.escape(names)
        )
    return "\n".join(lines)


def _reason(reason: str) -> str:
    return {
        "done": t("dossiers of this year that are counted already"),
        "limit": t("the limits"),
        "held": t("the units held"),
        "start": t("the start and the ramp"),
        "lever": t("levers of units that may not move"),
        "province": t("only the province can move it"),
        "ministry": t("only ministries can move it"),
        "no_data": t("nothing to count there"),
    }[reason]


def _show_way(one: Relaxation, number: int) -> None:
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    mark = "✓" if one.enough else "✕"
    enough = t("enough") if one.enough else t("not enough")
    words = t(
        "{way}: up to {score}, {enough}", way=way(one), score=text.points(one.score), enough=enough
    )
    left.markdown(f"{mark} {text.escape(words[:1].upper() + words[1:])}")
    if one.enough and one.kind in _APPLY and _offered(one):
        right.button(
            t("Do so"),
            key=f"goal_relax-{number}-{one.kind}",
            on_click=_APPLY[one.kind],
            args=(one,),
            width="stretch",
        )


def _offered(one: Relaxation) -> bool:
    """Whether the levers it adds are among those that the conditions offer."""
    offered = {"lever": unit_levers, "province": province_levers}.get(one.kind)
    return offered is None or set(one.what) <= set(offered())


def _key(name: str) -> str:
    return f"goal_{name}-{session.case().dataset.id}"


def _lower(one: Relaxation) -> None:
    # rounded down, so that the lower goal is within reach
    st.session_state[_key("score")] = text.number(int(one.score * 100) / 100)
    st.query_params["goal_kind"] = "score"


def _free(one: Relaxation) -> None:
    kept = st.session_state[_key("held")]
    st.session_state[_key("held")] = [scope for scope in kept if scope not in one.what]


def _add(name: str, one: Relaxation) -> None:
    st.session_state[_key(name)] = [*st.session_state[_key(name)], *one.what]


def _later(one: Relaxation) -> None:
    st.query_params[when.HORIZON] = one.what[0]


_APPLY = {
    "goal": _lower,
    "limits": lambda one: goal_limits.raise_all(one.amount),
    "held": _free,
    "lever": lambda one: _add("levers", one),
    "province": lambda one: _add("province", one),
    "horizon": _later,
}
