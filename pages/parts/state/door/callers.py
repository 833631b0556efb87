"""Who a request is of, by the token that it shows.

A sign-in is a random token in a cookie that scripts can't read (HttpOnly) and other sites can't
send along (SameSite); the store has its hash.
"""

import json
from urllib.parse import urlparse

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from core.store.checks import AUTHOR_LENGTH, StoreError
from core.store.database import Store
from core.store.office import sign_ins
from core.store.office.accounts import know
from core.store.office.modes import BY_ACCOUNT, BY_PROXY
from core.store.office.sign_ins import SignedIn
from core.text import clean_text
from core.web.identity import Caller, Identity
from pages.parts.state.kept import autosave
from pages.parts.state.who import how

COOKIE = "sign-in"
LONGEST_SUBJECT = 300


def store() -> Store:
    """The store, whoever asks. Raises OSError where it does not answer."""
    try:
        return autosave.opened()
    except StoreError as error:
        raise OSError(str(error)) from error


def find_out(caller: Caller) -> Identity:
    """Who asks, as the mode of signing in has it. Raises OSError where the store is away."""
    db, mode = store(), how().mode
    try:
        if mode == BY_ACCOUNT:
            return _known(sign_ins.worth(db, token_of(caller.headers)), caller.headers)
        return _from_proxy(db, caller) if mode == BY_PROXY else _from_openid(db, caller)
    except StoreError as error:
        raise OSError(str(error)) from error


def token_of(headers: Headers) -> str:
    """The token in the cookie; empty without one. Of two with the name none counts."""
    cookies = headers.getlist("cookie")
    found = [part.strip() for line in cookies for part in line.split(";")]
    tokens = [part.partition("=")[2] for part in found if part.partition("=")[0] == COOKIE]
    return tokens[0] if len(tokens) == 1 else ""


def _known(found: SignedIn, headers: Headers) -> Identity:
    if found.is_alive:
        return Identity(found.subject, True)
    showed = f"{COOKIE}=" in (headers.get("cookie") or "")
    why = {"unknown": "unknown_token", "ended": "old_token", "expired": "expired"}[found.state]
    # a tab that was left open too long says so itself; what never was a sign-in opens nothing
    return Identity(found.subject, False, why if showed else "", found.state == "expired")


def _from_proxy(db: Store, caller: Caller) -> Identity:
    if len(caller.told) > 1:
        return Identity(why="told_twice")
    name = clean_text(caller.told[0]).strip() if caller.told else ""
    if not name or len(name) > LONGEST_SUBJECT - 10 or name != caller.told[0].strip():
        return Identity(why="no_proxy" if not caller.told else "strange_name")
    subject = f"proxy:{name}"
    return _outside(db, subject, name, f"proxy {subject}")


def _from_openid(db: Store, caller: Caller) -> Identity:
    claims, raw = _claims(cookie_parser(caller.headers.get("cookie", "")))
    if not claims:
        showed = USER_COOKIE_NAME in (caller.headers.get("cookie") or "")
        return Identity(why="unknown_token" if showed else "", may_wait=True)
    subject = f"oidc:{claims.get('iss', '')}|{claims.get('sub', '')}"
    names = (claims.get(key) for key in ("name", "preferred_username", "sub"))
    name = clean_text(str(next(filter(None, names), "")))[:AUTHOR_LENGTH]
    if not claims.get("sub") or len(subject) > LONGEST_SUBJECT:
        return Identity(why="strange_name", may_wait=True)
    found = _outside(db, subject, name, raw)
    return Identity(found.subject, found.is_in, found.why, True)


def _claims(cookies: dict[str, str]) -> tuple[dict[str, object], str]:
    """What the provider said of somebody, out of the cookie that Streamlit has signed."""
    raw = _get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME)
    try:
        claims = json.loads(raw) if raw else {}
    except ValueError:
        return {}, ""
    here = urlparse((how().oidc or {})["PUBLIC_URL"])
    ours = claims.get("origin") == f"{here.scheme}://{here.netloc}" and claims.get("is_logged_in")
    return (claims, (raw or b"").decode("utf-8", "replace")) if ours else ({}, "")


def _outside(db: Store, subject: str, name: str, token: str) -> Identity:
    """Somebody whom another system has let in: noted the first time, and each time they come."""
    found = sign_ins.worth(db, token)
    if found.state == "unknown" or (found.state == "expired" and how().mode == BY_PROXY):
        know(db, subject, name[:AUTHOR_LENGTH])
        found = sign_ins.arrive(db, token, subject)
    if how().mode == BY_PROXY:  # the proxy ends a sign-in, and it tells so at every request
        is_in = sign_ins.is_let_in(db, subject)
        return Identity(subject, is_in, "" if is_in else "disabled")
    why = {"unknown": "disabled", "ended": "old_token", "expired": "expired"}
    return Identity(subject, found.is_alive, "" if found.is_alive else why[found.state])


def still_in(subject: str) -> bool:
    """Whether the sign-in of the visit that is drawn still counts. Raises StoreError."""
    db, cookies = autosave.opened(), st.context.cookies.to_dict()
    if how().mode == BY_PROXY:
        return sign_ins.is_let_in(db, subject)
    found = sign_ins.worth(db, _token_in(cookies))
    return found.is_alive and found.subject == subject


def is_unheard_of() -> bool:
    """Whether the store never had the sign-in of the visit that is drawn: then it is another store
    than the one that had it. Raises StoreError."""
    token = _token_in(st.context.cookies.to_dict())
    return how().mode != BY_PROXY and sign_ins.worth(autosave.opened(), token).state == "unknown"


def end_here() -> None:
    """Sign out whoever the drawn visit is of, in every tab. Raises StoreError."""
    sign_ins.sign_out(autosave.opened(), _token_in(st.context.cookies.to_dict()))


def _token_in(cookies: dict[str, str]) -> str:
    return cookies.get(COOKIE, "") if how().mode == BY_ACCOUNT else _claims(cookies)[1]
