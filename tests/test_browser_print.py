"""Every page on paper: A4 as Chromium's print makes it, read back from the PDF."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from conftest import settle
from core.scenario.files import to_link
from core.scenario.model import Change, Scenario

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
A4 = (595, 842)  # points
DATASET = "phu_tho_2026"  # 163 units: its tables are longer than any sheet

# address, title, a heading or sentence near the end, the fewest sheets
PAGES = [
    ("/", "Tổng quan", "Nguồn", 2),
    ("/simulate", "Mô phỏng", "Khác gì so với hiện trạng", 1),
    ("/targets", "Chỉ tiêu", "Đang ở 0%", 4),
    ("/goalseek", "Phân bổ", "Đơn vị không tác động được", 3),
    ("/compare", "So sánh", "Đầu vào khác nhau", 4),
    ("/sensitivity", "Yếu tố ảnh hưởng", "Kết luận có thay đổi không?", 2),
    ("/sync", "Đồng bộ", "Cổng DVC tỉnh", 1),
    ("/data", "Dữ liệu", "một trong hai ngày chỉ có bảng điểm các tỉnh", 1),
    ("/saved", "Kịch bản", "hiện trạng", 1),
    ("/method", "Phương pháp", "Nếu Cổng chấm điểm khác đi?", 2),
]


def settle_styled(page: Page) -> None:
    """Until the page is complete and its style sheets are there."""
    settle(page)
    page.locator(".stHtml style").nth(1).wait_for(state="attached")


def tight(text: str) -> str:
    return re.sub(r"\s+", "", text)


def printed(page: Page) -> list[str]:
    """The text of each sheet without its spaces, which the file does not tell; all are A4."""
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    for sheet in sheets:
        size = (float(sheet.mediabox.width), float(sheet.mediabox.height))
        assert size == pytest.approx(A4, abs=1)
    return [tight(sheet.extract_text()) for sheet in sheets]


@pytest.mark.parametrize(("path", "title", "last", "fewest"), PAGES)
def test_a_page_prints_to_its_end(
    page: Open, path: str, title: str, last: str, fewest: int
) -> None:
    opened = page(f"{path}?d={DATASET}")
    settle_styled(opened)
    sheets = printed(opened)
    assert len(sheets) >= fewest
    assert tight(title) in sheets[0]
    assert any(tight(last) in sheet for sheet in sheets[-2:])
    assert all(len(sheet) > 20 for sheet in sheets), "an empty sheet"
    assert tight("Ngôn ngữ / Language") not in sheets[0], "the sidebar is on paper"
    assert not any(tight("Tải về dạng CSV") in sheet for sheet in sheets), "a button is on paper"


@pytest.mark.parametrize("dataset", ["phu_tho_2026", "binh_phuoc_2025", "binh_phuoc_2024"])
def test_the_overview_takes_at_most_three_sheets(page: Open, dataset: str) -> None:
    opened = page(f"/?d={dataset}", width=1280, height=720)
    settle_styled(opened)
    opened.locator(".live-near td").first.wait_for()
    sheets = printed(opened)
    assert len(sheets) <= 3
    figures = opened.locator(".live-score, .live-rank b").all_inner_texts()
    assert all(tight(one) in sheets[0] for one in figures if one), "the large figures"


def test_the_overview_with_a_scenario_takes_three_sheets_too(page: Open) -> None:
    changes = (Change(unit="*", component="digitized", mode="add", value=0.3),)
    link = to_link(Scenario(dataset=DATASET, title="", changes=changes))
    opened = page(f"/?d={DATASET}&s={link}", width=1280, height=720)
    settle_styled(opened)
    opened.locator(".live-near td").first.wait_for()
    assert len(printed(opened)) <= 3


# the view, how many sheets at most, and whether every one of the 162 units is on them
ALLOCATE = [("push", 4, False), ("seek", 6, True), ("cascade", 4, True)]


@pytest.mark.parametrize(("view", "most", "every"), ALLOCATE)
def test_an_allocation_is_a_few_sheets_to_hand_out(
    page: Open, view: str, most: int, every: bool
) -> None:
    """Where to push lists a thousand moves: paper has the first ones, and says how many follow."""
    opened = page(f"/goalseek?d={DATASET}&goal_view={view}")
    settle_styled(opened)
    sheets = printed(opened)
    assert len(sheets) <= most
    words = "".join(sheets)
    follow = re.search(r"Còn([\d.]+)dòngnữatrongtệp", words)
    assert (follow is None) == every
    if every:
        assert all(tight(unit) in words for unit in ("UBND xã Yên Trị", "UBND phường Âu Cơ"))


def test_simulate_keeps_its_large_figures_and_its_ladder(page: Open) -> None:
    opened = page(f"/simulate?d={DATASET}", width=1280, height=720)
    settle_styled(opened)
    opened.locator(".live-near td").first.wait_for()
    sheets = printed(opened)
    for one in opened.locator(".live-score, .live-rank b, .live-near th").all_inner_texts():
        assert tight(one) in sheets[0]


def test_all_rows_and_columns_of_a_table_are_on_paper(page: Open) -> None:
    """The screen shows 11 rows of 163 units, and not every column of Bình Phước's losses."""
    opened = page(f"/?d={DATASET}")
    settle_styled(opened)
    words = "".join(printed(opened))
    for name in ("Sở Nông nghiệp và Môi trường", "UBND xã Hy Cương", "UBND phường Âu Cơ"):
        assert tight(name) in words
    assert words.count("UBNDxã") + words.count("UBNDXã") > 100


@pytest.mark.parametrize("width", [1280, 1920])
def test_no_chart_is_wider_than_the_sheet(page: Open, width: int) -> None:
    """What is laid out for print stays inside the sheet: its main part does not overflow."""
    opened = page("/targets", width=width)
    chart = opened.locator(".js-plotly-plot .main-svg").first
    chart.wait_for()
    settle_styled(opened)
    drawn = chart.get_attribute("width")
    assert drawn is not None
    # a sheet's width without its margins, at 96 to the inch; emulated print keeps the drawn width
    opened.add_style_tag(content="@media print { .stMain { width: 703px !important; } }")
    opened.emulate_media(media="print")
    box = chart.bounding_box()
    assert box is not None and float(drawn) > 703 and box["width"] <= 703


def test_a_dark_screen_prints_dark_letters_on_white(page: Open) -> None:
    opened = page("/", color_scheme="dark")
    settle_styled(opened)
    opened.emulate_media(media="print", color_scheme="dark")
    title = opened.get_by_role("heading", level=1)
    assert title.evaluate("e => getComputedStyle(e).color") == "rgb(27, 39, 51)"
    ground = "e => getComputedStyle(e).backgroundColor"
    assert opened.locator("body").evaluate(ground) == "rgb(255, 255, 255)"
    assert opened.get_by_test_id("stApp").evaluate(ground) == "rgba(0, 0, 0, 0)"
