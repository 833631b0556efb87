"""A hundred attempts to pass: each is refused, and each stands in the trace."""

import contextlib
import http.client
import secrets
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from conftest import Server, running_app
from core.store import plans, versions, working
from core.store.checks import StoreError
from core.store.database import Store
from core.store.office import accounts, handing, sign_ins, trace
from core.store.office.audit import verify_audit
from core.store.operation.about import about_store
from core.store.rows import A_PLAN
from office import PASSWORD, guarded, of, payload
from small_app import write_small_app

NEW: Any = {"name": "K", "author": "x", "dataset_id": "small", "dataset_version": "1"}
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
LINE = ("GET", "/_stcore/stream")
FILE = ("GET", "/media/" + "0" * 56 + ".csv")
UPLOAD = ("PUT", "/_stcore/upload_file/a-visit/a-file")
WAYS = {"line": LINE, "file": FILE, "upload": UPLOAD}


@dataclass(frozen=True)
class Office:
    """A running server with its store in the operator's hands, and tokens of its people."""

    server: Server
    db: Store
    tokens: dict[str, str]

    def refusals(self) -> int:
        """How many refusals stand in the trace."""
        with closing(sqlite3.connect(self.server.data_dir / "scenarios.db", timeout=20)) as line:
            found = line.execute("SELECT count(*) FROM audit WHERE outcome = 'refused'")
            return int(found.fetchone()[0])

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        line = http.client.HTTPConnection(self.server.url.removeprefix("http://"), timeout=30)
        given = {"Sec-WebSocket-Key": "A" * 22 + "==", **UPGRADE} if (method, path) == LINE else {}
        given |= {"Content-Length": str(len(body))} if body or method in ("PUT", "POST") else {}
        line.putrequest(method, path, skip_host="Host" in headers)
        for name, value in {**given, **headers}.items():
            line.putheader(name.replace("_", "-"), value.encode())
        line.endheaders(body.encode())
        answer = line.getresponse()
        try:
            return answer.status, "" if answer.status == 101 else answer.read().decode()
        finally:
            line.close()


def made_tokens(db: Store) -> dict[str, str]:
    """Good ones, and such as were good once: of somebody signed out, disabled, away too long."""
    long_ago = datetime.now(UTC) - timedelta(hours=9)
    found = {name: sign_ins.sign_in(db, name, PASSWORD, "here") for name in ("ed", "eva", "vy")}
    found["expired"] = sign_ins.sign_in(replace(db, now=lambda: long_ago), "an", PASSWORD, "here")
    found["ended"] = sign_ins.sign_in(db, "ed", PASSWORD, "here")
    sign_ins.sign_out(db, found["ended"])
    accounts.add_account(db, "gone", "Gone", PASSWORD)
    found["disabled"] = sign_ins.sign_in(db, "gone", PASSWORD, "here")
    accounts.set_active(db, "account:gone", False)
    found["hash"] = sign_ins.token_hash(found["ed"])
    found["guessed"] = secrets.token_urlsafe(32)
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Local accounts, on a server of small pages."""
    data = tmp_path_factory.mktemp("office")
    db = guarded(f"sqlite:///{data / 'scenarios.db'}")
    tokens = made_tokens(db)
    root = write_small_app(tmp_path_factory.mktemp("app"))
    with running_app(root, data, SIGN_IN="accounts") as server:
        yield Office(server, db, tokens)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The proxy's header, trusted from an address that nobody here has."""
    data = tmp_path_factory.mktemp("behind")
    db = guarded(f"sqlite:///{data / 'scenarios.db'}")
    root = write_small_app(tmp_path_factory.mktemp("proxied"))
    settings = {"SIGN_IN": "proxy", "TRUSTED_PROXIES": "192.0.2.1"}
    with running_app(root, data, **settings) as server:
        yield Office(server, db, {})


def is_refused(office: Office, method: str, path: str, body: str = "", **headers: str) -> str:
    """Ask, and expect a refusal that is in the trace; returns what was answered."""
    before = office.refusals()
    status, said = office.ask(method, path, body, **headers)
    assert status in (400, 401, 403, 404, 429), said
    assert office.refusals() > before
    return said


# --- requests and websockets: 12 + 24 + 5 + 16 + 8 + 6 ---

FORGED = [
    {"X-766-Subject": "account:ad"},
    {"x_766_subject": "account:ad", "X-766-Subject": "account%3Aad"},
    {"X-766-Subject": "operator"},
    {"X-Forwarded-User": "ad", "X-766-Subject": ""},
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_a_forged_header(office: Office, forged: dict[str, str], way: str) -> None:
    is_refused(office, *WAYS[way], **forged)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "cookie",
    ["guessed", "ended", "disabled", "hash", "empty", "two", "role", "injection"],
)
def test_a_replayed_or_made_up_cookie(office: Office, cookie: str, way: str) -> None:
    known = {f"{name}": f"sign-in={token}" for name, token in office.tokens.items()}
    made = {
        "empty": "sign-in=",
        "two": f"sign-in={office.tokens['ed']}; sign-in={office.tokens['guessed']}",
        "role": "sign-in=admin; role=admin; subject=account:ad",
        "injection": "sign-in=' OR '1'='1",
    }
    is_refused(office, *WAYS[way], Cookie=(known | made)[cookie])


@pytest.mark.parametrize("way", ["file", "upload"])
def test_an_old_token_brings_no_file(office: Office, way: str) -> None:
    is_refused(office, *WAYS[way], Cookie=f"sign-in={office.tokens['expired']}")


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost", "x"]
)
def test_a_websocket_from_another_origin_with_a_good_cookie(office: Office, origin: str) -> None:
    is_refused(office, *LINE, Origin=origin, Cookie=f"sign-in={office.tokens['ed']}")


PATHS = [
    "//_stcore/stream",
    "//media/x.csv",
    "/static/../media/x.csv",
    "/static/%2e%2e/media/x.csv",
    "/static/..%2fmedia/x.csv",
    "/static/%252e%252e/media/x.csv",
    "/static/./../media/x.csv",
    "/static//media/x.csv",
    "/sign-in/../media/x.csv",
    "/sign-in;/media/x.csv",
    "/healthz/../media/x.csv",
    "/_stcore/health/../upload_file/a/b",
    "/_stcore/health/..;/upload_file/a/b",
    "/..\\..\\etc/passwd",
    "/static/%00.js",
    "/../../../../etc/passwd",
]


@pytest.mark.parametrize("path", PATHS)
def test_tricks_with_a_path(office: Office, path: str) -> None:
    is_refused(office, "GET", path)


@pytest.mark.parametrize("path", ["/media/x.csv", "/_stcore/script-health-check", "/_stcore/x"])
@pytest.mark.parametrize("asked", ["?role=admin", "?subject=account:ad&sign-in=1"])
def test_a_role_in_the_address(office: Office, path: str, asked: str) -> None:
    is_refused(office, "GET", path + asked)


@pytest.mark.parametrize("kind", ["clear_cache", "load_git_info", "debug_shutdown_runtime"])
def test_a_message_that_no_page_sends(office: Office, kind: str) -> None:
    before = office.refusals()
    address = office.server.url.replace("http", "ws") + "/_stcore/stream"
    cookie = {"Cookie": f"sign-in={office.tokens['vy']}"}
    with connect(address, additional_headers=cookie, max_size=None) as line:
        line.send(BackMsg(**{kind: True}).SerializeToString())
        line.send(BackMsg(app_heartbeat=True).SerializeToString())
        while ForwardMsg.FromString(line.recv(timeout=60)).WhichOneof("type") != "heartbeat_ack":
            pass
    assert office.refusals() > before


def test_another_visits_uploads(office: Office) -> None:
    said = is_refused(office, *UPLOAD, Cookie=f"sign-in={office.tokens['eva']}")
    assert "else's" in said
    delete = ("DELETE", UPLOAD[1])
    is_refused(office, *delete, Cookie=f"sign-in={office.tokens['eva']}")


@pytest.mark.parametrize(
    "form",
    [
        {"form": "", "login": "ed", "password": PASSWORD},
        {"form": "x" * 32, "login": "ed", "password": PASSWORD},
        {"form": "kept", "login": "ed", "password": "sai mật khẩu"},
        {"form": "kept", "login": "gone", "password": PASSWORD},
        {"form": "kept", "login": "operator", "password": PASSWORD},
        {"form": "kept", "login": "account:ed' --", "password": PASSWORD},
    ],
    ids=str,
)
def test_a_sign_in_that_is_none(office: Office, form: dict[str, str]) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    is_refused(office, "POST", "/sign-in", urlencode(form), Cookie="sign-in-form=kept", **kind)


PROXIED = [
    {"X-Forwarded-User": "ad"},
    {"x-forwarded-user": "ad", "X-Forwarded-For": "192.0.2.1"},
    {"X-Forwarded-User": "ad", "X-Forwarded-For": "192.0.2.1, 127.0.0.1"},
    {"X-Forwarded-User": "ad", "Forwarded": "for=192.0.2.1", "X-Real-IP": "192.0.2.1"},
    {"X-766-Subject": "proxy:ad"},
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("forged", PROXIED, ids=str)
def test_a_proxys_header_from_somebody_else(
    behind: Office, forged: dict[str, str], way: str
) -> None:
    is_refused(behind, *WAYS[way], **forged)


# --- deeds in the store: 34 ---


def _ready(db: Store) -> dict[str, str]:
    """A plan of `ed` in each state, and a scenario; by what it is."""
    mine = db.held_by(of("ed"))
    found = {"scenario": versions.create(mine, "{}", **NEW).scenario_id}
    for state in ("draft", "submitted", "issued"):
        key = versions.create(mine, payload(A=0.5), **NEW, what=A_PLAN).scenario_id
        if state != "draft":
            plans.submit_plan(mine, key, 1, author="x")
        if state == "issued":
            plans.issue_plan(db.held_by(of("an")), key, 2, author="x", as_of="2025-01-01")
        found[state] = key
    return found


def step(name: str, state: str, number: int) -> Callable[[Store, dict[str, str]], object]:
    """A step of approval of the plan in a state, whose version `number` was seen."""
    said = {"return_plan": {"note": "n"}, "issue_plan": {"as_of": "2025-01-01"}}.get(name, {})
    return lambda db, at: getattr(plans, name)(db, at[state], number, author="x", **said)


def on_top(db: Store, at: dict[str, str]) -> object:
    signed: Any = {"author": "x", "dataset_version": "1", "what": A_PLAN}
    return versions.save(db, at["issued"], 3, payload(A=1), **signed)


DEEDS: dict[str, tuple[str, Callable[[Store, dict[str, str]], object]]] = {
    "issue a draft": ("an", step("issue_plan", "draft", 1)),
    "issue twice": ("an", step("issue_plan", "issued", 3)),
    "issue twice, as seen": ("an", step("issue_plan", "issued", 2)),
    "issue one's own": ("ed", step("issue_plan", "submitted", 2)),
    "issue as an editor": ("eva", step("issue_plan", "submitted", 2)),
    "issue as a viewer": ("vy", step("issue_plan", "submitted", 2)),
    "issue as nobody": ("", step("issue_plan", "submitted", 2)),
    "issue as disabled": ("gone", step("issue_plan", "submitted", 2)),
    "submit as a viewer": ("vy", step("submit_plan", "draft", 1)),
    "submit what is issued": ("ed", step("submit_plan", "issued", 3)),
    "return as an editor": ("eva", step("return_plan", "submitted", 2)),
    "return what is issued": ("an", step("return_plan", "issued", 3)),
    "change what is issued": ("ed", on_top),
    "supersede as an editor": (
        "eva",
        lambda db, at: plans.supersede_plan(db, at["issued"], author="x"),
    ),
    "delete as a viewer": ("vy", lambda db, at: versions.delete(db, at["scenario"], author="x")),
    "read without a role": ("no", lambda db, at: versions.read(db, at["scenario"])),
    "read a made-up id": ("vy", lambda db, at: versions.read(db, "a" * 16)),
    "a plan as a scenario": ("vy", lambda db, at: versions.read(db, at["draft"])),
    "another's work": ("eva", lambda db, at: working.working(db, "w" * 20)),
    "a role for oneself": ("ed", lambda db, at: accounts.set_role(db, "account:ed", "admin")),
    "an account of one's own": (
        "an",
        lambda db, at: accounts.add_account(db, "mine", "Mine", PASSWORD),
    ),
    "everybody's accounts": ("vy", lambda db, at: accounts.accounts(db)),
    "everybody's trace": ("ed", lambda db, at: trace.trace_page(db)),
    "the trace as a file": ("an", lambda db, at: trace.take_trace(db)),
    "the trace's chain as nobody": ("", lambda db, at: trace.follow_trace(db)),
    "the state of the store": ("vy", lambda db, at: about_store(db)),
    "to disable an admin": ("an", lambda db, at: accounts.set_active(db, "account:ad", False)),
    "to come back by oneself": (
        "gone",
        lambda db, at: accounts.set_active(db, "account:gone", True),
    ),
    "nobody's work for oneself": ("ed", lambda db, at: handing.hand_over(db, "account:ed")),
    "nobody's work, as an admin of one dataset": (
        "no",
        lambda db, at: handing.hand_over(db, "account:no"),
    ),
    "a role for a made-up account": (
        "ad",
        lambda db, at: accounts.set_role(db, "account:' OR 1=1 --", "admin"),
    ),
    "to leave nobody who leads": (
        "ad",
        lambda db, at: accounts.set_role(db, "account:ad", "editor"),
    ),
    "to disable oneself as the last admin": (
        "ad",
        lambda db, at: accounts.set_active(db, "account:ad", False),
    ),
    "another's password": ("an", lambda db, at: accounts.set_password(db, "ad", PASSWORD)),
}


@pytest.fixture(scope="module")
def at(office: Office) -> dict[str, str]:
    working.autosave(office.db.held_by(of("ed")), "w" * 20, "{}")
    accounts.set_role(office.db, "account:no", "admin", "another dataset")
    return _ready(office.db)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_beyond_ones_role(office: Office, at: dict[str, str], deed: str) -> None:
    login, do = DEEDS[deed]
    before = office.refusals()
    with pytest.raises(StoreError):
        do(office.db.held_by(of(login)), at)
    assert office.refusals() > before


# --- as one tries who has read the code ---


def raw(office: Office, *lines: str, body: str = "") -> int:
    """The status of a request written by hand; 0 where the server only closed the line."""
    host = office.server.url.removeprefix("http://")
    with socket.create_connection((host.partition(":")[0], int(host.partition(":")[2]))) as line:
        line.settimeout(30)
        head = "\r\n".join([*lines, f"Host: {host}", "Connection: close", "", ""])
        with contextlib.suppress(OSError):  # closed while it was being sent
            line.sendall((head + body).encode("latin-1"))
        answer = b""
        with contextlib.suppress(OSError):
            answer = line.recv(4096)
        return int(answer.split()[1]) if answer else 0


SMUGGLED = {
    "an underscore for a hyphen": ["x_766_subject: account:ad", "X_Forwarded_User: ad"],
    "twice": ["X-766-Subject: account:ad", "X-766-Subject: account:ed"],
    "with a space before the colon": ["X-766-Subject : account:ad"],
    "folded over two lines": ["Cookie: a=b;", " sign-in=x", "X-766-Subject: account:ad"],
    "in the name of a connection's own": ["Connection: X-766-Subject", "X-766-Subject: ad"],
    "a token elsewhere": ["Authorization: Bearer {ed}", "X-Sign-In: {ed}"],
    "a token under another case": ["Cookie: SIGN-IN={ed}"],
    "a token with more behind it": ["Cookie: sign-in={ed}x"],
    "a token in quotes": ['Cookie: sign-in="{ed}"'],
    "a token twice": ["Cookie: sign-in={ed}", "Cookie: sign-in={ed}"],
    "a cookie without end": ["Cookie: sign-in=" + "A" * 70_000],
    "two lengths": ["Content-Length: 0", "Content-Length: 30"],
    "a length and parts": ["Content-Length: 4", "Transfer-Encoding: chunked"],
}


@pytest.mark.parametrize("how", SMUGGLED)
def test_what_is_smuggled_into_a_request(office: Office, how: str) -> None:
    given = [line.replace("{ed}", office.tokens["ed"]) for line in SMUGGLED[how]]
    for path in (FILE[1], "/_stcore/script-health-check"):
        assert raw(office, f"GET {path} HTTP/1.1", *given) in (0, 400, 401, 431)
    assert office.ask("GET", "/healthz")[0] == 200, "it lives"


def test_a_token_in_the_address_opens_nothing(office: Office) -> None:
    token = office.tokens["ed"]
    for asked in (f"?sign-in={token}", f"?token={token}", f";sign-in={token}"):
        is_refused(office, "GET", FILE[1] + asked)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH", "GET"])
@pytest.mark.parametrize("end", ["", "/", "/x", "%2f", "?session=a-visit"])
def test_a_file_of_another_visit_by_every_way(office: Office, method: str, end: str) -> None:
    cookie = {"Cookie": f"sign-in={office.tokens['eva']}", "X-HTTP-Method-Override": "PUT"}
    status, said = office.ask(method, UPLOAD[1] + end, **cookie)
    if status == 200:  # the program's page, as for any address that is none
        assert method == "GET" and said.startswith("<!") and "<script" in said
    else:  # or to the same path without its last slash, which is refused
        assert status in (400, 403, 404, 405) or (end in ("/", "%2f") and status in (301, 308))


def test_another_persons_visit_is_not_gone_on_with(office: Office) -> None:
    address = office.server.url.replace("http", "ws") + "/_stcore/stream"

    def visit(login: str, *named: str) -> str:
        cookie = {"Cookie": f"sign-in={office.tokens[login]}"}
        names = [Subprotocol(name) for name in ("streamlit", *named)]
        with connect(address, additional_headers=cookie, subprotocols=names, max_size=None) as line:
            line.send(BackMsg(rerun_script={"query_string": ""}).SerializeToString())
            while True:
                found = ForwardMsg.FromString(line.recv(timeout=60, decode=False))
                if found.WhichOneof("type") == "new_session":
                    return found.new_session.initialize.session_id

    mine, before = visit("ed"), office.refusals()
    assert visit("eva", "-", mine) != mine
    assert office.refusals() > before


def test_a_name_is_slow_to_guess_whatever_address_is_told(office: Office) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "sign-in-form=k"}
    form = urlencode({"form": "k", "login": "vy", "password": "sai mật khẩu rồi"})
    found = [
        office.ask("POST", "/sign-in", form, **kind, **{"X-Forwarded-For": f"10.1.{n}.1"})[0]
        for n in range(8)
    ]
    assert found[:5] == [403] * 5 and 429 in found[5:]


def test_a_cookie_that_was_planted_is_no_sign_in_afterwards(office: Office) -> None:
    """Nobody who set the cookie before knows the one after; signing out ends that one too."""
    planted = "p" * 43
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    kind["Cookie"] = f"sign-in={planted}; sign-in-form=k"
    form = urlencode({"form": "k", "login": "an", "password": PASSWORD})
    line = http.client.HTTPConnection(office.server.url.removeprefix("http://"), timeout=30)
    line.request("POST", "/sign-in", form, kind)
    answer = line.getresponse()
    given = SimpleCookie(answer.headers["set-cookie"])["sign-in"].value
    line.close()
    assert answer.status == 303 and given != planted
    is_refused(office, *FILE, Cookie=f"sign-in={planted}")
    foreign = {"Cookie": f"sign-in={given}", "Origin": "http://evil.example"}
    is_refused(office, "POST", "/sign-out", **foreign)
    assert office.ask(*FILE, Cookie=f"sign-in={given}")[0] == 404, "still signed in"
    assert office.ask("POST", "/sign-out", Cookie=f"sign-in={given}")[0] == 303
    is_refused(office, *FILE, Cookie=f"sign-in={given}")


ELSEWHERE: dict[str, Callable[[Store, dict[str, str]], object]] = {
    "read": lambda db, at: versions.read(db, at["draft"], what=A_PLAN),
    "history": lambda db, at: versions.history(db, at["draft"], what=A_PLAN),
    "copy": lambda db, at: versions.copy(db, at["draft"], author="x", what=A_PLAN),
    "delete": lambda db, at: versions.delete(db, at["draft"], author="x", what=A_PLAN),
    "submit": step("submit_plan", "draft", 1),
    "issue": step("issue_plan", "submitted", 2),
    "supersede": lambda db, at: plans.supersede_plan(db, at["issued"], author="x"),
}


@pytest.mark.parametrize("deed", ELSEWHERE)
def test_an_admin_of_one_dataset_does_nothing_on_another(
    office: Office, at: dict[str, str], deed: str
) -> None:
    before = office.refusals()
    with pytest.raises(StoreError) as error:
        ELSEWHERE[deed](office.db.held_by(of("no")), at)
    assert error.value.code == "not_allowed" and office.refusals() > before


def test_a_tab_from_before_a_role_was_taken_approves_nothing(
    office: Office, at: dict[str, str]
) -> None:
    hand = office.db.held_by(of("an"))  # as the open tab has it
    accounts.set_role(office.db, "account:an", "viewer")
    before = office.refusals()
    for do in (step("issue_plan", "submitted", 2), step("return_plan", "submitted", 2)):
        with pytest.raises(StoreError) as error:
            do(hand, at)
        assert error.value.code == "not_allowed"
    assert office.refusals() == before + 2
    accounts.set_role(office.db, "account:an", "approver")


# --- of kinds that those above have not ---

ANOTHER_WAY = [
    *(("HEAD", {}), ("OPTIONS", {}), ("TRACE", {}), ("PROPFIND", {})),
    ("GET", {"Range": "bytes=0-"}),
    ("GET", {"If-None-Match": "*"}),
    ("GET", {"X-Original-URL": "/healthz", "X-Rewrite-URL": "/healthz"}),
    ("GET", {"X-Forwarded-Prefix": "/static", "X-Forwarded-Host": "localhost"}),
    ("POST", {"X-HTTP-Method-Override": "GET"}),
    ("GET", {"Cookie": "$Version=1; sign-in=; $Path=/766"}),
]


@pytest.mark.parametrize("path", [FILE[1], UPLOAD[1]])
@pytest.mark.parametrize("how", ANOTHER_WAY, ids=str)
def test_another_way_to_ask_for_a_file(
    office: Office, how: tuple[str, dict[str, str]], path: str
) -> None:
    method, headers = how
    is_refused(office, method, path, **headers)


LOOKALIKES = {
    "a Cyrillic letter": "\u0435d",
    "letters of full width": "\uff45\uff44",
    "a letter with a mark": "e\u0301d",
    "nothing to be seen": "ed\u200b",
    "from right to left": "\u202ede",
    "an end in the middle": "ed\0x",
    "the subject": "account:ed",
    "another subject": "ed|account:ad",
    "a soft hyphen": "e\u00add",
}


@pytest.mark.parametrize("kind", LOOKALIKES)
def test_a_name_that_only_looks_like_one(office: Office, kind: str) -> None:
    """With the right password: it is another name, of nobody."""
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "sign-in-form=k"}
    form = urlencode({"form": "k", "login": LOOKALIKES[kind], "password": PASSWORD})
    is_refused(office, "POST", "/sign-in", form, **sent)


@pytest.mark.parametrize("letters", [8_000, 100_000, 1_100_000])
def test_a_password_without_end(office: Office, letters: int) -> None:
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "sign-in-form=k"}
    form = urlencode({"form": "k", "login": "ed", "password": "a" * letters})
    before = office.refusals()
    with contextlib.suppress(ConnectionError):  # closed while the rest was being sent
        assert office.ask("POST", "/sign-in", form, **sent)[0] == 413
    assert office.refusals() > before


@pytest.mark.parametrize(
    "told",
    [["Transfer-Encoding: chunked"], ["Content-Length: -1"], ["Content-Length: 0x10"], []],
    ids=str,
)
def test_a_form_that_does_not_say_how_long_it_is(office: Office, told: list[str]) -> None:
    found = raw(office, "POST /sign-in HTTP/1.1", "Cookie: sign-in-form=k", *told, body="0\r\n\r\n")
    assert found in (0, 400, 413)
    assert office.ask("GET", "/healthz")[0] == 200, "it lives"


def test_a_line_that_is_open_ends_with_the_password(office: Office) -> None:
    """Whoever was in before it was changed presses nothing any more, in a page left open."""
    token = sign_ins.sign_in(office.db, "eva", PASSWORD, "here")
    address = office.server.url.replace("http", "ws") + "/_stcore/stream"
    cookie = {"Cookie": f"sign-in={token}"}
    with connect(address, additional_headers=cookie, max_size=None) as line:
        accounts.set_password(office.db, "eva", PASSWORD)
        before = office.refusals()
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id="any", trigger_value=True)
        line.send(message.SerializeToString())
        line.send(BackMsg(app_heartbeat=True).SerializeToString())
        while office.refusals() < before + 2:  # what was pressed, and what is no page's drawing
            line.recv(timeout=60)
    is_refused(office, *FILE, **cookie)
    office.tokens["eva"] = sign_ins.sign_in(office.db, "eva", PASSWORD, "here")


def test_what_is_right_passes_and_the_trace_is_whole(office: Office, behind: Office) -> None:
    """The other side: a good cookie opens files and a line, and no refusal changed anything."""
    good = {"Cookie": f"sign-in={office.tokens['ed']}"}
    assert office.ask(*LINE, Origin=office.server.url, **good)[0] == 101
    assert office.ask(*FILE, **good)[0] == 404  # asked for, and not there
    assert office.ask("GET", "/", **good)[0] == 200
    # the program's own files: an open page needs them while the store can not say who asks
    assert office.ask("GET", "/_stcore/bidi-components/live.panel/panel.css")[0] == 200
    assert office.ask("GET", "/_stcore/bidi-components/live.panel/other.css")[0] == 401
    status, _ = office.ask("GET", "/simulate?d=x")
    assert status == 303, "to the door"
    for each in (office, behind):
        with each.db.transaction() as connection:
            assert verify_audit(connection).problem == ""


def test_it_is_a_hundred_attempts() -> None:
    ways = len(WAYS)
    requests = ways * len(FORGED) + ways * 8 + 2 + 5 + len(PATHS) + 6 + 2 + 6 + ways * len(PROXIED)
    assert requests + len(DEEDS) >= 100


def test_a_form_leads_nowhere_else(office: Office, tmp_path: Path) -> None:
    """After signing in one goes on here, whatever the address of the form said."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "sign-in-form=k"}
    places = ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
    places += [
        "///evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "https:evil.example",
        "/\u2028",
    ]
    for place in places:
        form = {"form": "k", "login": "eva", "password": PASSWORD, "next": place}
        line = http.client.HTTPConnection(office.server.url.removeprefix("http://"), timeout=30)
        line.request("POST", "/sign-in", urlencode(form), kind)
        answer = line.getresponse()
        cookie = answer.headers["set-cookie"].lower()
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert "httponly" in cookie and "samesite=lax" in cookie
        line.close()
