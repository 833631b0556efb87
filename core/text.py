"""Text of people made comparable: clean for one line, folded for a search."""

import re
import unicodedata

_HIDDEN = {"Cc", "Cf", "Co", "Cs"}


def clean_text(text: str) -> str:
    """Text of a person for one line: NFC, without control, bidi and zero-width characters."""
    kept = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _HIDDEN)
    return " ".join("".join(kept).split())


SPACE = re.compile(r"[\s\u200b\ufeff]+")


def fold(text: str) -> str:
    """A text without accents, case and extra space: `Đã  Số hóa` becomes `da so hoa`."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return SPACE.sub(" ", letters).strip()
