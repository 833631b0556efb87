"""The page where one signs in.

The form is answered only with the secret that it was given with, and only to this server's own page
(see `core/web/visitors.py`).
"""

import html
import secrets
from string import Template
from urllib.parse import urlencode, urlparse

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.auth_util import encode_provider_token

from core.store.checks import StoreError
from core.store.office import sign_ins
from core.store.office.modes import BY_ACCOUNT, BY_OPENID
from core.web.sizes import LARGE_BODY
from pages.parts.state.door.callers import COOKIE, store, token_of
from pages.parts.state.door.paths import BASE, SIGN_IN, SIGN_OUT
from pages.parts.state.door.visits import is_noted, note
from pages.parts.state.who import how
from pages.parts.words import text
from pages.parts.words.text import later, t

FORM_COOKIE = "sign-in-form"
LARGEST_FORM = 8_000  # bytes
AT_ONCE = anyio.CapacityLimiter(2)  # passwords are slow to compare, on purpose, and take memory
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
        await run_in_threadpool(note, LARGE_BODY, "")
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
            lambda: sign_ins.sign_in(store(), given["login"], given["password"], place, is_noted),
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


def routes() -> list[Route]:
    """The paths of the door."""
    return [
        Route(SIGN_IN, show_sign_in, methods=["GET"]),
        Route(SIGN_IN, take_sign_in, methods=["POST"]),
        Route(SIGN_OUT, take_sign_out, methods=["POST"]),
    ]
