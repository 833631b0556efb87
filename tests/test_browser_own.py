"""A stranger's story: a small province by the template, mistakes told by cell, score and rank, one
figure corrected, next week's file with one click, what changed; and the portal's answers in a few
clicks from the file to Simulate."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import ROOT, Server, running_app, settle, wait_ready
from import_files import as_json
from test_imports import SEVEN

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
NAMES = ("UBND tỉnh Hà Tĩnh", "Sở Một", "UBND xã Hai", "UBND phường Ba")
COUNTS = ("on_time.numerator", "on_time.denominator", "digitized.rate_percent")
NEXT_WEEK = (
    "Kết quả ngày 17/10/2026\nĐơn vị;Hồ sơ đúng hạn / Số;Hồ sơ đúng hạn / Tổng\n"
    "UBND tỉnh Hà Tĩnh;1120;1200\nSở Một;470;500\nUBND xã Hai;380;420\nUBND phường Ba;260;280\n"
)
GOOD = ((900, 1000, 60), (380, 400, 70.5), (300, 350, 50), (220, 250, 45))


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An app of its own: what is loaded here must not stand in the lists of other tests."""
    with running_app(ROOT, tmp_path_factory.mktemp("own")) as running:
        yield running


def letter(book: openpyxl.Workbook, code: str) -> str:
    """The column of the sheet of figures that has this code."""
    return next(str(c.column_letter) for c in book["Số liệu"][3] if c.value == code)


def saved(book: openpyxl.Workbook) -> dict[str, object]:
    """A workbook as an upload."""
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "ha-tinh.xlsx", "mimeType": kind, "buffer": out.getvalue()}


def fill(book: openpyxl.Workbook) -> None:
    """Three units and their province, as somebody types them from a paper."""
    book["Tỉnh"]["C3"], book["Tỉnh"]["C7"] = "H27", "10/10/2026"
    book["Đơn vị"]["A3"] = "H27"
    for line, name in enumerate(NAMES, 3):
        book["Đơn vị"][f"B{line}"] = name
    for line, (name, row) in enumerate(zip(NAMES, GOOD, strict=True), 4):
        book["Số liệu"][f"C{line}"] = name
        for code, value in zip(COUNTS, row, strict=True):
            book["Số liệu"][f"{letter(book, code)}{line}"] = value


def give(page: Page, book: openpyxl.Workbook) -> None:
    """Load a workbook at the place for templates."""
    place = page.locator(".st-key-template_file input[type=file]")
    place.set_input_files([saved(book)])  # type: ignore[list-item]
    settle(page)


def headline(page: Page) -> str:
    return page.get_by_test_id("stMain").locator("h2").first.inner_text()


def test_a_stranger_loads_a_province_of_three_units(page: Open, own_server: Server) -> None:
    opened = page("/data", base=own_server.url, width=1280, height=720)
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Tệp mẫu trống, cho tỉnh khác").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))

    # two mistakes: more on time than there were, and a rate above 100 %
    fill(book)
    first, second = f"{letter(book, COUNTS[0])}5", f"{letter(book, COUNTS[2])}6"
    book["Số liệu"][first], book["Số liệu"][second] = 410, 150
    give(opened, book)
    main = opened.get_by_test_id("stMain")
    expect(main).to_contain_text(f"Số liệu!{first}: “410 of 400”")
    expect(main).to_contain_text(f"Số liệu!{second}: “150”")
    expect(opened.get_by_role("button", name="Nạp tệp mẫu", exact=True)).to_have_count(0)

    # mended: it is loaded, and has a score and a rank
    fill(book)
    give(opened, book)
    expect(main).to_contain_text("Bộ số liệu mới: 3 đơn vị thuộc tỉnh, 8 số liệu.")
    opened.get_by_role("button", name="Nạp tệp mẫu", exact=True).click()
    expect(main).to_contain_text("Đã nạp và mở")
    settle(opened)
    opened.get_by_test_id("stSidebarNav").get_by_role("link", name="Tổng quan").click()
    expect(opened.get_by_role("heading", name="Tổng quan", exact=True)).to_be_visible()
    wait_ready(opened)
    assert re.search(r"hạng \d+/34", headline(opened)), headline(opened)
    before = headline(opened)

    # one figure corrected: the answer moves, the trace says who and from where
    opened.get_by_test_id("stSidebarNav").get_by_role("link", name="Dữ liệu").click()
    expect(opened.get_by_role("heading", name="Dữ liệu", exact=True)).to_be_visible()
    wait_ready(opened)
    opened.get_by_text("Sửa hoặc bổ sung một số liệu, chỉ tiêu, khối lượng").click()
    settle(opened)
    choice = opened.locator("[class*=st-key-correct_component] input")
    choice.click()
    choice.fill("Hồ sơ giải quyết đúng hạn")
    opened.get_by_role("option").first.click()
    settle(opened)
    box = opened.get_by_label("tử số", exact=True)
    expect(box).to_have_value("900")
    for label, words in (
        ("tử số", "990"),
        ("Nguồn: văn bản, số, ngày", "Công văn 5/VP ngày 11/10/2026"),
        ("Tên của bạn", "Lan"),
    ):
        typed = opened.get_by_label(label, exact=True).last
        typed.fill(words)
        typed.press("Enter")
        settle(opened)
    expect(main).to_contain_text("Ảnh hưởng của lần sửa này")
    opened.get_by_role("button", name="Ghi lại", exact=True).click()
    expect(main).to_contain_text("Đã ghi.")
    settle(opened)
    expect(main).to_contain_text("tử số 900 → 990; nguồn: Công văn 5/VP ngày 11/10/2026")
    opened.get_by_test_id("stSidebarNav").get_by_role("link", name="Tổng quan").click()
    expect(opened.get_by_role("heading", name="Tổng quan", exact=True)).to_be_visible()
    wait_ready(opened)
    assert headline(opened) != before

    # next week: a file with one click, and what changed: on time of four, and the four rates of
    # digitisation that it does not have
    opened.get_by_test_id("stSidebarNav").get_by_role("link", name="Dữ liệu").click()
    wait_ready(opened)
    give_file(opened, "tuan-sau.csv", NEXT_WEEK.encode())
    expect(main).to_contain_text("17/10/2026")
    opened.locator(".st-key-import_commit button").click()
    told = opened.get_by_text("Từ 10/10/2026 đến 17/10/2026, có 8 số liệu của 3 đơn vị thay đổi.")
    expect(told.first).to_be_visible()
    wait_ready(opened)
    expect(main).to_contain_text("Sở Một")
    assert opened.console_errors == []  # type: ignore[attr-defined]


def give_file(page: Page, name: str, raw: bytes) -> None:
    """Give a file at the place for files."""
    box = page.locator('[class*="st-key-import_files"] input[type=file]')
    box.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": raw})
    settle(page)


def test_from_the_portals_answers_to_simulate_in_a_few_clicks(
    page: Open, own_server: Server
) -> None:
    opened = page("/", base=own_server.url, width=1280, height=720)
    clicks = 0

    def click(one: Locator) -> None:
        nonlocal clicks
        one.click()
        clicks += 1
        settle(opened)

    click(opened.get_by_test_id("stSidebarNav").get_by_role("link", name="Dữ liệu"))
    expect(opened.get_by_role("heading", name="Dữ liệu", exact=True)).to_be_visible()
    clicks += 2  # the button that opens the system's dialogue, and the file in it
    give_file(opened, "cong-2026-10-10.json", as_json(SEVEN))
    click(opened.locator(".st-key-import_commit button"))
    expect(opened.get_by_test_id("stMain")).to_contain_text("Đã nạp và mở")
    click(opened.get_by_role("link", name="Xem trong Mô phỏng"))
    expect(opened.get_by_role("heading", name="Mô phỏng", exact=True)).to_be_visible()
    assert "d=mau-2026" in opened.url
    assert clicks <= 6
    assert opened.console_errors == []  # type: ignore[attr-defined]
