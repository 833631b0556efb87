"""The words of a list of dossiers: column headings, yes and no, and the names of units."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from core.dossiers.lookalikes import plain_letters
from core.text import SPACE, fold

YES = {"x", "v", "✓", "✔", "☑", "1", "1.0", "co", "yes", "y", "true", "t", "dung", "roi", "da"}
NO = {"0", "0.0", "ko", "khong", "no", "n", "false", "f", "sai", "chua", "✗", "✘", "☐"}
DONE = re.compile(r"da (duoc )?(so hoa|thanh toan|nop|hoan thanh)( truc tuyen)?")
NOT_DONE = re.compile(r"(chua|khong) (duoc |co )?(so hoa|thanh toan|nop|hoan thanh)( truc tuyen)?")
_FREE = re.compile(
    r"(duoc )?mien( (nop|thu|tien))?( (100 ?%|toan bo))?( (phi|le phi)\b.*)?"
    r"|(khong|ko) (phat sinh|thu|co|mat|ton|tinh|ap dung|quy dinh)( thu)?( tien| khoan)?"
    r" (phi|le phi)\b.*"
    r"|(khong|ko) (thu|phat sinh|mat tien|phi|le phi)( gi)?"
    r"|(khong|ko) (phai|yeu cau|can|thuoc dien|thuoc doi tuong)( phai)?"
    r" (nop|thu|thanh toan|tra|dong)( tien)?( (phi|le phi)\b.*)?"
    r"|(phi|le phi|phi, le phi)( la| =|:) ?0( ?(dong|d|vnd))?|0 ?(dong|d|vnd)"
    r"|(ho so )?khong co nghia vu tai chinh|free( of charge)?|no (fee|charge)s?|fee exempt(ed)?"
)

# Patterns on a folded heading, the surest first; "số hóa đơn" is an invoice, not a digitisation,
# and "số hồ sơ đã trả" a count.
KNOWN_HEADINGS = {
    "dossier_id": (
        r"(ma|ma so) (ho so|hs|bien nhan).*",
        r"so (ho so|hs|bien nhan)(?! *(da|duoc|chua|tiep|nhan|nop|so hoa|giai|tra|dang|qua|dung"
        r"|truoc|thanh|truc|xu|tre|moi|ky|ton|phai|co|khong|online|phat)\b).*",
        r"dossier.?(id|code|number|no).*",
        r".*\bma ho so\b.*",
        r"dossier|id",
    ),
    "digitized": (r"(?!.*(hoa don|ngay)).*\bso hoa\b.*", r".*digiti[sz]ed.*"),
    "paid": (r"(?!.*(ngay|so tien|hinh thuc|ma )).*\bthanh toan\b.*", r".*\b(paid|payment)\b.*"),
    "unit": (
        r"(ma |ten )?(don vi|co quan).*",
        r"unit.*|agency.*|office.*",
        r".*\b(don vi|co quan|noi tiep nhan)\b.*",
    ),
    "date": (r"ngay (tiep nhan|nop|nhan).*", r".*(received|submitted).*", r"ngay\b.*|date.*"),
}

# Both ways of placing the tone mark are in use: hoà = hòa, uỷ = ủy. A key takes the older one.
TONES = {
    unicodedata.normalize("NFC", first + second + tone): unicodedata.normalize(
        "NFC", first + tone + second
    )
    for first, second in ("oa", "oe", "uy")
    for tone in "\u0300\u0301\u0309\u0303\u0323"
}
TONE = re.compile("|".join(TONES))
COMMITTEE = re.compile(r"(^|, )(ubnd|ủy ban nhân dân) ")


def parse_flag(text: str, yes: Collection[str] = (), no: Collection[str] = ()) -> bool | None:
    """Whether a cell says yes; None where it can't be told. An empty cell can't be told.

    `yes` and `no` are further words, already folded; they come before the built-in ones, so that
    `no=("",)` reads an empty cell as no.
    """
    text = plain_letters(text)
    word = fold(text)
    if word in yes or word in no:
        return word in yes
    if word in YES or DONE.fullmatch(word):
        return True
    if word in NO or NOT_DONE.fullmatch(word):
        return False
    return None


def is_free(text: str, yes: Collection[str] = (), no: Collection[str] = ()) -> bool:
    """Whether a cell of the payment says that there is nothing to pay: neither yes nor no."""
    word = fold(plain_letters(text))
    return word not in yes and word not in no and _FREE.fullmatch(word) is not None


def unit_key(name: str) -> str:
    """What two spellings of one unit share: case, spaces, tone placement and `UBND` don't count."""
    plain = plain_letters(unicodedata.normalize("NFC", name)).casefold()
    text = SPACE.sub(" ", plain).strip()
    text = TONE.sub(lambda found: TONES[found.group()], text)
    text = re.sub(r"\s*,\s*", ", ", text)
    return COMMITTEE.sub(r"\1", text)


def unit_codes(
    units: pd.DataFrame, aliases: Mapping[str, str] | None = None
) -> dict[str, str | None]:
    """The code of every key a unit may go by; None where two units share a name.

    `units` is indexed by code with a column `name_vi`, and may have `parent`: then a unit also goes
    by "name, name of the parent". `aliases` (text in a file -> code) come before all of these.
    """
    codes: dict[str, str | None] = {}
    names = {str(code): str(name) for code, name in units["name_vi"].items()}
    parents = units["parent"].to_dict() if "parent" in units else {}
    for code, name in names.items():
        parent = names.get(str(parents.get(code)))
        spellings = {code, name} | ({f"{name}, {parent}"} if parent else set())
        for key in {unit_key(spelling) for spelling in spellings}:
            codes[key] = code if codes.get(key, code) == code else None
    for text, code in (aliases or {}).items():
        if code not in names:
            raise ValueError(f"alias {text!r}: unknown unit code {code!r}")
        codes[unit_key(text)] = code
    return codes


def guess_columns(headings: Iterable[str]) -> dict[str, str]:
    """Which heading most likely holds which field; fields that no heading fits are left out."""
    left = {heading: fold(heading[:200]) for heading in headings}
    guess: dict[str, str] = {}
    for field, patterns in KNOWN_HEADINGS.items():
        for pattern in patterns:
            found = next((name for name, text in left.items() if re.fullmatch(pattern, text)), None)
            if found is not None:
                guess[field] = found
                del left[found]
                break
    return guess
