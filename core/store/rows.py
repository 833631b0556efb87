"""Rows of the table `version`: read, locked, and written behind one another.

Scenarios and plans are kept alike; `what` of their identifier tells which of the two it is.
"""

import base64
import itertools
import json
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
from core.store.database import Store, utc
from core.store.office.audit import write_audit
from core.store.office.deeds import EVERY_DATASET, all_units, is_of_all, touched_units
from core.store.office.gate import account_name, grants_of, must_be_allowed
from core.store.tables import SCENARIO, VERSION

A_SCENARIO, A_PLAN = "scenario", "plan"
DRAFT, SUBMITTED, ISSUED, SUPERSEDED = "draft", "submitted", "issued", "superseded"
"""What the payload of a plan says of itself."""


@dataclass(frozen=True)
class Version:
    """One event in a scenario's history; (parent_id, parent_number) is the version it came from."""

    scenario_id: str
    number: int
    kind: str  # save, rename, delete, restore, copy, conflict; submit, return, issue, supersede
    name: str
    author: str
    note: str
    dataset_id: str
    dataset_version: str
    parent_id: str | None
    parent_number: int | None
    saved_at: datetime  # UTC
    subject: str = ""  # who was signed in


StoredRow = dict[str, Any]  # one row of `version` by column
_FIELDS = tuple(field.name for field in fields(Version))
_ENTRY = tuple(VERSION.c[name] for name in _FIELDS)  # all but the payload


def signed(author: str, note: str) -> dict[str, str]:
    return {"author": check_line("author", author), "note": check_note(note)}


def start_row(
    db: Store,
    connection: sa.Connection,
    row: StoredRow,
    parent: StoredRow | None,
    kind: str,
    what: str = A_SCENARIO,
) -> Version:
    """Write `row` as the first version of a new scenario or plan."""
    new = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    connection.execute(sa.insert(SCENARIO).values(id=new, created_at=utc(db.now()), what=what))
    return append_row(db, connection, row | {"scenario_id": new, "number": 0}, parent, kind)


def append_row(
    db: Store, connection: sa.Connection, row: StoredRow, parent: StoredRow | None, kind: str
) -> Version:
    """Write `row` as the version after its own number, if its actor may; and trace it."""
    new = row | {"subject": db.actor.subject}
    if db.guarded:
        before, after = _before(connection, row), (row["name"], row["payload"])
        payload = before and before[1]
        touched = touched_units(payload, after[1])
        said = row | {"author": account_name(connection, db.actor)}
        if kind in _WHOLE or (before and is_of_all(before, after, said)):
            touched |= all_units(payload or "{}") | all_units(after[1])
        new["author"] = must_be_allowed(
            connection, db.actor, kind, str(row["dataset_id"]), touched
        )  # whoever signs in signs with their own name
    new |= {
        "number": row["number"] + 1,
        "kind": kind,
        "parent_id": parent and parent["scenario_id"],
        "parent_number": parent and parent["number"],
        "saved_at": utc(db.now()),
        "search_key": search_key(row["name"]),
    }
    last = sa.select(sa.func.coalesce(sa.func.max(VERSION.c.ordinal), 0) + 1).scalar_subquery()
    connection.execute(sa.insert(VERSION).values(new | {"ordinal": last}))
    target = f"{new['scenario_id']}.{new['number']}"
    details = {"dataset": new["dataset_id"]}
    write_audit(connection, new["saved_at"], db.actor.subject, kind, target, details=details)
    return entry_of(new)


_WHOLE = ("rename", "delete", "restore", "submit", "issue", "return", "supersede")


def _before(connection: sa.Connection, row: StoredRow) -> tuple[str, str] | None:
    """The name and the payload of the version that `row` follows, also where those in between are
    lost; None for the first."""
    mine = (VERSION.c.scenario_id == row["scenario_id"]) & (VERSION.c.number <= row["number"])
    query = sa.select(VERSION.c.name, VERSION.c.payload).where(mine)
    found = connection.execute(query.order_by(VERSION.c.number.desc()).limit(1)).first()
    return None if found is None else (str(found.name), str(found.payload))


def must_be_readable(db: Store, connection: sa.Connection, row: StoredRow) -> None:
    """That the actor may see what is of a row's dataset. Raises StoreError (not_allowed)."""
    if db.guarded:
        must_be_allowed(connection, db.actor, "read", str(row["dataset_id"]))


def readable_only(db: Store, connection: sa.Connection) -> sa.ColumnElement[bool]:
    """A condition: the versions that the actor may see."""
    return seen_only(db, connection, VERSION)


def seen_only(db: Store, connection: sa.Connection, table: sa.Table) -> sa.ColumnElement[bool]:
    """A condition: the rows of datasets that the actor may see."""
    if not db.guarded:
        return sa.true()
    grants = grants_of(connection, db.actor)
    return sa.true() if EVERY_DATASET in grants else table.c.dataset_id.in_(list(grants))


def entry_of(row: StoredRow) -> Version:
    return Version(**{name: row[name] for name in _FIELDS} | {"saved_at": utc(row["saved_at"])})


def _all_of(what: str) -> sa.Select[Any]:
    return sa.select(SCENARIO.c.id).where(SCENARIO.c.what == what)


def row_of(
    connection: sa.Connection,
    scenario_id: str,
    number: int | None = None,
    what: str = A_SCENARIO,
) -> StoredRow:
    """One version with all its columns, the last by default."""
    mine = VERSION.c.scenario_id == check_scenario_id(scenario_id)
    query = sa.select(VERSION).where(mine, VERSION.c.scenario_id.in_(_all_of(what)))
    if number is not None:
        query = query.where(VERSION.c.number == max(0, min(number, 2**31 - 1)))
    row = connection.execute(query.order_by(VERSION.c.number.desc()).limit(1)).one_or_none()
    if row is not None:
        return row._asdict()
    why = "is not in this store" if number is None else f"has no version {number}"
    code = f"unknown_{what}" if number is None else "unknown_version"
    raise StoreError(code, f"{what} {scenario_id} {why}", id=scenario_id, number=number)


def locked_row(connection: sa.Connection, scenario_id: str, what: str = A_SCENARIO) -> StoredRow:
    """The last version; nobody adds another one before this transaction ends."""
    mine = sa.select(SCENARIO.c.id).where(SCENARIO.c.id == check_scenario_id(scenario_id))
    connection.execute(mine.with_for_update())  # SQLite: BEGIN IMMEDIATE has locked everything
    return row_of(connection, scenario_id, what=what)


def entries_of(connection: sa.Connection, scenario_id: str, after: int) -> tuple[Version, ...]:
    query = sa.select(*_ENTRY).where(VERSION.c.scenario_id == scenario_id, VERSION.c.number > after)
    rows = connection.execute(query.order_by(VERSION.c.number.desc()))
    return tuple(entry_of(row._asdict()) for row in rows)


def current_rows(deleted: bool = False, what: str = A_SCENARIO) -> sa.Select[Any]:
    """The last version of everything that is listed (or else of everything deleted)."""
    number = sa.func.max(VERSION.c.number).label("number")
    last = sa.select(VERSION.c.scenario_id, number).group_by(VERSION.c.scenario_id).subquery()
    same = (VERSION.c.scenario_id == last.c.scenario_id) & (VERSION.c.number == last.c.number)
    kind = VERSION.c.kind == "delete" if deleted else VERSION.c.kind != "delete"
    return sa.select(*_ENTRY).join(last, same).where(kind, VERSION.c.scenario_id.in_(_all_of(what)))


def free_name(connection: sa.Connection, name: str, what: str = A_SCENARIO) -> str:
    """`name` with the first number from 2 that nothing listed has: "Plan" -> "Plan (2)"."""
    taken = set(connection.scalars(current_rows(what=what).with_only_columns(VERSION.c.name)))
    stem = re.sub(r" \(\d+\)$", "", name)
    for number in itertools.count(2):
        ending = f" ({number})"
        candidate = stem[: NAME_LENGTH - len(ending)].rstrip() + ending
        if candidate not in taken:
            break
    return candidate


def _state_of(payload: str) -> str:
    return str(json.loads(payload).get("state", DRAFT))


def in_state(payload: str, state: str, **said: str) -> str:
    """A plan's payload that says this state, and what else is `said` of it; as it is where it says
    so already."""
    if _state_of(payload) == state and not said:
        return payload
    left_out = ("state", "as_of") if state == DRAFT else ("state",)
    content = {key: value for key, value in json.loads(payload).items() if key not in left_out}
    state_said = {} if state == DRAFT else {"state": state}
    return json.dumps(content | state_said | said, ensure_ascii=False)


def payload_of(what: str, text: str) -> str:
    """A payload to keep: checked JSON; what is saved of a plan is a draft."""
    checked = check_json("payload", text, dict)
    return in_state(checked, DRAFT) if what == A_PLAN else checked


def not_deleted(last: StoredRow) -> None:
    """That the last version is no deletion. Raises StoreError."""
    if last["kind"] == "delete":
        name, author = last["name"], last["author"]
        raise StoreError("deleted", f"{name} was deleted by {author}", name=name, author=author)


def must_be(last: StoredRow, state: str, deed: str = "save") -> None:
    """That a plan's last version is in a state. Raises StoreError (deleted, frozen, submitted,
    not_submitted, not_issued)."""
    not_deleted(last)
    found = _state_of(last["payload"])
    if found == state:
        return
    name, known = last["name"], {"id": last["scenario_id"], "deed": deed}
    if found in (ISSUED, SUPERSEDED) and state in (DRAFT, SUBMITTED):
        why = f"{name} is issued and stays as it is: copy it"
        raise StoreError("frozen", why, name=name, **known)
    if state == DRAFT:
        why = f"{name} waits for approval and is locked"
        raise StoreError("submitted", why, name=name, **known)
    if state == SUBMITTED:
        raise StoreError("not_submitted", f"{name} was not submitted", name=name, **known)
    raise StoreError("not_issued", f"{name} is not an issued plan", name=name)
