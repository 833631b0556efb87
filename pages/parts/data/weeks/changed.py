"""The dated boards of a dataset, and what changed between any two of them."""

import datetime as dt

import numpy as np
import pandas as pd
import streamlit as st

from core.dataset.facts import Dataset
from core.dataset.kept.loads import MONTH_VIEW, QUARTER_VIEW
from core.index.rollup import PROVINCE
from core.problems import DataError
from core.review.between import (
    FELL,
    GONE,
    MOVED,
    NEW,
    Between,
    Snapshot,
    changes_between,
    restatements,
    snapshots,
)
from pages.parts.shared import tables
from pages.parts.state import session
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.names import component_name, group_name, unit_names
from pages.parts.words.text import t

COUNTS = ("numerator_before", "denominator_before", "numerator_after", "denominator_after")


def show() -> None:
    """The dates of the dataset on the screen, and two of them compared."""
    dataset = session.case().dataset
    try:
        known = snapshots(dataset)
    except DataError as error:
        _problems(error)
        return
    if not known:
        st.caption(t("No date has figures of the national portal."))
        return
    _list(known)
    _restated(dataset)
    if len(known) < 2:
        st.caption(t("There is one date so far: the next one that you load is compared with it."))
        return
    days = {one.day: snapshot_name(one) for one in reversed(known)}
    left, right = st.columns(2)
    with_figures = [one.day for one in known if one.figures] or [one.day for one in known]
    last = with_figures[-1]
    earlier = with_figures[:-1] or [day for day in sorted(days) if day < last]
    first = earlier[-1] if earlier else next(day for day in sorted(days) if day != last)
    key = f"{dataset.id}-{last:%Y%m%d}"
    before = pick.one(left, t("From"), _first(days, first), f"weeks_from-{key}")
    after = pick.one(right, t("To"), _first(days, last), f"weeks_to-{key}")
    compare(dataset, before, after)


def _first(days: dict[pd.Timestamp, str], day: pd.Timestamp) -> dict[pd.Timestamp, str]:
    return {day: days[day], **days}


def compare(dataset: Dataset, before: pd.Timestamp, after: pd.Timestamp) -> None:
    """The sentence and the table of two dates."""
    if before == after:
        st.caption(t("Choose two different dates."))
        return
    try:
        found = changes_between(dataset, before, after)
    except DataError as error:
        _problems(error)
        return
    st.markdown(text.escape(answer(dataset, found)))
    if _have_figures(found) and len(found.rows):
        rows, whole = table(dataset, found)
        tables.show(
            rows,
            key="weeks_changes",
            whole=whole,
            file=t("changes") + ".csv",
            signed=(t("Change in points"),),
        )


def latest(dataset: Dataset) -> None:
    """What the newest load changed, right after it; nothing where there is no date before it."""
    try:
        known = [one for one in snapshots(dataset) if one.figures]
        if len(known) < 2 or known[-1].day.date() != dataset.meta.as_of:
            return
        found = changes_between(dataset, known[-2].day, known[-1].day)
    except DataError as error:
        _problems(error)
        return
    st.markdown(text.escape(answer(dataset, found)))


def answer(dataset: Dataset, found: Between) -> str:
    """What changed, in two or three sentences."""
    rows, days = found.rows, {"before": _day(found.before), "after": _day(found.after)}
    units = rows.loc[rows["unit"] != dataset.meta.province, "unit"].nunique()
    said = [
        t("From {before} to {after}, {figures} figures of {units} units differ.",
          figures=text.number(len(rows), 0), units=text.number(units, 0), **days)
        if _have_figures(found)
        else t("From {before} to {after}: one of the two is a board of provinces only, so there "
               "are no figures of units to compare.", **days)
    ]  # fmt: skip
    if np.isfinite(found.total[PROVINCE]):
        change = text.points(float(found.total[PROVINCE]), sign=True)
        said.append(t("The published score of the province: {change}.", change=change))
    if count := int((rows["kind"] == FELL).sum()):
        words = t("{count} counts of the year to date fell: the past was restated.", count=count)
        said.append(words)
    if found.restarted:
        said.append(t("Counting began anew in between: the two are of different periods."))
    return " ".join(said)


def _have_figures(found: Between) -> bool:
    return bool(found.before.figures and found.after.figures)


def table(dataset: Dataset, found: Between) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows in words, the largest change of points first, and the columns of counts."""
    rows, names = found.rows, unit_names(dataset)
    change = rows["points_after"].fillna(0) - rows["points_before"].fillna(0)
    heads = dict(
        zip(
            COUNTS,
            (t("Numerator before"), t("Denominator before"), t("Numerator now"),
             t("Denominator now")),
            strict=True,
        )
    )  # fmt: skip
    kinds = {MOVED: t("changed"), NEW: t("new"), GONE: t("no longer published"),
             FELL: t("count fell: past restated")}  # fmt: skip
    frame = pd.DataFrame(
        {
            t("Unit"): rows["unit"].map(names),
            t("Figure"): [figure_name(dataset, one) for one in rows["figure"]],
            t("Kind of change"): rows["kind"].map(kinds),
            t("Change in points"): change.where(rows["points_before"].notna()
                                                & rows["points_after"].notna()),
            t("Points before"): rows["points_before"].astype(float),
            t("Points now"): rows["points_after"].astype(float),
            t("Rate before, %"): 100 * rows["rate_before"].astype(float),
            t("Rate now, %"): 100 * rows["rate_after"].astype(float),
            **{heads[name]: rows[name].astype(float) for name in COUNTS},
        }
    )  # fmt: skip
    own = (rows["unit"] != dataset.meta.province).astype(int)
    order = pd.DataFrame({"own": own, "size": -change.abs()}).sort_values(
        ["own", "size"], kind="stable"
    )
    told = frame.loc[order.index].dropna(axis="columns", how="all")
    return told.reset_index(drop=True), tuple(heads.values())


def figure_name(dataset: Dataset, figure: str) -> str:
    """A component, a group or the score, as it is called."""
    if figure == "total":
        return t("Score")
    if figure.startswith("group:"):
        return t("Group: {name}", name=group_name(figure.removeprefix("group:")))
    rules = dataset.rules
    known = figure in rules.components
    return component_name(rules, rules.index(figure)) if known else figure


def snapshot_name(one: Snapshot) -> str:
    """A date with what it counts: months and quarters carry the day of their capture."""
    day = text.date(one.day.date())
    if one.view == MONTH_VIEW:
        month = f"{one.day.month}/{one.day.year}"
        return t("month {month}, captured on {day}", month=month, day=day)
    if one.view == QUARTER_VIEW:
        quarter = f"{one.day.quarter}/{one.day.year}"
        return t("quarter {quarter}, captured on {day}", quarter=quarter, day=day)
    return day


def _day(one: Snapshot) -> str:
    return snapshot_name(one)


def _list(known: list[Snapshot]) -> None:
    rows = [
        {
            t("Date"): snapshot_name(one),
            t("Figures"): one.figures or None,
            t("Holds"): t("figures of units") if one.figures else t("a board of provinces only"),
            t("Loaded"): text.UNKNOWN if one.loaded_at is None else _moment(one.loaded_at),
            t("From files"): one.files or text.UNKNOWN,
            t("Restated figures"): one.restated or None,
        }
        for one in reversed(known)
    ]
    numbers = {t("Figures"): float, t("Restated figures"): float}
    frame = pd.DataFrame(rows).astype(numbers).dropna(axis="columns", how="all")
    tables.show(frame, key="weeks_list", whole=tuple(numbers), height=220)


def _moment(stamp: str) -> str:
    """A moment of a load on the clock of Hanoi."""
    try:
        found = dt.datetime.fromisoformat(stamp).astimezone(dt.timezone(dt.timedelta(hours=7)))
    except ValueError:
        return stamp
    return f"{text.date(found.date())} {found:%H:%M}"


def _restated(dataset: Dataset) -> None:
    """Figures of the past that a later load stated anew, with what they were."""
    try:
        found = restatements(dataset)
    except DataError as error:
        _problems(error)
        return
    if found.empty:
        return
    label = t("Restatements of the past ({count})", count=text.number(len(found), 0))
    with st.expander(label, icon=":material/history:"):
        st.caption(t("A later load gave these figures anew. What stood before is kept."))
        frame = pd.DataFrame(
            {
                t("Figures of"): [text.date(day.date()) for day in found["as_of"]],
                t("Unit"): found["unit"].map(unit_names(dataset)),
                t("Figure"): [figure_name(dataset, one) for one in found["figure"]],
                t("Kind"): np.where(found["is_rate"], t("rate, %"), t("points")),
                t("Before"): found["before"].astype(float),
                t("At present"): found["now"].astype(float),
                t("Restated on"): [_moment(one) for one in found["loaded_at"]],
            }
        )
        tables.show(frame, key="weeks_restated")


def _problems(error: DataError) -> None:
    for problem in error.problems[:10]:
        st.warning(text.problem(problem), icon=":material/error:")
