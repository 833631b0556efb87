"""The main story without a mouse: reach a lever by Tab, move it, take it back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from conftest import settle

pytestmark = pytest.mark.browser
LEVER = "Số hóa hồ sơ, kết quả giải quyết"
FOCUSED = """() => {
    const e = document.activeElement;
    const says = ['A', 'BUTTON', 'SUMMARY'].includes(e.tagName) ? e.innerText : '';
    const name = e.getAttribute('aria-label') || says;
    return [name.trim(), e.tagName, e.type || ''];
}"""
# what the browser draws around the focused element or the thumb that holds it
RING = """() => {
    const e = document.activeElement;
    const near = [
        e, e.parentElement, e.parentElement.parentElement, e.nextElementSibling,
        e.closest('canvas'),  // a table's cells for screen readers lie inside its drawing
    ];
    return near.filter(Boolean).some(one => {
        const s = getComputedStyle(one);
        return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0)
            || s.boxShadow !== 'none';
    });
}"""
MOST = 60  # presses of Tab until a control must have come


def tab_to(page: Page, name: str, kind: str = "", key: str = "Tab") -> list[str]:
    """Press Tab until the control has the focus; the names of what came on the way."""
    seen = []
    for _ in range(MOST):
        page.keyboard.press(key)
        label, _, kind_there = page.evaluate(FOCUSED)
        if name in label and kind in kind_there:
            return seen
        seen.append(label)
    pytest.fail(f"Tab does not reach {name}: {seen}")


def test_a_lever_is_moved_and_taken_back_by_keyboard(page: Callable[..., Page]) -> None:
    opened = page("/simulate?d=phu_tho_2026")
    opened.locator(".stHtml style").first.wait_for(state="attached")
    way = tab_to(opened, LEVER, "range")
    order = ["Tổng quan", "Mọi đơn vị", "Kết nối kho dữ liệu cá nhân"]
    places = [next(n for n, one in enumerate(way) if name in one) for name in order]
    assert places == sorted(places), "pages, then the scope, then the levers as they stand"
    assert opened.evaluate(RING)
    opened.keyboard.press("ArrowRight")  # from 24,3 % to the next step of the slider
    answer = opened.get_by_text(re.compile(r"nếu không, [+−]"))
    expect(answer).to_be_visible()
    settle(opened)
    # the box beside it is the next stop, and holds the same rate
    tab_to(opened, f"{LEVER}, phần trăm")
    assert opened.evaluate(RING)
    expect(opened.get_by_label(f"{LEVER}, phần trăm")).not_to_have_value("24,3")

    settle(opened)
    tab_to(opened, "Hoàn tác", key="Shift+Tab")  # it stands above the levers
    assert opened.evaluate(RING)
    opened.keyboard.press("Enter")
    expect(answer).to_have_count(0)
    settle(opened)  # until then the levers of the run before may stand beside the new ones
    expect(opened.get_by_label(f"{LEVER}, phần trăm")).to_have_value("24,3")
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/", "/targets", "/goalseek", "/compare", "/saved", "/method"])
def test_the_focus_is_seen_on_every_control(page: Callable[..., Page], path: str) -> None:
    opened = page(path)
    opened.locator(".stHtml style").first.wait_for(state="attached")
    names = []
    for _ in range(30):
        opened.keyboard.press("Tab")
        name, tag, _ = opened.evaluate(FOCUSED)
        if tag == "BODY":
            break
        names.append(name)
        # a part that scrolls is a stop too; it shows where it is by scrolling
        assert tag in ("MAIN", "DIV", "SECTION") or opened.evaluate(RING), f"none: {name or tag}"
    assert len(set(names)) > 12
