"""Tables of a web page, or of a spreadsheet as XML, that was saved under the name of a workbook.

Read as text with the standard library's parser: no script runs, nothing is loaded, no entity is
defined. Runs within the limits of `sheet`.
"""

import codecs
import email
import email.policy
import re
from html.parser import HTMLParser
from pathlib import Path

MOST_COLUMNS = 1_000
MOST_TABLES = 200
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_START = re.compile(
    rb"\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*|<\?mso[^>]*>\s*)*<(?:!doctype html|html|head|meta|body"
    rb"|table|style|div|center|font|(?:\w+:)?workbook)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_Rows = list[list[str]]


def is_web_page(sample: bytes) -> bool:
    """Whether a file begins as a web page, an archive of one, or a spreadsheet as XML."""
    if sample.startswith(_MARKS[1:]):
        sample = sample.decode("utf-16", "replace").encode()
    text = sample.removeprefix(_MARKS[0])
    return bool(_START.match(text)) or text[:400].lstrip().lower().startswith(b"mime-version:")


def read_tables(source: Path) -> list[_Rows]:
    """The tables of a page with something in them, rows of cells; those within others too.

    Cells of several rows are repeated in each, cells of several columns stand in the first.
    """
    parser = _Tables()
    parser.feed(_decoded(source.read_bytes()))
    parser.close()
    return [rows for rows in parser.finished() if any(any(row) for row in rows)]


def _decoded(raw: bytes) -> str:
    if raw[:400].lstrip().lower().startswith(b"mime-version:"):
        for part in email.message_from_bytes(raw, policy=email.policy.default).walk():
            if part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                return _decoded(payload if isinstance(payload, bytes) else b"")
    if raw.startswith(_MARKS[1:]):
        return raw.decode("utf-16", "replace")
    named = _CHARSET.search(raw[:4000])
    name = named.group(1).decode("ascii") if named else "utf-8"
    try:
        return raw.removeprefix(_MARKS[0]).decode(name, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


class _Table:
    """A table that is being read."""

    def __init__(self) -> None:
        self.rows: _Rows = []
        self.cell: list[str] | None = None
        self.at: tuple[int, int, int] = (0, 1, 1)  # column, columns, rows of the cell
        self.below: dict[int, tuple[int, str]] = {}  # column -> rows to come, text

    def row(self) -> None:
        self.end_cell()
        self.rows.append([])
        self._fill()

    def _fill(self) -> None:
        row = self.rows[-1]
        while len(row) in self.below:
            left, text = self.below.pop(len(row))
            if left > 1:
                self.below[len(row)] = (left - 1, text)
            row.append(text)

    def start_cell(self, columns: int, lines: int, at: int | None) -> None:
        self.end_cell()
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        self._fill()
        while at is not None and len(row) < min(at, MOST_COLUMNS):
            row.append("")
        self.cell, self.at = [], (len(row), columns, lines)

    def end_cell(self) -> None:
        if self.cell is None:
            return
        text = "\n".join(" ".join(line.split()) for line in "".join(self.cell).split("\n")).strip()
        place, columns, lines = self.at
        row = self.rows[-1]
        for column in range(place, min(place + columns, MOST_COLUMNS + 1)):
            row.append(text if column == place else "")
            if lines > 1:
                self.below[column] = (lines - 1, text if column == place else "")
        self.cell = None
        self._fill()


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Table] = []
        self.open: list[_Table] = []
        self.silent = 0  # within a script or a style

    def finished(self) -> list[_Rows]:
        while self.open:
            self._end_table()
        return [table.rows for table in self.done]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said, tag = dict(attrs), tag.rpartition(":")[2]
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "table" and len(self.done) + len(self.open) < MOST_TABLES:
            self.open.append(_Table())
        elif not self.open:
            return
        elif tag in ("tr", "row"):
            self.open[-1].row()
        elif tag in ("td", "th", "cell"):
            columns = _number(said.get("colspan"), 1) + _number(said.get("ss:mergeacross"), 0)
            lines = _number(said.get("rowspan"), 1) + _number(said.get("ss:mergedown"), 0)
            at = _number(said.get("ss:index"), 0)
            self.open[-1].start_cell(max(1, columns), max(1, lines), at - 1 if at else None)
        elif tag == "br" and self.open[-1].cell is not None:
            self.open[-1].cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag == "table" and self.open:
            self._end_table()
        elif tag in ("td", "th", "cell", "tr", "row") and self.open:
            self.open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].cell is not None and not self.silent:
            self.open[-1].cell.append(data.replace("\n", " "))

    def _end_table(self) -> None:
        self.open[-1].end_cell()
        self.done.append(self.open.pop())


def _number(text: str | None, otherwise: int) -> int:
    """A span; nothing goes beyond what a list may have."""
    found = re.match(r"\s*(\d{1,9})", text or "")
    return min(int(found.group(1)), MOST_COLUMNS) if found else otherwise
