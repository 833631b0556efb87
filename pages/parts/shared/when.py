"""Dates: the one a page answers for, and when new dossiers follow a change."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Literal

import streamlit as st

from pages.parts.shared import strip
from pages.parts.state import session, views
from pages.parts.words import text
from pages.parts.words.text import t

HORIZON = "horizon"  # where the address holds the date that a page answers for
MAX_RAMP = 26  # weeks that the slider offers; a scenario from a file may take longer


def choose_horizon(label: str, keys: Iterable[str], usual: str = "", bare: bool = False) -> str:
    """The date that a page answers for, of `keys`; in the address, so links and pages keep it."""
    return views.choose(label, keys, HORIZON, strip.horizon_name, bare, usual)


def first_day() -> dt.date:
    """The day after the data: no change can start before."""
    return session.case().calendar.as_of + dt.timedelta(days=1)


def choose(
    last: dt.date,
    start_key: str,
    ramp_key: str,
    persist: Literal["page", "session"] | None = None,
    on_change: Callable[[], None] | None = None,
) -> tuple[dt.date | None, float]:
    """The day, at most `last` and None for the first there is, and the weeks; `on_change` is
    called after somebody chose another."""
    first = first_day()
    left, right = st.columns(2)
    start = left.date_input(
        t("From"),
        first,
        min_value=first,
        max_value=last,
        key=start_key,
        format="DD/MM/YYYY",
        persist_state=persist,
        on_change=on_change,
    )
    ramp = right.slider(
        t("Weeks to get there"),
        0,
        MAX_RAMP,
        key=ramp_key,
        persist_state=persist,
        on_change=on_change,
    )
    return (None if start == first else start), float(ramp)


def choose_end(
    first: dt.date,
    last: dt.date,
    key: str,
    persist: Literal["page", "session"] | None = None,
    on_change: Callable[[], None] | None = None,
) -> dt.date | None:
    """The last day on which new dossiers follow a change; None while there is none."""
    end: dt.date | None = st.date_input(
        t("Until (empty: it does not end)"),
        None,
        min_value=first,
        max_value=last,
        key=key,
        format="DD/MM/YYYY",
        persist_state=persist,
        on_change=on_change,
    )
    return end


def describe(start: dt.date | None, ramp_weeks: float, end: dt.date | None = None) -> str:
    """The days and the weeks in words that go on a sentence; empty for at once and for good."""
    words = t(", from {date}", date=text.date(start)) if start else ""
    words += t(", until {date}", date=text.date(end)) if end else ""
    if ramp_weeks:
        words += t(", over {weeks} weeks", weeks=text.number(ramp_weeks, 0))
    return words
