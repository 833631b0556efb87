"""What a heading of a person's table means, whatever words it uses for it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.imports.vocabulary import GROUP, PLACE, TOTAL, Vocabulary
from core.text import fold

NUMERATOR, DENOMINATOR, RATE, POINTS = "numerator", "denominator", "rate", "points"
NUMBER_KINDS = (NUMERATOR, DENOMINATOR, RATE, POINTS)
UNIT, CODE, LINE, DATE, IGNORED = "unit", "code", "line", "date", "nothing"
_SHORT = {
    "hs": "ho so", "dvctt": "dich vu cong truc tuyen", "dvc": "dich vu cong", "tt": "tt",
    "pakn": "phan anh kien nghi", "tthc": "thu tuc", "tttt": "thanh toan truc tuyen",
    "dvcqg": "cong dich vu cong quoc gia", "qg": "quoc gia", "kq": "ket qua", "gq": "giai quyet",
    "ti": "ty",
}  # fmt: skip
_UNITS = (
    "don vi", "ten don vi", "co quan", "ten co quan", "ten", "dia phuong", "xa phuong",
    "co quan don vi", "don vi dia phuong", "ten xa phuong", "so ban nganh", "tinh", "ten tinh",
    "tinh thanh pho", "tinh thanh", "tinh tp", "ten co quan don vi", "unit", "name",
    "dv", "ten dv", "ten dvhc", "don vi hanh chinh", "ten don vi hanh chinh",
    "xa phuong dac khu", "province",
)  # fmt: skip
_CODES = (
    "ma dinh danh",
    "ma don vi",
    "ma co quan",
    "ma",
    "ma coquan",
    "ma dv",
    "ma dvhc",
    "ma don vi hanh chinh",
    "unit code",
    "code",
)
_DATES = ("ngay", "ngay so lieu", "thoi diem", "tinh den ngay", "as of", "date", "ngay chot")
_LINES = ("stt", "tt", "so tt", "so thu tu", "no")
# "Điểm" and "Hạng" alone are those of the whole; with words that nobody knows they may be anything
_ALONE = (TOTAL, PLACE)
_PLAIN = frozenset(
    ("diem", "hang", "xep", "thu", "vi", "dat", "duoc", "ket", "qua", "cuoi", "ky", "so", "nam",
     "quy", "thang")
)  # fmt: skip
_OTHER = re.compile(r"\b(?:qua han|tre han|truc tiep|buu chinh|chua|khong|mau so thang)\b")


@dataclass(frozen=True)
class ColumnMeaning:
    """What a column holds: `role` (unit, code, numerator, ...) and of which figure."""

    role: str
    figure: str | None = None


@lru_cache(maxsize=10_000)
def plain_words(heading: str) -> tuple[str, ...]:
    """A heading as plain words, abbreviations written out: `Số HS TTTT (%)`."""
    text = re.sub(r"[^a-z0-9%]+", " ", fold(heading.replace("_", " ")))
    return tuple(part for word in text.split() for part in _SHORT.get(word, word).split())


def meaning(heading: str, words: Vocabulary, of_points: bool = False) -> ColumnMeaning:
    """What a heading means; `of_points` where its table is one of groups and totals.

    Levels of a heading are divided by ` / `: the last one tells what kind of number it is.
    """
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(heading.replace("_", " "))).split())
    last = " ".join(plain_words(heading.rpartition(" / ")[2]))
    if plain in _LINES:
        return ColumnMeaning(LINE)
    if plain in _DATES:
        return ColumnMeaning(DATE)
    if plain in _CODES:
        return ColumnMeaning(CODE)
    if plain in _UNITS:
        return ColumnMeaning(UNIT)
    figure = figure_of(heading, words, of_points)
    if figure is None:
        return ColumnMeaning(IGNORED)
    if figure == PLACE:
        return ColumnMeaning(PLACE)
    return ColumnMeaning(_role(last, figure), figure)


def _role(last: str, figure: str) -> str:
    if re.search(r"%|\bty le\b|\bphan tram\b", last):
        return RATE
    if figure == TOTAL or figure.startswith(GROUP) or re.search(r"\bdiem\b", last):
        return POINTS
    if re.search(r"\b(?:tong|mau so|phai|nghia vu|tiep nhan)\b", last):
        return DENOMINATOR
    return NUMERATOR if re.search(r"\b(?:so|so luong|tu so)\b", last) else RATE


def figure_of(heading: str, words: Vocabulary, of_points: bool = False) -> str | None:
    """The figure whose words a heading has, the longest first; None where two are equally near.

    "Thanh toán trực tuyến" is a group among groups, and a rate elsewhere.
    """
    mine = set(plain_words(heading))
    if _OTHER.search(" ".join(plain_words(heading))) and not of_points:
        return None
    if {"nghia", "vu", "tai", "chinh"} <= mine:
        mine |= {"ho", "so", "thanh", "toan", "truc", "tuyen"}
    plain = all(word in _PLAIN or word.isdecimal() for word in mine)
    best: dict[str, int] = {}
    other = 0  # words of what it means in a table of the other kind
    for asked, figure in _asked(words.headings):
        if not asked <= mine or (asked <= _PLAIN and figure in _ALONE and not plain):
            continue
        is_group = figure.startswith(GROUP) or figure in (TOTAL, PLACE)
        if is_group == of_points or figure in (TOTAL, PLACE):
            best[figure] = max(best.get(figure, 0), len(asked))
        else:
            other = max(other, len(asked))
    if of_points and best and other > max(best.values()):
        best = {}  # "TTHC công khai đủ nội dung" says more than the group's "công khai"
    if not best and not of_points:
        return _group_by_name(mine, words) if "diem" in mine else None
    if not best:
        return figure_of(heading, words, False)
    most = max(best.values())
    found = [figure for figure, size in best.items() if size == most]
    if len(found) > 1:  # a component's own words go before "điểm"
        found = [figure for figure in found if figure not in (TOTAL, PLACE)] or found
    return found[0] if len(found) == 1 else None


def _group_by_name(mine: set[str], words: Vocabulary) -> str | None:
    """The group whose points a heading speaks of where no component has its words."""
    found = [
        one for asked, one in _asked(words.headings) if one.startswith(GROUP) and asked <= mine
    ]
    return found[0] if len(set(found)) == 1 else None


@lru_cache(maxsize=8)  # asked of every cell that may be a heading
def _asked(
    headings: tuple[tuple[frozenset[str], str], ...],
) -> tuple[tuple[frozenset[str], str], ...]:
    """The words that each figure's heading must have, abbreviations written out."""
    return tuple(
        (frozenset(part for word in needed for part in _SHORT.get(word, word).split()), figure)
        for needed, figure in headings
    )


def component_of(name: str, words: Vocabulary) -> str | None:
    """The component that a metric's name speaks of."""
    figure = figure_of(name, words)
    return figure if figure in words.group_of else None
