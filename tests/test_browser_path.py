"""The app below a path, as behind a server that shows other things besides."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import ROOT, running_app, settle

pytestmark = pytest.mark.browser
BASE = "/766"


def test_the_whole_app_works_below_a_path(page: Callable[..., Page], tmp_path: Path) -> None:
    with running_app(ROOT, tmp_path, ["--server.baseUrlPath", BASE.strip("/")]) as below:
        opened = page(f"{BASE}/saved?part=file", base=below.url)  # a deep link is the first request
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))

        # a file comes in: its route lies below the path, and so does what guards it
        file = {"name": "a.json", "mimeType": "application/json", "buffer": b"{"}
        opened.locator("input[type=file]").first.set_input_files(file)
        expect(opened.get_by_text("Không mở được tệp này.", exact=False)).to_be_visible()

        # another page by its link, and a link to take away
        opened.get_by_test_id("stSidebar").get_by_role("link", name="Mô phỏng").click()
        settle(opened)
        expect(opened).to_have_url(re.compile(rf"^{re.escape(below.url)}{BASE}/simulate\b"))
        opened.get_by_test_id("stPopover").get_by_role("button", name="Chia sẻ").click()
        code = opened.get_by_test_id("stPopoverBody").get_by_test_id("stCode").first
        expect(code).to_contain_text(f"{below.url}{BASE}")

        opened.reload()
        expect(opened.get_by_test_id("stMain").get_by_role("heading", level=1)).to_have_count(1)
        outside = [url for url in asked if not url.startswith((below.url + BASE, "data:", "blob:"))]
        assert outside == []
        assert opened.console_errors == []  # type: ignore[attr-defined]
        for path in (BASE, f"{BASE}/"):
            opened.goto(below.url + path)
            expect(opened.get_by_test_id("stSidebar")).to_be_visible()
        assert opened.console_errors == []  # type: ignore[attr-defined]
