"""Slides as a .pptx file: 16:9, charts that the reader's own program draws, texts as texts."""

import io
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Cm, Pt

from core.export.official import OfficialTable
from core.text import one_line

_FACE, _LANGUAGES = "Arial", {"vi": "vi-VN", "en": "en-GB"}
_WIDTH, _HEIGHT, _EDGE, _TOP = 33.867, 19.05, 1.4, 3.6  # cm
_TITLE_ONLY = 5  # the layout of the standard template
_MOST_LETTERS = 140  # of a title
_chart_data: Any = CategoryChartData
_rgb: Any = RGBColor


@dataclass(frozen=True)
class SlideBars:
    """A chart of bars; `series` name, values and colour each; `own` the bar that stands out."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...], str], ...]
    stacked: bool = False
    own: int | None = None
    own_colour: str = "#D55E00"
    low: float = 0
    digits: str = "0.00"


@dataclass(frozen=True)
class OneSlide:
    """A slide: its title is its message, then lines, a chart or a table, and a line below."""

    title: str
    lines: tuple[str, ...]
    below: str
    chart: SlideBars | None = None
    table: OfficialTable | None = None


@dataclass(frozen=True)
class Deck:
    """Slides in order, in one language; `title` is the file's own."""

    title: str
    language: str
    slides: tuple[OneSlide, ...]


def slides_file(deck: Deck) -> bytes:
    """The slides as the bytes of a .pptx file."""
    made = Presentation()
    made.slide_width, made.slide_height = Cm(_WIDTH), Cm(_HEIGHT)
    made.core_properties.title = one_line(deck.title)[:255]
    made.core_properties.author = ""
    made.core_properties.language = _LANGUAGES[deck.language]
    for one in deck.slides:
        _slide(made, one, _LANGUAGES[deck.language])
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def _slide(made: Any, content: OneSlide, language: str) -> None:
    page = made.slides.add_slide(made.slide_layouts[_TITLE_ONLY])
    wide = _WIDTH - 2 * _EDGE
    title = page.shapes.title
    title.left, title.top, title.width, title.height = Cm(_EDGE), Cm(0.8), Cm(wide), Cm(2.6)
    words = one_line(content.title)
    shown = words if len(words) <= _MOST_LETTERS else words[: _MOST_LETTERS - 1] + "…"
    title.text_frame.word_wrap = True
    title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _write(title.text_frame.paragraphs[0], shown, 28, language, bold=True)
    seen = content.chart is not None or content.table is not None
    lines_wide = wide * 0.36 if content.chart else wide
    height = 11.6 if content.chart or not seen else 2.4
    if content.lines:
        box = page.shapes.add_textbox(Cm(_EDGE), Cm(_TOP), Cm(lines_wide), Cm(height)).text_frame
        box.word_wrap = True
        for place, line in enumerate(content.lines):
            paragraph = box.paragraphs[0] if place == 0 else box.add_paragraph()
            paragraph.space_after = Pt(10 if content.chart or not seen else 2)
            _write(paragraph, one_line(line), 20 if content.chart or not seen else 16, language)
    if content.chart:
        left = _EDGE + wide * 0.38
        box_of = Cm(left), Cm(_TOP), Cm(_WIDTH - left - _EDGE), Cm(13.2)
        _bars(page, content.chart, box_of)
    if content.table:
        top = _TOP + (2.6 if content.lines else 0)
        _table(page, content.table, Cm(_EDGE), Cm(top), Cm(wide), language)
    below = page.shapes.add_textbox(Cm(_EDGE), Cm(_HEIGHT - 1.6), Cm(wide), Cm(1.2)).text_frame
    below.word_wrap = True
    _write(below.paragraphs[0], one_line(content.below), 11, language, colour="#5F6B76")


def _write(
    paragraph: Any,
    words: str,
    size: int,
    language: str,
    bold: bool = False,
    colour: str = "#1B2733",
) -> None:
    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = words
    run.font.name, run.font.size, run.font.bold = _FACE, Pt(size), bold
    run.font.color.rgb = _colour(colour)
    run.font._element.set("lang", language)


def _colour(text: str) -> Any:
    red, green, blue = bytes.fromhex(text.lstrip("#"))
    return _rgb(red, green, blue)


def _bars(page: Any, content: SlideBars, place: tuple[Any, ...]) -> None:
    data: Any = _chart_data(number_format=content.digits)
    data.categories = [one_line(one) for one in content.categories]
    for name, values, _ in content.series:
        data.add_series(one_line(name), values)
    kind = XL_CHART_TYPE.BAR_STACKED if content.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    chart = page.shapes.add_chart(kind, *place, data).chart
    chart.font.name, chart.font.size = _FACE, Pt(14)
    chart.has_legend = len(content.series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    chart.category_axis.reverse_order = True  # the first of them on top
    chart.category_axis.format.line.fill.background()
    chart.category_axis.has_major_gridlines = False
    values = chart.value_axis
    values.visible, values.has_major_gridlines = False, False
    values.minimum_scale = content.low
    plot = chart.plots[0]
    plot.gap_width = 45
    for series, (_, _, colour) in zip(plot.series, content.series, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _colour(colour)
    if content.own is not None:
        point = plot.series[0].points[content.own]
        point.format.fill.solid()
        point.format.fill.fore_color.rgb = _colour(content.own_colour)
    plot.has_data_labels = True
    plot.data_labels.number_format = content.digits
    plot.data_labels.number_format_is_linked = False
    plot.data_labels.font.size, plot.data_labels.font.name = Pt(13), _FACE
    if content.stacked:  # dark bars, light letters
        labels = plot.series[0].data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = content.digits, False
        labels.font.size, labels.font.name, labels.font.bold = Pt(13), _FACE, True
        labels.font.color.rgb = _colour("#FFFFFF")


def _table(
    page: Any, content: OfficialTable, left: Any, top: Any, wide: Any, language: str
) -> None:
    rows = 1 + len(content.rows)
    frame = page.shapes.add_table(rows, len(content.head), left, top, wide, Cm(0.9 * rows))
    table = frame.table
    whole = sum(content.widths)
    for column, part in zip(table.columns, content.widths, strict=True):
        column.width = int(wide * part / whole)
    sides = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
    for r, texts in enumerate((content.head, *content.rows)):
        table.rows[r].height = Cm(0.9)
        across = r - 1 in content.bands
        for c, (words, side) in enumerate(zip(texts, content.align, strict=True)):
            cell = table.cell(r, c)
            cell.margin_top = cell.margin_bottom = Cm(0.08)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _colour(
                "#0B3D6B" if r == 0 else "#E8EEF7" if across else "#FFFFFF"
            )
            ink = "#FFFFFF" if r == 0 else "#1B2733"
            paragraph = cell.text_frame.paragraphs[0]
            _write(paragraph, one_line(words), 14, language, bold=r == 0 or across, colour=ink)
            paragraph.alignment = PP_ALIGN.CENTER if r == 0 else sides[side]
        if across:
            table.cell(r, 0).merge(table.cell(r, len(texts) - 1))
            table.cell(r, 0).text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
