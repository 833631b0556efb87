"""The door of the app: the page where one signs in, and what the server's layer asks about people.

A sign-in is a random token in a cookie that scripts can't read (HttpOnly) and other sites can't
send along (SameSite); the store has its hash. The form is answered only with the secret that it was
given with, and only to this server's own page (see `core/web/visitors.py`).
"""

import html
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from string import Template
from typing import Any
from urllib.parse import urlencode, urlparse

import anyio
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.auth_util import encode_provider_token
from streamlit.logger import get_logger
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.url_util import make_url_path
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from core.store.checks import AUTHOR_LENGTH, StoreError
from core.store.database import Store
from core.store.office import sign_ins
from core.store.office.accounts import know
from core.store.office.modes import BY_ACCOUNT, BY_OPENID, BY_PROXY
from core.store.office.sign_ins import SignedIn
from core.text import clean_text
from core.web.address import WORDS_FILE
from core.web.identity import Caller, Identity, Rules
from pages.parts.state import autosave
from pages.parts.state.who import how
from pages.parts.words import text
from pages.parts.words.text import later, t

LOG = get_logger("app")
BASE = make_url_path(st.get_option("server.baseUrlPath"), "")  # "/", or "/766/"
COOKIE, FORM_COOKIE = "sign-in", "sign-in-form"
SIGN_IN, SIGN_OUT = f"{BASE}sign-in", f"{BASE}sign-out"
PUBLIC = {SIGN_IN, SIGN_OUT, "/healthz", "/readyz", f"{BASE}healthz", f"{BASE}readyz"}
PUBLIC |= {"/metrics", f"{BASE}metrics"}  # only those who watch the server get an answer there
PUBLIC |= {f"{BASE}_stcore/{name}" for name in ("health", "host-config")}
PUBLIC |= {f"{BASE}favicon.png", f"{BASE}manifest.json", f"{BASE}{WORDS_FILE}"}
OPENID = {f"{BASE}{name}" for name in ("auth/login", "auth/logout", "oauth2callback")}
LARGEST_FORM = 8_000  # bytes
AT_ONCE = anyio.CapacityLimiter(2)  # passwords are slow to compare, on purpose, and take memory
NOTED_A_MINUTE = 600  # refusals that are written one by one; more are counted
LONGEST_SUBJECT = 300
NOT_NOTED = "A refusal (%s) could not be written into the trace: %s"
MOST_VISITS = 20_000


def store() -> Store:
    """The store, whoever asks. Raises OSError where it does not answer."""
    try:
        return autosave.opened()
    except StoreError as error:
        raise OSError(str(error)) from error


# --- who a request is of -------------------------------------------------------------------------


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


# --- visits, messages, refusals -------------------------------------------------------------------

_VISITS: "OrderedDict[str, str]" = OrderedDict()  # the subject of each visit that drew a page
_LOCK = threading.Lock()


def belongs(session_id: str, subject: str) -> None:
    """Remember whose a visit is, from its first drawing on."""
    with _LOCK:
        _VISITS[session_id] = subject
        _VISITS.move_to_end(session_id)
        while len(_VISITS) > MOST_VISITS:
            _VISITS.popitem(last=False)


def is_own(session_id: str, subject: str) -> bool:
    """Whether a visit is this subject's."""
    return bool(subject) and _VISITS.get(session_id) == subject


def tame(data: bytes) -> bytes:
    """A browser's message as a plain drawing of the page: no button was pressed, nothing typed."""
    try:
        came = BackMsg.FromString(data)
    except Exception:  # Streamlit says so itself and closes the line
        return data
    plain = BackMsg()
    plain.rerun_script.query_string = came.rerun_script.query_string
    plain.rerun_script.page_script_hash = came.rerun_script.page_script_hash
    return plain.SerializeToString()


class _Notes:
    """Refusals on their way into the trace: a flood of them fills no disk."""

    def __init__(self) -> None:
        self.minute, self.count = 0.0, 0
        self.lock = threading.Lock()

    def take(self, now: float) -> tuple[bool, int]:
        """Whether to write this one, and how many were left out in the minute before."""
        with self.lock:
            if now - self.minute >= 60:
                left, self.minute, self.count = max(0, self.count - NOTED_A_MINUTE), now, 0
            else:
                left = 0
            self.count += 1
            return self.count <= NOTED_A_MINUTE, left


_NOTES = _Notes()


def note(why: str, subject: str) -> None:
    """Write into the trace that a request was refused."""
    if how().is_open:
        return
    try:
        if _is_noted():
            sign_ins.note_refused(store(), why, subject)
    except (OSError, StoreError) as error:
        LOG.warning(NOT_NOTED, why, error)


def _is_noted() -> bool:
    """Whether one more refusal is written by itself; how many were not, the minute before, is."""
    write, left_out = _NOTES.take(time.monotonic())
    if left_out:
        sign_ins.note_refused(store(), "more", count=left_out)
    return write


def is_public(path: str) -> bool:
    """What needs nobody: the sign-in itself, whether the server lives, and what pages look with."""
    if path in PUBLIC or (path in OPENID and how().mode == BY_OPENID):
        return True
    inside = path.removeprefix(f"{BASE}static/")
    return inside != path and not any(part in ("", ".", "..") for part in inside.split("/"))


def rules(own_files: Collection[str]) -> Rules:
    """What the layer of the server asks. `own_files`: paths of the program's own files, the same
    for everybody: an open page is drawn with them while the store can not say who asks."""
    mode = how()
    return Rules(
        find_out, is_own, tame, note, lambda path: path in own_files or is_public(path), SIGN_IN,
        mode.trusts, mode.header if mode.mode == BY_PROXY else "", mode.is_open,
    )  # fmt: skip


# --- the page where one signs in ------------------------------------------------------------------

PAGE = Template(
    """<!doctype html>
<html lang="$language"><head><meta charset="utf-8"><title>766 – $title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif;
  margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#F3F6FA, #0B0F14); color: light-dark(#1B2733, #E6EDF3); }
main { width: min(22rem, calc(100vw - 2rem)); box-sizing: border-box; padding: 1.5rem;
  background: light-dark(#FFFFFF, #18212B); border: 1px solid light-dark(#C9D3DE, #3A4958);
  border-radius: .375rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 1rem; }
label { display: block; margin: .75rem 0 .25rem; font-weight: 600; }
input, button, .button { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem .75rem;
  border-radius: .375rem; border: 1px solid light-dark(#6B7C8D, #7A8B9C); min-height: 2.75rem;
  background: light-dark(#FFFFFF, #0B0F14); color: inherit; }
button, .button { display: block; text-align: center; margin-top: 1.25rem; background: #0B5CAD;
  border-color: #0B5CAD; color: #FFFFFF; font-weight: 600; cursor: pointer; text-decoration: none; }
:focus-visible { outline: 3px solid light-dark(#0B5CAD, #7CB7FF); outline-offset: 2px; }
.said { padding: .5rem .75rem; border-left: 4px solid #D55E00;
  background: light-dark(#FFF3EA, #33200F); }
nav { margin-top: 1.25rem; font-size: .875rem; }
a { color: light-dark(#0B5CAD, #7CB7FF); }
a.button { color: #FFFFFF; }
</style></head><body><main><h1>$title</h1><p>$about</p>$said$form
<nav><a href="$other" hreflang="$other_code" lang="$other_code">$other_name</a></nav>
</main></body></html>"""
)
FORM = Template(
    """<form method="post" action="$action"><input type="hidden" name="form" value="$secret">
<input type="hidden" name="next" value="$next">
<label for="login">$login</label>
<input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false"
  required maxlength="100" value="$typed" autofocus>
<label for="password">$password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
  maxlength="1000"><button type="submit">$button</button></form>"""
)


def own_place(asked: str) -> str:
    """Where to go on after signing in: a path of this server, never another one."""
    plain = asked if asked.isprintable() and "\\" not in asked else ""
    is_here = plain.startswith(BASE) and not plain.startswith("//")
    return plain if is_here and urlparse(plain).netloc == "" else BASE


def _page(
    request: Request, said: str = "", typed: str = "", status: int = 200, place: str = ""
) -> Response:
    asked = request.query_params.get("language", text.FIRST)
    language = asked if asked in text.LANGUAGES else text.FIRST
    text.RUN.set(language)
    secret = secrets.token_urlsafe(24)
    back = own_place(place or request.query_params.get("next", BASE))
    other = "en" if language == "vi" else "vi"
    again = urlencode({"language": other, "next": back})
    own = {k: html.escape(v, quote=True) for k, v in {"next": back, "typed": typed}.items()}
    action = f"{SIGN_IN}?language={language}"
    if how().mode == BY_ACCOUNT:
        form = FORM.substitute(
            own, action=action, secret=secret, login=t("Account"), password=t("Password"),
            button=t("Sign in"),
        )  # fmt: skip
        about = t("With the account that your office gave you.")
    else:
        about, form = t("Your office's own sign-in lets you in."), _outside_button()
    body = PAGE.substitute(
        language=language, title=t("Sign in"), about=about, form=form,
        said=f'<p class="said" role="alert">{html.escape(said)}</p>' if said else "",
        other=html.escape(f"{SIGN_IN}?{again}", quote=True), other_code=other,
        other_name=text.LANGUAGES[other],
    )  # fmt: skip
    answer = HTMLResponse(body, status, {"Cache-Control": "no-store"})
    answer.set_cookie(
        FORM_COOKIE, secret, path=SIGN_IN, httponly=True, samesite="strict", max_age=3600
    )
    return answer


def _outside_button() -> str:
    if how().mode != BY_OPENID:
        return ""
    address = f"{BASE}auth/login?provider={encode_provider_token('default')}"
    return f'<a class="button" href="{html.escape(address, quote=True)}">{t("Sign in")}</a>'


async def show_sign_in(request: Request) -> Response:
    """The form; nothing to sign in to where nobody signs in."""
    return RedirectResponse(BASE, 303) if how().is_open else _page(request)


async def take_sign_in(request: Request) -> Response:
    """A form that came back: a token for the right password, else a sentence."""
    if how().mode != BY_ACCOUNT:
        return PlainTextResponse("Not Found\n", 404)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST_FORM:
        return PlainTextResponse("Too large\n", 413)
    form = await request.form(max_files=0, max_fields=10)
    given = {key: str(form.get(key, "")) for key in ("form", "login", "password", "next")}
    kept = request.cookies.get(FORM_COOKIE, "")
    if not kept or not secrets.compare_digest(kept.encode(), given["form"].encode()):
        await run_in_threadpool(note, "foreign_form", "")
        said = _in_language(request, later("This form was too old: please sign in again."))
        return _page(request, said, given["login"][:100], 403, given["next"])
    place = request.client.host if request.client else ""
    try:
        token = await anyio.to_thread.run_sync(
            lambda: sign_ins.sign_in(store(), given["login"], given["password"], place, _is_noted),
            limiter=AT_ONCE,
        )
    except StoreError as error:
        return _told(request, error, given)
    except OSError:
        said = _in_language(
            request, later("The store does not answer, so nobody can sign in: try again.")
        )
        return _page(request, said, given["login"][:100], 503, given["next"])
    answer = RedirectResponse(own_place(given["next"]), 303, {"Cache-Control": "no-store"})
    answer.set_cookie(COOKIE, token, path="/", httponly=True, samesite="lax")
    answer.delete_cookie(FORM_COOKIE, path=SIGN_IN)
    return answer


def _in_language(request: Request, message: str) -> str:
    asked = request.query_params.get("language", text.FIRST)
    text.RUN.set(asked if asked in text.LANGUAGES else text.FIRST)
    return t(message)


def _told(request: Request, error: StoreError, given: dict[str, str]) -> Response:
    typed, place = given["login"][:100], given["next"]
    if error.code == "throttled":
        said = _in_language(request, later("Too many attempts: wait {seconds} seconds."))
        said = said.format(seconds=error.details["seconds"])
        return _page(request, said, typed, 429, place)
    if error.code == "wrong_password":
        said = _in_language(request, later("The account or the password is not right."))
        return _page(request, said, typed, 403, place)
    said = _in_language(
        request, later("The store does not answer, so nobody can sign in: try again.")
    )
    return _page(request, said, typed, 503, place)


async def take_sign_out(request: Request) -> Response:
    """End the sign-in that the cookie has, and take the cookie away."""
    try:
        await run_in_threadpool(lambda: sign_ins.sign_out(store(), token_of(request.headers)))
    except (OSError, StoreError):
        return PlainTextResponse(t("The store does not answer. Try again."), 503)
    answer = RedirectResponse(SIGN_IN, 303, {"Cache-Control": "no-store"})
    answer.delete_cookie(COOKIE, path="/")
    return answer


def still_in(subject: str) -> bool:
    """Whether the sign-in of the visit that is drawn still counts. Raises StoreError."""
    db, cookies = autosave.opened(), st.context.cookies.to_dict()
    if how().mode == BY_PROXY:
        return sign_ins.is_let_in(db, subject)
    found = sign_ins.worth(db, _token_in(cookies))
    return found.is_alive and found.subject == subject


def end_here() -> None:
    """Sign out whoever the drawn visit is of, in every tab. Raises StoreError."""
    sign_ins.sign_out(autosave.opened(), _token_in(st.context.cookies.to_dict()))


def _token_in(cookies: dict[str, str]) -> str:
    return cookies.get(COOKIE, "") if how().mode == BY_ACCOUNT else _claims(cookies)[1]


def routes() -> list[Route]:
    """The paths of the door."""
    return [
        Route(SIGN_IN, show_sign_in, methods=["GET"]),
        Route(SIGN_IN, take_sign_in, methods=["POST"]),
        Route(SIGN_OUT, take_sign_out, methods=["POST"]),
    ]


def secrets_of_openid() -> dict[str, Any] | None:
    """What Streamlit's own sign-in (`st.login`) needs, from the environment."""
    oidc = how().oidc
    if oidc is None:
        return None
    return {
        "auth": {
            "redirect_uri": oidc["PUBLIC_URL"].rstrip("/") + "/oauth2callback",
            "cookie_secret": oidc["COOKIE_SECRET"],
            "client_id": oidc["OIDC_CLIENT_ID"],
            "client_secret": oidc["OIDC_CLIENT_SECRET"],
            "server_metadata_url": oidc["OIDC_METADATA_URL"],
        }
    }
