"""The Allocate page in a real browser: from a goal to a scenario, and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from conftest import settle, wait_ready

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
ALLOCATE = "/goalseek?d=phu_tho_2026"


def test_a_goal_becomes_the_scenario(page: Open) -> None:
    """A planner asks for 63 points, takes the plan over and finds it in Simulate."""
    opened = page(ALLOCATE)
    expect(opened.get_by_text(re.compile("Đẩy mạnh nhất là Hồ sơ giải quyết"))).to_be_visible()
    opened.get_by_text("Đạt mục tiêu", exact=True).click()
    settle(opened)
    goal = opened.get_by_label("Ít nhất, điểm")
    goal.fill("63")
    goal.press("Enter")
    expect(opened.get_by_text(re.compile(r"63\sđiểm đạt được"))).to_be_visible()
    settle(opened)  # the sentence is there before the button below it
    opened.get_by_role("button", name="Đưa thành kịch bản của tôi").click()
    expect(opened.get_by_text("Đây đang là kịch bản của tôi.")).to_be_visible()
    opened.get_by_test_id("stMain").get_by_role("link", name="Xem trong Mô phỏng").click()
    expect(opened.get_by_text(re.compile("Kịch bản đưa Phú Thọ"))).to_be_visible()
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["Đẩy ở đâu", "Đạt mục tiêu", "Phân rã chỉ tiêu"])
def test_no_view_scrolls_sideways_on_a_phone(page: Open, name: str) -> None:
    opened = page(ALLOCATE, width=390, height=844)
    opened.get_by_text(name, exact=True).click()
    wait_ready(opened)
    widths = opened.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    assert opened.console_errors == []  # type: ignore[attr-defined]
