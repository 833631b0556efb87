"""The picture of the README: Simulate with a scenario in Phú Thọ, as a planner sees it.

Run `python -m bench.picture`. It starts the real app, opens the scenario by its link in the
computer's Chromium (see tests/conftest.py) and writes `bench/simulate.png`, 1280 x 720.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from conftest import PATIENCE, ROOT, need_chromium, running_app, wait_ready
from core.scenario.files import to_link
from core.scenario.model import Change, Scenario

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
TARGET = ROOT / "bench" / "simulate.png"
SCENARIO = Scenario(
    dataset="phu_tho_2026",
    title="Mọi xã số hóa 60 %, cấp kết quả điện tử 90 %",
    changes=(
        Change(unit="level:commune", component="digitized", mode="floor", value=0.6),
        Change(unit="level:commune", component="electronic_result", mode="floor", value=0.9),
    ),
)


def main() -> None:
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=need_chromium(), args=FLAGS)
        size = {"width": 1280, "height": 720}
        opened = chrome.new_page(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        with running_app(ROOT, Path(data)) as app:
            opened.goto(f"{app.url}/simulate?d={SCENARIO.dataset}&s={to_link(SCENARIO)}")
            wait_ready(opened)
            opened.wait_for_timeout(1000)  # the ladder has no event of its own
            opened.screenshot(path=TARGET)
        chrome.close()
    print(f"Wrote {TARGET}")


if __name__ == "__main__":
    main()
