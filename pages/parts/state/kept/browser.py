"""Which browser a page is open in: a cookie tells one from another, and nothing about people.

An address with a tab's work that is opened in another browser was sent to somebody.
"""

import hashlib
import secrets
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "browser"
SECONDS = 400 * 24 * 3600  # the longest that browsers allow


def this_browser() -> str:
    """A name for the browser of this session, the same in all its tabs; empty without cookies."""
    found = st.context.cookies.get(COOKIE)
    if not isinstance(found, str) or not found:  # Streamlit's own tests put no text there
        return ""
    return hashlib.sha256(found.encode("utf-8", "replace")).hexdigest()[:32]


def with_browser_cookie(app: ASGIApp) -> ASGIApp:
    """A layer that gives a browser its cookie with the first page; all else passes untouched."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        async def give(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    value = secrets.token_urlsafe(16)
                    rules = f"Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax"
                    headers.append("set-cookie", f"{COOKIE}={value}; {rules}")
            await send(message)

        is_new = scope["type"] == "http" and not _has_cookie(Headers(scope=scope))
        await app(scope, receive, give if is_new else send)

    return layer


def _has_cookie(headers: Headers) -> bool:
    try:
        return COOKIE in SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return False
