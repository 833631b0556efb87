"""An official document as a Word file: A4, the margins, type and places of Decree 30/2020."""

import io

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from core.export.official import Annex, Block, OfficialDocument, OfficialTable, Paragraph
from core.export.word import (
    BODY,
    CENTER,
    TEXT_WIDTH,
    cell_line,
    cell_pair,
    centred_line,
    letterhead,
    set_page,
    short_rule,
    table_into,
)
from core.text import one_line

IN_FOOT = Pt(9)
ROMAN_NUMBERS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def official_document(content: OfficialDocument) -> bytes:
    """The document as the bytes of a .docx file."""
    made = Document()
    set_page(made, content.language, content.title)
    page = made.sections[0]
    for foot in (page.footer, page.first_page_footer) if content.steps else ():
        words = foot.paragraphs[0].add_run(" · ".join(map(one_line, content.steps)))
        words.font.size = IN_FOOT
    letterhead(
        made,
        content.agency,
        content.state,
        content.number,
        content.place_and_date,
        "" if content.kind else content.subject,
    )
    if content.kind:
        centred_line(made, content.kind.upper(), BODY, before=12)
        short_rule(centred_line(made, content.subject, BODY), 5.2)
    _addressed(made, content)
    for block in content.body:
        _block(made, block)
    if made.paragraphs:  # who signs never stands alone on a page
        made.paragraphs[-1].paragraph_format.keep_with_next = True
    _foot(made, content)
    for number, annex in enumerate(content.annexes):
        several = len(content.annexes) > 1
        _annex(made, annex, content, ROMAN_NUMBERS[number] if several else "")
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _addressed(made: Doc, content: OfficialDocument) -> None:
    label, names = content.addressed
    if not names:
        return
    first = made.add_paragraph()
    first.paragraph_format.space_before, first.paragraph_format.space_after = Pt(14), Pt(6)
    first.paragraph_format.left_indent = Cm(3)
    if len(names) == 1:
        first.add_run(f"{label}: {one_line(names[0])}")
        return
    first.add_run(f"{label}:")
    for place, name in enumerate(names):
        end = "." if place == len(names) - 1 else ";"
        line = made.add_paragraph()
        line.paragraph_format.left_indent = Cm(5)
        line.add_run(f"- {one_line(name)}{end}")


def _foot(made: Doc, content: OfficialDocument) -> None:
    """Recipients on the left; on the right who signs, and the room to do it."""
    left, right = cell_pair(made, (TEXT_WIDTH / 2, TEXT_WIDTH / 2), before=12)
    label, names = content.recipients
    line = cell_line(left, f"{label}:", Pt(12), bold=True, italic=True, first=True)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for name in names:
        cell_line(left, f"- {name}", Pt(11)).alignment = WD_ALIGN_PARAGRAPH.LEFT
    for place, words in enumerate(content.signed):
        cell_line(right, words.upper(), BODY, bold=True, first=place == 0)
    cell_line(right, "", BODY, before=70)


def _annex(made: Doc, annex: Annex, content: OfficialDocument, number: str) -> None:
    first = centred_line(made, f"{content.annex_word} {number}".strip(), BODY)
    first.paragraph_format.page_break_before = True
    centred_line(made, annex.title.upper(), BODY)
    note = centred_line(made, content.annex_note, Pt(12), bold=False, italic=True)
    short_rule(note, 5.2)
    for block in annex.blocks:
        _block(made, block)


# --- its pieces ----------------------------------------------------------------------------------


def _block(made: Doc, block: Block) -> None:
    if isinstance(block, OfficialTable):
        table_into(made, block)
        return
    _paragraph(made, block)


def _paragraph(made: Doc, block: Paragraph) -> None:
    line = made.add_paragraph()
    line.alignment = CENTER if block.centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    layout = line.paragraph_format
    layout.space_before, layout.space_after = Pt(3), Pt(3)
    layout.first_line_indent = Cm(0 if block.centred else 1.27)
    layout.keep_with_next = block.heading
    line.add_run(one_line(block.text)).bold = block.heading
