"""The web entry: `streamlit run app.py` serves the pages behind the layers of `core/web/`.

`st.App` starts `pages/frame.py` as the script. That keeps the folder `pages/` from lying beside
the main script, where Streamlit would look for pages by its older convention.
"""

import gc
import importlib
import pkgutil
import secrets
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
import uvicorn.config
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from streamlit.logger import get_logger
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.url_util import make_url_path
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from core.store.office.modes import must_not_listen
from core.web.address import WORDS_FILE, server_address, with_script
from core.web.headers import safe_headers, with_headers
from core.web.identity import identified
from core.web.uploads import asked_uploads, outdated
from core.web.visitors import own_visitors
from pages.parts.state import door
from pages.parts.state.browser import with_browser_cookie
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
BASE = make_url_path(st.get_option("server.baseUrlPath"), "")  # "/", or "/766/"
INDEX = Path(st.__file__).parent / "static" / "index.html"
HEADERS = safe_headers(with_script(INDEX.read_text(encoding="utf-8"), BASE))
if not how().is_open:
    # uvicorn would believe what anybody on this computer says of who sent a request, and it wraps
    # the app after this file is read; `core/web/identity.py` believes TRUSTED_PROXIES alone
    uvicorn.config.ProxyHeadersMiddleware = lambda app, trusted_hosts: app  # type: ignore
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


async def words(_: Request) -> Response:
    """Streamlit's own words in the language of the screen; always those of this version."""
    return Response(
        browser.script(), media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@asynccontextmanager
async def warm_up(_: st.App) -> AsyncIterator[None]:
    """Before the first visitor: load libraries and datasets, then take them out of the collector.

    Streamlit runs a full garbage collection after every rerun; frozen objects are not walked.
    """
    if why := must_not_listen(st.get_option("server.address") or "", how()):
        LOG.error(why)
        raise SystemExit(why)
    from pages import parts  # imported here: Streamlit's caches need its running server
    from pages.parts.state import session
    from pages.parts.sync import desk
    from pages.parts.words import text

    found = pkgutil.walk_packages(parts.__path__, f"{parts.__name__}.")
    shared = [module.name for module in found]
    for library in (*LIBRARIES, *shared):
        importlib.import_module(library)
    session.warm_up()
    text.warm_up()
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
    LOG.error("Reference %s: %s in the run logged above", reference, type(error).__name__)
    from pages.parts.widgets import failure  # imported here: it needs Streamlit's running server

    failure.show(reference)
    return True


app = st.App(
    "pages/frame.py",
    routes=[
        *(Route(path, healthz) for path in dict.fromkeys(("/healthz", f"{BASE}healthz"))),
        Route(f"{BASE}{WORDS_FILE}", words),
        *door.routes(),
    ],
    secrets=door.secrets_of_openid(),
    middleware=[
        Middleware(with_headers, headers=HEADERS),
        Middleware(own_visitors, is_own_name=is_host_allowed, note=door.note),
        Middleware(identified, rules=door.rules()),
        Middleware(asked_uploads, is_asked=shows_uploader, make_room=make_room),
        Middleware(with_browser_cookie),
        Middleware(server_address, base=BASE),
    ],
    lifespan=warm_up,
    on_script_error=show_script_error,
)
