"""Targets on the screen: what opens first, what is missing, and a target typed in."""

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

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
    assert shown[NEEDED].isna().all(), "not 0 %: that would say that there is nothing to do"


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
