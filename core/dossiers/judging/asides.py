"""Rows among dossiers that are none: headings of a part, totals, and the signatures at the end."""

import re

from core.text import fold

TOTAL_ROW, HEADING_ROW = "total", "heading"
KINDS_OF_ROW = (TOTAL_ROW, HEADING_ROW)

# what no code of a dossier is like: a space, no digit at all, or a column's number
MAYBE = r"\s|^\D*$|^\(?\d{1,2}\)?$"

_PART = r"(?:(?:[ivxlc]{1,5}|[a-z]|\d{1,2})[.)\-/: ]+)?"
_TOTAL = re.compile(
    _PART + r"(tong(?! (cuc|cong ty))( cong| so| hop)?|cong( don)?|toan (tinh|huyen|xa)|luy ke"
    r"|(grand |sub)?total|sum)\b.*"
)
_NOT_TOTAL = re.compile(
    _PART + r"cong (thuong|ty|an|chung|vu|dong|nghe|nghiep|trinh|doan|tac|dan)\b"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLACE = re.compile(r"\(?\d{1,2}\)?")
_COUNT = re.compile(r"(\d[\d.,]*)\s*(?:ho so|hs|dossiers?)\b")
_SIGNED = re.compile(
    r".*\b(nguoi lap( bieu| bang)?|thu truong|ke toan|giam doc|chu tich|ky ten|ky,|ghi ro ho ten"
    r"|noi nhan|ghi chu|nguoi (ky|kiem tra|tong hop)|ngay \d* ?\.* ?thang)\b.*"
)


def kind_of_row(
    code: str, others: tuple[str | None, ...], raw: str | None, heading: str
) -> str | None:
    """Whether a row is TOTAL_ROW, HEADING_ROW or, as far as one can see, a dossier (None).

    `code` is its cell for the dossier's number, `others` the other cells that were asked for (None:
    no such column), `raw` all cells of a row without a number, `heading` the name of the column.
    """
    written = [cell for cell in others if cell is not None and cell.strip()]
    text = fold(code) or fold(
        next((cell for cell in (raw or "").split("\t") if _WORD.search(cell)), "")
    )
    if not text:
        return None
    if _TOTAL.fullmatch(text) and not _NOT_TOTAL.match(text):
        return TOTAL_ROW
    if text == fold(heading) or _SIGNED.fullmatch(text):
        return HEADING_ROW
    if code and _PLACE.fullmatch(text):  # (1), (2), (3) below the headings
        return (
            HEADING_ROW
            if written and all(_PLACE.fullmatch(cell.strip()) for cell in written)
            else None
        )
    alone = not written and any(cell is not None for cell in others)
    return HEADING_ROW if alone and len(_WORD.findall(text)) > 1 else None


def said_total(text: str) -> int | None:
    """How many dossiers a grand total says there are: `Tổng cộng: 1.015 hồ sơ` is 1015."""
    words = fold(text)
    found = (
        _COUNT.search(words) if re.match(r"(tong (cong|so)|grand total|toan tinh)", words) else None
    )
    return int(re.sub(r"\D", "", found.group(1))) if found else None
