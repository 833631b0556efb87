"""Who may ask: a request under a foreign name, or from another site's page, goes no further.

A page elsewhere can have its visitor's browser open a websocket here; the browser then tells that
page's address as `Origin`. If the page's own name is made to resolve to this computer, the browser
takes it for a page of this server (DNS rebinding), but still tells that name as `Host`.

A page of the same name without TLS may be anybody's between here and its visitor: it is another
site's page too where people come by TLS.

All are refused before Streamlit sees them. Asked about a foreign `Origin`, Streamlit would look
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
_SCHEMES = {"ws": "http", "wss": "https"}  # a websocket's, as its page has it
CLOSED = ("/_stcore/metrics",)  # figures about the server, for whoever asks; nobody here does


def own_schemes(scheme: str, headers: Headers) -> set[str]:
    """By which schemes a page of this server can have come: as the proxy in front tells it, else as
    the request came itself, where a proxy with TLS that tells nothing may stand in front.

    Any proxy is believed, and who is no proxy: a browser lets no page of another site set that
    header, and who is no browser may name whatever page they like.
    """
    told = headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    if told:
        return {_SCHEMES.get(told, told)}
    return {"https"} if _SCHEMES.get(scheme, scheme) == "https" else {"http", "https"}


def refusal(
    path: str, headers: Headers, is_own_name: Callable[[str | None], bool], scheme: str = "http"
) -> str:
    """Why a request is refused, which came by a scheme; empty if it may go on."""
    host, origin = headers.get("host"), headers.get("origin")
    if not is_own_name(host):
        return WRONG_NAME
    if origin is not None:
        page = urlparse(origin)
        if page.netloc != host or page.scheme not in own_schemes(scheme, headers):
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
            why = refusal(scope["path"], Headers(scope=scope), is_own_name, scope["scheme"])
        if why in NAMES_OF_REFUSALS:
            await run_in_threadpool(note, NAMES_OF_REFUSALS[why], "")
        answer = PlainTextResponse(why, 404 if why == NOT_HERE else 403) if why else app
        await answer(scope, receive, send)

    return layer
