"""The directive's story in a browser: targets made, one unit its own, issued, and taken along."""

import io
import re
from collections.abc import Callable

import docx
import pytest
from playwright.sync_api import Page, expect

from conftest import settle

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
RATE = "Hồ sơ thanh toán trực tuyến"
TARGETS = (
    ("Các sở, ban, ngành", "50%", "30/6/2024"),
    ("UBND cấp huyện", "tối thiểu 40%", "Quý II/2024"),
    ("Cấp xã", "30", "30/6/2024"),
    ("Các sở, ban, ngành", "70%", "năm 2024"),
    ("UBND cấp huyện", "60%", "31/12/2024"),
    ("Cấp xã", "50,0%", "năm 2024"),
    ("Sở Y tế", "85,5%", "31/12/2024"),
)


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()
    settle(page)


def test_the_directive_as_a_plan_that_is_issued_and_written(page: Open) -> None:
    opened = page("/targets?d=binh_phuoc_2024", width=1280, height=720)
    button(opened, "Chọn hoặc lập kế hoạch")
    rows = [f"{unit}\t{RATE}\t{rate}\t{due}" for unit, rate, due in TARGETS]
    table = "\n".join(["Đơn vị\tChỉ số\tChỉ tiêu\tThời hạn", *rows])
    box = opened.get_by_label("Dán bảng kèm dòng tiêu đề")
    box.fill(table)
    box.press("Control+Enter")
    settle(opened)
    expect(opened.get_by_text("Đã đọc 7 chỉ tiêu.")).to_be_visible()
    button(opened, "Dùng các chỉ tiêu này")
    opened.keyboard.press("Escape")

    # score and rank on both lines, at both dates; dossiers a week, once somebody says how many
    main = opened.get_by_test_id("stMain")
    lines = main.get_by_text("nếu các đơn vị đạt chỉ tiêu")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text(re.compile(r"30/6/2024.*hạng"))
    expect(main.get_by_text("Nếu giữ nguyên các tỷ lệ khác").first).to_be_visible()
    volume = opened.get_by_label("Số hồ sơ của tỉnh tính vào tỷ lệ này, trong một năm")
    volume.fill("120000")
    volume.press("Enter")
    settle(opened)
    expect(main.get_by_text(re.compile("Gini"))).to_be_visible()

    # kept, issued, frozen
    button(opened, "Lưu kế hoạch")
    opened.get_by_label("Tên kế hoạch").fill("Giao chỉ tiêu 2024")
    opened.get_by_label("Tên của bạn").filter(visible=True).first.fill("Lan")
    opened.get_by_test_id("stPopoverBody").get_by_role("button", name="Lưu", exact=True).click()
    settle(opened)
    opened.keyboard.press("Escape")
    expect(main.get_by_text("bản nháp, phiên bản 1")).to_be_visible()
    button(opened, "Ban hành")
    button(opened, "Ban hành kế hoạch này")
    expect(main.get_by_text("đã ban hành, phiên bản 2")).to_be_visible()
    expect(main.get_by_text("Theo dõi thực hiện kế hoạch đã ban hành")).to_be_visible()
    opened.keyboard.press("Escape")

    # taken along: Công văn with its annexes
    button(opened, "Văn bản")
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Công văn (Word)").click()
    book = docx.Document(io.BytesIO(download.value.path().read_bytes()))
    cells = {cell.text for one in book.tables for row in one.rows for cell in row.cells}
    assert {"Sở Y tế"} <= cells and any("85,5" in cell for cell in cells)
    words = "\n".join(one.text for one in book.paragraphs)
    assert "PHỤ LỤC" in words.upper()
