"""Text made safe to show, and made comparable."""

import unicodedata

import pytest

from core.problems import Problem
from core.store.checks import search_key
from core.text import fold
from pages.parts.shared.files import file_name
from pages.parts.words import text

HIDDEN = ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\x00", "\x1b"]


@pytest.mark.parametrize("mark", HIDDEN)
def test_a_problem_shows_no_hidden_character_of_a_file(mark: str) -> None:
    """Wherever it stands: in the file's name, a column's, the value or a detail."""
    found = Problem(
        f"a{mark}.csv", 3, f"ra{mark}te", f"1{mark}2", "one of {names}", {"names": f"x{mark}y"}
    )
    shown = text.problem(found)
    assert mark not in shown
    assert "a\\.csv" in shown and "rate" in shown and "12" in shown and "xy" in shown


def test_a_problem_shows_markup_of_a_file_as_it_is() -> None:
    shown = text.problem(Problem("a.csv", 1, None, "<b>[x](y)</b>\n# z", "a number"))
    assert "\\<b\\>\\[x\\]\\(y\\)\\</b\\> \\# z" in shown


@pytest.mark.parametrize("crossed", ["\u0110", "\u00d0", "\u0189", "\u0111", "D\u0335"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_search_finds_what_looks_the_same(crossed: str, form: str) -> None:
    """Names of units, lists, saved scenarios and files fold alike, however Đ and ù are typed."""
    name = unicodedata.normalize(form, f"{crossed}oan  Hùng")  # type: ignore[arg-type]
    assert fold(name) == "doan hung"
    assert search_key(name) == "doan hung"
    assert file_name(name) == "kich-ban-doan-hung.json"
