"""Lists of dossiers that people upload: which column holds what, and their rows."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.dossiers.text import MAX_RAW, NOTES, Layout, read_rows
from core.dossiers.words import guess_columns
from core.problems import DataError, Problem

FIELDS = ("dossier_id", "unit", "date", "digitized", "paid")

_NOTHING = pa.scalar(None, pa.string())

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class HeadRow:
    """One of the first rows of a list: its first and last line in the file, and its cells."""

    line: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class DossierList:
    """An upload that was opened: enough to show its first rows and to read it.

    `name` is how messages call it, `path` what is read (for a workbook, the sheet as Arrow).
    `rows_estimate` counts rows after the header: exact for a workbook, from the size for text.
    `header_line` is a guess: `dataclasses.replace` it when a person points at another row.
    `hidden`: first and last line of the rows that a filter hides in a workbook; they are read
    unless `skip_hidden`. `unseen`: hidden sheets with rows, which nobody reads. `unit_text` is the
    unit where no column has it: a file for each unit. `blind`: of a kind that doesn't tell which
    rows a filter hides.
    """

    name: str
    path: Path
    head: tuple[HeadRow, ...]
    header_line: int
    rows_estimate: int
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    skip_hidden: bool = False
    unseen: tuple[str, ...] = ()
    unit_text: str | None = None
    blind: bool = False

    @property
    def hidden_rows(self) -> int:
        """How many rows below the headings a filter hides."""
        start = self.header.end + 1
        return sum(max(0, last - max(first, start) + 1) for first, last in self.hidden)

    @property
    def header(self) -> HeadRow:
        """The row with the headings; a DataError where `header_line` is none of the first rows."""
        for row in self.head:
            if row.line == self.header_line:
                return row
        lines = [row.line for row in self.head]
        details = {"lines": lines}
        expected = "a header row on one of the lines {lines}"
        raise DataError([Problem(self.name, self.header_line, None, None, expected, details)])

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings in order, each once: repeated and empty ones get their column's number."""
        names: list[str] = []
        for place, cell in enumerate(self.header.cells, start=1):
            name = " ".join(cell.split())
            names.append(name if name and name not in names else f"{name} [{place}]".strip())
        return tuple(names)


@dataclass(frozen=True)
class Mapping:
    """Which heading of a list holds which field (None: no such column).

    `digitized` and `paid` are yes or no, each as its portal counts it. `yes` and `no` are further
    words for them; `no=("",)` says that an empty cell means no. `free`: further words of `paid`
    for dossiers that cost nothing.
    """

    dossier_id: str | None = None
    unit: str | None = None
    date: str | None = None
    digitized: str | None = None
    paid: str | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    free: tuple[str, ...] = ()

    @property
    def used(self) -> dict[str, str]:
        """Field -> heading, of the fields that have one."""
        return {field: name for field in FIELDS if (name := getattr(self, field)) is not None}


def guess_mapping(columns: Sequence[str]) -> Mapping:
    """A first mapping from common Vietnamese and English headings, for a person to check."""
    return Mapping(**guess_columns(columns))  # type: ignore[arg-type]


def check_mapping(source: DossierList, mapping: Mapping, required: Sequence[str]) -> list[Problem]:
    """What keeps the list from being read so: required fields without a heading, and headings that
    the list does not have."""
    columns = source.columns
    place = (source.name, source.header_line)
    details = {"columns": ", ".join(columns)}
    missing = [
        Problem(*place, field, None, "one of the headings {columns} for this field", details)
        for field in required
        if field not in mapping.used and not (field == "unit" and source.unit_text)
    ]
    unknown = [
        Problem(*place, field, name, "one of the headings {columns}", details)
        for field, name in mapping.used.items()
        if name not in columns
    ]
    return missing + unknown


def read_list(source: DossierList, mapping: Mapping) -> Iterator[tuple[pa.Table, float]]:
    """Every row after the header, in order, blank ones too, and the share of the file read so far.

    Tables of `line, span`, the five FIELDS as text (null where not mapped), `broken, found, raw`;
    see `text.read_rows`. The mapping must have passed `check_mapping`.
    """
    columns = source.columns
    places = {field: columns.index(name) for field, name in mapping.used.items()}
    wanted = tuple(sorted(set(places.values())))
    read = _read_text if source.delimiter is not None else _read_sheet
    for table, done in read(source, wanted, places.get("dossier_id")):
        empty = pa.nulls(table.num_rows, pa.string())
        fields = [
            table[str(wanted.index(places[field]))] if field in places else empty
            for field in FIELDS
        ]
        if "unit" not in places and source.unit_text:
            fields[FIELDS.index("unit")] = pa.array([source.unit_text] * table.num_rows)
        data = [table["line"], table["span"], *fields, *(table[note] for note in NOTES)]
        yield pa.table(data, ["line", "span", *FIELDS, *NOTES]), done


def _read_text(
    source: DossierList, wanted: tuple[int, ...], key: int | None
) -> Iterator[tuple[pa.Table, float]]:
    assert source.encoding is not None and source.delimiter is not None
    width = len(source.header.cells)
    layout = Layout(source.encoding, source.delimiter, width, wanted, source.header.end, key)
    size = source.path.stat().st_size
    with source.path.open("rb") as file:
        for table in read_rows(file, layout):
            yield table, file.tell() / size


def _read_sheet(
    source: DossierList, wanted: tuple[int, ...], key: int | None
) -> Iterator[tuple[pa.Table, float]]:
    names = ["line", "span", *(str(number) for number in range(len(wanted))), *NOTES]
    line = 0
    with pa.memory_map(str(source.path)) as stored:
        file = pa.ipc.open_file(stored)
        for number in range(file.num_record_batches):
            batch = file.get_batch(number)
            count = len(batch)
            empty = [pc.equal(pc.utf8_trim_whitespace(column), "") for column in batch.columns]
            blank = functools.reduce(pc.and_, empty)
            reason = pc.if_else(blank, "blank", _NOTHING)
            if source.skip_hidden:
                reason = pc.if_else(_within(source.hidden, line + 1, count), "hidden", reason)
            columns = [
                pa.array(np.arange(line + 1, line + count + 1)),
                pa.array(np.ones(count, np.int64)),
                *(batch.column(place) for place in wanted),
                reason,
                pa.nulls(count, pa.string()),
                (
                    pa.nulls(count, pa.string())
                    if key is None
                    else _cells_of(batch, pc.and_not(empty[key], blank))
                ),
            ]
            header = max(0, source.header.end - line)
            line += count
            yield pa.table(columns, names).slice(header), (number + 1) / file.num_record_batches


def _within(ranges: Sequence[tuple[int, int]], first: int, count: int) -> pa.Array:
    """Which of `count` lines from `first` on are in one of the ranges."""
    found = np.zeros(count, bool)
    for start, end in ranges:
        found[max(0, start - first) : max(0, end + 1 - first)] = True
    return pa.array(found)


def _cells_of(batch: pa.RecordBatch, which: pa.Array) -> pa.Array:
    """All cells of some rows, with a tab between; null for the others."""
    if not pc.any(which).as_py():
        return pa.nulls(len(batch), pa.string())
    rows = batch.filter(which)
    cells = pc.binary_join_element_wise(*rows.columns, "\t")
    shown = pc.utf8_slice_codeunits(cells, 0, MAX_RAW)
    return pc.replace_with_mask(pa.nulls(len(batch), pa.string()), which, shown)
