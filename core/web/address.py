"""Tells a page where its server is.

Without that a link to a page other than the first looks for the server below that page first, and
every such link leaves two errors in the browser's log.
"""

import json

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def with_script(html: str, base: str) -> str:
    """A page's HTML whose first script says that its server is at `base`: "/", or "/766/"."""
    place = json.dumps(base).replace("<", "\\u003c")
    script = f"window.__streamlit = {{ BACKEND_BASE_URL: window.location.origin + {place} }};"
    return html.replace("<head>", f"<head><script>{script}</script>", 1)


def server_address(app: ASGIApp, base: str) -> ASGIApp:
    """A layer that does `with_script` to HTML answers; everything else passes untouched."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_page = scope["type"] == "http" and "." not in path.rpartition("/")[2]
        if not is_page or "/_stcore/" in path:
            await app(scope, receive, send)
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
                body = with_script(body.decode(), base).encode()
                headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await app(scope, receive, rewritten)

    return layer
