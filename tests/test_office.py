"""Accounts, roles and the trace: who may do what is asked of the store, and refused by it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.__main__ import main
from core.store import plans, rows, versions, working
from core.store.checks import StoreError
from core.store.database import Store
from core.store.office import accounts, sign_ins
from core.store.office.audit import END_GONE, AuditRow, audit_rows, verify_audit
from core.store.office.modes import must_not_listen, sign_in_mode
from core.store.rows import A_PLAN
from core.store.tables import ATTEMPT, AUDIT
from office import PASSWORD, file_of, guarded, of, payload
from test_store import postgres, url  # noqa: F401

NEW: Any = {"name": "Quý IV", "author": "x", "dataset_id": "small", "dataset_version": "1"}
SIGNED: Any = {"author": "x", "dataset_version": "1", "what": A_PLAN}
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One store for all: passwords are slow to hash, on purpose."""
    return guarded(file_of(tmp_path_factory.mktemp("office")))


def by(db: Store, login: str) -> Store:
    return db.held_by(of(login))


def plan(db: Store, login: str = "ed", **rates: float) -> versions.Version:
    return versions.create(by(db, login), payload(**(rates or {"A": 0.5})), **NEW, what=A_PLAN)


def last_refusal(db: Store) -> tuple[str, str]:
    with db.transaction() as connection:
        row = audit_rows(connection, 1)[0]
    assert row.outcome == "refused"
    return row.subject, row.deed


# --- roles ---

DEEDS: dict[str, Callable[[Store, str], object]] = {
    "save": lambda db, key: versions.create(db, "{}", **NEW),
    "rename": lambda db, key: versions.rename(db, key, "B", author="x"),
    "delete": lambda db, key: versions.delete(db, key, author="x"),
    "copy": lambda db, key: versions.copy(db, key, author="x"),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("login", ["vy", "no", "nobody"])
def test_who_may_not_change_changes_nothing(people: Store, deed: str, login: str) -> None:
    made = versions.create(by(people, "ed"), "{}", **NEW)
    with pytest.raises(StoreError) as refused:
        DEEDS[deed](by(people, login), made.scenario_id)
    assert refused.value.code == ("not_signed_in" if login == "nobody" else "not_allowed")
    assert last_refusal(people)[0] == f"account:{login}"
    with people.transaction() as line:
        on = audit_rows(line, 1)[0].target
    assert on == ("" if login == "nobody" else "small"), "the trace says what it was tried on"
    assert len(versions.history(by(people, "ed"), made.scenario_id)) == 1


def test_whoever_signs_in_signs_with_their_own_name(people: Store) -> None:
    made = versions.create(by(people, "ed"), "{}", **NEW | {"author": "Chủ tịch"})
    assert (made.author, made.subject) == ("Ed", "account:ed")


def test_a_role_counts_on_its_dataset_only_and_from_the_next_statement_on(people: Store) -> None:
    accounts.set_role(people, "account:no", "editor", "small")
    made = versions.create(by(people, "no"), "{}", **NEW)
    with pytest.raises(StoreError, match="role"):
        versions.create(by(people, "no"), "{}", **NEW | {"dataset_id": "other"})
    other = versions.create(by(people, "ed"), "{}", **NEW | {"dataset_id": "other"})
    with pytest.raises(StoreError, match="role"):
        versions.read(by(people, "no"), other.scenario_id)
    assert {one.dataset_id for one in versions.find(by(people, "no")).items} == {"small"}
    accounts.set_role(people, "account:no", None, "small")
    with pytest.raises(StoreError, match="role"):
        versions.rename(by(people, "no"), made.scenario_id, "B", author="x")
    assert versions.find(by(people, "no")).total == 0


def test_an_editor_of_own_units_changes_these_and_no_other(people: Store) -> None:
    made = plan(people, A=0.5, B=0.5)
    accounts.set_role(people, "account:no", "editor", "small", units=["A"])
    mine, expected = by(people, "no"), made.number
    kept = versions.save(mine, made.scenario_id, expected, payload(A=0.7, B=0.5), **SIGNED)
    assert isinstance(kept, versions.Version)
    for wrong in (payload(A=0.7, B=0.6), payload(A=0.7), payload(A=0.7, B=0.5, C=0.1)):
        with pytest.raises(StoreError, match="own"):
            versions.save(mine, made.scenario_id, kept.number, wrong, **SIGNED)
    with pytest.raises(StoreError, match="own"):
        plans.submit_plan(mine, made.scenario_id, kept.number, author="x")
    accounts.set_role(people, "account:no", None, "small")


def test_what_a_plan_is_called_and_what_else_it_says_is_of_all_its_units(people: Store) -> None:
    made = plan(people, A=0.5, B=0.5)
    said = json.loads(payload(A=0.7, B=0.5))
    accounts.set_role(people, "account:no", "editor", "small", units=["A"])
    mine = by(people, "no")
    crafted = (
        {"title": "Của tôi"},
        {"dataset": "other"},
        {"more": 1},
        {"targets": [*said["targets"], "x"]},
        {"targets": [*said["targets"], said["targets"][1]]},
        {"note": "Chủ tịch đã đồng ý"},
        {"author": "Chủ tịch"},
        {"dataset_version": "9"},
    )
    for more in crafted:
        with pytest.raises(StoreError, match="own"):
            versions.save(mine, made.scenario_id, 1, json.dumps(said | more), **SIGNED)
    with pytest.raises(StoreError, match="own"):
        versions.save(mine, made.scenario_id, 1, json.dumps(said), name="Của tôi", **SIGNED)
    # what every save says of itself: its remark, who signs, the data, the name that is kept
    beside = {"title": made.name, "note": "xong", "author": "No", "dataset_version": "2"}
    signed = SIGNED | {"dataset_version": "2", "note": "xong"}
    kept = versions.save(
        mine, made.scenario_id, 1, json.dumps(said | beside), name=made.name, **signed
    )
    assert isinstance(kept, versions.Version)
    own = versions.create(mine, payload(A=0.5), **NEW, what=versions.A_PLAN)
    kept = versions.save(mine, own.scenario_id, 1, payload(A=0.5), name="Của tôi", **SIGNED)
    assert isinstance(kept, versions.Version)
    accounts.set_role(people, "account:no", None, "small")


def test_only_an_admin_makes_accounts_and_gives_roles(people: Store) -> None:
    for login in ("vy", "ed", "an", "nobody"):
        with pytest.raises(StoreError, match="role"):
            accounts.set_role(by(people, login), f"account:{login}", "admin")
        with pytest.raises(StoreError, match="role"):
            accounts.add_account(by(people, login), "new", "New", PASSWORD)
    accounts.set_role(by(people, "ad"), "account:no", "viewer", "x")
    accounts.set_role(by(people, "ad"), "account:no", None, "x")


# --- approval ---


def test_a_plan_goes_from_draft_to_issued_through_two_people(people: Store) -> None:
    made = plan(people)
    key = made.scenario_id
    with pytest.raises(StoreError, match="not submitted"):
        plans.issue_plan(by(people, "an"), key, 1, author="x", as_of="2025-01-01")
    plans.submit_plan(by(people, "ed"), key, 1, author="x", note="xin duyệt")
    assert [one.scenario_id for one in plans.plans_in(by(people, "an"), "submit")] == [key]
    with pytest.raises(StoreError, match="locked"):
        versions.save(by(people, "ed"), key, 2, payload(A=0.9), **SIGNED)
    with pytest.raises(StoreError, match="note"):
        plans.return_plan(by(people, "an"), key, 2, author="x", note=" ")
    plans.return_plan(by(people, "an"), key, 2, author="x", note="thiếu xã B")
    assert plans.plans_in(by(people, "an"), "submit") == ()
    versions.save(by(people, "ed"), key, 3, payload(A=0.9), **SIGNED)
    plans.submit_plan(by(people, "ed"), key, 4, author="x")
    plans.issue_plan(by(people, "an"), key, 5, author="x", as_of="2025-01-01")
    with pytest.raises(StoreError, match="issued"):
        plans.issue_plan(by(people, "an"), key, 5, author="x", as_of="2025-01-01")
    assert last_refusal(people) == ("account:an", "issue")
    steps = [(one.kind, one.author) for one in reversed(versions.history(people, key, A_PLAN))]
    assert steps == [
        ("save", "Ed"), ("submit", "Ed"), ("return", "An"), ("save", "Ed"), ("submit", "Ed"),
        ("issue", "An"),
    ]  # fmt: skip


def test_nobody_approves_what_they_submitted(people: Store) -> None:
    made = plan(people, "ad")
    plans.submit_plan(by(people, "ad"), made.scenario_id, 1, author="x")
    with pytest.raises(StoreError, match="somebody else"):
        plans.issue_plan(by(people, "ad"), made.scenario_id, 2, author="x", as_of="2025-01-01")
    assert last_refusal(people) == ("account:ad", "issue")
    with pytest.raises(StoreError, match="role"):
        plans.issue_plan(by(people, "eva"), made.scenario_id, 2, author="x", as_of="2025-01-01")
    plans.issue_plan(by(people, "an"), made.scenario_id, 2, author="x", as_of="2025-01-01")


def test_what_waits_or_is_issued_is_not_taken_off_the_list(people: Store) -> None:
    made = plan(people)
    key = made.scenario_id
    plans.submit_plan(by(people, "ed"), key, 1, author="x")
    with pytest.raises(StoreError, match="locked"):
        versions.delete(by(people, "ed"), key, author="x", what=A_PLAN)
    assert last_refusal(people) == ("account:ed", "delete")
    with pytest.raises(StoreError, match="locked"):
        plans.submit_plan(by(people, "ed"), key, 2, author="x")
    assert last_refusal(people) == ("account:ed", "submit")
    plans.issue_plan(by(people, "an"), key, 2, author="x", as_of="2025-01-01")
    with pytest.raises(StoreError, match="issued"):
        versions.delete(by(people, "ad"), key, author="x", what=A_PLAN)
    assert last_refusal(people) == ("account:ad", "delete")


def test_a_step_in_between_makes_nobody_else_of_who_submitted(people: Store) -> None:
    """As stores have it from when a plan that waits could be deleted and brought back."""
    made = plan(people, "ad")
    plans.submit_plan(by(people, "ad"), made.scenario_id, 1, author="x")
    with people.transaction(write=True) as connection:
        last = rows.locked_row(connection, made.scenario_id, A_PLAN)
        rows.append_row(by(people, "ed"), connection, last, last, "restore")
    with pytest.raises(StoreError, match="somebody else"):
        plans.issue_plan(by(people, "ad"), made.scenario_id, 3, author="x", as_of="2025-01-01")


# --- what a tab writes again into a store that lost it ---


def again(db: Store, key: str, number: int, content: str, **changes: str) -> bool:
    return versions.write_again(db, key, number, content, **NEW | changes)


def test_what_is_written_again_is_no_way_round_a_lock_or_a_role(people: Store) -> None:
    waiting = plan(people)
    plans.submit_plan(by(people, "ed"), waiting.scenario_id, 1, author="x")
    issued = json.dumps(json.loads(payload(A=1.0)) | {"state": "issued"})
    assert not again(by(people, "ed"), waiting.scenario_id, 3, issued)
    assert len(versions.history(people, waiting.scenario_id, A_PLAN)) == 2
    of_two = versions.create(by(people, "ed"), payload(A=0.5, B=0.5), **NEW)
    accounts.set_role(people, "account:no", "editor", "small", units=["A"])
    accounts.set_role(people, "account:no", "editor", "other")
    with pytest.raises(StoreError, match="own"):  # a gap hides nobody's rows
        again(by(people, "no"), of_two.scenario_id, 7, payload(A=0.9))
    # nor does another dataset, on which one may do more
    assert not again(by(people, "no"), of_two.scenario_id, 7, "{}", dataset_id="other")
    assert again(by(people, "ed"), of_two.scenario_id, 7, payload(A=0.9))
    assert not again(by(people, "ed"), of_two.scenario_id, 5, payload(A=0.9))
    for place in ("small", "other"):
        accounts.set_role(people, "account:no", None, place)


# --- another's work ---


def test_working_scenarios_are_of_whoever_kept_them(people: Store) -> None:
    key = "k" * 20
    assert working.autosave(by(people, "ed"), key, '{"a": 1}', owner="tab") == 0
    with pytest.raises(StoreError, match="nothing is kept"):
        working.working(by(people, "eva"), key)
    assert last_refusal(people) == ("account:eva", "open")
    # not overwritten either: the other goes on under a key of their own
    assert working.autosave(by(people, "eva"), key, "{}", owner="tab2") is None
    found = working.working(by(people, "ed"), key)
    assert found and found.payload == '{"a": 1}'


# --- sign-ins ---


def test_a_token_counts_until_it_is_idle_ended_or_its_account_disabled(people: Store) -> None:
    db = replace(people, now=lambda: MONDAY)
    token = sign_ins.sign_in(db, "Eva", PASSWORD, "10.0.0.1")
    with db.engine.connect() as connection:
        kept = str(connection.execute(sa.text("SELECT * FROM sign_in")).all())
    assert token not in kept and sign_ins.token_hash(token) in kept

    def worth(hours: float) -> str:
        then = MONDAY + timedelta(hours=hours)
        return sign_ins.worth(replace(db, now=lambda: then), token).state

    assert [worth(7.9), worth(15.5), worth(23.6)] == ["alive", "alive", "expired"]
    assert sign_ins.worth(db, token).state == "alive"
    sign_ins.sign_out(db, token)
    assert sign_ins.worth(db, token).state == "ended"
    second = sign_ins.sign_in(db, "eva", PASSWORD, "10.0.0.1")
    accounts.set_active(people, "account:eva", False)
    assert sign_ins.worth(db, second).state == "ended"
    accounts.set_active(people, "account:eva", True)
    assert sign_ins.worth(db, second).state == "ended", "what was ended does not come back"
    assert sign_ins.worth(db, "x" * 43).state == "unknown"


def test_guessing_is_slow_and_traced_without_what_was_typed(people: Store) -> None:
    now = [MONDAY]
    db = replace(people, now=lambda: now[0])
    for _ in range(5):
        with pytest.raises(StoreError, match="not right"):
            sign_ins.sign_in(db, "vy", "Sai mật khẩu 1234", "10.0.0.9")
    with pytest.raises(StoreError, match="wait"):
        sign_ins.sign_in(db, "vy", PASSWORD, "10.0.0.9")
    now[0] += timedelta(seconds=2)
    assert sign_ins.sign_in(db, "vy", PASSWORD, "10.0.0.9")
    with pytest.raises(StoreError, match="not right"):
        sign_ins.sign_in(db, "mật khẩu của tôi", "x", "10.0.0.9")
    with people.engine.connect() as connection:
        told = str(connection.execute(sa.text("SELECT * FROM audit")).all())
    assert "Sai" not in told and "mật" not in told and "10.0.0.9" not in told
    assert "throttled" in told and "wrong_password" in told


def test_an_office_signs_in_from_one_address_and_guessing_from_it_stays_slow(
    people: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "FREE_OF_PLACE", 2)
    db = replace(people, now=lambda: MONDAY)
    for _ in range(4):
        assert sign_ins.sign_in(db, "eva", PASSWORD, "10.0.0.1")
    for name in ("ai", "đó"):
        with pytest.raises(StoreError, match="not right"):
            sign_ins.sign_in(db, name, "x", "10.0.0.1")
    with pytest.raises(StoreError, match="wait"):
        sign_ins.sign_in(db, "eva", PASSWORD, "10.0.0.1")


def test_who_is_kept_out_at_an_address_counts_for_no_name_and_fills_nothing(
    people: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "FREE_OF_PLACE", 1)
    db = replace(people, now=lambda: MONDAY)
    count = sa.select(sa.func.count())
    with pytest.raises(StoreError, match="not right"):
        sign_ins.sign_in(db, "first", "x", "10.0.0.2")
    with people.engine.connect() as connection:
        before = [connection.scalar(count.select_from(table)) for table in (ATTEMPT, AUDIT)]
    for name in ("eva", "eva", "eva", "eva", "eva", "eva", "made", "up"):
        with pytest.raises(StoreError, match="wait"):
            sign_ins.sign_in(db, name, "x", "10.0.0.2", is_noted=lambda: False)
    with people.engine.connect() as connection:
        after = [connection.scalar(count.select_from(table)) for table in (ATTEMPT, AUDIT)]
    assert before == after
    assert sign_ins.sign_in(db, "eva", PASSWORD, "10.0.0.3")


TOO_SHORT, TOO_LONG = "abcdefghijk", "abcdefg" * 19


@pytest.mark.parametrize("password", [TOO_SHORT, TOO_LONG, "a" * 12, "minh-la-newbie-day"])
def test_easy_passwords_are_refused(people: Store, password: str) -> None:
    with pytest.raises(StoreError, match="password"):
        accounts.add_account(people, "newbie", "N", password)
    assert accounts.check_password("abcdefghijkl", "newbie"), "small letters alone are enough"


# --- the trace ---


def test_the_trace_can_be_appended_to_and_nothing_else(url: str) -> None:  # noqa: F811
    db = guarded(url)
    plan(db)
    with db.transaction() as connection:
        whole = verify_audit(connection)
    assert whole.rows > 10 and not whole.problem
    is_postgres = db.engine.dialect.name == "postgresql"
    deeds = ["UPDATE audit SET subject = 'x'", "DELETE FROM audit"]
    for deed in deeds + (["TRUNCATE audit"] if is_postgres else []):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as line:
            line.execute(sa.text(deed))
    # somebody who owns the database can take the triggers away; the chain shows it
    drop = (
        "DROP FUNCTION audit_is_append_only() CASCADE"
        if is_postgres
        else "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete"
    )
    with db.engine.begin() as line:
        for statement in drop.split(";"):
            line.execute(sa.text(statement))
        line.execute(sa.text("UPDATE audit SET subject = 'account:vy' WHERE number = 3"))
    with db.transaction() as connection:
        assert verify_audit(connection).problem == "row 3 was changed"
    with db.engine.begin() as line:
        line.execute(sa.text("DELETE FROM audit WHERE number >= 3"))
    with db.transaction() as connection:
        assert verify_audit(connection).problem == ""
        assert verify_audit(connection, whole.last).problem == "the end that was noted is not in it"
    db.engine.dispose()


def _without_triggers(line: sa.Connection) -> None:
    """As whoever owns the database may do."""
    if line.dialect.name == "postgresql":
        line.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER ALL"))
    else:
        for deed in ("update", "delete"):
            line.execute(sa.text(f"DROP TRIGGER audit_no_{deed}"))


def _forge(line: sa.Connection, number: int, **changed: str) -> None:
    """Change a row and give it the hash that it then has."""
    stored = line.execute(sa.select(AUDIT).where(AUDIT.c.number == number)).one()
    row = replace(AuditRow(*stored[:-1]), **changed)
    values = {**changed, "hash": row.digest}
    line.execute(sa.update(AUDIT).where(AUDIT.c.number == number).values(values))


def _swap(line: sa.Connection, one: int, other: int) -> None:
    for old, new in ((one, 0), (other, one), (0, other)):
        line.execute(sa.update(AUDIT).where(AUDIT.c.number == old).values(number=new))


TAMPERED: dict[str, tuple[Callable[[sa.Connection], object], str]] = {
    "changed": (
        lambda line: line.execute(sa.text("UPDATE audit SET outcome = 'x' WHERE number = 4")),
        "row 4 was changed",
    ),
    "changed with its hash": (
        lambda line: _forge(line, 4, subject="account:vy"),
        "row 5 does not follow row 4: one of them was changed",
    ),
    "taken out": (
        lambda line: line.execute(sa.text("DELETE FROM audit WHERE number = 5")),
        "row 5 is missing",
    ),
    "the first taken out": (
        lambda line: line.execute(sa.text("DELETE FROM audit WHERE number = 1")),
        "row 1 is missing",
    ),
    "in another order": (lambda line: _swap(line, 3, 4), "row 3 was changed"),
    "the last taken out": (
        lambda line: line.execute(sa.text("DELETE FROM audit WHERE number > 6")),
        END_GONE,
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_the_command_line_names_the_row_of_a_trace_that_was_tampered_with(
    url: str,  # noqa: F811
    how: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tamper, expected = TAMPERED[how]
    db = guarded(url)
    with db.transaction() as connection:
        whole = verify_audit(connection)
    with db.engine.begin() as line:
        _without_triggers(line)
        tamper(line)
    db.engine.dispose()
    monkeypatch.setenv("STORE_URL", url)
    assert main(["audit", "verify", "--seen", whole.last]) == 2
    assert expected in capsys.readouterr().err


# --- what the operator says ---


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"SIGN_IN": "acounts"}, "SIGN_IN is acounts"),
        ({"SIGN_IN": "proxy"}, "needs TRUSTED_PROXIES"),
        ({"SIGN_IN": "proxy", "TRUSTED_PROXIES": "web"}, "TRUSTED_PROXIES has web"),
        ({"SIGN_IN": "oidc"}, "needs OIDC_CLIENT_SECRET.*needs COOKIE_SECRET"),
    ],
)
def test_settings_that_can_not_be_are_told(said: dict[str, str], wrong: str) -> None:
    with pytest.raises(StoreError, match=wrong):
        sign_in_mode(said)


def test_without_sign_in_only_this_computer_reaches_it() -> None:
    mode = sign_in_mode({})
    for here in ("127.0.0.1", "127.1.2.3", "::1", "localhost"):
        assert must_not_listen(here, mode, {}) == ""
    for open_to_others in ("0.0.0.0", "::", "", "192.0.2.4", "planner.example"):
        assert "OPEN_TO_EVERYBODY=yes" in must_not_listen(open_to_others, mode, {})
        assert must_not_listen(open_to_others, mode, {"OPEN_TO_EVERYBODY": "yes"}) == ""
        assert must_not_listen(open_to_others, sign_in_mode({"SIGN_IN": "accounts"}), {}) == ""


def test_a_proxy_is_trusted_by_its_address_only() -> None:
    said = {"SIGN_IN": "proxy", "TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/24"}
    mode = sign_in_mode(said)
    assert mode.trusts("10.0.0.1") and mode.trusts("192.168.0.7") and mode.trusts("::ffff:10.0.0.1")
    assert not any(map(mode.trusts, ["10.0.0.2", "127.0.0.1", "", "10.0.0.1.evil.example"]))
