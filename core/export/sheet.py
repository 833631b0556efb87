"""A table as a workbook: numbers as numbers with the decimals of the screen, texts as texts."""

import io
from collections.abc import Mapping

import pandas as pd
import xlsxwriter

from core.text import one_line

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FIRST = 3  # the row of the headings, below a title and where the figures are from
_WIDEST, _SAMPLE = 60, 200


def sheet(
    table: pd.DataFrame,
    title: str,
    about: str,
    digits: Mapping[str, int],
    estimated: "Mapping[str, pd.Series[bool]]",
    mark: str,
) -> bytes:
    """The table below its `title` and a line `about` where it is from.

    `digits` the decimals of each column of numbers; cells of `estimated` columns have the `mark`
    before their number, which stays a number.
    """
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, _OPTIONS) as book:
        book.set_properties({"title": one_line(title)[:255], "author": ""})
        page = book.add_worksheet()
        font = {"font_name": "Arial", "font_size": 10}
        page.write_string(0, 0, one_line(title), book.add_format({**font, "bold": True}))
        page.write_string(1, 0, one_line(about), book.add_format({**font, "italic": True}))
        head = book.add_format(
            {**font, "bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True}
        )
        plain = book.add_format(font)
        for column, name in enumerate(table.columns):
            page.write_string(_FIRST, column, one_line(str(name)), head)
            places = digits.get(str(name), 2)
            pattern = "#,##0" + ("." + "0" * places if places else "")
            sure = book.add_format({**font, "num_format": pattern})
            guessed = book.add_format({**font, "num_format": f'"{mark}"{pattern}'})
            marks = estimated.get(str(name), pd.Series(False, index=table.index))
            for row, (value, is_guess) in enumerate(
                zip(table[name], marks, strict=True), _FIRST + 1
            ):
                if pd.isna(value):
                    continue
                if isinstance(value, int | float) and not isinstance(value, bool):
                    # the sheet holds what the screen shows: no figure below its last decimal
                    kept = round(float(value), places)
                    page.write_number(row, column, kept, guessed if is_guess else sure)
                else:
                    page.write_string(row, column, one_line(str(value)), plain)
            words = [str(name), *map(str, table[name].head(_SAMPLE))]
            width = min(_WIDEST, max(map(len, words)) + 2)
            page.set_column(column, column, min(width, 14) if str(name) in digits else width)
        page.freeze_panes(_FIRST + 1, 0)
        if len(table):
            page.autofilter(_FIRST, 0, _FIRST + len(table), len(table.columns) - 1)
    return held.getvalue()
