"""The web entry: `streamlit run app.py` serves the pages behind the layers of `core/web/`.

`st.App` starts `pages/frame.py` as the script. That keeps the folder `pages/` from lying beside
the main script, where Streamlit would look for pages by its older convention.
"""

import gc
import importlib
import os
import pkgutil
import secrets
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
import uvicorn
import uvicorn.config
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.logger import get_logger
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from core.store import faults
from core.store.office.modes import must_not_listen
from core.web.address import WORDS_FILE, server_address, with_script
from core.web.closings import without_closings
from core.web.headers import safe_headers, with_headers
from core.web.identity import identified
from core.web.messages import heard_messages
from core.web.preload import links, modules
from core.web.promptness import prompt
from core.web.sizes import within_sizes
from core.web.uploads import asked_uploads, outdated
from core.web.visitors import NOT_HERE, own_visitors
from core.web.watch.logs import log_answer
from core.web.watch.metrics import ServerFigures, may_ask, networks, timed_runs
from core.web.watch.numbers import Answered, numbered
from pages.parts.live import mount, sight
from pages.parts.server import closings, theme, watched
from pages.parts.state.door import layer, sign_in, visits
from pages.parts.state.door.paths import BASE
from pages.parts.state.kept.browser import with_browser_cookie
from pages.parts.state.who import how
from pages.parts.words import browser

LOG = get_logger("app")
LIBRARIES = (
    "babel.dates",
    "pandas.io.formats.style",
    "plotly.graph_objects",
    "scipy.optimize",
    "streamlit.emojis",
)
STATIC = Path(st.__file__).parent / "static"
INDEX = (STATIC / "index.html").read_text(encoding="utf-8")
HEADERS = safe_headers(with_script(INDEX, BASE))
FIRST = ("BidiComponent", "Html", "Selectbox", "ButtonGroup", "Button")  # up to the ladder
AHEAD = links(
    [BASE + mount.SCRIPT]
    + [f"{BASE}static/js/{name}" for name in modules(STATIC / "static/js", FIRST, INDEX)],
    [BASE + mount.STYLE],
)
PANEL_FILES = {BASE + mount.SCRIPT, BASE + mount.STYLE}
FIGURES = ServerFigures()
ASKERS = networks(os.environ.get("METRICS_FROM", ""))
MOST_PAGES = int(os.environ.get("MOST_PAGES", "400"))  # open on one process at the same time
AS_JSON = os.environ.get("LOG_FORMAT") == "json"
if not how().is_open:
    # uvicorn would believe what anybody on this computer says of who sent a request, and it wraps
    # the app after this file is read; `core/web/identity.py` believes TRUSTED_PROXIES alone
    uvicorn.config.ProxyHeadersMiddleware = lambda app, trusted_hosts: app  # type: ignore
theme.tell_once()
uvicorn.Server.startup = prompt(uvicorn.Server.startup)  # type: ignore
LISTS = 2  # the largest uploads that one visit needs at a time: the two lists of dossiers


def shows_uploader(session_id: str) -> bool:
    """Whether the page that a visit has open takes a file."""
    visit = get_instance()._session_mgr.get_active_session_info(session_id)
    if visit is None:
        return False
    widgets = visit.session.session_state._new_widget_state.widget_metadata
    kinds = [widget.value_type for widget in widgets.copy().values()]
    return "file_uploader_state_value" in kinds


def make_room(session_id: str, coming: int) -> None:
    """Drop the oldest uploads of a visit: what a page reads, it reads as soon as it is there."""
    manager = get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    held = manager.file_storage.get(session_id, {})
    sizes = {file: len(upload.data) for file, upload in held.items()}
    room = LISTS * st.get_option("server.maxUploadSize") * 1024**2
    for file in outdated(sizes, room - coming):
        manager.remove_file(session_id, file)


async def healthz(_: Request) -> JSONResponse:
    """Answers only after the warm-up, so a 200 means that pages can be served."""
    return JSONResponse({"status": "ok"})


async def readyz(_: Request) -> JSONResponse:
    """Whether what people do can be kept now: the store answers with today's tables."""
    why = await run_in_threadpool(watched.not_ready)
    if why is None:
        warned = {"warning": watched.ON_SHARE} if watched.lies_on_share() else {}
        return JSONResponse({"status": "ready"} | warned)
    return JSONResponse({"status": "not ready", "store": why}, 503)


async def metrics(request: Request) -> Response:
    """Figures about this process, for the addresses that may ask; to all others there are none."""
    client = request.client.host if request.client else None
    if not may_ask(client, request.headers, ASKERS):
        return PlainTextResponse(NOT_HERE, 404)
    text = await run_in_threadpool(FIGURES.text)  # it asks the store whether it is ready
    return Response(text, headers={"Content-Type": FIGURES.content_type})


def count_answer(answered: Answered) -> None:
    """Every request is counted, and logged where programs read the log."""
    FIGURES.count(answered)
    if AS_JSON:
        log_answer(answered)


async def words(_: Request) -> Response:
    """Streamlit's own words in the language of the screen; always those of this version."""
    return Response(
        browser.script(), media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


async def painted(request: Request) -> Response:
    """A browser has drawn the panel of its first page."""
    sight.hear(request.path_params["word"])
    return Response(status_code=204)


FIGURES.watch("visits", "Visits in memory, left ones for a while too", watched.visits)
FIGURES.watch("upload_bytes", "Bytes of uploaded files in memory", watched.held_bytes)
FIGURES.watch("store_ready", "1 where the store is ready", lambda: watched.not_ready() is None)
FIGURES.watch(
    "store_on_share", "1 where SQLite's file lies on a network share", watched.lies_on_share
)
FIGURES.watch_counts("store_faults", "Faults of the store, by kind", "kind", faults.FAULT_COUNTS)


@asynccontextmanager
async def warm_up(_: st.App) -> AsyncIterator[None]:
    """Before the first visitor: load libraries and datasets, then take them out of the collector.

    Frozen objects are not walked when Python collects garbage.
    """
    if why := must_not_listen(st.get_option("server.address") or "", how()):
        LOG.error(why)
        raise SystemExit(why)
    if AS_JSON:
        watched.log_as_json()
    from pages import parts  # imported here: Streamlit's caches need its running server
    from pages.parts.state.cases import seen
    from pages.parts.sync import desk
    from pages.parts.words import text

    found = pkgutil.walk_packages(parts.__path__, f"{parts.__name__}.")
    shared = [module.name for module in found]
    for library in (*LIBRARIES, *shared):
        importlib.import_module(library)
    watched.lies_on_share()  # the log says so before anybody works
    seen.warm_up()
    text.warm_up()
    mount.register()
    desk.mind()
    gc.collect()
    gc.freeze()
    if threading.current_thread() is threading.main_thread():
        # heard as Ctrl-C is: the program then ends as a Python program, and cleans up after itself
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    yield
    gc.unfreeze()  # what is still frozen at the end, libraries report as leaked


def show_script_error(error: Exception) -> bool:
    """One sentence with a reference number; Streamlit has just logged the error itself."""
    reference = secrets.token_hex(3).upper()
    FIGURES.errors.inc()
    LOG.error("Reference %s: %s in the run logged above", reference, type(error).__name__)
    from pages.parts.widgets import failure  # imported here: it needs Streamlit's running server

    failure.show(reference)
    return True


app = st.App(
    "pages/frame.py",
    routes=[
        *(
            Route(path, answer)
            for answer in (healthz, readyz, metrics)
            for path in dict.fromkeys((f"/{answer.__name__}", f"{BASE}{answer.__name__}"))
        ),
        Route(f"{BASE}{WORDS_FILE}", words),
        Route(f"{BASE}{sight.ROUTE}/{{word}}", painted),
        *sign_in.routes(),
    ],
    secrets=layer.secrets_of_openid(),
    middleware=[
        Middleware(numbered, base=BASE, told=count_answer),
        Middleware(with_headers, headers=HEADERS),
        Middleware(own_visitors, is_own_name=is_host_allowed, note=visits.note),
        Middleware(
            within_sizes,
            most_pages=MOST_PAGES,
            open_pages=lambda: FIGURES.lines._value.get(),
            note=visits.note,
        ),
        Middleware(without_closings, listener=closings.Closings),
        Middleware(timed_runs, figures=FIGURES, starts=watched.starts_run, ends=watched.ends_run),
        Middleware(heard_messages, is_heard=visits.is_heard, note=visits.note),
        Middleware(identified, rules=layer.rules(PANEL_FILES)),
        Middleware(asked_uploads, is_asked=shows_uploader, make_room=make_room),
        Middleware(with_browser_cookie),
        Middleware(server_address, base=BASE, ahead=AHEAD),
    ],
    lifespan=warm_up,
    on_script_error=show_script_error,
)
