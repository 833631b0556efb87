"""Text out of bytes: Unicode, windows-1258, and the fonts of before Unicode (TCVN3, VNI).

A legacy font keeps Vietnamese letters under codes of other letters, also in a file of today. Which
one it is, is told by the words that come out.
"""

import re
import unicodedata

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_SINGLE = {"ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư"}
# words of every table of this kind
_WORDS = re.compile(
    r"\b(?:đơn vị|xã|phường|sở|tỉnh|tỷ lệ|tỉ lệ|hồ sơ|tổng|cộng|số|điểm|tên|hạng|cơ quan|đúng hạn|"
    r"trực tuyến|thanh toán|thành phố|ủy ban|đặc khu|giải quyết|hài lòng|mã|huyện)\b"
)
_HIGH = re.compile(r"[\u00a1-\u00ff]")
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
UNDECODED = "\ufffd"


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for letter in "aeiouy":
        table |= {letter + mark: letter + tone for mark, tone in _TONES.items()}
    for letter in "aeo":
        table |= {letter + mark: f"{letter}\u0302{tone}" for mark, tone in _HAT.items()}
    table |= {"a" + mark: f"a\u0306{tone}" for mark, tone in _BREVE.items()}
    for single, letter in (("ô", "ơ"), ("ö", "ư")):
        table |= {single + mark: letter + tone for mark, tone in _TONES.items()}
    table |= _SINGLE
    table |= {key.upper(): value.upper() for key, value in list(table.items())}
    return {key: unicodedata.normalize("NFC", value) for key, value in table.items()}


_VNI = _vni_table()
_VNI_PARTS = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def from_tcvn3(text: str) -> str:
    """Text of a TCVN3 (ABC) font.

    >>> from_tcvn3("§¬n vÞ")
    'Đơn vị'
    """
    return "".join(_TCVN3.get(letter, letter) for letter in text)


def from_vni(text: str) -> str:
    """Text of a VNI font.

    >>> from_vni("Ñôn vò")
    'Đơn vị'
    """
    return _VNI_PARTS.sub(lambda found: _VNI[found[0]], text)


def legacy_font(text: str) -> str | None:
    """`TCVN3` or `VNI` where a text is written in such a font, else None."""
    if not _HIGH.search(text):
        return None
    found = {"": _known(text), "TCVN3": _known(from_tcvn3(text)), "VNI": _known(from_vni(text))}
    best = max(found, key=lambda name: found[name])
    return best if best and found[best] > found[""] + 1 else None


def converted(text: str, font: str | None) -> str:
    """Text of a font, in Unicode."""
    return {"TCVN3": from_tcvn3, "VNI": from_vni}.get(font or "", str)(text)


def decoded(raw: bytes) -> tuple[str, str]:
    """The text of a file and how it was written; what fits nothing has U+FFFD in it."""
    for mark, name in _MARKS.items():
        if raw.startswith(mark):
            return unicodedata.normalize("NFC", raw.decode(name, errors="replace")), name
    head = raw[:2000]
    if head.count(0) > len(head) / 4:
        name = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return unicodedata.normalize("NFC", raw.decode(name, errors="replace")), name
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    windows = unicodedata.normalize("NFC", raw.decode("cp1258", errors="replace"))
    plain = raw.decode("cp1252", errors="replace")
    if _known(windows) > max(_known(from_tcvn3(plain)), _known(from_vni(plain))):
        return windows, "windows-1258"
    if legacy_font(plain):
        return plain, "cp1252"
    return unicodedata.normalize("NFC", raw.decode("utf-8", errors="replace")), "unknown"


def _known(text: str) -> int:
    return len(_WORDS.findall(unicodedata.normalize("NFC", text[:200_000]).lower()))
