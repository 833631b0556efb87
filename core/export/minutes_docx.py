"""The minutes of a meeting as a Word file."""

import io
from dataclasses import dataclass

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Row

from core.export.official import OfficialTable
from core.export.word import FONT, letterhead, set_language, table_into
from core.text import one_line

TIME_WIDTH, WORDS_WIDTH, PAGE_WIDTH = (
    2.4,
    9.0,
    25.7,
)  # cm, of a landscape A4 page without its margins


ROOM_TO_WRITE = "." * 120


@dataclass(frozen=True)
class Picture:
    """A picture (PNG bytes) with its title, the lines below it, and what it shows for those who
    don't see it."""

    title: str
    png: bytes
    lines: tuple[str, ...]
    shows: str


@dataclass(frozen=True)
class Minutes:
    """All texts of the minutes; each of `rows` has a cell for each of `head`.

    `people` and `concluded` have a line each; an empty one is left open to be filled in by hand.
    `assigned` is who is asked for what, none where nothing is.
    """

    language: str
    agency: tuple[str, ...]
    state: tuple[str, str]
    title: str
    people_title: str
    people: tuple[str, ...]
    concluded_title: str
    concluded: tuple[str, ...]
    assigned_title: str
    assigned: OfficialTable | None
    assigned_note: str
    facts: tuple[tuple[str, str], ...]
    result_title: str
    results: tuple[str, ...]
    log_title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    signatures: tuple[str, str]
    picture: Picture | None = None


def document(minutes: Minutes) -> bytes:
    """The minutes as the bytes of a .docx file."""
    made = Document()
    _set_up(made, minutes.title)
    set_language(made, minutes.language)
    letterhead(made, minutes.agency, minutes.state, wide=PAGE_WIDTH)
    made.add_heading(one_line(minutes.title), 0)
    for label, value in minutes.facts:
        line = made.add_paragraph()
        line.add_run(f"{one_line(label)}: ").bold = True
        line.add_run(one_line(value))
    _lines(made, minutes.people_title, minutes.people)
    made.add_heading(one_line(minutes.result_title), 1)
    for result in minutes.results:
        made.add_paragraph(one_line(result), style="List Bullet")
    if minutes.picture:
        _picture(made, minutes.picture)
    _lines(made, minutes.concluded_title, minutes.concluded)
    if minutes.assigned and minutes.assigned.rows:
        made.add_heading(one_line(minutes.assigned_title), 1)
        table_into(made, minutes.assigned, Pt(10), PAGE_WIDTH)
        if minutes.assigned_note:
            made.add_paragraph(one_line(minutes.assigned_note))
    made.add_heading(one_line(minutes.log_title), 1)
    _table(made, minutes.head, minutes.rows)
    made.add_paragraph().add_run(one_line(minutes.note)).italic = True
    _signatures(made, minutes.signatures)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _lines(made: Doc, title: str, lines: tuple[str, ...]) -> None:
    """Lines of people below a heading; an empty one as room to write on."""
    made.add_heading(one_line(title), 1)
    for line in lines:
        made.add_paragraph(one_line(line) or ROOM_TO_WRITE)


def _set_up(made: Doc, title: str) -> None:
    """Landscape A4, one font that has every Vietnamese letter, and the file's own title."""
    page = made.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    for name, size in (("Normal", 12), ("Title", 18), ("Heading 1", 14)):
        style = made.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        for script in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{script}"), None)  # a theme's font would win
    made.styles["Normal"].paragraph_format.space_after = Pt(4)
    made.core_properties.title = one_line(title)
    made.core_properties.author = ""


def _picture(made: Doc, picture: Picture) -> None:
    title = made.add_paragraph()
    title.paragraph_format.keep_with_next = True
    title.add_run(one_line(picture.title)).bold = True
    shape = made.add_picture(io.BytesIO(picture.png), width=Cm(PAGE_WIDTH))
    shape._inline.docPr.set("descr", one_line(picture.shows))
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    for line in picture.lines:
        made.add_paragraph(one_line(line))


def _table(made: Doc, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table = made.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    rest = (PAGE_WIDTH - TIME_WIDTH - WORDS_WIDTH) / max(1, len(head) - 2)
    widths = (TIME_WIDTH, WORDS_WIDTH, *[rest] * (len(head) - 2))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)  # LibreOffice goes by the columns, Word by the cells
    _fill(table.rows[0], head, widths, bold=True)
    repeated = OxmlElement("w:tblHeader")  # the head again on every page
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        _fill(table.add_row(), row, widths)


def _fill(row: _Row, texts: tuple[str, ...], widths: tuple[float, ...], bold: bool = False) -> None:
    for cell, words, width in zip(row.cells, texts, widths, strict=True):
        cell.width = Cm(width)
        run = cell.paragraphs[0].add_run(one_line(words))
        run.bold, run.font.size = bold, Pt(10)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # whole on one page


def _signatures(made: Doc, names: tuple[str, str]) -> None:
    table = made.add_table(rows=1, cols=2)
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = Pt(24)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(one_line(name)).bold = True
