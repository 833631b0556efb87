"""Who may ask: a request under a foreign name, or from another site's page, goes no further.

A page elsewhere can have its visitor's browser open a websocket here; the browser then tells that
page's address as `Origin`. If the page's own name is made to resolve to this computer, the browser
takes it for a page of this server (DNS rebinding), but still tells that name as `Host`.

Both are refused before Streamlit sees them. Asked about a foreign `Origin`, Streamlit would look
up this computer's address on the internet, for seconds and inside the event loop.
"""

from collections.abc import Callable
from urllib.parse import urlparse

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

WRONG_NAME = (
    "Máy chủ này không trả lời dưới tên này: hãy mở bằng địa chỉ mà nó báo khi khởi động, "
    "hoặc khởi động lại với --host TÊN.\n"
    "This server does not answer to this name: open it at an address that it says when it starts, "
    "or start it again with --host NAME.\n"
)
OTHER_SITE = (
    "Máy chủ này chỉ trả lời các trang của chính nó.\n"
    "This server answers its own pages only.\n"
)  # fmt: skip
NOT_HERE = "Not Found\n"
NAMES_OF_REFUSALS = {WRONG_NAME: "foreign_name", OTHER_SITE: "foreign_page"}
CLOSED = ("/_stcore/metrics",)  # figures about the server, for whoever asks; nobody here does


def refusal(path: str, headers: Headers, is_own_name: Callable[[str | None], bool]) -> str:
    """Why a request is refused; empty if it may go on."""
    host, origin = headers.get("host"), headers.get("origin")
    if not is_own_name(host):
        return WRONG_NAME
    if origin is not None and urlparse(origin).netloc != host:
        return OTHER_SITE
    return NOT_HERE if path.rstrip("/").endswith(CLOSED) else ""


def own_visitors(
    app: ASGIApp,
    is_own_name: Callable[[str | None], bool],
    note: Callable[[str, str], None] = lambda why, subject: None,
) -> ASGIApp:
    """A layer that lets through what has no `refusal`, of HTTP and of websockets.

    `is_own_name` judges the header `Host`, None if there is none; `note` writes down that a foreign
    name or page asked.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        why = ""
        if scope["type"] in ("http", "websocket"):
            why = refusal(scope["path"], Headers(scope=scope), is_own_name)
        if why in NAMES_OF_REFUSALS:
            await run_in_threadpool(note, NAMES_OF_REFUSALS[why], "")
        answer = PlainTextResponse(why, 404 if why == NOT_HERE else 403) if why else app
        await answer(scope, receive, send)

    return layer
