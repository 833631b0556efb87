"""A table of counts by unit in place of a list: told by its headings and its numbers."""

import re
from collections.abc import Sequence

from core.dossiers.lists import DossierList
from core.problems import Problem
from core.text import fold

TABLE_OF_COUNTS = (
    "a list with one row for each dossier; this is a table of counts by unit (columns {columns}). "
    "Counts can be loaded on the page Data"
)
_CODED = re.compile(r"ma (so )?(ho so|hs|bien nhan).*|.*\bma (so )?ho so\b.*|dossier.?(id|code).*")
_COUNTING = re.compile(
    r".*\b(so (luong )?(ho so|hs)|so luong|tong (so|cong)?|ty le|ti le|luy ke|count|number of|total"
    r"|so (da|chua|dang|duoc|tiep nhan|hoa|phai)|da (giai quyet|so hoa|thanh toan)|tiep nhan"
    r"|dung han|qua han|thanh toan|so hoa|nhan|giai quyet)\b.*"
)
_NUMBER = re.compile(r"\d{1,3}([.,\s]\d{3})*([.,]\d+)?\s*%?|\d{1,7}([.,]\d+)?\s*%?|-|")


def counts_fault(opened: DossierList) -> Problem | None:
    """What to say of a table of counts; None for a list.

    A table of counts names no column for the code of a dossier, has two columns or more that count
    (their headings say so and all their cells are numbers), and none of its cells looks like a
    code.
    """
    columns = opened.columns
    if any(_CODED.fullmatch(fold(name)) for name in columns):
        return None
    rows = [row.cells for row in opened.head if row.line > opened.header.end]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    counting = [
        name
        for place, name in enumerate(columns)
        if _COUNTING.fullmatch(fold(name)) and _numbers([row[place : place + 1] for row in rows])
    ]
    if len(counting) < 2:
        return None
    named = {"columns": ", ".join(counting[:3])}
    return Problem(opened.name, opened.header_line, None, None, TABLE_OF_COUNTS, named)


def _numbers(cells: Sequence[Sequence[str]]) -> bool:
    """Whether a column has numbers and nothing else, and not only 0 and 1 (those may be no and
    yes)."""
    texts = [cell[0].strip() for cell in cells if cell]
    written = [text for text in texts if text]
    return (
        bool(written)
        and all(_NUMBER.fullmatch(text) for text in written)
        and any(text not in ("0", "1", "0.0", "1.0", "-") for text in written)
    )
