"""A store that is locked, silent, gone, full or wrong: an end to every wait, a sentence, a line."""

import json
import logging
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.__main__ import main
from core.store import faults, limits
from core.store import versions as store
from core.store import working as store_working
from core.store.checks import StoreError
from core.store.database import Store, is_in_place, open_store
from core.store.operation.backup import back_up, bring_back
from core.store.working import autosave, bin_older, working
from proxy import Line, line_to
from test_store import db, new, postgres, save, text, url  # noqa: F401

KEY = "tab-0123456789abcdef"
WAIT = 1.0  # seconds; the app itself waits longer
NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Log = pytest.LogCaptureFixture


@pytest.fixture(autouse=True)
def untold() -> None:
    """Nothing has been told to the operator yet."""
    faults._told.clear()


def refused(call: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError, match=r"did not answer|cannot open|store") as caught:
        call()
    return caught.value


def sqlite_store(folder: Path, **rest: object) -> Store:
    return open_store(f"sqlite:///{folder}/s.db", wait=WAIT, **rest)  # type: ignore[arg-type]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program writes and does not come to an end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def far(postgres: str) -> Iterator[tuple[Line, Store]]:  # noqa: F811
    """A store on PostgreSQL and the line to it."""
    address = sa.make_url(postgres)
    with line_to(address.host or "127.0.0.1", address.port or 5432) as line:
        there = address.set(host="127.0.0.1", port=line.port)
        opened = open_store(there.render_as_string(hide_password=False), wait=WAIT + 1)
        yield line, opened
        opened.engine.dispose()
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


# --- an end to every wait ------------------------------------------------------------------------


def test_twenty_five_people_before_a_locked_file_are_all_answered_and_then_all_kept(
    tmp_path: Path,
) -> None:
    """More than the pool has places: some wait for the lock, others for a place."""
    db = sqlite_store(tmp_path)  # noqa: F811

    def write(tab: int) -> str:
        try:
            autosave(db, f"tab-{tab:016d}", text(tab))
        except StoreError as error:
            return error.code
        return "kept"

    with ThreadPoolExecutor(40) as people:
        with locked(tmp_path / "s.db"):
            assert set(people.map(write, range(40))) == {"unavailable"}
        # on a busy machine the last of them may not come to it at once: a tab tries again by itself
        again = lambda tab: "kept" in (write(tab) for _ in range(20))  # noqa: E731
        assert all(people.map(again, range(25)))
    for tab in range(25):
        assert working(db, f"tab-{tab:016d}") is not None
    db.engine.dispose()


def test_a_pool_without_a_place_is_a_store_that_does_not_answer(tmp_path: Path) -> None:
    """SQLAlchemy's TimeoutError is none of a database: it was the error box."""
    db = sqlite_store(tmp_path)  # noqa: F811
    tight = sa.create_engine(db.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    with tight.connect():
        error = refused(lambda: store.find(Store(tight)))
    assert (error.code, error.details["kind"]) == ("unavailable", "crowded")
    tight.dispose()
    db.engine.dispose()


def test_a_row_locked_on_a_server_is_given_up_and_then_written(
    far: tuple[Line, Store],
    postgres: str,  # noqa: F811
) -> None:
    _, db = far  # noqa: F811
    autosave(db, KEY, text(1))
    with sa.create_engine(postgres).connect() as other, other.begin():
        other.exec_driver_sql("SELECT * FROM working FOR UPDATE")
        error = refused(lambda: autosave(db, KEY, text(2)))
        other.rollback()
    assert (error.code, error.details["kind"]) == ("unavailable", "locked")
    assert autosave(db, KEY, text(3)) == 0


def test_a_silent_server_is_given_up_and_asked_again_when_it_speaks(
    far: tuple[Line, Store],
) -> None:
    """No end of the connection is told: without a limit of ours this waited for ever."""
    line, db = far  # noqa: F811
    autosave(db, KEY, text(1))
    line.is_silent.set()
    assert refused(lambda: autosave(db, KEY, text(2))).details["kind"] == "silent"
    assert refused(lambda: store.find(db)).code == "unavailable"
    line.is_silent.clear()
    autosave(db, KEY, text(3))
    kept = working(db, KEY)
    assert kept is not None and kept.payload == text(3)


def test_a_server_that_turns_silent_in_the_middle_of_a_transaction_is_given_up(
    far: tuple[Line, Store],
) -> None:
    line, db = far  # noqa: F811

    def stop(*_: object) -> None:
        line.is_silent.set()

    sa.event.listen(db.engine, "before_cursor_execute", stop)
    assert refused(lambda: store.find(db)).details["kind"] == "silent"


def test_a_server_silent_from_the_start_is_given_up(postgres: str) -> None:  # noqa: F811
    address = sa.make_url(postgres)
    with line_to("127.0.0.1", address.port or 5432) as line:
        line.is_silent.set()
        there = address.set(host="127.0.0.1", port=line.port).render_as_string()
        assert refused(lambda: open_store(there, wait=WAIT + 1)).code == "cannot_open"


def test_a_server_that_was_restarted_is_not_noticed(far: tuple[Line, Store]) -> None:
    line, db = far  # noqa: F811
    with ThreadPoolExecutor(8) as people:
        for step in range(3):
            results = people.map(lambda tab: autosave(db, f"{tab:016d}", text(1)), range(8))
            assert list(results) == [0] * 8, step
            line.cut()
    saved = new(db)
    line.cut()
    assert isinstance(save(db, saved, "{}"), store.Version)


def test_a_move_is_at_most_two_round_trips(far: tuple[Line, Store]) -> None:
    """One to see whether the line is alive, one to write; it was eight."""
    line, db = far  # noqa: F811
    autosave(db, KEY, text(0), owner="me", take=False)
    turns = []
    for step in range(12):
        before = line.turns
        assert autosave(db, KEY, text(step), owner="me", take=False) == 0
        turns.append(line.turns - before)
    assert max(turns) <= 2


def test_the_limits_stand_in_the_connection_and_the_address_goes_before_them(
    postgres: str,  # noqa: F811
) -> None:
    url = sa.make_url(postgres).update_query_dict(  # noqa: F811
        {"connect_timeout": "9", "options": "-c lock_timeout=7000"}
    )
    given = limits._postgres_options(url, 4.0)
    assert "connect_timeout" not in given
    assert given["tcp_user_timeout"] == 6000
    db = open_store(url.render_as_string(hide_password=False))  # noqa: F811
    with db.engine.connect() as line:
        found = [
            line.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "statement_timeout")
        ]
    assert found == ["7s", "4s"]
    db.engine.dispose()


def test_a_commit_to_a_file_is_on_the_disk_and_readers_stand_beside_the_writer(
    tmp_path: Path,
) -> None:
    """2 is FULL: the disk has a commit before it is confirmed (sqlite.org/pragma.html)."""
    made = open_store(f"sqlite:///{tmp_path / 's.db'}")
    with made.engine.connect() as line:
        names = ("synchronous", "journal_mode", "foreign_keys")
        found = [line.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == [2, "wal", 1]
    made.engine.dispose()


# --- who a key belongs to ------------------------------------------------------------------------


def test_a_key_is_its_owners_until_another_takes_it(db: Store) -> None:  # noqa: F811
    assert autosave(db, KEY, text("mine"), owner="a", take=False) == 0
    assert autosave(db, KEY, text("not his"), owner="b", take=False) is None
    assert autosave(db, KEY, text("taken"), owner="b", take=True) == 0
    assert autosave(db, KEY, text("late"), owner="a", take=False) is None
    found = working(db, KEY)
    assert found is not None and found.payload == text("taken")
    store_working.note_copy(db, KEY)
    assert autosave(db, KEY, text("told"), owner="b", take=False) == 1


# --- clocks --------------------------------------------------------------------------------------


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


def test_what_is_old_goes_into_a_bin_and_comes_back_by_its_key(url: str) -> None:  # noqa: F811
    clock = Clock()
    db = open_store(url, now=clock)  # noqa: F811
    autosave(db, "a" * 16, text("a"))
    clock.time += 181 * DAY
    autosave(db, "b" * 16, text("b"))
    assert bin_older(db, 180 * DAY) == (1, 0)
    assert working(db, "a" * 16).payload == text("a")  # type: ignore[union-attr]
    autosave(db, "a" * 16, text("again"))
    clock.time += 181 * DAY
    autosave(db, "b" * 16, text("b"))
    assert bin_older(db, 180 * DAY) == (1, 0)
    clock.time += 181 * DAY
    autosave(db, "b" * 16, text("b"))
    assert bin_older(db, 180 * DAY) == (0, 1)
    assert working(db, "a" * 16) is None
    assert working(db, "b" * 16) is not None
    db.engine.dispose()


def test_a_clock_a_year_ahead_makes_nothing_old(url: str) -> None:  # noqa: F811
    """Started once so, and once with somebody at work; then the clock is right again."""
    clock = Clock()
    db = open_store(url, now=clock)  # noqa: F811
    autosave(db, "a" * 16, text("a"))
    clock.time = NOON + 365 * DAY
    assert bin_older(db, 180 * DAY) == (0, 0)
    for ahead in (365, 3650):
        clock.time = NOON + ahead * DAY
        autosave(db, "b" * 16, text(ahead))
        assert bin_older(db, 180 * DAY)[1] == 0
        clock.time = NOON + DAY
        assert bin_older(db, 180 * DAY) == (0, 0)
    with db.engine.connect() as line:
        assert (
            line.exec_driver_sql("SELECT count(*) FROM working WHERE binned_at IS NULL").scalar()
            == 2
        )
    assert working(db, "a" * 16) is not None
    db.engine.dispose()


def test_with_a_clock_behind_the_newest_scenario_is_still_the_one_saved_last(
    url: str,  # noqa: F811
) -> None:
    clock = Clock()
    db = open_store(url, now=clock)  # noqa: F811
    new(db, name="trước")
    clock.time -= 400 * DAY
    last = new(db, name="sau")
    assert [found.name for found in store.find(db).items] == ["sau", "trước"]
    clock.time -= DAY
    save(db, last, "{}")
    new(db, name="cuối")
    assert [found.name for found in store.find(db).items] == ["cuối", "sau", "trước"]
    db.engine.dispose()


# --- files that go, come back, and are read by others --------------------------------------------


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        (tmp_path / "s.db").touch(0o644)
        db = sqlite_store(tmp_path)
        new(db)
        other = open_store(f"sqlite:///{tmp_path}/folder/t.db")
    finally:
        os.umask(previous)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert set(found) >= {"s.db", "s.db-wal", "s.db-shm", "t.db", "folder"}
    assert {rights & 0o077 for rights in found.values()} == {0}
    db.engine.dispose()
    other.engine.dispose()


def test_a_file_that_is_removed_or_replaced_is_noticed(tmp_path: Path) -> None:
    db = sqlite_store(tmp_path)  # noqa: F811
    assert is_in_place(db)
    (tmp_path / "s.db").unlink()
    assert not is_in_place(db)
    db.engine.dispose()
    again = sqlite_store(tmp_path)
    assert is_in_place(again)
    other = open_store(f"sqlite:///{tmp_path}/other.db")
    other.engine.dispose()
    (tmp_path / "other.db").replace(tmp_path / "s.db")
    assert not is_in_place(again)
    again.engine.dispose()


def test_a_version_that_a_store_lost_is_write_again_once_and_nothing_is_overwritten(
    db: Store,  # noqa: F811
) -> None:
    texts = {"name": "A", "author": "Lan", "dataset_id": "d", "dataset_version": "1"}
    lost = "abcdefghijklmnop"
    with ThreadPoolExecutor(4) as tabs:
        done = tabs.map(lambda _: store.write_again(db, lost, 3, text("a"), **texts), range(8))
        assert list(done) == [True] * 8
    assert not store.write_again(db, lost, 3, text("b"), **texts)
    [found] = store.history(db, lost)
    assert (found.number, found.name, store.read(db, lost, 3)[1]) == (3, "A", text("a"))
    assert isinstance(save(db, found, "{}"), store.Version)


def test_a_backup_is_a_whole_store_and_never_overwrites_a_file(tmp_path: Path) -> None:
    db = sqlite_store(tmp_path)  # noqa: F811
    saved = new(db, text("kept"))
    back_up(db.url, tmp_path / "copy.db")  # while the store is open, with its -wal file
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    with pytest.raises(StoreError, match=r"copy\.db: the file already exists"):
        back_up(db.url, tmp_path / "copy.db")
    with pytest.raises(StoreError, match="no store at"):
        back_up(f"sqlite:///{tmp_path}/none.db", tmp_path / "b.db")
    copied = open_store(f"sqlite:///{tmp_path}/copy.db")
    assert store.read(copied, saved.scenario_id) == (saved, text("kept"))
    db.engine.dispose()
    copied.engine.dispose()


def test_a_backup_is_brought_back_under_a_running_store_and_the_one_before_is_kept(
    tmp_path: Path,
) -> None:
    db = sqlite_store(tmp_path)  # noqa: F811
    old = new(db, text("old"))
    back_up(db.url, tmp_path / "copy.db")
    late = new(db, text("late"))
    before = bring_back(db.url, tmp_path / "copy.db", NOON)
    assert not is_in_place(db)
    db.engine.dispose()
    again = sqlite_store(tmp_path)
    assert store.read(again, old.scenario_id)[1] == text("old")
    assert store.find(again).total == 1
    assert new(again).number == 1
    with again.engine.connect() as line:
        assert line.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    kept = open_store(f"sqlite:///{before}")
    assert store.read(kept, late.scenario_id)[1] == text("late")
    left = sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("."))
    assert left == []
    for opened in (again, kept):
        opened.engine.dispose()


def test_what_lay_beside_a_file_that_was_put_aside_is_not_written_into_the_backup(
    tmp_path: Path,
) -> None:
    """SQLite reads a -wal file with whatever file stands beside it: "How To Corrupt An SQLite
    Database File", section 1.4."""
    db = sqlite_store(tmp_path)  # noqa: F811
    old = new(db, text("old"))
    back_up(db.url, tmp_path / "copy.db")
    new(db, text("late"))
    late = (tmp_path / "s.db-wal").read_bytes()
    db.engine.dispose()
    (tmp_path / "s.db").replace(tmp_path / "torn.db")
    (tmp_path / "s.db-wal").write_bytes(late)  # as a process leaves it that was killed
    assert bring_back(db.url, tmp_path / "copy.db", NOON) is None
    again = sqlite_store(tmp_path)
    assert store.find(again).total == 1 and store.read(again, old.scenario_id)[1] == text("old")
    again.engine.dispose()
    (kept,) = tmp_path.glob("*.before-restore-*")
    assert kept.read_bytes() == late, "it may hold what the torn file lacks"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"unit,name\n" * 1000, "damaged"), (b"", "no store of this program"), (None, "no such file")],
)
def test_what_is_no_backup_replaces_nothing(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    db = sqlite_store(tmp_path)  # noqa: F811
    if content is not None:
        (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(StoreError, match=says):
        bring_back(db.url, tmp_path / "copy.db", NOON)
    assert is_in_place(db)
    db.engine.dispose()


def test_the_command_line_backs_up_and_restores_the_store_of_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STORE_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    db = open_store(f"sqlite:///{tmp_path}/scenarios.db")  # noqa: F811
    saved = new(db, text("kept"))
    db.engine.dispose()
    copy = str(tmp_path / "copy.db")
    assert main(["backup", copy]) == 0
    assert main(["backup", copy]) == 2
    (tmp_path / "scenarios.db").unlink()
    assert main(["restore", copy]) == 0
    assert main(["restore", copy, "--json"]) == 0
    out, err = capsys.readouterr()
    assert "the file already exists" in err
    assert json.loads(out.splitlines()[-1])["restored"] == copy
    again = open_store(f"sqlite:///{tmp_path}/scenarios.db")
    assert store.read(again, saved.scenario_id) == (saved, text("kept"))
    again.engine.dispose()


# --- what the operator reads ---------------------------------------------------------------------

BAD_URLS = {
    "nonsense": ("nonsense", "must look like"),
    "an unknown database": ("nosuch://u:secret@h/x", "must look like"),
    "a database that is not supported": ("oracle://u:secret@h/x", "must look like"),
    "memory": ("sqlite://", "must look like"),
    "a port in words": ("postgresql://u:secret@h:secret/x", "must look like"),
    "an option that is none": ("postgresql://u:secret@127.0.0.1:1/x?nosuch=1", "must look like"),
    "a folder that can not be": ("sqlite:////dev/null/s.db", "DATA_DIR or STORE_URL says where"),
    "nobody listens": ("postgresql+psycopg://u:secret@127.0.0.1:1/x", "database server runs"),
    "a secret among the options": (
        "postgresql://u@127.0.0.1:1/x?password=secret&sslpassword=secret", "database server runs",
    ),
    "a host that is none": ("postgresql://u:se%63ret@no.invalid/x", "database server runs"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_URLS)
def test_a_store_that_can_not_be_opened_is_one_line_without_the_password(
    case: str, caplog: Log
) -> None:
    url, advice = BAD_URLS[case]  # noqa: F811
    error = refused(lambda: open_store(url, wait=2))
    [record] = caplog.records
    line = record.getMessage()
    assert (record.name, record.levelno) == ("store", logging.ERROR)
    assert advice in line
    assert "\n" not in line
    assert "secret" not in line + str(error)


def test_no_driver_is_said_with_what_to_install(
    caplog: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    assert refused(lambda: open_store("postgresql://u:secret@h/x")).code == "cannot_open"
    assert "-r requirements-postgres.lock" in caplog.text
    assert "secret" not in caplog.text


def corrupt(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 30_000)


def full(db: Store) -> None:  # noqa: F811
    """As on a full disk: SQLite itself refuses another page."""

    def stop(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(db.engine, "connect", stop)


FAULTS = ["locked", "read_only", "full", "corrupt"]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_in_use_is_one_line_of_what_and_what_to_do_and_one_when_it_is_over(
    tmp_path: Path, kind: str, caplog: Log
) -> None:
    db = sqlite_store(tmp_path)  # noqa: F811
    new(db, text("x" * 50_000))
    db.engine.dispose()
    if kind == "full":
        full(db)
    if kind == "read_only":
        sa.event.listen(db.engine, "connect", lambda c, _: c.execute("PRAGMA query_only = ON"))
    if kind == "corrupt":
        corrupt(tmp_path / "s.db")
    with locked(tmp_path / "s.db") if kind == "locked" else threading.Lock():
        for _ in range(3):
            error = refused(lambda: autosave(db, KEY, text("y" * 50_000)))
            assert error.details["kind"] == kind
    [record] = caplog.records  # three faults of one kind, one line
    line = record.getMessage()
    assert kind.replace("_", " ") in line
    assert faults.ADVICE[kind] in line
    assert "\n" not in line
    if kind == "locked":
        autosave(db, KEY, text(1))
        assert caplog.records[-1].getMessage().endswith("s.db: answers again")
    db.engine.dispose()


def test_faults_that_come_and_go_are_one_line_of_each_a_minute(caplog: Log) -> None:
    for second in range(0, 90, 3):
        faults.failed("turns", "", TimeoutError(), "unavailable", "no", clock=lambda: float(second))  # noqa: B023
        faults.over("turns")
    said = [record.getMessage().endswith("answers again") for record in caplog.records]
    assert said == [False, True, False, True]


def test_a_fault_that_lasts_is_told_again_after_a_minute(caplog: Log) -> None:
    times = iter([0.0, 59.0, 61.0])
    for _ in range(3):
        faults.failed("s", "sqlite:///s", OSError("x"), "c", "w", clock=lambda: next(times))
    assert len(caplog.records) == 2
