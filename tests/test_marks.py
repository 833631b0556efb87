"""An estimate is marked in the cell itself, in tables and in files, and counted as one."""

import io
import json

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from pages.parts.widgets import downloads
from worlds import open_app

BINH_PHUOC = ROOT / "data" / "binh_phuoc_2025"


def published(component: str) -> set[str]:
    """Names of the units of Bình Phước whose rate the notice of March 2025 prints."""
    rows = pd.read_csv(BINH_PHUOC / "observations.csv", dtype=str)
    names = pd.read_csv(BINH_PHUOC / "units.csv", dtype=str).set_index("unit")["name_vi"]
    told = rows[(rows["component"] == component) & (rows["as_of"] >= "2025-03")]
    return set(names[told["unit"].unique()])


def drawn(app: AppTest, column: str) -> pd.DataFrame:
    """The cells of the first table with this column, as they are drawn."""
    for table in app.dataframe:
        if column in table.value:
            cells = pa.ipc.open_stream(table.proto.arrow_data.styler.display_values).read_pandas()
            return cells.set_axis(table.value.columns, axis=1)
    raise AssertionError(f"no table with {column}")


def test_every_estimated_rate_of_a_unit_is_marked_and_no_published_one() -> None:
    app = open_app("binh_phuoc_2025", page="targets.py")
    app.selectbox(key="target_component").select("Số hóa hồ sơ, kết quả giải quyết").run()
    cells = drawn(app, "Đơn vị").set_index("Đơn vị")["Lũy kế, %"]
    told = published("digitized")
    assert told and set(cells.index) - told
    for unit, cell in cells.items():
        assert cell.startswith("≈") == (unit not in told), unit


def test_zero_per_cent_of_last_year_is_not_told_of_this_one() -> None:
    """27/3/2024 counted communes at 0 %; the data of Bình Phước are of 2025."""
    app = open_app("binh_phuoc_2025", page="targets.py")
    shown = next(one.value for one in app.markdown if "UBND xã Long Bình" in one.value)
    assert "2024" not in shown


def test_communes_at_zero_are_counted_once() -> None:
    """The directive counts those of eight districts; where they stand by name, not again."""
    app = open_app("binh_phuoc_2024", page="targets.py")
    shown = next(one.value for one in app.markdown if "Bình Long" in one.value)
    assert shown.count("Bình Long") == 1


def test_targets_met_by_estimate_are_counted_as_such() -> None:
    app = open_app("binh_phuoc_2025", page="targets.py")
    table = next(one.value for one in app.dataframe if "Đơn vị" in one.value)
    met = table[table["Tình trạng"] == "✓ đạt"]
    guesses = sum(unit not in published("dossiers_paid") for unit in met["Đơn vị"])
    assert guesses
    shown = " ".join(one.value for one in app.markdown)
    assert f"Trong số đã đạt, {guesses} đơn vị" in shown


def test_a_file_has_the_mark_in_the_cell_and_numbers_elsewhere() -> None:
    frame = pd.DataFrame(
        {
            "Đơn vị": ["A", "=1+1", "C"],
            "Lũy kế, %": [85.456, 60.123456789, np.nan],
            "Hạng": [1.0, 2, 3],
        }
    )
    words = frame.assign(**{"Lũy kế, %": ["≈ 85,46", "60,12", "–"]})
    guessed = {"Lũy kế, %": pd.Series([True, False, True])}
    digits = {"Lũy kế, %": 2, "Hạng": 0}
    taken = downloads.Taken(frame, words, digits, guessed, "Bình Phước 2025", "≈: ước tính")
    written = downloads.as_csv(taken, "vi").decode("utf-8-sig")
    lines = ["Đơn vị;Lũy kế, %;Hạng", "A;≈ 85,46;1", "'=1+1;60,12;2", "C;;3"]
    assert written.splitlines() == lines
    page = openpyxl.load_workbook(io.BytesIO(downloads.as_sheet(taken))).active
    assert page is not None
    assert (page["A1"].value, page["A2"].value) == ("Bình Phước 2025", "≈: ước tính")
    assert [cell.value for cell in page[5]] == ["A", 85.46, 1]
    assert [cell.value for cell in page[6]] == ["=1+1", 60.12, 2]
    assert page["A6"].data_type == "s", "no formula"
    formats = page["B5"].number_format, page["B6"].number_format, page["C5"].number_format
    assert formats == ('"≈"#,##0.00', "#,##0.00", "#,##0")
    assert page["B7"].value is None


def test_a_column_is_wide_enough_for_a_mark_below_its_first_rows() -> None:
    """The tenth unit of Bình Phước is the first with an estimated score."""
    app = open_app("binh_phuoc_2025", page="overview.py")
    table = next(one for one in app.dataframe if "Điểm" in one.value and "Hạng" in one.value)
    assert json.loads(table.proto.columns)["Điểm"]["width"] >= 7 * len("≈ 89,59")
