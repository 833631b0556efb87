"""Charts of `core.charts` with the texts of the screen."""

import datetime as dt

import numpy as np
import streamlit as st

from core.arrays import Array
from core.charts import score as charts
from core.charts.look import wrapped
from core.outlook.standing import Outlook, path_dates
from core.review import targets
from core.rounding import parts_of
from pages.parts.shared import strip
from pages.parts.state import session
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.names import component_name, level_name
from pages.parts.words.text import t


def show_waterfall(outlook: Outlook) -> None:
    """Where the change of the province's score comes from, largest step first: without and with
    the scenario on the same horizon, each step as far as it stays (`Outlook.left`)."""
    rules = session.case().baseline.rules
    change = outlook.result.change * outlook.left
    steps = dict(enumerate(parts_of(strip.shown_change(outlook), list(change))))
    moved = [int(c) for c in np.argsort(-np.abs(change)) if steps[int(c)]]
    if not moved:
        if session.scenario().differs:
            st.info(t("These changes do not move the province's score."), icon=":material/block:")
        else:
            st.info(t("No change yet: the score is the baseline's."), icon=":material/touch_app:")
        return
    names = [component_name(rules, c) for c in moved]
    draw_steps(
        names,
        [steps[c] for c in moved],
        (outlook.before.score, outlook.after.score),
        strip.horizon_name(outlook.result.horizon),
        "waterfall",
    )


def draw_steps(
    names: list[str], steps: list[float], ends: tuple[float, float], when: str, key: str
) -> None:
    """Steps of the score, as shown, from no change to all of it; `ends` the score before and
    after, `when` the last bar's name."""
    before, after = map(text.number, ends)
    parts = [text.number(step, 2, sign=True) for step in steps]
    whole = text.number(sum(steps), 2, sign=True)
    figure = charts.waterfall(
        [wrapped(name, 32) for name in names],
        steps,
        (wrapped(when, 32), sum(steps)),
        [*parts, f"<b>{whole}</b>"],
        text.language(),
    )
    said = "; ".join(f"{name} {step}" for name, step in zip(names, parts, strict=True))
    words = t("Score from {start} to {end}: {parts}", start=before, end=after, parts=said)
    draw(figure, key, words)


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
        "range": t("80% range"),
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
