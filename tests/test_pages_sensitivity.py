"""The sensitivity page, and the guard on the Method page."""

import pytest
from streamlit.testing.v1 import AppTest

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
