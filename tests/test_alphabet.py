"""The Vietnamese order of names, against pairs from dictionaries and against the browser's own."""

import csv
import random
import unicodedata

import pytest
from playwright.sync_api import Browser

from conftest import ROOT
from pages.parts.words import alphabet


def unit_names() -> list[str]:
    """Every unit name of every dataset: Phú Thọ alone has 164."""
    names = []
    for path in sorted((ROOT / "data").glob("*/units.csv")):
        with path.open(encoding="utf-8") as file:
            names += [row["name_vi"] for row in csv.DictReader(file)]
    assert len(names) > 200
    return sorted(set(names))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("UBND xã Dân Chủ", "UBND xã Đại Đồng"),  # đ is a letter of its own, after d
        ("UBND xã Sơn Lương", "UBND xã Tam Nông"),
        ("UBND xã An Bình", "UBND xã Âu Cơ"),  # a, ă, â
        ("UBND xã Cao Dương", "UBND xã Cẩm Khê"),
        ("UBND xã Tân Sơn", "UBND xã Tề Lễ"),
        ("UBND xã Đồng Lương", "UBND xã Hạ Hòa"),
        ("UBND xã Thu Cúc", "UBND xã Thu Cực"),  # ư after u, whatever the tone
        ("Sở Tài chính", "Sở Tư pháp"),
        ("Sở Xây dựng", "Sở Y tế"),
        ("Quận 2", "Quận 10"),  # numbers by value
        ("UBND phường Phú Thọ", "UBND Phường Phú Thọ"),  # lower case first, all else equal
        ("UBND phường Âu Cơ", "UBND phường Việt Trì"),  # case only decides between equals
        ("Phu Tho", "Phú Thọ"),
        ("Phú Thọ", "Phụ Thọ"),  # sắc before nặng
        ("ma", "mà"),
        ("mà", "mả"),
        ("mả", "mã"),
        ("mã", "má"),
        ("má", "mạ"),
        ("mạ", "mă"),  # every tone of a comes before ă
    ],
)
def test_one_name_comes_before_the_other(first: str, second: str) -> None:
    assert alphabet.key(first) < alphabet.key(second)


def test_both_spellings_of_unicode_stand_at_the_same_place() -> None:
    for name in unit_names():
        assert alphabet.key(unicodedata.normalize("NFD", name))[:3] == alphabet.key(name)[:3]


@pytest.mark.parametrize("name", ["", " ", "²", "٣", "Ｑuận", "Ёлка", "ß", "\u0301", "Škoda 3"])
def test_any_text_has_a_place(name: str) -> None:
    assert sorted([name, "a", "Đ"], key=alphabet.key)


@pytest.mark.browser
def test_the_order_is_the_browsers(browser: Browser) -> None:
    """Chromium sorts with ICU and the rules of CLDR; it must agree on every name."""
    names = [
        *unit_names(),
        *"ăâabdđceêghiklmnoôơpqrstuưvxyzĐĂ",
        "Quận 10",
        "Quận 2",
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
        "đa",
        "da",
    ]
    random.Random(766).shuffle(names)
    blank = browser.new_page()
    theirs = blank.evaluate(
        "names => names.sort(new Intl.Collator('vi', {numeric: true}).compare)", list(names)
    )
    blank.close()
    assert sorted(names, key=alphabet.key) == theirs
