"""The sensitivity page in a real browser: another date, and the rank in place of the score."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from conftest import settle

pytestmark = pytest.mark.browser


def test_another_date_and_the_rank(page: Callable[..., Page]) -> None:
    opened = page("/sensitivity?d=binh_phuoc_2025")
    answer = opened.get_by_role("heading", name=re.compile("Chỉ số điều chỉnh hiệu quả nhất"))
    expect(answer).to_contain_text("31/12/2025")
    opened.get_by_text("Nếu đạt ngay tại thời điểm số liệu (27/3/2025)", exact=True).click()
    settle(opened)
    expect(answer).to_contain_text(re.compile("đạt ngay tại thời điểm số liệu", re.IGNORECASE))
    opened.get_by_test_id("stMain").get_by_text("Thứ hạng kỳ vọng", exact=True).click()
    settle(opened)
    expect(opened.get_by_test_id("stException")).to_have_count(0)
    assert opened.console_errors == []  # type: ignore[attr-defined]
