"""A store as one file to keep elsewhere, and back from it.

Safe while the app is in use. SQLite here; what PostgreSQL's own tools do is in `dump`.
"""

import contextlib
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from core.store.checks import StoreError
from core.store.database import open_store
from core.store.limits import WAIT_SECONDS, readable
from core.store.operation.dump import bring_in, dump_out, new_file


def back_up(url: str, to: Path) -> None:
    """Copy a store, whole and consistent, into a new file while others go on saving.

    Copying a SQLite file itself would miss what is still in its -wal file. Raises `StoreError`
    (backup: for example because `to` exists).
    """
    address = _read_url(url)
    if address.get_backend_name() == "postgresql":
        dump_out(address, to)
        return
    source = Path(str(address.database))
    if not source.is_file():
        raise StoreError("backup", f"there is no store at {source} to back up")
    new_file(to)
    try:
        _copy(source, to)
    except (sqlite3.Error, OSError) as error:
        to.unlink()
        raise StoreError("backup", f"cannot back up {source} to {to}: {error}") from error


def bring_back(url: str, source: Path, now: datetime) -> Path | None:
    """Put a backup in the place of a store, which is first backed up: beside the store's file, or
    with PostgreSQL beside the backup.

    Returns that file, None where there was no store. The backup is checked and brought to today's
    tables before anything is replaced; an app in use notices, and writes what its tabs still hold
    into it. Raises `StoreError` (restore, newer_database).
    """
    address = _read_url(url)
    if address.get_backend_name() == "postgresql":
        return bring_in(address, source, now)
    place = Path(str(address.database))
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check(source)
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(source, fresh)
        open_store(f"sqlite:///{fresh}").engine.dispose()  # the last to close empties its -wal file
        before, aside = None, place.with_name(f"{place.name}.before-restore-{now:%Y%m%d-%H%M%S}")
        if place.is_file():
            before = aside
            back_up(url, before)
        else:
            _part(place, aside)
        _replace(place, fresh)
    except (sqlite3.Error, OSError) as error:
        raise StoreError("restore", f"cannot bring back {source}: {error}") from error
    finally:
        for end in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)
    return before


def _read_url(url: str) -> sa.URL:
    try:
        return readable(url)
    except (sa.exc.SQLAlchemyError, ValueError):
        raise StoreError("cannot_open", "STORE_URL can not be read") from None


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)


def _copy(source: Path, to: Path) -> None:
    with closing(_connect(source)) as old, closing(_connect(to)) as new:
        old.backup(new)


def _check(source: Path) -> None:
    """That a file is a whole store. Raises StoreError (restore)."""
    if not source.is_file():
        raise StoreError("restore", f"cannot bring back {source}: there is no such file")
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as found:
            answer = found.execute("PRAGMA integrity_check").fetchone()[0]
            tables = {name for (name,) in found.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        answer, tables = str(error), set()
    if answer != "ok":
        raise StoreError("restore", f"cannot bring back {source}: it is damaged ({answer})")
    if not {"alembic_version", "version"} <= tables:
        raise StoreError("restore", f"cannot bring back {source}: it is no store of this program")


def _part(place: Path, aside: Path) -> None:
    """What lies beside a file that was put aside goes aside too: SQLite would write what the -wal
    file holds into the backup that comes to its place."""
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            place.with_name(place.name + end).replace(aside.with_name(aside.name + end))


def _replace(place: Path, fresh: Path) -> None:
    """`fresh` at `place`, and nothing of the old -wal file beside it, which is not of this file."""
    if not place.exists():
        fresh.replace(place)
        return
    with closing(_connect(place)) as old:
        for _ in range(50):  # empty the -wal file, and let nobody write into it any more
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            old.execute("BEGIN IMMEDIATE")
            wal = place.with_name(place.name + "-wal")
            if not wal.exists() or wal.stat().st_size == 0:
                break
            old.execute("ROLLBACK")
        else:
            raise StoreError("restore", "the store is in use without a pause: end the app first")
        fresh.replace(place)
        for end in ("-wal", "-shm"):
            place.with_name(place.name + end).unlink(missing_ok=True)
