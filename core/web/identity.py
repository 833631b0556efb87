"""Who asks: found out once for every request and websocket, and told to the pages by one header.

Whatever a browser sends under that name, or under the name by which a proxy tells who is signed in,
is dropped: only this layer writes the first, and only from a named address is the second read.
"""

import ipaddress
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SUBJECT_HEADER = "x-766-subject"
OF_A_VISIT = re.compile(r".*/_stcore/upload_file/([^/]+)/[^/]+")
NOT_A_PAGE = re.compile(r"/(_stcore|media|component|_components|~|static)(/|$)")
# no page, file or visit has such a path: two slashes, a way upwards, what is encoded twice
TRICK = re.compile(r"//|\\|(^|/)\.{1,2}(/|;|$)|[\x00-\x1f\x7f;%]")
NO_PATH = "Bad Request\n"
SIGN_IN_FIRST = (
    "Hãy đăng nhập trước.\n"
    "Sign in first.\n"
)  # fmt: skip
NOT_YOURS = (
    "Phiên làm việc này là của người khác.\n"
    "This visit is somebody else's.\n"
)  # fmt: skip
NOT_SURE = (
    "Nơi lưu trữ không trả lời nên chưa kiểm tra được đăng nhập: hãy thử lại.\n"
    "The store does not answer, so the sign-in can't be checked: try again.\n"
)  # fmt: skip


@dataclass(frozen=True)
class Caller:
    """A request as it came: from where, with which headers, what a trusted proxy says of it."""

    address: str
    headers: Headers
    told: tuple[str, ...] = ()  # by a trusted proxy: who is signed in, once for each header


@dataclass(frozen=True)
class Identity:
    """Who that is; `why` they are not let in, where they showed something that counts for nothing.

    `may_wait`: a visit may be opened though nobody is signed in (to sign in there, or again).
    """

    subject: str = ""
    is_in: bool = False
    why: str = ""
    may_wait: bool = False


@dataclass(frozen=True)
class Rules:
    """What the layer asks: all of these are given by the app.

    `find_out` may raise OSError where it can not know; `is_own` tells whether a visit is a
    subject's; `tame` makes of a browser's message a plain drawing of the page, where it `asks` for
    more; `note` writes a refusal down; `is_public` are paths that need nobody.
    """

    find_out: Callable[[Caller], Identity]
    is_own: Callable[[str, str], bool]
    tame: Callable[[bytes], bytes]
    asks: Callable[[bytes], bool]
    note: Callable[[str, str], None]
    is_public: Callable[[str], bool]
    sign_in: str  # the path of the page where one signs in
    trusts: Callable[[str], bool] = lambda address: False
    header: str = ""  # by which a trusted proxy tells who is signed in
    is_off: bool = False  # nobody signs in


def without_headers(scope: Scope, names: Collection[str]) -> list[tuple[bytes, bytes]]:
    """The headers of a request but these."""
    gone = {name.lower().encode() for name in names}
    return [pair for pair in scope["headers"] if pair[0].lower() not in gone]


def from_proxy(scope: Scope, trusts: Callable[[str], bool]) -> Scope:
    """The request as the browser sent it, where a trusted proxy passes it on: its address (the last
    that no trusted proxy has), and whether it came over TLS."""
    headers, client = Headers(scope=scope), scope.get("client") or ("", 0)
    if not trusts(client[0]):
        return scope
    found = dict(scope)
    chain = [part.strip() for part in ",".join(headers.getlist("x-forwarded-for")).split(",")]
    for address in reversed([part for part in chain if part]):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            break
        found["client"] = (address, 0)
        if not trusts(address):
            break
    if headers.get("x-forwarded-proto", "").strip().lower() in ("https", "wss"):
        found["scheme"] = "wss" if scope["type"] == "websocket" else "https"
    return found


def identified(app: ASGIApp, rules: Rules) -> ASGIApp:
    """The layer: lets through who is signed in, and what is public; writes SUBJECT_HEADER."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        caller = _caller(scope, rules)
        if not rules.is_off and _is_forged(scope, rules):
            await run_in_threadpool(rules.note, "forged_header", "")
        scope = from_proxy(scope, rules.trusts)
        scope["headers"] = without_headers(scope, {SUBJECT_HEADER, rules.header} - {""})
        if rules.is_off:
            await app(scope, receive, send)
            return
        if TRICK.search(scope["path"]):
            await run_in_threadpool(rules.note, "path_trick", "")
            await PlainTextResponse(NO_PATH, 400)(scope, receive, send)
            return
        send = _secured(send) if scope["scheme"] in ("https", "wss") else send
        if scope["type"] == "http" and rules.is_public(scope["path"]):
            await app(scope, receive, send)
            return
        caller = replace(caller, address=(scope.get("client") or ("", 0))[0])
        try:
            known = await run_in_threadpool(rules.find_out, caller)
        except OSError:
            await PlainTextResponse(NOT_SURE, 503)(scope, receive, send)
            return
        answer = await _refusal(scope, known, rules)
        if answer is not None:
            await answer(scope, receive, send)
            return
        subject = known.subject if known.is_in else ""
        scope["headers"].append((SUBJECT_HEADER.encode(), quote(subject).encode()))
        if scope["type"] == "websocket":
            receive = _listening(receive, caller, known, rules)
        await app(scope, receive, send)

    return layer


def _caller(scope: Scope, rules: Rules) -> Caller:
    headers, peer = Headers(scope=scope), (scope.get("client") or ("", 0))[0]
    told = headers.getlist(rules.header) if rules.header and rules.trusts(peer) else []
    return Caller(peer, headers, tuple(told))


def _is_forged(scope: Scope, rules: Rules) -> bool:
    """Whether somebody who is no trusted proxy tells who they are."""
    headers, peer = Headers(scope=scope), (scope.get("client") or ("", 0))[0]
    from_others = bool(rules.header) and rules.header in headers and not rules.trusts(peer)
    return SUBJECT_HEADER in headers or from_others


async def _refusal(scope: Scope, known: Identity, rules: Rules) -> Response | None:
    """Why it goes no further; a visit that is named but somebody else's is left out or refused."""
    path = scope["path"]
    if known.why:
        await run_in_threadpool(rules.note, known.why, known.subject)
    if scope["type"] == "websocket":
        if not known.is_in and not known.may_wait:
            if not known.why:
                await run_in_threadpool(rules.note, "no_sign_in", "")
            return PlainTextResponse(SIGN_IN_FIRST, 403)
        await _leave_out_anothers(scope, known, rules)
        return None
    if not known.is_in:
        is_page = scope["method"] in ("GET", "HEAD") and not NOT_A_PAGE.search(path)
        if is_page and known.may_wait:
            return None
        if is_page:
            query = scope.get("query_string", b"").decode("latin-1")
            back = path + (f"?{query}" if query else "")
            return RedirectResponse(f"{rules.sign_in}?next={quote(back)}", 303)
        if not known.why:
            await run_in_threadpool(rules.note, "no_sign_in", "")
        return PlainTextResponse(SIGN_IN_FIRST, 401)
    visit = OF_A_VISIT.fullmatch(path)
    if visit and not rules.is_own(visit[1], known.subject):
        await run_in_threadpool(rules.note, "anothers_visit", known.subject)
        return PlainTextResponse(NOT_YOURS, 403)
    return None


async def _leave_out_anothers(scope: Scope, known: Identity, rules: Rules) -> None:
    """A browser may name the visit that it goes on with: only one of the same person."""
    name = "sec-websocket-protocol"
    parts = [part.strip() for part in Headers(scope=scope).get(name, "").split(",")]
    if len(parts) < 3 or not parts[2] or rules.is_own(parts[2], known.subject):
        return
    await run_in_threadpool(rules.note, "anothers_visit", known.subject)
    scope["headers"] = without_headers(scope, {name})
    scope["headers"].append((name.encode(), ", ".join(parts[:2]).encode()))


def _listening(receive: Receive, caller: Caller, known: Identity, rules: Rules) -> Receive:
    """Before every message: whether who opened the visit is still signed in."""

    async def heard() -> Message:
        message = await receive()
        data = message.get("bytes")
        if message["type"] != "websocket.receive" or not data:
            return message
        try:
            now = await run_in_threadpool(rules.find_out, caller)
        except OSError:  # the store is away: nothing can be changed there, the page says so
            return message
        if not known.subject or (now.is_in and now.subject == known.subject):
            return message
        if now.why != "expired" and rules.asks(data):
            await run_in_threadpool(rules.note, now.why or "signed_out", known.subject)
        return {**message, "bytes": rules.tame(data)}

    return heard


def _secured(send: Send) -> Send:
    """Behind TLS every cookie is for TLS only."""

    async def secured(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.accept"):
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            cookies = headers.getlist("set-cookie")
            if cookies:
                del headers["set-cookie"]
                for cookie in cookies:
                    has = "; secure" in cookie.lower()
                    headers.append("set-cookie", cookie if has else f"{cookie}; Secure")
                message = {**message, "headers": headers.raw}
        await send(message)

    return secured
