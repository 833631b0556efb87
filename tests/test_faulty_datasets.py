"""Folders with problems inside a copy of data/: they are named, and everything else goes on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.dataset.facts import DATA
from core.dataset.load import load_boards
from core.outlook.case import load_case
from core.scenario.model import Scenario
from pages.parts.state.cases import own_datasets, seen
from small_dataset import swap
from test_pages import open_app
from worlds import shipped


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of all datasets that the app reads instead, with one half-finished folder."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    draft = copy / "nhap_do_dang"
    shutil.copytree(DATA / "phu_tho_2026", draft)
    field = (draft / "field.csv").read_text(encoding="utf-8")
    field = swap("2026-09-17,", "17/09/2026,")(field)
    (draft / "field.csv").write_text(swap(",68.32,", ",sáu mươi tám,")(field), encoding="utf-8")
    monkeypatch.setattr(seen, "DATA", copy)
    seen._loaded.cache_clear()
    yield copy
    seen._loaded.cache_clear()


def test_a_faulty_folder_is_named_with_its_problems_and_the_rest_works(data: Path) -> None:
    app = open_app("phu_tho_2026")
    assert not app.exception
    assert app.title[0].value
    assert app.selectbox(key="dataset_choice").options == [
        "Bình Phước, 27/3/2025",
        "Bình Phước, 27/3/2024",
        "Phú Thọ, 28/9/2026",
    ]
    (faulty,) = [box for box in app.sidebar.expander if "nhap" in box.label]
    assert "chưa dùng được" in faulty.label
    words = [block.value.replace("\\", "") for block in faulty.markdown]
    assert words == [
        "- field.csv, dòng 2, cột date: “17/09/2026” – cần ngày theo dạng YYYY-MM-DD, từ 1900 "
        "đến 2199",
        "- field.csv, dòng 2, cột total: “sáu mươi tám” – cần một số",
        "- field.csv, dòng 2, cột total: “” – cần có total, rank hoặc mean_total",
    ]


def test_a_link_to_a_faulty_folder_says_so(data: Path) -> None:
    app = open_app("nhap_do_dang")
    assert not app.exception
    assert "đang có lỗi" in app.warning[0].value


@pytest.mark.parametrize("name", ["phu_tho_2026", "binh_phuoc_2025"])
def test_a_faulty_folder_changes_no_other_answer(data: Path, name: str) -> None:
    before, after = shipped(name), load_case(data / name, data)
    assert load_boards(data).equals(load_boards())
    nothing = Scenario(dataset=name)
    assert {k: v.after for k, v in before.outlook(nothing).items()} == {
        k: v.after for k, v in after.outlook(nothing).items()
    }


def test_a_bad_line_in_the_rules_is_said_once_and_the_app_starts(data: Path) -> None:
    rules = data / "rules.csv"
    rules.write_text(
        swap(",transparency,6,", ",transparency,six,")(rules.read_text(encoding="utf-8")),
        encoding="utf-8",
    )
    app = open_app("phu_tho_2026")
    assert not app.exception
    assert app.title[0].value == "Chưa có bộ số liệu nào dùng được"
    words = [block.value.replace("\\", "") for block in app.markdown]
    assert [w for w in words if "six" in w] == [
        "- rules.csv, dòng 2, cột max_points: “six” – cần một số"
    ]


def test_a_dataset_that_can_not_be_computed_is_named_too(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, data: Path) -> object:
        if path.name == "binh_phuoc_2024":
            raise ZeroDivisionError("a fault of ours")
        return load_case(path, data)

    monkeypatch.setattr(own_datasets, "load_case", broken)
    app = open_app("phu_tho_2026")
    assert not app.exception
    (faulty,) = [box for box in app.sidebar.expander if "binh" in box.label]
    assert "a fault of ours" in faulty.markdown[0].value
