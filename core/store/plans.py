"""Plans of targets that last, kept as scenarios are: every save is a new version.

A plan is a draft until it is issued; then its content is frozen, a newer plan may supersede it, and
a change of it is a copy, a new draft. Where people sign in, an editor submits a draft, which locks
it, and an approver who is somebody else issues it or returns it with a comment. It is kept by
`versions.create` and `versions.save` with `what=A_PLAN`. All functions raise `StoreError`.
"""

import sqlalchemy as sa

from core.store.checks import StoreError, search_key
from core.store.database import Store
from core.store.rows import (
    A_PLAN,
    DRAFT,
    ISSUED,
    SUBMITTED,
    SUPERSEDED,
    Version,
    append_row,
    current_rows,
    entries_of,
    entry_of,
    free_name,
    in_state,
    locked_row,
    must_be,
    must_be_readable,
    not_deleted,
    readable_only,
    row_of,
    signed,
    start_row,
)
from core.store.tables import VERSION
from core.store.versions import Page


def submit_plan(db: Store, plan_id: str, expected: int, *, author: str, note: str = "") -> Version:
    """Ask for the approval of the draft that the author has seen, version number `expected`.

    From then on it is locked. StoreError as `issue_plan`.
    """
    return _step(db, plan_id, expected, "submit", (DRAFT, SUBMITTED), signed(author, note))


def return_plan(db: Store, plan_id: str, expected: int, *, author: str, note: str) -> Version:
    """Give a submitted plan back as a draft, with a comment. StoreError `empty` without one."""
    changes = signed(author, note)
    if not changes["note"]:
        raise StoreError("empty", "note is empty; give at least one character", field="note")
    return _step(db, plan_id, expected, "return", (SUBMITTED, DRAFT), changes)


def issue_plan(
    db: Store, plan_id: str, expected: int, *, author: str, as_of: str, note: str = ""
) -> Version:
    """Issue the plan that the author has seen, version number `expected`; nothing else changes.

    `as_of`: the date of the figures on which it is issued. It is a draft where nobody signs in,
    else one that somebody else has submitted. StoreError `changed` where others have added versions
    since, `frozen` where it is issued, `not_submitted`, and `own_plan` for whoever submitted it.
    """
    states = (SUBMITTED if db.guarded else DRAFT, ISSUED)
    return _step(db, plan_id, expected, "issue", states, signed(author, note), as_of=as_of)


def _step(
    db: Store,
    plan_id: str,
    expected: int,
    kind: str,
    states: tuple[str, str],
    changes: dict[str, str],
    **said: str,
) -> Version:
    """One step of approval, from a state into another; `said` goes into the payload."""
    with db.transaction(write=True) as connection:
        last = locked_row(connection, plan_id, A_PLAN)
        must_be(last, states[0], kind)
        if last["number"] != expected:
            name, who = last["name"], last["author"]
            why = f"{name} was changed by {who} meanwhile: look at it before you issue it"
            raise StoreError("changed", why, name=name, author=who)
        if kind == "issue" and db.guarded and last["subject"] == db.actor.subject:
            why = f"{last['name']} was submitted by you: somebody else approves it"
            raise StoreError("own_plan", why, name=last["name"], deed=kind, id=plan_id)
        payload = in_state(last["payload"], states[1], **said)
        return append_row(db, connection, last | changes | {"payload": payload}, last, kind)


def plans_in(db: Store, kind: str, limit: int = 50) -> tuple[Version, ...]:
    """The plans whose last step is of this kind, such as "submit" and "return"; oldest first."""
    with db.transaction() as connection:
        query = current_rows(what=A_PLAN).where(
            VERSION.c.kind == kind, readable_only(db, connection)
        )
        rows = connection.execute(query.order_by(VERSION.c.ordinal).limit(limit))
        return tuple(entry_of(row._asdict()) for row in rows)


def supersede_plan(db: Store, plan_id: str, *, author: str, note: str = "") -> Version:
    """An issued plan that another has taken the place of. StoreError `not_issued` for others."""
    with db.transaction(write=True) as connection:
        last = locked_row(connection, plan_id, A_PLAN)
        must_be(last, ISSUED)
        row = last | signed(author, note) | {"payload": in_state(last["payload"], SUPERSEDED)}
        return append_row(db, connection, row, last, "supersede")


def copy_plan(
    db: Store, plan_id: str, *, author: str, note: str = "", number: int | None = None
) -> Version:
    """A new draft from one version of a plan, the last by default; from then on they are apart."""
    changes = signed(author, note)
    with db.transaction(write=True) as connection:
        source = row_of(connection, plan_id, number, A_PLAN)
        changes["name"] = free_name(connection, source["name"], A_PLAN)
        changes["payload"] = in_state(source["payload"], DRAFT)
        return start_row(db, connection, source | changes, source, "copy", A_PLAN)


def delete_plan(db: Store, plan_id: str, *, author: str, note: str = "") -> Version:
    """Take a plan off the list; `restore_plan` undoes it."""
    changes = signed(author, note)
    with db.transaction(write=True) as connection:
        last = locked_row(connection, plan_id, A_PLAN)
        not_deleted(last)
        return append_row(db, connection, last | changes, last, "delete")


def restore_plan(
    db: Store, plan_id: str, *, author: str, note: str = "", number: int | None = None
) -> Version:
    """Undo a deletion, or make the content of a draft's old version `number` the current one."""
    changes = signed(author, note)
    with db.transaction(write=True) as connection:
        last = locked_row(connection, plan_id, A_PLAN)
        if number is None:
            if last["kind"] != "delete":
                raise StoreError("not_deleted", f"{last['name']} is not deleted", name=last["name"])
            return append_row(db, connection, last | changes, last, "restore")
        must_be(last, DRAFT)
        source = row_of(connection, plan_id, number, A_PLAN)
        content = {column: source[column] for column in ("payload", "dataset_version")}
        return append_row(db, connection, last | content | changes, source, "restore")


def open_plan(db: Store, plan_id: str, number: int | None = None) -> tuple[Version, str]:
    """One version, the last by default, and its payload."""
    with db.transaction() as connection:
        row = row_of(connection, plan_id, number, A_PLAN)
        must_be_readable(db, connection, row)
    return entry_of(row), str(row["payload"])


def plan_history(db: Store, plan_id: str) -> tuple[Version, ...]:
    """All versions of one plan, newest first: who, when, what."""
    with db.transaction() as connection:
        # an error where there is no such plan
        must_be_readable(db, connection, row_of(connection, plan_id, what=A_PLAN))
        return entries_of(connection, plan_id, after=0)


def find_plans(
    db: Store,
    *,
    dataset_id: str | None = None,
    search: str = "",
    deleted: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """The kept (or else the deleted) plans, newest first, as `versions.find` lists scenarios."""
    query = current_rows(deleted, A_PLAN)
    if dataset_id is not None:
        query = query.where(VERSION.c.dataset_id == dataset_id)
    if key := search_key(search):
        query = query.where(VERSION.c.search_key.contains(key, autoescape=True))
    with db.transaction() as connection:
        query = query.where(readable_only(db, connection))
        part = query.order_by(VERSION.c.ordinal.desc(), VERSION.c.scenario_id)
        total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
        rows = connection.execute(part.limit(limit).offset(offset))
        return Page(tuple(entry_of(row._asdict()) for row in rows), int(total or 0))
