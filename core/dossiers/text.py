"""Read a delimited text file of a million rows, and lose none of them.

A row that can't be told apart into the header's fields is handed on with the reason and its text.
One broken quotation mark costs its own line only: reading goes on at the next line.
"""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from core.dossiers import lines as text_lines
from core.dossiers.lines import Grammar, Lines, Places, cut_lines, grammar, row_of_lines

CHUNK = 4_000_000  # bytes read at a time
MAX_RAW = 2_000  # characters kept of a row that can't be read
MAX_BROKEN = 100_000  # rows of a list that can't be read: of more, each is counted without its text
NOTES = ("broken", "found", "raw")


@dataclass(frozen=True)
class Layout:
    """How a text file is cut into rows and fields.

    `width` is the number of fields; `wanted` the positions to hand on; rows start after
    `header_end`, the last line of the header. `key`: the position of the field that every row
    should have; of a row without it the text is handed on too.
    """

    encoding: str
    delimiter: str
    width: int
    wanted: tuple[int, ...]
    header_end: int
    key: int | None = None

    @property
    def blank(self) -> str:
        """The characters of a row in which nothing is written."""
        return f'"{self.delimiter} \t\u00a0\ufeff'


@dataclass(frozen=True)
class CutRows:
    """The rows of a block: the first line of each, its lines, and why it can't be read (or None);
    `lines` are those they took together."""

    begin: Places
    span: Places
    reason: npt.NDArray[np.object_]
    width: Places
    lines: int


def read_rows(source: BinaryIO, layout: Layout) -> Iterator[pa.Table]:
    """The rows as tables of `line`, `span` (lines taken), `0`, `1`, ... (one per wanted field),
    `broken` (why the row can't be read, else null; `blank` for an empty one), `found` (of `fields`,
    how many there are) and `raw` (the text of a broken row; of the first MAX_BROKEN of them).
    """
    rules = grammar(layout.delimiter)
    line, carry, left = 1, b"", MAX_BROKEN
    for block, last in _blocks(source, layout.encoding):
        while line <= layout.header_end and block:
            block, line = block[block.index(b"\n") + 1 :], line + 1
        lines = cut_lines(carry + block, layout.delimiter, rules)
        rows = _find_rows(lines, layout, rules, last, left)
        table = _table(lines, rows, line, layout, left)
        line += rows.lines
        carry = lines.text[lines.starts[rows.lines] :] if rows.lines < len(lines.starts) else b""
        broken = pc.sum(pc.not_equal(table["broken"], "blank"), min_count=0)
        left = max(0, left - broken.as_py())
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
        if len(carry) > text_lines.MAX_LINE:
            carry = carry[: text_lines.MAX_LINE + 1]  # too long already; this is enough to tell
        yield text[:cut].encode(), False
    text = carry + lines.decode(b"", final=True)
    yield (text + "\n" if text and not text.endswith("\n") else text).encode(), True


def _find_rows(lines: Lines, layout: Layout, rules: Grammar, last: bool, left: int) -> CutRows:
    """Which lines make which rows; what may end in the next block is left for it.

    Rows of several lines are looked for where a line is none of its own, until `left` such lines
    turned out broken: in a list with that many, each further one is broken for itself.
    """
    long, widths = lines.too_long, lines.widths.copy()
    spans = np.ones(len(widths), np.int64)
    reason = np.full(len(widths), None, object)
    reason[~lines.own] = "quote"
    reason[long] = "too_long"
    within = np.zeros(len(widths), bool)  # lines of a row that began above
    count = after = len(widths)
    for at in np.flatnonzero(~lines.own & ~long).tolist():
        if left == 0:
            break
        if within[at]:
            continue
        why, span, width = row_of_lines(
            lines, at, layout.delimiter, layout.wanted, rules, layout.key
        )
        if why == "quote" and not last and at + text_lines.MAX_SPAN > count:
            after = at  # may close in the next block
            break
        reason[at] = why
        if why is None:
            spans[at], widths[at] = span, width
            within[at + 1 : at + span] = True
        else:
            left -= 1
    begin = np.flatnonzero(~within[:after])
    reason = reason[begin]
    reason[(reason == None) & (widths[begin] != layout.width)] = "fields"  # noqa: E711
    return CutRows(begin, spans[begin], reason, widths[begin], after)


def _table(lines: Lines, rows: CutRows, first: int, layout: Layout, left: int) -> pa.Table:
    """Rows that obey the grammar parsed, the others with their reason; of `left` with their text.
    `first` is the number of the block's first line."""
    if not rows.lines:
        return _schema(layout).empty_table()
    clean = rows.reason == None  # noqa: E711
    stops = lines.ends[rows.begin + rows.span - 1] + 1
    starts = lines.starts[rows.begin]
    offsets = pa.py_buffer(np.append(starts, stops[-1]).astype(np.int32))
    texts = pa.StringArray.from_buffers(len(starts), offsets, pa.py_buffer(lines.text))
    tables = []
    if clean.any():
        data = np.frombuffer(lines.text, np.uint8, int(stops[-1]))
        kept = data if clean.all() else data[np.repeat(clean, stops - starts)]
        tables.append(_parsed(pa.py_buffer(kept), texts, rows, np.flatnonzero(clean), layout))
    if not clean.all():
        tables.append(_broken(texts, rows, np.flatnonzero(~clean), layout, left))
    table = pa.concat_tables(tables)
    return table.set_column(0, "line", pc.add(table["line"], first))


def _parsed(
    text: pa.Buffer, texts: pa.StringArray, rows: CutRows, which: Places, layout: Layout
) -> pa.Table:
    """The fields of the rows `which`, whose lines are `text`."""
    names = [str(place) for place in range(layout.width)]
    parsed = pacsv.read_csv(
        pa.BufferReader(text),
        pacsv.ReadOptions(column_names=names, block_size=text.size + 1, use_threads=False),
        pacsv.ParseOptions(
            delimiter=layout.delimiter, ignore_empty_lines=False, newlines_in_values=True
        ),
        pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[str(place) for place in layout.wanted],
            strings_can_be_null=False,
        ),
    )
    if parsed.num_rows != len(which):
        raise AssertionError(f"{len(which)} rows expected, {parsed.num_rows} parsed")
    empty = np.logical_and.reduce([np.asarray(pc.equal(col, "")) for col in parsed.columns])
    reason = np.full(len(which), None, object)
    blank = pc.equal(pc.utf8_trim(_raw(texts, which[empty]), layout.blank), "")
    reason[np.flatnonzero(empty)[np.asarray(blank, bool)]] = "blank"
    nothing = pa.nulls(len(which), pa.string())
    raw = nothing if layout.key is None else _keyless(texts, which, parsed, reason, layout)
    columns = [rows.begin[which], rows.span[which], *parsed.columns, reason, nothing, raw]
    return pa.table(columns, _schema(layout))


def _keyless(
    texts: pa.StringArray,
    which: Places,
    parsed: pa.Table,
    reason: npt.NDArray[np.object_],
    layout: Layout,
) -> pa.Array:
    """The cells of rows without the field that each should have, with a tab between; else null."""
    empty = np.asarray(pc.equal(parsed[layout.wanted.index(layout.key)], ""))
    places = np.flatnonzero(empty & (reason == None))[:MAX_BROKEN]  # noqa: E711
    cells = pc.utf8_slice_codeunits(_raw(texts, which[places]), 0, MAX_RAW)
    told = pa.array(np.isin(np.arange(len(which)), places))
    shown = pc.replace_substring(cells, layout.delimiter, "\t")
    return pc.replace_with_mask(pa.nulls(len(which), pa.string()), told, shown)


def _broken(
    texts: pa.StringArray, rows: CutRows, which: Places, layout: Layout, left: int
) -> pa.Table:
    """The rows `which`, with what stands where their fields should be, as far as it goes."""
    raw = _raw(texts, which)
    blank = pc.equal(pc.utf8_trim(raw, layout.blank), "")
    parts = pc.split_pattern(raw, layout.delimiter)
    first, length = np.asarray(parts.offsets)[:-1], np.asarray(pc.list_value_length(parts))
    fields = [
        pc.utf8_trim(
            pc.fill_null(parts.values.take(pa.array(first + at, mask=length <= at)), ""), ' "'
        )
        for at in layout.wanted
    ]
    nothing = pa.scalar(None, pa.string())
    reason = pa.array(rows.reason[which], pa.string())
    found = pc.if_else(pc.equal(reason, "fields"), pa.array(rows.width[which]), None)
    written = pc.invert(blank)
    told = pc.and_(written, pc.less_equal(pc.cumulative_sum(pc.cast(written, pa.int64())), left))
    columns = [
        rows.begin[which],
        rows.span[which],
        *fields,
        pc.if_else(blank, "blank", reason),
        pc.if_else(written, pc.cast(found, pa.string()), nothing),
        pc.if_else(told, pc.utf8_slice_codeunits(raw, 0, MAX_RAW), nothing),
    ]
    return pa.table(columns, _schema(layout))


def _raw(texts: pa.StringArray, which: Places) -> pa.StringArray:
    """Rows as they are written, without the line end."""
    return pc.utf8_rtrim(texts.take(pa.array(which)), "\n")


def _schema(layout: Layout) -> pa.Schema:
    texts = [str(number) for number in range(len(layout.wanted))]
    numbers = [("line", pa.int64()), ("span", pa.int64())]
    return pa.schema([*numbers, *((name, pa.string()) for name in [*texts, *NOTES])])
