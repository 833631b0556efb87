"""What a page shows is in its address: links open it in either language, and Back follows it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from conftest import settle

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
    chosen(opened, "Nếu đạt ngay hôm nay")
