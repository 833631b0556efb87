"""What Streamlit says itself, in the language of the screen; and which language a page tells."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Page, expect

from conftest import settle
from core.web.address import with_script
from pages.parts.words.browser import WORDS, script


def test_streamlit_still_has_these_words() -> None:
    """The pinned version's own files; `Press Enter to apply` is put together there."""
    files = (Path(streamlit.__file__).parent / "static" / "static" / "js").glob("*.js")
    told = Path(streamlit.__file__).parent / "runtime" / "backend_operation_handler.py"
    texts = (one.read_text(encoding="utf-8", errors="ignore") for one in (*files, told))
    code = "\n".join(texts)
    filled = (r"(?<=Enter to )(apply|submit form)", r"(Ctrl|⌘)\+", r"options(?=\.)")
    gaps = re.compile("|".join((*filled, r"(?<=directory)\.")))
    pieces = {piece.strip(" •,") for one in WORDS for piece in gaps.sub("*", one).split("*")}
    assert len(pieces) > 90
    assert sorted(one for one in pieces if one not in code) == []


def test_every_word_has_its_vietnamese_with_the_same_gaps() -> None:
    made = script()
    assert "{WORDS}" not in made and '"No results": "Không có kết quả"' in made
    for english, vietnamese in re.findall(r'"([^"]*\*[^"]*)": "([^"]*)"', made):
        assert english.count("*") == vietnamese.count("*"), english


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_tells_its_language_and_is_not_to_be_translated(language: str) -> None:
    html = with_script('<html lang="en"><head></head></html>', "/766/", language)
    assert f'<html lang="{language}" translate="no">' in html
    assert html.index('<script src="/766/words.js">') > html.index("BACKEND_BASE_URL")


@pytest.mark.browser
def test_a_box_speaks_the_language_of_the_screen(page: Callable[..., Page]) -> None:
    """A browser set to English, as most are; and back again after a switch."""
    opened = page("/data?d=phu_tho_2026", locale="en-US")
    box = opened.locator(".stFileUploader").first
    expect(box).to_contain_text("Chọn tệp")
    expect(box).to_contain_text("mỗi tệp")
    assert opened.evaluate("document.documentElement.lang") == "vi"
    assert opened.evaluate("(1.5).toLocaleString(navigator.language)") == "1,5"
    opened.get_by_text("English", exact=True).click()
    settle(opened)
    expect(box).to_contain_text("Upload")
    expect(box).to_contain_text("per file")
    assert opened.evaluate("document.documentElement.lang") == "en"
    assert opened.console_errors == []  # type: ignore[attr-defined]
