"""Tells a page where its server is, and which language it is in.

Without the first a link to a page other than the first looks for the server below that page first,
and every such link leaves two errors in the browser's log. Without the second a screen reader reads
Vietnamese as English, and a browser offers to translate, which would tear figures and controls.
"""

import json
from html import escape
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WORDS_FILE = "words.js"  # what Streamlit says itself, in the language of the screen


def with_script(html: str, base: str, language: str = "vi", ahead: str = "") -> str:
    """A page's HTML in a language, whose first script says that its server is at `base`: "/", or
    "/766/"; the second is that server's `WORDS_FILE`. `ahead` comes after all that it asks for."""
    place = json.dumps(base).replace("<", "\\u003c")
    script = f"window.__streamlit = {{ BACKEND_BASE_URL: window.location.origin + {place} }};"
    words = f'<script src="{escape(base + WORDS_FILE)}"></script>'
    html = html.replace('<html lang="en">', f'<html lang="{language}" translate="no">', 1)
    html = html.replace("</head>", f"{ahead}</head>", 1)
    return html.replace("<head>", f"<head><script>{script}</script>{words}", 1)


def _language(scope: Scope) -> str:
    """The language that an address asks for; Vietnamese needs no mention."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language", [""])
    return "en" if asked[0] == "en" else "vi"


def server_address(app: ASGIApp, base: str, ahead: str = "") -> ASGIApp:
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
                body = with_script(body.decode(), base, _language(scope), ahead).encode()
                headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await app(scope, receive, rewritten)

    return layer
