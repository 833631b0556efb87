"""Two lists on the disk as Parquet, by province and bucket of the dossier's code.

    <folder>/<side>/province=H10/bucket=3/rows.parquet

All rows of one dossier, of both sides, lie in one piece: its province and bucket follow from its
code. Rows without a code are spread by their lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.dossiers.judging.choices import Choices
from core.dossiers.judging.days import orders_of
from core.dossiers.lists import Progress
from core.dossiers.matching import Parts, read_part
from core.dossiers.queries import SIDES
from core.dossiers.results.pairing import Frame
from core.dossiers.rows import REPEATED, ROW_SCHEMA, are_cut, count_numbers

NO_PROVINCE = "none"
_PROVINCE = r"(?:^|[^A-Z0-9])(?P<code>H\d{2})(?:[^0-9]|$)"  # as `forms.province_of`
HELD_ROWS = 300_000  # rows in memory before they are written
ROWS_FILE = "rows.parquet"
_CODED = [entry.name for entry in ROW_SCHEMA if entry.type == REPEATED]
# plain texts: every reader of Parquet knows them, and files of several blocks need no common codes
STORED = pa.schema(
    [pa.field(entry.name, pa.string() if entry.type == REPEATED else entry.type)
     for entry in ROW_SCHEMA]
)  # fmt: skip
Piece = tuple[str, int]  # province and bucket


@dataclass(frozen=True)
class Spilled:
    """Lists on the disk: the pieces that have rows, and of whole lists (side, place on its side)
    those whose long numbers lost digits and those that write dates month first."""

    folder: Path
    buckets: int
    pieces: tuple[Piece, ...]
    spoiled: frozenset[tuple[str, int]]
    month_first: frozenset[tuple[str, int]]


@dataclass
class _Seen:
    """What the blocks of one list told of it so far."""

    long: int = 0
    cut: int = 0
    orders: set[bool] = field(default_factory=set)

    def add(self, block: pa.Table) -> None:
        long, cut = count_numbers(block)
        self.long, self.cut = self.long + long, self.cut + cut
        self.orders |= orders_of(block)


def spill(
    lists: Mapping[str, Parts],
    frame: Frame,
    choices: Choices,
    folder: Path,
    buckets: int,
    progress: Progress,
) -> Spilled:
    """Read all lists, block by block, and write their rows into a folder. Raises DataError and
    OSError."""
    pieces, spoiled, months = set[Piece](), set(), set()
    for place, side in enumerate(SIDES):
        with_writers = _Writers(folder / side)
        try:
            for number, part in enumerate(lists[side]):
                seen = _Seen()
                for block, done in read_part(number, part, frame.codes, choices):
                    seen.add(block)
                    with_writers.add(block, buckets)
                    share = (number + done) / len(lists[side])
                    progress(0.4 * (place + share), f"read_{side}")
                if are_cut(seen.long, seen.cut):
                    spoiled.add((side, number))
                if seen.orders == {True}:
                    months.add((side, number))
        finally:
            with_writers.close()
        pieces |= with_writers.pieces
    return Spilled(folder, buckets, tuple(sorted(pieces)), frozenset(spoiled), frozenset(months))


def read_piece(spilled: Spilled, side: str, piece: Piece) -> pa.Table:
    """The rows of one piece (`rows.ROW_SCHEMA`)."""
    path = _path(spilled.folder / side, piece)
    if not path.exists():
        return ROW_SCHEMA.empty_table()
    with pq.ParquetFile(path, read_dictionary=_CODED) as file:
        return shaped(file.read())


def shaped(rows: pa.Table) -> pa.Table:
    """Rows as stored, in the types of `rows.ROW_SCHEMA`."""
    columns = []
    for entry in ROW_SCHEMA:
        column = rows[entry.name]
        if entry.type == REPEATED and not pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(pc.cast(column, pa.string()))
        columns.append(pc.cast(column, entry.type))
    return pa.table(columns, ROW_SCHEMA)


def _path(folder: Path, piece: Piece) -> Path:
    province, bucket = piece
    return folder / f"province={province}" / f"bucket={bucket}" / ROWS_FILE


class _Writers:
    """A file for each piece of one side, written whenever enough rows have come."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, dict[Piece, pq.ParquetWriter]()
        self._held, self._rows = dict[Piece, list[pa.Table]](), 0
        folder.mkdir(parents=True)

    @property
    def pieces(self) -> set[Piece]:
        return set(self._open)

    def add(self, block: pa.Table, buckets: int) -> None:
        plain = block.cast(STORED)
        for piece, rows in _cut_up(plain, buckets):
            self._held.setdefault(piece, []).append(rows)
        self._rows += len(block)
        if self._rows >= HELD_ROWS:
            self._flush()

    def _flush(self) -> None:
        for piece, tables in self._held.items():
            if piece not in self._open:
                path = _path(self._folder, piece)
                path.parent.mkdir(parents=True)
                self._open[piece] = pq.ParquetWriter(path, STORED, compression="zstd")
            self._open[piece].write_table(pa.concat_tables(tables))
        self._held, self._rows = {}, 0

    def close(self) -> None:
        try:
            self._flush()
        finally:
            for writer in self._open.values():
                writer.close()


def _cut_up(rows: pa.Table, buckets: int) -> Iterator[tuple[Piece, pa.Table]]:
    keys = rows["key"].combine_chunks()
    found = pc.struct_field(pc.extract_regex(keys, _PROVINCE), "code")
    province = pc.fill_null(found, NO_PROVINCE).dictionary_encode()
    names = province.dictionary.to_pylist()
    number = np.asarray(province.indices).astype(np.int64) * buckets
    number += _buckets(keys, rows["line"], buckets)
    order = np.argsort(number, kind="stable")
    ordered, sorted_rows = number[order], rows.take(pa.array(order))
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(ordered)], strict=True):
        at, bucket = divmod(int(ordered[start]), buckets)
        yield (names[at], bucket), sorted_rows.slice(start, end - start)


def _buckets(keys: pa.Array, lines: pa.ChunkedArray, buckets: int) -> npt.NDArray[np.int64]:
    """The bucket of every row: the same for the same code on every computer."""
    codes = keys.to_numpy(zero_copy_only=False)
    hashed = pd.util.hash_array(codes, categorize=False)
    empty = np.asarray(pc.equal(keys, ""))
    return np.where(empty, lines.to_numpy() % buckets, hashed % np.uint64(buckets)).astype(np.int64)
