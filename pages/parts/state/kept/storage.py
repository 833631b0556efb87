"""The store, opened once for all viewers, and in the hands of each."""

import contextlib
import time
from dataclasses import dataclass
from datetime import timedelta

import streamlit as st
from streamlit.logger import get_logger

from core.store import faults
from core.store import working as store_working
from core.store.checks import StoreError
from core.store.database import Store, is_in_place, open_store, store_url
from pages.parts.state.who import actor

KEPT = timedelta(days=180)  # how long a working scenario that nobody touches is kept, and in a bin
AGAIN_SECONDS = 5.0  # a store that could not be opened is not tried by every viewer at once
get_logger(faults.LOG.name)  # its lines go where Streamlit's own go, in their form


@dataclass(frozen=True)
class _Opened:
    """A store, or why there is none and since when."""

    store: Store | None
    error: StoreError | None = None
    at: float = 0.0


def store() -> Store:
    """The store in the hands of whoever is signed in. Raises StoreError, as `for_all` does."""
    return for_all().held_by(actor())


def for_all() -> Store:
    """The store, opened once for all viewers. Raises StoreError, and tries again a little later.

    Where its file was removed or replaced, that of the same address is opened (and made) anew.
    """
    found = _opened(store_url())
    if found.store is None:
        assert found.error
        raise found.error
    return found.store


def _is_good(held: _Opened) -> bool:
    if held.store is None:
        return time.monotonic() - held.at < AGAIN_SECONDS
    if is_in_place(held.store):
        return True
    held.store.engine.dispose()
    faults.gone(held.store.shown)
    return False


@st.cache_resource(show_spinner=False, validate=_is_good)
def _opened(url: str) -> _Opened:
    try:
        db = open_store(url)
    except StoreError as error:
        return _Opened(None, error, time.monotonic())
    with contextlib.suppress(StoreError):  # locked or read-only: it can wait; the log has it
        store_working.bin_older(db, KEPT)
    return _Opened(db)
