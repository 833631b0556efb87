"""Plans of targets that last, kept as scenarios are: every save is a new version.

A plan is a draft until it is issued; then its content is frozen, a newer plan may supersede it, and
a change of it is a copy, a new draft. It is kept by `versions.create` and `versions.save` with
`what=A_PLAN`. All functions raise `StoreError`.
"""

import sqlalchemy as sa

from core.store.checks import StoreError, search_key
from core.store.database import Store
from core.store.rows import (
    A_PLAN,
    DRAFT,
    ISSUED,
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
    not_deleted,
    row_of,
    signed,
    start_row,
)
from core.store.tables import VERSION
from core.store.versions import Page


def issue_plan(
    db: Store, plan_id: str, expected: int, *, author: str, as_of: str, note: str = ""
) -> Version:
    """Issue the draft that the author has seen, version number `expected`; nothing else changes.

    `as_of`: the date of the figures on which it is issued. StoreError `changed` where others have
    added versions since, `frozen` where it is issued.
    """
    with db.transaction(write=True) as connection:
        last = locked_row(connection, plan_id, A_PLAN)
        must_be(last, DRAFT)
        if last["number"] != expected:
            name, who = last["name"], last["author"]
            why = f"{name} was changed by {who} meanwhile: look at it before you issue it"
            raise StoreError("changed", why, name=name, author=who)
        issued = in_state(last["payload"], ISSUED, as_of=as_of)
        return append_row(
            db, connection, last | signed(author, note) | {"payload": issued}, last, "issue"
        )


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
    return entry_of(row), str(row["payload"])


def plan_history(db: Store, plan_id: str) -> tuple[Version, ...]:
    """All versions of one plan, newest first: who, when, what."""
    with db.transaction() as connection:
        row_of(connection, plan_id, what=A_PLAN)  # an error where there is no such plan
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
    part = query.order_by(VERSION.c.ordinal.desc(), VERSION.c.scenario_id)
    with db.transaction() as connection:
        total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
        rows = connection.execute(part.limit(limit).offset(offset))
        return Page(tuple(entry_of(row._asdict()) for row in rows), int(total or 0))
