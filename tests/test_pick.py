"""Pickers from many names find what is typed without accents."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from conftest import wait_ready
from core.text import called_like, fold
from worlds import open_app

Open = Callable[..., Page]
NAMES = {
    "a": "UBND xã Đoan Hùng",
    "b": "UBND xã Hùng Việt",
    "c": "Sở Y tế",
    "d": "Sở Y tế dự phòng",
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("doan hung", ["a"]),
        ("ĐOAN  HÙNG", ["a"]),
        ("hung doan", ["a"]),
        ("so y te", ["c"]),  # the whole name before names that contain it
        ("xa", ["a", "b"]),
        ("y te du", ["d"]),
        ("ha noi", []),
        ("  ", []),
    ],
)
def test_whom_people_mean(typed: str, found: list[str]) -> None:
    assert called_like(typed, NAMES) == found


@given(st.sampled_from(sorted(NAMES)))
def test_a_whole_name_is_found_however_it_is_typed(code: str) -> None:
    assert called_like(fold(NAMES[code]).upper(), NAMES) == [code]


def test_a_unit_typed_without_accents_is_chosen() -> None:
    app = open_app("phu_tho_2026", page="simulate.py")
    app.session_state["scope_kind"] = "unit"
    app.run()
    app.multiselect(key="scope_units").set_value(["doan hung", "khong co xa nay", "so"]).run()
    assert app.multiselect(key="scope_units").value == ["H44.123"]
    assert any("khong co xa nay" in caption.value for caption in app.caption)
    assert not app.exception


@pytest.mark.browser
def test_a_picker_finds_without_accents(page: Open) -> None:
    opened = page("/simulate?d=phu_tho_2026")
    opened.get_by_role("radio", name="Chọn đơn vị").click()
    wait_ready(opened)
    box = opened.get_by_role("combobox", name=re.compile("Đơn vị$"))
    box.fill("doan hung")
    box.press("Enter")
    expect(opened.get_by_text("UBND xã Đoan Hùng").first).to_be_visible()
    box.fill("abcxyz")
    box.press("Enter")
    expect(opened.get_by_text("Không có tên nào là “abcxyz”.")).to_be_visible()
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.browser
def test_the_dataset_is_found_without_accents(page: Open) -> None:
    opened = page("/?d=phu_tho_2026")
    box = opened.get_by_role("combobox", name="Dữ liệu")
    box.fill("binh phuoc 2024")
    box.press("Enter")
    expect(opened.get_by_text("Bình Phước").first).to_be_visible()
    wait_ready(opened)
    assert "d=binh_phuoc_2024" in opened.url
