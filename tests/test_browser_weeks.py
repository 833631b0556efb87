"""Two Mondays in a real browser: a file, next week's with one click, and what changed."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from conftest import Server, wait_ready
from test_weeks import FIRST, SECOND, week

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def own_datasets(server: Server) -> Iterator[None]:
    """The datasets of this test, taken away from the server's folder afterwards."""
    yield
    shutil.rmtree(server.data_dir / "datasets", ignore_errors=True)


def load(page: Page, name: str, text: str) -> None:
    """Give a file and press the one button."""
    box = page.locator('[class*="st-key-import_files"] input[type=file]')
    box.set_input_files({"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    page.locator(".st-key-import_commit button").click()
    expect(page.get_by_text("Đã nạp và mở")).to_be_visible()
    wait_ready(page)


def test_next_week_takes_one_click_and_says_what_changed(page: Open, own_datasets: None) -> None:
    opened = page("/data", width=390, height=844)
    load(opened, "tuan-1.csv", week(FIRST))
    opened.reload()
    wait_ready(opened)
    load(opened, "tuan-2.csv", week(SECOND, "54\t60", whole="64\t80"))
    told = opened.get_by_text("Từ 10/10/2026 đến 17/10/2026, có 2 số liệu của 1 đơn vị thay đổi.")
    expect(told.first).to_be_visible()
    sizes = opened.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert sizes[0] <= sizes[1]
    assert opened.console_errors == []  # type: ignore[attr-defined]
