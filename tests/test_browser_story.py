"""One review meeting from the first page to the minutes, as somebody new to the program goes."""

import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from conftest import settle

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LEVER = "Số hóa hồ sơ, kết quả giải quyết, phần trăm"
ANSWER = "nếu thực hiện, hạng ≈ 17 nếu không"


def go(page: Page, name: str, title: str = "") -> None:
    """To another page by the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=title or name, exact=True)).to_be_visible()
    settle(page)


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()
    settle(page)


def score(page: Page) -> str:
    """The score at the last horizon, in the last card on Simulate."""
    words = page.get_by_test_id("live-score").last.inner_text()
    found = re.search(r"≈\s(\d\d,\d\d)", words)
    assert found, words
    return found[1]


def test_a_review_meeting(page: Open) -> None:
    # open, and read the answer
    opened = page("/?d=phu_tho_2026", width=1280, height=720)
    expect(opened.get_by_test_id("stMain").locator("h2")).to_contain_text("hạng 16/34")

    # a scenario from a preset, then one lever changed
    go(opened, "Mô phỏng")
    opened.get_by_role("button", name="Kịch bản mẫu").click()
    button(opened, "Đạt mức nhóm 25% đơn vị dẫn đầu cùng cấp")
    opened.keyboard.press("Escape")
    answer = opened.get_by_test_id("stMain").locator("h2")
    expect(answer).to_contain_text(ANSWER)
    preset = score(opened)
    settle(opened)  # the answer stands before the levers are drawn again
    box = opened.get_by_label(LEVER)
    box.fill("97,5")
    box.press("Enter")
    last = opened.get_by_text(re.compile(r"Thay đổi cuối.*97,5%"))
    expect(last).to_be_visible()
    changed = score(opened)
    assert float(changed.replace(",", ".")) > float(preset.replace(",", "."))

    # undo and redo, then the last change once more before everybody's eyes
    button(opened, "Hoàn tác")
    expect(opened.get_by_test_id("live-score").last).to_contain_text(preset)
    button(opened, "Làm lại")
    expect(opened.get_by_test_id("live-score").last).to_contain_text(changed)
    button(opened, "Phát lại")
    expect(opened.get_by_text("TRƯỚC thay đổi cuối")).to_be_visible()
    expect(opened.get_by_test_id("live-score").last).to_contain_text(preset)
    button(opened, "Xem sau thay đổi")
    expect(opened.get_by_test_id("live-score").last).to_contain_text(changed)

    # save it, take the link, close the browser
    opened.get_by_test_id("stPopover").get_by_role("button", name="Lưu").click()
    opened.get_by_label("Tên kịch bản").fill("Giao ban tháng 10")
    opened.get_by_label("Tên của bạn").fill("Lan")
    button(opened, "Lưu kịch bản")
    expect(opened.get_by_text("Đã lưu: “Giao ban tháng 10”, bản 1.")).to_be_visible()
    opened.keyboard.press("Escape")
    opened.get_by_test_id("stPopover").get_by_role("button", name="Chia sẻ").click()
    code = opened.get_by_test_id("stPopoverBody").get_by_test_id("stCode").first
    expect(code).to_contain_text("?v=")
    link = "/" + code.inner_text().strip().split("/", 3)[3]
    assert opened.console_errors == []  # type: ignore[attr-defined]
    opened.context.close()

    # come back by the link, and compare with a prepared one
    again = page(link, width=1280, height=720)
    expect(again.get_by_test_id("live-score").last).to_contain_text(changed)
    go(again, "So sánh")
    compared = again.get_by_test_id("stMain")
    expect(compared.locator("h2")).to_contain_text("cho kết quả cao nhất")
    expect(compared.locator(".js-plotly-plot .main-svg").first).to_be_visible()

    # present: the room sees nothing but the slides, and steps through them by keys
    button(again, "Trình chiếu")
    expect(again.get_by_test_id("stSidebar")).to_be_hidden()
    place = again.get_by_text(re.compile(r"^1/\d$"))
    expect(place).to_be_visible()
    again.keyboard.press("ArrowRight")
    expect(again.get_by_text(re.compile(r"^2/\d$"))).to_be_visible()
    expect(again.get_by_test_id("stMain")).to_contain_text(changed)
    again.keyboard.press("Escape")
    expect(again.get_by_role("heading", name="So sánh", exact=True)).to_be_visible()
    settle(again)  # the heading stands before the rest of the page is drawn

    # in English; the minutes too
    again.get_by_role("radio", name="English", exact=True).click()
    expect(again.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    go(again, "Scenarios")
    again.get_by_role("radio", name="This session", exact=True).click()
    settle(again)
    with again.expect_download() as download:
        again.get_by_role("button", name="Download the minutes (Word)").click()
    minutes = docx.Document(str(Path(download.value.path())))
    words = "\n".join(paragraph.text for paragraph in minutes.paragraphs)
    words += "\n".join(cell.text for table in minutes.tables for cell in table._cells)
    assert "Giao ban tháng 10" in words and changed.replace(",", ".") in words
    assert again.console_errors == []  # type: ignore[attr-defined]
