"""The same move as people would build it with what there is: `st.slider`, and a sheet.

Run `python -m bench.bench_slider [moves]`. In turns, on one server each and the computer's own
Chromium: the live panel of Simulate, and the smallest page that shows score and rank on every
horizon below Streamlit's own slider, from the same engine. Then LibreOffice, where it is installed,
with a workbook of the same province: 163 units, their rates of one component, a cell for the rate
that all below it reach, the province's points, score and rank in formulas.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import xlsxwriter
from playwright.sync_api import Page, sync_playwright

from bench.bench_page import FLAGS, WATCH, percentile, press
from core.dataset.facts import DATA
from core.index.rollup import score
from core.outlook.case import load_case
from core.outlook.timeline import TODAY
from core.outlook.uncertainty import moves_at

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from conftest import READY, ROOT, need_chromium, running_app

PLAIN = """
import streamlit as st
from core.dataset.facts import DATA
from core.outlook.case import load_case
from core.scenario.model import Change, Scenario

@st.cache_resource
def case():
    return load_case(DATA / "phu_tho_2026")

value = st.slider("Digitised, %", 0.0, 100.0, 24.3, 0.5, key="live-slide-digitized")
change = Change(unit="*", component="digitized", mode="floor", value=value / 100)
for key, one in case().outlook(Scenario(dataset="phu_tho_2026", changes=(change,))).items():
    st.metric(key, f"{one.after.score:.2f}", f"{one.change:.2f}")
    st.metric("rank", f"{one.after.rank.median}/{one.after.size}")
"""
SHEETS = 40


def released(page: Page, moves: int, plain: bool) -> list[float]:
    """Milliseconds from the release of the thumb to the end of the run that it starts."""
    page.evaluate(WATCH)
    taken = []
    for move in range(moves):
        page.wait_for_timeout(500)
        part = 0.3 + 0.6 * (move % 20) / 20
        if plain:
            box = page.get_by_test_id("stSlider").bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] - 12)
            page.mouse.down()
        else:
            press(page, part)
        page.mouse.up()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if (one := page.evaluate("() => window.taken.shift() ?? null")) is not None:
                taken.append(float(one))
                break
            page.wait_for_timeout(30)
    return taken


def sheet(folder: Path, count: int) -> Path:
    """A workbook with the move `count` times, each with another number in its cell."""
    case = load_case(DATA / "phu_tho_2026")
    base, column = case.baseline, case.baseline.rules.index("digitized")
    path = folder / f"{count}.xlsx"
    today = moves_at(case.drawn, TODAY, case.calendar.as_of, None)
    others = np.median(today.others, axis=0)
    whole = score(base, base.rate)
    rest = float(whole.total[0] - whole.points[0, column])
    with xlsxwriter.Workbook(path) as book:
        for number in range(count):
            page = book.add_worksheet()
            page.write(0, 0, 0.3 + 0.6 * number / max(1, count))
            last = len(base.units)
            for row in range(1, last):
                page.write(row, 1, float(np.nan_to_num(base.rate[row, column])))
                page.write(row, 2, float(np.nan_to_num(base.dossiers[row, column])))
                page.write_formula(row, 3, f"=MAX(B{row + 1},$A$1)", None, "")
            for row, points in enumerate(others):
                page.write(row, 6, float(points))
            area = f"SUMPRODUCT(D2:D{last},C2:C{last})/SUM(C2:C{last})"
            most, full = base.rules.max_points[column], base.rules.target_rate[column]
            page.write_formula(0, 4, f"={rest}+{most}*MIN(1,{area}/{full})", None, "")
            page.write_formula(0, 5, '=1+COUNTIF(G1:G33,">"&E1)', None, "")
    return path


def recalculated(folder: Path) -> None:
    """Print what a recalculation costs in LibreOffice: many sheets against one, with loading."""
    office = shutil.which("soffice")
    if not office:
        print("  LibreOffice is not installed")
        return
    taken = {}
    for count in (1, 1 + SHEETS):
        path = sheet(folder, count)
        start = time.perf_counter()
        subprocess.run(
            [office, f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", "ods", "--outdir", str(folder / "out"), str(path)],
            check=True, capture_output=True, timeout=300, env={**os.environ},
        )  # fmt: skip
        taken[count] = time.perf_counter() - start
    each = 1000 * (taken[1 + SHEETS] - taken[1]) / SHEETS
    print(
        f"  LibreOffice: {taken[1]:.1f} s to start, load and write; {each:.0f} ms a recalculation"
    )


def main(moves: int) -> None:
    """Panel and slider in turns, then the sheet."""
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = Path(made)
        for name in ("core", "data"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "app.py").write_text(PLAIN, encoding="utf-8")
        chrome = playwright.chromium.launch(executable_path=need_chromium(), args=FLAGS)
        found: dict[str, list[float]] = {"live panel": [], "st.slider": []}
        for name in ("one", "two"):
            (folder / name).mkdir()
        with (
            running_app(ROOT, folder / "one") as ours,
            running_app(folder, folder / "two") as plain,
        ):
            for _ in range(2):
                for name, url in (
                    ("live panel", f"{ours.url}/simulate?d=phu_tho_2026"),
                    ("st.slider", plain.url),
                ):
                    page = chrome.new_page(viewport={"width": 1366, "height": 768})
                    page.goto(url)
                    page.wait_for_selector(READY)
                    page.wait_for_timeout(2000)
                    found[name] += released(page, moves // 2, name == "st.slider")
                    page.close()
        chrome.close()
        for name, taken in found.items():
            middle, high = statistics.median(taken), percentile(taken, 0.95)
            print(f"  {name}, {len(taken)} moves: p50 {middle:.0f}, p95 {high:.0f} ms")
        recalculated(folder)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
