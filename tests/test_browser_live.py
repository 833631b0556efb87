"""The live panel under a real hand: mouse, finger and keys, in the running app."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from conftest import PATIENCE, Server, collect_errors, new_visitor, settle, wait_ready

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
DIGITIZED = "Số hóa hồ sơ, kết quả giải quyết"
HAND: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


def figures(page: Page) -> str:
    """All that the cards and the ladder's table say, but for what no thumb moves."""
    cards = page.locator(".live-card").all()
    said = [card.locator(part).inner_text() for card in cards for part in CARD]
    return "|".join([*said, page.locator(".live-near").inner_text()])


CARD = (".live-score", ".live-change", ".live-rank")


def slider(page: Page, name: str = DIGITIZED) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def hold(page: Page, thumb: Locator, part: float) -> None:
    """Press the mouse on a slider's track, `part` of its way along."""
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10 + part * (box["width"] - 20), box["y"] + box["height"] / 2)
    page.mouse.down()


def drag(page: Page, thumb: Locator, part: float) -> None:
    """Move the mouse that holds a thumb, in a few steps, to `part` of the slider's track."""
    box = thumb.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10 + part * (box["width"] - 20), box["y"] + 3, steps=4)


def neighbours_said_wrong(page: Page) -> list[list[str]]:
    """The ladder's rows of which the words and the scores do not agree."""
    rows = page.locator(".live-near tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )

    def score(row: list[str]) -> float:
        return float(row[2].replace("≈", "").strip().replace(",", "."))

    (own,) = (score(row) for row in rows if not row[3])
    signs = {"để vượt": 1, "kém": -1, "bằng điểm": 0}
    wrong = []
    for row in rows:
        said = [sign for words, sign in signs.items() if words in row[3]]
        gap = round(score(row) - own, 2)
        if row[3] and said != ([] if "sát điểm" in row[3] else [(gap > 0) - (gap < 0)]):
            wrong.append(row)
    return wrong


@pytest.mark.parametrize("dataset", ["phu_tho_2026", "binh_phuoc_2025", "binh_phuoc_2024"])
def test_what_is_shown_while_held_is_shown_after_release(page: Open, dataset: str) -> None:
    opened = page(f"/simulate?d={dataset}", width=1280, height=720)
    thumb = opened.locator(".live-lever input[type=range]").first
    seen = set()
    for place in range(20):
        hold(opened, thumb, (place + 7.6) % 20 / 20)
        drag(opened, thumb, (place + 0.37) / 20)
        # where unit rates are estimated the ranks are asked for when a lever is taken
        expect(opened.locator(".live-rank b").filter(has_text="…")).to_have_count(0)
        held = figures(opened), thumb.get_attribute("aria-valuetext")
        opened.mouse.up()
        settle(opened)
        expect(opened.locator(".live-waiting")).to_have_count(0)
        assert (figures(opened), thumb.get_attribute("aria-valuetext")) == held
        assert neighbours_said_wrong(opened) == []
        seen.add(held)
    assert len(seen) > 15
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_a_lever_pulled_down_lowers_and_says_so(page: Open) -> None:
    opened = page("/simulate?d=phu_tho_2026", width=1280, height=720)
    box = opened.get_by_label("Hồ sơ thanh toán trực tuyến, phần trăm")
    box.fill("40")
    box.press("Enter")
    settle(opened)
    last = opened.locator(".live-card").last
    expect(last.locator(".live-change")).to_have_text(re.compile("^−"))
    expect(last.locator(".live-change")).to_have_attribute("data-sign", "down")
    expect(opened.get_by_text("mọi đơn vị cùng giảm")).to_be_visible()
    expect(box).to_have_value("40,0")


def test_a_page_whose_line_was_cut_runs_again_by_itself(page: Open) -> None:
    """As after the end of its process: nobody has to press anything."""
    opened = page("/simulate?d=phu_tho_2026")
    lines: list[tuple[WebSocketRoute, list[str | bytes]]] = []

    def pass_on(line: WebSocketRoute) -> None:
        there, said = line.connect_to_server(), list[str | bytes]()
        lines.append((line, said))

        def tell(message: str | bytes) -> None:
            said.append(message)
            there.send(message)

        line.on_message(tell)

    opened.route_web_socket(re.compile("_stcore/stream"), pass_on)
    opened.reload()
    wait_ready(opened)
    lines[0][0].close(code=1012)
    deadline = time.monotonic() + PATIENCE / 1000
    while not (len(lines) > 1 and lines[1][1]) and time.monotonic() < deadline:
        opened.wait_for_timeout(100)
    message = lines[1][1][0]
    assert isinstance(message, bytes)
    assert BackMsg.FromString(message).HasField("rerun_script")
    wait_ready(opened)


def test_a_level_that_is_not_chosen_asks_for_one(page: Open) -> None:
    opened = page("/simulate?d=phu_tho_2026", width=1280, height=720)
    opened.get_by_text("Theo cấp", exact=True).click()
    settle(opened)
    expect(opened.get_by_text("Chọn một cấp để điều chỉnh.")).to_be_visible()
    expect(opened.get_by_role("slider")).to_have_count(0)


def test_the_first_move_shifts_nothing(page: Open) -> None:
    opened = page("/simulate?d=phu_tho_2026", width=1280, height=720)
    thumb = slider(opened)
    settle(opened)
    before = thumb.bounding_box()
    thumb.focus()
    opened.keyboard.press("ArrowRight")
    settle(opened)
    expect(opened.get_by_text(re.compile(r"nếu không, [+−]"))).to_be_visible()
    after = thumb.bounding_box()
    assert before is not None and after is not None
    assert abs(after["y"] - before["y"]) < 2
    assert after["width"] == pytest.approx(before["width"], abs=1)


def test_a_projector_shows_the_answer_the_ladder_and_four_levers(page: Open) -> None:
    opened = page("/simulate?d=phu_tho_2026", width=1280, height=720)
    for part in ("h2", ".live-cards", ".live-axis", ".live-near"):
        expect(opened.locator(part).first).to_be_in_viewport(ratio=1)
    whole = [
        box["y"] + box["height"] <= 720
        for one in opened.locator(".live-lever").all()
        if (box := one.bounding_box())
    ]
    assert sum(whole) >= 4


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_score_and_rank_stay_in_sight_while_levers_scroll(
    page: Open, size: tuple[int, int]
) -> None:
    opened = page("/simulate?d=phu_tho_2026", width=size[0], height=size[1])
    opened.get_by_role("button", name=re.compile("^Thêm .* chỉ số")).click()
    settle(opened)
    last = opened.locator(".live-lever").last
    last.scroll_into_view_if_needed()
    expect(opened.locator(".live-score").last).to_be_in_viewport()
    expect(opened.locator(".live-rank b").last).to_be_in_viewport()
    wide, shown = opened.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= shown


def touch(finger: CDPSession, kind: str, x: float = 0, y: float = 0) -> None:
    points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
    finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def swipe(page: Page, finger: CDPSession, by: tuple[float, float], part: float) -> None:
    """A finger that begins on the digitisation slider, `part` of its way along, and goes `by`."""
    box = slider(page).bounding_box()
    assert box is not None
    x, y = box["x"] + part * box["width"], box["y"] + box["height"] / 2
    touch(finger, "touchStart", x, y)
    for step in range(1, 11):
        touch(finger, "touchMove", x + by[0] * step / 10, y + by[1] * step / 10)
        page.wait_for_timeout(16)
    touch(finger, "touchEnd")
    page.wait_for_timeout(100)


def test_a_finger_scrolls_the_page_or_moves_the_thumb(server: Server, windowed: Browser) -> None:
    opened = new_visitor(windowed, **HAND).new_page()
    errors = collect_errors(opened)
    opened.goto(f"{server.url}/simulate?d=phu_tho_2026")
    wait_ready(opened)
    finger = opened.context.new_cdp_session(opened)
    thumb = slider(opened)
    thumb.scroll_into_view_if_needed()
    opened.wait_for_timeout(300)
    start = thumb.input_value()
    main = opened.get_by_test_id("stMain")
    scrolled = 0
    for turn in range(20):
        thumb.evaluate("e => e.scrollIntoView({block: 'center'})")  # a finger needs room both ways
        before = main.evaluate("e => e.scrollTop")
        swipe(opened, finger, (3, -140 if turn % 2 else 140), 0.1 + 0.04 * turn)
        scrolled += main.evaluate("e => e.scrollTop") != before
        assert thumb.input_value() == start
    assert scrolled >= 18
    expect(opened.get_by_text(re.compile(r"nếu không, [+−]"))).to_have_count(0)

    thumb.scroll_into_view_if_needed()
    opened.wait_for_timeout(300)
    swipe(opened, finger, (90, 4), 0.4)
    settle(opened)
    assert float(thumb.input_value()) > float(start) + 10
    expect(opened.get_by_text(re.compile(r"nếu không, [+−]")).first).to_be_visible()
    assert errors == []
    opened.context.close()


def test_the_live_region_speaks_once_a_move(page: Open) -> None:
    opened = page("/simulate?d=phu_tho_2026")
    expect(opened.locator(".live-voice")).to_be_attached()
    opened.evaluate(
        """() => { window.heard = []; const voice = document.querySelector('.live-voice');
        new MutationObserver(() => window.heard.push(voice.textContent)).observe(
            voice, {childList: true, characterData: true, subtree: true}) }"""
    )
    hold(opened, slider(opened), 0.5)
    for part in (0.55, 0.6, 0.7):
        box = slider(opened).bounding_box()
        assert box is not None
        opened.mouse.move(box["x"] + part * box["width"], box["y"] + 5)
    assert opened.evaluate("window.heard") == []
    opened.mouse.up()
    settle(opened)
    heard = opened.evaluate("window.heard")
    assert len(heard) == 1
    assert re.search(
        rf"^{DIGITIZED}: [\d,]+%. Đến 31/12/2026: ≈\s\d\d,\d\d điểm, hạng ≈\s\d+/34", heard[0]
    )
    told = slider(opened).get_attribute("aria-valuetext") or ""
    assert re.search(r"%, ≈\s\d\d,\d\d điểm, hạng ≈\s\d+/34$", told)


def test_a_range_is_explained_where_the_first_one_stands(page: Open) -> None:
    """On the cards too; where a sentence above has explained it, no second time."""
    opened = page("/?d=phu_tho_2026")
    ranges = opened.locator(".live-range").filter(has_text="80%")
    expect(ranges).to_have_text([re.compile(r"^\(khoảng tin cậy 80%: \d+\u2060–\u2060\d+\)$")])
    expect(opened.get_by_test_id("stMain").get_by_text("(khoảng tin cậy 80%")).to_have_count(1)
    opened.goto(opened.url.replace("/?", "/simulate?"))
    settle(opened)
    expect(ranges.first).to_have_text(re.compile(r"^\(80%: \d+\u2060–\u2060\d+\)$"))
