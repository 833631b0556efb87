"""Scenarios and plans that last: every save is a new version, none is ever changed or removed.

A row of the table `version` is one event (save, rename, delete, restore, copy, conflict) with its
complete content, and a scenario is what its last row says: so every version can be opened again and
a deletion can be undone. Payloads are JSON text; what is in them is the business of core.scenario,
and of core.plans for plans (`what=A_PLAN`), of which only drafts change. All functions raise
`StoreError`; where to keep the data: `core.store.database.open_store`.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from core.store.checks import StoreError, check_json, check_line, check_scenario_id, search_key
from core.store.database import Store, insert_for, utc
from core.store.rows import (
    A_PLAN,
    A_SCENARIO,
    DRAFT,
    Version,
    append_row,
    current_rows,
    entries_of,
    entry_of,
    free_name,
    locked_row,
    must_be,
    must_be_readable,
    not_deleted,
    payload_of,
    readable_only,
    row_of,
    signed,
    start_row,
)
from core.store.tables import SCENARIO, VERSION


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


def create(
    db: Store,
    payload: str,
    *,
    name: str,
    author: str,
    dataset_id: str,
    dataset_version: str,
    note: str = "",
    what: str = A_SCENARIO,
) -> Version:
    """Save a new scenario or plan (`what`). Names need not be unique: the identifier is."""
    row = signed(author, note) | {
        "name": check_line("name", name),
        "dataset_id": check_line("dataset_id", dataset_id),
        "dataset_version": check_line("dataset_version", dataset_version),
        "payload": payload_of(what, payload),
    }
    with db.transaction(write=True) as connection:
        return start_row(db, connection, row, None, "save", what)


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
    what: str = A_SCENARIO,
) -> Version | Conflict:
    """Save on top of version number `expected`, the one that the author has seen.

    If others have added versions since, the save becomes one of its own, "<name> (2)", and a
    `Conflict` says so: nobody overwrites anybody. So it does where another has issued the plan
    meanwhile; StoreError `frozen` for a plan that the author has seen as issued.
    """
    changes = signed(author, note) | {
        "dataset_version": check_line("dataset_version", dataset_version),
        "payload": payload_of(what, payload),
    }
    if name is not None:
        changes["name"] = check_line("name", name)
    with db.transaction(write=True) as connection:
        last = locked_row(connection, scenario_id, what)
        row = last | changes
        if last["number"] == expected:
            if what == A_PLAN:
                must_be(last, DRAFT)
            return append_row(db, connection, row, last, "save")
        seen = row_of(connection, scenario_id, expected, what)
        row["name"] = free_name(connection, row["name"], what)
        kept = start_row(db, connection, row, seen, "conflict", what)
        return Conflict(kept, entries_of(connection, scenario_id, after=expected))


def rename(db: Store, scenario_id: str, name: str, *, author: str, note: str = "") -> Version:
    """Give a scenario another name; its content stays."""
    changes = signed(author, note) | {"name": check_line("name", name)}
    return _event(db, scenario_id, changes, "rename", A_SCENARIO)


def delete(
    db: Store, scenario_id: str, *, author: str, note: str = "", what: str = A_SCENARIO
) -> Version:
    """Take a scenario or the draft of a plan off the list; `restore` undoes it.

    StoreError `frozen` for a plan that is issued, `submitted` for one that waits for approval.
    """
    return _event(db, scenario_id, signed(author, note), "delete", what)


def _event(db: Store, scenario_id: str, changes: dict[str, str], kind: str, what: str) -> Version:
    with db.transaction(write=True) as connection:
        last = locked_row(connection, scenario_id, what)
        if what == A_PLAN:  # one that waits or is issued stays
            must_be(last, DRAFT, kind)
        not_deleted(last)
        return append_row(db, connection, last | changes, last, kind)


def restore(
    db: Store,
    scenario_id: str,
    *,
    author: str,
    note: str = "",
    number: int | None = None,
    what: str = A_SCENARIO,
) -> Version:
    """Undo a deletion, or make the content of an old version `number` the current one.

    StoreError `frozen` for an old version of a plan that is issued.
    """
    changes = signed(author, note)
    with db.transaction(write=True) as connection:
        last = locked_row(connection, scenario_id, what)
        if number is None and last["kind"] != "delete":
            raise StoreError("not_deleted", f"{last['name']} is not deleted", name=last["name"])
        if number is not None and what == A_PLAN:
            must_be(last, DRAFT)
        source = row_of(
            connection, scenario_id, last["parent_number"] if number is None else number, what
        )
        content = {column: source[column] for column in ("payload", "dataset_version")}
        return append_row(db, connection, last | content | changes, source, "restore")


def copy(
    db: Store,
    scenario_id: str,
    *,
    author: str,
    note: str = "",
    name: str | None = None,
    number: int | None = None,
    what: str = A_SCENARIO,
) -> Version:
    """Start a new scenario from one version, the last by default; from then on they are apart.

    The copy of a plan is a draft.
    """
    changes = signed(author, note)
    if name is not None:
        changes["name"] = check_line("name", name)
    with db.transaction(write=True) as connection:
        source = row_of(connection, scenario_id, number, what)
        if name is None:
            changes["name"] = free_name(connection, source["name"], what)
        changes["payload"] = payload_of(what, source["payload"])
        return start_row(db, connection, source | changes, source, "copy", what)


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

    What is there is never changed: False where the store has other content under this number, later
    versions without it, or something else under the identifier: a plan, a scenario of other data.
    """
    row = signed(author, "") | {
        "scenario_id": check_scenario_id(scenario_id),
        "number": number - 1,
        "name": check_line("name", name),
        "dataset_id": check_line("dataset_id", dataset_id),
        "dataset_version": check_line("dataset_version", dataset_version),
        "payload": check_json("payload", payload, dict),
    }
    every = sa.select(VERSION).where(VERSION.c.scenario_id == scenario_id)
    this = every.with_only_columns(VERSION.c.payload).where(VERSION.c.number == number)
    last = every.with_only_columns(VERSION.c.number, VERSION.c.dataset_id)
    mine = sa.select(SCENARIO.c.what).where(SCENARIO.c.id == scenario_id)
    with db.transaction(write=True) as connection:
        fresh = {"id": scenario_id, "created_at": utc(db.now())}
        connection.execute(insert_for(db, SCENARIO).values(fresh).on_conflict_do_nothing())
        if connection.scalar(mine.with_for_update()) != A_SCENARIO:
            return False
        there = connection.scalar(this)
        if there is not None:
            return bool(there == payload)
        found = connection.execute(last.order_by(VERSION.c.number.desc()).limit(1)).first()
        if found and (found.number > number or found.dataset_id != row["dataset_id"]):
            return False
        append_row(db, connection, row, None, "save")
        return True


def read(
    db: Store, scenario_id: str, number: int | None = None, what: str = A_SCENARIO
) -> tuple[Version, str]:
    """One version, the last by default, and its payload exactly as it was saved."""
    with db.transaction() as connection:
        row = row_of(connection, scenario_id, number, what)
        must_be_readable(db, connection, row)
    return entry_of(row), str(row["payload"])


def history(db: Store, scenario_id: str, what: str = A_SCENARIO) -> tuple[Version, ...]:
    """All versions of one scenario, newest first: who, when, what."""
    with db.transaction() as connection:
        # an error where there is no such scenario
        must_be_readable(db, connection, row_of(connection, scenario_id, what=what))
        return entries_of(connection, scenario_id, after=0)


def find(
    db: Store,
    *,
    dataset_id: str | None = None,
    search: str = "",
    deleted: bool = False,
    limit: int = 50,
    offset: int = 0,
    what: str = A_SCENARIO,
) -> Page:
    """The saved (or else the deleted) scenarios, newest first.

    `search` is any part of the name; upper case and Vietnamese accents make no difference.
    """
    query = current_rows(deleted, what)
    if dataset_id is not None:
        query = query.where(VERSION.c.dataset_id == dataset_id)
    if key := search_key(search):
        query = query.where(VERSION.c.search_key.contains(key, autoescape=True))
    with db.transaction() as connection:
        query = query.where(readable_only(db, connection))
        part = query.order_by(
            VERSION.c.ordinal.desc(), VERSION.c.saved_at.desc(), VERSION.c.scenario_id
        )
        total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
        rows = connection.execute(part.limit(limit).offset(offset))
        return Page(tuple(entry_of(row._asdict()) for row in rows), int(total or 0))
