"""One A4 page as a Word file: three figures, a ladder beside a sentence, ten rows."""

import io
from dataclasses import dataclass

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from core.export.official import OfficialTable
from core.export.word import (
    TEXT_WIDTH,
    cell_line,
    cell_pair,
    centred_line,
    letterhead,
    set_page,
    table_into,
)
from core.text import one_line

_TITLE_ROOM = 120  # letters of a subtitle; a longer one would push the page onto a second


@dataclass(frozen=True)
class OnePage:
    """All texts of the page; `figures` a label, a large figure and a line below each."""

    language: str
    agency: tuple[str, ...]
    state: tuple[str, str]
    title: str
    subtitle: str
    figures: tuple[tuple[str, str, str], ...]
    ladder_title: str
    ladder: tuple[tuple[str, bool], ...]
    sentences: tuple[str, ...]
    table_title: str
    table: OfficialTable
    below: str


def one_page(content: OnePage) -> bytes:
    """The page as the bytes of a .docx file."""
    made = Document()
    set_page(made, content.language, f"{content.title} – {content.subtitle}")
    letterhead(made, content.agency, content.state)
    centred_line(made, content.title, Pt(15), before=6)
    words = one_line(content.subtitle)
    shown = words if len(words) <= _TITLE_ROOM else words[: _TITLE_ROOM - 1] + "…"
    centred_line(made, shown, Pt(12), bold=False, italic=True)
    figures = made.add_table(rows=1, cols=len(content.figures), style="Table Grid")
    for cell, (label, figure, below) in zip(figures.rows[0].cells, content.figures, strict=True):
        cell_line(cell, label, Pt(10), first=True, before=3)
        cell_line(cell, figure, Pt(17), bold=True)
        cell_line(cell, below, Pt(11))
    left, right = cell_pair(made, (TEXT_WIDTH * 0.46, TEXT_WIDTH * 0.54), before=6)
    line = cell_line(left, content.ladder_title, Pt(11), bold=True, first=True)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for rung, is_own in content.ladder:
        line = cell_line(left, rung, Pt(10.5), bold=is_own)
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for place, sentence in enumerate(content.sentences):
        line = cell_line(right, sentence, Pt(11), first=place == 0, before=2)
        line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    centred_line(made, content.table_title, Pt(12), before=6)
    if content.table.rows:
        table_into(made, content.table, Pt(9.5))
    last = made.add_paragraph()
    last.add_run(one_line(content.below)).font.size = Pt(9)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()
