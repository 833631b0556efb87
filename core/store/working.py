"""The working scenario of each browser tab, saved by itself after every change.

So that a reload, a dropped connection or a restart of the server loses nothing. Unlike saved
versions a working copy is overwritten. One that has not been touched for long goes into a bin,
where it is still found under its key, and later for good. It is of whoever was signed in when it
was kept: for everybody else there is none under its key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.store.checks import StoreError, check_json, check_key
from core.store.database import Store, insert_for, utc
from core.store.office.gate import account_name
from core.store.tables import VERSION, WORKING


@dataclass(frozen=True)
class Working:
    """A working copy, the changes that led to it, and the saved version that it started from.

    `browser`: which browser it is of (empty: not known); `copies`: how often it was opened from
    another one.
    """

    payload: str
    log: str
    scenario_id: str | None
    base_number: int | None
    updated_at: datetime  # UTC
    browser: str = ""
    copies: int = 0


def autosave(
    db: Store,
    session_key: str,
    payload: str,
    *,
    log: str = "[]",
    scenario_id: str | None = None,
    base_number: int | None = None,
    owner: str = "",
    browser: str = "",
    take: bool = True,
) -> int | None:
    """Keep the working copy of one session; the last call counts. One statement.

    `session_key`: a random token (`secrets.token_urlsafe`), one for each browser tab; `log`: a JSON
    array; `scenario_id`, `base_number`: the saved version that was opened, so that a save after a
    reload still sees a conflict. Without `take` it is kept only where `owner` has kept it last, or
    nobody. Returns how many copies were made of it, None where it was not kept: the key is
    another's. Raises `StoreError`.
    """
    row = {
        "payload": check_json("payload", payload, dict),
        "log": check_json("log", log, list),
        "scenario_id": scenario_id,
        "base_number": base_number,
        "updated_at": utc(db.now()),
        "owner": owner,
        "browser": browser,
        "binned_at": None,
        "subject": db.actor.subject,
    }
    first = insert_for(db, WORKING).values(row | {"session_key": check_key(session_key)})
    kept = first.on_conflict_do_update(
        index_elements=[WORKING.c.session_key],
        set_=row,
        where=(WORKING.c.subject == db.actor.subject)
        & (sa.true() if take else WORKING.c.owner == owner),
    )
    copies = WORKING.c.copies
    with db.at_once() as connection:
        if db.guarded:
            account_name(connection, db.actor)
        if connection.dialect.name != "sqlite":
            return connection.scalar(kept.returning(copies))
        # not every SQLite that a Python comes with knows RETURNING
        if connection.execute(kept).rowcount == 0:
            return None
        return connection.scalar(sa.select(copies).where(WORKING.c.session_key == session_key))


def working(db: Store, session_key: str) -> Working | None:
    """What `autosave` kept last, from the bin too, or None."""
    query = sa.select(WORKING).where(WORKING.c.session_key == check_key(session_key))
    with db.transaction() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.subject != db.actor.subject:
            raise StoreError("unknown_work", "nothing is kept under this key", deed="open")
    return Working(
        row.payload,
        row.log,
        row.scenario_id,
        row.base_number,
        utc(row.updated_at),
        row.browser,
        row.copies,
    )


def note_copy(db: Store, session_key: str) -> None:
    """Write down that a working copy was opened elsewhere: its owner is told at the next change."""
    mine = WORKING.c.session_key == check_key(session_key)
    mine &= WORKING.c.subject == db.actor.subject
    with db.transaction(write=True) as connection:
        connection.execute(sa.update(WORKING).where(mine).values(copies=WORKING.c.copies + 1))


def bin_older(db: Store, age: timedelta) -> tuple[int, int]:
    """Put working copies not touched for `age` into the bin, and empty it of what lay so long.

    Age is counted back from the newest time in the store, and never from later than now: a clock
    that was wrong once, or is wrong today, makes nothing old. What was put there by such a clock
    comes out again. Returns how many went into the bin and how many for good.
    """
    newest = [
        sa.select(sa.func.max(WORKING.c.updated_at)),
        sa.select(sa.func.max(VERSION.c.saved_at)),
    ]
    with db.transaction(write=True) as connection:
        times = [utc(found) for query in newest if (found := connection.scalar(query))]
        if not times:
            return 0, 0
        today = min(max(times), utc(db.now()))
        is_old, is_in = WORKING.c.updated_at < today - age, WORKING.c.binned_at.is_not(None)
        out = sa.update(WORKING).where(is_in, ~is_old).values(binned_at=None)
        gone = sa.delete(WORKING).where(WORKING.c.binned_at < today - age)
        binned = sa.update(WORKING).where(is_old, ~is_in).values(binned_at=today)
        connection.execute(out)
        emptied = connection.execute(gone).rowcount
        return connection.execute(binned).rowcount, emptied
