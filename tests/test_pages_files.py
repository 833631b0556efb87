"""Files are offered where people look for them, and a chart is taken away as a picture."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shared.files import kind_file
from worlds import open_app, open_door

OFFERED = {
    "overview.py": {"Tóm tắt một trang (Word)"},
    "simulate.py": {"Bảng tự tính (Excel)", "Trang trình chiếu (PowerPoint)"},
    "targets.py": {
        "Công văn (Word)", "Kế hoạch (Word)", "Quyết định (Word)", "Tóm tắt một trang (Word)",
        "Bảng tự tính (Excel)", "Trang trình chiếu (PowerPoint)", "Bảng (CSV)", "Bảng (Excel)",
    },
    "present.py": {"Trang trình chiếu (PowerPoint)"},
}  # fmt: skip
DOORS = {"simulate.py": "simulate-file", "targets.py": "plan-documents"}


def labels(app: AppTest) -> list[str]:
    return [str(one.proto.label) for one in app.get("download_button")]


@pytest.mark.parametrize("page", OFFERED)
def test_files_are_offered_where_people_look_for_them(page: str) -> None:
    app = open_app("binh_phuoc_2024", page=page)
    if page in DOORS:
        open_door(app, DOORS[page])
    assert OFFERED[page] <= set(labels(app))


def test_every_table_is_taken_away_as_csv_and_as_a_workbook() -> None:
    found = labels(open_app("binh_phuoc_2024", page="sensitivity.py"))
    assert found.count("Tải về dạng CSV") == found.count("Tải về dạng Excel") > 0


def test_a_chart_is_a_picture_under_its_own_name_in_the_language_of_the_screen() -> None:
    app = open_app("phu_tho_2026", page="overview.py")

    def config() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(app.get("plotly_chart")[0].proto.config)
        return found

    wanted = config()["toImageButtonOptions"]
    assert (wanted["format"], wanted["filename"]) == ("png", "nhom-chi-so")
    assert config()["modeBarButtons"] == [["toImage"]]
    words = config()["locales"]["page"]["dictionary"]
    assert words["Download plot as a PNG"] == "Lưu biểu đồ này thành ảnh (PNG)"
    app.session_state["picture"] = "SVG"
    app.run()
    assert config()["toImageButtonOptions"]["format"] == "svg"


def test_a_file_has_a_name_that_every_browser_takes() -> None:
    name = kind_file("Giao chỉ tiêu: Quý II / “Đợt 1”\u202e\n" + "dài " * 50, ".docx", "cong_van")
    assert name.startswith("cong-van-giao-chi-tieu-quy-ii-dot-1-dai") and name.endswith(".docx")
    assert name.isascii() and len(name) < 90
    assert kind_file("مرحبا", ".pptx", "trinh_chieu") == "trinh-chieu.pptx"
