"""A store as its operator meets it: dumped and brought back, ready or not, on a share or not."""

import os
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from core.store import faults
from core.store import versions as store
from core.store.checks import StoreError
from core.store.database import MIGRATIONS, Store, open_store
from core.store.operation.backup import back_up, bring_back
from core.store.operation.place import kind_of_mount, read_mounts
from core.store.operation.ready import why_not_ready
from core.store.working import autosave, working
from test_store import db, new, postgres, text, url  # noqa: F401

NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)
KEY = "tab-0123456789abcdef"
TOOLS = [name for name in ("pg_dump", "pg_restore", "psql") if shutil.which(name) is None]


@pytest.fixture
def server(postgres: str) -> Store:  # noqa: F811
    """A store on PostgreSQL, empty."""
    if TOOLS:
        pytest.skip(f"not installed: {', '.join(TOOLS)}")
    engine = sa.create_engine(postgres)
    with engine.begin() as line:
        line.exec_driver_sql("DROP SCHEMA public CASCADE")
        line.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return open_store(postgres)


def test_a_server_is_dumped_and_brought_back_while_people_work(
    server: Store, tmp_path: Path
) -> None:
    old = new(server, text("cũ"))
    autosave(server, KEY, text(1))
    copy = tmp_path / "store.dump"
    back_up(server.url, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match=r"store\.dump: the file already exists"):
        back_up(server.url, copy)
    late = new(server, text("late"))
    autosave(server, KEY, text(2))
    before = bring_back(server.url, copy, NOON)
    assert before is not None
    assert before.name == "store.dump.before-restore-20260327-120000"
    # the same connections go on, with what was in the dump
    assert store.read(server, old.scenario_id)[1] == text("cũ")
    assert store.find(server).total == 1
    assert working(server, KEY).payload == text(1)  # type: ignore[union-attr]
    assert new(server).number == 1
    bring_back(server.url, before, datetime(2026, 3, 28, tzinfo=UTC))
    assert store.read(server, late.scenario_id)[1] == text("late")
    server.engine.dispose()


def test_a_dump_of_an_earlier_version_is_brought_to_todays_tables(
    server: Store, tmp_path: Path
) -> None:
    """As after an update that is taken back: the database has tables that the dump has not."""
    saved = new(server, text("kept"))
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    revision = sa.text("SELECT version_num FROM alembic_version")
    with server.engine.begin() as line:
        newest = line.scalar(revision)
        config.attributes["connection"] = line
        command.downgrade(config, "0003")
    back_up(server.url, tmp_path / "old.dump")
    open_store(server.url).engine.dispose()
    bring_back(server.url, tmp_path / "old.dump", NOON)
    with server.engine.connect() as line:
        assert line.scalar(revision) == newest != "0003"
    assert store.read(server, saved.scenario_id)[1] == text("kept")
    server.engine.dispose()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer version of the program"),
        ("DROP TABLE alembic_version", "no store of this program"),
    ],
)
def test_a_dump_that_is_none_of_ours_replaces_nothing(
    server: Store, tmp_path: Path, change: str, says: str
) -> None:
    with server.engine.begin() as line:
        revision = line.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        line.exec_driver_sql(change)
    back_up(server.url, tmp_path / "other.dump")
    with server.engine.begin() as line:
        line.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32))")
        line.exec_driver_sql("DELETE FROM alembic_version")
        line.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")
    saved = new(server, text("here"))
    with pytest.raises(StoreError, match=says):
        bring_back(server.url, tmp_path / "other.dump", NOON)
    (tmp_path / "torn.dump").write_bytes((tmp_path / "other.dump").read_bytes()[:200])
    with pytest.raises(StoreError, match="cannot bring back"):
        bring_back(server.url, tmp_path / "torn.dump", NOON)
    assert store.read(server, saved.scenario_id)[1] == text("here")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.dump", "torn.dump"]
    server.engine.dispose()


def test_no_password_stands_among_the_programs_that_run_or_in_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        seen.append((command, options["env"]))
        return subprocess.CompletedProcess(command, 1, "", "FATAL: password s%cret failed")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    secret = "postgresql+psycopg://u:s%25cret@h:5433/x?sslmode=require&sslpassword=s%25cret"
    with pytest.raises(StoreError, match=r"cannot back up.*FATAL: password \*\*\* failed"):
        back_up(secret, tmp_path / "new.dump")
    [(command, environment)] = seen
    assert "cret" not in " ".join(command)
    assert "postgresql://u@h:5433/x?sslmode=require" in command
    assert environment["PGPASSWORD"] == "s%cret"
    assert not (tmp_path / "new.dump").exists()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(StoreError, match=r"pg_dump is not installed.*postgresql-client"):
        back_up(secret, tmp_path / "new.dump")


# --- ready ---------------------------------------------------------------------------------------


def test_a_store_is_ready_where_it_answers_with_todays_tables(db: Store) -> None:  # noqa: F811
    assert why_not_ready(db) is None
    with db.engine.begin() as line:
        line.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert why_not_ready(db) == "migrations"


def test_a_store_that_is_gone_or_locked_is_not_ready(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path}/s.db")
    (tmp_path / "s.db").rename(tmp_path / "t.db")
    assert why_not_ready(opened) == "moved"
    opened.engine.dispose()
    away = Store(sa.create_engine("postgresql+psycopg://u:secret@127.0.0.1:1/x"))
    assert why_not_ready(away) == "away"


@pytest.mark.parametrize("fault", ["overwritten", "full", "read_only", "locked"])
def test_a_store_that_is_read_and_takes_nothing_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    file = tmp_path / "s.db"
    opened = open_store(f"sqlite:///{file}", wait=0.1)
    assert why_not_ready(opened) is None
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        if fault == "overwritten":  # what the connections of the pool know of the file is no proof
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
            with file.open("r+b") as torn:
                torn.write(b"x" * file.stat().st_size)
            with pytest.raises(StoreError, match="not a database"), opened.transaction(write=True):
                pass
        if fault == "locked":
            other.execute("BEGIN IMMEDIATE")
        if fault == "full":
            full = os.statvfs_result([4096, 4096, 9, 9, 9, 9, 9, 9, 0, 255])
            monkeypatch.setattr(os, "statvfs", lambda path: full)
        if fault == "read_only":  # as a disk that was mounted so; an administrator may write all
            monkeypatch.setattr(os, "access", lambda path, how: how != os.W_OK)
        assert why_not_ready(opened) == {"overwritten": "corrupt"}.get(fault, fault)
    opened.engine.dispose()


# --- shares of a network -------------------------------------------------------------------------

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /srv/van\040ban rw,relatime shared:9 - nfs4 files:/export rw,vers=4.2
41 40 8:2 / /srv/van\040ban/local rw - xfs /dev/sdb1 rw
42 22 0:36 / /mnt/share rw - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/lan/s.db", None),
        ("/srv/van ban/766/s.db", "nfs4"),
        ("/srv/van ban/local/s.db", None),
        ("/mnt/share/s.db", "cifs"),
        ("/mnt/shared/s.db", None),
    ],
)
def test_a_share_is_known_by_the_file_system_over_the_file(path: str, kind: str | None) -> None:
    assert kind_of_mount(Path(path), read_mounts(MOUNTS)) == kind


def test_a_store_on_a_share_is_one_warning_and_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faults._told.clear()
    monkeypatch.setattr("core.store.database.share_of", lambda path: "nfs4")
    for _ in range(2):
        open_store(f"sqlite:///{tmp_path}/s.db").engine.dispose()
    [record] = caplog.records
    assert "network share (nfs4)" in record.getMessage()
    assert "STORE_URL" in record.getMessage()
