"""Rows that are no unit: the sum of all, sums and means of some, and the line 1, 2, 3."""

import re
from collections.abc import Sequence

from core.imports.files.grid import SheetCell, text_of_cell
from core.text import fold

_BEFORE = re.compile(r"^[ivx\d.\s]+(?=t|c)")
_WHOLE = re.compile(
    r"(?:(?:tong(?: cong| so| chung)?|cong|chung)(?: (?:ca|toan) (?:tinh|thanh pho))?"
    r"|(?:toan|ca) (?:tinh|thanh pho)|total)\b[\s:.]*(?:\([^)]*\))?[\s:.]*"
)
# "Trung Bình" may be a commune and "Tổng công ty" a unit: only whole names of this kind are none
_SOME = re.compile(
    r"(?:cac|khoi|nhom|(?:uy ban nhan dan|ubnd) cac)\b.*"
    r"|(?:tong|cong)(?: cong| so)? (?:cac|khoi|nhom|cap|muc|phan)\b.*"
    r"|(?:tong|cong)\s*(?:[ivx]+|\d+)"
    r"|(?:muc |diem |ty le )?(?:binh quan|trung binh)(?: (?:chung|cong|cac|toan|khoi|nhom|ca)\b.*)?"
    r"|cap (?:so|tinh|huyen|xa)\b[\w\s,]*|(?:cao|thap) nhat"
)
_STEP = re.compile(r"(?:\d{1,2}|[a-e])(?:\s*=.*)?")


def is_total(name: str) -> bool:
    """Whether a row is the sum of the others: `TỔNG CỘNG`, `Cộng (I+II)`, `Tổng cộng toàn tỉnh`."""
    return _WHOLE.fullmatch(_BEFORE.sub("", fold(name))) is not None


def is_of_some(name: str) -> bool:
    """Whether a row is the sum or the mean of some units: `Khối sở, ngành`, `Bình quân chung`."""
    return _SOME.fullmatch(fold(name).strip(" :.")) is not None


def is_numbering(row: Sequence[SheetCell]) -> bool:
    """Whether a row numbers the columns: 1, 2, 3 or (1), (2), (3)=(1)/(2)."""
    texts = [text_of_cell(cell).casefold() for cell in row if cell not in ("", None)]
    texts = [re.sub(r"[()\[\]\s]", "", text) for text in texts]
    if len(texts) < 3 or not all(_STEP.fullmatch(text) for text in texts):
        return False
    heads = [text.partition("=")[0] for text in texts]
    digits = [int(head) for head in heads if head.isdecimal()]
    return len(digits) > 1 and digits == list(range(digits[0], digits[0] + len(digits)))
