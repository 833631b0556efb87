"""A sheet while it is written: texts as texts, numbers with the decimals of the screen."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from core.documents.words import ABOUT
from core.text import one_line

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
RATE_FORMAT, POINTS_FORMAT, RANK_FORMAT = "0.00%", "0.00", "0"
_INK, _HEAD, _OPEN, _GREY = "#1B2733", "#E8EEF7", "#FFF8DC", "#F2F2F2"
_EDGE = {"border": 1, "border_color": "#C8CDD3"}


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas are written as they are: none has a function that is newer than the
    file format, and to look for those in each formula takes half of all the time."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class Book:
    """The workbook: its formats by what a cell is, its sheets."""

    def __init__(self, title: str) -> None:
        self.file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.file, _OPTIONS)
        self.book.set_properties({"title": one_line(title)[:255], "author": ""})
        self.book.set_calc_mode("auto")
        self.formats: dict[tuple[object, ...], Any] = {}

    def style(self, **wanted: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {"font_name": "Arial", "font_size": 10, "font_color": _INK, **wanted}
            )
        return self.formats[key]

    def figure(self, kind: str, about: bool, is_open: bool = False, strong: bool = False) -> Any:
        """A number of one of the formats; `about` an estimate, `is_open` to be changed."""
        mark = f'"{ABOUT}"' if about else ""
        look: dict[str, Any] = {"bg_color": _OPEN, "locked": False} if is_open else {}
        return self.style(num_format=mark + kind, bold=strong, **look, **_EDGE)

    @property
    def head(self) -> Any:
        """A heading of a column."""
        return self.style(
            bold=True, text_wrap=True, valign="vcenter", align="center", bg_color=_HEAD, **_EDGE
        )

    @property
    def text(self) -> Any:
        """A cell of words."""
        return self.style(text_wrap=True, valign="vcenter", **_EDGE)

    @property
    def grey(self) -> Any:
        """A cell that holds nothing, or follows another."""
        return self.style(bg_color=_GREY, **_EDGE)

    def grey_rate(self, about: bool) -> Any:
        """A rate that follows another."""
        mark = f'"{ABOUT}"' if about else ""
        return self.style(num_format=mark + RATE_FORMAT, bg_color=_GREY, **_EDGE)

    def finished(self) -> bytes:
        """The file."""
        self.book.close()
        return self.file.getvalue()


class SheetPage:
    """One sheet of a book."""

    def __init__(self, book: Book, name: str, guarded: bool = True) -> None:
        self.book, self.name = book, name
        self.sheet = book.book.add_worksheet(name, _Sheet)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        if guarded:  # no password: only against a slip of the hand
            self.sheet.protect(
                "", {"format_columns": True, "format_rows": True, "format_cells": True}
            )

    def words(self, row: int, column: int, text: str, style: Any = None) -> None:
        """A text, whatever it looks like."""
        kept = one_line(text)
        self.sheet.write_string(row, column, kept, style or self.book.text)

    def line(self, row: int, text: str, **look: Any) -> None:
        """A line of words on its own."""
        self.words(row, 0, text, self.book.style(**look))

    def heads(self, row: int, texts: Sequence[str], column: int = 0) -> None:
        """Headings beside each other."""
        for place, text in enumerate(texts):
            self.words(row, column + place, text, self.book.head)

    def number(self, row: int, column: int, value: float, style: Any) -> None:
        """A number; an empty grey cell where there is none."""
        if value != value:
            self.sheet.write_blank(row, column, None, self.book.grey)
        else:
            self.sheet.write_number(row, column, float(value), style)

    def formula(self, row: int, column: int, text: str, value: float, style: Any) -> None:
        """A formula with the engine's value; empty where there is none."""
        if value != value:
            self.sheet.write_blank(row, column, None, self.book.grey)
        else:
            self.sheet.write_formula(row, column, f"={text}", style, float(value))
