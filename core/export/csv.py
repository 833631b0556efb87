"""CSV as a spreadsheet opens it with a double click: its separators, and no cell that runs."""

import math
import re

import pandas as pd

BOM = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for another encoding
# what a spreadsheet would take for a formula, also in the wide letters of East Asian keyboards
FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_FORMULA = re.compile(FORMULA)


def separators(language: str) -> tuple[str, str]:
    """Between the cells of a row, and before the decimals: as Excel has them in a language."""
    return (";", ",") if language == "vi" else (",", ".")


def defused(cell: str) -> str:
    """A text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def csv(frame: pd.DataFrame, language: str) -> bytes:
    """A table as CSV with a byte-order mark, in the separators of a language."""
    separator, decimal = separators(language)

    def safe_cell(cell: object) -> object:
        if isinstance(cell, str):
            return defused(cell)
        # pandas writes the decimal mark in columns of numbers only, not beside texts
        if isinstance(cell, float) and math.isfinite(cell):
            return repr(float(cell)).replace(".", decimal)
        return cell

    safe = frame.map(safe_cell)
    safe.columns = pd.Index([defused(str(name)) for name in frame.columns])
    return BOM + safe.to_csv(index=False, sep=separator).encode()
