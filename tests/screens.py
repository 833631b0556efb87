"""Whether a page fits the screens that people have, and can be read in both themes."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, TimeoutError

from conftest import PATIENCE

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")
SEVERE = ("serious", "critical")
# a dark page is darker than the text on it
IS_DARK = r"""theme => {
    const app = document.querySelector('[data-testid=stApp]');
    const sum = color => color.match(/[\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0);
    const style = getComputedStyle(app);
    return (sum(style.backgroundColor) < sum(style.color)) === (theme === 'dark');
}"""

FITS = """() => [document.documentElement, document.querySelector('[data-testid=stMain]')].every(
    part => part.scrollWidth <= part.clientWidth
)"""


def resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => window.innerWidth === width", arg=width)


def fits(page: Page) -> bool:
    """Whether nothing scrolls sideways; charts and tables follow the width a moment later."""
    try:
        page.wait_for_function(FITS, timeout=PATIENCE / 6)
    except TimeoutError:
        return False
    return True


def set_theme(page: Page, theme: Theme) -> None:
    """What the system of a visitor says; until the open page has taken its colours."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(IS_DARK, arg=theme)


def found_by_axe(page: Page) -> list[str]:
    """What axe-core finds serious or critical, with the rule and the element."""
    if not page.evaluate("'axe' in window"):  # it stays in a page that is not loaded anew
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in SEVERE
        for node in one["nodes"]
    ]
