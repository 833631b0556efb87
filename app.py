"""The web entry: `streamlit run app.py` serves the pages with a health route and safe headers.

`st.App` starts `pages/frame.py` as the script. That keeps the folder `pages/` from lying beside
the main script, where Streamlit would look for pages by its older convention.
"""

import base64
import gc
import hashlib
import importlib
import pkgutil
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.logger import get_logger

LOG = get_logger("app")
LIBRARIES = (
    "babel.dates",
    "pandas.io.formats.style",
    "plotly.graph_objects",
    "scipy.optimize",
    "streamlit.emojis",
)


def inline_script_hashes(html: str) -> list[str]:
    """CSP sources (`'sha256-...'`) of the scripts written inside a page of HTML."""
    bodies = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


# Where the server is, for the page's script. Without it a link to a page other than the first looks
# for the server below that page first, and every such link leaves two errors in the browser's log.
SERVER_ADDRESS = 'window.__streamlit = { BACKEND_BASE_URL: window.location.origin + "/" };'


def content_security_policy() -> str:
    """What a page may load: this server's own files, and no inline script but Streamlit's own.

    Styles need 'unsafe-inline' (Streamlit writes them at run time); `data:` and `blob:` carry a
    font of Streamlit's and pictures of charts; 'self' in connect-src covers the websocket too.
    """
    index = Path(st.__file__).parent / "static" / "index.html"
    html = with_server_address(index.read_text(encoding="utf-8"))
    scripts = " ".join(["'self'", *inline_script_hashes(html)])
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


def with_server_address(html: str) -> str:
    """A page's HTML with SERVER_ADDRESS as its first script."""
    return html.replace("<head>", f"<head><script>{SERVER_ADDRESS}</script>", 1)


HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",  # a link holds the whole scenario: it stays here
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Adds HEADERS to every HTTP response; plain ASGI, so streams and websockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class ServerAddress:
    """Writes SERVER_ADDRESS into HTML answers; everything else passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/_stcore/" in scope["path"] or "." in scope["path"]:
            await self.app(scope, receive, send)
            return
        # a page is a few kB: ask for it plain, so that it can be read
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        start: Message = {}
        body = b""

        async def rewritten(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body", False):
                return
            headers = MutableHeaders(scope=start)
            if headers.get("content-type", "").startswith("text/html"):
                body = with_server_address(body.decode()).encode()
                headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, rewritten)


async def healthz(_: Request) -> JSONResponse:
    """Answers only after the warm-up, so a 200 means that pages can be served."""
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def warm_up(_: st.App) -> AsyncIterator[None]:
    """Before the first visitor: load libraries and datasets, then take them out of the collector.

    Streamlit runs a full garbage collection after every rerun; frozen objects are not walked.
    """
    from pages import parts  # imported here: Streamlit's caches need its running server
    from pages.parts.state import session
    from pages.parts.words import text

    found = pkgutil.walk_packages(parts.__path__, f"{parts.__name__}.")
    shared = [module.name for module in found]
    for library in (*LIBRARIES, *shared):
        importlib.import_module(library)
    session.warm_up()
    text.warm_up()
    gc.collect()
    gc.freeze()
    yield


def show_script_error(error: Exception) -> bool:
    """One sentence with a reference number; Streamlit has just logged the error itself."""
    reference = secrets.token_hex(3).upper()
    LOG.error("Reference %s: %s in the run logged above", reference, type(error).__name__)
    from pages.parts.widgets import failure  # imported here: it needs Streamlit's running server

    failure.show(reference)
    return True


app = st.App(
    "pages/frame.py",
    routes=[Route("/healthz", healthz)],
    middleware=[Middleware(SecurityHeaders), Middleware(ServerAddress)],
    lifespan=warm_up,
    on_script_error=show_script_error,
)
