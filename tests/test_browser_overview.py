"""Overview and Compare in a real browser: the first page, a prepared scenario, a file brought."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import settle
from core.scenario.files import dump
from core.scenario.model import Change, Scenario

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
@pytest.mark.parametrize("path", ["/", "/compare"])
def test_it_fits_the_screen(page: Open, path: str, width: int, height: int) -> None:
    opened = page(path, width=width, height=height)
    expect(opened.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    main = opened.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert opened.console_errors == []  # type: ignore[attr-defined]


# names of what the page has fetched, in the order in which it asked
FETCHED = """performance.getEntriesByType("resource").sort((a, b) => a.startTime - b.startTime)
  .map((one) => one.name.includes("/painted/") ? "painted" : one.name.split("/").at(-1))
  .map((name) => name.replace(/[.-].*[.]js$/, ".js"))"""


def test_the_ladder_is_painted_before_the_code_of_charts_and_tables_is_fetched(page: Open) -> None:
    opened = page("/", locale="vi-VN")  # a browser that has fetched nothing before
    expect(opened.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    fetched = opened.evaluate(FETCHED)
    early, late = ["BidiComponent.js", "panel.js", "panel.css"], ["PlotlyChart.js", "DataFrame.js"]
    assert [fetched.count(name) for name in ("painted", *early)] == [1, 1, 1, 1]
    assert all(fetched.index(name) > fetched.index("painted") for name in late)
    # named in the page itself: asked for before the first thing that its script asks for
    assert all(fetched.index(name) < fetched.index("health") for name in early)
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("dataset", ["phu_tho_2026", "binh_phuoc_2025"])
def test_the_three_figures_are_whole_on_a_phone(page: Open, dataset: str) -> None:
    opened = page(f"/?d={dataset}", width=390, height=844)
    expect(opened.locator(".live-card").last).to_be_visible()
    cut = """all => all.flatMap(card => [...card.querySelectorAll('*')]
        .map(one => one.getBoundingClientRect())
        .filter(box => box.right > card.getBoundingClientRect().right + 1)).length"""
    assert opened.locator(".live-card").evaluate_all(cut) == 0


def test_letters_of_charts_follow_the_theme_while_the_page_is_open(page: Open) -> None:
    opened = page("/", color_scheme="light")
    letters = opened.locator(".js-plotly-plot .legendtext").first
    ink = "e => getComputedStyle(e).fill"
    expect(letters).to_be_visible()
    assert letters.evaluate(ink) == "rgb(27, 39, 51)"
    opened.emulate_media(color_scheme="dark")
    page_ink = "e => getComputedStyle(e).color"
    title = opened.get_by_role("heading", level=1)
    expect(title).to_have_css("color", "rgb(230, 237, 243)")
    assert letters.evaluate(ink) == title.evaluate(page_ink)


def test_the_overview_comes_first_and_answers(page: Open) -> None:
    """The published 8/63, the estimate marked, and what only ministries can move."""
    opened = page("/?d=binh_phuoc_2025")
    expect(opened.get_by_role("heading", name="Tổng quan")).to_be_visible()
    answer = opened.get_by_test_id("stMain").locator("h2")
    expect(answer).to_contain_text("hạng 8/63")
    expect(answer).to_contain_text("≈")
    expect(opened.locator(".live-flag")).to_have_text(re.compile(r"^Bình Phước ≈\s81,49$"))
    rungs = opened.locator(".live-near tr td:nth-of-type(2)")
    expect(rungs).to_have_text([re.compile(r"^≈\s8\d,\d\d$")] * 5)
    reason = opened.get_by_text("nhiều bộ chưa công bố lại TTHC")
    expect(reason.filter(visible=True).first).to_be_visible()


def test_a_prepared_scenario_is_compared_with_one_from_a_file(page: Open) -> None:
    """Phú Thọ: the menu of the Simulate page, then a file whose title is shown as it is."""
    opened = page("/simulate?d=phu_tho_2026")
    opened.get_by_role("button", name="Kịch bản mẫu").click()
    opened.get_by_role("button", name="Đạt mức nhóm 25% đơn vị dẫn đầu cùng cấp").click()
    expect(opened.get_by_test_id("stMain").locator("h2")).to_contain_text("nếu thực hiện")
    opened.keyboard.press("Escape")
    opened.get_by_role("link", name="So sánh").click()
    settle(opened)
    expect(opened.get_by_role("heading", name="So sánh")).to_be_visible()
    change = Change(unit="H44.45", component="on_time", mode="set", value=1.0)
    title = "<b>Nông nghiệp</b> đúng hạn"
    brought = dump(Scenario(dataset="phu_tho_2026", title=title, changes=(change,)))
    opened.get_by_role("button", name="Thêm kịch bản").click()
    opened.set_input_files(
        "input[type=file]",
        {"name": "a.json", "mimeType": "application/json", "buffer": brought.encode()},
    )
    expect(opened.get_by_test_id("stMultiSelect")).to_contain_text(title)
    opened.keyboard.press("Escape")
    with opened.expect_download() as download:
        opened.get_by_test_id("stDownloadButton").get_by_role(
            "button", name="Tải về dạng CSV"
        ).click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Kịch bản;Mốc;Điểm")
    assert {line.split(";")[0] for line in lines[1:]} == {
        "Không có kịch bản",
        "Đang mở",
        "Đạt mức nhóm 25% đơn vị dẫn đầu cùng cấp",
        title,
    }
    assert opened.console_errors == []  # type: ignore[attr-defined]
