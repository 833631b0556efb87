"""Whether a page fits the screens that people have."""

from playwright.sync_api import Page, TimeoutError

from conftest import PATIENCE

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
