"""One piece of two lists matched by itself: the engine of `matching`, on the rows of the piece."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.dossiers.buckets.spill import Piece, Spilled, read_piece
from core.dossiers.judging.choices import Choices
from core.dossiers.judging.days import read_month_first, turn_days
from core.dossiers.queries import KINDS, PART_BITS, SIDES
from core.dossiers.results.database import open_base
from core.dossiers.results.judge import Judged, settle, unpaired
from core.dossiers.results.pairing import Frame, pair_up, take_in
from core.dossiers.results.told import TELLS, Told, ask
from core.dossiers.rows import refuse_cut


@dataclass(frozen=True)
class Decided:
    """What was decided of the whole lists before: lists whose numbers are spoiled or whose dates
    are month first, a side whose days are turned, and what is judged of dossiers without a
    partner. `out`: the folder that takes the rows of each kind."""

    frame: Frame
    choices: Choices
    spoiled: frozenset[tuple[str, int]]
    month_first: frozenset[tuple[str, int]]
    out: Path
    turned: str | None = None
    judged: Judged = field(default_factory=Judged)


def match_stored(spilled: Spilled, piece: Piece, ahead: Decided) -> Told:
    """Match the rows of a piece that lie on the disk."""
    rows = {side: read_piece(spilled, side, piece) for side in SIDES}
    return match_rows(rows, piece, ahead)


def match_rows(rows: Mapping[str, pa.Table], piece: Piece, ahead: Decided) -> Told:
    """Match the rows of one piece; what they tell, and their kinds as Parquet in `ahead.out`."""
    mended = {side: _mended(rows[side], side, ahead) for side in SIDES}
    with (
        tempfile.TemporaryDirectory(prefix="piece-", dir=ahead.out) as name,
        open_base(Path(name), create=True) as base,
    ):
        base.begin()
        take_in(base, mended, ahead.frame, ahead.month_first)
        if ahead.turned is not None:
            turn_days(base, ahead.turned)
        pair_up(base, ahead.choices)
        facts = {name: one for name, one in TELLS.items() if name not in _AFTER}
        told = ask(base, facts)
        for side, table in unpaired(base).items():
            keep(table, ahead.out / f"alone_{side}", piece)
            if ahead.judged.offer is not None:
                base.register(f"met_{side}", kept(ahead.out / f"met_{side}", piece))
        settle(base, ahead.judged)
        told |= ask(base, {name: TELLS[name] for name in _AFTER})
        for kind in KINDS:
            keep(base.sql(f"SELECT * FROM {kind}").to_arrow_table(), ahead.out / kind, piece)
        base.rollback()  # it is deleted anyway
    return told


_AFTER = (
    "accounts",
    "units",
    "rates",
)  # what depends on how the dossiers without a partner were judged


def _mended(rows: pa.Table, side: str, ahead: Decided) -> pa.Table:
    """Rows with what is known of their whole lists."""
    for place, mend in ((ahead.spoiled, refuse_cut), (ahead.month_first, read_month_first)):
        for number in sorted(part for listed, part in place if listed == side):
            own = pc.equal(pc.shift_right(rows["line"], PART_BITS), number)
            rows = pa.concat_tables([mend(rows.filter(own)), rows.filter(pc.invert(own))])
    return rows


def keep(rows: pa.Table, folder: Path, piece: Piece) -> None:
    """Rows of one kind in a file of their own; without rows too, as somebody has to say what
    columns there are."""
    folder.mkdir(exist_ok=True)
    pq.write_table(rows, folder / _file(piece), compression="zstd")


def kept(folder: Path, piece: Piece) -> pa.Table:
    """What `keep` kept of a piece."""
    return pq.read_table(folder / _file(piece))


def _file(piece: Piece) -> str:
    return f"{piece[0]}-{piece[1]}.parquet"
