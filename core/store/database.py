"""The store's tables, how a database is reached and how it is brought to today's tables.

The tables here are today's; `migrations/` holds the way to them from older databases. Back-up:
`backup` for a SQLite file (safe while in use), the database server's own tools otherwise.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from core.store.checks import StoreError

BUSY_SECONDS = 30  # how long a writer waits for another process before it gives up
MIGRATION_LOCK = 766  # PostgreSQL names its advisory locks by numbers; this one is ours
METADATA = sa.MetaData()
SCENARIO = sa.Table(
    "scenario",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)
VERSION = sa.Table(
    "version",
    METADATA,
    sa.Column("scenario_id", sa.String(16), sa.ForeignKey("scenario.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("author", sa.String(80), nullable=False),
    sa.Column("note", sa.String(2000), nullable=False),
    sa.Column("dataset_id", sa.String(120), nullable=False),
    sa.Column("dataset_version", sa.String(120), nullable=False),
    sa.Column("parent_id", sa.String(16)),
    sa.Column("parent_number", sa.Integer),
    sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("search_key", sa.String(480), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["parent_id", "parent_number"], ["version.scenario_id", "version.number"]
    ),
)
WORKING = sa.Table(
    "working",
    METADATA,
    sa.Column("session_key", sa.String(128), primary_key=True),
    sa.Column("scenario_id", sa.String(16)),
    sa.Column("base_number", sa.Integer),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("log", sa.Text, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
)


def utc_now() -> datetime:
    """The clock that a store uses unless it is given another one."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; SQLite returns it without a zone, PostgreSQL in the server's."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Store:
    """One database of scenarios; safe to share between threads."""

    engine: sa.Engine
    now: Callable[[], datetime] = utc_now

    @contextmanager
    def transaction(self, write: bool = False) -> Iterator[sa.Connection]:
        """All or nothing. A database that is locked or away raises `StoreError` (unavailable)."""
        try:
            with self.engine.connect().execution_options(immediate=write) as line, line.begin():
                yield line
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise StoreError(
                "unavailable", f"the database did not answer, please try again: {error.orig}"
            ) from error


def open_store(url: str, now: Callable[[], datetime] = utc_now) -> Store:
    """The store at a SQLAlchemy URL such as "sqlite:////data/scenarios.db".

    A missing SQLite file is made, an older database is migrated; any number of processes may call
    this at once. Raises `StoreError` (unsupported, cannot_open, newer_database) whose sentence
    never shows a password.
    """
    shown = url.split(":")[0]
    try:
        address = sa.make_url(url)
        shown = address.render_as_string(hide_password=True)
        engine = sa.create_engine(address, pool_pre_ping=True, **_options(address))
        if engine.dialect.name == "sqlite":
            Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
            sa.event.listen(engine, "connect", _set_up_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        _migrate(engine)
    except CommandError as error:  # Alembic: the database holds a revision that is not here
        raise StoreError(
            "newer_database", f"{shown} was written by a newer version of the program: {error}"
        ) from error
    except ImportError as error:
        raise StoreError(
            "cannot_open",
            f"cannot open the store at {shown}: Python has no package {error.name}; "
            "for PostgreSQL, install what requirements-postgres.lock lists",
        ) from error
    except (ArgumentError, DBAPIError, OSError) as error:
        raise StoreError("cannot_open", f"cannot open the store at {shown}: {error}") from error
    return Store(engine, now)


def _options(address: sa.URL) -> dict[str, Any]:
    if address.get_backend_name() != "sqlite":
        return {}
    if address.database in (None, "", ":memory:"):
        raise StoreError("unsupported", "the store must be a file: memory would be lost")
    return {"connect_args": {"timeout": BUSY_SECONDS}}


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside one writer (WAL), each commit on disk (FULL), our own BEGIN, foreign keys."""
    connection.isolation_level = None  # the driver must not begin transactions by itself
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:  # SQLite does not wait here by itself when
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY  # another process is switching
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    """Writers take the lock at once: one that reads first could not wait for another writer."""
    write = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date in one transaction that keeps all other processes out."""
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def backup(db: Store, path: Path) -> None:
    """Copy a SQLite store, whole and consistent, into a new file while others go on saving.

    Copying the file itself would miss what is still in its -wal file. Raises `StoreError`
    (not_sqlite, backup: for example because `path` exists).
    """
    if db.engine.dialect.name != "sqlite":
        raise StoreError("not_sqlite", "back up this database with its own tools, e.g. pg_dump")
    try:
        with closing(db.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(path),))
    except sqlite3.Error as error:
        raise StoreError("backup", f"cannot back up to {path}: {error}") from error
