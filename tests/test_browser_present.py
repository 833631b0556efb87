"""A meeting: one click in, keys of a presenter, nothing but the slide, one click out."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import TALKS, settle, wait_ready
from core.scenario.files import to_link
from core.scenario.model import Change, Scenario
from screens import fits, found_by_axe

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PROJECTOR = {"width": 1280, "height": 720}
LEVER = "Số hóa hồ sơ, kết quả giải quyết, phần trăm"
PACE, OPENED = "Không có kịch bản", "Kịch bản đang mở"
SEEN = re.compile(r"hạng (≈\s)?\d+/34")
# a name of the greatest length, and more changes than there is room for
LONG = ("Số hóa toàn bộ hồ sơ ở cấp xã, thanh toán trực tuyến mọi thủ tục có phí " * 2)[:120]


def crowded(dataset: str) -> str:
    """A link to a scenario that fills a slide."""
    changes = [
        Change(unit=unit, component=component, mode="add", value=0.1, ramp_weeks=6)
        for component in ("digitized", "on_time")
        for unit in ("*", "level:department")
    ]
    return to_link(Scenario(dataset=dataset, title=LONG, changes=tuple(changes)))


def enter(page: Page) -> None:
    page.get_by_role("button", name="Trình chiếu", exact=True).click()
    expect(place(page)).to_be_visible()
    wait_ready(page)


def place(page: Page) -> Locator:
    """Where a slide stands among all: `2/4`."""
    return page.locator(".st-key-present_place")


def expect_slide(page: Page, number: int, count: int, name: str) -> None:
    expect(place(page)).to_have_text(f"{number}/{count}")
    expect_title(page, name)
    wait_ready(page)


def expect_title(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def expect_no_scrolling(page: Page) -> None:
    main = page.get_by_test_id("stMain")
    assert main.evaluate(
        "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]"
    ) == [0, 0]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def expect_accessible(page: Page) -> None:
    """axe-core finds nothing serious or critical; what fades while the script runs has no contrast,
    so it looks once more where the page asked for something meanwhile."""
    for _ in range(5):
        settle(page)
        before = TALKS[page].asked
        found = found_by_axe(page)
        if TALKS[page].asked == before:
            break
    assert found == []


def expect_readable_from_afar(page: Page) -> None:
    """No text of a slide below 24 pixels; the bar above and the buttons below are the presenter's.

    Nothing of it lies below the buttons either."""
    small = page.evaluate(
        """() => {
            const bar = '.st-key-present_bar, .st-key-present_steps, [class*=present_key_]';
            const steps = document.querySelector('.st-key-present_steps').getBoundingClientRect();
            return [...document.querySelectorAll('.stMain *')].filter(one =>
                [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
                && !one.closest(bar) && !one.closest('style, [hidden]')
                && one.getClientRects().length
                && (parseFloat(getComputedStyle(one).fontSize) < 24
                    || one.getBoundingClientRect().bottom > steps.top + 1)
            ).map(one => one.textContent.slice(0, 60));
        }"""
    )
    assert small == []


def test_a_meeting_from_the_first_click_to_the_last(page: Open) -> None:
    """A planner changes a lever, shows it, steps with keys and clicker, and is back at work."""
    opened = page("/simulate?d=phu_tho_2026", **PROJECTOR)
    box = opened.get_by_label(LEVER)
    box.fill("60")
    box.press("Enter")
    expect(opened.get_by_text(re.compile(r"nếu không, [+−]"))).to_be_visible()
    wait_ready(opened)
    door = opened.get_by_role("button", name="Trình chiếu", exact=True)
    expect(door).to_be_in_viewport(ratio=1)
    enter(opened)
    expect_slide(opened, 1, 5, PACE)
    for part in ("stSidebar", "stHeader", "stToolbar", "stExpandSidebarButton"):
        expect(opened.get_by_test_id(part).filter(visible=True)).to_have_count(0)
    assert "w=" in opened.url and "/present?" in opened.url

    opened.keyboard.press("ArrowRight")
    expect_slide(opened, 2, 5, OPENED)
    expect(opened.get_by_text(re.compile("đơn vị dưới 60,0% đạt 60,0%"))).to_be_visible()
    opened.keyboard.press("PageDown")
    expect_slide(opened, 3, 5, OPENED)
    expect(opened.locator("table.duties tr")).to_have_count(11)
    opened.keyboard.press("PageUp")
    expect_slide(opened, 2, 5, OPENED)
    opened.keyboard.press("ArrowLeft")
    expect_slide(opened, 1, 5, PACE)
    step = opened.get_by_role("button", name="Tiếp")
    size = step.bounding_box()
    assert size is not None and size["height"] >= 48
    step.click()
    expect_slide(opened, 2, 5, OPENED)

    opened.reload()
    wait_ready(opened)
    expect_slide(opened, 2, 5, OPENED)
    opened.keyboard.press("ArrowLeft")
    expect_slide(opened, 1, 5, PACE)
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_what_the_door_says_takes_no_click_from_the_control_above(page: Open) -> None:
    """As for somebody who comes back by key: the pointer still rests on the door."""
    opened = page("/compare?d=phu_tho_2026", **PROJECTOR)
    door = opened.get_by_role("button", name="Trình chiếu", exact=True)
    door.hover()
    told = opened.get_by_role("tooltip")
    expect(told).to_be_visible()
    english = opened.get_by_role("radio", name="English", exact=True).bounding_box()
    assert english is not None
    x, y = english["x"] + english["width"] / 2, english["y"] + english["height"] / 2
    over = told.bounding_box()
    assert over is not None and over["y"] < y < over["y"] + over["height"]
    opened.mouse.click(x, y)
    expect(opened.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    expect(told).to_have_count(0)

    # what a mark of help says stays while the pointer is on it
    opened.get_by_role("button", name="Help for Charts as pictures").hover()
    words = told.bounding_box()
    assert words is not None
    opened.mouse.move(words["x"] + words["width"] / 2, words["y"] + words["height"] / 2, steps=8)
    settle(opened)
    expect(told).to_be_visible()


@pytest.mark.parametrize("way", ["button", "key", "back"])
def test_leaving_leads_back_to_unchanged_work(page: Open, way: str) -> None:
    opened = page("/simulate?d=phu_tho_2026&view=time", **PROJECTOR)
    box = opened.get_by_label(LEVER)
    box.fill("60")
    box.press("Enter")
    answer = opened.get_by_text(re.compile(r"nếu không, [+−]"))
    expect(answer).to_be_visible()
    wait_ready(opened)
    before = answer.inner_text()
    enter(opened)
    opened.keyboard.press("ArrowRight")
    expect_slide(opened, 2, 5, OPENED)
    if way == "button":
        opened.get_by_role("button", name="Thoát").click()
    elif way == "key":
        opened.keyboard.press("Escape")
    else:
        opened.go_back()  # as on all pages, what was chosen there is gone back through first
        expect_slide(opened, 1, 5, PACE)
        opened.go_back()
    expect(opened.get_by_role("heading", name="Mô phỏng", exact=True)).to_be_visible()
    expect(opened.get_by_test_id("stSidebar")).to_be_visible()
    expect(answer).to_have_text(before)
    expect(opened.get_by_label(LEVER)).to_have_value("60,0")
    assert "/simulate?" in opened.url
    assert "view=time" in opened.url
    wait_ready(opened)
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_the_room_predicts_before_it_sees(page: Open) -> None:
    """Nothing of the result is in the page until the room asks: Space, Enter or the button."""
    opened = page("/present?d=phu_tho_2026", **PROJECTOR)
    expect(opened.get_by_text(SEEN).first).to_be_visible()
    opened.get_by_role("button", name="Nêu dự kiến trước: tắt").click()
    question = opened.get_by_text("Điểm và hạng đến 31/12/2026 sẽ là bao nhiêu?")
    expect(question).to_be_visible()
    main = opened.get_by_test_id("stMain")
    hidden = main.locator('[class*="st-key-present_horizon"], .live-ladder')
    expect(hidden).to_have_count(0)
    expect_no_scrolling(opened)
    expect_accessible(opened)

    opened.keyboard.press("Space")  # the focus is still on the button pressed last
    expect(hidden).not_to_have_count(0)
    expect(opened.get_by_role("button", name="Nêu dự kiến trước: bật")).to_be_visible()

    opened.keyboard.press("ArrowRight")
    expect(question).to_be_visible()
    expect(hidden).to_have_count(0)
    wait_ready(opened)
    score = opened.get_by_label("Dự kiến điểm")
    score.fill("sáu mươi")
    opened.get_by_role("button", name="Ghi dự kiến").click()
    expect(opened.get_by_text("“sáu mươi” không phải là điểm")).to_be_visible()
    expect(hidden).to_have_count(0)
    noted = opened.get_by_text(re.compile("^Dự kiến của hội nghị: "))
    for typed, place, said in (("60.5", "20", "60,50; hạng 20"), ("63", "9", "60,50 · 63; hạng 9")):
        wait_ready(opened)
        score.fill(typed)
        rank = opened.get_by_label("Dự kiến hạng")
        rank.fill(place)
        rank.press("Enter")  # the first button of what is being typed
        expect(noted).to_contain_text(said)
        expect(hidden).to_have_count(0)
        expect(score).to_have_value("")
    expect_no_scrolling(opened)

    opened.reload()  # in the middle of it
    wait_ready(opened)
    expect(noted).to_contain_text("60,50 · 63; hạng 9 · 20")
    expect(hidden).to_have_count(0)
    opened.get_by_role("button", name="Xem kết quả").click()
    expect(noted).to_contain_text(re.compile(r"Kết quả tính: điểm ≈\s\d\d,\d\d, hạng ≈\s\d+/34\."))
    expect(hidden).not_to_have_count(0)
    expect_no_scrolling(opened)
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_enter_reveals_too(page: Open) -> None:
    opened = page("/present?d=phu_tho_2026", **PROJECTOR)
    opened.get_by_role("button", name="Nêu dự kiến trước: tắt").click()
    expect(opened.get_by_role("button", name="Xem kết quả")).to_be_visible()
    wait_ready(opened)
    opened.keyboard.press("Enter")
    expect(opened.get_by_text(SEEN).first).to_be_visible()
    expect(opened.get_by_role("button", name="Xem kết quả")).to_have_count(0)


def test_escape_closes_the_choice_before_it_leaves(page: Open) -> None:
    opened = page("/present?d=phu_tho_2026", **PROJECTOR)
    opened.get_by_role("button", name="Chọn kịch bản").click()
    body = opened.get_by_test_id("stPopoverBody")
    expect(body).to_be_visible()
    settle(opened)
    opened.keyboard.press("Escape")
    expect(body).to_have_count(0)
    settle(opened)
    assert "/present?" in opened.url
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("heading", name="Tổng quan")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("dataset", ["phu_tho_2026", "binh_phuoc_2025"])
def test_every_slide_fits_a_projector_and_can_be_read(
    page: Open, dataset: str, scheme: str
) -> None:
    """The longest name, the most sentences, and all prepared scenarios."""
    link = f"/present?d={dataset}&s={crowded(dataset)}&kinds=ladder.path.duties"
    opened = page(link, color_scheme=scheme, **PROJECTOR)
    count = int(place(opened).inner_text().split("/")[1])
    assert count >= 3
    for number in range(1, count + 1):
        expect(place(opened)).to_have_text(f"{number}/{count}")
        picture = opened.locator(".live-axis, .js-plotly-plot .main-svg, table.duties")
        expect(picture.first).to_be_visible()
        settle(opened)
        expect_no_scrolling(opened)
        expect_readable_from_afar(opened)
        if number == 3:
            expect_title(opened, LONG)
            expect_accessible(opened)
        opened.keyboard.press("ArrowRight")
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_picture_takes_what_the_words_leave(page: Open, language: str) -> None:
    """Nothing stands empty between a slide's picture and the buttons, and no table is cut off."""
    link = f"/present?d=phu_tho_2026&s={crowded('phu_tho_2026')}&kinds=ladder.path.duties"
    opened = page(f"{link}&language={language}", **PROJECTOR)
    ends = ".live-note, .st-key-present_why"
    for number in range(1, 6):
        expect(place(opened)).to_have_text(re.compile(f"^{number}/"))
        picture = opened.locator(".live-axis, .js-plotly-plot .main-svg, table.duties")
        expect(picture.first).to_be_visible()
        settle(opened)
        table = opened.locator("table.duties")
        if table.count():
            assert table.evaluate("e => e.scrollWidth - e.parentElement.clientWidth") <= 0
        else:
            below = opened.locator(".st-key-present_steps").bounding_box()
            above = opened.locator(ends).last.bounding_box()
            assert below is not None and above is not None
            assert 0 <= below["y"] - above["y"] - above["height"] < 24, number
        opened.keyboard.press("ArrowRight")


def test_a_phone_and_an_office_screen(page: Open) -> None:
    link = f"/present?d=binh_phuoc_2025&s={crowded('binh_phuoc_2025')}"
    for width, height in [(390, 844), (1366, 768)]:
        opened = page(link, width=width, height=height)
        opened.get_by_role("button", name="Tiếp").click()
        expect_title(opened, LONG)
        wait_ready(opened)
        assert fits(opened), width


def test_the_picture_takes_what_a_larger_screen_leaves(page: Open) -> None:
    link = f"/present?d=binh_phuoc_2025&s={crowded('binh_phuoc_2025')}&kinds=path"
    opened = page(link, width=1920, height=1080)
    opened.get_by_role("button", name="Tiếp").click()
    expect_title(opened, LONG)
    wait_ready(opened)
    picture = opened.locator(".js-plotly-plot").bounding_box()
    assert picture is not None and picture["height"] > 500
    axis = opened.locator(".js-plotly-plot .ytick").all_inner_texts()
    opened.get_by_role("button", name="Tiếp").click()
    expect(place(opened)).to_have_text(re.compile("^3/"))
    settle(opened)
    assert opened.locator(".js-plotly-plot .ytick").all_inner_texts() == axis
    expect_no_scrolling(opened)


def test_scores_and_ranks_stand_on_one_line_on_every_projector(page: Open) -> None:
    """Type follows the screen; on none may it break "86,25 điểm" in two."""
    opened = page("/present?d=binh_phuoc_2025", width=1024, height=768)
    for width, height in [(1024, 768), (1280, 720), (1280, 1024), (1920, 1080), (2560, 1080)]:
        opened.set_viewport_size({"width": width, "height": height})
        for figure in ("score", "rank"):
            shown = opened.locator(f'[class*="st-key-present_{figure}"] > :first-child p')
            lines = shown.evaluate_all(
                "all => all.map(e => e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))"
            )
            assert len(lines) == 3 and max(lines) < 1.5, (width, height, lines)


def test_paper_gets_the_slide_and_no_buttons(page: Open) -> None:
    opened = page("/present?d=phu_tho_2026", **PROJECTOR)
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    near = opened.locator(".live-near")
    assert near.evaluate("e => e.getBoundingClientRect().right - window.innerWidth") <= 0
    expect(opened.get_by_role("heading", name=PACE)).to_be_visible()
    expect(opened.get_by_text(SEEN).first).to_be_visible()
    expect(opened.get_by_role("button").filter(visible=True)).to_have_count(0)


def test_the_name_of_the_own_province_stands_above_every_dot(page: Open) -> None:
    """63 provinces lie in more rows than 34."""
    opened = page("/present?d=binh_phuoc_2025", **PROJECTOR)
    expect(opened.locator(".live-large .live-dot")).to_have_count(62)
    settle(opened)
    hidden = opened.evaluate(
        """() => {
            const name = document.querySelector('.live-flag').getBoundingClientRect();
            return [...document.querySelectorAll('.live-dot')].filter(
                dot => dot.getBoundingClientRect().top < name.bottom - 4).length;
        }"""
    )
    assert hidden == 0


def test_a_change_and_its_cross_are_one_line_on_a_phone(page: Open) -> None:
    opened = page(f"/simulate?d=phu_tho_2026&s={crowded('phu_tho_2026')}", width=390, height=844)
    line = opened.locator("[class*=st-key-revocable-]").first
    cross = line.get_by_role("button").bounding_box()
    words = line.get_by_test_id("stMarkdown").bounding_box()
    assert cross is not None and words is not None
    assert cross["x"] >= words["x"] + words["width"]
    assert words["y"] <= cross["y"] + cross["height"] / 2 <= words["y"] + words["height"]
