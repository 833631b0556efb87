"""The working scenario, kept by itself under a key in the address (`?w=...`), one for each tab.

A tab that opens an address takes over its key. Another tab that had the key finds a new owner at
its next change and goes on under a key of its own, so that no tab overwrites another's work. In
another browser the address opens a copy, under a key of its own, and the owner is told.
"""

import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field
from streamlit.logger import get_logger

from core.scenario import files
from core.scenario.history import History, Origin, pack, unpack
from core.scenario.model import Scenario
from core.store import faults, versions
from core.store import working as store_working
from core.store.checks import StoreError
from core.store.database import Store, is_in_place, open_store, store_url
from pages.parts.state.who import actor

KEPT = timedelta(days=180)  # how long a working scenario that nobody touches is kept, and in a bin
LOG_BYTES = 1024 * 1024  # a longer log loses its oldest states; the present ones alone may be more
PLANS_KEY = "-p"  # after the key of the scenarios
AGAIN_SECONDS = 5.0  # a store that could not be opened is not tried by every viewer at once
get_logger(faults.LOG.name)  # its lines go where Streamlit's own go, in their form


@dataclass(frozen=True)
class _Opened:
    """A store, or why there is none and since when."""

    store: Store | None
    error: StoreError | None = None
    at: float = 0.0


def store() -> Store:
    """The store in the hands of whoever is signed in. Raises StoreError, as `opened` does."""
    return opened().held_by(actor())


def opened() -> Store:
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


class _Head(BaseModel):
    """What is kept beside the histories; `told` is how many copies the owner has been told of."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1] = 1
    owner: Annotated[str, Field(max_length=100)] = ""  # of the first release; now a column
    dataset: str
    author: str = ""
    told: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True)
class Work:
    """What one tab works on: the dataset shown, who signs, and each dataset's history.

    `copies`: how often its address was opened in another browser, as far as the tab was told.
    """

    dataset: str
    author: str
    histories: dict[str, History]
    lost: int = 0
    copies: int = 0


@dataclass(frozen=True)
class Found:
    """Work under a key; `is_copy` where another browser's goes on under it."""

    work: Work
    is_copy: bool = False


@dataclass(frozen=True)
class Kept:
    """Under which key work was kept, how many copies were made of it, and in which store."""

    key: str
    copies: int
    store: Store


def new_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(16)


def keep(key: str, owner: str, browser: str, work: Work, take: bool = False) -> Kept:
    """Keep the work under the key, or under a new one if another session owns this one.

    `take` makes this session the owner. Raises StoreError.
    """
    db = store()
    origin = work.histories[work.dataset].origin
    head = _Head(dataset=work.dataset, author=work.author, told=work.copies)

    def kept_under(name: str) -> int | None:
        return store_working.autosave(
            db,
            name,
            head.model_dump_json(),
            log=pack(work.histories.values(), LOG_BYTES),
            scenario_id=origin.scenario_id if origin else None,
            base_number=origin.number if origin else None,
            owner=owner,
            browser=browser,
            take=take,
        )

    copies = kept_under(key)
    if copies is None:
        key = new_key()
        copies = kept_under(key)
    return Kept(key, copies or 0, db)


def keep_plans(key: str, owner: str, browser: str, packed: str) -> None:
    """Keep a tab's plans, a JSON array as text, beside its scenarios. Raises StoreError."""
    store_working.autosave(
        store(), key + PLANS_KEY, "{}", log=packed, owner=owner, browser=browser, take=True
    )


def kept_plans(key: str) -> str:
    """What `keep_plans` kept last; empty where there is nothing. Raises StoreError."""
    found = store_working.working(store(), key + PLANS_KEY)
    return found.log if found else ""


def bring_back(key: str, browser: str, fits: Callable[[Scenario], bool]) -> Found:
    """The work kept under a key. Raises StoreError; `unknown_work` where there is none (any more).

    `fits` tells whether a scenario is possible on today's data; those that are not are left out.
    """
    db = store()
    found = store_working.working(db, key)
    if found is None:
        raise StoreError("unknown_work", "nothing is kept under this key")
    try:
        head = _Head.model_validate_json(found.payload)
        histories, lost = unpack(found.log, fits)
    except ValueError as error:  # another version of the program wrote it
        raise StoreError("unreadable_work", f"what is kept can not be read: {error}") from error
    by_dataset = {past.now.dataset: past for past in histories}
    is_copy = found.browser not in ("", browser)
    if is_copy:
        store_working.note_copy(db, key)
    copies = 0 if is_copy else head.told
    return Found(Work(head.dataset, head.author, by_dataset, lost, copies), is_copy)


def put_back(origin: Origin, author: str) -> Origin | None:
    """A saved version that a tab still holds, in a store that may have lost it with its file.

    None where the store has something else under its number: the tab then holds what is not saved.
    Raises StoreError.
    """
    made = origin.content
    same = versions.write_again(
        store(),
        origin.scenario_id,
        origin.number,
        files.dump(made, indent=None),
        name=origin.name,
        author=made.author or author or "–",
        dataset_id=made.dataset,
        dataset_version=made.dataset_version or "–",
    )
    return origin if same else None
