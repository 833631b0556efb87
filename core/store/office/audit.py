"""The trace: one row for each deed, done or refused, chained by hashes, never changed.

A row holds the hash of the one before, so that none can be changed or taken out unseen; that the
last ones are missing is seen by who has noted an earlier end (`verify_audit`'s `seen`). Triggers of
the database refuse updates and deletes. No secret, no content and no name typed at a sign-in that
failed is ever written.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime

import sqlalchemy as sa

from core.store.tables import AUDIT

CARRIED_OUT, REFUSED = "done", "refused"
AUDIT_LOCK = 767  # PostgreSQL names its advisory locks by numbers; this one is the trace's
FIRST_HASH = "0" * 64
END_GONE = "the end that was noted is not in it"
_PART = 1000  # rows read at once


@dataclass(frozen=True)
class AuditRow:
    """One deed: when (ISO, UTC), who, what, on what, whether it was done, and what else to know."""

    number: int
    at: str
    subject: str
    deed: str
    target: str
    outcome: str
    details: str  # JSON
    before: str  # the hash of the row before

    @property
    def digest(self) -> str:
        """The row's own hash."""
        line = json.dumps(astuple(self), ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(line.encode()).hexdigest()


def write_audit(
    connection: sa.Connection,
    now: datetime,
    subject: str,
    deed: str,
    target: str,
    outcome: str = CARRIED_OUT,
    details: Mapping[str, object] | None = None,
) -> None:
    """Append one row within a transaction. The last statement of it: others wait until its end."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(AUDIT_LOCK)))
    last = sa.select(AUDIT.c.number, AUDIT.c.hash).order_by(AUDIT.c.number.desc()).limit(1)
    number, before = connection.execute(last).one_or_none() or (0, FIRST_HASH)
    row = AuditRow(
        number + 1,
        now.isoformat(timespec="microseconds"),
        subject[:300],
        deed[:32],
        target[:200],
        outcome,
        json.dumps(dict(details or {}), ensure_ascii=True, sort_keys=True),
        before,
    )
    names = [column.name for column in AUDIT.columns]
    values = dict(zip(names, (*astuple(row), row.digest), strict=True))
    connection.execute(sa.insert(AUDIT).values(values))


@dataclass(frozen=True)
class Verified:
    """How many rows hold, the hash of the last, and what is wrong with the first that does not."""

    rows: int
    last: str
    problem: str = ""


def verify_audit(connection: sa.Connection, seen: str = "") -> Verified:
    """Follow the chain from its first row; `seen`: a hash that must be in it."""
    count, last, found = 0, FIRST_HASH, not seen
    while True:
        part = sa.select(AUDIT).where(AUDIT.c.number > count).order_by(AUDIT.c.number).limit(_PART)
        rows = connection.execute(part).all()
        if not rows:
            break
        for stored in rows:
            row = AuditRow(*stored[:-1])
            if row.number != count + 1:
                return Verified(count, last, f"row {count + 1} is missing")
            if row.digest != stored.hash:
                return Verified(count, last, f"row {row.number} was changed")
            if row.before != last:  # a row that was changed together with its hash
                why = f"row {row.number} does not follow row {count}: one of them was changed"
                return Verified(count, last, why)
            count, last = row.number, stored.hash
            found = found or last == seen
    return Verified(count, last, "" if found else END_GONE)


def audit_rows(connection: sa.Connection, limit: int = 50) -> tuple[AuditRow, ...]:
    """The newest rows, newest first."""
    query = sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(limit)
    return tuple(AuditRow(*row[:-1]) for row in connection.execute(query))
