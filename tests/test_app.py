"""app.py: the health route, the response headers, and what a visitor sees of an error."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

import pytest
from playwright.sync_api import Page

import app
from conftest import Server, running_app
from core.web.headers import inline_script_hashes
from small_app import write_small_app


@pytest.fixture(scope="module")
def small_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real app.py and settings around two small pages."""
    root = write_small_app(tmp_path_factory.mktemp("small"))
    with running_app(root, tmp_path_factory.mktemp("small_data")) as running:
        yield running


def get(url: str) -> tuple[int, Message, bytes]:
    """Status, headers and body; a 404 is an answer like any other."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_healthz_says_ok(server: Server) -> None:
    status, headers, body = get(f"{server.url}/healthz")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/health", "/_stcore/no-such-thing"])
def test_every_answer_carries_the_security_headers_once(server: Server, path: str) -> None:
    _, headers, _ = get(server.url + path)
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("X-Frame-Options") == ["SAMEORIGIN"]
    assert headers.get_all("Referrer-Policy") == ["same-origin"]
    assert headers.get_all("Content-Security-Policy") == [app.HEADERS["Content-Security-Policy"]]
    for device in ("camera", "geolocation", "microphone"):
        assert headers.get_all("Permissions-Policy", [""])[0].count(f"{device}=()") == 1


def test_policy_allows_no_inline_script_no_eval_and_no_other_host() -> None:
    policy = dict(part.split(" ", 1) for part in app.HEADERS["Content-Security-Policy"].split("; "))
    assert "unsafe" not in policy["script-src"]
    assert policy["frame-ancestors"] == policy["connect-src"] == policy["default-src"] == "'self'"
    assert not re.search(r"https?:|\*", " ".join(policy.values()))


def test_inline_script_hash_is_the_one_browsers_compute() -> None:
    # echo -n "alert('Hello, world.');" | openssl sha256 -binary | openssl base64
    # (the example of the CSP specification, section 8.3)
    page = "<html><script>alert('Hello, world.');</script><script src='a.js'></script></html>"
    expected = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    assert inline_script_hashes(page) == [expected]


@pytest.mark.browser
def test_streamlit_works_under_the_policy(small_app: Server, page: Callable[..., Page]) -> None:
    opened = page(base=small_app.url)
    opened.wait_for_selector(".js-plotly-plot .main-svg")
    opened.get_by_role("slider").press("ArrowRight")
    opened.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "", "buffer": b"a"})
    opened.get_by_text("a.csv").first.wait_for()
    with opened.expect_download() as download:
        opened.get_by_text("Tải về").click()
    assert Path(download.value.path()).read_bytes() == b"a"
    assert opened.console_errors == []


@pytest.mark.browser
def test_an_error_shows_a_reference_that_the_log_explains(
    small_app: Server, page: Callable[..., Page]
) -> None:
    opened = page("/fails", base=small_app.url)
    text = opened.get_by_test_id("stAlert").inner_text()
    found = re.search(r"hãy báo mã ([0-9A-F]{6}) cho người quản trị", text)
    assert found, text
    assert opened.get_by_test_id("stException").count() == 0
    shown = opened.inner_text("body")
    assert "bí mật" not in shown and "RuntimeError" not in shown
    log = small_app.log.read_text(encoding="utf-8")
    before, after = log.split(f"Reference {found[1]}")
    assert "RuntimeError: bí mật" in before
    assert after.startswith(": RuntimeError")


@pytest.mark.browser
def test_visitors_see_no_developer_menu(small_app: Server, page: Callable[..., Page]) -> None:
    opened = page(base=small_app.url)
    assert opened.get_by_test_id("stAppDeployButton").count() == 0
    assert opened.get_by_test_id("stMainMenu").count() == 0
