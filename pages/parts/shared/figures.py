"""Charts of `core.charts` with the texts of the screen."""

import datetime as dt

import numpy as np
import streamlit as st

from core.arrays import Array
from core.charts import score as charts
from core.charts.look import wrapped
from core.index.rollup import Status
from core.outlook.standing import Outlook, path_dates
from core.outlook.timeline import TODAY
from core.review import targets
from pages.parts.shared import tables
from pages.parts.shared.strip import horizon_name
from pages.parts.state import session
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.names import component_name, level_name, unit_names
from pages.parts.words.text import t


def show_waterfall(outlook: Outlook) -> None:
    """Where the change of the province's score comes from, largest step first: without and with
    the scenario on the same horizon, each step as far as it stays (`Outlook.left`)."""
    rules = session.case().baseline.rules
    change = outlook.result.change * outlook.left
    moved = [c for c in np.argsort(-np.abs(change)) if abs(change[c]) >= 0.005]
    if not moved:
        if session.scenario().differs:
            st.info(t("These changes do not move the province's score."), icon=":material/block:")
        else:
            st.info(t("No change yet: the score is the baseline's."), icon=":material/touch_app:")
        return
    names = [component_name(rules, c) for c in moved]
    steps = [float(change[c]) for c in moved]
    before, after = outlook.before.score, outlook.after.score
    texts = [
        text.number(before),
        *(text.number(step, 2, sign=True) for step in steps),
        text.number(after),
    ]
    figure = charts.waterfall(
        names,
        steps,
        before,
        after,
        t("Now") if outlook.result.horizon == TODAY else t("If not done"),
        horizon_name(outlook.result.horizon),
        texts,
        text.language(),
    )
    draw(figure, "waterfall", _waterfall_words(names, texts))


def _waterfall_words(names: list[str], texts: list[str]) -> str:
    parts = "; ".join(f"{name} {step}" for name, step in zip(names, texts[1:-1], strict=True))
    return t("Score from {start} to {end}: {parts}", start=texts[0], end=texts[-1], parts=parts)


def show_path() -> None:
    """The score over time to the last horizon, with its 80 % range and the dates of targets."""
    case, scenario = session.case(), session.scenario()
    if not case.calendar.horizons:
        st.info(t("This dataset has no date to project to."), icon=":material/event_busy:")
        return
    found = case.path(scenario)
    names = {
        "before": t("If not done"),
        "after": t("Scenario"),
        "still": t("Own rates stay"),
        "range": t("80 % range"),
        "score": t("Score"),
    }
    marks = [(date, text.date(date)) for date in case.calendar.horizons.values()]
    figure = charts.score_over_time(
        found.dates,
        found.before,
        found.after if scenario.differs else None,
        found.still,
        found.low,
        found.high,
        names,
        text.language(),
        marks,
    )
    words = t(
        "Score over time: from {start} to {end} on {date}",
        start=text.number(found.after[0]),
        end=text.number(found.after[-1]),
        date=text.date(found.dates[-1]),
    )
    draw(figure, "path", words)


def show_rate_path(component: int, asked: dict[dt.date, Array] | None = None) -> None:
    """The year-to-date rate of the province and its levels over time, with the targets.

    `asked` the targets (U,) by due date, by default those that the dataset assigns.
    """
    case, scenario = session.case(), session.scenario()
    if not case.calendar.horizons:
        return
    dates = path_dates(case.calendar)
    name = case.dataset.rules.components[component]
    paths = targets.level_path(case.baseline, scenario, case.calendar, component, dates)
    marks = []
    if asked is None:
        dues = targets.due_dates(case.dataset).get(name, [])
        asked = {due: targets.assigned(case.dataset, name, due) for due in dues}
    for due, aims in asked.items():
        for level in dict.fromkeys(case.baseline.level[1:]):
            inside = aims[np.array(case.baseline.level) == level]
            if np.isfinite(inside).any():
                marks.append((due, level, 100 * float(np.nanmedian(inside))))
    figure = charts.rates_over_time(
        dates,
        {level: 100 * path for level, path in paths.items()},
        marks,
        {level: level_name(level) for level in (*paths, *(mark[1] for mark in marks))},
        t("Rate, %"),
        t("target"),
        text.language(),
    )
    words = t(
        "{component} over time, by level, with the assigned targets; the tables have the figures.",
        component=component_name(case.dataset.rules, component),
    )
    draw(figure, "rate-path", words)


def show_heatmap() -> None:
    """Rates of units by component, one level at a time."""
    case = session.case()
    baseline, rules = case.baseline, case.dataset.rules
    levels = [level for level in dict.fromkeys(baseline.level) if level != "province"]
    level = st.segmented_control(
        t("Level"),
        levels,
        key="heat_level",
        default=levels[0],
        format_func=level_name,
        required=True,
    )
    columns = [c for c in range(len(rules.components)) if baseline.summed[c]]
    columns = [c for c in columns if np.isfinite(baseline.rate[1:, c]).any()]
    rows = [
        u
        for u in range(1, len(baseline.units))
        if baseline.level[u] == level and np.isfinite(baseline.rate[u, columns]).any()
    ]
    rows.sort(key=lambda u: float(np.nansum(baseline.rate[u, columns])))
    names = unit_names(case.dataset)
    rates = 100 * baseline.rate[np.ix_(rows, columns)]
    texts = [
        [
            tables.MARKS.get(Status(int(baseline.status[u, c])), "") + text.number(100 * rate, 0)
            if np.isfinite(rate := baseline.rate[u, c])
            else text.UNKNOWN
            for c in columns
        ]
        for u in rows
    ]
    figure = charts.heatmap(
        [[None if np.isnan(rate) else float(rate) for rate in row] for row in rates],
        [_wrapped(component_name(rules, c)) for c in columns],
        [names[baseline.units[u]] for u in rows],
        texts,
        text.language(),
    )
    words = t(
        "Rates of {count} units by component; the table above has the figures.", count=len(rows)
    )
    with st.container(key="heat_box"):  # on a phone it scrolls by itself, see look.py
        draw(figure, "heat", words)


def _wrapped(name: str, width: int = 13) -> str:
    """A name on several lines, for a narrow column."""
    return wrapped(name, width)
