"""Where to push: the strongest moves, what is capped, and what only others can move."""

import html
import textwrap

import pandas as pd
import streamlit as st

from core import charts_goal, losses
from core.lever_tables import strongest
from core.levers import Leverage, leverage, on_horizon
from core.rollup import Status
from core.simulate import TODAY
from pages.parts import downloads, goal_push_tables, overview_losses, session, strip, tables, text
from pages.parts.figures import CONFIG
from pages.parts.goal_common import (
    baseline,
    lever_name,
    listed,
    measure,
    movers,
    scope_name,
)
from pages.parts.names import group_name
from pages.parts.text import later, t

SCOPES = {
    "unit": later("Units"),
    "kind": later("Kinds of units"),
    "level": later("Levels"),
    "province": later("Whole province"),
}
LARGEST = 10
# what planners push first when the score is low
PUSHED_FIRST = "filed_online"


def show() -> None:
    """The view."""
    lever, horizon, scope = _choose()
    st.markdown(f"#### {text.escape(answer(lever, horizon))}")
    found = goal_push_tables.rows(lever, scope, movers())
    if found.empty:
        st.info(t("Nothing here can still bring points."), icon=":material/block:")
    else:
        _chart(found.head(LARGEST))
        _table(goal_push_tables.frame(lever, found, scope), scope)
    left, right = st.columns(2, gap="medium")
    table = losses.losses(lever.baseline, movers())
    with left:
        st.subheader(t("At the cap: no longer worth pushing"))
        _capped(table)
    with right:
        st.subheader(t("What units can not move"))
        _others(lever)
        hidden = losses.by_who(table)[losses.UNPUBLISHED]
        if hidden >= 0.005:
            words = t(
                "{points} more lie in components that are not published.",
                points="≈" + text.SPACE + text.points(hidden),
            )
            st.caption(text.escape(words))
    tables.sources(list(session.case().dataset.observations["source"]))


def _choose() -> tuple[Leverage, str, str]:
    """The value of every lever, as if it held today or by a date; and who is moved together."""
    case = session.case()
    left, right = st.columns([4, 3])
    scope = right.segmented_control(
        t("Moved together"),
        list(SCOPES),
        key="push_scope",
        format_func=lambda name: t(SCOPES[name]),
        default="unit",
        required=True,
        bind="query-params",
    )
    dates = [TODAY, *case.calendar.horizons]
    if st.session_state.get("push_horizon") not in dates:
        st.session_state.push_horizon = TODAY
    horizon = left.segmented_control(
        t("Date"),
        dates,
        key="push_horizon",
        format_func=strip.horizon_name,
        required=True,
        persist_state="session",
    )
    base, chosen = baseline(), str(horizon)
    if chosen == TODAY:
        return leverage(base), chosen, str(scope)
    return on_horizon(base, case.calendar, case.calendar.horizons[chosen]), chosen, str(scope)


def answer(lever: Leverage, horizon: str) -> str:
    """The strongest move and what is capped, in two sentences."""
    held = [
        name
        for name, who in zip(lever.baseline.rules.components, movers(), strict=True)
        if who != "units"
    ]
    found = strongest(lever)
    found = found[~found["component"].isin(held)]
    said = [t("No unit can bring more points by its levers.")]
    if len(found):
        said = [_first(lever, horizon, found.iloc[0])]
    names = lever.baseline.rules.components
    capped = [name for name, full in zip(names, lever.capped, strict=True) if full]
    if PUSHED_FIRST in capped:
        capped.remove(PUSHED_FIRST)
        said.append(
            t(
                "{component} is at its cap: more of it brings 0 points. "
                "Others at their cap: {count}.",
                component=lever_name(PUSHED_FIRST),
                count=len(capped),
            )
            if capped
            else t(
                "{component} is at its cap: more of it brings 0 points.",
                component=lever_name(PUSHED_FIRST),
            )
        )
    elif capped:
        said.append(
            t(
                "At their cap, bringing 0 points: {names}.",
                names=listed([lever_name(name) for name in capped]),
            )
        )
    return " ".join(said)


def _first(lever: Leverage, horizon: str, move: pd.Series) -> str:
    base = lever.baseline
    row, column = base.row(move["unit"]), base.rules.index(move["component"])
    status = Status(int(base.status[row, column]))
    estimated = status == Status.ESTIMATED or pd.isna(base.dossiers[row, column])
    mark = "≈" + text.SPACE if estimated else ""
    values = {
        "unit": scope_name(move["unit"]),
        "component": lever_name(move["component"]),
        "rate": tables.MARKS.get(status, "") + text.percent(move["rate"]),
        "points": mark + text.points(move["recoverable"], sign=True),
        "part": mark + text.percent(move["part"], 0),
    }
    if horizon == TODAY:
        return t(
            "The strongest move is {component} at {unit}: {rate} now, {part} of all that the "
            "province lacks; at 100 % it alone brings {points}.",
            **values,
        )
    return t(
        "The strongest move is {component} at {unit}: {rate} now, {part} of all that the province "
        "lacks; 100 % of its new dossiers bring {points} by {date}.",
        **values,
        date=text.date(session.case().calendar.horizons[horizon]),
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
        ("≈" + text.SPACE if guessed else "") + text.number(value, 2, sign=True)
        for value, guessed in zip(found["recoverable"], estimated, strict=True)
    ]
    figure = charts_goal.moves(
        ["<br>".join(textwrap.wrap(html.escape(name), 32)) for name in names],
        list(found["recoverable"]),
        texts,
        groups,
        {group: group_name(group) for group in rules.groups},
        text.language(),
    )
    words = "; ".join(f"{name} {value}" for name, value in zip(names, texts, strict=True))
    st.plotly_chart(figure, key="push", config=CONFIG, alt=words)


def _table(frame: pd.DataFrame, scope: str) -> None:
    tables.show(
        frame,
        key=f"push_{scope}",
        whole=(t("Dossiers left"), t("Units")),
        fine=goal_push_tables.small(),
    )
    st.caption(tables.legend())
    st.download_button(
        t("Download as CSV"),
        downloads.csv(frame),
        file_name="don-bay.csv",
        mime="text/csv",
        icon=":material/download:",
        key="push_csv",
    )


def _capped(table: pd.DataFrame) -> None:
    """What earns all there is, the farthest above its cap first."""
    said = [
        t(
            "{component}: {rate}, full points from {target} on",
            component=lever_name(row["item"]),
            rate=text.percent(row["rate"]),
            target=text.percent(row["target"], 0),
        )
        for _, row in losses.capped(table).iterrows()
    ]
    st.markdown("\n".join("- " + text.escape(words) for words in said))
    if not said:
        st.caption(t("Nothing is at its cap yet."))


def _others(lever: Leverage) -> None:
    """What the province or only ministries can move, the largest first."""
    rows = goal_push_tables.components(lever, movers())
    rows = rows[(rows["who"] != "units") & (rows["lost"] > 0.005)]
    if rows.empty:
        st.caption(t("Units can move all that is lost."))
    for who, part in rows.groupby("who", sort=False):
        said = "\n".join(
            "- " + text.escape(f"{lever_name(row['component'])}: {text.points(row['lost'])}")
            for _, row in part.iterrows()
        )
        st.markdown(f"**{text.escape(overview_losses.who_name(str(who)))}**\n\n{said}")
