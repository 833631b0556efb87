"""The pieces of our Word files: an A4 page, a letterhead, lines and tables (Decree 30/2020)."""

from copy import deepcopy
from typing import Any

from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from core.export.official import OfficialTable
from core.text import one_line

FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = 2.0, 2.0, 3.0, 1.5  # cm
TEXT_WIDTH = 21.0 - LEFT - RIGHT
HEAD_PART = 0.364  # of the width: the agency's; so the name of the state is one line
BODY, SMALL, IN_TABLE = Pt(14), Pt(13), Pt(12)
TAGS = {"vi": "vi-VN", "en": "en-GB"}
CENTER = WD_ALIGN_PARAGRAPH.CENTER
_TEXT = qn("w:t")


def set_page(made: Doc, language: str, title: str) -> None:
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
    set_language(made, language)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    page.different_first_page_header_footer = True
    line = page.header.paragraphs[0]
    line.alignment = CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        run.font.size = SMALL
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)
    made.core_properties.title = one_line(title)[:255]  # all that Word takes
    made.core_properties.author = ""


def set_language(made: Doc, language: str) -> None:
    """The language that the text is proofread in."""
    for old in list(made.styles.element.iter(qn("w:lang"))):
        old.getparent().remove(old)
    tag = OxmlElement("w:lang")
    for script in ("val", "eastAsia", "bidi"):
        tag.set(qn(f"w:{script}"), TAGS[language])
    made.styles["Normal"].element.get_or_add_rPr().append(tag)
    made.core_properties.language = TAGS[language]


def letterhead(
    made: Doc,
    agency: tuple[str, ...],
    state: tuple[str, str],
    number: str = "",
    dated: str = "",
    subject: str = "",
    wide: float = TEXT_WIDTH,
) -> None:
    """Agencies, number and, for a letter, its subject on the left; on the right the name of the
    state, place and open date."""
    left, right = cell_pair(made, (wide * HEAD_PART, wide * (1 - HEAD_PART)))
    for place, name in enumerate(agency):
        last = place == len(agency) - 1
        line = cell_line(left, name.upper(), SMALL, bold=True, first=place == 0)
        if last:
            short_rule(line, 2.4)
    if number:
        cell_line(left, number, SMALL, before=4)
    if subject:
        cell_line(left, subject, Pt(12), before=2)
    cell_line(right, state[0].upper(), SMALL, bold=True, first=True)
    short_rule(cell_line(right, state[1], BODY, bold=True), 2.3)
    if dated:
        cell_line(right, dated, BODY, italic=True, before=4)


def cell_pair(made: Doc, widths: tuple[float, float], before: float = 0) -> tuple[_Cell, _Cell]:
    """Two cells beside each other, without lines."""
    if before:
        gap = made.add_paragraph()
        gap.paragraph_format.space_after = Pt(before)
        gap.paragraph_format.line_spacing = Pt(1)
        gap.paragraph_format.keep_with_next = True
    table = made.add_table(rows=1, cols=2)
    table.autofit = False
    cells = table.rows[0].cells
    for column, cell, width in zip(table.columns, cells, widths, strict=True):
        column.width = cell.width = Cm(width)
    _whole(table.rows[0]._tr)
    return cells[0], cells[1]


def cell_line(
    cell: _Cell,
    words: str,
    size: Pt,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    first: bool = False,
) -> Line:
    line = cell.paragraphs[0] if first else cell.add_paragraph()
    line.alignment = CENTER
    line.paragraph_format.space_before = Pt(before)
    run = line.add_run(one_line(words))
    run.bold, run.italic, run.font.size = bold, italic, size
    return line


def centred_line(made: Doc, words: str, size: Pt, bold: bool = True, italic: bool = False,
             before: float = 0) -> Line:  # fmt: skip
    line = made.add_paragraph()
    line.alignment = CENTER
    line.paragraph_format.space_before = Pt(before)
    line.paragraph_format.keep_with_next = True
    run = line.add_run(one_line(words))
    run.bold, run.italic, run.font.size = bold, italic, size
    return line


def short_rule(line: Line, length: float) -> None:
    """A short line of `length` cm below a line of text: an empty paragraph with a border above."""
    rule = OxmlElement("w:p")
    line._p.addnext(rule)
    below = Line(rule, line._parent)
    cell = line._parent
    wide = cell.width.cm - 0.38 if isinstance(cell, _Cell) and cell.width else TEXT_WIDTH
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


def table_into(
    made: Doc, content: OfficialTable, size: Any = IN_TABLE, wide: float = TEXT_WIDTH
) -> None:
    """A table whose head stands on every page, with whole rows, its widths said everywhere."""
    table = made.add_table(rows=0, cols=len(content.head), style="Table Grid")
    table.autofit = False
    unit = wide / sum(content.widths)
    widths = [round(part * unit * 567) for part in content.widths]  # in twentieths of a point
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width * 635
    head = _filled(_row(widths, ["center"] * len(widths), size, bold=True), content.head)
    repeated = OxmlElement("w:tblHeader")
    head.find(qn("w:trPr")).append(repeated)
    plain = _row(widths, list(content.align), size)
    band = _row([sum(widths)], ["left"], size, bold=True, across=len(widths))
    rows = (
        _filled(deepcopy(band), row[:1])
        if place in content.bands
        else _filled(deepcopy(plain), row)
        for place, row in enumerate(content.rows)
    )
    table._tbl.extend([head, *rows])
    after = made.add_paragraph()
    after.paragraph_format.line_spacing = Pt(6)


def _row(
    widths: list[int], align: list[Any], size: Any, bold: bool = False, across: int = 1
) -> Any:
    """A row without words as XML, to be copied: made anew, ten thousand of them take seconds."""
    row = OxmlElement("w:tr")
    _whole(row)
    for width, side in zip(widths, align, strict=True):
        cell, properties = OxmlElement("w:tc"), OxmlElement("w:tcPr")
        properties.append(_with("w:tcW", w=str(width), type="dxa"))
        if across > 1:
            properties.append(_with("w:gridSpan", val=str(across)))
        properties.append(_with("w:vAlign", val="center"))
        line, layout = OxmlElement("w:p"), OxmlElement("w:pPr")
        if across > 1:  # a band is never the last row of a page
            layout.append(OxmlElement("w:keepNext"))
        layout.append(_with("w:spacing", before="20", after="20"))
        layout.append(_with("w:jc", val=side))
        run, marks, text = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
        if bold:
            marks.append(OxmlElement("w:b"))
        marks.append(_with("w:sz", val=str(int(size.pt * 2))))
        text.set(qn("xml:space"), "preserve")
        run.extend([marks, text])
        line.extend([layout, run])
        cell.extend([properties, line])
        row.append(cell)
    return row


def _filled(row: Any, texts: tuple[str, ...]) -> Any:
    for held, words in zip(row.iter(_TEXT), texts, strict=True):
        held.text = one_line(words)
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
