"""What changed since the date before, in words and as a table (the overview)."""

import numpy as np
import pandas as pd
import streamlit as st

from core.since import Since
from pages.parts import session, tables, text
from pages.parts.names import component_name, group_name
from pages.parts.text import t


def answer(since: Since | None) -> str:
    """The change in one or two sentences."""
    if since is None:
        return t("No earlier date in this dataset has figures to compare with.")
    meta = session.case().dataset.meta
    said = []
    if since.rank is not None and meta.published_rank is not None:
        said.append(
            t(
                "Rank {before} on {day}, {after} now.",
                before=text.rank(since.rank.rank, meta.field_size),
                day=text.date(since.rank.day),
                after=text.rank(meta.published_rank, meta.field_size),
            )
        )
    if np.isfinite(since.total):
        said.append(
            t(
                "The published score changed by {change} since {day}.",
                change=text.points(since.total, sign=True),
                day=text.date(since.day),
            )
        )
    elif np.isfinite(since.points).any():
        said.append(
            t(
                "The components published at both dates changed by {change} since {day}.",
                change=text.points(float(np.nansum(since.points)), sign=True),
                day=text.date(since.day),
            )
        )
    if not since.same_year:
        said.append(t("Counting restarted on 1 January in between."))
    return " ".join(said)


def table(since: Since) -> pd.DataFrame:
    """The groups and components known at both dates, the largest change first."""
    rules = session.case().dataset.rules
    names = [t("Group: {name}", name=group_name(group)) for group in rules.groups]
    names += [component_name(rules, c) for c in range(len(rules.components))]
    none = np.full(len(rules.groups), np.nan)
    change = t("Change in points")
    whole = pd.DataFrame(
        {
            t("What"): names,
            change: np.r_[since.groups, since.points],
            t("Rate before, %"): 100 * np.r_[none, since.rate_before],
            t("Rate now, %"): 100 * np.r_[none, since.rate_after],
        }
    )
    whole = whole.dropna(subset=[change]).dropna(axis="columns", how="all")
    order = whole[change].abs().sort_values(ascending=False, kind="stable").index
    return whole.loc[order].reset_index(drop=True)


def show(since: Since | None) -> None:
    """The sentence and the table."""
    st.markdown(text.escape(answer(since)))
    if since is not None and len(rows := table(since)):
        tables.show(rows, key="since", height=320)
