"""What a page shows is in its address: links open it in either language, and Back follows it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import ROOT, running_app, settle

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SIMULATE = "/simulate?d=phu_tho_2026"


def chosen(page: Page, name: str) -> None:
    expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()


def test_a_view_is_in_the_address_in_both_languages(page: Open) -> None:
    opened = page(SIMULATE)
    opened.get_by_role("radio", name="Theo thời gian", exact=True).click()
    expect(opened).to_have_url(re.compile("view=time"))
    opened.get_by_role("radio", name="English", exact=True).click()
    chosen(opened, "Over time")
    link = opened.url
    assert "view=time" in link and "language=en" in link
    again = page(
        link.replace("language=en", "language=vi").removeprefix(opened.url.split("/sim")[0])
    )
    chosen(again, "Theo thời gian")
    assert not opened.console_errors  # type: ignore[attr-defined]


def test_back_takes_one_step(page: Open) -> None:
    opened = page(SIMULATE)
    for name in ("Theo thời gian", "Đơn vị"):
        opened.get_by_role("radio", name=name, exact=True).click()
        settle(opened)
    chosen(opened, "Đơn vị")
    opened.go_back()
    chosen(opened, "Theo thời gian")
    settle(opened)
    opened.go_back()
    chosen(opened, "Điểm đến từ đâu")


def test_back_takes_a_language_back(page: Open) -> None:
    opened = page(SIMULATE)
    opened.get_by_role("radio", name="English", exact=True).click()
    expect(opened.get_by_role("heading", name="Simulate")).to_be_visible()
    settle(opened)
    opened.go_back()
    expect(opened.get_by_role("heading", name="Mô phỏng")).to_be_visible()


def test_an_unknown_view_is_the_first(page: Open) -> None:
    opened = page(f"{SIMULATE}&view=<script>alert(1)</script>&horizon=2099")
    chosen(opened, "Điểm đến từ đâu")
    chosen(opened, "Nếu đạt ngay tại thời điểm số liệu (28/9/2026)")


def test_the_first_request_of_a_fresh_server_may_be_a_deep_link(page: Open, tmp_path: Path) -> None:
    """The frame runs around it: Streamlit's older way of finding pages would leave it out."""
    with running_app(ROOT, tmp_path) as fresh:
        opened = page(SIMULATE, base=fresh.url)
        sidebar = opened.get_by_test_id("stSidebar")
        expect(sidebar.get_by_role("link", name="Tổng quan")).to_be_visible()
        expect(opened.get_by_test_id("stMain").get_by_role("heading", level=1)).to_have_count(1)
        assert not opened.console_errors  # type: ignore[attr-defined]
