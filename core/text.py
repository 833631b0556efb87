"""Text of people made comparable: clean for one line, folded for a search."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

Code = TypeVar("Code")

ESTIMATED = "≈"  # stands before everything that no source states
_HIDDEN = {"Cc", "Cf", "Co", "Cs"}


def clean_text(text: str) -> str:
    """Text of a person for one line: NFC, without control, bidi and zero-width characters.

    >>> clean_text("  Kế hoạch\\u200b  quý IV\\n")
    'Kế hoạch quý IV'
    """
    kept = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _HIDDEN)
    return " ".join("".join(kept).split())


_NO_XML = re.compile("[\ufffe\uffff]")  # characters that no Word or Excel file can hold


def one_line(text: str) -> str:
    """Text of a person as a file of an office program can hold it, as `clean_text` leaves it."""
    return _NO_XML.sub("", clean_text(text))


SPACE = re.compile(r"[\s\u200b\ufeff]+")


# letters that look like đ and are typed for it, but that no normal form takes apart
_CROSSED = str.maketrans("\u0111\u00f0\u0256", "ddd")


def fold(text: str) -> str:
    """A text without accents, case and extra space: `Đã  Số hóa` becomes `da so hoa`.

    However its letters are written: composed or not, and with any of the capitals that look like Đ.

    >>> fold("Đoan  Hùng") == fold("đoan hùng") == "doan hung"
    True
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_CROSSED))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return SPACE.sub(" ", letters).strip()


def called_like(typed: str, names: Mapping[Code, str]) -> list[Code]:
    """The codes that people mean by `typed`: of exactly that name, else whose name contains it,
    else with all of its words; without accents. Empty where nothing does.

    >>> called_like("doan hung", {"a": "Xã Đoan Hùng", "b": "Xã Hùng Việt"})
    ['a']
    """
    wanted = fold(typed)
    folded = {code: fold(name) for code, name in names.items()}
    words = wanted.split()
    for fits in (
        lambda name: name == wanted,
        lambda name: wanted in name,
        lambda name: all(word in name for word in words),
    ):
        if words and (found := [code for code, name in folded.items() if fits(name)]):
            return found
    return []
