"""Units by their names: of which level, under which code, and what they might be."""

import re
from functools import lru_cache

from rapidfuzz import fuzz, process

from core.dataset.boards import own_name, province_key
from core.imports.reading import Seen
from core.text import clean_text, fold

_CODE = re.compile(r"[A-Za-z]\d{2}(?:\.[A-Za-z0-9]+)*")
_COMMUNE = re.compile(r"^(?:ubnd |uy ban nhan dan )?(?:xa|phuong|thi tran|dac khu)\b")
_DISTRICT = re.compile(r"^(?:ubnd |uy ban nhan dan )?(?:huyen|quan|thi xa)\b")
_PROVINCE = re.compile(r"^(?:ubnd |uy ban nhan dan )(?:tinh|thanh pho|tp)\b|^tinh ")
_CALLED = re.compile(
    r"(?:\d{1,3}\s*[.)]\s*)?(?:ubnd|uy ban|ban|van phong|thanh tra|cong an|xa|phuong|dac khu"
    r"|so(?! (?:ho so|hs|luong|hoa|tthc|thu tuc|lieu|dich vu|dvc)\b)"
    r"|thi tran|thi xa|huyen|tinh|thanh pho|chi cuc|trung tam)\b\s*\S|(?:p|x|tt|tx|tp|h)\.\s*[a-z]"
)
_NO_UNIT = re.compile(r"số\b|xã/|sở,|ban,")  # "Số hồ sơ" is no "Sở"
_MARKS = re.compile(r"[^a-z0-9]+")
# "P. Minh Xuân", "X. Đông Thành", "TT. Phong Châu", as tables that are short of room have them
_SHORT_KIND = re.compile(r"^((?:ubnd |uy ban nhan dan )?)(?:(p|x|dk)(?:\. ?| (?=\S))|(tt)\. ?)")
_KINDS = {"p": "phuong", "x": "xa", "dk": "dac khu", "tt": "thi tran"}
_AUTHORITY = re.compile(r"^(?:ubnd|uy ban nhan dan)\s+")
COUNTRY = {"ca nuoc", "toan quoc"}


def is_code(text: str | None) -> bool:
    """Whether a text is an identifier of the portal: H21, H21.09.

    >>> is_code("H21.09"), is_code("UBND xã"), is_code("12")
    (True, False, False)
    """
    return bool(text) and _CODE.fullmatch(str(text).strip()) is not None


def is_called_unit(text: str) -> bool:
    """Whether a text begins as the names of units do: a committee, a department, a commune.

    >>> [is_called_unit(text) for text in ("Sở Y tế", "P. Việt Trì", "Số hồ sơ", "Ghi chú")]
    [True, True, False, False]
    """
    return (
        len(text) < 120
        and _CALLED.match(" ".join(fold(text).split())) is not None
        and _NO_UNIT.match(text.strip().casefold()) is None
    )


def is_country(unit: Seen) -> bool:
    """Whether a "unit" is all provinces together: its points are a mean."""
    return unit.code is None and unit.name is not None and fold(unit.name) in COUNTRY


def is_province(unit: Seen) -> bool:
    """Whether a unit is a province: by its code, or without one by its name."""
    if is_code(unit.code):
        return "." not in str(unit.code)
    return unit.code is None and unit.name is not None and level_by_name(unit.name) == "province"


_LONG = re.compile(r"((?:\d{2,3}\.){1,3})([A-Za-z]\d{2})")


def short_code(code: str | None) -> str | None:
    """An identifier as it is written today: `000.00.17.H44` is H44.17.

    >>> short_code("000.00.00.H37"), short_code("h44.17"), short_code(None)
    ('H37', 'H44.17', None)
    """
    plain = clean_text(code or "").upper()
    if found := _LONG.fullmatch(plain):
        parts = [part for part in reversed(found[1].split(".")) if part.strip("0")]
        return ".".join([found[2], *parts])
    return plain or None


def level_by_name(name: str, code: str | None = None) -> str:
    """The level of a unit as its name tells it; what is no committee is a department."""
    plain = _kind_spelled(fold(name))
    if code is not None and "." not in code and is_code(code):
        return "province"
    if _COMMUNE.search(plain):
        return "commune"
    if _DISTRICT.search(plain):
        return "district"
    return "province" if _PROVINCE.search(plain) and code is None else "department"


def _kind_spelled(plain: str) -> str:
    """A folded name with the kind of its unit written out.

    >>> _kind_spelled("p. minh xuan"), _kind_spelled("ubnd x.dong thanh"), _kind_spelled("so y te")
    ('phuong minh xuan', 'ubnd xa dong thanh', 'so y te')
    """
    return _SHORT_KIND.sub(lambda found: f"{found[1]}{_KINDS[found[2] or found[3]]} ", plain)


def name_key(name: str, province: str = "") -> str:
    """What a unit is recognised by: its name without its province, "UBND", accents and marks.

    >>> name_key("UBND xã An Hòa - tỉnh Gia Lai", "Gia Lai") == name_key("Xã  An Hoà")
    True
    """
    plain = _AUTHORITY.sub("", _kind_spelled(fold(without_province(name, province))))
    return _MARKS.sub(" ", plain).strip()


def without_province(name: str, province: str) -> str:
    """A unit's name without its province's at the end: "Sở Y tế - tỉnh Gia Lai" is "Sở Y tế"."""
    name = clean_text(name)
    head, dash, tail = name.rpartition(" - ")
    if dash and province and province_key(own_name(tail)) == province_key(province):
        return head.strip()
    return name


def slug(name: str) -> str:
    """A readable code: letters, digits and dashes."""
    return _MARKS.sub("-", fold(name)).strip("-")[:48] or "don-vi"


@lru_cache(maxsize=10_000)  # a unit stands in a file once for each of its figures
def suggestions(name: str, known: tuple[str, ...], count: int = 3) -> list[str]:
    """The names most like one that fits none: an order to choose from, and no decision."""
    found = process.extract(
        fold(name), {one: fold(one) for one in known}, scorer=fuzz.WRatio, limit=count
    )
    return [str(key) for _, _, key in found]
