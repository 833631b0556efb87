"""What an administrator may do and read, asked of the store; and that everybody else may not."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from core.__main__ import main
from core.store import working
from core.store.checks import StoreError
from core.store.database import Store, open_store
from core.store.office import accounts, handing, sign_ins, trace
from core.store.office.audit import audit_rows
from core.store.office.deeds import OPEN_ACTOR, OPERATOR, Grant
from core.store.operation.about import about_store
from core.store.tables import AUDIT
from office import PASSWORD, add, file_of, guarded, of
from test_store import postgres, url  # noqa: F401

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def people(url: str) -> Store:  # noqa: F811
    return guarded(url)


def by(db: Store, login: str) -> Store:
    return db.held_by(of(login))


def deeds(db: Store) -> list[tuple[str, str, str, str]]:
    """The trace as who did what to whom, oldest first."""
    with db.transaction() as connection:
        rows = audit_rows(connection, 1000)[::-1]
    return [(row.subject, row.deed, row.target, row.outcome) for row in rows]


ASKED: dict[str, Callable[[Store], object]] = {
    "accounts": accounts.accounts,
    "a role": lambda db: accounts.set_role(db, "account:vy", "admin"),
    "an account": lambda db: accounts.add_account(db, "new", "New", PASSWORD),
    "a password": lambda db: accounts.set_password(db, "ad", PASSWORD),
    "disabling": lambda db: accounts.set_active(db, "account:ad", False),
    "the trace": trace.trace_page,
    "its deeds": trace.trace_deeds,
    "its chain": trace.follow_trace,
    "its file": trace.take_trace,
    "the store": about_store,
    "nobody's work": handing.ownerless,
    "handing over": lambda db: handing.hand_over(db, "account:vy"),
}


def test_all_of_it_takes_an_admin_of_everything_and_each_refusal_is_traced(people: Store) -> None:
    accounts.set_role(people, "account:no", "admin", "small")  # of one dataset only
    accounts.add_account(people, "gone", "Gone", PASSWORD)
    accounts.set_role(people, "account:gone", "admin")
    accounts.set_active(people, "account:gone", False)
    before = deeds(people)
    for do in ASKED.values():
        for login in ("vy", "ed", "an", "no", "gone", "nobody"):
            with pytest.raises(StoreError) as refused:
                do(by(people, login))
            assert refused.value.code == "not_allowed"
        with pytest.raises(StoreError):
            do(people.held_by(OPEN_ACTOR))
    after = deeds(people)[len(before) :]
    assert len(after) == 7 * len(ASKED)
    assert {(deed, outcome) for _, deed, _, outcome in after} == {("people", "refused")}


def test_an_account_and_its_role_are_made_together_or_not_at_all(people: Store) -> None:
    mine = by(people, "ad")
    before = accounts.accounts(people)
    with pytest.raises(StoreError) as refused:
        accounts.add_account(mine, "new", "New", PASSWORD, "boss")
    assert refused.value.code == "bad_role"
    assert accounts.accounts(people) == before
    accounts.add_account(mine, "new", "New", PASSWORD, "editor", "small", ["A"])
    assert deeds(people)[-2:] == [
        ("account:ad", "account_added", "account:new", "done"),
        ("account:ad", "role_set", "account:new", "done"),
    ]


def test_the_last_admin_neither_leaves_nor_demotes_oneself(people: Store) -> None:
    mine = by(people, "ad")
    for do in (
        lambda: accounts.set_active(mine, "account:ad", False),
        lambda: accounts.set_role(mine, "account:ad", None),
        lambda: accounts.set_role(mine, "account:ad", "viewer"),
    ):
        with pytest.raises(StoreError) as refused:
            do()
        assert refused.value.code == "last_admin"
        assert deeds(people)[-1] == ("account:ad", "people", "", "refused")
    # a disabled admin is none, one of a single dataset neither
    accounts.set_role(people, "account:an", "admin")
    accounts.set_active(mine, "account:an", False)
    accounts.set_role(people, "account:ed", "admin", "small")
    with pytest.raises(StoreError):
        accounts.set_role(mine, "account:ad", None)
    accounts.set_active(mine, "account:an", True)
    accounts.set_role(mine, "account:ad", None)
    with pytest.raises(StoreError):
        accounts.accounts(mine)
    accounts.set_active(people, "account:an", False)  # the operator may: there is a way back


def test_of_two_admins_who_demote_each_other_at_once_one_stays(people: Store) -> None:
    accounts.set_role(people, "account:an", "admin")
    ready = threading.Barrier(2)

    def demote(pair: tuple[str, str]) -> str:
        ready.wait()
        try:
            accounts.set_role(by(people, pair[0]), f"account:{pair[1]}", "viewer")
        except StoreError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(demote, [("ad", "an"), ("an", "ad")]))
    assert sorted(found) == ["done", "not_allowed"]
    leads = [one for one in accounts.accounts(people) if one.grants.get("*") == Grant("admin")]
    assert len(leads) == 1


def test_what_is_so_already_is_neither_done_nor_traced_again(people: Store) -> None:
    mine = by(people, "ad")
    token = sign_ins.sign_in(people, "vy", PASSWORD, "here")
    before = len(deeds(people))
    for _ in range(2):
        accounts.set_role(mine, "account:vy", "editor", "small", ["B", "A"])
        accounts.set_role(mine, "account:vy", "editor", "small", ["A", "B"])
    accounts.set_active(mine, "account:vy", True)
    assert sign_ins.worth(people, token).is_alive
    for _ in range(2):
        accounts.set_active(mine, "account:vy", False)
    for _ in range(2):
        accounts.set_role(mine, "account:vy", None, "small")
    assert [deed for _, deed, _, _ in deeds(people)[before:]] == [
        "role_set",
        "account_disabled",
        "role_set",
    ]


@pytest.mark.parametrize(
    ("subject", "dataset"),
    [("account:made-up", "small"), ("", "small"), ("operator", "*"), ("account:vy' --", "*")],
)
def test_a_made_up_account_gets_nothing(people: Store, subject: str, dataset: str) -> None:
    with pytest.raises(StoreError) as refused:
        accounts.set_role(by(people, "ad"), subject, "viewer", dataset)
    assert refused.value.code == "unknown_account"
    assert deeds(people)[-1][3] == "refused"


@pytest.mark.parametrize("dataset", ["", " ", "x" * 121, "a\nb", "sm\u200ball"])
def test_a_dataset_that_none_can_be_gets_no_role(people: Store, dataset: str) -> None:
    before = deeds(people)
    with pytest.raises(StoreError):
        accounts.set_role(by(people, "ad"), "account:vy", "viewer", dataset)
    assert deeds(people) == before


def test_accounts_say_their_roles_and_when_they_were_here(people: Store) -> None:
    early, late = MONDAY, MONDAY + timedelta(hours=1)
    for when in (late, early):
        sign_ins.sign_in(replace(people, now=lambda when=when: when), "ed", PASSWORD, "here")
    accounts.set_role(people, "account:ed", "editor", "small", ["A"])
    accounts.know(people, "proxy:lan", "Lan")
    found = {one.subject: one for one in accounts.accounts(by(people, "ad"))}
    ed, lan = found["account:ed"], found["proxy:lan"]
    assert (ed.last_in, ed.login) == (late, "ed")
    assert ed.grants == {"*": Grant("editor"), "small": Grant("editor", frozenset("A"))}
    assert (lan.last_in, lan.login, lan.grants) == (None, "", {})


def test_the_trace_is_found_by_who_what_how_and_when(people: Store) -> None:
    lead = by(people, "ad")
    with pytest.raises(StoreError):
        accounts.accounts(by(people, "ed"))
    every = trace.trace_page(lead, limit=3)
    assert [row.number for row in every.rows] == [every.total, every.total - 1, every.total - 2]
    ed = trace.trace_page(lead, trace.TraceFilter(subject="account:ed"))
    assert [(row.deed, row.outcome) for row in ed.rows] == [("people", "refused")]
    assert ed.total == 1
    given = trace.trace_page(lead, trace.TraceFilter(deed="role_set", outcome="done"), limit=2)
    assert (len(given.rows), given.total) == (2, 5)
    today = every.rows[0].at[:10]
    assert trace.trace_page(lead, trace.TraceFilter(since=today, until=today)).total == every.total
    for asked in (trace.TraceFilter(since="9999-01-01"), trace.TraceFilter(until="2000-01-01")):
        assert trace.trace_page(lead, asked) == trace.TracePage((), 0)
    assert trace.trace_deeds(lead) == ("account_added", "people", "role_set")


def test_a_trace_that_is_taken_away_is_a_deed(people: Store) -> None:
    lead = by(people, "ad")
    taken = trace.take_trace(lead, trace.TraceFilter(deed="role_set"))
    assert len(taken) == 5
    assert deeds(people)[-1] == ("account:ad", "download", "audit", "done")


def test_a_chain_that_was_changed_is_seen(tmp_path: object, people: Store) -> None:
    lead = by(people, "ad")
    whole = trace.follow_trace(lead)
    assert (whole.problem, whole.rows) == ("", trace.trace_page(lead).total)
    assert trace.follow_trace(lead, f" {whole.last} ").problem == ""
    assert trace.follow_trace(lead, "f" * 64).problem
    with people.transaction(write=True) as connection:
        drop = "DROP TRIGGER audit_no_update" if people.engine.name == "sqlite" else None
        names = connection.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            if drop
            else sa.text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        ).scalars()
        for name in list(names):
            connection.execute(sa.text(f"DROP TRIGGER {name}" + ("" if drop else " ON audit")))
        connection.execute(sa.update(AUDIT).where(AUDIT.c.number == 3).values(subject="x"))
    assert trace.follow_trace(lead).problem == "row 3 was changed"


def test_the_store_is_told_without_its_password(people: Store) -> None:
    sign_ins.sign_in(people, "ed", PASSWORD, "here")
    sign_ins.sign_out(people, sign_ins.sign_in(people, "ed", PASSWORD, "here"))
    long_ago = replace(people, now=lambda: datetime.now(UTC) - timedelta(hours=9))
    sign_ins.sign_in(long_ago, "eva", PASSWORD, "here")
    found = about_store(by(people, "ad"))
    assert found.kind.lower() == people.engine.name and found.version[0].isdigit()
    assert (found.signed_in, found.share) == (1, "")
    assert found.traced == trace.trace_page(by(people, "ad")).total
    assert found.tables
    password = people.engine.url.password
    assert not password or str(password) not in found.shown


# --- work of nobody ---


def kept(db: Store, key: str, author: str) -> str:
    """A tab that was worked in before people signed in."""
    nobody = replace(db, guarded=False).held_by(OPEN_ACTOR)
    payload = json.dumps({"dataset": "small", "author": author})
    working.autosave(nobody, key, payload)
    working.autosave(nobody, key + handing.BESIDE, "{}", log="[1]")
    return key


def test_work_of_nobody_is_handed_over_once_and_to_whom_was_said(people: Store) -> None:
    lan, minh = kept(people, "a" * 22, "Lan"), kept(people, "b" * 20 + "-p", "Minh")
    mine = kept(people, "c" * 22, "")
    working.autosave(by(people, "eva"), "e" * 22, "{}")
    for key in (lan, minh, mine):
        with pytest.raises(StoreError):
            working.working(by(people, "ed"), key)
    lead = by(people, "ad")
    assert handing.ownerless(lead).by_author == {"": 1, "Lan": 1, "Minh": 1}
    assert handing.hand_over(lead, "account:ed", "Lan") == 1
    assert deeds(people)[-1] == ("account:ad", "work_handed", "account:ed", "done")
    for key in (lan, lan + handing.BESIDE):
        assert working.working(by(people, "ed"), key) is not None
    with pytest.raises(StoreError):
        working.working(by(people, "ed"), minh)
    before = len(deeds(people))
    assert handing.hand_over(lead, "account:an", "Lan") == 0, "it is somebody's now"
    assert len(deeds(people)) == before
    assert handing.hand_over(lead, "account:an") == 2
    for key in (minh, minh + handing.BESIDE, mine):
        assert working.working(by(people, "an"), key) is not None
    assert handing.ownerless(lead).total == 0
    assert working.working(by(people, "eva"), "e" * 22) is not None


@pytest.mark.parametrize("subject", ["account:made-up", "", "account:gone"])
def test_work_goes_only_to_an_account_that_may_sign_in(people: Store, subject: str) -> None:
    add(people, "gone", "editor")
    accounts.set_active(people, "account:gone", False)
    kept(people, "a" * 22, "Lan")
    with pytest.raises(StoreError) as refused:
        handing.hand_over(by(people, "ad"), subject)
    assert refused.value.code == "unknown_account"
    assert handing.ownerless(people).total == 1


def test_the_operator_hands_work_over_at_the_command_line(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = file_of(tmp_path)  # type: ignore[arg-type]
    monkeypatch.setenv("STORE_URL", place)
    db = open_store(place).held_by(OPERATOR)
    add(db, "lan", "editor")
    kept(db, "a" * 22, "Lan")
    kept(db, "b" * 22, "Minh")
    assert main(["user", "list"]) == 0
    assert "work of nobody, signed Lan: 1 tabs (user inherit LOGIN)" in capsys.readouterr().out
    assert main(["user", "inherit", "lan", "--author", "Lan", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"account": "account:lan", "done": "inherit", "tabs": 1}
    assert working.working(replace(db, guarded=True).held_by(of("lan")), "a" * 22) is not None
    assert deeds(db)[-1] == ("operator", "work_handed", "account:lan", "done")
    assert main(["user", "inherit", "nobody-known"]) == 2
    assert "no account" in capsys.readouterr().err


def test_a_new_password_ends_every_sign_in(people: Store) -> None:
    tokens = [sign_ins.sign_in(people, "vy", PASSWORD, "here") for _ in range(2)]
    other = sign_ins.sign_in(people, "ed", PASSWORD, "here")
    accounts.set_password(by(people, "ad"), "vy", "năm con mèo ngủ trưa")
    assert [sign_ins.worth(people, token).state for token in tokens] == ["ended", "ended"]
    assert sign_ins.worth(people, other).is_alive
    with pytest.raises(StoreError):
        sign_ins.sign_in(people, "vy", PASSWORD, "here")
