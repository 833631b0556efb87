"""Is a store ready for people: it answers, its tables are today's, its file is in its place, and
what people do can be written."""

import os
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.store.checks import StoreError
from core.store.database import MIGRATIONS, Store, is_in_place

ROOM = 4 * 1024 * 1024  # bytes that a file of SQLite needs beside it for the work of some tabs


def why_not_ready(db: Store) -> str | None:
    """One word for whoever watches (a kind of `faults.ADVICE`, "moved" or "migrations"); None where
    all is well. Says no address and no text of an error."""
    if not is_in_place(db):
        return "moved"
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    try:
        with db.transaction(write=True) as line:  # SQLite takes the lock that writers need
            if (why := _why_not_written(db, line)) is not None:
                return why
            current = MigrationContext.configure(line).get_current_revision()
    except StoreError as error:
        return str(error.details.get("kind", "other"))
    head = ScriptDirectory.from_config(config).get_current_head()
    return None if current == head else "migrations"


def _why_not_written(db: Store, line: sa.Connection) -> str | None:
    """Why a store that can be read would take nothing; found without writing into it."""
    if db.engine.dialect.name == "postgresql":
        reads = line.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
        return "read_only" if reads else None
    file = Path(str(db.engine.url.database))
    if not all(os.access(each, os.W_OK) for each in (file, file.absolute().parent)):
        return "read_only"
    disk = os.statvfs(file)
    return "full" if disk.f_bavail * disk.f_frsize < ROOM else None
