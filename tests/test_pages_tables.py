"""Tables have room for what matters: short headings, and long texts that give way."""

from collections.abc import Iterator

import pandas as pd
import pytest

from pages.parts.shared.tables import ASIDE, LETTER, ROOM, _narrowed
from pages.parts.words import headings, text

LONG = "Bộ, ngành trung ương cập nhật, công khai TTHC trên Cơ sở dữ liệu quốc gia chưa kịp thời"


@pytest.fixture(autouse=True, params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = text.RUN.set(request.param)
    yield str(request.param)
    text.RUN.reset(before)


def test_a_heading_is_shorter_and_keeps_its_mark(language: str) -> None:
    full = {"vi": "Điểm thêm khi đạt 100%", "en": "Points at 100%"}[language]
    brief = {"vi": "Điểm khi 100%", "en": "At 100%"}[language]
    assert headings.short(full) == brief
    assert headings.short(f"≈ {full}").split() == ["≈", *brief.split()]
    assert headings.short("Phú Thọ") == "Phú Thọ"


def test_no_heading_grows_by_being_short() -> None:
    assert [one for one, brief in headings.known().items() if len(brief) >= len(one)] == []


def test_a_mark_is_not_said_twice(language: str) -> None:
    full = {"vi": "≈ Điểm của tỉnh", "en": "≈ Points of the province"}[language]
    assert headings.short(full).count("≈") == 1


def test_a_table_that_has_room_is_left_alone() -> None:
    words = pd.DataFrame({"A": [LONG], "B": ["1,00"]})
    assert _narrowed(words, ["B"], ROOM) == ({}, False)


@pytest.mark.parametrize(("rows", "wraps"), [(10, True), (163, False)])
def test_long_texts_give_way_until_all_columns_fit(rows: int, wraps: bool) -> None:
    numbers = ["Một", "Hai", "Ba"]
    words = pd.DataFrame({"A": [LONG] * rows, "Z": [LONG] * rows} | dict.fromkeys(numbers, "1,00"))
    narrowed, found = _narrowed(words, numbers, ROOM)
    assert found is wraps
    assert set(narrowed) == {"A", "Z"}
    others = sum(LETTER * 4 + ASIDE for _ in numbers)
    assert sum(narrowed.values()) + others <= ROOM + 2


def test_a_date_stays_on_one_line() -> None:
    words = pd.DataFrame({f"{n}": ["đến ngày 31/12/2026 thì xong hết cả"] for n in range(12)})
    narrowed, _ = _narrowed(words, [], ROOM)
    assert all(width >= 10 * LETTER + ASIDE for width in narrowed.values())
