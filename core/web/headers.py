"""What a page may load and do: the headers that browsers enforce."""

import base64
import hashlib
import re
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def inline_script_hashes(html: str) -> list[str]:
    """CSP sources (`'sha256-...'`) of the scripts written inside a page of HTML."""
    bodies = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(html: str) -> str:
    """What the page of this HTML may load: its server's own files, and no other inline script.

    Styles need 'unsafe-inline' (Streamlit writes them at run time); `data:` and `blob:` carry a
    font of Streamlit's and pictures of charts; 'self' in connect-src covers the websocket too.
    """
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


def safe_headers(html: str) -> dict[str, str]:
    """The headers of every answer of a server whose pages are this HTML."""
    return {
        "Content-Security-Policy": content_security_policy(html),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",  # a link holds the whole scenario: it stays here
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


def with_headers(app: ASGIApp, headers: Mapping[str, str]) -> ASGIApp:
    """A layer that adds headers to every HTTP answer; streams and websockets pass untouched."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    return layer
