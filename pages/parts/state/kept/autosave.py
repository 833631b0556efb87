"""The working scenario, kept by itself under a key in the address (`?w=...`), one for each tab.

A tab that opens an address takes over its key. Another tab that had the key finds a new owner at
its next change and goes on under a key of its own, so that no tab overwrites another's work. In
another browser the address opens a copy, under a key of its own, and the owner is told.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.scenario import files
from core.scenario.history import History, Origin, pack, unpack
from core.scenario.model import Scenario
from core.store import versions
from core.store import working as store_working
from core.store.checks import StoreError
from core.store.database import Store
from pages.parts.state.kept import storage

LOG_BYTES = 1024 * 1024  # a longer log loses its oldest states; the present ones alone may be more
PLANS_KEY = "-p"  # after the key of the scenarios


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
    db = storage.store()
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
        storage.store(), key + PLANS_KEY, "{}", log=packed, owner=owner, browser=browser, take=True
    )


def kept_plans(key: str) -> str:
    """What `keep_plans` kept last; empty where there is nothing. Raises StoreError."""
    found = store_working.working(storage.store(), key + PLANS_KEY)
    return found.log if found else ""


def bring_back(key: str, browser: str, fits: Callable[[Scenario], bool]) -> Found:
    """The work kept under a key. Raises StoreError; `unknown_work` where there is none (any more).

    `fits` tells whether a scenario is possible on today's data; those that are not are left out.
    """
    db = storage.store()
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
        storage.store(),
        origin.scenario_id,
        origin.number,
        files.dump(made, indent=None),
        name=origin.name,
        author=made.author or author or "–",
        dataset_id=made.dataset,
        dataset_version=made.dataset_version or "–",
    )
    return origin if same else None
