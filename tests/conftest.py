"""What several test files share: the running app, a browser, and the same cases on every run."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal
from weakref import WeakKeyDictionary

import pytest
from hypothesis import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebSocket,
    expect,
    sync_playwright,
)
from streamlit.components.v2 import manifest_scanner

from pages.parts.server.closings import Closings

ROOT = Path(__file__).resolve().parents[1]
SCAN = "scan_component_manifests"
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
RUNNING = '[data-testid="stApp"][data-test-script-state="running"]'
LOADING = '[data-testid="stSkeleton"]'  # stands for a control whose code is still on its way
DEBOUNCE = 400  # milliseconds; a slider is asked for 200 after its last step
PATIENCE = 60_000  # milliseconds; a busy machine is slow, not wrong
START_PATIENCE = 120  # seconds, to load every dataset

# The tests start the program many times, and each start would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Tests say what is so, not how fast: no deadline. CI draws the same cases every time.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if "CI" in os.environ else "local")


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, where it may write, the file its log goes to, its number."""

    url: str
    data_dir: Path
    log: Path
    process: int = 0


def run_apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, in a thread of its own: Playwright may hold this one's loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=START_PATIENCE):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The app did not start:\n{server.log.read_text(encoding='utf-8')}")


@contextmanager
def running_app(
    root: Path, data_dir: Path, options: Sequence[str] = (), **settings: str
) -> Iterator[Server]:
    """Run the `app.py` of a folder as a visitor meets it, and end it afterwards.

    `options` go to `streamlit run`, `settings` into its environment.
    """
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}", data_dir, data_dir / "app.log")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += options
    given = {"DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", **settings}
    environment = {**os.environ, **given}
    with server.log.open("wb") as log:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
        try:
            wait_until_healthy(server, process)
            yield replace(server, process=process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def pytest_configure(config: pytest.Config) -> None:
    """Told to end, the tests end as after Ctrl-C: with them ends what they started."""
    if not hasattr(config, "workerinput"):  # the workers of pytest-xdist end with their master
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What pages save inside a test's process goes into a folder of the tests."""
    os.environ["DATA_DIR"] = str(tmp_path_factory.mktemp("store"))
    os.environ.pop("STORE_URL", None)


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that runs inside a test takes the place of the program, and each process that a later
    test starts would run that page first."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Streamlit looks through all installed packages for components whenever a page is tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, SCAN, cache(getattr(manifest_scanner, SCAN)))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real app, with an empty folder for what it writes."""
    with running_app(ROOT, tmp_path_factory.mktemp("data")) as running:
        yield running


WINDOWED = ("chromium", "chromium-browser", "google-chrome")


def need_chromium(*names: str | None) -> str:
    """The computer's own Chromium. Without one a test is skipped, or fails if REQUIRE_BROWSER=1.

    By default that of CHROMIUM, or the one without windows: it opens a page with two thirds of the
    work.
    """
    for name in names or (os.environ.get("CHROMIUM"), "chromium-headless-shell", *WINDOWED):
        if name and (path := shutil.which(name)):
            return path
    stop = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
    stop("no Chromium: install it, or set CHROMIUM=/path")


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[[str], Browser]]:
    """Start a Chromium, headless, and without its calls to the outside. The pages of a visitor
    share a process (see `Visitors`)."""
    names = "disable-gpu disable-quic no-first-run disable-background-networking"
    names += " disable-component-update disable-sync process-per-site"
    arguments = [f"--{name}" for name in names.split()]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run its sandbox as root
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield lambda path: playwright.chromium.launch(executable_path=path, args=arguments)


@pytest.fixture(scope="session")
def browser(launch: Callable[[str], Browser]) -> Iterator[Browser]:
    chrome = launch(need_chromium())
    yield chrome
    chrome.close()


@pytest.fixture(scope="session")
def windowed(launch: Callable[[str], Browser]) -> Iterator[Browser]:
    """Chromium as people have it: a finger scrolls its pages, which the one without windows does
    not do."""
    named = os.environ.get("CHROMIUM", "")
    chrome = launch(need_chromium(*WINDOWED, None if named.endswith("-shell") else named))
    yield chrome
    chrome.close()


def wait_ready(page: Page) -> None:
    """Until the page's script has run to its end, and the browser has what it draws with."""
    page.wait_for_selector(READY, timeout=PATIENCE)
    expect(page.locator(LOADING)).to_have_count(0)


class Talk:
    """What a page and its server said last: a question stands open until the server answers. That
    a popover was closed is told to nobody: the server leaves it out."""

    def __init__(self, page: Page) -> None:
        self.open = False
        self.asked = 0
        page.on("websocket", self.listen)

    def listen(self, socket: WebSocket) -> None:
        self.open = False
        is_closing = Closings()
        socket.on("framesent", lambda data: None if is_closing(data) else self.say(True))
        socket.on("framereceived", lambda _: self.say(False))

    def say(self, is_open: bool) -> None:
        self.open = is_open
        self.asked += is_open


TALKS: "WeakKeyDictionary[Page, Talk]" = WeakKeyDictionary()


def watch(page: Page) -> None:
    """Follow what a page asks, and act on it only while its script is not running.

    A person sees that a page is still being drawn and waits; Playwright would click on, and
    read, what the run in progress is about to replace. Its locator handlers are made for this:
    before each action and each awaited expectation it waits until the handled element is gone.
    """
    TALKS[page] = Talk(page)
    page.add_locator_handler(page.locator(RUNNING), lambda _: None)


def settle(page: Page) -> None:
    """Until what was just done has been answered: the run it starts has begun and ended."""
    page.wait_for_timeout(DEBOUNCE)
    wait_answered(page)


def wait_answered(page: Page) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while TALKS[page].open and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    wait_ready(page)


@contextmanager
def asked(page: Page) -> Iterator[None]:
    """Do what asks the server once, for certain, and wait for that question and its answer: it
    takes less than `settle`, which does not know whether there is one."""
    before = TALKS[page].asked
    yield
    deadline = time.monotonic() + PATIENCE / 1000
    while TALKS[page].asked == before:
        assert time.monotonic() < deadline, "nothing was asked"
        page.wait_for_timeout(20)
    wait_answered(page)


def collect_errors(page: Page) -> list[str]:
    """A list that will hold every error the page logs or throws."""
    errors: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", on_console)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def new_visitor(browser: Browser, **options: Any) -> BrowserContext:
    """A browser of its own, whose pages are watched; motion is off, so nothing has to come to rest.

    `options` go to Playwright's new_context.
    """
    context = browser.new_context(**{"reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE)
    context.on("page", watch)
    return context


class Visitors:
    """Browsers of new visitors. The first of each test is one and the same, emptied. A page of it
    stays open, and with it the process that has fetched and compiled the app for the tests before:
    to open a page takes half of the time."""

    EMPTY = "local_storage,session_storage,indexeddb,service_workers,cache_storage"

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.stays: Page | None = None

    def first(self, origin: str) -> BrowserContext:
        """The kept one, without anything a visitor before has left in it."""
        if self.stays is None:
            self.stays = new_visitor(self.browser).new_page()
            self.stays.context.on("close", lambda _: setattr(self, "stays", None))
            self.stays.goto(f"{origin}/healthz")
        kept = self.stays.context
        kept.clear_cookies()
        asked = {"origin": origin, "storageTypes": self.EMPTY}
        session = kept.new_cdp_session(self.stays)
        session.send("Storage.clearDataForOrigin", asked)
        session.detach()
        return kept

    def leave(self, context: BrowserContext) -> None:
        """A visitor goes; of the kept one all that the test opened."""
        if self.stays is None or context is not self.stays.context:
            context.close()
            return
        for page in context.pages:
            if page is not self.stays:
                page.close()


@pytest.fixture(scope="session")
def visitors(browser: Browser) -> Visitors:
    return Visitors(browser)


@pytest.fixture
def page(
    browser: Browser, visitors: Visitors, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`page(path="/", width=1366, height=768, base=None, color_scheme="light", **context)`: a new
    visitor's open page.

    Returns when the script has run; `page.console_errors` lists what went wrong in the browser.
    `context` goes to Playwright's new_context (locale="en-US", ...).
    """
    contexts: list[BrowserContext] = []

    def open_page(
        path: str = "/",
        width: int = 1366,
        height: int = 768,
        base: str = "",
        color_scheme: Literal["light", "dark"] = "light",
        **options: Any,
    ) -> Page:
        base = base or request.getfixturevalue("server").url
        another = contexts or options
        context = new_visitor(browser, **options) if another else visitors.first(base)
        contexts.append(context)
        opened = context.new_page()
        opened.set_viewport_size({"width": width, "height": height})
        opened.emulate_media(color_scheme=color_scheme)
        opened.console_errors = collect_errors(opened)  # type: ignore[attr-defined]
        opened.goto(base + path)
        wait_ready(opened)
        return opened

    yield open_page
    for context in contexts:
        visitors.leave(context)
