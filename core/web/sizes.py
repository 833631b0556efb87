"""How much may come in: bodies of requests, and pages open at the same time.

Files have a limit of their own (`server.maxUploadSize`), and so have messages of a websocket.
"""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web.uploads import UPLOAD

MOST_BODY_BYTES = 1_000_000  # of a body that is no file: a form
LARGE_BODY = "large_body"  # as the trace has it
TOO_LARGE_BODY = (
    "Yêu cầu quá lớn.\n"
    "The request is too large.\n"
)  # fmt: skip
FULL = (
    "Máy chủ đang có quá nhiều người mở: hãy thử lại sau ít phút.\n"
    "Too many pages are open on this server: please try again in a few minutes.\n"
)


class _TooLarge(Exception):
    pass


def within_sizes(
    app: ASGIApp,
    most_pages: int,
    open_pages: Callable[[], float],
    note: Callable[[str, str], None] = lambda why, subject: None,
) -> ASGIApp:
    """A layer that refuses bodies of more than MOST_BODY_BYTES (413), as told or as they come, and
    a websocket more than `most_pages` (503). `note` writes down that a body was refused."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and open_pages() >= most_pages:
            await PlainTextResponse(FULL, 503, {"Retry-After": "60"})(scope, receive, send)
            return
        if scope["type"] != "http" or UPLOAD.fullmatch(scope["path"]):
            await app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        answer = PlainTextResponse(TOO_LARGE_BODY, 413, {"Connection": "close"})
        if not told.isdecimal() or int(told) > MOST_BODY_BYTES:
            await run_in_threadpool(note, LARGE_BODY, "")
            await answer(scope, receive, send)
            return
        come, has_begun = 0, False

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > MOST_BODY_BYTES:
                raise _TooLarge
            return message

        async def begun(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await app(scope, counted, begun)
        except _TooLarge:
            await run_in_threadpool(note, LARGE_BODY, "")
            if not has_begun:
                await answer(scope, receive, send)

    return layer
