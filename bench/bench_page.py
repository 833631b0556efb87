"""How long people wait: first load of each page, a thumb that is held, and one that is released.

Run `python -m bench.bench_page [moves]`. It starts the real app twice, as it is and without
`gc.freeze()`, and drives it with the computer's Chromium (see tests/conftest.py).
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from conftest import READY, ROOT, need_chromium, running_app

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PAGES = ["", "simulate", "targets", "goalseek", "compare", "sensitivity", "sync", "saved", "method"]
# milliseconds from the release of a thumb to the end of the run it starts, as the page shows it
WATCH = """() => {
  window.taken = [];
  let pressed = 0, started = false;
  const press = () => { pressed = performance.now(); started = false; };
  document.addEventListener("pointerup", press, true);
  const app = document.querySelector('[data-testid="stApp"]');
  new MutationObserver(() => {
    const state = app.getAttribute("data-test-script-state");
    if (state === "running") started = true;
    else if (started && state === "notRunning") {
      window.taken.push(performance.now() - pressed);
      started = false;
    }
  }).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
}"""


def without_freeze(folder: Path) -> Path:
    """The app in another folder, its warm-up without the freeze."""
    for name in ("core", "pages", "data", ".streamlit"):
        (folder / name).symlink_to(ROOT / name)
    source = (ROOT / "app.py").read_text(encoding="utf-8")
    assert "gc.freeze()" in source
    (folder / "app.py").write_text(source.replace("gc.freeze()", "pass"), encoding="utf-8")
    return folder


def percentile(values: list[float], part: float) -> float:
    """The value that `part` of the others do not exceed."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def first_loads(page: Page, url: str) -> None:
    """Print how long each page takes from the address to its finished script."""
    for name in PAGES:
        start = time.perf_counter()
        page.goto(f"{url}/{name}")
        page.wait_for_selector(READY)
        print(f"  first load of /{name}: {time.perf_counter() - start:.2f} s")


# of a thumb that is held: milliseconds that the handler takes, and until the figures are painted,
# which is the frame after the one that the handler's work is in
HELD = """async ([moves]) => {
  const input = document.querySelector("#live-slide-digitized");
  const box = input.getBoundingClientRect();
  const handled = [], painted = [];
  for (let n = 0; n < moves; n += 1) {
    const clientX = box.left + 10 + (box.width - 20) * (0.1 + 0.8 * ((n * 37) % 100) / 100);
    const start = performance.now();
    const move = new PointerEvent("pointermove", { clientX, clientY: box.top });
    input.parentElement.dispatchEvent(move);
    handled.push(performance.now() - start);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    painted.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 20));
  }
  return [handled, painted];
}"""
MOVES_HELD = 200


def held(page: Page, url: str) -> None:
    """Print what a move costs while the thumb is held: nothing is asked of the server."""
    page.goto(f"{url}/simulate?d=phu_tho_2026")
    page.wait_for_selector(READY)
    press(page, 0.2)
    for name, taken in zip(("handler", "painted"), page.evaluate(HELD, [MOVES_HELD]), strict=True):
        middle, high = statistics.median(taken), percentile(taken, 0.95)
        print(f"  thumb held, {name}, {MOVES_HELD} moves: p50 {middle:.1f}, p95 {high:.1f} ms")
    page.mouse.up()


def press(page: Page, part: float) -> None:
    """Hold the thumb of a lever, `part` of its way along."""
    box = page.locator("#live-slide-digitized").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10 + part * (box["width"] - 20), box["y"] + box["height"] / 2)
    page.mouse.down()


def slider(page: Page, url: str, moves: int) -> None:
    """Print how long a released thumb takes until the script has finished and its page says so.

    The page's own clock: Playwright looks at the page only now and then.
    """
    page.goto(f"{url}/simulate?d=phu_tho_2026")
    page.wait_for_selector(READY)
    page.evaluate(WATCH)
    taken = []
    for move in range(moves):
        page.wait_for_timeout(500)
        press(page, 0.3 + 0.6 * (move % 20) / 20)
        page.mouse.up()
        taken.append(page.wait_for_function("() => window.taken.shift()").json_value())
    middle, high = statistics.median(taken), percentile(taken, 0.95)
    print(
        f"  slider released to script finished, {moves} moves: p50 {middle:.0f}, p95 {high:.0f} ms"
    )


def main(moves: int) -> None:
    """Measure the app as it is, then without the freeze."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        roots = {"as it is": ROOT, "without gc.freeze": without_freeze(Path(two))}
        for name, root in roots.items():
            data = Path(one) / name.replace(" ", "-")
            data.mkdir()
            with running_app(root, data) as server, sync_playwright() as playwright:
                chrome = playwright.chromium.launch(executable_path=need_chromium(), args=FLAGS)
                page = chrome.new_page(viewport={"width": 1366, "height": 768})
                print(name)
                first_loads(page, server.url)
                held(page, server.url)
                slider(page, server.url, moves)
                chrome.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
