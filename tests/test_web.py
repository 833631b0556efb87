"""core/web: who may ask this server, what may be sent to it, and that it asks nobody itself."""

import asyncio
import http.client
import json
import re
import secrets
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from websockets.sync.client import ClientConnection, connect

import app
from conftest import Server, run_apart, running_app
from core.web.address import with_script
from core.web.closings import without_closings
from core.web.preload import links, modules
from core.web.uploads import outdated
from core.web.visitors import NOT_HERE, OTHER_SITE, WRONG_NAME, refusal
from pages.parts.server.closings import Closings
from pages.parts.state.door.visits import is_heard
from small_app import write_small_app

# Runs in the server before anything else: whoever looks up a name, or connects to anything but this
# computer, is noted in a file and gets an error at once, as on a computer without a network.
LOOKOUT = """
import os, sys

HOME = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in HOME:
        with open(os.environ["LOOKOUT"], "a") as file:
            file.write(f"{event} {host}\\n")
        raise OSError(f"outside: {host}")

sys.addaudithook(watch)
"""


@pytest.fixture(scope="module")
def lookout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which every step of the server out of this computer is noted."""
    return tmp_path_factory.mktemp("lookout") / "outside.txt"


@pytest.fixture(scope="module")
def small_app(tmp_path_factory: pytest.TempPathFactory, lookout: Path) -> Iterator[Server]:
    """The server of two small pages, open to the network and watched."""
    root = write_small_app(tmp_path_factory.mktemp("small"))
    (lookout.parent / "sitecustomize.py").write_text(LOOKOUT, encoding="utf-8")
    settings = {"PYTHONPATH": str(lookout.parent), "LOOKOUT": str(lookout)}
    settings["OPEN_TO_EVERYBODY"] = "yes"
    options = ["--server.address", "0.0.0.0"]
    with running_app(root, tmp_path_factory.mktemp("data"), options, **settings) as running:
        yield running


def ask(server: Server, method: str, path: str, **headers: str) -> tuple[int, str]:
    """Status and text of an answer; `Host` is the server's own unless given."""
    line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    line.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        line.putheader(name.replace("_", "-"), value)
    line.endheaders()
    answer = line.getresponse()
    try:
        return answer.status, "" if answer.status == 101 else answer.read().decode()
    finally:
        line.close()


def shake(server: Server, path: str = "/_stcore/stream", **headers: str) -> tuple[int, str]:
    """The answer to the handshake of a websocket: 101 lets it in."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    return ask(server, "GET", path, **upgrade, **{"Sec-WebSocket-Key": "A" * 22 + "=="}, **headers)


# --- Who may ask ---


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://localhost:1", "x"])
def test_a_foreign_page_opens_no_websocket(small_app: Server, origin: str) -> None:
    for path in ("/_stcore/stream", "/anything"):
        assert shake(small_app, path, Origin=origin) == (403, OTHER_SITE)
    # Streamlit, which would have logged what it refused itself, has not seen it
    assert "Rejecting" not in small_app.log.read_text(encoding="utf-8")


def test_an_own_page_and_a_program_open_one(small_app: Server) -> None:
    assert shake(small_app, Origin=small_app.url)[0] == 101
    assert shake(small_app)[0] == 101  # a program sends no Origin
    port = small_app.url.rpartition(":")[2]
    for host in (f"localhost:{port}", f"LOCALHOST:{port}", f"[::1]:{port}"):
        assert shake(small_app, Host=host, Origin=f"http://{host}")[0] == 101


def test_a_page_without_tls_is_another_sites_page_behind_tls(small_app: Server) -> None:
    plain = small_app.url
    safe = plain.replace("http://", "https://")
    by_tls = {"X-Forwarded-Proto": "https"}  # as the proxies of deploy/ say it
    assert shake(small_app, Origin=plain, **by_tls) == (403, OTHER_SITE)
    assert shake(small_app, Origin=safe, **by_tls)[0] == 101
    assert shake(small_app, Origin=safe, **{"X-Forwarded-Proto": "http"}) == (403, OTHER_SITE)
    assert ask(small_app, "GET", "/", Origin=plain, **by_tls) == (403, OTHER_SITE)
    # a server with TLS of its own
    host = plain.removeprefix("http://")
    for origin, why in ((plain, OTHER_SITE), (safe, "")):
        headers = Headers({"host": host, "origin": origin})
        assert refusal("/", headers, lambda _: True, "https") == why
        assert refusal("/", headers, lambda _: True, "wss") == why
    headers = Headers({"host": host, "origin": f"ftp://{host}"})
    assert refusal("/", headers, lambda _: True) == OTHER_SITE


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example"])
def test_a_foreign_name_of_this_computer_gets_one_sentence(small_app: Server, host: str) -> None:
    origin = f"http://{host}"  # as a page has it whose own name leads here
    assert shake(small_app, Host=host, Origin=origin) == (403, WRONG_NAME)
    for path in ("/", "/healthz", "/_stcore/health", "/media/x.csv", "/static/js/index.js"):
        assert ask(small_app, "GET", path, Host=host) == (403, WRONG_NAME)


def test_a_name_that_was_given_at_the_start_is_answered(tmp_path: Path) -> None:
    root = write_small_app(tmp_path)
    options = ["--server.allowedHosts", "127.0.0.1", "--server.allowedHosts", "plan.example"]
    with running_app(root, tmp_path, options) as given:
        assert ask(given, "GET", "/healthz", Host="plan.example")[0] == 200
        assert shake(given, Host="plan.example", Origin="https://plan.example")[0] == 101
        assert ask(given, "GET", "/healthz", Host="localhost")[0] == 403


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/766/_stcore/metrics"])
def test_figures_about_the_server_are_given_to_nobody(small_app: Server, path: str) -> None:
    assert ask(small_app, "GET", path) == (404, NOT_HERE)


def test_nothing_is_refused_that_has_no_reason() -> None:
    home = Headers({"host": "a:1", "origin": "http://a:1"})
    assert refusal("/", home, lambda host: host == "a:1") == ""
    assert refusal("/", Headers({}), lambda host: host is not None) == WRONG_NAME


def test_the_server_asks_nobody_outside(small_app: Server, lookout: Path) -> None:
    """Not at its start, not for a page, not for what it refuses."""
    for _ in range(5):
        shake(small_app, Origin="http://evil.example")
    with visit(small_app) as (_, session):
        assert session
    with visit(small_app, "fails"):
        pass
    assert not lookout.exists() or lookout.read_text() == ""


# --- What may be sent ---


@contextmanager
def visit(server: Server, page: str = "") -> Iterator[tuple[ClientConnection, str]]:
    """A visitor's line whose page has been drawn, and the id of the visit."""
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as line:  # type: ignore[list-item]
        ask_for = BackMsg()
        ask_for.rerun_script.page_name = page
        line.send(ask_for.SerializeToString())
        session = ""
        while True:
            message = ForwardMsg.FromString(line.recv(timeout=60))  # type: ignore[arg-type]
            kind = message.WhichOneof("type")
            if kind == "new_session":
                session = message.new_session.initialize.session_id
            if kind == "script_finished":
                break
        yield line, session


def upload(server: Server, session: str, data: bytes) -> int:
    """The status of an upload as a page sends it, under an id that nobody gave out."""
    with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=30) as answer:
        cookie = re.search(r"_streamlit_xsrf=([^;]+)", answer.headers["Set-Cookie"])
    assert cookie
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + data + b"\r\n--x--\r\n"
    )
    request = urllib.request.Request(
        f"{server.url}/_stcore/upload_file/{session}/{secrets.token_hex(8)}", body, method="PUT"
    )
    request.add_header("Content-Type", "multipart/form-data; boundary=x")
    request.add_header("Cookie", f"_streamlit_xsrf={cookie[1]}")
    request.add_header("X-Xsrftoken", cookie[1])
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_file_is_taken_where_a_page_asks_for_one_and_nowhere_else(small_app: Server) -> None:
    with visit(small_app) as (_, session):
        assert upload(small_app, session, b"a") == 204
    with visit(small_app, "fails") as (_, session):
        assert upload(small_app, session, b"a") == 403
    assert upload(small_app, "no-such-visit", b"a") == 403


def test_the_oldest_files_make_room() -> None:
    sizes = {"a": 3, "b": 4, "c": 5}
    assert outdated(sizes, 12) == []
    assert outdated(sizes, 11) == ["a"]
    assert outdated(sizes, 5) == ["a", "b"]
    assert outdated(sizes, 0) == outdated(sizes, -1) == ["a", "b", "c"]


def test_a_visit_keeps_no_more_than_two_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/upload")
    monkeypatch.setattr(app, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    megabyte = 1024**2
    most = app.LISTS * app.st.get_option("server.maxUploadSize")
    piece = bytes(100 * megabyte)
    for number in range(10):
        app.make_room("visit", len(piece))
        manager.add_file("visit", UploadedFileRec(str(number), "a", "", piece))
        manager.add_file("other", UploadedFileRec("a", "a", "", piece))
    assert list(manager.file_storage["visit"]) == [str(n) for n in range(10 - most // 100, 10)]
    assert list(manager.file_storage["other"]) == ["a"]


def messages(kind: str, payload: str = "") -> bytes:
    """A message of a kind as anybody might send it."""
    made = BackMsg()
    if made.DESCRIPTOR.fields_by_name[kind].message_type is None:
        setattr(made, kind, True)
    else:
        getattr(made, kind).SetInParent()
    if payload:
        getattr(made.backend_operation_request, payload).SetInParent()
    return made.SerializeToString()


def test_only_what_pages_send_is_heard() -> None:
    """Streamlit would empty the caches of all visitors, or tell of git, for whoever says so."""
    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    request = BackMsg().backend_operation_request.DESCRIPTOR
    operations = {field.name for field in request.oneofs_by_name["payload"].fields}
    assert {kind for kind in kinds if is_heard(messages(kind))} == {
        "rerun_script", "stop_script", "file_urls_request", "app_heartbeat"
    }  # fmt: skip
    asked = "backend_operation_request"
    assert {name for name in operations if is_heard(messages(asked, name))} == {
        "deferred_file", "dataframe_chunk"
    }  # fmt: skip
    assert is_heard(b"no message"), "Streamlit says so and closes the line"


def test_a_line_leaves_out_what_no_page_sends(small_app: Server) -> None:
    with visit(small_app) as (line, session):
        install = BackMsg()
        install.backend_operation_request.session_id = session
        install.backend_operation_request.install_skills.SetInParent()
        line.send(install.SerializeToString())
        line.send(messages("set_run_on_save"))
        line.send(messages("app_heartbeat"))
        kinds = []
        while "heartbeat_ack" not in kinds:
            answer = ForwardMsg.FromString(line.recv(timeout=60))  # type: ignore[arg-type]
            kinds.append(answer.WhichOneof("type"))
            assert not answer.session_status_changed.run_on_save
    assert "backend_operation_response" not in kinds


# --- Closings ---


def rerun(page: str, pressed: str = "", **states: bool | str) -> bytes:
    """A page's message: the state of its widgets, and a button that was pressed."""
    made = BackMsg()
    made.rerun_script.page_script_hash = page
    for name, state in states.items():
        widget = made.rerun_script.widget_states.widgets.add()
        widget.id = f"$$ID-1-{name.replace('_', '-')}"
        setattr(widget, "bool_value" if isinstance(state, bool) else "string_value", state)
    if pressed:
        made.rerun_script.widget_states.widgets.add(id=pressed).trigger_value = True
    return made.SerializeToString()


OPEN = {"save_popover": True, "name": "An", "fold": True}
CLOSED = OPEN | {"save_popover": False}
TYPED = OPEN | {"name": "Anh"}


@pytest.mark.parametrize(
    ("came", "is_left_out"),
    [
        ([rerun("a", **CLOSED)], False),  # a second click, while the first is being answered
        ([rerun("a", **TYPED), rerun("a", **TYPED | {"save_popover": False})], True),
        ([rerun("b", **OPEN), rerun("a", **CLOSED)], True),  # a click on a link, then its closing
        ([rerun("b", save_popover=True), rerun("a", **CLOSED)], True),
        ([rerun("a", **TYPED), rerun("a", **OPEN), rerun("a", **CLOSED)], True),
        ([rerun("a", **CLOSED), rerun("a", **OPEN), rerun("a", **CLOSED)], False),
        ([rerun("a", **OPEN)], False),
        ([rerun("a", pressed="undo", **CLOSED)], False),
        ([rerun("b", pressed="undo", **CLOSED)], False),
        ([rerun("a", **CLOSED | {"name": "Anh"})], False),
        ([rerun("a", **CLOSED | {"fold": False})], False),
        ([rerun("a", **OPEN | {"fold": False})], False),
        ([rerun("a", **CLOSED | {"other": True})], False),
        ([rerun("a", **CLOSED), rerun("a", **CLOSED)], False),
        ([rerun("a", **CLOSED), rerun("b", **CLOSED)], False),  # closed by Escape, then a link
        ([messages("app_heartbeat")], False),
        ([b"no message"], False),
    ],
)
def test_a_message_that_only_closes_a_popover_is_left_out_unless_it_was_just_opened(
    came: list[bytes], is_left_out: bool
) -> None:
    is_closing = Closings()
    assert not is_closing(rerun("a", **OPEN))
    *_, last = map(is_closing, came)
    assert last == is_left_out


def test_a_line_hears_the_closing_with_what_comes_after_it() -> None:
    shut = TYPED | {"save_popover": False}
    sent = [rerun("a", **OPEN), rerun("a", **TYPED), rerun("a", **shut)]
    sent.append(rerun("a", pressed="undo", **shut))
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["bytes"] for _ in range(3)])

    async def receive() -> dict[str, object]:
        return {"type": "websocket.receive", "bytes": sent.pop(0)}

    run_apart(without_closings(app, Closings)({"type": "websocket"}, receive, None))  # type: ignore
    asked = [rerun("a", **OPEN), rerun("a", **TYPED), rerun("a", pressed="undo", **shut)]
    assert heard == asked


# --- Below a path ---


@pytest.mark.parametrize("base", ["/", "/766/", "/a</script>/"])
def test_a_page_is_told_where_its_server_is(base: str) -> None:
    html = with_script("<html><head><title>x</title></head></html>", base)
    found = re.fullmatch(
        r"<html><head><script>window\.__streamlit = \{ BACKEND_BASE_URL: "
        r"window\.location\.origin \+ (\".*\") \};</script>"
        r"<script src=\"([^<>\"]*)\"></script><title>x</title></head></html>",
        html,
    )
    assert found and html.count("</script>") == 2
    assert json.loads(found[1]) == base
    assert unescape(found[2]) == f"{base}words.js"


def test_a_page_names_what_its_first_elements_need(tmp_path: Path) -> None:
    (tmp_path / "Button.a1.js").write_text('import{t}from"./base.b2.js";import"./known.c3.js";t()')
    (tmp_path / "base.b2.js").write_text("import'./deep.d4.js';import('./later.e5.js')")
    for name in ("known.c3.js", "deep.d4.js", "later.e5.js", "ButtonGroup.f6.js"):
        (tmp_path / name).write_text("")
    found = modules(tmp_path, ["Button", "Gone"], '<link href="./static/js/known.c3.js">')
    assert found == ["Button.a1.js", "base.b2.js", "deep.d4.js"]
    html = with_script("<html><head></head></html>", "/", ahead=links(["/a&b.js"], ["/c.css"]))
    asked = '<link rel="modulepreload" href="/a&amp;b.js"><link rel="preload" as="style"'
    assert html.endswith(f'{asked} href="/c.css"></head></html>')
    assert all(f"/{name}." in app.AHEAD for name in app.FIRST)  # Streamlit still has these files


# --- Answers leave at once ---


def test_what_the_server_accepts_waits_for_no_acknowledgement() -> None:
    async def asked() -> bool:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 204})
            await send({"type": "http.response.body"})

        listening = socket.socket()  # as Streamlit opens its own
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(answer, lifespan="off", log_config=None))
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[listening])
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readline()
        (line,) = server.server_state.connections
        found = line.transport.get_extra_info("socket")
        delayed = not found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()
        await server.shutdown(sockets=[listening])
        return delayed

    assert app.uvicorn is uvicorn  # app.py asks it of every server
    assert not run_apart(asked())
