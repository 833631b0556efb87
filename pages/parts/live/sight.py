"""The first view of a visit: what is heavy to draw is sent when the panel has been painted.

A browser runs the code of charts and tables, many times that of the panel, on the same one thread,
and what comes first holds up the rest. So a panel that has been painted says so, by an address
with a word in it, and the script of a visit's first page waits for that before it goes on.
"""

import secrets
from threading import Event
from weakref import WeakValueDictionary

import streamlit as st

ROUTE = "painted"
PATIENCE = 3.0  # seconds at most: nothing but looks depends on it
_KEY = "first_sight"
_EXPECTED: WeakValueDictionary[str, Event] = WeakValueDictionary()  # kept by the visits themselves


def word() -> str:
    """What the panel is to say once it is painted; nothing after a visit's first page, nor where
    no browser looks (a browser says which page it comes from)."""
    if _KEY not in st.session_state:
        if not st.context.headers.get("Origin"):
            return ""
        made, painted = secrets.token_urlsafe(16), Event()
        st.session_state[_KEY] = made, painted
        _EXPECTED[made] = painted
    found, painted = st.session_state[_KEY]
    return "" if painted.is_set() else str(found)


def hear(said: str) -> None:
    """A browser has said a word."""
    if painted := _EXPECTED.get(said):
        painted.set()


def wait() -> None:
    """Until the panel of a visit's first page is painted."""
    if _KEY in st.session_state:
        _, painted = st.session_state[_KEY]
        painted.wait(PATIENCE)
        painted.set()
