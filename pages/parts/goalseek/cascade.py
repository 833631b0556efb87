"""A target split over units: the answer, who carries most, whether it is fair, the table."""

import numpy as np
import pandas as pd
import streamlit as st

from core.charts import goal as charts_goal
from core.charts.look import wrapped
from core.goal import cascade as cascades
from core.goal.cascade import Cascade
from core.index.rollup import PROVINCE
from core.outlook.simulate import rates_on
from core.plans.made import from_cascade
from core.problems import DataError
from core.scenario.model import Scenario
from pages.parts.goalseek import cascade_choices
from pages.parts.goalseek.cascade_choices import method_name, percent_of
from pages.parts.goalseek.common import baseline, measure, offer, offer_plan
from pages.parts.shared import tables
from pages.parts.shared.named import called, lever_name, partner_of, placed, rows_of, scope_name
from pages.parts.state import session
from pages.parts.widgets import headline
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.names import level_name
from pages.parts.words.text import t

LARGEST = 12


def show() -> None:
    """The view."""
    top = st.container()  # the answer and its picture stand before what they are asked with
    try:
        chosen = cascade_choices.choose()
    except DataError as error:
        for problem in error.problems:
            top.error(text.problem(problem))
        return
    if chosen is None:
        top.info(t("Fill in the numbers below to get a plan."), icon=":material/edit:")
        return
    found, every = chosen
    with top:
        headline.show(answer(found))
    if found.load <= 0:
        return
    made = scenario(found)
    with top:
        st.caption(text.escape(_back(found, made)))
        left, right = st.columns(2, gap="medium")
        with left:
            st.subheader(t("Load of units: extra in 100 new dossiers"))
            _chart(found)
        with right:
            st.subheader(t("Is it fair?"))
            st.markdown(text.escape(fairness(found)))
        tables.show(_methods(every), key="cascade_methods", whole=(t("Units at 100%"),))
    offer(made, t("Make this part of my scenario"), key="cascade_use")
    title = t(
        "{component} at {target} by {date}",
        component=lever_name(found.component),
        target=percent_of(found.target),
        date=text.date(found.date),
    )
    offer_plan(lambda: from_cascade(found, session.case().baseline, title), key="cascade_plan")
    st.caption(t("Changes of other rates in the scenario stay; earlier ones of this rate go."))
    table = frame(found)
    tables.show(
        table,
        key="cascade",
        whole=(t("Dossiers"), t("Dossiers a week")),
        file="phan-ra.csv",
        brief=brief(),
    )
    st.caption(tables.legend())
    tables.sources(tables.component_sources(baseline().rules.index(found.component)))


def answer(found: Cascade) -> str:
    """Whether the target can be split, and what that asks of new dossiers."""
    values = {
        "component": lever_name(found.component),
        "target": percent_of(found.target),
        "date": text.date(found.date),
        "pace": text.percent(found.at_pace),
        "best": text.percent(found.best),
    }
    if found.reason == "met":
        return t(
            "{component} at {target} by {date} needs nothing: the present pace leads to {pace}.",
            **values,
        )
    if found.reason == "held":
        return t(
            "{component} can not be raised to {target}: no unit is free to move, so it stays at "
            "{pace}.",
            **values,
        )
    if found.reason == "out_of_reach":
        return t(
            "{component} at {target} by {date} is impossible: even with every new dossier of every "
            "free unit it comes to {best}. {why}",
            **values,
            why=_why(found),
        )
    return t(
        "{component} from {pace} to {target} by {date}: {needed} of all new dossiers, split over "
        "{units} units; {unit} carries most, {rise} percentage points more.",
        **values,
        needed=text.percent(found.needed),
        units=text.number(int((found.units["rise"] > 0).sum()), 0),
        unit=scope_name(found.most_loaded or ""),
        rise=_load(found.highest),
    )


def _load(rise: float) -> str:
    """A unit's load in percentage points, marked where it rests on estimated volumes."""
    return text.estimated(text.number(100 * rise, 1), measure(True).estimated)


def _why(found: Cascade) -> str:
    if found.needed > 1:
        return t(
            "The dossiers of this year that are already counted weigh so much that new ones would "
            "have to reach {needed}; 100% is a wall.",
            needed=text.percent(found.needed, 0),
        )
    return t(
        "All new dossiers together would have to reach {needed}, but the units held stay at their "
        "pace.",
        needed=text.percent(found.needed),
    )


def scenario(found: Cascade) -> Scenario:
    """The scenario on the screen with this rate as the cascade has it."""
    now = session.scenario()
    made = cascades.cascade_scenario(baseline(), found)
    others = tuple(change for change in now.changes if change.component != found.component)
    return now.model_copy(update={"changes": (*others, *made.changes)})


def _back(found: Cascade, made: Scenario) -> str:
    """What the parts give together, by the same engine that shows scenarios."""
    case, column = session.case(), baseline().rules.index(found.component)
    rate = rates_on(case.baseline, made, case.calendar, found.date)[PROVINCE]
    words = t(
        "Check: the parts together give the province {rate} on {date}.",
        rate=text.percent(float(rate[column])),
        date=text.date(found.date),
    )
    other = partner_of(found.component)
    if other is None or any(change.component == other for change in made.changes):
        return words
    column = baseline().rules.index(other)
    return (
        words
        + " "
        + t(
            "The same dossiers bring {other} from {start} to {rate}.",
            other=lever_name(other),
            start=text.percent(float(case.baseline.rate[PROVINCE, column])),
            rate=text.percent(float(rate[column])),
        )
    )


def fairness(found: Cascade) -> str:
    """The most loaded unit against all together."""
    table = found.units
    moved = _counting(table[~table["held"]])
    least = moved.iloc[int(moved["rise"].to_numpy().argmin())]
    return t(
        "All together: {mean} percentage points more on new dossiers. Most loaded: {unit}, {most} "
        "({times} times as much). Least: {other}, {least}. At 100%: {full} units.",
        mean=text.number(100 * found.load, 1),
        unit=scope_name(found.most_loaded or ""),
        most=_load(found.highest),
        times=text.number(found.highest / found.load, 1),
        other=scope_name(str(least["unit"])),
        least=_load(float(least["rise"])),
        full=int(table["full"].sum()),
    )


def _counting(table: pd.DataFrame) -> pd.DataFrame:
    """The units whose part is a whole dossier, where there are any: less is nobody's load."""
    return table[table["whole"]] if table["whole"].any() else table


def _methods(every: list[Cascade]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("Split"): [method_name(one.method) for one in every],
            t("Highest load"): [100 * one.highest for one in every],
            t("Units at 100%"): [float(one.units["full"].sum()) for one in every],
            t("Most loaded"): [scope_name(one.most_loaded or "") for one in every],
        }
    )


def _chart(found: Cascade) -> None:
    table = found.units.sort_values("rise", ascending=False, kind="stable")
    table = _counting(table).head(LARGEST)
    names = [scope_name(unit) for unit in table["unit"]]
    texts = [text.number(100 * rise, 1, sign=True) for rise in table["rise"]]
    labels = {
        "free": t("below 100%"),
        "full": t("at 100% of new dossiers"),
        "mean": t("all units together"),
    }
    figure = charts_goal.loads(
        [wrapped(name, 30) for name in names],
        [100 * float(rise) for rise in table["rise"]],
        texts,
        list(table["full"]),
        100 * found.load,
        labels,
        text.language(),
    )
    words = "; ".join(f"{name} {value}" for name, value in zip(names, texts, strict=True))
    draw(figure, "cascade_chart", words)


def frame(found: Cascade) -> pd.DataFrame:
    """The parts of all units, the most loaded first."""
    base, order = baseline(), ["whole", "rise"]
    table = found.units.sort_values(order, ascending=False, kind="stable")
    rows, column = rows_of(table["unit"]), base.rules.index(found.component)
    mark = text.mark(measure(True).estimated)
    shown = pd.DataFrame(
        {
            t("Unit"): placed(table["unit"]),
            t("Now, %"): 100 * table["start"],
            t("On new dossiers, %"): 100 * table["new"],
            t("Extra, percentage points"): 100 * table["rise"],
            t("Year to date {date}, %", date=text.date(found.date)): 100 * table["rate"],
            t("Dossiers"): table["dossiers"],
            t("Dossiers a week"): table["per_week"],
            mark + t("Part of the whole, %"): 100 * table["share"],
            t("Source of the rate"): called(tables.status_name, base.status[rows, column]),
            t("Level"): called(level_name, (base.level[row] for row in rows)),
            t("Note"): [
                t("held") if held else t("at 100%") if full else ""
                for held, full in zip(table["held"], table["full"], strict=True)
            ],
        }
    )
    unknown = [
        name for name in (t("Dossiers"), t("Dossiers a week")) if np.isnan(shown[name]).all()
    ]
    return shown.drop(columns=unknown).reset_index(drop=True)


def brief() -> tuple[str, ...]:
    """The columns of `frame` that paper has room for: what each unit is asked for."""
    extra = t("Extra, percentage points")
    return t("Unit"), t("Now, %"), t("On new dossiers, %"), extra, t("Dossiers a week")
