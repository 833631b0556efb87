"""Who is signed in, as our own layer of the server tells it: `who()`, for all of the pages."""

from functools import cache
from urllib.parse import unquote

import streamlit as st

from core.store.office.deeds import OPEN_ACTOR, Actor
from core.store.office.modes import SignIn, sign_in_mode
from core.web.identity import SUBJECT_HEADER


@cache
def how() -> SignIn:
    """How people sign in here; the environment says it once, at the start."""
    return sign_in_mode()


def who() -> Actor | None:
    """Whoever is signed in, by a stable subject; None where nobody is, and where nobody signs in.

    No header of a browser's comes through under this name, see `core/web/identity.py`. Whether the
    sign-in still counts is asked before every message, and what the account may do by the store.
    """
    if how().is_open:
        return None
    found = st.context.headers.get(SUBJECT_HEADER)
    return Actor(unquote(found)) if isinstance(found, str) and found else None


def actor() -> Actor:
    """In whose hands the store is: of whoever is signed in, or nobody's."""
    return who() or OPEN_ACTOR
