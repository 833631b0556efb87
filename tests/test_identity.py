"""The layer that finds out who asks, around a small app that tells what came through."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from conftest import run_apart
from core.web.identity import SUBJECT_HEADER, Caller, Identity, Rules, identified
from pages.parts.state.door.sign_in import own_place
from pages.parts.state.door.visits import asks, tame

ED = Identity("account:ed", True)
Message = dict[str, Any]


def rules(known: Callable[[Caller], Identity] = lambda caller: ED, **more: Any) -> Rules:
    base = Rules(
        find_out=known,
        is_own=lambda visit, subject: (visit, subject) == ("mine", "account:ed"),
        tame=lambda data: b"tamed",
        asks=lambda data: data != b"draw",
        note=lambda why, subject: NOTED.append((why, subject)),
        is_public=lambda path: path == "/sign-in",
        sign_in="/sign-in",
    )
    return replace(base, **more)


NOTED: list[tuple[str, str]] = []


def ask(
    given: Rules,
    kind: str = "http",
    path: str = "/media/x",
    client: str = "192.0.2.9",
    came: tuple[bytes, ...] = (),
    **headers: str,
) -> tuple[Message, list[Message], list[Message]]:
    """What the app behind the layer saw as headers, what it heard, and what was answered."""
    NOTED.clear()
    seen: Message = {}
    heard: list[Message] = []
    sent: list[Message] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update({name.decode(): value.decode() for name, value in scope["headers"]})
        seen["client"], seen["scheme"] = scope["client"][0], scope["scheme"]
        for _ in came:
            heard.append(await receive())
        cookies = [(b"set-cookie", b"a=1; HttpOnly"), (b"set-cookie", b"b=2; Secure")]
        await send({"type": "http.response.start", "status": 200, "headers": cookies})

    messages = iter({"type": "websocket.receive", "bytes": data} for data in came)

    async def receive() -> Message:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(k.lower().replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": kind, "path": path, "method": "GET", "headers": pairs, "query_string": b"",
        "client": (client, 5), "scheme": "ws" if kind == "websocket" else "http",
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip
    run_apart(identified(app, given)(scope, receive, send))  # type: ignore[arg-type]
    return seen, heard, sent


def test_only_the_layer_writes_who_is_signed_in() -> None:
    seen, _, _ = ask(rules(), X_766_Subject="account:ad")
    assert seen[SUBJECT_HEADER] == "account%3Aed" and ("forged_header", "") in NOTED
    seen, _, _ = ask(rules(is_off=True), X_766_Subject="account:ad")
    assert SUBJECT_HEADER not in seen and NOTED == []


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_proxys_header_is_read_from_its_address_and_dropped_from_all(kind: str) -> None:
    told: list[tuple[str, ...]] = []

    def known(caller: Caller) -> Identity:
        told.append(caller.told)
        return ED

    given = rules(known, trusts=lambda address: address == "10.0.0.1", header="X-Forwarded-User")
    for client in ("10.0.0.1", "192.0.2.9"):
        seen, _, _ = ask(given, kind, client=client, X_Forwarded_User="lan")
        assert "x-forwarded-user" not in seen
    assert told == [("lan",), ()]
    assert NOTED[0] == ("forged_header", "")


def test_a_trusted_proxy_tells_the_address_and_tls_and_then_cookies_are_secure() -> None:
    given = rules(trusts=lambda address: address.startswith("10."))
    chain = {"X_Forwarded_For": "198.51.100.1, 203.0.113.7, 10.0.0.2", "X_Forwarded_Proto": "https"}
    seen, _, sent = ask(given, client="10.0.0.1", **chain)
    assert (seen["client"], seen["scheme"]) == ("203.0.113.7", "https"), "the last not trusted"
    cookies = [value for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert cookies == [b"a=1; HttpOnly; Secure", b"b=2; Secure"]
    seen, _, sent = ask(given, client="192.0.2.9", **chain)
    assert (seen["client"], seen["scheme"]) == ("192.0.2.9", "http")
    assert (b"set-cookie", b"a=1; HttpOnly") in sent[0]["headers"]


def test_a_websocket_goes_on_with_ones_own_visit_only() -> None:
    name = {"Sec_WebSocket_Protocol": "streamlit, xsrf, {}"}
    mine = {key: value.format("mine") for key, value in name.items()}
    seen, _, _ = ask(rules(), "websocket", "/_stcore/stream", **mine)
    assert seen["sec-websocket-protocol"] == "streamlit, xsrf, mine"
    other = {key: value.format("other") for key, value in name.items()}
    seen, _, _ = ask(rules(), "websocket", "/_stcore/stream", **other)
    assert seen["sec-websocket-protocol"] == "streamlit, xsrf"
    assert NOTED == [("anothers_visit", "account:ed")]


def test_after_a_sign_in_has_ended_nothing_that_was_pressed_comes_through() -> None:
    answers = iter(
        [ED, ED, Identity("account:ed", False, "old_token"), Identity("account:eva", True)]
    )
    _, heard, _ = ask(
        rules(lambda caller: next(answers)), "websocket", "/_stcore/stream", came=(b"1", b"2", b"3")
    )
    assert [one["bytes"] for one in heard] == [b"1", b"tamed", b"tamed"]
    assert NOTED == [("old_token", "account:ed"), ("signed_out", "account:ed")]


def test_a_door_that_draws_itself_anew_is_no_refusal() -> None:
    """As a page does that waits for its store: else each would fill the trace by itself."""
    ended = iter([ED, Identity(why="unknown_token"), Identity(why="unknown_token")])
    given = rules(lambda caller: next(ended))
    _, heard, _ = ask(given, "websocket", "/_stcore/stream", came=(b"draw", b"pressed"))
    assert [one["bytes"] for one in heard] == [b"tamed", b"tamed"]
    assert NOTED == [("unknown_token", "account:ed")]


@pytest.mark.parametrize(
    ("message", "more"),
    [
        (BackMsg(rerun_script={"query_string": "d=x", "fragment_id": "door"}), False),
        (BackMsg(rerun_script={"widget_states": {"widgets": [{"id": "a"}]}}), True),
        (BackMsg(file_urls_request={"session_id": "a"}), True),
        (BackMsg(stop_script=True), True),
    ],
    ids=str,
)
def test_only_what_draws_a_page_asks_for_nothing(message: BackMsg, more: bool) -> None:
    assert asks(message.SerializeToString()) is more


def test_what_cannot_be_checked_opens_nothing_and_an_open_visit_goes_on() -> None:
    def away(caller: Caller) -> Identity:
        raise OSError("away")

    _, _, sent = ask(rules(away))
    assert sent[0]["status"] == 503
    answers = iter([lambda caller: ED, away])
    given = rules(lambda caller: next(answers)(caller))
    _, heard, _ = ask(given, "websocket", "/_stcore/stream", came=(b"1",))
    assert heard[0]["bytes"] == b"1"


def test_a_tamed_message_draws_the_page_and_presses_nothing() -> None:
    pressed = BackMsg()
    pressed.rerun_script.query_string = "d=x"
    pressed.rerun_script.fragment_id = "part"
    pressed.rerun_script.widget_states.widgets.add(id="save", trigger_value=True)
    plain = BackMsg.FromString(tame(pressed.SerializeToString()))
    assert plain.rerun_script.query_string == "d=x" and not plain.rerun_script.fragment_id
    assert not plain.rerun_script.widget_states.widgets
    stop = BackMsg()
    stop.clear_cache = True
    assert BackMsg.FromString(tame(stop.SerializeToString())).WhichOneof("type") == "rerun_script"


@pytest.mark.parametrize("asked", ["//x.example", "http://x.example", "/\\x.example", "x", ""])
def test_after_signing_in_one_stays_here(asked: str) -> None:
    assert own_place(asked) == "/"
    assert own_place("/targets?d=x&w=y") == "/targets?d=x&w=y"
