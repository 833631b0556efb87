"""The Allocate page in a real browser: from a goal to a scenario, and on a phone."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import settle
from screens import fits

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
ALLOCATE = "/goalseek?d=phu_tho_2026"


def test_a_goal_becomes_the_scenario(page: Open) -> None:
    """A planner asks for 63 points, takes the plan over and finds it in Simulate."""
    opened = page(ALLOCATE)
    expect(opened.get_by_text(re.compile("Hiệu quả nhất là Hồ sơ giải quyết"))).to_be_visible()
    opened.get_by_text("Đạt mục tiêu", exact=True).click()
    settle(opened)
    opened.get_by_text("Tổng điểm", exact=True).click()
    settle(opened)
    goal = opened.get_by_label("Ít nhất, điểm")
    goal.fill("63")
    goal.press("Enter")
    expect(opened.get_by_text(re.compile(r"63\sđiểm đạt được"))).to_be_visible()
    settle(opened)  # the sentence is there before the button below it
    opened.get_by_role("button", name="Đưa thành kịch bản của tôi").click()
    expect(opened.get_by_text("Đây đang là kịch bản của tôi.")).to_be_visible()
    settle(opened)  # the link is there before the tables below it
    opened.get_by_test_id("stMain").get_by_role("link", name="Xem trong Mô phỏng").click()
    expect(opened.get_by_text(re.compile(r"nếu không, [+−]"))).to_be_visible()
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_no_view_scrolls_sideways_on_a_phone(page: Open) -> None:
    opened = page(ALLOCATE, width=390, height=844)
    for name in ("Ưu tiên ở đâu", "Đạt mục tiêu", "Phân rã chỉ tiêu"):
        opened.get_by_text(name, exact=True).click()
        settle(opened)
        assert fits(opened), name
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_the_strongest_move_and_its_file(page: Open) -> None:
    """What lies there is said with its figures; the file opens right in a Vietnamese Excel."""
    opened = page(ALLOCATE, width=1280, height=720)
    there = "25.179 trong 69.234 hồ sơ chưa đạt của toàn tỉnh nằm ở đây"
    expect(opened.get_by_text(re.compile(there))).to_be_visible()
    expect(opened.get_by_text(re.compile(r"91,43% thay vì 88,42%"))).to_be_visible()
    with opened.expect_download() as download:
        table = opened.get_by_test_id("stDownloadButton")
        table.get_by_role("button", name="Tải về dạng CSV").click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    # its partner counts the same dossiers
    pair = "Hồ sơ giải quyết đúng hạn, kèm: Hài lòng trong tiếp nhận, giải quyết TTHC"
    assert rows[1][:2] == ["Sở Nông nghiệp và Môi trường", pair]
    assert rows[1][2].startswith("69,9")
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_a_limit_for_one_unit(page: Open) -> None:
    """A planner holds one department to 72.5 % of new dossiers, mistypes first, and sees it."""
    opened = page(f"{ALLOCATE}&goal_view=seek", width=1280, height=720)
    opened.get_by_text("Điều kiện và giả định của phương án").click()
    unit = "Sở Nông nghiệp và Môi trường"
    whom = opened.get_by_role("combobox", name="Của ai")
    whom.scroll_into_view_if_needed()
    settle(opened)  # scrolling and what is still being drawn close the list of names
    whom.click()
    whom.fill("Nông nghiệp và")
    opened.get_by_role("option", name=unit).click()
    settle(opened)
    box = opened.get_by_label("Tối đa, %")
    box.fill("nhiều")
    box.press("Enter")
    expect(opened.get_by_text("Hãy viết một số từ 0 đến 100")).to_be_visible()
    box.fill("72,5")
    box.press("Enter")
    expect(
        opened.get_by_text(re.compile(rf"{unit} – Mọi chỉ số điều chỉnh: tối đa 72,5%"))
    ).to_be_visible()
    expect(opened.get_by_text("Hãy viết một số từ 0 đến 100")).to_have_count(0)
    assert opened.console_errors == []  # type: ignore[attr-defined]
