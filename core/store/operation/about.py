"""What an administrator is told of the store: which it is, how old its tables, who is signed in."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from alembic.migration import MigrationContext

from core.store.database import Store, utc
from core.store.office.gate import must_lead
from core.store.office.sign_ins import IDLE, LONGEST_SIGN_IN
from core.store.tables import AUDIT, SIGN_IN


@dataclass(frozen=True)
class StoreAbout:
    """`share`: the kind of network share that a SQLite file lies on, empty for none; `tables`: the
    last step of the tables' history; `traced`: rows of the trace."""

    kind: str
    version: str
    shown: str
    share: str
    tables: str
    signed_in: int
    traced: int


def about_store(db: Store) -> StoreAbout:
    """The store as it is now. Raises StoreError (not_allowed)."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    asked = "SELECT sqlite_version()" if is_sqlite else "SHOW server_version"
    with db.transaction() as connection:
        must_lead(connection, db.actor)
        return StoreAbout(
            "SQLite" if is_sqlite else "PostgreSQL",
            str(connection.scalar(sa.text(asked))),
            db.shown,
            db.share,
            MigrationContext.configure(connection).get_current_revision() or "",
            _signed_in(connection, utc(db.now())),
            connection.scalar(sa.select(sa.func.count()).select_from(AUDIT)) or 0,
        )


def _signed_in(connection: sa.Connection, now: datetime) -> int:
    """Sign-ins that count now: not ended, idle or too long."""
    query = sa.select(sa.func.count()).select_from(SIGN_IN).where(
        SIGN_IN.c.ended_at.is_(None),
        SIGN_IN.c.seen_at >= now - IDLE,
        SIGN_IN.c.since >= now - LONGEST_SIGN_IN,
    )  # fmt: skip
    return connection.scalar(query) or 0
