"""Which row of a list has its headings: one row, or two where parts stand below a common one."""

from collections.abc import Sequence

from core.dossiers.lists import HeadRow, guess_mapping


def with_headings(head: Sequence[HeadRow]) -> tuple[HeadRow, ...]:
    """The first rows, two of them made one where only both together name the columns."""
    rows: list[HeadRow] = []
    left = list(head)
    while left:
        row = left.pop(0)
        joined = _joined(row, left[0]) if left else None
        if joined is not None:
            left.pop(0)
        rows.append(joined or row)
    return tuple(rows)


def header_line(head: Sequence[HeadRow]) -> int:
    """The row with the most headings that say what they are, two at least; else the first with two
    cells written, else the first."""
    best = max(head, key=lambda row: (_known(row.cells), -row.line))
    if _known(best.cells) >= 2:
        return best.line
    several = (row.line for row in head if len({c.strip() for c in row.cells} - {""}) >= 2)
    return next(several, head[0].line)


def _known(cells: Sequence[str]) -> int:
    return len(guess_mapping(cells).used)


def _joined(upper: HeadRow, lower: HeadRow) -> HeadRow | None:
    """Two rows as one heading, where each alone names less; None where the lower one is data."""
    if any(letter.isdigit() for cell in lower.cells for letter in cell):
        return None
    cells = []
    for place in range(max(len(upper.cells), len(lower.cells))):
        above, below = (
            " ".join(row.cells[place].split()) if place < len(row.cells) else ""
            for row in (upper, lower)
        )
        cells.append(" ".join(dict.fromkeys(part for part in (above, below) if part)))
    if not _known(cells) > max(_known(upper.cells), _known(lower.cells)) > 0:
        return None
    return HeadRow(upper.line, lower.end, tuple(cells))
