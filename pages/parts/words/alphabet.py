"""The order of the Vietnamese alphabet: ă and â after a, đ after d, tones only between equals.

The rules are those of Unicode's CLDR (common/collation/vi.xml), with numbers by value. No library
does this on Linux, macOS and Windows alike: PyICU has no wheels, pyuca no rules for Vietnamese, and
Python's own `locale` depends on what the computer has installed.
"""

import re
import unicodedata
from functools import cache

Key = tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...], str]

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# as they follow each other after the plain vowel: huyền, hỏi, ngã, sắc, nặng
TONES = "\u0300\u0309\u0303\u0301\u0323"
_PLACES = {letter: place for place, letter in enumerate(LETTERS)}
_DIGITS, _LETTERS, _OTHERS = 0x11_0000, 0x22_0000, 0x33_0000  # each above every code point


@cache
def key(name: str) -> Key:
    """What to sort names by: their letters, then their tones, then lower case before upper."""
    first: list[int] = []
    second: list[int] = []
    third: list[bool] = []
    for part in re.findall(r"\d+|\D", unicodedata.normalize("NFC", name)):
        letter, tone = _split(part)
        first += _places(letter)
        second.append(tone)
        third.append(part != part.lower())
    return tuple(first), tuple(second), tuple(third), name


def _split(part: str) -> tuple[str, int]:
    """A letter without its tone, in lower case, and the place of its tone; 0 is no tone."""
    marks = unicodedata.normalize("NFD", part)
    tone = next((1 + TONES.index(mark) for mark in marks if mark in TONES), 0)
    plain = "".join(mark for mark in marks if mark not in TONES)
    return unicodedata.normalize("NFC", plain).lower(), tone


def _places(letter: str) -> list[int]:
    """Signs first, then numbers, then the letters; foreign letters stand with their plain form."""
    if letter.isdecimal():
        return [_DIGITS, int(letter)]
    plain = letter if letter in _PLACES else unicodedata.normalize("NFD", letter)[:1]
    if plain in _PLACES:
        return [_LETTERS + _PLACES[plain]]
    return [_OTHERS + ord(plain) if plain.isalpha() else ord(plain or " ")]
