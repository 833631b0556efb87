"""The time of day: kept in UTC, shown in the viewer's time zone."""

import datetime as dt

import streamlit as st

from pages.parts.words import text


def now() -> dt.datetime:
    """This moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    """A moment in the time zone of the viewer's browser, or else of the server."""
    offset = st.context.timezone_offset  # minutes from local time to UTC
    if offset is None:
        return moment.astimezone()
    return moment.astimezone(dt.timezone(dt.timedelta(minutes=-offset)))


def moment(when: dt.datetime, seconds: bool = False) -> str:
    """Time and date: `14:05, 27/3/2025`, with seconds `14:05:12, 27/3/2025`."""
    shown = local(when)
    time = shown.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{time}, {text.date(shown.date())}"
