"""What changed since the date before, in words and as a table (the overview)."""

import numpy as np
import pandas as pd
import streamlit as st

from core.arrays import Array
from core.review.since import Since, since
from core.rounding import parts_of
from pages.parts.shared import tables
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.names import component_name, group_name
from pages.parts.words.text import t


def found() -> Since | None:
    """The changes of the dataset on the screen."""
    dataset = session.case().dataset
    return _since(dataset.id, dataset.version)


@st.cache_resource(max_entries=64, show_spinner=False)
def _since(dataset: str, version: str) -> Since | None:
    return since(session.case().dataset)


def answer(change: Since | None) -> str:
    """The change in one or two sentences."""
    if change is None:
        return t("No earlier date in this dataset has figures to compare with.")
    meta = session.case().dataset.meta
    said = []
    if change.rank is not None and meta.published_rank is not None:
        said.append(
            t(
                "Rank {before} on {day}, {after} now.",
                before=text.rank(change.rank.rank, meta.field_size),
                day=text.date(change.rank.day),
                after=text.rank(meta.published_rank, meta.field_size),
            )
        )
    if np.isfinite(change.total):
        said.append(
            t(
                "The published score changed by {change} since {day}.",
                change=text.points(change.total, sign=True),
                day=text.date(change.day),
            )
        )
    elif np.isfinite(change.points).any():
        said.append(
            t(
                "The components published at both dates changed by {change} since {day}.",
                change=text.points(float(np.nansum(change.points)), sign=True),
                day=text.date(change.day),
            )
        )
    if not change.same_year:
        said.append(t("Counting restarted on 1 January in between."))
    return " ".join(said)


def table(change: Since) -> pd.DataFrame:
    """The groups and components known at both dates, the largest change first."""
    rules = session.case().dataset.rules
    names = [t("Group: {name}", name=group_name(group)) for group in rules.groups]
    names += [component_name(rules, c) for c in range(len(rules.components))]
    none = np.full(len(rules.groups), np.nan)
    heading = t("Change in points")
    whole = pd.DataFrame(
        {
            t("What"): names,
            heading: np.r_[change.groups, _shown(change.points)],
            t("Rate before, %"): 100 * np.r_[none, change.rate_before],
            t("Rate now, %"): 100 * np.r_[none, change.rate_after],
        }
    )
    whole = whole.dropna(subset=[heading]).dropna(axis="columns", how="all")
    order = whole[heading].abs().sort_values(ascending=False, kind="stable").index
    return whole.loc[order].reset_index(drop=True)


def _shown(points: Array) -> Array:
    """Changes of components as they are shown: they add up to the change that the sentence says."""
    known = np.isfinite(points)
    shown = points.copy()
    shown[known] = parts_of(float(points[known].sum()), list(points[known]))
    return shown


def show(change: Since | None) -> None:
    """The sentence and the table."""
    st.markdown(text.escape(answer(change)))
    if change is not None and len(rows := table(change)):
        both = tuple(rows.columns)  # on paper, three beside each other
        tables.show(
            rows,
            key="since",
            height=320,
            signed=(t("Change in points"),),
            brief=both,
            room=tables.HALF_ROOM,
        )
