"""Where to push: the strongest moves, what is capped, and what only others can move."""

import pandas as pd
import streamlit as st

from core.charts import goal as charts_goal
from core.charts.look import wrapped
from core.index.rollup import PROVINCE, Status
from core.index.rules import MOVERS
from core.levers import losses
from core.levers.leverage import Leverage, leverage, on_horizon
from core.levers.tables import strongest
from core.outlook.timeline import TODAY
from pages.parts.goalseek import push_tables as goal_push_tables
from pages.parts.goalseek.common import baseline, measure
from pages.parts.shared import capped as overview_capped
from pages.parts.shared import named, tables, when
from pages.parts.shared.named import lever_name, listed, scope_name
from pages.parts.state import session, views
from pages.parts.widgets import headline
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.names import group_name
from pages.parts.words.text import later, t

SCOPES = {
    "unit": later("Units"),
    "kind": later("Kinds of units"),
    "level": later("Levels"),
    "province": later("Whole province"),
}
LARGEST = 10
ON_PAPER = 80  # rows; the last of a thousand bring hundredths of a hundredth


def show() -> None:
    """The view."""
    top = st.container()  # the answer and its picture stand before what they are asked with
    lever, horizon, scope = _choose()
    found = goal_push_tables.rows(lever, scope)
    with top:
        headline.show(answer(lever, horizon))
        if horizon == TODAY and (weight := behind(lever)):
            st.markdown(text.escape(weight))
        if found.empty:
            st.info(t("Nothing here can still bring points."), icon=":material/block:")
        else:
            _chart(found.head(LARGEST))
    if not found.empty:
        _table(goal_push_tables.frame(lever, found, scope), scope)
    left, right = st.columns(2, gap="medium")
    table = losses.losses(lever.baseline)
    with left:
        st.subheader(t("Maximum points reached: a higher rate adds none"))
        overview_capped.show(table)
    with right:
        st.subheader(t("What units can not move"))
        _others(losses.as_shown(table))
    tables.sources(list(session.case().dataset.observations["source"]))


def _choose() -> tuple[Leverage, str, str]:
    """The value of every lever, as if it held today or by a date; and who is moved together."""
    case = session.case()
    with st.container(horizontal=True):
        chosen = when.choose_horizon(t("Date"), case.calendar.dates)
        scope = views.choose(
            t("Moved together"), SCOPES, "push_scope", lambda name: t(SCOPES[name])
        )
    base = baseline()
    if chosen == TODAY:
        return leverage(base), chosen, scope
    return on_horizon(base, case.calendar, case.calendar.horizons[chosen]), chosen, scope


def answer(lever: Leverage, horizon: str) -> str:
    """The strongest move and what is capped, in two sentences."""
    found = strongest(lever)
    said = [t("No unit can bring more points by its levers.")]
    if len(found):
        said = [_first(lever, horizon, found.iloc[0])]
    names = lever.baseline.rules.components
    capped = [name for name, full in zip(names, lever.capped, strict=True) if full]
    pushed = lever.baseline.rules.roles.get("pushed_first")
    if pushed is not None and pushed in capped:
        capped.remove(pushed)
        said.append(
            t(
                "{component} has its maximum points: a higher rate adds none. "
                "Others like it: {count}.",
                component=lever_name(pushed),
                count=len(capped),
            )
            if capped
            else t(
                "{component} has its maximum points: a higher rate adds none.",
                component=lever_name(pushed),
            )
        )
    elif capped:
        said.append(
            t(
                "At their maximum points, a higher rate adds none: {names}.",
                names=listed([lever_name(name) for name in capped]),
            )
        )
    return " ".join(said)


def _first(lever: Leverage, horizon: str, move: pd.Series) -> str:
    base = lever.baseline
    row, column = base.row(move["unit"]), base.rules.index(move["component"])
    status = Status(int(base.status[row, column]))
    estimated = status == Status.ESTIMATED or pd.isna(base.dossiers[row, column])
    mark = text.mark(estimated)
    values = {
        "unit": scope_name(move["unit"]),
        "component": lever_name(move["component"]),
        "rate": text.mark(status == Status.ESTIMATED) + text.percent(move["rate"]),
        "points": mark + text.points(move["recoverable"], sign=True),
        "part": mark + text.percent(move["part"], 0),
    }
    if horizon == TODAY:
        return t(
            "The strongest move is {component} at {unit}: {rate} now, {part} of all that the "
            "province lacks; at 100% it alone brings {points}.",
            **values,
        )
    return t(
        "The strongest move is {component} at {unit}: {rate} now, {part} of all that the province "
        "lacks; 100% of its new dossiers bring {points} by {date}.",
        **values,
        date=text.date(session.case().calendar.horizons[horizon]),
    )


def behind(lever: Leverage) -> str:
    """How much of what the province lacks lies in the strongest move; empty where there is none."""
    found = strongest(lever, 1)
    if found.empty:
        return ""
    move, column = found.iloc[0], lever.baseline.rules.index(found["component"].iloc[0])
    estimated = pd.isna(move["dossiers_left"])
    mark = text.mark(estimated)
    rates = t(
        "Without this unit the province stands at {without} instead of {rate}.",
        without=mark + text.percent(move["without"]),
        rate=text.percent(move["province_rate"]),
    )
    if estimated:
        return rates
    return (
        t(
            "{left} of the {all} dossiers in the province that miss it are there.",
            left=text.number(move["dossiers_left"], 0),
            all=text.number(lever.dossiers_left[PROVINCE, column], 0),
        )
        + " "
        + rates
    )


def _chart(found: pd.DataFrame) -> None:
    rules = session.case().dataset.rules
    groups = [rules.groups[rules.group_index[rules.index(name)]] for name in found["component"]]
    names = [
        lever_name(part) if not where else f"{where} – {lever_name(part)}"
        for where, part in zip(found["where"], found["component"], strict=True)
    ]
    # what a unit brings rests on its part of the province; the province's own figure does not
    estimated = measure(True).estimated & (found["where"] != "")
    texts = [
        text.estimated(text.number(value, 2, sign=True), guessed)
        for value, guessed in zip(found["recoverable"], estimated, strict=True)
    ]
    figure = charts_goal.moves(
        [wrapped(name, 32) for name in names],
        list(found["recoverable"]),
        texts,
        groups,
        {group: group_name(group) for group in rules.groups},
        text.language(),
    )
    words = "; ".join(f"{name} {value}" for name, value in zip(names, texts, strict=True))
    draw(figure, "push", words)


def _table(frame: pd.DataFrame, scope: str) -> None:
    tables.show(
        frame,
        key=f"push_{scope}",
        whole=(t("Dossiers left"), t("Units")),
        fine=goal_push_tables.small(),
        file="don-bay.csv",
        brief=goal_push_tables.brief() if scope == "unit" else (),
        most=ON_PAPER,
    )
    st.caption(tables.legend())


def _others(table: pd.DataFrame) -> None:
    """What the province or only ministries can move, the largest first, as the overview has it."""
    rows = table[(table["who"] != "units") & (table["lost"] > 0)]
    rows = rows.sort_values("lost", ascending=False, kind="stable")
    if rows.empty:
        st.caption(t("Units can move all that is lost."))
    for who in [who for who in MOVERS if who in set(rows["who"])]:
        part = rows[rows["who"] == who]
        said = "\n".join(
            "- " + text.escape(f"{lever_name(row['item'])}: {text.points(row['lost'])}")
            for _, row in part.iterrows()
        )
        st.markdown(f"**{text.escape(named.who_name(str(who)))}**\n\n{said}")
