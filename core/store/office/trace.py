"""What an administrator reads of the trace: found by who and what, followed as a chain, taken away.

Reading it takes the same role as giving roles: it says who worked when.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from core.store.database import Store, utc
from core.store.office.audit import AuditRow, Verified, verify_audit, write_audit
from core.store.office.gate import must_lead
from core.store.tables import AUDIT

MOST_TAKEN = 100_000  # rows in one file; the command line has all of them


@dataclass(frozen=True)
class TraceFilter:
    """Which rows; None: whoever, whatever, however it came out. Days are ISO, in UTC, inclusive."""

    subject: str | None = None
    deed: str | None = None
    outcome: str | None = None
    since: str = ""
    until: str = ""

    def where(self) -> list[sa.ColumnElement[bool]]:
        """The conditions on `audit`."""
        pairs = (("subject", self.subject), ("deed", self.deed), ("outcome", self.outcome))
        found = [AUDIT.c[name] == value for name, value in pairs if value is not None]
        found += [AUDIT.c.at >= self.since] if self.since else []
        # a moment of that day is longer than the day, and no digit comes after a tilde
        return found + ([AUDIT.c.at <= f"{self.until}~"] if self.until else [])


EVERYTHING = TraceFilter()


@dataclass(frozen=True)
class TracePage:
    """The newest rows that were asked for, newest first, and how many there are of them in all."""

    rows: tuple[AuditRow, ...]
    total: int


def trace_page(db: Store, asked: TraceFilter = EVERYTHING, limit: int = 50) -> TracePage:
    """Rows of the trace. Raises StoreError (not_allowed)."""
    with db.transaction() as connection:
        must_lead(connection, db.actor)
        count = sa.select(sa.func.count()).select_from(AUDIT).where(*asked.where())
        return TracePage(_rows(connection, asked, limit), connection.scalar(count) or 0)


def trace_deeds(db: Store) -> tuple[str, ...]:
    """Every kind of deed that is in the trace. Raises StoreError (not_allowed)."""
    with db.transaction() as connection:
        must_lead(connection, db.actor)
        return tuple(connection.scalars(sa.select(AUDIT.c.deed).distinct().order_by(AUDIT.c.deed)))


def follow_trace(db: Store, seen: str = "") -> Verified:
    """Whether the chain is whole; `seen`: a hash that must be in it. Raises StoreError
    (not_allowed)."""
    with db.transaction() as connection:
        must_lead(connection, db.actor)
        return verify_audit(connection, seen.strip())


def take_trace(db: Store, asked: TraceFilter = EVERYTHING) -> tuple[AuditRow, ...]:
    """The rows as a file takes them away, which is a deed itself. Raises StoreError
    (not_allowed)."""
    with db.transaction(write=True) as connection:
        must_lead(connection, db.actor)
        found = _rows(connection, asked, MOST_TAKEN)
        write_audit(connection, utc(db.now()), db.actor.subject, "download", "audit")
    return found


def _rows(connection: sa.Connection, asked: TraceFilter, limit: int) -> tuple[AuditRow, ...]:
    newest = sa.select(AUDIT).where(*asked.where()).order_by(AUDIT.c.number.desc()).limit(limit)
    return tuple(AuditRow(*row[:-1]) for row in connection.execute(newest))
