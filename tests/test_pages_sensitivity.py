"""The sensitivity page, and the guard on the Method page."""

import pytest
from streamlit.testing.v1 import AppTest

from core.dataset.load import list_datasets
from worlds import open_app


def words(app: AppTest) -> str:
    """All text, as it reads."""
    return " ".join(block.value for block in app.markdown).replace("\\", "")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_answers_in_words(language: str) -> None:
    """Phú Thọ: 20 points of handling on time make it the strongest lever, whatever is unknown."""
    app = open_app("phu_tho_2026", language, "sensitivity.py")
    assert not app.exception
    assert (
        "Chỉ số điều chỉnh hiệu quả nhất" if language == "vi" else "The strongest lever"
    ) in words(app)
    assert ("vẫn là chỉ số hiệu quả nhất" if language == "vi" else "stays the strongest") in words(
        app
    )
    table = app.dataframe[0].value
    # levers with a rate (certified copies have none; satisfaction goes with on time), and unknowns
    assert len(table) == 19 + 6


def test_the_method_page_says_what_the_guard_can_look_at() -> None:
    app = open_app("phu_tho_2026", "vi", "method.py")
    app.button_group(key="chapter").set_value("contradictions").run()
    said = " ".join(caption.value for caption in app.caption)
    assert "trong cùng một năm" in said or "cùng năm" in said


@pytest.mark.parametrize("dataset", list_datasets())
def test_overview_allocate_and_sensitivity_name_what_units_can_win_back_in_one_order(
    dataset: str,
) -> None:
    """The sensitivity page's picture ranks by another question, and says so."""
    app = open_app(dataset, "vi", "overview.py")
    losses = next(one.value for one in app.dataframe if "Điểm chưa đạt" in one.value.columns)
    mine = losses[losses["Ai có thể cải thiện"] == "Đơn vị"]
    overview = list(mine.iloc[:, 0])
    assert overview
    app = open_app(dataset, "vi", "goalseek.py")
    app.segmented_control(key="goal_view").set_value("push").run()
    app.segmented_control(key="push_scope").set_value("province").run()
    pushed = [str(one) for one in app.dataframe[0].value.iloc[:, 0]]
    places = [next(n for n, one in enumerate(pushed) if one.startswith(name)) for name in overview]
    assert places == sorted(places)
    app = open_app(dataset, "vi", "sensitivity.py")
    said = next(one.value for one in app.caption if "Tổng quan và Phân bổ" in one.value)
    named = [one.rsplit(" ", 1)[0] for one in said.split(": ", 1)[1].rstrip(".").split("; ")]
    assert all(name in one for name, one in zip(overview, named, strict=False)) and named
    assert any("câu hỏi khác" in one.value for one in app.caption)
