"""A PostgreSQL store as one file (`pg_dump -Fc`), and back from it in one transaction.

PostgreSQL's own tools do it (package postgresql-client). They are told the address without its
password, which other users of the computer could read among the programs that run.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from core.store import faults
from core.store.checks import StoreError
from core.store.database import MIGRATIONS, open_store
from core.store.limits import WAIT_SECONDS, bounded_engine
from core.store.tables import METADATA

_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE \S+ (\S+) ", re.MULTILINE)
_REVISION = re.compile(r"^COPY \S*alembic_version .*\n(\w+)$", re.MULTILINE)
_OWN = {table.name for table in METADATA.sorted_tables} | {"alembic_version"}


def new_file(to: Path) -> str:
    """Make the file of a backup, new and for this account only; how a fault of it begins.

    Raises StoreError (backup).
    """
    sentence = f"cannot back up to {to}"
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise StoreError("backup", f"{sentence}: the file already exists") from None
    except OSError as error:
        raise StoreError("backup", f"{sentence}: {error.strerror}") from error
    return sentence


def dump_out(address: sa.URL, to: Path) -> None:
    """Write the database into a new file that only this account may read; others go on saving.

    Raises StoreError (backup) and leaves no file where that is not possible.
    """
    sentence = new_file(to)
    try:
        wait = f"--lock-wait-timeout={round(1000 * WAIT_SECONDS)}"
        _call(address, "backup", sentence, "pg_dump", "-Fc", "--no-password", wait, "-f", str(to))
    except StoreError:
        to.unlink()
        raise


def bring_in(address: sa.URL, source: Path, now: datetime) -> Path | None:
    """Put a dump in the place of what the database holds, which is first dumped beside the source.

    Returns that file, None where the database had no store. All of it is one transaction: after a
    fault the database is as it was. Raises StoreError (restore, backup, newer_database).
    """
    sentence = f"cannot bring back {source}"
    if not source.is_file():
        raise StoreError("restore", f"{sentence}: there is no such file")
    held = _tables_of(address, source, sentence)
    before = None
    if _has_store(address, sentence):
        before = source.with_name(f"{source.name}.before-restore-{now:%Y%m%d-%H%M%S}")
        dump_out(address, before)
    # tables of a later version are not in the dump: migrations make them anew
    later = ", ".join(f'"{name}"' for name in sorted(_OWN - held))
    first = ["-c", f"DROP TABLE IF EXISTS {later} CASCADE"] if later else []
    options = ["-X", "-q", "--no-password", "-v", "ON_ERROR_STOP=1", "--single-transaction"]
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        script = str(Path(folder) / "store.sql")
        words = ["--clean", "--if-exists", "-f", script, str(source)]
        _call(address, None, sentence, "pg_restore", *words)
        _call(address, "restore", sentence, "psql", *options, *first, "-f", script)
    open_store(address.render_as_string(hide_password=False)).engine.dispose()
    return before


def _tables_of(address: sa.URL, source: Path, sentence: str) -> set[str]:
    """The tables of a dump that is a store of this version or an earlier one. Raises StoreError."""
    listed = _call(address, None, sentence, "pg_restore", "-l", str(source))
    held = set(_TABLE.findall(listed))
    if not {"alembic_version", "version"} <= held:
        raise StoreError("restore", f"{sentence}: it is no store of this program")
    rows = _call(address, None, sentence, "pg_restore", "--data-only", "-t", "alembic_version",
                 "-f", "-", str(source))  # fmt: skip
    found = _REVISION.search(rows)
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if found is None or found[1] not in known:
        said = f"{sentence}: it was written by a newer version of the program"
        raise StoreError("newer_database", said)
    return held


def _has_store(address: sa.URL, sentence: str) -> bool:
    engine = bounded_engine(address)
    try:
        return sa.inspect(engine).has_table("alembic_version")
    except sa.exc.SQLAlchemyError as error:
        words = faults.words_of(error, address.render_as_string(hide_password=False))
        raise StoreError("restore", f"{sentence}: {words}") from None
    finally:
        engine.dispose()


def _call(address: sa.URL, code: str | None, sentence: str, tool: str, *words: str) -> str:
    """What a tool answers. `code`: of the StoreError, and the tool is told the database; without
    one it reads only a file."""
    path = shutil.which(tool)
    if path is None:
        needs = f"{tool} is not installed (Debian: apt install postgresql-client)"
        raise StoreError(code or "restore", f"{sentence}: {needs}")
    place, environment = _place(address)
    command: Sequence[str] = [path, *words, *(["-d", place] if code else [])]
    quiet = subprocess.DEVNULL
    done = subprocess.run(
        command, env=environment, stdin=quiet, capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        url = address.render_as_string(hide_password=False)
        lines = done.stderr.strip().splitlines() or [f"{tool} ended with {done.returncode}"]
        words_of_it = faults.words_of(OSError(lines[-1]), url)
        raise StoreError(code or "restore", f"{sentence}: {words_of_it}")
    return done.stdout


def _place(address: sa.URL) -> tuple[str, dict[str, str]]:
    """An address for libpq without secrets, and an environment that has them."""
    plain = address.set(drivername="postgresql").difference_update_query(faults.SECRETS)
    secret = {"PGPASSWORD": address.password or address.query.get("password"),
              "PGPASSFILE": address.query.get("passfile")}  # fmt: skip
    kept = {name: str(value) for name, value in secret.items() if value}
    shown = sa.URL.create(
        "postgresql", plain.username, None, plain.host, plain.port, plain.database, plain.query
    )
    return shown.render_as_string(hide_password=False), {**os.environ, "LC_ALL": "C.UTF-8", **kept}
