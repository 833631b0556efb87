"""Dates and ways of counting that published figures contradict: unusual, so a warning each."""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise

import pandas as pd

from core.dataset.boards import province_key
from core.dataset.schema import Meta
from core.problems import Problem

YEAR_ONLY = (
    "a rate of {component} that new dossiers can give: counted from the start of the year, {year}% "
    "of those since {before} would be needed"
)
BOTH_WAYS = (
    "a rate of {component} that new dossiers can give: counted from the start of the year, {year}% "
    "of those since {before} would be needed; counted in the month, {month}%"
)
AHEAD = "a date up to the dataset's as_of, {as_of} (later rows: {count}; they move no score)"
_SAME = 0.005
_LEAST = 0.005  # what printing explains of a rate on few new dossiers


def clashes(meta: Meta, tables: Mapping[str, pd.DataFrame], name: str) -> list[Problem]:
    """What observations, boards and counts say about their own dates that can't be true of the
    dataset's. `name` is how the boards call the province."""
    return [
        *_board(meta, tables["field"], name),
        *_counting(meta, tables["observations"]),
        *_later(meta, tables["counts"]),
    ]


def _board(meta: Meta, field: pd.DataFrame, name: str) -> list[Problem]:
    """A published total or rank that is not the one of the board on the dataset's date."""
    rows = field[(field["date"] == pd.Timestamp(meta.as_of)) & field["total"].notna()]
    if "period" in rows:
        rows = rows[rows["period"].fillna("year_to_date") == "year_to_date"]
    own = rows[rows["province"].map(province_key) == province_key(name)]
    if own.empty:
        return []
    total = float(own["total"].iloc[0])
    place = ("dataset.toml", None)
    found = []
    if meta.published_total is not None and abs(meta.published_total - total) > _SAME:
        details: dict[str, object] = {"total": f"{total:g}", "date": f"{meta.as_of}"}
        expected = "the total of the board of {date}, {total}"
        value = f"{meta.published_total:g}"
        found.append(Problem(*place, "published_total", value, expected, details))
    rank = int((rows["total"] > total).sum()) + 1
    whole = rows["province"].map(province_key).nunique() == meta.field_size
    if meta.published_rank is not None and whole and meta.published_rank != rank:
        details = {"rank": rank, "date": f"{meta.as_of}"}
        expected = "the rank on the board of {date}, {rank}"
        found.append(Problem(*place, "published_rank", f"{meta.published_rank}", expected, details))
    return found


def _later(meta: Meta, counts: pd.DataFrame) -> list[Problem]:
    """Counts of days after the dataset's: one warning for all, at the first of them."""
    later = counts["as_of"][counts["as_of"] > pd.Timestamp(meta.as_of)]
    if later.empty:
        return []
    place = ("counts.csv", int(later.index[0]), "as_of", f"{later.iloc[0]:%Y-%m-%d}")
    return [Problem(*place, AHEAD, {"as_of": f"{meta.as_of}", "count": len(later)})]


def _counting(meta: Meta, rows: pd.DataFrame) -> list[Problem]:
    """Two rates of the province that no new dossiers can lie between, counted as the year to date.

    The later rate is named, with what the new dossiers would need and what they would need if
    rates counted their month only. Volumes are taken as even.
    """
    if meta.counting == "month":
        return []
    own = rows[(rows["unit"] == meta.province) & (rows["portal"] == "national")].copy()
    own["rate"] = own["rate_percent"] / 100
    counted = own["denominator"] > 0
    own.loc[counted, "rate"] = own["numerator"] / own["denominator"]
    inside = own["as_of"].between(pd.Timestamp(meta.period_start), pd.Timestamp(meta.as_of))
    # a rate without points may have changed its meaning: nobody is misled by its move
    inside &= ~own["component"].isin(meta.unscored)
    own = own[inside & own["rate"].notna()].sort_values("as_of", kind="stable")
    found = []
    for component, part in own.groupby("component", sort=False):
        dated = list(zip(part.index, part["as_of"].dt.date, part["rate"], strict=True))
        for (_, before, first), (line, after, second) in pairwise(dated):
            year = _needed(meta.period_start, before, first, after, second)
            if -_LEAST <= year <= 1 + _LEAST:
                continue
            details: dict[str, object] = {
                "component": component,
                "before": f"{before}",
                "year": f"{100 * year:.0f}",
            }
            expected = YEAR_ONLY
            if (before.year, before.month) == (after.year, after.month):
                month = _needed(after.replace(day=1), before, first, after, second)
                details["month"], expected = f"{100 * month:.0f}", BOTH_WAYS
            value = f"{100 * second:.4g}"
            place = ("observations.csv", int(line), "rate_percent")
            found.append(Problem(*place, value, expected, details))
    return found


def _needed(start: dt.date, before: dt.date, first: float, after: dt.date, second: float) -> float:
    """Rate on the dossiers between two dates that leads from one rate to the other."""
    so_far, whole = (before - start).days + 1, (after - start).days + 1
    return (whole * second - so_far * first) / (whole - so_far)
