"""The frame around every page."""

from types import SimpleNamespace
from typing import Any

import pytest

from pages.parts.frame import listed


def test_each_run_marks_pages_of_its_own_and_they_are_made_once_for_each_language_and_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listed, "_MADE", {})
    language = ["vi"]
    monkeypatch.setattr(listed.text, "language", lambda: language[0])
    made: list[str] = []

    def make() -> list[Any]:
        made.append(language[0])
        return [SimpleNamespace(title=language[0], is_open=False)]

    (first,) = listed.every(make, False)
    first.is_open = True
    (second,) = listed.every(make, False)
    assert not second.is_open and made == ["vi"]
    language[0] = "en"
    (english,) = listed.every(make, False)
    assert english.title == "en"
    listed.every(make, True)  # who leads has one page more
    assert made == ["vi", "en", "en"]
