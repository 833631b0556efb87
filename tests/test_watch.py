"""core/web: what its operator sees of a server, who else does not, and how much may come in."""

import inspect
import json
import logging
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message as Mail
from io import StringIO

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.NewSession_pb2 import CustomThemeConfig, NewSession
from streamlit.runtime import app_session
from websockets.exceptions import InvalidStatus

from conftest import Server, run_apart, running_app
from core.web.sizes import FULL, MOST_BODY_BYTES, TOO_LARGE_BODY, within_sizes
from core.web.watch.logs import JsonLines
from core.web.watch.metrics import ServerFigures, may_ask, networks, timed_runs
from core.web.watch.numbers import route_of
from pages.parts.server.theme import remembered
from small_app import write_small_app
from test_web import visit


@pytest.fixture(scope="module")
def watched_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two small pages, a log for programs, and room for two pages at a time."""
    root = write_small_app(tmp_path_factory.mktemp("small"))
    settings = {"LOG_FORMAT": "json", "MOST_PAGES": "2", "METRICS_FROM": "10.0.0.5"}
    with running_app(root, tmp_path_factory.mktemp("data"), **settings) as running:
        yield running


def get(server: Server, path: str, **headers: str) -> tuple[int, Mail, str]:
    """Status, headers and text of an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(server.url + path, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def figures(server: Server) -> dict[tuple[str, ...], float]:
    """What /metrics says, read as Prometheus reads it."""
    status, headers, text = get(server, "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


# --- a server ------------------------------------------------------------------------------------


def test_figures_count_what_people_did(watched_app: Server) -> None:
    before = figures(watched_app)
    with visit(watched_app):
        during = figures(watched_app)
    assert during["index766_open_pages",] == before["index766_open_pages",] + 1
    runs = ("index766_run_seconds_count",)
    assert during[runs] == before[runs] + 1
    assert 0 < during["index766_run_seconds_sum",] < 60
    assert during["index766_visits",] >= 1
    assert during["index766_store_ready",] == 1
    assert during["index766_store_on_share",] == 0
    with visit(watched_app, "fails"):
        pass
    after = figures(watched_app)
    assert after["index766_run_errors_total",] == before["index766_run_errors_total",] + 1
    assert after["index766_requests_total", "/_stcore/stream", "1xx"] >= 1


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "x-forwarded-for"]
)
def test_figures_are_never_passed_on_by_a_proxy(watched_app: Server, header: str) -> None:
    """The proxy stands on this computer, and so would everybody who comes through it."""
    status, _, text = get(watched_app, "/metrics", **{header: "127.0.0.1"})
    assert (status, text) == (404, "Not Found\n")


def test_ready_says_whether_work_can_be_kept_and_no_more(watched_app: Server) -> None:
    status, _, text = get(watched_app, "/readyz")
    assert (status, json.loads(text)) == (200, {"status": "ready"})


def test_a_store_on_a_share_is_told_at_the_start_and_whenever_asked(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The same server on a computer whose mounts say that the file lies on a share."""
    root = write_small_app(tmp_path_factory.mktemp("shared"))
    place = root / "core" / "store" / "operation" / "place.py"
    local = place.read_text(encoding="utf-8")
    place.write_text(local.replace("return kind if kind in SHARES else None", 'return "nfs4"'))
    assert place.read_text(encoding="utf-8") != local
    with running_app(root, tmp_path_factory.mktemp("data")) as running:
        assert "lies on a network share (nfs4)" in running.log.read_text(encoding="utf-8")
        status, _, text = get(running, "/readyz")
        said = {"status": "ready", "warning": "network_share"}
        assert (status, json.loads(text)) == (200, said)
        assert figures(running)["index766_store_on_share",] == 1


def test_a_page_too_many_is_refused_in_a_sentence_and_let_in_later(watched_app: Server) -> None:
    with visit(watched_app), visit(watched_app):
        with pytest.raises(InvalidStatus) as refused, visit(watched_app):
            pass
        assert refused.value.response.status_code == 503
        assert refused.value.response.body.decode() == FULL
    with visit(watched_app):
        pass


def test_the_log_is_json_with_numbers_and_without_what_people_typed(watched_app: Server) -> None:
    status, headers, _ = get(watched_app, "/?s=noidungbimat", Cookie="browser=banhbimat")
    assert status == 200
    with visit(watched_app, "fails") as (_, session):
        pass
    text = watched_app.log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    mine = [line for line in lines if line.get("request") == headers["X-Request-ID"]]
    assert [(one["route"], one["status"]) for one in mine] == [("/page", 200)]
    [failed] = [line for line in lines if line.get("session") and line.get("error")][-1:]
    assert failed["error"] == "RuntimeError"
    assert "frame.py" in failed["where"][-1]
    [told] = [line for line in lines if "Reference" in line["message"]][-1:]
    assert told["session"] == failed["session"]
    # the text of the error, of the address, of a cookie, and the visit's own id
    for secret in ("bí mật", "bimat", session, "127.0.0.1:"):
        assert secret not in "".join(line for line in text.splitlines() if line.startswith("{"))


# --- its parts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "may"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:10.0.0.5", True),
        ("10.1.2.3", True),
        ("10.0.0.6", False),
        ("192.0.2.1", False),
        ("", False),
        (None, False),
    ],
)
def test_who_may_ask_for_figures(client: str | None, may: bool) -> None:
    allowed = networks("10.0.0.5, 10.1.0.0/16")
    assert may_ask(client, Headers(), allowed) is may


def test_addresses_that_are_none_are_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="prometheus"):
        networks("prometheus.local")


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/page"),
        ("/766/", "/page"),
        ("/766/simulate", "/page"),
        ("/766/_stcore/stream", "/_stcore/stream"),
        ("/766/_stcore/upload_file/visit/file", "/_stcore/upload_file"),
        ("/766/media/abc.csv", "/media"),
        ("/766/../../etc/passwd.txt", "/other"),
    ],
)
def test_addresses_are_a_few_kinds_without_their_own_parts(path: str, route: str) -> None:
    assert route_of(path, "/766/") == route


def test_a_line_tells_its_time_in_utc_whatever_the_clock_of_the_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()
    try:
        record = logging.makeLogRecord({"msg": "said", "created": 86_400.5})
        line = json.loads(JsonLines(lambda: "").format(record))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert line["time"] == "1970-01-02T00:00:00.500+00:00"


def test_a_line_says_of_an_error_its_kind_and_place_and_never_its_text() -> None:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(lambda: "abcd"))
    logger = logging.getLogger("test_watch")
    logger.addHandler(handler)
    try:
        int("Nguyễn Văn A")
    except ValueError:
        logger.exception("could not read Nguyễn Văn A")
    logger.warning("two\nlines")
    first, second = stream.getvalue().splitlines()
    assert "Nguy" not in first
    assert json.loads(first)["error"] == "ValueError"
    assert re.search(r"test_watch\.py:\d+ test_a_line_says", json.loads(first)["where"][-1])
    assert json.loads(second)["message"] == "two\nlines"
    assert json.loads(second)["time"].endswith("+00:00")
    logger.removeHandler(handler)


async def reader(_: Scope, receive: Receive, send: Send) -> None:
    """An app that reads all of a body."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def answers(parts: list[bytes], headers: dict[str, str], path: str = "/signin") -> list[Message]:
    """What an app behind the layer answers to a body that comes in parts."""
    sent: list[Message] = []
    waiting = [
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, start=1)
    ]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "headers": raw}
    run_apart(within_sizes(reader, 1, lambda: 0)(scope, receive, send))
    return sent


def test_a_body_is_refused_by_what_it_says_and_by_what_comes() -> None:
    half = bytes(MOST_BODY_BYTES // 2)
    assert answers([half, half], {"content-length": f"{MOST_BODY_BYTES}"})[0]["status"] == 200
    for parts, headers in (
        ([b""], {"content-length": f"{MOST_BODY_BYTES + 1}"}),
        ([b""], {"content-length": "-1"}),
        ([b""], {"content-length": "many"}),
        ([half, half, b"x"], {"transfer-encoding": "chunked"}),
        ([half, half, b"x"], {"content-length": "3"}),
    ):
        start, body = answers(parts, headers)
        assert (start["status"], body["body"].decode()) == (413, TOO_LARGE_BODY)
    upload = "/_stcore/upload_file/visit/file"  # has a limit of its own
    assert answers([half, half, half], {}, upload)[0]["status"] == 200


def test_a_run_is_measured_once_from_what_starts_it_to_what_ends_it() -> None:
    counted = ServerFigures()
    heard = [b"start", b"start", b"other"]
    said = [b"figure", b"end", b"end"]

    async def page(_: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        for _ in heard:
            await receive()
        assert counted.lines._value.get() == 1
        for data in said:
            await send({"type": "websocket.send", "bytes": data})

    async def receive() -> Message:
        return {"type": "websocket.receive", "bytes": heard[0]}

    async def send(_: Message) -> None:
        pass

    layer = timed_runs(page, counted, lambda data: data == b"start", lambda data: data == b"end")
    run_apart(layer({"type": "websocket", "path": "/"}, receive, send))
    assert b"index766_run_seconds_count 1.0" in counted.text()
    assert b"index766_open_pages 0.0" in counted.text()


def test_the_theme_is_told_from_memory_as_streamlit_tells_it() -> None:
    populate, made = inspect.unwrap(app_session._populate_theme_msg), []

    def counted(message: CustomThemeConfig, section: str) -> None:
        made.append(section)
        populate(message, section)

    ours = remembered(counted)
    sections = ["theme", "theme.light", "theme.dark", "theme.light.sidebar", "theme.nothing"]
    for section in 2 * sections:
        found, wanted = NewSession(), NewSession()
        ours(found.custom_theme, section)
        populate(wanted.custom_theme, section)
        assert found == wanted
        assert found.HasField("custom_theme") == (section != "theme.nothing")
    assert made == sections
