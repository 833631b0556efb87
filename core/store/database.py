"""How a database is reached, used in all-or-nothing transactions, and brought to today's tables."""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.dialects import postgresql, sqlite

from core.store import faults
from core.store.checks import StoreError
from core.store.limits import PATIENT_SECONDS, WAIT_SECONDS, bounded_engine, readable
from core.store.office.audit import REFUSED, write_audit
from core.store.office.deeds import OPEN_ACTOR, Actor
from core.store.office.modes import sign_in_mode
from core.store.operation.place import share_of

FOLDER = "kich-ban-766"
MIGRATIONS = str(Path(__file__).parent / "migrations").replace("%", "%%")  # as Alembic reads it
MIGRATION_LOCK = 766  # PostgreSQL names its advisory locks by numbers; this one is ours
# what is not a mistake but an attempt: it is written into the trace
REFUSALS = frozenset(
    {
        "not_signed_in",
        "not_allowed",
        "not_yours",
        "own_plan",
        "frozen",
        "submitted",
        "not_submitted",
        "unknown_work",
        "unknown_scenario",
        "unknown_plan",
        "unknown_account",
        "last_admin",
    }
)


def utc_now() -> datetime:
    """The clock that a store uses unless it is given another one."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; SQLite returns it without a zone, PostgreSQL in the server's."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def data_folder() -> Path:
    """Where what people make is kept: the folder `DATA_DIR`, or else the user's data folder."""
    folder = os.environ.get("DATA_DIR") or platformdirs.user_data_dir(FOLDER, appauthor=False)
    return Path(folder).absolute()


def store_url() -> str:
    """`STORE_URL`, or else a file in the data folder."""
    return os.environ.get("STORE_URL") or f"sqlite:///{data_folder() / 'scenarios.db'}"


@dataclass(frozen=True)
class Store:
    """One database of scenarios; safe to share between threads.

    `actor` is who holds it: what they do is theirs. Where it is `guarded`, every change asks what
    the actor may do at that moment, and nobody may do anything.
    """

    engine: sa.Engine
    now: Callable[[], datetime] = utc_now
    url: str = ""
    shown: str = ""  # the address without a password
    file: tuple[int, int] | None = None  # device and number of a SQLite file as it was opened
    actor: Actor = OPEN_ACTOR
    guarded: bool = False
    share: str = ""  # the kind of network share that a SQLite file lies on

    def held_by(self, actor: Actor) -> "Store":
        """The same database in the hands of somebody."""
        return self if actor == self.actor else replace(self, actor=actor)

    @contextmanager
    def transaction(self, write: bool = False) -> Iterator[sa.Connection]:
        """All or nothing. A database that is locked or away raises `StoreError` (unavailable).

        A refusal undoes all of it, and is written into the trace.
        """
        with (
            self._traced(),
            self._in_words(),
            self._connected(immediate=write) as line,
            line.begin(),
        ):
            yield line

    @contextmanager
    def _traced(self) -> Iterator[None]:
        try:
            yield
        except StoreError as error:
            if self.guarded and error.code in REFUSALS:
                self._trace(error)
            raise

    def _trace(self, error: StoreError) -> None:
        deed, target = str(error.details.get("deed", "")), str(error.details.get("id", ""))
        with (
            contextlib.suppress(StoreError),
            self._in_words(),
            self._connected(immediate=True) as line,
            line.begin(),
        ):
            details = {"why": error.code}
            now = utc(self.now())
            write_audit(line, now, self.actor.subject, deed or error.code, target, REFUSED, details)

    @contextmanager
    def at_once(self) -> Iterator[sa.Connection]:
        """A transaction for one changing statement: it ends with it, so it is one round trip."""
        if self.engine.dialect.name == "sqlite":
            with self.transaction(write=True) as line:
                yield line
            return
        with (
            self._traced(),
            self._in_words(),
            self._connected(isolation_level="AUTOCOMMIT") as line,
        ):
            yield line

    def _connected(self, **options: Any) -> sa.Connection:
        return self.engine.connect().execution_options(**options)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Whatever a driver or the pool raises becomes a `StoreError` and a line in the log."""
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            sentence = "the database did not answer, please try again"
            raise faults.failed(self.shown, self.url, error, "unavailable", sentence) from error
        faults.over(self.shown)


def insert_for(db: Store, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An insertion that can say what to do where the row exists."""
    return sqlite.insert(table) if db.engine.dialect.name == "sqlite" else postgresql.insert(table)


def is_in_place(db: Store) -> bool:
    """Whether the file that was opened is still the one at its address (SQLite)."""
    return db.file is None or db.file == _file(db.engine.url)


def _file(address: sa.URL) -> tuple[int, int] | None:
    try:
        found = os.stat(str(address.database))
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_store(
    url: str, now: Callable[[], datetime] = utc_now, wait: float = WAIT_SECONDS
) -> Store:
    """The store at an address such as "sqlite:////data/scenarios.db".

    A missing SQLite file is made, an older database is migrated; any number of processes may call
    this at once. `wait`: seconds until a locked or silent database is given up. Raises `StoreError`
    (unsupported, cannot_open, newer_database) whose sentence never shows a password.
    """
    shown, share = url.partition(":")[0] if ":" in url else "STORE_URL", ""
    try:
        address = readable(url)
        shown = faults.without_secrets(address)
        if address.get_backend_name() == "sqlite":
            _own_file(Path(str(address.database)))
            share = warned_share(url)
        engine = bounded_engine(address, wait)
        _migrate(engine, address)
    except CommandError as error:  # Alembic: the database holds a revision that is not here
        sentence = f"{shown} was written by a newer version of the program"
        raise faults.failed(shown, url, error, "newer_database", sentence) from error
    except StoreError as error:
        faults.LOG.error("store %s: %s. %s", shown, error, faults.ADVICE["bad_url"])
        raise
    # a driver may raise anything about an option that it does not know
    except (sa.exc.SQLAlchemyError, ImportError, OSError, ValueError, TypeError) as error:
        sentence = f"cannot open the store at {shown}"
        raise faults.failed(shown, url, error, "cannot_open", sentence) from error
    faults.over(shown)
    is_file = engine.dialect.name == "sqlite"
    guarded = not sign_in_mode().is_open
    file = _file(address) if is_file else None
    return Store(engine, now, url, shown, file, guarded=guarded, share=share)


def warned_share(url: str) -> str:
    """The kind of network share that a SQLite file lies on, of which the operator is warned; empty
    for none. Opens nothing, so that it is said at the start already. Raises StoreError (bad
    address)."""
    address = readable(url)
    if address.get_backend_name() != "sqlite":
        return ""
    share = share_of(Path(str(address.database))) or ""
    if share:
        faults.on_share(faults.without_secrets(address), share)
    return share


def _own_file(path: Path) -> None:
    """Make the file if it is missing; only the account that runs this may read it.

    SQLite gives the files that it makes beside it the same rights.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        with contextlib.suppress(FileNotFoundError, PermissionError):  # of another account: theirs
            rights = stat.S_IMODE(each.stat().st_mode)
            if rights & 0o077:
                each.chmod(rights & 0o700)


def _migrate(engine: sa.Engine, address: sa.URL) -> None:
    """Bring the tables up to date in one transaction that keeps all other processes out."""
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    patient = bounded_engine(address, PATIENT_SECONDS)
    try:
        with patient.connect().execution_options(immediate=True) as connection, connection.begin():
            if patient.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        patient.dispose()
