"""A chair's meeting from the first page to paper, and a planner's without a mouse."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from conftest import settle, wait_ready
from test_browser_keyboard import tab_to

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LEVER = "Số hóa hồ sơ, kết quả giải quyết"


def figures(page: Page) -> list[str]:
    """Score and rank of the last card, and where the own dot stands on the ladder."""
    card = page.locator(".live-card").last
    dot = page.locator(".live-own").evaluate("e => e.style.left")
    return [
        card.locator(".live-score").inner_text(),
        card.locator(".live-rank b").inner_text(),
        dot,
    ]


def test_a_chair_reads_pulls_presents_guesses_reloads_and_prints(page: Open) -> None:
    opened = page("/?d=phu_tho_2026", width=1280, height=720)

    # where we stand, and why the rank would fall without action
    main = opened.get_by_test_id("stMain")
    expect(main.locator("h2")).to_contain_text("Phú Thọ đạt 61,89 điểm, hạng 16/34")
    expect(main).to_contain_text(re.compile(r"hạng ≈\s30/34 .*nếu giữ nguyên tỷ lệ"))
    expect(main).to_contain_text("các tỉnh khác dự kiến tăng bình quân 3,6 điểm")
    expect(opened.locator(".live-near")).to_contain_text("Thái Nguyên")
    for large in (".live-score >> nth=0", ".live-rank b >> nth=1", ".live-axis"):
        expect(opened.locator(large)).to_be_in_viewport(ratio=1)

    # all communes to 60 %: the ladder moves while the thumb is held
    opened.get_by_test_id("stSidebarNav").get_by_role("link", name="Mô phỏng").click()
    settle(opened)
    opened.get_by_role("radio", name="Theo cấp").click()
    settle(opened)
    expect(opened.get_by_text("Chọn một cấp để điều chỉnh.")).to_be_visible()
    opened.get_by_role("radio", name="Cấp xã", exact=True).click()
    settle(opened)
    opened.get_by_role("radio", name="Đến 31/12/2026").click()
    settle(opened)
    thumb = opened.get_by_role("slider", name=LEVER, exact=True)
    box = thumb.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    held = []
    opened.mouse.move(box["x"] + 10 + 0.45 * (box["width"] - 20), y)
    opened.mouse.down()
    for part in (0.45, 0.52, 0.60):
        opened.mouse.move(box["x"] + 10 + part * (box["width"] - 20), y)
        opened.wait_for_timeout(50)
        held.append(figures(opened))
    scores, _, dots = zip(*held, strict=True)
    assert len(set(scores)) == 3 and len(set(dots)) == 3, "they move with the thumb"
    opened.mouse.up()
    settle(opened)
    number = opened.get_by_label(f"{LEVER}, phần trăm")
    expect(number).to_have_value("60,0")
    answer = main.locator("h2")
    expect(answer).to_contain_text("nếu thực hiện")
    before = figures(opened)
    assert before == held[-1]

    # the room guesses first, the browser is reloaded in the middle, then it sees
    opened.get_by_role("button", name="Trình chiếu", exact=True).click()
    settle(opened)
    opened.get_by_role("button", name="Nêu dự kiến trước: tắt").click()
    settle(opened)
    opened.keyboard.press("ArrowRight")
    expect(opened.get_by_text("Điểm và hạng đến 31/12/2026 sẽ là bao nhiêu?")).to_be_visible()
    for score, rank in (("66,5", "12"), ("65", "18")):
        settle(opened)
        opened.get_by_label("Dự kiến điểm").fill(score)
        opened.get_by_label("Dự kiến hạng").fill(rank)
        opened.get_by_role("button", name="Ghi dự kiến").click()
    noted = opened.get_by_text(re.compile("^Dự kiến của hội nghị: điểm 65 · 66,50; hạng 12 · 18"))
    expect(noted).to_be_visible()
    opened.reload()
    wait_ready(opened)
    expect(noted).to_be_visible()
    expect(main).not_to_contain_text(before[0])
    settle(opened)
    opened.get_by_role("button", name="Xem kết quả").click()
    expect(noted).to_contain_text(f"Kết quả tính: điểm {before[0]}, hạng {before[1]}.")
    expect(opened.locator(".live-large .live-flag")).to_contain_text("Phú Thọ")
    settle(opened)
    opened.keyboard.press("ArrowRight")
    expect(opened.locator("table.duties")).to_contain_text("UBND")
    settle(opened)

    # back where we were, and on paper
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("heading", name="Mô phỏng", exact=True)).to_be_visible()
    settle(opened)
    expect(number).to_have_value("60,0")
    assert figures(opened) == before
    sheets = PdfReader(io.BytesIO(opened.pdf(format="A4"))).pages
    words = re.sub(r"\s+", "", sheets[0].extract_text())
    for one in before[:2]:
        assert re.sub(r"\s+", "", one) in words
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_a_planner_goes_the_whole_way_by_keyboard(page: Open) -> None:
    """To Simulate, a lever moved, saved under a name, presented, and left again; no mouse."""
    opened = page("/?d=phu_tho_2026", width=1280, height=720)
    tab_to(opened, "Mô phỏng")
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", name="Mô phỏng", exact=True)).to_be_visible()
    settle(opened)
    tab_to(opened, LEVER, "range")
    for _ in range(3):
        opened.keyboard.press("PageUp")  # ten steps of the thumb
    settle(opened)
    expect(opened.get_by_test_id("stMain").locator("h2")).to_contain_text("nếu thực hiện")

    tab_to(opened, "Lưu", key="Shift+Tab")
    opened.keyboard.press("Enter")
    expect(opened.get_by_label("Tên kịch bản")).to_be_visible()
    settle(opened)
    tab_to(opened, "Tên kịch bản")
    opened.keyboard.type("Bằng bàn phím")
    opened.keyboard.press("Tab")
    if "Tên của bạn" not in _focused(opened):
        tab_to(opened, "Tên của bạn")
    opened.keyboard.type("Lan")
    opened.keyboard.press("Tab")
    settle(opened)
    if "Lưu kịch bản" not in _focused(opened):
        tab_to(opened, "Lưu kịch bản")
    opened.keyboard.press("Enter")
    expect(opened.get_by_text("Đã lưu: “Bằng bàn phím”, bản 1.")).to_be_visible()
    settle(opened)
    opened.keyboard.press("Escape")
    settle(opened)

    tab_to(opened, "Trình chiếu", key="Shift+Tab")
    opened.keyboard.press("Enter")
    expect(opened.locator(".st-key-present_place")).to_be_visible()
    settle(opened)
    opened.keyboard.press("PageDown")
    expect(opened.get_by_role("heading", level=1, name="Bằng bàn phím")).to_be_visible()
    settle(opened)
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("heading", name="Mô phỏng", exact=True)).to_be_visible()
    assert opened.console_errors == []  # type: ignore[attr-defined]


def _focused(page: Page) -> str:
    return str(
        page.evaluate(
            "() => document.activeElement.getAttribute('aria-label') "
            "|| document.activeElement.innerText || ''"
        )
    )
