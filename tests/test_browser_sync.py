"""Two lists of dossiers in a real browser: uploaded, matched, and the findings taken away."""

import io
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from conftest import PATIENCE, settle, wait_ready
from core.dataset.load import find_dataset, load_dataset
from core.dossiers.folders import PREFIX
from tests import dossier_lists
from tests.dossier_lists import write_lists

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
DATASET = "phu_tho_2026"


def choose(page: Page, side: str, path: Path) -> None:
    """Upload a list and wait until its columns are asked for."""
    page.locator(f'[class*="st-key-upload-{side}"] input[type=file]').set_input_files(path)
    page.locator(f'[class*="st-key-dossier_id"][class*="-{side}-"]').wait_for()
    wait_ready(page)


def test_a_planner_finds_the_dossiers_that_did_not_arrive(
    page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = load_dataset(find_dataset(DATASET)).units
    monkeypatch.setattr(dossier_lists, "UNITS", units[units["level"] == "commune"])
    provincial, national, truth = write_lists(tmp_path, 3000, 20, seed=2)
    opened = page(f"/sync?d={DATASET}", width=390, height=844)
    opened.get_by_text("Danh sách hồ sơ", exact=True).click()
    choose(opened, "provincial", provincial)
    choose(opened, "national", national)
    opened.get_by_role("button", name="Đối soát").click()
    expect(opened.get_by_role("heading", name="Mọi dòng đều được tính đến")).to_be_visible()
    wait_ready(opened)
    answer = opened.get_by_role("heading", name=re.compile("hồ sơ của Cổng DVC tỉnh"))
    expect(answer).to_contain_text("20 hồ sơ (0,68%) chưa có trên Cổng DVCQG")
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Tải toàn bộ danh sách này").click()
    assert download.value.suggested_filename == "missing.xlsx"
    content = Path(download.value.path()).read_bytes()
    lines = openpyxl.load_workbook(io.BytesIO(content)).active.values
    place = list(next(lines)).index("Mã hồ sơ")
    assert {line[place] for line in lines} == truth.defects["missing"]
    sizes = opened.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert sizes[0] <= sizes[1]
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_dumbbells_name_long_binh_first(page: Open) -> None:
    opened = page("/sync?d=binh_phuoc_2025", width=1280, height=720)
    expect(opened.get_by_role("heading", name=re.compile("UBND xã Long Bình"))).to_be_visible()
    labels = opened.locator(".js-plotly-plot .ytick text")
    expect(labels.first).to_have_text("Xã Long Bình")
    expect(labels).to_have_count(16)
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_a_planner_says_which_unit_an_unknown_name_is(page: Open, tmp_path: Path) -> None:
    """`Sở NN&MT` is unknown until the planner takes the suggestion; then the match is redone."""
    heading, name = "Mã hồ sơ,Đơn vị,Số hóa\n", "Sở Nông nghiệp và Môi trường"
    ours, theirs = tmp_path / "tỉnh.csv", tmp_path / "quốc gia.csv"
    rows = [f"{n},Sở NN&MT,{'có' if n < 6 else 'không'}\n" for n in range(1, 11)]
    ours.write_text(heading + "".join(rows), encoding="utf-8")
    theirs.write_text(heading + "".join(rows[:4]), encoding="utf-8")
    opened = page(f"/sync?d={DATASET}&sync_view=lists", width=1280, height=720)
    choose(opened, "provincial", ours)
    choose(opened, "national", theirs)
    opened.get_by_role("button", name="Đối soát").click()
    expect(opened.get_by_text("Tỷ lệ tăng vì mẫu số giảm")).to_be_visible()
    again = opened.get_by_role("button", name="Đối soát lại với các tên đã chỉ định")
    expect(again).to_be_disabled()
    units = opened.get_by_role("combobox", name=re.compile("Sở NN&MT"))
    units.scroll_into_view_if_needed()
    settle(opened)  # scrolling and what is still being drawn close the list of units
    units.click()
    opened.get_by_role("option", name=f"{name} (gợi ý: tên gần giống)").click()
    expect(again).to_be_enabled()
    wait_ready(opened)
    again.click()
    expect(opened.get_by_text(f"Theo chỉ định, “Sở NN&MT” là {name}.")).to_be_visible()
    expect(opened.locator(".js-plotly-plot .ytick text").first).to_contain_text("Sở Nông nghiệp")
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_the_server_deletes_the_lists_of_a_page_that_was_closed(page: Open, tmp_path: Path) -> None:
    """About a minute after: no other visit comes, and nobody presses a button."""
    mine = tmp_path / "tỉnh.csv"
    mine.write_text(f"Mã hồ sơ,Đơn vị\n{tmp_path},Sở Y tế\n", encoding="utf-8")
    opened = page(f"/sync?d={DATASET}&sync_view=lists", width=1280, height=720)
    choose(opened, "provincial", mine)
    lists = Path(tempfile.gettempdir()).glob(f"{PREFIX}*/*.*/*/*")
    (stored,) = [
        path for path in lists if path.is_file() and path.read_bytes() == mine.read_bytes()
    ]
    opened.close()
    deadline = time.monotonic() + 60 + PATIENCE / 1000
    while stored.parent.exists() and time.monotonic() < deadline:
        time.sleep(1)
    assert not stored.parent.exists()
    assert stored.parents[2].is_dir()  # the server's own, for the next visit
