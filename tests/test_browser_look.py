"""Every page as people see it: accessible, in its language, on any screen, in light and dark."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from conftest import Server, Visitors, asked, collect_errors, settle
from screens import THEMES, fits, found_by_axe, resize, set_theme

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
LANGUAGES = ("vi", "en")
VISITORS = [(language, theme) for language in LANGUAGES for theme in THEMES]


@dataclass
class Look:
    """What was found of one page in one theme, by the name of the view, and in the console."""

    violations: dict[str, list[str]] = field(default_factory=dict)
    sideways: dict[str, list[int]] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    console: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def visitor(visitors: Visitors, server: Server) -> Iterator[Page]:
    """One visitor for all pages; the browser keeps the app's code."""
    width, height = SIZES[-1]
    page = visitors.first(server.url).new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.base = server.url  # type: ignore[attr-defined]
    page.console_errors = collect_errors(page)  # type: ignore[attr-defined]
    yield page
    page.close()


@pytest.fixture(scope="module")
def look_at(visitor: Page) -> Callable[[str, str], dict[str, Look]]:
    """Look at all views of a page in a language, by theme; once: to open a page takes longest."""
    seen: dict[tuple[str, str], dict[str, Look]] = {}

    def once(language: str, name: str) -> dict[str, Look]:
        if (language, name) not in seen:
            seen[language, name] = looks(visitor, language, name)
        return seen[language, name]

    return once


def looks(page: Page, language: str, name: str) -> dict[str, Look]:
    found = {theme: Look() for theme in THEMES}
    console: list[str] = page.console_errors  # type: ignore[attr-defined]
    console.clear()
    page.emulate_media(color_scheme=THEMES[0])
    for view in open_views(page, language, name):
        for theme in THEMES:
            set_theme(page, theme)
            if theme != THEMES[0]:
                with asked(page):  # what Python draws takes the theme from what asks it
                    page.keyboard.press("r")
            look = found[theme]
            look.violations[view] = found_by_axe(page)
            if theme == THEMES[0]:  # colours take no room
                look.sideways[view] = sideways(page)
            look.errors[view] = page.get_by_test_id("stException").count()
            look.console += console
            console.clear()
        set_theme(page, THEMES[0])
    return found


def open_views(page: Page, language: str, name: str) -> Iterator[str]:
    """Open a page and then each of its views; gives the name of what is on the screen."""
    page.goto(f"{page.base}/{name}?language={language}")  # type: ignore[attr-defined]
    settle(page)
    page.locator(".stHtml style").first.wait_for(state="attached")
    page.get_by_test_id("stMain").get_by_role("heading", level=1).wait_for()
    yield name
    options = page.locator(f".st-key-{PAGES[name]} button") if PAGES[name] else None
    for place in range(1, options.count() if options else 0):
        assert options is not None
        with asked(page):
            options.nth(place).click()
        yield f"{name}, view {place + 1}"


def sideways(page: Page) -> list[int]:
    """The widths at which the page, or its main part, would scroll sideways."""
    wide = []
    for width, height in SIZES:
        resize(page, width, height)
        if not fits(page):
            wide.append(width)
    return wide


@pytest.mark.parametrize(
    ("language", "theme", "name"),
    [
        pytest.param(language, theme, name, id=f"{language}-{theme}-{name}")
        for language in LANGUAGES
        for name in PAGES
        for theme in THEMES  # side by side: they are looked at together
    ],
)
def test_a_page_is_accessible_and_fits_every_screen(
    look_at: Callable[[str, str], dict[str, Look]], language: str, theme: str, name: str
) -> None:
    """No severe violation, sideways scrolling, error box or console error, in any of its views."""
    look = look_at(language, name)[theme]
    assert look.violations
    for view, violations in look.violations.items():
        assert violations == [], view
        assert look.sideways.get(view, []) == [], view
        assert look.errors[view] == 0, view
    assert look.console == []
    assert len(look.sideways) == (len(look.violations) if theme == THEMES[0] else 0)


@pytest.mark.parametrize(
    ("language", "theme"), VISITORS, ids=[f"{language}-{theme}" for language, theme in VISITORS]
)
def test_a_violation_is_found(visitor: Page, language: str, theme: str) -> None:
    """The check itself: pale text is what the fixed pages had."""
    visitor.emulate_media(color_scheme=theme)
    pale = "<main><h1>A</h1><p style='color:#aaa;background:#fff'>pale</p></main>"
    visitor.set_content(f"<html lang={language}>{pale}")
    assert any(found.startswith("color-contrast") for found in found_by_axe(visitor))
