"""Every page as people see it: accessible, in its language, on any screen, in light and dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from conftest import Server, Visitors, collect_errors, settle
from screens import fits, resize

pytestmark = pytest.mark.browser

# a page's address, and the key of the choice that switches between its views
PAGES = {
    "": "",
    "simulate": "view",
    "targets": "",
    "goalseek": "goal_view",
    "compare": "",
    "sensitivity": "",
    "sync": "sync_view",
    "saved": "part",
    "method": "chapter",
}
SIZES = [(1280, 720), (390, 844), (1366, 768)]  # the last is the one that pages open at
SEVERE = ("serious", "critical")


@pytest.fixture(scope="module", params=["vi-light", "vi-dark", "en-light", "en-dark"])
def visitor(request: pytest.FixtureRequest, visitors: Visitors, server: Server) -> Iterator[Page]:
    """One visitor for all pages in one language and theme; the browser keeps the app's code."""
    language, theme = request.param.split("-")
    width, height = SIZES[-1]
    page = visitors.first(server.url).new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    page.base = server.url  # type: ignore[attr-defined]
    page.language, page.theme = language, theme  # type: ignore[attr-defined]
    page.console_errors = collect_errors(page)  # type: ignore[attr-defined]
    yield page
    page.close()


def open_views(page: Page, name: str) -> Iterator[str]:
    """Open a page and then each of its views; gives the name of what is on the screen."""
    page.goto(f"{page.base}/{name}?language={page.language}")  # type: ignore[attr-defined]
    settle(page)
    page.locator(".stHtml style").first.wait_for(state="attached")
    page.get_by_test_id("stMain").get_by_role("heading", level=1).wait_for()
    yield name
    options = page.locator(f".st-key-{PAGES[name]} button") if PAGES[name] else None
    for place in range(1, options.count() if options else 0):
        assert options is not None
        options.nth(place).click()
        settle(page)
        yield f"{name}, view {place + 1}"


def violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical, with the rule and the element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in SEVERE
        for node in one["nodes"]
    ]


def sideways(page: Page) -> list[int]:
    """The widths at which the page, or its main part, would scroll sideways."""
    wide = []
    for width, height in SIZES:
        resize(page, width, height)
        if not fits(page):
            wide.append(width)
    return wide


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_every_screen(visitor: Page, name: str) -> None:
    """No severe violation, sideways scrolling, error box or console error, in any of its views."""
    for view in open_views(visitor, name):
        assert violations(visitor) == [], view
        if visitor.theme == "light":  # type: ignore[attr-defined]  # colours take no room
            assert sideways(visitor) == [], view
        assert visitor.get_by_test_id("stException").count() == 0, view
    assert visitor.console_errors == []  # type: ignore[attr-defined]


def test_a_violation_is_found(visitor: Page) -> None:
    """The check itself: pale text is what the fixed pages had."""
    visitor.set_content("<main><h1>A</h1><p style='color:#aaa;background:#fff'>pale</p></main>")
    assert any(found.startswith("color-contrast") for found in violations(visitor))
