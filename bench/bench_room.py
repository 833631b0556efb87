"""The room: how soon a new browser shows the first page, and what a move costs in it.

Run `python -m bench.bench_room [CHECKOUT]`, a checkout being a folder with another version of this
repository (`git worktree add`) to be measured in turns with this one. Printed are milliseconds from
the address until title, answer, ladder and charts are on the screen of a new browser (p50 of 5);
of 200 moves of a thumb that is held the handler and the painting; and of released thumbs, 5 at a
time in turns, the time until the run they start has ended and the page says so.
"""

import json
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.bench_page import FLAGS, WATCH, held, percentile, press  # makes the tests importable
from conftest import READY, ROOT, need_chromium, running_app

VIEWS, MOVES, TURN = 5, 40, 5
SIZE = {"width": 1366, "height": 768}
LEVER = "Số hóa hồ sơ, kết quả giải quyết"
SHOWN = {"title": "h1", "answer": "h2", "ladder": ".live-ladder .live-flag", "charts": ".main-svg"}
# when each was first on the screen: after the frame that it came in
SEEN = """(shown) => {
  window.seen = {};
  const look = () => {
    for (const [name, where] of Object.entries(shown)) {
      if (name in window.seen || !document.querySelector(where)) continue;
      window.seen[name] = null;
      const now = () => { window.seen[name] = performance.now(); };
      requestAnimationFrame(() => setTimeout(now));
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true });
}"""
ALL_SEEN = "(count) => Object.values(window.seen).filter((one) => one !== null).length === count"


def first_view(chrome: Browser, url: str) -> dict[str, float]:
    """Milliseconds until each part of the first page is on a new browser's screen."""
    context = chrome.new_context(viewport=SIZE)
    page = context.new_page()
    page.add_init_script(f"({SEEN})({json.dumps(SHOWN)})")
    page.goto(url)
    page.wait_for_function(ALL_SEEN, arg=len(SHOWN), timeout=60_000)
    found: dict[str, float] = page.evaluate("window.seen")
    context.close()
    return found


def press_older(page: Page, part: float) -> None:
    """Hold the thumb of a slider of Streamlit's, which a version before the live panel has."""
    page.wait_for_selector(READY)  # its first move shifts what is below
    thumb = page.get_by_role("slider", name=LEVER)
    thumb.scroll_into_view_if_needed()
    track = page.get_by_test_id("stSlider").filter(has=thumb).bounding_box()
    box = thumb.bounding_box()
    assert track is not None and box is not None
    x = track["x"] + 10 + part * (track["width"] - 20)
    page.mouse.move(x, box["y"] + box["height"] / 2)
    page.mouse.down()


def released(page: Page, first: int) -> list[float]:
    """Milliseconds from each release of the thumb to the end of the run that it starts."""
    taken = []
    for move in range(first, first + TURN):
        page.wait_for_timeout(500)
        part = 0.3 + 0.6 * (move % 20) / 20
        if page.locator("#live-slide-digitized").count():
            press(page, part)
        else:
            press_older(page, part)
        page.mouse.up()
        told = page.wait_for_function("() => window.taken.shift()", timeout=60_000)
        taken.append(told.json_value())
    return taken


def said(name: str, taken: list[float]) -> None:
    """Print the middle and the 95th percentile."""
    high = percentile(taken, 0.95)
    print(f"  {name}: p50 {statistics.median(taken):.0f}, p95 {high:.0f} ms", flush=True)


def main(others: list[Path]) -> None:
    """Measure this version, and others in turns with it."""
    with ExitStack() as stack, sync_playwright() as playwright:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {}
        for number, root in enumerate([ROOT, *others]):
            (folder / str(number)).mkdir()
            server = stack.enter_context(running_app(root.resolve(), folder / str(number)))
            urls[str(root) if number else "this version"] = server.url
        chrome = playwright.chromium.launch(executable_path=need_chromium(), args=FLAGS)
        ours = urls["this version"]
        first_view(chrome, ours)  # the server's own first
        views = [first_view(chrome, ours) for _ in range(VIEWS)]
        for name in SHOWN:
            said(f"first view, {name}", [view[name] for view in views])
        page = chrome.new_page(viewport=SIZE)
        held(page, ours)
        page.close()
        pages = {}
        for name, url in urls.items():
            pages[name] = chrome.new_page(viewport=SIZE)
            pages[name].goto(f"{url}/simulate?d=phu_tho_2026")
            pages[name].wait_for_selector(READY)
            pages[name].wait_for_timeout(2000)
            pages[name].evaluate(WATCH)
        taken: dict[str, list[float]] = {name: [] for name in pages}
        for first in range(0, MOVES, TURN):
            for name, one in pages.items():
                one.bring_to_front()
                taken[name] += released(one, first)
        for name, found in taken.items():
            said(f"released, {name}", found)
        chrome.close()


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
