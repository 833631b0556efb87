"""The working scenario, kept by itself under a key in the address (`?w=...`), one for each tab.

A tab that opens an address takes over its key. Another tab that had the key finds a new owner at
its next change and goes on under a key of its own, so that no tab overwrites another's work.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
import streamlit as st
from pydantic import BaseModel, ConfigDict, Field

from core.scenario.history import History, pack, unpack
from core.scenario.model import Scenario
from core.store import working as store_working
from core.store.checks import JSON_BYTES, StoreError
from core.store.database import Store, open_store

FOLDER = "kich-ban-766"
KEPT = timedelta(days=180)  # how long a working scenario that nobody touches is kept


def store_url() -> str:
    """`STORE_URL`, or else a file in the folder `DATA_DIR`, or else in the user's data folder."""
    given = os.environ.get("STORE_URL")
    folder = os.environ.get("DATA_DIR") or platformdirs.user_data_dir(FOLDER, appauthor=False)
    return given or f"sqlite:///{Path(folder).absolute() / 'scenarios.db'}"


def store() -> Store:
    """The store, opened once for all viewers. Raises StoreError, and tries again the next time."""
    return _opened(store_url())


@st.cache_resource(show_spinner=False)
def _opened(url: str) -> Store:
    opened = open_store(url)
    store_working.forget_older(opened, opened.now() - KEPT)
    return opened


class _Head(BaseModel):
    """What is kept beside the histories; `owner` is the session that wrote last."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1] = 1
    owner: Annotated[str, Field(max_length=100)]
    dataset: str
    author: str = ""


@dataclass(frozen=True)
class Work:
    """What one tab works on: the dataset shown, who signs, and each dataset's history."""

    dataset: str
    author: str
    histories: dict[str, History]
    lost: int = 0


def new_key() -> str:
    """A key that nobody guesses."""
    return secrets.token_urlsafe(16)


def keep(key: str, owner: str, work: Work, take: bool = False) -> str:
    """Keep the work under the key; returns the key, a new one if another session owns this one.

    `take` makes this session the owner. Raises StoreError.
    """
    db = store()
    found = store_working.working(db, key)
    if found is not None and not take and _owner(found.payload) != owner:
        key = new_key()
    origin = work.histories[work.dataset].origin
    head = _Head(owner=owner, dataset=work.dataset, author=work.author)
    store_working.autosave(
        db,
        key,
        head.model_dump_json(),
        log=pack(work.histories.values(), JSON_BYTES["log"]),
        scenario_id=origin.scenario_id if origin else None,
        base_number=origin.number if origin else None,
    )
    return key


def _owner(payload: str) -> str | None:
    try:
        return _Head.model_validate_json(payload).owner
    except ValueError:
        return None  # written by another version of the program: not ours


def bring_back(key: str, fits: Callable[[Scenario], bool]) -> Work:
    """The work kept under a key. Raises StoreError; `unknown_work` where there is none (any more).

    `fits` tells whether a scenario is possible on today's data; those that are not are left out.
    """
    found = store_working.working(store(), key)
    if found is None:
        raise StoreError("unknown_work", "nothing is kept under this key")
    try:
        head = _Head.model_validate_json(found.payload)
        histories, lost = unpack(found.log, fits)
    except ValueError as error:  # another version of the program wrote it
        raise StoreError("unreadable_work", f"what is kept can not be read: {error}") from error
    by_dataset = {past.now.dataset: past for past in histories}
    return Work(head.dataset, head.author, by_dataset, lost)
