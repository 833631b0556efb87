"""Two lists of dossiers in a real browser: uploaded, matched, and the findings taken away."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import wait_ready
from core.dataset import find_dataset, load_dataset
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
    opened = page(f"/sync?d={DATASET}", width=390, height=844, accept_downloads=True)
    opened.get_by_text("Danh sách hồ sơ", exact=True).click()
    choose(opened, "provincial", provincial)
    choose(opened, "national", national)
    opened.get_by_role("button", name="Đối soát").click()
    expect(opened.get_by_role("heading", name="Mọi dòng đều được tính đến")).to_be_visible()
    wait_ready(opened)
    answer = opened.get_by_role("heading", name=re.compile("hồ sơ của Cổng DVC tỉnh"))
    expect(answer).to_contain_text("20 hồ sơ (0,68 %) chưa có trên Cổng DVCQG")
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Tải toàn bộ danh sách này").click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert {row["Mã hồ sơ"] for row in rows} == truth.defects["missing"]
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
