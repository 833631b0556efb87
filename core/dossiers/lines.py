"""Tell lines of a delimited text apart: rows of their own, rows of several lines, broken ones.

RFC 4180, and one leniency: a mark within a field that does not begin with one is a letter of it.
"""

import csv
import io
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MAX_LINE = 1_000_000  # bytes; a longer line is no row
MAX_SPAN = 20  # lines; a quoted text that runs on for longer was never closed
QUOTE, END = ord('"'), ord("\n")
Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Grammar:
    """RFC 4180 as expressions on UTF-8: `line` a row of one line, without its end, `cell` one field
    of it, `row` a row of any number of lines. Possessive: nothing backtracks."""

    line: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    row: re.Pattern[bytes]


def grammar(delimiter: str) -> Grammar:
    """The expressions for one delimiter, a character of ASCII."""
    cut = re.escape(delimiter.encode())
    bare = rb'[^"\n%s][^\n%s]*+' % (cut, cut)
    field = rb'(?:"(?:[^"]++|"")*+"|%s|)' % bare
    short = rb'(?:"(?:[^"\n]++|"")*+"|%s|)' % bare
    return Grammar(
        re.compile(rb"%s(?:%s%s)*+" % (short, cut, short)),
        re.compile(rb"(?:\A|%s)%s" % (cut, short)),
        re.compile(rb"%s(?:%s%s)*+(?=\n|\Z)" % (field, cut, field)),
    )


@dataclass(frozen=True)
class Lines:
    """The lines of a block that ends with one: where each starts and ends (its `\\n`), how many
    fields it has, and whether it is a row of its own."""

    text: bytes
    starts: Places
    ends: Places
    widths: Places
    own: Marks

    @property
    def too_long(self) -> Marks:
        return self.ends - self.starts > MAX_LINE


def cut_lines(text: bytes, delimiter: str, rules: Grammar) -> Lines:
    """All lines of a block, told apart by counting: no line costs a step of its own, but for those
    with a mark in the middle of a field."""
    data = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(data == END)
    starts = np.concatenate([[0], ends + 1])[:-1]
    cuts, quotes = np.flatnonzero(data == ord(delimiter)), np.flatnonzero(data == QUOTE)
    own = np.ones(len(ends), bool)
    if not quotes.size:
        widths = 1 + np.searchsorted(cuts, ends) - np.searchsorted(cuts, starts)
        return Lines(text, starts, ends, widths, own)
    before = np.searchsorted(quotes, starts)  # marks before each line
    line_of_cut = np.searchsorted(ends, cuts)
    outside = (np.searchsorted(quotes, cuts) - before[line_of_cut]) % 2 == 0
    widths = 1 + np.bincount(line_of_cut[outside], minlength=len(ends))
    maybe = _judge_marks(data, quotes, starts, ends, ord(delimiter), own)
    for at in maybe.tolist():
        line = text[starts[at] : ends[at]]
        if rules.line.fullmatch(line):
            own[at], widths[at] = True, len(rules.cell.findall(line))
    return Lines(text, starts, ends, widths, own)


def _judge_marks(
    data: npt.NDArray[np.uint8],
    quotes: Places,
    starts: Places,
    ends: Places,
    delimiter: int,
    own: Marks,
) -> Places:
    """Clear `own` of lines with a mark that neither opens, closes nor doubles one as it should.

    Returns those that may still be rows: the first such mark would open in the middle of a field.
    """
    line = np.searchsorted(ends, quotes)
    rank = np.arange(len(quotes)) - np.searchsorted(quotes, starts)[line]
    opens = rank % 2 == 0
    earlier, later = data[quotes - 1], data[quotes + 1]  # a line has an end, so there is a later
    fair_open = (quotes == starts[line]) | (earlier == delimiter) | (earlier == QUOTE)
    fair_close = (later == delimiter) | (later == END) | (later == QUOTE)
    unfair = np.flatnonzero(~np.where(opens, fair_open, fair_close))
    own[np.flatnonzero(np.bincount(line, minlength=len(ends)) % 2)] = False
    bad, first = np.unique(line[unfair], return_index=True)
    own[bad] = False
    return bad[opens[unfair[first]]]


def row_of_lines(
    lines: Lines,
    at: int,
    delimiter: str,
    wanted: tuple[int, ...],
    rules: Grammar,
    key: int | None = None,
) -> tuple[str | None, int, int]:
    """What begins with a line that is no row of its own: why it can't be read, or None and the
    lines and fields of a row of several lines."""
    reach = int(lines.ends[min(at + MAX_SPAN, len(lines.ends)) - 1])
    found = rules.row.match(lines.text, int(lines.starts[at]), reach)
    if found is None:
        return "quote", 1, 0
    row = found.group()
    try:
        fields = next(csv.reader(io.StringIO(row.decode(), ""), delimiter=delimiter))
    except csv.Error:  # a field of more than 128 KB
        return "too_long", 1, 0
    # a remark may have any line breaks, and a name one; but where another field's mark or a whole
    # line stands behind it, or in the identifier, a mark was not closed
    for place in wanted:
        text = fields[place].strip() if place < len(fields) else ""
        if "\n" in text and (place == key or delimiter in text or text.count("\n") > 2):
            return "quote", 1, 0
    return None, row.count(b"\n") + 1, len(fields)
