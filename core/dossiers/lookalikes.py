"""Letters that look like others: typed, pasted or exported in place of the ones that are meant."""

import re
import unicodedata

# what a keyboard, a word processor or a PDF writes for a hyphen, a point or a stroke
_SIGNS = {
    **dict.fromkeys(
        "\u00ad\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63", "-"
    ),
    **dict.fromkeys("\u2024\u00b7\u2027", "."),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
}
_CYRILLIC = dict(zip("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
_CROSSED = {"\u00d0": "Đ", "\u0189": "Đ"}  # Icelandic and African capitals that look like Đ
_LARGE = {**_CYRILLIC, **_GREEK, **_CROSSED}
_SMALL = dict(zip("аеорсухіјѕο", "aeopcyxijso", strict=True)) | {"\u00f0": "đ", "\u0256": "đ"}
_LETTERS = str.maketrans({**_LARGE, **_SMALL})
_CODE = str.maketrans({**_SIGNS, **_LARGE})
# space of any kind, and marks that no one sees
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def plain_code(code: str) -> str:
    """A code in capitals as one would type it: plain hyphens, Latin letters, no space within.

    >>> plain_code("\\u041d44.17\\u2013260302\\u00a0\\u2011 0001")
    'H44.17-260302-0001'
    """
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", code.translate(_CODE)).translate(_CODE))


def plain_letters(text: str) -> str:
    """A name or word with the letters that its language has: `Ð` becomes `Đ`.

    >>> plain_letters("\\u00d0oan H\\u00f9ng")
    'Đoan Hùng'
    """
    return text.translate(_LETTERS)
