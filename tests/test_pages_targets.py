"""Targets on the screen: what opens first, what is missing, and a target typed in."""

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from worlds import open_app

NEEDED = "Cần trên hồ sơ mới, %"


def levels(app: AppTest) -> pd.DataFrame:
    """The table of levels, by the level's name."""
    frame: pd.DataFrame = app.dataframe[0].value
    return frame.set_index("Cấp")


def test_without_assigned_targets_it_opens_where_most_can_be_won() -> None:
    """Phú Thọ: digitisation, 24.27 % of all dossiers. Nothing is needed where nothing is asked."""
    app = open_app("phu_tho_2026", page="targets.py")
    assert app.selectbox(key="target_component").value == 15
    shown = levels(app)
    assert shown["Chỉ tiêu, %"].isna().all()
    assert shown[NEEDED].isna().all(), "not 0%: that would say that there is nothing to do"


def test_a_target_typed_in_says_what_new_dossiers_must_do() -> None:
    """Communes at 26.41 % after 271 of 365 days: 40 % by 31/12 asks (40 x 365 - 26.41 x 271) / 94
    = 79.18 % of those that are still to come."""
    app = open_app("phu_tho_2026", page="targets.py")
    box = next(one for one in app.text_input if one.label == "Chỉ tiêu cấp xã, %")
    box.set_value("40").run()
    shown = levels(app)
    assert shown.loc["Cấp xã", NEEDED] == pytest.approx(79.18, abs=0.03)
    assert np.isnan(shown.loc["Sở, ban, ngành", NEEDED])
    box = next(one for one in app.text_input if one.label == "Chỉ tiêu cấp xã, %")
    box.set_value("bốn mươi").run()
    assert "Hãy viết một số từ 0 đến 100" in app.error[0].value
    # the plan keeps the last target that is one
    assert levels(app).loc["Cấp xã", NEEDED] == pytest.approx(79.18, abs=0.03)


def test_assigned_targets_come_first() -> None:
    app = open_app("binh_phuoc_2025", page="targets.py")
    assert levels(app)["Chỉ tiêu, %"].notna().any()


def test_dossiers_a_week_that_nobody_publishes_are_computed_from_a_number_typed_in() -> None:
    """The directive of March 2024: no source says how many dossiers Bình Phước has."""
    app = open_app("binh_phuoc_2024", page="targets.py")
    words = " ".join(caption.value for caption in app.caption)
    assert "Số hồ sơ mỗi tuần: không tính được, vì" in words
    box = next(one for one in app.text_input if one.label.startswith("Số hồ sơ của tỉnh tính"))
    box.set_value("120000").run()
    table = next(one.value for one in app.dataframe if "Mỗi tuần từ" in one.value)
    known = table.dropna(subset="Hồ sơ mỗi tuần")
    assert len(known) >= 30
    assert (known["Mỗi tuần từ"] <= known["Hồ sơ mỗi tuần"] + 1e-9).all()
    assert (known["Hồ sơ mỗi tuần"] <= known["Mỗi tuần đến"] + 1e-9).all()
    # Sở Y tế, 40.8 % after 87 of 366 days: 70 % needs (70 x 366 - 40.8 x 87) / 279 = 79.1 % of new
    # dossiers; of fee dossiers it has 1.04 %
    row = known[known["Đơn vị"] == "Sở Y tế"].iloc[0]
    parts = pd.read_csv(ROOT / "data" / "binh_phuoc_2024" / "volumes.csv").set_index("unit")
    share = parts.loc["so_y_te"].iloc[1]
    weekly = 120_000 / 366 * 7 * share * (70 * 366 - 40.8 * 87) / 279 / 100
    assert row["Hồ sơ mỗi tuần"] == pytest.approx(weekly, rel=0.02)
    box = next(one for one in app.text_input if one.label.startswith("Số hồ sơ của tỉnh tính"))
    box.set_value("-5").run()
    assert "Hãy viết số hồ sơ trong một năm" in app.error[0].value


def test_the_map_has_every_unit_of_a_level_with_its_rates() -> None:
    """Phú Thọ: 14 of its 15 departments had dossiers."""
    app = open_app("phu_tho_2026", page="targets.py")
    (table,) = [one.proto.body for one in app.get("html") if 'class="heat"' in one.proto.body]
    assert table.count('<th scope="row">') == 14
    # agriculture: 25,179 of 83,675 dossiers late
    row = table.split("Sở Nông nghiệp và Môi trường</th>")[1].split("</tr>")[0]
    assert ">70</td>" in row


def test_a_plan_that_changes_nothing_says_its_results_once() -> None:
    """Bình Phước's rates are above its assigned targets: with them as without them."""
    app = open_app("binh_phuoc_2025", page="targets.py")
    said = [one.value.replace("\\", "").replace("\xa0", " ") for one in app.markdown]
    year = next(words for words in said if words.startswith("Đến 31/12/2025: "))
    assert year.count("≈ 86,40 điểm") == 1 and year.count("hạng ≈ 13/63") == 1
    assert year.count("có kế hoạch hay không đều như nhau") == 2, "on both lines"

    # communes that digitise 60 % do change Phú Thọ's score
    app = open_app("phu_tho_2026", page="targets.py")
    box = next(one for one in app.text_input if one.label == "Chỉ tiêu cấp xã, %")
    box.set_value("60").run()
    said = [one.value.replace("\\", "").replace("\xa0", " ") for one in app.markdown]
    year = next(words for words in said if words.startswith("Đến 31/12/2026: "))
    assert "nếu các đơn vị đạt chỉ tiêu" in year and "đều như nhau" not in year
