"""CSV as a spreadsheet opens it with a double click: its separators, and no cell that runs."""

import re

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
