"""An official document as a Word file: A4, the margins, type and places of Decree 30/2020."""

import io
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from core.export.minutes_docx import FONT, NO_XML
from core.export.official import Annex, Block, OfficialDocument, OfficialTable, Paragraph
from core.text import clean_text

TOP, BOTTOM, LEFT, RIGHT = 2.0, 2.0, 3.0, 1.5  # cm
WIDTH = 21.0 - LEFT - RIGHT
HEAD_WIDTHS = (6.6, WIDTH - 6.6)
BODY, SMALL, IN_TABLE, FOOT = Pt(14), Pt(13), Pt(12), Pt(9)
TAGS = {"vi": "vi-VN", "en": "en-GB"}
ROMAN_NUMBERS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_CENTER = WD_ALIGN_PARAGRAPH.CENTER


def official_document(content: OfficialDocument) -> bytes:
    """The document as the bytes of a .docx file."""
    made = Document()
    _page(made, content)
    _head(made, content)
    if content.kind:
        _centred(made, content.kind.upper(), BODY, before=12)
        _rule(_centred(made, content.subject, BODY), 5.2)
    _addressed(made, content)
    for block in content.body:
        _block(made, block)
    _foot(made, content)
    for number, annex in enumerate(content.annexes):
        several = len(content.annexes) > 1
        _annex(made, annex, content, ROMAN_NUMBERS[number] if several else "")
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


# --- the page ------------------------------------------------------------------------------------


def _page(made: Doc, content: OfficialDocument) -> None:
    """A4, one face that has every Vietnamese letter, the language, page numbers from page 2 on."""
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(TOP), Cm(BOTTOM)
    page.left_margin, page.right_margin = Cm(LEFT), Cm(RIGHT)
    page.header_distance = Cm(1)
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, BODY
    marks = style.element.get_or_add_rPr()
    fonts = marks.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    for rest in made.styles.element.iter(qn("w:rFonts")):
        for script in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            rest.attrib.pop(qn(f"w:{script}"), None)  # a theme's face would win
    for old in list(made.styles.element.iter(qn("w:lang"))):
        old.getparent().remove(old)
    language = OxmlElement("w:lang")
    for script in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{script}"), TAGS[content.language])
    marks.append(language)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    page.different_first_page_header_footer = True
    line = page.header.paragraphs[0]
    line.alignment = _CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        run.font.size = SMALL
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)
    for foot in (page.footer, page.first_page_footer) if content.steps else ():
        words = foot.paragraphs[0].add_run(" · ".join(map(_text, content.steps)))
        words.font.size = FOOT
    made.core_properties.title = _text(content.title)[:255]  # all that Word takes
    made.core_properties.author = ""
    made.core_properties.language = TAGS[content.language]


def _head(made: Doc, content: OfficialDocument) -> None:
    """Agency and number on the left, name of the state, place and open date on the right."""
    left, right = _pair(made, HEAD_WIDTHS)
    _line(left, content.agency_over.upper(), SMALL, bold=True, first=True)
    _rule(_line(left, content.agency.upper(), SMALL, bold=True), 2.4)
    _line(left, content.number, SMALL, before=4)
    if not content.kind and content.subject:
        _line(left, content.subject, Pt(12), before=2)
    _line(right, content.state[0].upper(), SMALL, bold=True, first=True)
    _rule(_line(right, content.state[1], BODY, bold=True), 2.3)
    _line(right, content.place_and_date, BODY, italic=True, before=4)


def _addressed(made: Doc, content: OfficialDocument) -> None:
    label, names = content.addressed
    if not names:
        return
    first = made.add_paragraph()
    first.paragraph_format.space_before, first.paragraph_format.space_after = Pt(14), Pt(6)
    first.paragraph_format.left_indent = Cm(3)
    if len(names) == 1:
        first.add_run(f"{label}: {_text(names[0])}")
        return
    first.add_run(f"{label}:")
    for place, name in enumerate(names):
        end = "." if place == len(names) - 1 else ";"
        line = made.add_paragraph()
        line.paragraph_format.left_indent = Cm(5)
        line.add_run(f"- {_text(name)}{end}")


def _foot(made: Doc, content: OfficialDocument) -> None:
    """Recipients on the left; on the right who signs, and the room to do it."""
    left, right = _pair(made, (WIDTH / 2, WIDTH / 2), before=12)
    label, names = content.recipients
    line = _line(left, f"{label}:", Pt(12), bold=True, italic=True, first=True)
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    for name in names:
        _line(left, f"- {name}", Pt(11)).alignment = WD_ALIGN_PARAGRAPH.LEFT
    for place, words in enumerate(content.signed):
        _line(right, words.upper(), BODY, bold=True, first=place == 0)
    _line(right, "", BODY, before=70)


def _annex(made: Doc, annex: Annex, content: OfficialDocument, number: str) -> None:
    first = _centred(made, f"{content.annex_word} {number}".strip(), BODY)
    first.paragraph_format.page_break_before = True
    _centred(made, annex.title.upper(), BODY)
    note = _centred(made, content.annex_note, SMALL, bold=False, italic=True)
    _rule(note, 5.2)
    for block in annex.blocks:
        _block(made, block)


# --- its pieces ----------------------------------------------------------------------------------


def _block(made: Doc, block: Block) -> None:
    if isinstance(block, OfficialTable):
        _table(made, block)
        return
    _paragraph(made, block)


def _paragraph(made: Doc, block: Paragraph) -> None:
    line = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    layout = line.paragraph_format
    layout.first_line_indent, layout.space_before, layout.space_after = Cm(1.27), Pt(3), Pt(3)
    layout.keep_with_next = block.heading
    line.add_run(_text(block.text)).bold = block.heading


def _pair(made: Doc, widths: tuple[float, float], before: float = 0) -> tuple[_Cell, _Cell]:
    """Two cells beside each other, without lines."""
    if before:
        gap = made.add_paragraph()
        gap.paragraph_format.space_after = Pt(before)
        gap.paragraph_format.line_spacing = Pt(1)
    table = made.add_table(rows=1, cols=2)
    table.autofit = False
    cells = table.rows[0].cells
    for column, cell, width in zip(table.columns, cells, widths, strict=True):
        column.width = cell.width = Cm(width)
    _whole(table.rows[0]._tr)
    return cells[0], cells[1]


def _line(
    cell: _Cell,
    words: str,
    size: Pt,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    first: bool = False,
) -> Line:
    line = cell.paragraphs[0] if first else cell.add_paragraph()
    line.alignment = _CENTER
    line.paragraph_format.space_before = Pt(before)
    run = line.add_run(_text(words))
    run.bold, run.italic, run.font.size = bold, italic, size
    return line


def _centred(made: Doc, words: str, size: Pt, bold: bool = True, italic: bool = False,
             before: float = 0) -> Line:  # fmt: skip
    line = made.add_paragraph()
    line.alignment = _CENTER
    line.paragraph_format.space_before = Pt(before)
    line.paragraph_format.keep_with_next = True
    run = line.add_run(_text(words))
    run.bold, run.italic, run.font.size = bold, italic, size
    return line


def _rule(line: Line, length: float) -> None:
    """A short line of `length` cm below a line of text: an empty paragraph with a border above."""
    rule = OxmlElement("w:p")
    line._p.addnext(rule)
    below = Line(rule, line._parent)
    cell = line._parent
    wide = cell.width.cm - 0.38 if isinstance(cell, _Cell) and cell.width else WIDTH
    side = max(0.0, (wide - length) / 2)
    below.paragraph_format.left_indent = below.paragraph_format.right_indent = Cm(side)
    below.paragraph_format.line_spacing = Pt(6)
    below.paragraph_format.space_before = Pt(2)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = below._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _table(made: Doc, content: OfficialTable) -> None:
    """A table whose head stands on every page, with whole rows, its widths said everywhere."""
    table = made.add_table(rows=0, cols=len(content.head), style="Table Grid")
    table.autofit = False
    unit = WIDTH / sum(content.widths)
    widths = [round(part * unit * 567) for part in content.widths]  # in twentieths of a point
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width * 635
    head = _row(content.head, widths, ["center"] * len(widths), bold=True)
    repeated = OxmlElement("w:tblHeader")
    head.find(qn("w:trPr")).append(repeated)
    table._tbl.append(head)
    for place, row in enumerate(content.rows):
        if place in content.bands:
            made_row = _row((row[0],), [sum(widths)], ["left"], bold=True, across=len(widths))
        else:
            made_row = _row(row, widths, list(content.align))
        table._tbl.append(made_row)
    after = made.add_paragraph()
    after.paragraph_format.line_spacing = Pt(6)


def _row(
    texts: tuple[str, ...], widths: list[int], align: list[Any], bold: bool = False, across: int = 1
) -> Any:
    """A row as XML: thousands of them through python-docx would take minutes."""
    row = OxmlElement("w:tr")
    _whole(row)
    for words, width, side in zip(texts, widths, align, strict=True):
        cell, properties = OxmlElement("w:tc"), OxmlElement("w:tcPr")
        properties.append(_with("w:tcW", w=str(width), type="dxa"))
        if across > 1:
            properties.append(_with("w:gridSpan", val=str(across)))
        properties.append(_with("w:vAlign", val="center"))
        line, layout = OxmlElement("w:p"), OxmlElement("w:pPr")
        layout.append(_with("w:spacing", before="20", after="20"))
        layout.append(_with("w:jc", val=side))
        run, marks, text = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
        if bold:
            marks.append(OxmlElement("w:b"))
        marks.append(_with("w:sz", val=str(int(IN_TABLE.pt * 2))))
        text.text = _text(words)
        text.set(qn("xml:space"), "preserve")
        run.extend([marks, text])
        line.extend([layout, run])
        cell.extend([properties, line])
        row.append(cell)
    return row


def _whole(row: Any) -> None:
    """A row that no page break cuts."""
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    row.insert(0, properties)


def _with(tag: str, **values: str) -> Any:
    found = OxmlElement(tag)
    for name, value in values.items():
        found.set(qn(f"w:{name}"), value)
    return found


def _text(words: str) -> str:
    """Words as a Word file can hold them: in one line, nothing invisible."""
    return NO_XML.sub("", clean_text(words))
