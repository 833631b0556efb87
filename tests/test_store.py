"""Laws of the store: nothing is lost, nothing is changed, nobody overwrites anybody."""

import contextlib
import hashlib
import json
import os
import secrets
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.store import checks as store_checks
from core.store import limits as store_limits
from core.store import tables as store_tables
from core.store import versions as store
from core.store import working as store_working
from core.store.checks import StoreError
from core.store.database import Store, open_store

DATASET = {"dataset_id": "binh_phuoc_2025", "dataset_version": "1"}
SERVER = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
SLOW_FIXTURE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    # the whole of Unicode, with the NUL and the half pairs that databases choke on
    | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)  # fmt: skip


Saved = store.Version | store.Conflict


def text(value: object) -> str:
    return json.dumps({"version": 1, "changes": value})


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of an empty database that is dropped at the end."""
    admin = sa.create_engine(
        SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3}
    )
    name = f"store_test_{secrets.token_hex(6)}"
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except sa.exc.OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL to test with: {error.orig}")
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store that does not exist yet, on each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new folder/kịch bản.db"
        return
    address = request.getfixturevalue("postgres")
    yield address
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


@pytest.fixture
def db(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.engine.dispose()


def new(db: Store, payload: str = "{}", name: str = "Kịch bản", **rest: str) -> store.Version:
    return store.create(db, payload, name=name, **{"author": "Lan", **DATASET, **rest})


def save(db: Store, seen: store.Version, payload: str, author: str = "Minh") -> Saved:
    return store.save(
        db, seen.scenario_id, seen.number, payload, author=author, dataset_version="2"
    )


def everything(db: Store) -> set[tuple[object, ...]]:
    """All rows of all versions, read past the functions under test."""
    with db.engine.connect() as connection:
        return {tuple(row) for row in connection.exec_driver_sql("SELECT * FROM version")}


# --- versions ----------------------------------------------------------------------------------


def test_who_when_and_what_of_a_scenario_from_its_first_save_to_its_return(url: str) -> None:
    hours = iter(range(24))
    start = datetime(2025, 3, 27, 7, 30, tzinfo=UTC)
    db = open_store(url, now=lambda: start + timedelta(hours=next(hours)))
    first = new(db, '{"a": 1}', note="bản đầu\ndòng hai")
    second = save(db, first, '{"a": 2}')
    store.rename(db, first.scenario_id, "Quý II", author="Hà")
    store.delete(db, first.scenario_id, author="Hà", note="nhầm")
    assert store.find(db).items == ()
    assert [v.name for v in store.find(db, deleted=True).items] == ["Quý II"]
    store.restore(db, first.scenario_id, author="Lan")
    seen = store.history(db, first.scenario_id)
    assert [(v.number, v.kind, v.author, v.name, v.parent_number) for v in seen] == [
        (5, "restore", "Lan", "Quý II", 3),
        (4, "delete", "Hà", "Quý II", 3),
        (3, "rename", "Hà", "Quý II", 2),
        (2, "save", "Minh", "Kịch bản", 1),
        (1, "save", "Lan", "Kịch bản", None),
    ]
    assert [v.dataset_version for v in seen] == ["2", "2", "2", "2", "1"]
    assert (seen[-1].note, seen[1].note) == ("bản đầu\ndòng hai", "nhầm")
    # the clock is read once for the scenario and once for each version: 8:30, 9:30, ... 12:30
    assert [v.saved_at for v in reversed(seen)] == [start + timedelta(hours=h) for h in range(1, 6)]
    assert store.read(db, first.scenario_id) == (seen[0], '{"a": 2}')
    assert store.read(db, first.scenario_id, 1) == (first, '{"a": 1}')
    assert store.read(db, first.scenario_id, 2) == (second, '{"a": 2}')
    db.engine.dispose()


def test_of_two_who_save_at_once_the_second_is_told_and_both_saves_are_kept(db: Store) -> None:
    seen = new(db, text("start"), name="Kế hoạch")
    lan = save(db, seen, text("Lan's"), author="Lan")
    minh = save(db, seen, text("Minh's"), author="Minh")
    assert isinstance(lan, store.Version)
    assert isinstance(minh, store.Conflict)
    assert [(v.author, v.kind, v.number) for v in minh.between] == [("Lan", "save", 2)]
    assert minh.between[0].saved_at == lan.saved_at
    assert store.read(db, seen.scenario_id)[1] == text("Lan's")
    assert store.read(db, minh.kept.scenario_id) == (minh.kept, text("Minh's"))
    assert (minh.kept.name, minh.kept.kind) == ("Kế hoạch (2)", "conflict")
    assert (minh.kept.parent_id, minh.kept.parent_number) == (seen.scenario_id, 1)
    third = save(db, seen, text("third"))
    assert isinstance(third, store.Conflict)
    assert third.kept.name == "Kế hoạch (3)"
    # his own copy is an ordinary scenario from here on
    assert isinstance(save(db, minh.kept, text("more")), store.Version)


def test_a_save_onto_a_scenario_that_another_has_deleted_is_kept_and_told(db: Store) -> None:
    seen = new(db)
    store.delete(db, seen.scenario_id, author="Hà")
    told = save(db, seen, text("late"))
    assert isinstance(told, store.Conflict)
    assert [(v.kind, v.author) for v in told.between] == [("delete", "Hà")]
    assert store.find(db).items == (told.kept,)


def test_a_copy_goes_its_own_way(db: Store) -> None:
    source = new(db, text("source"), name="A")
    copied = store.copy(db, source.scenario_id, author="Hà")
    assert (copied.name, copied.kind, copied.number) == ("A (2)", "copy", 1)
    assert (copied.parent_id, copied.parent_number) == (source.scenario_id, 1)
    save(db, copied, text("copy"))
    store.delete(db, source.scenario_id, author="Hà")
    assert store.read(db, copied.scenario_id)[1] == text("copy")
    assert store.read(db, source.scenario_id)[1] == text("source")
    assert store.copy(db, copied.scenario_id, author="Hà", number=1, name="B").name == "B"


def test_the_number_in_a_free_name_fits_into_the_longest_name(db: Store) -> None:
    source = new(db, name="x" * 120)
    assert store.copy(db, source.scenario_id, author="Hà").name == "x" * 116 + " (2)"


def test_an_old_version_can_be_made_the_current_one(db: Store) -> None:
    first = new(db, text("old"))
    save(db, first, text("new"))
    store.restore(db, first.scenario_id, author="Lan", number=1)
    assert store.read(db, first.scenario_id)[1] == text("old")
    assert store.read(db, first.scenario_id, 2)[1] == text("new")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["save", "stale", "rename", "delete", "restore", "copy"]),
        st.integers(0, 3),
        JSON,
    ),
    max_size=12,
)


@SLOW_FIXTURE
@given(steps=STEPS)
def test_no_version_is_ever_changed_or_removed(
    db: Store, steps: list[tuple[str, int, object]]
) -> None:
    made = [new(db).scenario_id]
    for step, which, content in steps:
        before, scenario = everything(db), made[which % len(made)]
        last, payload = store.read(db, scenario)
        if step == "rename" and last.kind != "delete":
            store.rename(db, scenario, f"Tên {which}", author="Hà")
            assert store.read(db, scenario)[1] == payload
        elif step == "delete" and last.kind != "delete":
            store.delete(db, scenario, author="Hà")
        elif step == "restore" and last.kind == "delete":
            store.restore(db, scenario, author="Hà")
            assert store.read(db, scenario)[1] == payload
        elif step == "copy":
            made.append(store.copy(db, scenario, author="Hà").scenario_id)
        elif step in ("save", "stale"):
            seen = store.history(db, scenario)[0 if step == "save" else -1]
            result = save(db, seen, text(content))
            assert isinstance(result, store.Version) == (seen.number == last.number)
            kept = result if isinstance(result, store.Version) else result.kept
            assert store.read(db, kept.scenario_id) == (kept, text(content))
        else:
            continue
        after = everything(db)
        assert before < after
        assert len(after) == len(before) + 1
    for scenario in made:
        numbers = [v.number for v in store.history(db, scenario)]
        assert numbers == list(range(len(numbers), 0, -1))


def test_the_list_is_newest_first_in_pages_by_dataset_and_by_part_of_the_name(db: Store) -> None:
    a = new(db, name="Bình Phước: Đồng bộ 100%")
    b = new(db, name="BÙ ĐĂNG_1", dataset_id="other")
    c = new(db, name="Chỉ tiêu quý II")
    ids = [v.scenario_id for v in (c, b, a)]
    assert [v.scenario_id for v in store.find(db).items] == ids
    pages = [store.find(db, limit=2, offset=offset) for offset in (0, 2)]
    assert [v.scenario_id for page in pages for v in page.items] == ids
    assert [page.total for page in pages] == [3, 3]
    assert store.find(db, dataset_id="other").items == (b,)
    for part, found in {
        "phuoc": [a], "PHƯỚC": [a], "đồng  bộ": [a], "dong bo": [a], "bù đăng": [b], "Bu Dang": [b],
        "quý": [c], "%": [a], "_": [b], "'; DROP TABLE version; --": [], "\x00": [c, b, a],
    }.items():  # fmt: skip
        assert list(store.find(db, search=part).items) == found, part
    save(db, a, "{}")
    assert store.find(db).items[0].scenario_id == a.scenario_id


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda db, v: store.read(db, "a" * 16), "unknown_scenario"),
        (lambda db, v: store.read(db, "' OR 1=1 --\x00"), "unknown_scenario"),
        (lambda db, v: store.read(db, v.scenario_id, 2), "unknown_version"),
        (lambda db, v: store.read(db, v.scenario_id, -(10**30)), "unknown_version"),
        (lambda db, v: store.read(db, v.scenario_id, 10**30), "unknown_version"),
        (lambda db, v: store.history(db, "a" * 16), "unknown_scenario"),
        (lambda db, v: store.copy(db, "a" * 16, author="Hà"), "unknown_scenario"),
        (lambda db, v: store.restore(db, v.scenario_id, author="Hà"), "not_deleted"),
        (lambda db, v: store.restore(db, v.scenario_id, author="Hà", number=0), "unknown_version"),
        (lambda db, v: store.save(db, v.scenario_id, 2, "{}", author="Hà", dataset_version="1"),
         "unknown_version"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_an_error_and_writes_nothing(db: Store, call, code: str) -> None:  # type: ignore[no-untyped-def]
    version = new(db)
    before = everything(db)
    with pytest.raises(StoreError, match=r"scenario|deleted") as caught:
        call(db, version)
    assert caught.value.code == code
    assert everything(db) == before


def test_a_deleted_scenario_can_not_be_renamed_or_deleted_again(db: Store) -> None:
    scenario = new(db, name="Cũ").scenario_id
    store.delete(db, scenario, author="Hà")
    for change in (store.delete, partial(store.rename, name="Mới")):
        with pytest.raises(StoreError, match="Cũ was deleted by Hà") as caught:
            change(db, scenario, author="Lan")
        assert caught.value.code == "deleted"


# --- what may be stored ------------------------------------------------------------------------


@SLOW_FIXTURE
@given(name=st.text(max_size=130), note=st.text(max_size=50), content=JSON)
def test_what_is_accepted_comes_back_and_the_rest_is_refused_with_a_reason(
    db: Store, name: str, note: str, content: object
) -> None:
    before = everything(db)
    try:
        saved = new(db, text(content), name=name, note=note)
    except StoreError as error:
        assert error.code in ("empty", "too_long", "hidden_character")
        assert error.details["field"] in str(error)
        assert everything(db) == before
        return
    assert saved.name == " ".join(unicodedata.normalize("NFC", name).split())
    assert 1 <= len(saved.name) <= 120
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in saved.name)
    assert store.read(db, saved.scenario_id) == (saved, text(content))
    assert store.find(db, search=name).total >= 1


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("  Bi\u0300nh  Phước\u00a0", "Bình Phước"),  # decomposed, double and no-break spaces
        ("'; DROP TABLE version; --", "'; DROP TABLE version; --"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # pages show names as text
        ("%s {0} \\ \" `x`", "%s {0} \\ \" `x`"),
        ("🚀", "🚀"),
    ],
)  # fmt: skip
def test_odd_but_harmless_names_are_kept(db: Store, name: str, stored: str) -> None:
    assert store.read(db, new(db, name=name).scenario_id)[0].name == stored
    assert store.find(db, search=name).total == 1


@pytest.mark.parametrize(
    ("field", "value", "code", "says"),
    [
        ("name", "", "empty", "name is empty"),
        ("name", " \u00a0 ", "empty", "name is empty"),
        ("name", "x" * 121, "too_long", "name has 121 characters; at most 120"),
        ("name", "x" * 10_000_000, "too_long", "name has 10000000 characters; at most 120"),
        ("name", "a\u202eb", "hidden_character", r"place 2, U\+202E RIGHT-TO-LEFT OVERRIDE"),
        ("name", "ab\u200bc", "hidden_character", r"place 3, U\+200B ZERO WIDTH SPACE"),
        ("name", "a\x00", "hidden_character", r"place 2, U\+0000 control character"),
        ("name", "a\nb", "hidden_character", r"place 2, U\+000A control character"),
        ("name", "a\ud800", "hidden_character", r"place 2, U\+D800"),
        ("name", "\u3164", "hidden_character", "HANGUL FILLER"),
        ("author", "", "empty", "author is empty"),
        ("author", "x" * 81, "too_long", "author has 81 characters; at most 80"),
        ("note", "x" * 2001, "too_long", "note has 2001 characters; at most 2000"),
        ("note", "a\u2066b", "hidden_character", "LEFT-TO-RIGHT ISOLATE"),
        ("dataset_id", "", "empty", "dataset_id is empty"),
        ("payload", "", "not_json", "payload is not valid: Expecting value"),
        ("payload", "[]", "not_json", "expected a JSON object"),
        ("payload", '{"a": NaN}', "not_json", "NaN is not JSON"),
        ("payload", '{"a": "\ud800"}', "not_json", "surrogates not allowed"),
        ("payload", '{"a":' * 20_000 + "1" + "}" * 20_000, "not_json", "recursion"),
        ("payload", json.dumps({"a": "x" * 2**21}), "too_large", "2097161 bytes; at most 2097152"),
        ("payload", '{"a":"' + "ệ" * 700_000 + '"}', "too_large", "2100008 bytes"),
        ("payload", "x" * 10_000_000, "too_large", "10000000 bytes"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(
    tmp_path: Path, field: str, value: str, code: str, says: str
) -> None:
    db = open_store(f"sqlite:///{tmp_path}/s.db")
    with pytest.raises(StoreError, match=says) as caught:
        new(db, **{field: value})
    assert (caught.value.code, caught.value.details["field"]) == (code, field)
    assert store.find(db).total == 0
    db.engine.dispose()


def test_texts_of_the_greatest_length_are_kept_whole(db: Store) -> None:
    longest = {"name": "ệ" * 120, "author": "ữ" * 80, "note": "ờ" * 2000}
    payload = '{"a":"' + "x" * (2**21 - 8) + '"}'
    assert len(payload) == 2**21
    saved, back = store.read(db, new(db, payload, **longest).scenario_id)
    assert {field: getattr(saved, field) for field in longest} == longest
    assert back == payload


# --- the working copy --------------------------------------------------------------------------

KEY = "tab-0123456789abcdef"


def test_the_working_copy_is_there_after_a_restart_with_the_version_it_came_from(url: str) -> None:
    noon = datetime(2025, 3, 27, 12, tzinfo=UTC)
    db = open_store(url, now=lambda: noon)
    seen = new(db)
    for step in range(3):
        store_working.autosave(
            db, KEY, text(step), log=json.dumps([step]), scenario_id=seen.scenario_id, base_number=1
        )
    db.engine.dispose()
    db = open_store(url)
    kept = store_working.working(db, KEY)
    assert kept == store_working.Working(text(2), "[2]", seen.scenario_id, 1, noon)
    assert store_working.working(db, KEY + "x") is None
    save(db, seen, "{}")  # so a save after the restart still sees what others did meanwhile
    assert isinstance(save(db, seen, kept.payload), store.Conflict)
    db.engine.dispose()


def test_the_first_autosave_of_one_session_twice_at_once_keeps_the_later(postgres: str) -> None:
    """On SQLite the second would wait; PostgreSQL lets it in between looking and inserting."""
    db, other = open_store(postgres), open_store(postgres)
    between: list[str] = []

    def overtake(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO working") and not between:
            between.append(statement)
            store_working.autosave(other, KEY, text("first"))

    sa.event.listen(db.engine, "before_cursor_execute", overtake)
    store_working.autosave(db, KEY, text("second"))
    kept = store_working.working(db, KEY)
    assert between
    assert kept is not None
    assert kept.payload == text("second")
    db.engine.dispose()
    other.engine.dispose()


@pytest.mark.parametrize(
    ("key", "log", "says"),
    [
        ("short", "[]", "session key must be 16 to 128 characters"),
        ("a" * 129, "[]", "session key must be 16 to 128 characters"),
        ("a" * 16 + "'\x00", "[]", "session key must be 16 to 128 characters"),
        (KEY, "{}", "log is not valid: expected a JSON array"),
        (KEY, '["' + "x" * 2**23 + '"]', "log has 8388612 bytes; at most 8388608"),
    ],
)
def test_a_bad_key_or_log_is_refused(tmp_path: Path, key: str, log: str, says: str) -> None:
    db = open_store(f"sqlite:///{tmp_path}/s.db")
    with pytest.raises(StoreError, match=says):
        store_working.autosave(db, key, "{}", log=log)
    db.engine.dispose()


# --- databases ---------------------------------------------------------------------------------


def test_the_migrations_make_exactly_the_tables_that_the_program_uses(db: Store) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, store_tables.METADATA) == []


def test_a_store_that_exists_keeps_its_content_when_it_is_opened_again(url: str) -> None:
    db = open_store(url)
    saved = new(db, text("kept"))
    db.engine.dispose()
    db = open_store(url)
    assert store.read(db, saved.scenario_id) == (saved, text("kept"))
    db.engine.dispose()


def test_a_file_of_the_first_release_opens_with_its_content(tmp_path: Path) -> None:
    """What SQLite holds after revision 0001, written down by hand: it must open for ever."""
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.executescript("""
            CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
            INSERT INTO alembic_version VALUES ('0001');
            CREATE TABLE scenario (id VARCHAR(16) PRIMARY KEY, created_at DATETIME NOT NULL);
            CREATE TABLE version (
                scenario_id VARCHAR(16) NOT NULL REFERENCES scenario (id), number INTEGER NOT NULL,
                kind VARCHAR(16) NOT NULL, name VARCHAR(120) NOT NULL, author VARCHAR(80) NOT NULL,
                note VARCHAR(2000) NOT NULL, dataset_id VARCHAR(120) NOT NULL,
                dataset_version VARCHAR(120) NOT NULL, parent_id VARCHAR(16), parent_number INTEGER,
                saved_at DATETIME NOT NULL, search_key VARCHAR(480) NOT NULL, payload TEXT NOT NULL,
                PRIMARY KEY (scenario_id, number),
                FOREIGN KEY (parent_id, parent_number) REFERENCES version (scenario_id, number));
            CREATE TABLE working (session_key VARCHAR(128) PRIMARY KEY, scenario_id VARCHAR(16),
                base_number INTEGER, payload TEXT NOT NULL, log TEXT NOT NULL,
                updated_at DATETIME NOT NULL);
            INSERT INTO scenario VALUES ('abcdefghijklmnop', '2026-01-02 03:04:05.000000');
            INSERT INTO version VALUES ('abcdefghijklmnop', 1, 'save', 'Quý I', 'Lan', '', 'd', '1',
                NULL, NULL, '2026-01-02 03:04:05.000000', 'quy i', '{"version": 1}');
        """)
    db = open_store(f"sqlite:///{path}")
    (found,) = store.find(db, search="Quý").items
    assert found.saved_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert isinstance(save(db, found, "{}"), store.Version)
    db.engine.dispose()


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "s.db").touch()
    db = open_store(f"sqlite:///{tmp_path}/s.db")
    assert new(db).number == 1
    db.engine.dispose()


class Refused(sqlite3.Connection):
    """A connection that is refused once with `code`, as SQLite does when two switch to WAL."""

    code: int | None = None

    def execute(self, *call: Any) -> sqlite3.Cursor:
        if code := self.code:
            self.code, error = None, sqlite3.OperationalError("refused")
            error.sqlite_errorcode = code
            raise error
        return super().execute(*call)


def test_a_file_that_another_process_prepares_is_tried_again_and_no_other_fault_is(
    tmp_path: Path,
) -> None:
    """Eight connections to one file, 300 times over, met the refusal three times: so by hand."""
    with closing(sqlite3.connect(tmp_path / "s.db", factory=Refused)) as connection:
        connection.code = sqlite3.SQLITE_BUSY
        store_limits._set_up_sqlite(5)(connection, None)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.code = sqlite3.SQLITE_CANTOPEN
        with pytest.raises(sqlite3.OperationalError, match="refused"):
            store_limits._set_up_sqlite(5)(connection, None)


def test_a_database_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/s.db"
    open_store(address).engine.dispose()
    with closing(sqlite3.connect(tmp_path / "s.db", isolation_level=None)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer version of the program.*9999") as caught:
        open_store(address)
    assert caught.value.code == "newer_database"


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("nonsense", "cannot_open", "Could not parse"),
        ("nosuch://x", "cannot_open", "Can't load plugin"),
        ("sqlite://", "unsupported", "must be a file"),
        ("sqlite:///:memory:", "unsupported", "must be a file"),
        ("sqlite:////dev/null/s.db", "cannot_open", "dev/null"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/x", "cannot_open", r"u:\*\*\*@127.0.0.1:1/x"),
    ],
)
def test_a_store_that_can_not_be_opened_says_why_without_the_password(
    address: str, code: str, says: str
) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_store(address)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # Python then finds no such package
    says = r"u:\*\*\*@db/x: Python has no package psycopg; .* requirements-postgres\.lock lists$"
    with pytest.raises(StoreError, match=says) as caught:
        open_store("postgresql+psycopg://u:secret@db/x")
    assert caught.value.code == "cannot_open"


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("unit,name\n" * 1000)
    with pytest.raises(StoreError, match="file is not a database"):
        open_store(f"sqlite:///{tmp_path}/s.db")
    assert (tmp_path / "s.db").read_text() == "unit,name\n" * 1000


def test_a_database_that_is_gone_is_an_error_in_words(tmp_path: Path) -> None:
    db = open_store(f"sqlite:///{tmp_path}/s.db")
    with db.transaction(write=True) as connection:
        connection.exec_driver_sql("DROP TABLE version")
    with pytest.raises(StoreError, match=r"the database did not answer.*no such table") as caught:
        store.find(db)
    assert caught.value.code == "unavailable"
    db.engine.dispose()


# --- many processes ----------------------------------------------------------------------------


def sealed(writer: int, step: int) -> str:
    """A payload of a few kB that shows by itself whether it is whole."""
    body = f"{writer}/{step}/" + secrets.token_hex(1000)
    return json.dumps({"key": [writer, step], "body": body, "seal": seal(body)})


def seal(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def write_125(url: str, writer: int) -> int:
    """One process: a scenario of its own, then 124 saves, every other one where all others save.

    Returns how many conflicts it was told of.
    """
    db, conflicts = open_store(url, wait=120), 0  # nobody here waits in front of a screen
    own = new(db, sealed(writer, 0)).scenario_id
    for step in range(1, 125):
        newest = store.find(db, limit=1).items[0].scenario_id
        last, _ = store.read(db, newest if step % 2 else own)
        result = save(db, last, sealed(writer, step))
        conflicts += isinstance(result, store.Conflict)
    db.engine.dispose()
    return conflicts


# The server that the processes come from does not find the tests themselves, and keeps silent.
PRELOADED = ["pytest", "hypothesis", "alembic.autogenerate", "psycopg", "core.store.working"]


def wait(barrier: Barrier) -> None:
    """Start with the seven others: all find no store, and make it at the same moment."""
    barrier.wait(120)


def test_eight_processes_make_a_store_and_save_a_thousand_times_and_nothing_is_lost_or_torn(
    url: str,
) -> None:
    processes = get_context("forkserver")  # fresh processes; only the imports are shared
    processes.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(8, processes, wait, (processes.Barrier(8),)) as pool:
        conflicts = sum(pool.map(write_125, [url] * 8, range(8)))
    db = open_store(url)
    with db.engine.connect() as connection:
        rows = connection.execute(sa.select(store_tables.VERSION)).all()
    saved = [json.loads(row.payload) for row in rows]
    assert sorted(p["key"] for p in saved) == [[w, s] for w in range(8) for s in range(125)]
    assert all(p["seal"] == seal(p["body"]) for p in saved)
    scenarios = store.find(db, limit=1000)
    assert scenarios.total == 8 + conflicts  # each save is where it was meant to be, or beside it
    assert sum(v.number for v in scenarios.items) == 1000  # numbers without gaps
    db.engine.dispose()


def edit(url: str, told: Connection) -> None:
    """Save and autosave without end; say what was confirmed."""
    db = open_store(url, wait=120)
    seen = new(db)
    for step in range(1, 100_000):
        payload = json.dumps({"step": step, "body": "x" * 5000})
        last = save(db, seen, payload)
        assert isinstance(last, store.Version)
        store_working.autosave(db, "k" * 16, payload)
        seen = last
        told.send((seen.scenario_id, step))


def confirmed(told: Connection, last: tuple[str, int]) -> tuple[str, int]:
    """The last thing that was said before the end."""
    with contextlib.suppress(EOFError):
        while True:
            last = told.recv()
    return last


def test_a_server_killed_ten_times_under_load_loses_nothing_it_had_confirmed(url: str) -> None:
    """Ten times for each kind of database, after another number of saves each time."""
    processes = get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    for kill in range(10):
        told, mouth = processes.Pipe(duplex=False)
        editor = processes.Process(target=edit, args=(url, mouth), daemon=True)
        editor.start()
        mouth.close()
        for _ in range(1 + kill):
            last = told.recv()
        editor.kill()
        scenario, step = confirmed(told, last)
        editor.join()
        db = open_store(url, wait=120)
        saves = len(store.history(db, scenario)) - 1
        assert step > kill
        assert saves in (step, step + 1)  # the last one may have been written and not yet told
        for number in range(1, saves + 1):
            assert json.loads(store.read(db, scenario, number + 1)[1])["step"] == number
        kept = store_working.working(db, "k" * 16)
        assert kept is not None
        assert json.loads(kept.payload)["step"] in (step, step + 1)
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        db.engine.dispose()
    db = open_store(url)
    assert store.find(db).total == 10
    assert new(db).number == 1  # and it can be written to
    db.engine.dispose()


def test_the_limits_are_those_of_the_columns() -> None:
    columns = store_tables.VERSION.c
    lengths = {
        field: getattr(columns[field].type, "length", None) for field in store_checks.LINE_LENGTH
    }
    assert lengths == store_checks.LINE_LENGTH
    assert getattr(columns.note.type, "length", None) == store_checks.NOTE_LENGTH
