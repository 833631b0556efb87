"""Tables in text: CSV, pasted cells, and the tables of a web page."""

import csv
import html
import io
import re
from collections import Counter
from html.parser import HTMLParser

from core.imports.files.grid import LONGEST_TABLE, WIDEST, Grid

_DELIMITERS = "\t;,|"
_GAPS = re.compile(r"\t| {2,}")
LONGEST_CELL = 20_000


def delimited(text: str, name: str) -> Grid:
    """The rows of a CSV or of cells that were pasted."""
    lines = list(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    sample = [line for line in lines[:200] if line.strip()]
    delimiter = max(_DELIMITERS, key=lambda one: _fit(sample, one))
    if _fit(sample, delimiter)[0] == 0:  # columns apart by spaces, as copied from a page
        rows = [_GAPS.split(line.strip()) for line in lines]
    else:
        csv.field_size_limit(LONGEST_CELL * 10)
        rows = [list(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)]
    if delimiter == "|":  # a table in Markdown has a mark at both ends
        rows = [row for row in rows if not all(set(cell.strip()) <= set("-:") for cell in row)]
    return Grid(name, squared(rows))


def _fit(lines: list[str], delimiter: str) -> tuple[int, int]:
    """In how many lines a mark makes the commonest number of cells, and that number."""
    widths = Counter(line.count(delimiter) + 1 for line in lines)
    width, count = max(widths.items(), key=lambda one: (one[0] > 1, one[1], one[0]), default=(1, 0))
    return (count if width > 1 else 0, width)


def squared(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows of one width, at most as many and as wide as a table may be."""
    rows = [[cell.strip()[:LONGEST_CELL] for cell in row[: WIDEST + 1]] for row in rows]
    rows = rows[: LONGEST_TABLE + 1]
    width = max((len(row) for row in rows), default=0)
    return tuple(tuple(row + [""] * (width - len(row))) for row in rows)


class _Tables(HTMLParser):
    """The tables of a page, cells that span several rows or columns said in each of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.above: list[str] = []
        self._texts: list[str] = []
        self._open: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._held: list[dict[int, tuple[int, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table" and len(self._open) < 20:
            self._open.append([])
            self._held.append({})
        elif tag == "tr" and self._open:
            self._close_cell()
            self._open[-1].append([])
            self._pull()
        elif tag in ("td", "th") and self._open and self._open[-1]:
            self._close_cell()
            given = dict(attrs)
            self._span = (_span(given.get("rowspan")), _span(given.get("colspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._close_cell()
        elif tag == "table" and self._open:
            self._close_cell()
            self.tables.append(self._open.pop())
            self._held.pop()
            self.above.append("\n".join(self._texts[-6:]))
            self._texts = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
        elif not self._open and data.strip():
            self._texts.append(data.strip())

    def _pull(self) -> None:
        """Cells of rows above that reach down into this one."""
        row, held = self._open[-1][-1], self._held[-1]
        while len(row) in held:
            left, text = held[len(row)]
            if left > 1:
                held[len(row)] = (left - 1, text)
            else:
                del held[len(row)]
            row.append(text)

    def _close_cell(self) -> None:
        if self._cell is None or not self._open or not self._open[-1]:
            return
        text = "\n".join(" ".join(line.split()) for line in "".join(self._cell).split("\n")).strip()
        down, across = self._span
        row, held = self._open[-1][-1], self._held[-1]
        for _ in range(across):
            if len(row) > WIDEST:
                break
            if down > 1:
                held[len(row)] = (down - 1, text)
            row.append(text)
        self._cell = None
        self._pull()


_BLOCK = re.compile(r"<(pre|script)\b([^<>]{0,300})>\s*(?=[\[{])", re.IGNORECASE)


def page_json(text: str) -> str:
    """The JSON that a browser saved as a web page, or that a page keeps as data; empty if none.

    A page with a table is one of the table.
    """
    if "<table" in text.lower():
        return ""
    found, at = [], 0
    while (block := _BLOCK.search(text, at)) is not None:
        tag, start = block[1].lower(), block.end()
        end = re.compile(f"</{tag}", re.IGNORECASE).search(text, start)
        at = end.start() if end else len(text)
        if tag == "pre":
            found.append(html.unescape(re.sub(r"</?(?:span|a|div)\b[^>]*>", "", text[start:at])))
        elif "json" in block[2].lower():
            found.append(text[start:at])
    return "\n".join(found)


def _span(text: str | None) -> int:
    return min(int(text), WIDEST) if text and text.isdecimal() and int(text) > 0 else 1


def page_tables(text: str) -> list[Grid]:
    """The tables of a web page."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return [
        Grid(f"{number}", squared(rows), above=above)
        for number, (rows, above) in enumerate(zip(parser.tables, parser.above, strict=True), 1)
        if rows
    ]
