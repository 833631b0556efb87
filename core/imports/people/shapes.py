"""Tables whose figures stand in rows and that can't be turned for the reader: told apart, so that
whoever has one learns how to turn it."""

from collections import defaultdict

from core.imports.files.grid import Grid, text_of_cell
from core.imports.people.headings import CODE, UNIT, component_of, meaning
from core.imports.people.layout import NUMBERISH
from core.imports.vocabulary import Vocabulary

FIGURE_ROWS = (
    "a table with one row for each unit and one column for each figure; here each figure has a row "
    "of its own: make a pivot table of it (units in rows, figures in columns) and load that"
)
UNIT_COLUMNS = (
    "a table with the units in rows and the figures in columns; here it is the other way round: "
    "copy it, paste it with Transpose, and load that"
)
_LOOKED_AT = 60  # rows: two figures of a table stand near its top


def other_shape(grid: Grid, words: Vocabulary) -> str | None:
    """FIGURE_ROWS or UNIT_COLUMNS where a column names figures beside numbers, else None."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in grid.rows[:_LOOKED_AT]:
        texts = [text_of_cell(cell).strip() for cell in row]
        if not any(text and NUMBERISH.fullmatch(text) for text in texts):
            continue  # a heading
        for at, text in enumerate(texts):
            figure = component_of(text, words) if 3 < len(text) < 200 else None
            if figure is not None:
                found[at].add(figure)
    if not any(len(figures) > 1 for figures in found.values()):
        return None
    roles = {
        meaning(text_of_cell(cell), words).role
        for row in grid.rows[:_LOOKED_AT]
        for cell in row
        if isinstance(cell, str) and len(cell) < 60
    }
    return FIGURE_ROWS if {UNIT, CODE} & roles else UNIT_COLUMNS
