"""Read a delimited text file of a million rows, and lose none of them.

A row that can't be told apart into the header's fields is handed on with the reason and its text.
One broken quotation mark costs its own line only: reading goes on at the next line.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

CHUNK = 4_000_000  # bytes read at a time
MAX_LINE = 1_000_000  # bytes; a longer line is no row
MAX_SPAN = 20  # lines; a quoted text that runs on for longer was never closed
MAX_RAW = 2_000  # characters kept of a row that can't be read
Places = npt.NDArray[np.int64]
NOTES = ("broken", "found", "raw")


@dataclass(frozen=True)
class Layout:
    """How a text file is cut into rows and fields.

    `width` is the number of fields; `wanted` the positions to hand on; rows start after
    `header_end`, the last line of the header.
    """

    encoding: str
    delimiter: str
    width: int
    wanted: tuple[int, ...]
    header_end: int

    @property
    def blank(self) -> str:
        """The characters of a row in which nothing is written."""
        return f'"{self.delimiter} \t\u00a0\ufeff'


@dataclass(frozen=True)
class Grammar:
    """RFC 4180 as expressions on UTF-8: `lines` any number of lines that are rows of their own,
    `row` one row, line breaks within quotation marks included. Possessive: nothing backtracks."""

    lines: re.Pattern[bytes]
    row: re.Pattern[bytes]


def grammar(delimiter: str) -> Grammar:
    cut = re.escape(delimiter.encode())
    bare = rb'[^"\n%s][^\n%s]*+' % (cut, cut)
    field = rb'(?:"(?:[^"]++|"")*+"|%s|)' % bare
    short = rb'(?:"(?:[^"\n]++|"")*+"|%s|)' % bare
    return Grammar(
        re.compile(rb'(?:[^"\n]*+\n|%s(?:%s%s)*+\n)*+' % (short, cut, short)),
        re.compile(rb"%s(?:%s%s)*+(?=\n|\Z)" % (field, cut, field)),
    )


def read_rows(source: BinaryIO, layout: Layout) -> Iterator[pa.Table]:
    """The rows as tables of `line`, `span` (lines taken), `0`, `1`, ... (one per wanted field),
    `broken` (why the row can't be read, else null; `blank` for an empty one), `found` (of `fields`,
    how many there are) and `raw` (the text of a broken row).
    """
    rules = grammar(layout.delimiter)
    line, carry = 1, b""
    for block, last in _blocks(source, layout.encoding):
        while line <= layout.header_end and block:
            block, line = block[block.index(b"\n") + 1 :], line + 1
        table, used, lines = _read_block(carry + block, line, layout, rules, last)
        carry, line = (carry + block)[used:], line + lines
        if table.num_rows:
            yield table


def _blocks(source: BinaryIO, encoding: str) -> Iterator[tuple[bytes, bool]]:
    """Whole lines in UTF-8, each with its line end `\\n`, and whether these are the last.

    What can't be decoded becomes U+FFFD, for the reader of the row to see.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    lines = io.IncrementalNewlineDecoder(decoder, translate=True)
    carry = ""
    while chunk := source.read(CHUNK):
        text = carry + lines.decode(chunk)
        cut = text.rfind("\n") + 1
        carry = text[cut:]
        if len(carry) > MAX_LINE:
            carry = carry[: MAX_LINE + 1]  # too long already, and this much is enough to tell
        yield text[:cut].encode(), False
    text = carry + lines.decode(b"", final=True)
    yield (text + "\n" if text and not text.endswith("\n") else text).encode(), True


def _read_block(
    text: bytes, first: int, layout: Layout, rules: Grammar, last: bool
) -> tuple[pa.Table, int, int]:
    """The rows of a block, and how many of its bytes and lines they took.

    What is left over may be a row that ends in the next block; the last block leaves nothing.
    """
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == 10)
    starts = np.concatenate([[0], ends + 1])[:-1]
    too_long = ends.size > 0 and int((ends - starts).max()) > MAX_LINE
    if not too_long and (b'"' not in text or rules.lines.fullmatch(text)):
        lines, spans = first + np.arange(len(starts)), np.ones(len(starts), np.int64)
        return _table(text, starts, ends, lines, spans, layout), len(text), len(starts)
    return _read_carefully(text, starts, ends, first, layout, rules, last)


def _read_carefully(
    text: bytes,
    starts: Places,
    ends: Places,
    first: int,
    layout: Layout,
    rules: Grammar,
    last: bool,
) -> tuple[pa.Table, int, int]:
    """As `_read_block`, where a line is broken, or where a row takes more than one.

    Runs of clean lines are skipped by one match each, so the loop turns once for each other line.
    """
    rows: list[Places] = []  # line numbers within the block: first and last of each row, (2, n)
    broken: list[dict[str, object]] = []
    index, count = 0, len(starts)
    while index < count:
        clean = _clean_lines(text, starts, ends, index, rules)
        rows.append(np.tile(np.arange(index, index + clean), (2, 1)))
        index += clean
        if index == count:
            break
        reason, span = _odd_line(text, starts, ends, index, layout, rules)
        if reason is None:
            rows.append(np.array([[index], [index + span - 1]]))
        elif reason == "quote" and not last and index + MAX_SPAN > count:
            break  # may close in the next block
        else:
            raw = text[starts[index] : min(ends[index], starts[index] + 4 * MAX_RAW)]
            broken.append(_broken_row(first + index, reason, raw, layout))
        index += span
    begin, end = np.concatenate(rows, axis=1)
    clean_text = b"".join(
        text[starts[run[0, 0]] : ends[run[1, -1]] + 1] for run in rows if run.size
    )
    sizes = ends[end] - starts[begin] + 1
    new_ends = np.cumsum(sizes) - 1
    table = _table(
        clean_text, new_ends + 1 - sizes, new_ends, first + begin, end - begin + 1, layout
    )
    table = pa.concat_tables([table, pa.Table.from_pylist(broken, table.schema)])
    return table, int(starts[index]) if index < count else len(text), index


def _clean_lines(text: bytes, starts: Places, ends: Places, index: int, rules: Grammar) -> int:
    """How many lines from `index` on are rows of their own."""
    found = rules.lines.match(text, int(starts[index]))
    assert found is not None  # it may be empty
    reach = int(np.searchsorted(ends, found.end()))  # the line it ends before
    long = np.flatnonzero(ends[index:reach] - starts[index:reach] > MAX_LINE)
    return int(long[0]) if long.size else reach - index


def _odd_line(
    text: bytes, starts: Places, ends: Places, index: int, layout: Layout, rules: Grammar
) -> tuple[str | None, int]:
    """Why the line can't be read, and the lines this takes; None for a row of several lines."""
    start = int(starts[index])
    if ends[index] - start > MAX_LINE:
        return "too_long", 1
    found = rules.row.match(text, start, int(ends[min(index + MAX_SPAN, len(ends)) - 1]))
    try:
        if found is None or _breaks_wanted(found.group(), layout):
            return "quote", 1
    except csv.Error:  # a field of more than 128 KB
        return "too_long", 1
    return None, found.group().count(b"\n") + 1


def _breaks_wanted(row: bytes, layout: Layout) -> bool:
    """Whether a row of several lines breaks within a field we want: then a mark was not closed.

    Remarks may have line breaks; an identifier, a unit or a yes has none.
    """
    fields = next(csv.reader(io.StringIO(row.decode(), ""), delimiter=layout.delimiter))
    return any("\n" in fields[place] for place in layout.wanted if place < len(fields))


def _table(
    text: bytes,
    starts: Places,
    ends: Places,
    lines: Places,
    spans: Places,
    layout: Layout,
) -> pa.Table:
    """Parse rows that obey the grammar; those with another number of fields become broken rows."""
    names = [str(place) for place in range(layout.width)]
    schema = _schema(layout)
    if not text:
        return schema.empty_table()
    ragged: list[tuple[int, int]] = []

    def skip(row: pacsv.InvalidRow) -> str:
        ragged.append((row.number - 1, row.actual_columns))
        return "skip"

    parsed = pacsv.read_csv(
        io.BytesIO(text),
        pacsv.ReadOptions(column_names=names, block_size=len(text) + 1, use_threads=False),
        pacsv.ParseOptions(
            delimiter=layout.delimiter,
            ignore_empty_lines=False,
            newlines_in_values=True,
            invalid_row_handler=skip,
        ),
        pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[str(place) for place in layout.wanted],
            strings_can_be_null=False,
        ),
    )
    kept = np.delete(np.arange(len(lines)), [number for number, _ in ragged])
    if parsed.num_rows != len(kept):
        raise AssertionError(f"{len(kept)} rows expected, {parsed.num_rows} parsed")
    empty = np.logical_and.reduce([np.asarray(pc.equal(col, "")) for col in parsed.columns])
    reasons = np.full(len(kept), None, object)
    for row in np.flatnonzero(empty):
        if not _text(text[starts[kept[row]] : ends[kept[row]]]).strip(layout.blank):
            reasons[row] = "blank"
    columns = [
        pa.array(lines[kept]),
        pa.array(spans[kept]),
        *parsed.columns,
        pa.array(reasons, pa.string()),
        pa.nulls(len(kept), pa.string()),
        pa.nulls(len(kept), pa.string()),
    ]
    bad = [
        _broken_row(int(lines[at]), "fields", text[starts[at] : ends[at]], layout)
        | {"span": int(spans[at]), "found": str(width)}
        for at, width in ragged
    ]
    return pa.concat_tables([pa.table(columns, schema), pa.Table.from_pylist(bad, schema)])


def _broken_row(line: int, reason: str, text: bytes, layout: Layout) -> dict[str, object]:
    """A row that can't be read, with what stands where its fields should be, as far as it goes."""
    raw = _text(text)
    if not raw.strip(layout.blank):
        reason = "blank"
    parts = [part.strip(' "') for part in raw.split(layout.delimiter)]
    found = {str(n): parts[at] if at < len(parts) else "" for n, at in enumerate(layout.wanted)}
    return {"line": line, "span": 1, **found, "broken": reason, "raw": raw[:MAX_RAW]}


def _schema(layout: Layout) -> pa.Schema:
    texts = [str(number) for number in range(len(layout.wanted))]
    numbers = [("line", pa.int64()), ("span", pa.int64())]
    return pa.schema([*numbers, *((name, pa.string()) for name in [*texts, *NOTES])])


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")  # an over-long line may be cut within a letter
