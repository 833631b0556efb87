"""What went wrong with a database: its kind, its words without a password, and what to do.

Viewers get a sentence of the page; the operator gets one line in the log, once a minute at most
while the fault lasts, and one when it is over.
"""

import errno
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from alembic.util import CommandError

from core.store.checks import StoreError

LOG = logging.getLogger("store")
QUIET_SECONDS = 60.0  # a fault that lasts is told to the operator once in this time
SECRETS = ("password", "sslpassword", "passfile")  # of the options in an address
_KEPT_IN_TABS = "what people do stays in their tabs and is kept when the store answers"
ADVICE = {
    "locked": f"Another program holds the database: end it. Meanwhile {_KEPT_IN_TABS}.",
    "read_only": "Give the account that runs the app the right to write there "
    "(SQLite: to the file and to its folder).",
    "full": "The disk is full: make room on it. Nothing that was saved is lost.",
    "corrupt": "The file is damaged or no database: put it aside with its -wal and -shm files and "
    "bring back a backup (python -m core restore FROM) while the app runs: open tabs then write "
    "what they hold into it.",
    "no_access": "See that the folder exists, is a folder, and that the account that runs the app "
    "may write there; DATA_DIR or STORE_URL says where.",
    "away": "See that the database server runs, and that host, port, database, user and password "
    f"in STORE_URL are right. Meanwhile {_KEPT_IN_TABS}.",
    "silent": f"See whether the database server and the network to it are alive. Meanwhile "
    f"{_KEPT_IN_TABS}.",
    "crowded": "More people write than the database answers: see what slows it.",
    "bad_url": "STORE_URL must look like sqlite:////folder/scenarios.db or "
    "postgresql+psycopg://user:password@host:5432/database.",
    "no_driver": "With the app's own Python: "
    "pip install --require-hashes -r requirements-postgres.lock.",
    "newer": "Start the version of the program that wrote it, or a later one.",
    "other": "See the message; the database's own log may say more.",
}
_SQLITE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
    sqlite3.SQLITE_CANTOPEN: "no_access",
    sqlite3.SQLITE_PERM: "no_access",
    sqlite3.SQLITE_IOERR: "no_access",
}
# SQLSTATE of PostgreSQL: lock_timeout, statement_timeout, read-only, disk, connections
_POSTGRES = {
    "55P03": "locked",
    "57014": "locked",
    "25006": "read_only",
    "53100": "full",
    "53300": "crowded",
}
_SYSTEM = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "read_only"}
_told: dict[tuple[str, str], float] = {}  # (address, kind): when the operator was told last
FAULT_COUNTS: Counter[str] = Counter()  # kind of fault -> how often since the start
_open: set[str] = set()  # addresses whose last line in the log is a fault


def kind_of(error: BaseException) -> str:
    """A key of ADVICE."""
    if isinstance(error, sa.exc.DBAPIError):
        return _database_kind(error.orig)
    if isinstance(error, sa.exc.TimeoutError):  # of the pool, or of `limits`
        return "silent" if "silent" in str(error) else "crowded"
    if isinstance(error, CommandError):
        return "newer"
    if isinstance(error, sa.exc.NoSuchModuleError | sa.exc.ArgumentError | ValueError | TypeError):
        return "bad_url"
    if isinstance(error, ImportError):
        return "no_driver"
    return _SYSTEM.get(error.errno or 0, "no_access") if isinstance(error, OSError) else "other"


def _database_kind(found: Any) -> str:
    code = getattr(found, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF, "other")
    if (state := getattr(found, "sqlstate", None)) in _POSTGRES:
        return _POSTGRES[state]
    words = str(found)
    if "timeout" in words or "timed out" in words:
        return "silent"
    if "URI query parameter" in words or "connection option" in words:
        return "bad_url"
    operational = type(found).__name__ in ("OperationalError", "AdminShutdown", "CannotConnectNow")
    return "away" if operational or (state or "").startswith("57P") else "other"


def without_secrets(address: sa.URL) -> str:
    """An address as it may be shown: no password, and none among its options."""
    shown = address.difference_update_query(SECRETS)
    return shown.render_as_string(hide_password=True)


def words_of(error: BaseException, url: str) -> str:
    """What an error says, on one line, without the password of the address."""
    if isinstance(error, ImportError):
        package = f"Python has no package {error.name}"
        return f"{package}; for PostgreSQL, install what requirements-postgres.lock lists"
    found = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    line = " ".join(str(found).split())
    for secret in _secrets(url):
        line = line.replace(secret, "***")
    return line


def _secrets(url: str) -> set[str]:
    """The password in its forms; all after the scheme where the address can not be read."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        rest = url.partition("//")[2]
        return {part for part in (rest, *rest.replace("@", ":").split(":")) if len(part) > 1}
    given = [address.password, *(address.query.get(name) for name in SECRETS)]
    plain = {str(secret) for secret in given if secret}
    return plain | {unquote(secret) for secret in plain}


def failed(
    shown: str, url: str, error: BaseException, code: str, sentence: str,
    clock: Callable[[], float] = time.monotonic,
) -> StoreError:  # fmt: skip
    """Tell the operator, and return the error for the page: `sentence` with the error's words."""
    kind, words = kind_of(error), words_of(error, url)
    now, key = clock(), (shown, kind)
    FAULT_COUNTS[kind] += 1
    if now - _told.get(key, -QUIET_SECONDS) >= QUIET_SECONDS:
        _told[key] = now
        _open.add(shown)
        LOG.error("store %s: %s: %s. %s", shown, kind.replace("_", " "), words, ADVICE[kind])
    return StoreError(code, f"{sentence}: {words}", kind=kind)


def gone(shown: str) -> None:
    """Tell the operator that the file of a store in use is not at its place any more."""
    LOG.error(
        "store %s: the file was removed or replaced while the app is running. A missing one is "
        "made anew. Bring back a backup while the app runs (python -m core restore FROM): what "
        "open tabs hold is written into it.",
        shown,
    )


def on_share(shown: str, kind: str) -> None:
    """Warn the operator, once a process, of a SQLite file on a share of the network."""
    if (shown, "share") not in _told:
        _told[shown, "share"] = 0.0
        LOG.warning(
            "store %s: the file lies on a network share (%s), where SQLite may lose or damage "
            "it as soon as two computers use it. Put it on a disk of this one (DATA_DIR), or use "
            "PostgreSQL (STORE_URL).",
            shown,
            kind,
        )


def over(shown: str) -> None:
    """Tell the operator that the store does its work again, if the last they heard was a fault.

    Where faults and successes take turns, that is one line of each a minute.
    """
    if shown in _open:
        _open.discard(shown)
        LOG.warning("store %s: answers again", shown)
