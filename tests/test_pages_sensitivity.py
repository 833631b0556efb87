"""The sensitivity page, and the guard on the Method page."""

import pytest
from streamlit.testing.v1 import AppTest

from test_pages import open_app


def opened(dataset: str, language: str, page: str) -> AppTest:
    """A page in a language: the address's one does not outlive the way to another page here."""
    app = open_app(dataset, language, page)
    app.session_state["language"] = language
    return app.run()


def words(app: AppTest) -> str:
    """All text, as it reads."""
    return " ".join(block.value for block in app.markdown).replace("\\", "")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_answers_in_words(language: str) -> None:
    """Phú Thọ: 20 points of handling on time make it the strongest lever, whatever is unknown."""
    app = opened("phu_tho_2026", language, "sensitivity.py")
    assert not app.exception
    assert ("Đòn bẩy mạnh nhất" if language == "vi" else "The strongest lever") in words(app)
    assert ("vẫn là đòn bẩy mạnh nhất" if language == "vi" else "stays the strongest") in words(app)
    table = app.dataframe[0].value
    assert len(table) == 20 + 6  # levers with a rate (certified copies have none), and unknowns


def test_another_date_and_the_rank() -> None:
    app = opened("binh_phuoc_2025", "en", "sensitivity.py")
    assert "If “Target of: " in words(app)
    app.session_state["sensitivity_horizon-binh_phuoc_2025"] = "today"
    app.session_state["sensitivity_measure"] = "rank"
    app.run()
    assert not app.exception
    assert "If it held today" in words(app)


def test_the_method_page_says_what_the_guard_can_look_at() -> None:
    app = opened("phu_tho_2026", "en", "method.py")
    app.session_state["chapter"] = "contradictions"
    app.run()
    said = " ".join(caption.value for caption in app.caption)
    assert "two dates of one year" in said
    assert "volumes are held" in said
