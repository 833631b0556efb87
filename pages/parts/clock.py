"""The time of day: kept in UTC, shown in the viewer's time zone."""

import datetime as dt

import streamlit as st

from pages.parts import text


def now() -> dt.datetime:
    """This moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    """A moment in the time zone of the viewer's browser, or else of the server."""
    offset = st.context.timezone_offset  # minutes from local time to UTC
    if offset is None:
        return moment.astimezone()
    return moment.astimezone(dt.timezone(dt.timedelta(minutes=-offset)))


def time(moment: dt.datetime) -> str:
    """The time of day: `14:05:12`."""
    return f"{local(moment):%H:%M:%S}"


def moment(when: dt.datetime) -> str:
    """Time and date: `14:05, 27/3/2025`."""
    shown = local(when)
    return f"{shown:%H:%M}, {text.date(shown.date())}"
