"""Numbers as people write them, the decimal mark decided for a whole column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

COMMA, POINT = "comma", "point"
_NUMBER = re.compile(r"[+\-]?\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?:[.,]\d+)?|[+\-]?\d+(?:[.,]\d+)?")
_GROUPS = re.compile(r"[+\-]?\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_THOUSANDS_OF = {mark: re.compile(rf"[+\-]?\d{{1,3}}(?:\{mark}\d{{3}})+") for mark in ",."}
COUNT_OF = re.compile(r"(?P<a>[\d.,]+)\s*/\s*(?P<b>[\d.,]+)")
_LABELLED = {
    "numerator": re.compile(r"(?:số lượng|số hồ sơ|số hs|tử số|sl)\s*[:=]\s*([\d.,\s]+)", re.I),
    "rate": re.compile(r"(?:tỷ lệ|tỉ lệ|tl)\s*[:=]\s*([\d.,]+)\s*%?", re.I),
    "points": re.compile(r"(?:điểm số|điểm)\s*[:=]\s*([\d.,]+)", re.I),
}
BLANKS = {"", "-", "–", "—", "...", "…", "n/a", "na", "null", "none", "không có", "x", "/"}


@dataclass(frozen=True)
class DecimalMark:
    """Which mark is the decimal one in a column; `undecided` a value that could be either."""

    decimal: str | None
    undecided: str | None = None


def decide(texts: Iterable[str], most: float | None = None, is_count: bool = False) -> DecimalMark:
    """The decimal mark of a column's numbers; `most` is the largest that is possible.

    Decided by numbers with both marks, with a mark twice, or with other than three digits behind
    it; then by what is possible. A count is whole: several numbers in groups of three are groups.

    >>> decide(["93,37", "1,234"]), decide(["1.234"])
    (DecimalMark(decimal='comma', undecided=None), DecimalMark(decimal=None, undecided='1.234'))
    """
    doubtful: list[str] = []
    for text in texts:
        plain = re.sub(r"[\s%\u00a0\u202f]", "", text)
        commas, points = plain.count(","), plain.count(".")
        if commas and points:
            return DecimalMark(COMMA if plain.rindex(",") > plain.rindex(".") else POINT)
        if commas + points > 1:
            return DecimalMark(POINT if commas else COMMA)
        if commas + points == 1:
            if not _GROUPS.fullmatch(plain) or plain.lstrip("+-").startswith("0"):
                return DecimalMark(COMMA if commas else POINT)
            doubtful.append(text)
    if not doubtful:
        return DecimalMark(POINT)
    mark, other = (COMMA, POINT) if "," in doubtful[0] else (POINT, COMMA)
    if any(("," in one) != (mark == COMMA) for one in doubtful):
        return DecimalMark(None, doubtful[0])
    if most is not None and most < 1000:
        return DecimalMark(mark)
    if is_count and len(set(doubtful)) > 1:
        return DecimalMark(other)
    return DecimalMark(None, doubtful[0])


def parse_figure(text: str, decimal: str) -> float | None:
    """One number in a text that is nothing else, but for a percent sign and spaces.

    The other mark divides thousands only: 1.5 in a column with decimal commas is no number.

    >>> [parse_figure(text, COMMA) for text in ("93,37 %", "1.234.567", "12 xã", "1.5")]
    [93.37, 1234567.0, None, None]
    """
    plain = text.replace("%", "").strip().replace("−", "-")
    if not _NUMBER.fullmatch(plain) or len(plain) > 24:
        return None
    plain = re.sub(r"[\s\u00a0\u202f]", "", plain)
    other = "." if decimal == COMMA else ","
    whole = plain.partition("," if decimal == COMMA else ".")[0]
    if other in plain and (other not in whole or not _THOUSANDS_OF[other].fullmatch(whole)):
        return None
    plain = plain.replace(other, "").replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None


def labelled(text: str) -> dict[str, str]:
    """The numbers of a cell of several lines: `Số lượng: 12 / Tỷ lệ: 93,3% / Điểm số: 5`."""
    found = {name: pattern.search(text) for name, pattern in _LABELLED.items()}
    return {name: one[1].strip() for name, one in found.items() if one}
