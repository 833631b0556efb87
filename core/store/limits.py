"""Every wait for a database has an end: engines whose connections give up in seconds.

A server that is reached but says nothing more (its network is gone, its machine hangs) is noticed
by no time-out of its own; a connection in use is therefore cut after a time.
"""

import contextlib
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from core.store.checks import StoreError

WAIT_SECONDS = 4.0  # for a connection, for a lock, for a statement, for a place in the pool
PATIENT_SECONDS = 60.0  # for what happens once, at the start: new tables, another who makes them
SLACK_SECONDS = 2.0  # a server's own time-out comes first: it says what it waited for
_POOL = {"pool_size": 5, "max_overflow": 25}
DRIVER = "postgresql+psycopg"


def readable(url: str) -> sa.URL:
    """The parts of an address. Raises StoreError (unsupported) and what SQLAlchemy raises."""
    address = sa.make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername=DRIVER)
    if address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:"):
        raise StoreError("unsupported", "the store must be a file: memory would be lost")
    address.get_dialect()  # an unknown one is said first
    if address.drivername not in ("sqlite", "sqlite+pysqlite", DRIVER):
        raise StoreError("unsupported", f"the store is sqlite or {DRIVER}, no {address.drivername}")
    return address


def bounded_engine(address: sa.URL, wait: float = WAIT_SECONDS) -> sa.Engine:
    """An engine each of whose waits ends after about `wait` seconds."""
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            address, connect_args={"timeout": wait}, pool_timeout=wait, **_POOL
        )
        sa.event.listen(engine, "connect", _set_up_sqlite(wait))
        sa.event.listen(engine, "begin", _begin_sqlite)
        sa.event.listen(engine, "checkin", _forget_sqlite)
        return engine
    engine = sa.create_engine(
        address, connect_args=_postgres_options(address, wait), pool_timeout=wait, **_POOL
    )
    arm, check, disarm = _watch(engine, wait + SLACK_SECONDS)
    sa.event.listen(engine, "connect", arm, insert=True)  # before the first questions of SQLAlchemy
    sa.event.listen(engine, "checkout", check)
    sa.event.listen(engine, "checkin", disarm)
    sa.event.listen(engine, "handle_error", _name_silence)
    return engine


# --- SQLite --------------------------------------------------------------------------------------


def _set_up_sqlite(wait: float) -> Callable[[Any, Any], None]:
    """Readers beside one writer (WAL), each commit on disk (FULL), our own BEGIN, foreign keys."""

    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        deadline = time.monotonic() + wait
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:  # SQLite does not wait here by itself when
                busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY  # another one is switching
                if not busy or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    return set_up


def _begin_sqlite(connection: sa.Connection) -> None:
    """Writers take the lock at once: one that reads first could not wait for another writer."""
    write = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _forget_sqlite(connection: Any, _record: Any) -> None:
    """What a connection remembers of the file goes when its work is done: where the file was
    overwritten meanwhile, the next one reads that and fails, and keeps nothing in a torn file."""
    if connection is not None:
        connection.execute("PRAGMA shrink_memory")


# --- PostgreSQL ----------------------------------------------------------------------------------


def _postgres_options(address: sa.URL, wait: float) -> dict[str, Any]:
    """Options of libpq; what the address itself says goes before."""
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    ours = " ".join(f"-c {name}={round(1000 * wait)}" for name in limits)
    options: dict[str, Any] = {
        "connect_timeout": round(wait),
        "prepare_threshold": None,  # preparing a statement would be one more round trip
        "keepalives": 1,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": round(1000 * (wait + SLACK_SECONDS)),
    }
    given = {name: value for name, value in options.items() if name not in address.query}
    return given | {"options": f"{ours} {address.query.get('options', '')}".strip()}


def _name_silence(context: sa.ExceptionContext) -> BaseException | None:
    """What the driver says of a connection that `_watch` has cut, said as it is."""
    line = context.connection
    if line is not None and not line.invalidated and line.info.get("cut"):
        return sa.exc.TimeoutError("the server is silent")
    return None


def _watch(engine: sa.Engine, seconds: float) -> tuple[Callable[..., None], ...]:
    """Handlers of the pool: a connection in use longer than `seconds` is cut.

    One that was idle is asked first whether it is alive; if not, the pool makes new ones.
    """

    def arm(connection: Any, record: Any) -> None:
        line = socket.socket(fileno=os.dup(connection.fileno()))
        timer = threading.Timer(seconds, cut, (line, record.info))
        timer.daemon = True
        record.info["watch"] = (timer, line)
        timer.start()

    def cut(line: socket.socket, info: dict[str, Any]) -> None:
        info["cut"] = True
        with contextlib.suppress(OSError):  # closed meanwhile
            line.shutdown(socket.SHUT_RDWR)

    def disarm(_connection: Any, record: Any) -> None:
        timer, line = record.info.pop("watch", (None, None))
        if timer is not None:
            timer.cancel()
            line.close()

    def check(connection: Any, record: Any, _proxy: Any) -> None:
        is_new = "watch" in record.info
        disarm(connection, record)
        arm(connection, record)
        if is_new:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            was_cut = record.info.get("cut", False)
            disarm(connection, record)
            if was_cut:  # asking another connection would be as long a wait again
                raise sa.exc.TimeoutError(f"the server is silent for {seconds:g} s") from error
            raise sa.exc.InvalidatePoolError() from error

    return arm, check, disarm
