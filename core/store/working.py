"""The working scenario of each browser tab, saved by itself after every change.

So that a reload, a dropped connection or a restart of the server loses nothing. Unlike saved
versions a working copy is overwritten, and removed when it has not been touched for long.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.store.checks import check_json, check_key
from core.store.database import WORKING, Store, utc


@dataclass(frozen=True)
class Working:
    """A working copy, the changes that led to it, and the saved version that it started from."""

    payload: str
    log: str
    scenario_id: str | None
    base_number: int | None
    updated_at: datetime  # UTC


def autosave(
    db: Store,
    session_key: str,
    payload: str,
    *,
    log: str = "[]",
    scenario_id: str | None = None,
    base_number: int | None = None,
) -> None:
    """Keep the working copy of one session; the last call counts.

    `session_key`: a random token (`secrets.token_urlsafe`), one for each browser tab; `log`: a JSON
    array; `scenario_id`, `base_number`: the saved version that was opened, so that a save after a
    reload still sees a conflict. Raises `StoreError`.
    """
    row = {
        "payload": check_json("payload", payload, dict),
        "log": check_json("log", log, list),
        "scenario_id": scenario_id,
        "base_number": base_number,
        "updated_at": utc(db.now()),
    }
    update = sa.update(WORKING).where(WORKING.c.session_key == check_key(session_key)).values(row)
    try:
        with db.transaction(write=True) as connection:
            if connection.execute(update).rowcount == 0:
                connection.execute(sa.insert(WORKING).values(row | {"session_key": session_key}))
    except IntegrityError:  # the first autosave of one session, twice at the same moment
        with db.transaction(write=True) as connection:
            connection.execute(update)


def working(db: Store, session_key: str) -> Working | None:
    """What `autosave` kept last, or None."""
    query = sa.select(WORKING).where(WORKING.c.session_key == check_key(session_key))
    with db.transaction() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Working(row.payload, row.log, row.scenario_id, row.base_number, utc(row.updated_at))


def forget_older(db: Store, before: datetime) -> int:
    """Remove the working copies not touched since `before`; returns how many."""
    with db.transaction(write=True) as connection:
        return connection.execute(
            sa.delete(WORKING).where(WORKING.c.updated_at < utc(before))
        ).rowcount
