"""The units against their targets, as tables of units and of levels."""

import datetime as dt

import numpy as np
import pandas as pd

from core.arrays import Array
from core.index.rollup import Status
from core.outlook.simulate import rates_on
from core.outlook.uncertainty import like_on
from core.review import targets
from core.review.targets import LevelReview, Review, Verdict
from pages.parts.shared import tables
from pages.parts.state import session
from pages.parts.targets.chosen import Choice
from pages.parts.targets.volumes import Volumes
from pages.parts.words import text
from pages.parts.words.names import in_order, level_name, unit_names
from pages.parts.words.text import t


def standing_name(standing: Verdict) -> str:
    """A standing in words, with a mark that needs no colour."""
    return {
        Verdict.MET: "✓ " + t("met"),
        Verdict.ON_COURSE: "↗ " + t("on course"),
        Verdict.STRETCH: "△ " + t("stretch"),
        Verdict.OUT_OF_REACH: "✕ " + t("out of reach"),
        Verdict.NONE: "· " + t("no target or no dossiers"),
    }[standing]


def make_review(choice: Choice, assumed: Volumes | None = None) -> Review:
    """The units against the targets, with the scenario on the screen as where they lead."""
    case = session.case()
    rate = rates_on(case.baseline, session.scenario(), case.calendar, choice.due)
    return targets.review(
        case.baseline,
        case.calendar,
        choice.component,
        choice.due,
        choice.target,
        rate[:, choice.component],
        None if assumed is None else assumed.best,
    )


def frame(found: Review, choice: Choice, assumed: Volumes | None = None) -> pd.DataFrame:
    """The table of all units below the province: numbers in per cent, dossiers a week."""
    case = session.case()
    baseline, column = case.baseline, choice.component
    names = unit_names(case.dataset)
    rows = [u for u in in_order(case.dataset, baseline) if np.isfinite(found.so_far[u])]
    ends = {}
    if assumed is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            by = found.weekly[rows] / assumed.best[rows]
        ends = {
            t("A week from"): by * assumed.low[rows],
            t("A week to"): by * assumed.high[rows],
        }
    return pd.DataFrame(
        {
            t("Unit"): [names[baseline.units[u]] for u in rows],
            t("Level"): [level_name(baseline.level[u]) for u in rows],
            t("Target, %"): 100 * found.target[rows],
            t("Now, %"): 100 * found.so_far[rows],
            t("Source of the rate"): [tables.status_name(baseline.status[u, column]) for u in rows],
            t("80% from"): 100 * baseline.rate_low[rows, column],
            t("80% to"): 100 * baseline.rate_high[rows, column],
            t("Leads to, %"): 100 * found.projected[rows],
            t("If it gains as the others, %"): 100 * _like(found, choice)[rows],
            t("Needed on new dossiers, %"): 100 * np.maximum(0.0, found.needed[rows]),
            t("Dossiers a week"): found.weekly[rows],
            **ends,
            t("Extra a week"): found.extra[rows],
            t("In reach until"): [_latest(found.latest[u], found.due) for u in rows],
            t("Standing"): [standing_name(found.standing[u]) for u in rows],
        }
    )


def brief() -> tuple[str, ...]:
    """The columns of `frame` that paper has room for: what is asked, and where it stands."""
    now = t("Unit"), t("Target, %"), t("Now, %"), t("Leads to, %")
    asked = t("Needed on new dossiers, %"), t("Dossiers a week"), t("Extra a week")
    return (*now, *asked, t("Standing"))


def _like(found: Review, choice: Choice) -> Array:
    """Where the units' rates lead on the leading line, (U,)."""
    case = session.case()
    left = float(np.median(like_on(case.drawn, choice.due)))
    return targets.like_others(case.baseline, choice.component, found.projected, left)


def guessed(choice: Choice, assumed: Volumes | None) -> dict[str, "pd.Series[bool]"]:
    """Which rows of `frame` have a figure that rests on an estimated rate, by column."""
    case = session.case()
    status = case.baseline.status[:, choice.component]
    rate = case.baseline.rate[:, choice.component]
    rows = [u for u in in_order(case.dataset, case.baseline) if np.isfinite(rate[u])]
    found = _marked(pd.Series(status[rows] == Status.ESTIMATED))
    every = pd.Series(True, index=range(len(rows)))
    weekly = (t("Dossiers a week"), t("Extra a week"))
    return found if assumed is None else {**found, **dict.fromkeys(weekly, every)}


def guessed_levels(found: Review, choice: Choice) -> dict[str, "pd.Series[bool]"]:
    """Which rows of `level_frame` rest on an estimated rate of some unit, by column."""
    baseline = session.case().baseline
    unsure = baseline.status[:, choice.component] == Status.ESTIMATED
    levels = [one.level for one in targets.by_level(baseline, choice.component, found)]
    rows = [bool(unsure[np.array(baseline.level) == level].any()) for level in levels]
    marked = pd.Series(rows, dtype=bool)
    # numbers of dossiers that nobody publishes are assumed
    published = bool(np.isfinite(baseline.dossiers[1:, choice.component]).any())
    return {**_marked(marked), t("Dossiers a week"): marked | (not published)}


def _marked(rows: "pd.Series[bool]") -> dict[str, "pd.Series[bool]"]:
    columns = (
        t("Now, %"),
        t("Leads to, %"),
        t("If it gains as the others, %"),
        t("Needed on new dossiers, %"),
    )
    return dict.fromkeys(columns, rows)


def level_frame(found: Review, choice: Choice) -> pd.DataFrame:
    """One row a level: rates weighted by volume, and how many units stand how."""
    reviews = targets.by_level(session.case().baseline, choice.component, found)
    table = {
        t("Level"): [level_name(one.level) for one in reviews],
        t("Target, %"): [100 * one.target for one in reviews],
        t("Now, %"): [100 * one.so_far for one in reviews],
        t("Leads to, %"): [100 * one.projected for one in reviews],
        t("Needed on new dossiers, %"): [100 * np.maximum(0.0, one.needed) for one in reviews],
        t("Dossiers a week"): [one.weekly for one in reviews],
    }
    for standing in (
        Verdict.MET,
        Verdict.ON_COURSE,
        Verdict.STRETCH,
        Verdict.OUT_OF_REACH,
    ):
        table[standing_name(standing)] = [one.count[standing] for one in reviews]
    table[t("If it gains as the others, %")] = list(100 * _like_levels(reviews, choice))
    return pd.DataFrame(table)


def whole_columns() -> tuple[str, ...]:
    """The columns of both tables that are counts."""
    shown = (
        Verdict.MET,
        Verdict.ON_COURSE,
        Verdict.STRETCH,
        Verdict.OUT_OF_REACH,
    )
    weekly = (t("Dossiers a week"), t("A week from"), t("A week to"), t("Extra a week"))
    return (*weekly, *(standing_name(one) for one in shown))


def _like_levels(reviews: list[LevelReview], choice: Choice) -> Array:
    case = session.case()
    left = float(np.median(like_on(case.drawn, choice.due)))
    projected = np.array([one.projected for one in reviews], dtype=float)
    return targets.like_others(case.baseline, choice.component, projected, left)


def _latest(day: dt.date | None, due: dt.date) -> str:
    if day is None:
        return text.UNKNOWN
    return text.date(day) if day < due else t("met")
