"""Where the tables of a sheet are: their headings of one to three rows, and their rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.imports.files.grid import Grid, SheetCell, letters, text_of_cell
from core.imports.names import is_called_unit
from core.imports.people import headings
from core.imports.people.headings import CODE, IGNORED, LINE, UNIT, ColumnMeaning, meaning
from core.imports.vocabulary import GROUP, PLACE, TOTAL, Vocabulary

DEEPEST_HEADING = 3
MOST_TRIED = 30  # rows that are looked at to see what a column holds
NUMBERISH = re.compile(r"[\s\d.,/%()+\-–—]*")


@dataclass(frozen=True)
class Table:
    """One table of a sheet: `columns` by position, `rows` with the line of each."""

    grid: Grid
    top: int  # the line of the first heading
    columns: dict[int, tuple[str, ColumnMeaning]]
    rows: tuple[tuple[int, tuple[SheetCell, ...]], ...]
    above: str

    def row(self, line: int) -> tuple[SheetCell, ...]:
        """The cells of a line of the table."""
        return self.rows[line - self.rows[0][0]][1]

    def of(self, role: str) -> int | None:
        return next((at for at, (_, one) in self.columns.items() if one.role == role), None)


def find_tables(grid: Grid, words: Vocabulary, said: Mapping[str, str]) -> list[Table]:
    """The tables of a sheet, one below the other or side by side.

    `said` is what a person says of a heading: its text -> `role:figure`.
    """
    tops = []
    at = 0
    while at < len(grid.rows):
        found = _heading_at(grid.rows, at, words, said)
        if found is None:
            at += 1
            continue
        tops.append((at, *found))
        at += found[0]
    tables = []
    for number, (top, depth, columns) in enumerate(tops):
        end = tops[number + 1][0] if number + 1 < len(tops) else len(grid.rows)
        body = tuple((line + 1, grid.rows[line]) for line in range(top + depth, end))
        start = tops[number - 1][0] + tops[number - 1][1] if number else 0
        above = [text_of_cell(cell) for row in grid.rows[max(start, top - 8) : top] for cell in row]
        text = "\n".join([grid.above, *dict.fromkeys(filter(None, above))])
        for part in _side_by_side(columns):
            tables.append(Table(grid, top + 1, _told_apart(part, said), body, text))
    return tables


def _told_apart(
    columns: dict[int, tuple[str, ColumnMeaning]], said: Mapping[str, str]
) -> dict[int, tuple[str, ColumnMeaning]]:
    """Columns under one heading get the letter of their column, so that each can be spoken of."""
    seen: set[str] = set()
    made = {}
    for at, (text, one) in columns.items():
        if text in seen:
            text = f"{text} [{letters(at)}]"
            one = _said(said[text]) if text in said else one
        seen.add(text)
        made[at] = (text, one)
    return made


def _heading_at(
    rows: Sequence[tuple[SheetCell, ...]], top: int, words: Vocabulary, said: Mapping[str, str]
) -> tuple[int, dict[int, tuple[str, ColumnMeaning]]] | None:
    """How many rows of headings begin here, and what they mean; None where none do.

    A deeper heading must tell more: its last row is one of words, not of figures.
    """
    best: tuple[int, dict[int, tuple[str, ColumnMeaning]]] | None = None
    most = 0
    if len({text_of_cell(cell) for cell in rows[top]} - {""}) < 2:
        return None  # a title, also where it is merged over the whole table
    for depth in range(1, DEEPEST_HEADING + 1):
        block = rows[top : top + depth]
        if len(block) < depth or not any(isinstance(cell, str) and cell for cell in block[-1]):
            break
        if depth > 1 and not _is_wordy(block[-1]):
            break
        below = rows[top + depth : top + depth + MOST_TRIED]
        columns = _columns(block, words, said)
        columns = _with_units(columns, below) if _is_wordy(block[-1]) else columns
        told = _told(columns)
        spans = depth > 1 and any(
            cell == over and isinstance(cell, str) and cell
            for cell, over in zip(block[-1], block[-2], strict=False)
        )
        if told > most or (spans and told == most > 0):
            most, best = told, (depth, columns)
    return best


def _with_units(
    columns: dict[int, tuple[str, ColumnMeaning]], below: Sequence[tuple[SheetCell, ...]]
) -> dict[int, tuple[str, ColumnMeaning]]:
    """Where no heading says that its column names the units, the first column does in which most
    cells are called as units are: "Cơ quan thực hiện", "Đơn vị báo cáo", or no heading at all."""
    roles = [one.role for _, one in columns.values()]
    if UNIT in roles or not any(one.figure for _, one in columns.values()):
        return columns
    for at in range(max(map(len, below), default=0)):
        if at in columns and columns[at][1].role != IGNORED:
            continue
        texts = [text_of_cell(row[at]) for row in below if at < len(row)]
        texts = [text for text in texts if text.strip()]
        if texts and 2 * sum(map(is_called_unit, texts)) > len(texts):
            text = columns[at][0] if at in columns else f"[{letters(at)}]"
            made = columns | {at: (text, ColumnMeaning(UNIT))}
            return dict(sorted(made.items()))
    return columns


def _told(columns: Mapping[int, tuple[str, ColumnMeaning]]) -> int:
    """How much headings tell: columns of figures, if there is one of units too."""
    roles = [one.role for _, one in columns.values()]
    figures = {(one.role, one.figure) for _, one in columns.values() if one.figure}
    ranked = PLACE in roles
    if not (UNIT in roles or CODE in roles) or not (figures or ranked):
        return 0
    return 10 * len(figures) + len([role for role in roles if role != IGNORED])


def _is_wordy(row: Sequence[SheetCell]) -> bool:
    """Whether a row has more words than figures: a heading, or a line 1, 2, 3 below it is not."""
    texts = [text_of_cell(cell) for cell in row if cell not in ("", None)]
    figures = [one for one in texts if NUMBERISH.fullmatch(one)]
    return bool(texts) and len(figures) * 3 < len(texts)


def _columns(
    block: Sequence[tuple[SheetCell, ...]], words: Vocabulary, said: Mapping[str, str]
) -> dict[int, tuple[str, ColumnMeaning]]:
    texts: dict[int, str] = {}
    reached = [block[-1]]
    for row in reversed(block[:-1]):  # from below: a row may reach over one that reaches itself
        reached.insert(0, _reaching(row, reached[0]))
    block = reached
    for at in range(max(map(len, block))):
        parts: list[str] = []
        for row in block:
            text = " ".join(text_of_cell(row[at]).split()) if at < len(row) else ""
            if text and (not parts or parts[-1] != text) and len(text) < 300:
                parts.append(text)
        if parts:
            texts[at] = " / ".join(parts)
    of_groups = _is_of_groups(texts, words)
    return {at: (text, _said(said[text]) if text in said else meaning(text, words, of_groups))
            for at, text in texts.items()}  # fmt: skip


def _reaching(row: tuple[SheetCell, ...], below: tuple[SheetCell, ...]) -> tuple[SheetCell, ...]:
    """A row of headings in which each reaches to the right over those below it that have none: as
    it was merged before it became CSV."""
    made: list[SheetCell] = []
    for at, cell in enumerate(row):
        is_under = at < len(below) and below[at] not in ("", None)
        made.append(made[-1] if cell in ("", None) and is_under and made else cell)
    return tuple(made)


def _is_of_groups(texts: Mapping[int, str], words: Vocabulary) -> bool:
    """Whether a table is one of groups and totals, and not of single rates."""
    found = {headings.figure_of(text, words, True) for text in texts.values()}
    groups = [one for one in found if one is not None and one.startswith(GROUP)]
    return len(groups) >= 3 or (len(groups) >= 1 and TOTAL in found)


def _said(text: str) -> ColumnMeaning:
    role, _, figure = text.partition(":")
    return ColumnMeaning(role, figure or None)


def _side_by_side(
    columns: dict[int, tuple[str, ColumnMeaning]],
) -> list[dict[int, tuple[str, ColumnMeaning]]]:
    """A table that goes on beside itself is cut where its units begin again."""
    units = [at for at, (_, one) in columns.items() if one.role == UNIT]
    if len(units) < 2:
        return [columns]
    first = {text for at, (text, _) in columns.items() if at < units[1]}
    if columns[units[0]][0] != columns[units[1]][0] or not first:
        return [columns]
    starts = []
    for unit in units:
        before = [at for at, (_, one) in columns.items() if at < unit and one.role in (LINE, CODE)]
        starts.append(before[-1] if before and before[-1] == unit - 1 else unit)
    ends = [*starts[1:], max(columns) + 1]
    return [
        {at: one for at, one in columns.items() if start <= at < end}
        for start, end in zip(starts, ends, strict=True)
    ]
