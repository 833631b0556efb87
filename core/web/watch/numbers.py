"""Every request has a number, in its answer and in the log; what became of it is told once.

Nothing that is told holds an address' own part: no query (it may hold a scenario), no name of a
file, no number of a visit (whoever knows one could go on with it).
"""

import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
REQUEST: ContextVar[str] = ContextVar("request", default="")
_PARTS = {"_stcore/stream", "_stcore/upload_file", "_stcore/health", "_stcore/host-config", "media",
          "static", "component", "healthz", "readyz", "metrics", "painted"}  # fmt: skip


@dataclass(frozen=True)
class Answered:
    """A request that was answered, or a websocket that ended (`status` 101; 0: no answer)."""

    number: str
    method: str
    route: str
    status: int
    seconds: float


def route_of(path: str, base: str) -> str:
    """Which of a few kinds of address a path is, below `base` ("/", or "/766/")."""
    below = path.removeprefix(base.rstrip("/")).strip("/")
    parts = below.split("/")
    for known in ("/".join(parts[:2]), parts[0]):
        if known in _PARTS:
            return f"/{known}"
    return "/page" if "." not in below else "/other"


def numbered(app: ASGIApp, base: str, told: Callable[[Answered], None]) -> ASGIApp:
    """A layer that numbers requests and websockets, and tells of each when it is over."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        number, status, start = secrets.token_hex(4), 0, time.monotonic()
        token = REQUEST.set(number)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            elif message["type"] == "websocket.accept":
                status = 101
            await send(message)

        try:
            await app(scope, receive, noted)
        finally:
            REQUEST.reset(token)
            route = route_of(scope["path"], base)
            method = scope.get("method", "GET")
            told(Answered(number, method, route, status, time.monotonic() - start))

    return layer
