"""Scenarios that last: every save is a new version, and no version is ever changed or removed.

A row of the table `version` is one event (save, rename, delete, restore, copy, conflict) with its
complete content, and a scenario is what its last row says: so every version can be opened again and
a deletion can be undone. Payloads are JSON text; what is in them is the business of core.scenario.
All functions raise `StoreError`; where to keep the data: `core.store.database.open_store`.
"""

import base64
import itertools
import re
import secrets
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.checks import (
    NAME_LENGTH,
    StoreError,
    check_json,
    check_line,
    check_note,
    check_scenario_id,
    search_key,
)
from core.store.database import Store, insert_for, utc
from core.store.tables import SCENARIO, VERSION


@dataclass(frozen=True)
class Version:
    """One event in a scenario's history; (parent_id, parent_number) is the version it came from."""

    scenario_id: str
    number: int
    kind: str  # save, rename, delete, restore, copy, conflict
    name: str
    author: str
    note: str
    dataset_id: str
    dataset_version: str
    parent_id: str | None
    parent_number: int | None
    saved_at: datetime  # UTC


@dataclass(frozen=True)
class Conflict:
    """Others saved first: `between` says who and when, newest first; `kept` is this save."""

    kept: Version
    between: tuple[Version, ...]


@dataclass(frozen=True)
class Page:
    """Part of a list of scenarios, each by its last version, and how many there are in all."""

    items: tuple[Version, ...]
    total: int


_Row = dict[str, Any]  # one row of `version` by column
_FIELDS = tuple(field.name for field in fields(Version))
_ENTRY = tuple(VERSION.c[name] for name in _FIELDS)  # all but the payload


def create(
    db: Store,
    payload: str,
    *,
    name: str,
    author: str,
    dataset_id: str,
    dataset_version: str,
    note: str = "",
) -> Version:
    """Save a new scenario. Names need not be unique: the identifier is."""
    row = _signed(author, note) | {
        "name": check_line("name", name),
        "dataset_id": check_line("dataset_id", dataset_id),
        "dataset_version": check_line("dataset_version", dataset_version),
        "payload": check_json("payload", payload, dict),
    }
    with db.transaction(write=True) as connection:
        return _start(db, connection, row, None, "save")


def save(
    db: Store,
    scenario_id: str,
    expected: int,
    payload: str,
    *,
    author: str,
    dataset_version: str,
    note: str = "",
    name: str | None = None,
) -> Version | Conflict:
    """Save on top of version number `expected`, the one that the author has seen.

    If others have added versions since, the save becomes a scenario of its own, "<name> (2)", and a
    `Conflict` says so: nobody overwrites anybody.
    """
    changes = _signed(author, note) | {
        "dataset_version": check_line("dataset_version", dataset_version),
        "payload": check_json("payload", payload, dict),
    }
    if name is not None:
        changes["name"] = check_line("name", name)
    with db.transaction(write=True) as connection:
        last = _lock(connection, scenario_id)
        row = last | changes
        if last["number"] == expected:
            return _append(db, connection, row, last, "save")
        seen = _row(connection, scenario_id, expected)
        row["name"] = _free_name(connection, row["name"])
        kept = _start(db, connection, row, seen, "conflict")
        return Conflict(kept, _entries(connection, scenario_id, after=expected))


def rename(db: Store, scenario_id: str, name: str, *, author: str, note: str = "") -> Version:
    """Give a scenario another name; its content stays."""
    changes = _signed(author, note) | {"name": check_line("name", name)}
    return _event(db, scenario_id, changes, "rename")


def delete(db: Store, scenario_id: str, *, author: str, note: str = "") -> Version:
    """Take a scenario off the list; `restore` undoes it."""
    return _event(db, scenario_id, _signed(author, note), "delete")


def _event(db: Store, scenario_id: str, changes: dict[str, str], kind: str) -> Version:
    with db.transaction(write=True) as connection:
        last = _lock(connection, scenario_id)
        if last["kind"] == "delete":
            name, author = last["name"], last["author"]
            raise StoreError("deleted", f"{name} was deleted by {author}", name=name, author=author)
        return _append(db, connection, last | changes, last, kind)


def restore(
    db: Store, scenario_id: str, *, author: str, note: str = "", number: int | None = None
) -> Version:
    """Undo a deletion, or make the content of an old version `number` the current one."""
    signed = _signed(author, note)
    with db.transaction(write=True) as connection:
        last = _lock(connection, scenario_id)
        if number is None and last["kind"] != "delete":
            raise StoreError("not_deleted", f"{last['name']} is not deleted", name=last["name"])
        source = _row(connection, scenario_id, last["parent_number"] if number is None else number)
        content = {column: source[column] for column in ("payload", "dataset_version")}
        return _append(db, connection, last | content | signed, source, "restore")


def copy(
    db: Store,
    scenario_id: str,
    *,
    author: str,
    note: str = "",
    name: str | None = None,
    number: int | None = None,
) -> Version:
    """Start a new scenario from one version, the last by default; from then on they are apart."""
    changes = _signed(author, note)
    if name is not None:
        changes["name"] = check_line("name", name)
    with db.transaction(write=True) as connection:
        source = _row(connection, scenario_id, number)
        if name is None:
            changes["name"] = _free_name(connection, source["name"])
        return _start(db, connection, source | changes, source, "copy")


def write_again(
    db: Store,
    scenario_id: str,
    number: int,
    payload: str,
    *,
    name: str,
    author: str,
    dataset_id: str,
    dataset_version: str,
) -> bool:
    """Write a version again, under its own identifier and number, into a store that lost it.

    What is there is never changed: False where the store has other content under this number.
    """
    row = _signed(author, "") | {
        "scenario_id": check_scenario_id(scenario_id),
        "number": number - 1,
        "name": check_line("name", name),
        "dataset_id": check_line("dataset_id", dataset_id),
        "dataset_version": check_line("dataset_version", dataset_version),
        "payload": check_json("payload", payload, dict),
    }
    this = (VERSION.c.scenario_id == scenario_id) & (VERSION.c.number == number)
    mine = sa.select(SCENARIO.c.id).where(SCENARIO.c.id == scenario_id)
    with db.transaction(write=True) as connection:
        fresh = {"id": scenario_id, "created_at": utc(db.now())}
        connection.execute(insert_for(db, SCENARIO).values(fresh).on_conflict_do_nothing())
        connection.execute(mine.with_for_update())
        there = connection.scalar(sa.select(VERSION.c.payload).where(this))
        if there is None:
            _append(db, connection, row, None, "save")
        return there in (None, payload)


def read(db: Store, scenario_id: str, number: int | None = None) -> tuple[Version, str]:
    """One version, the last by default, and its payload exactly as it was saved."""
    with db.transaction() as connection:
        row = _row(connection, scenario_id, number)
    return _entry(row), str(row["payload"])


def history(db: Store, scenario_id: str) -> tuple[Version, ...]:
    """All versions of one scenario, newest first: who, when, what."""
    with db.transaction() as connection:
        _row(connection, scenario_id)  # an error where there is no such scenario
        return _entries(connection, scenario_id, after=0)


def find(
    db: Store,
    *,
    dataset_id: str | None = None,
    search: str = "",
    deleted: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """The saved (or else the deleted) scenarios, newest first.

    `search` is any part of the name; upper case and Vietnamese accents make no difference.
    """
    query = _current(deleted)
    if dataset_id is not None:
        query = query.where(VERSION.c.dataset_id == dataset_id)
    if key := search_key(search):
        query = query.where(VERSION.c.search_key.contains(key, autoescape=True))
    part = query.order_by(
        VERSION.c.ordinal.desc(), VERSION.c.saved_at.desc(), VERSION.c.scenario_id
    )
    with db.transaction() as connection:
        total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
        rows = connection.execute(part.limit(limit).offset(offset))
        return Page(tuple(_entry(row._asdict()) for row in rows), int(total or 0))


def _signed(author: str, note: str) -> dict[str, str]:
    return {"author": check_line("author", author), "note": check_note(note)}


def _start(
    db: Store, connection: sa.Connection, row: _Row, parent: _Row | None, kind: str
) -> Version:
    """Write `row` as the first version of a new scenario."""
    new = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    connection.execute(sa.insert(SCENARIO).values(id=new, created_at=utc(db.now())))
    return _append(db, connection, row | {"scenario_id": new, "number": 0}, parent, kind)


def _append(
    db: Store, connection: sa.Connection, row: _Row, parent: _Row | None, kind: str
) -> Version:
    """Write `row` as the version after its own number."""
    new = row | {
        "number": row["number"] + 1,
        "kind": kind,
        "parent_id": parent and parent["scenario_id"],
        "parent_number": parent and parent["number"],
        "saved_at": utc(db.now()),
        "search_key": search_key(row["name"]),
    }
    last = sa.select(sa.func.coalesce(sa.func.max(VERSION.c.ordinal), 0) + 1).scalar_subquery()
    connection.execute(sa.insert(VERSION).values(new | {"ordinal": last}))
    return _entry(new)


def _entry(row: _Row) -> Version:
    return Version(**{name: row[name] for name in _FIELDS} | {"saved_at": utc(row["saved_at"])})


def _row(connection: sa.Connection, scenario_id: str, number: int | None = None) -> _Row:
    """One version with all its columns, the last by default."""
    query = sa.select(VERSION).where(VERSION.c.scenario_id == check_scenario_id(scenario_id))
    if number is not None:
        query = query.where(VERSION.c.number == max(0, min(number, 2**31 - 1)))
    row = connection.execute(query.order_by(VERSION.c.number.desc()).limit(1)).one_or_none()
    if row is not None:
        return row._asdict()
    what = "is not in this store" if number is None else f"has no version {number}"
    code = "unknown_scenario" if number is None else "unknown_version"
    raise StoreError(code, f"scenario {scenario_id} {what}", id=scenario_id, number=number)


def _lock(connection: sa.Connection, scenario_id: str) -> _Row:
    """The last version; nobody adds another one before this transaction ends."""
    mine = sa.select(SCENARIO.c.id).where(SCENARIO.c.id == check_scenario_id(scenario_id))
    connection.execute(mine.with_for_update())  # SQLite: BEGIN IMMEDIATE has locked everything
    return _row(connection, scenario_id)


def _entries(connection: sa.Connection, scenario_id: str, after: int) -> tuple[Version, ...]:
    query = sa.select(*_ENTRY).where(VERSION.c.scenario_id == scenario_id, VERSION.c.number > after)
    rows = connection.execute(query.order_by(VERSION.c.number.desc()))
    return tuple(_entry(row._asdict()) for row in rows)


def _current(deleted: bool = False) -> sa.Select[Any]:
    """The last version of every scenario that is listed (or else of every deleted one)."""
    number = sa.func.max(VERSION.c.number).label("number")
    last = sa.select(VERSION.c.scenario_id, number).group_by(VERSION.c.scenario_id).subquery()
    same = (VERSION.c.scenario_id == last.c.scenario_id) & (VERSION.c.number == last.c.number)
    kind = VERSION.c.kind == "delete" if deleted else VERSION.c.kind != "delete"
    return sa.select(*_ENTRY).join(last, same).where(kind)


def _free_name(connection: sa.Connection, name: str) -> str:
    """`name` with the first number from 2 that no listed scenario has: "Plan" -> "Plan (2)"."""
    taken = set(connection.scalars(_current().with_only_columns(VERSION.c.name)))
    stem = re.sub(r" \(\d+\)$", "", name)
    for number in itertools.count(2):
        ending = f" ({number})"
        candidate = stem[: NAME_LENGTH - len(ending)].rstrip() + ending
        if candidate not in taken:
            break
    return candidate
