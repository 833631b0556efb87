"""The states of a plan of targets; it is kept as scenarios are (`versions`, with `what=A_PLAN`).

A plan is a draft until it is issued; then its content is frozen, a newer plan may supersede it, and
a change of it is a copy, a new draft. Where people sign in, an editor submits a draft, which locks
it, and an approver who is somebody else issues it or returns it with a comment. All functions raise
`StoreError`.
"""

import sqlalchemy as sa

from core.store.checks import StoreError
from core.store.database import Store
from core.store.rows import (
    A_PLAN,
    DRAFT,
    ISSUED,
    SUBMITTED,
    SUPERSEDED,
    StoredRow,
    Version,
    append_row,
    current_rows,
    entry_of,
    in_state,
    locked_row,
    must_be,
    readable_only,
    signed,
)
from core.store.tables import VERSION


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
        if kind == "issue" and db.guarded and _submitter(connection, last) == db.actor.subject:
            why = f"{last['name']} was submitted by you: somebody else approves it"
            raise StoreError("own_plan", why, name=last["name"], deed=kind, id=plan_id)
        payload = in_state(last["payload"], states[1], **said)
        return append_row(db, connection, last | changes | {"payload": payload}, last, kind)


def _submitter(connection: sa.Connection, last: StoredRow) -> str:
    """Who submitted a plan, whatever was done with it since."""
    mine = (VERSION.c.scenario_id == last["scenario_id"]) & (VERSION.c.kind == "submit")
    query = sa.select(VERSION.c.subject).where(mine).order_by(VERSION.c.number.desc()).limit(1)
    return str(connection.scalar(query))


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
