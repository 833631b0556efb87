"""Two lists matched by pieces: spilled, each piece matched, summed, and judged as a whole.

The pieces are matched as if nothing were to be judged of the whole. What they tell is summed, and
decides what no piece can see: whether one side's days and months are exchanged, whether codes are
written in two ways, and whether the lists have other periods. Only where something of that is so,
the pieces are matched again, with it.
"""

import math
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds

from core.dossiers.buckets.executors import EXECUTORS
from core.dossiers.buckets.piece import Decided, keep, kept
from core.dossiers.buckets.spill import Piece, Spilled, spill
from core.dossiers.judging.choices import Choices
from core.dossiers.lists import Progress
from core.dossiers.matching import Parts, Side, checked_parts
from core.dossiers.queries import KINDS, SIDES
from core.dossiers.results.database import database_faults, open_base
from core.dossiers.results.judge import Base, Judged, judge
from core.dossiers.results.matched import Matched
from core.dossiers.results.pairing import frame_of, name_parts, turned_side
from core.dossiers.results.summed import sum_up
from core.dossiers.results.told import Told, add_up
from core.dossiers.sheet import NO_ROOM
from core.dossiers.words import unit_codes

PIECE_ROWS = 500_000  # of one side in one bucket, about: some 0.6 GB of memory
_BATCH = 50_000


def match_in_buckets(
    provincial: Side | Parts,
    national: Side | Parts,
    units: pd.DataFrame,
    folder: Path,
    *,
    executor: str = "serial",
    buckets: int | None = None,
    progress: Progress = lambda done, stage: None,
    aliases: Mapping[str, str] | None = None,
    choices: Choices | None = None,
    left_out: Sequence[str] = (),
) -> Matched:
    """What `matching.match` finds, to the row, with memory bounded by the pieces.

    `executor`: one of EXECUTORS; `buckets`: how many a province has (None: by the rows). `folder`
    gets a new folder with the rows; while it works, the lists lie there too. Raises DataError.
    """
    lists = checked_parts(provincial, national)
    frame = frame_of(units, unit_codes(units, aliases), lists)
    chosen = choices or Choices()
    if buckets is None:
        rows = max(sum(part.rows_estimate for part, _ in lists[side]) for side in SIDES)
        buckets = max(1, math.ceil(rows / PIECE_ROWS))
    place = Path(tempfile.mkdtemp(prefix="matched-", dir=folder))
    work = Path(tempfile.mkdtemp(prefix="pieces-", dir=folder))
    try:
        with database_faults(NO_ROOM):
            spilled = spill(lists, frame, chosen, work / "lists", buckets, progress)
            progress(0.8, "match")
            out = work / "kinds"
            ahead = Decided(frame, chosen, spilled.spoiled, spilled.month_first, out)
            told, ahead = _settled(spilled, ahead, executor)
            progress(0.95, "count")
            _gather(place, out, ahead)
        matched = sum_up(place, told, ahead.judged, lists, frame, chosen, left_out)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    progress(1.0, "count")
    return matched


def _settled(spilled: Spilled, ahead: Decided, executor: str) -> tuple[Told, Decided]:
    """What all pieces tell, and what was decided of the whole."""
    told = _run(spilled, ahead, executor)
    turned = turned_side(told)
    if turned is not None:
        ahead = replace(ahead, turned=turned)
        told = _run(spilled, ahead, executor)
    ahead = replace(ahead, judged=_judged(told, ahead, _pieces(spilled)))
    if ahead.judged.changes_nothing:
        return told, ahead
    return _run(spilled, ahead, executor), ahead


def _run(spilled: Spilled, ahead: Decided, executor: str) -> Told:
    ahead.out.mkdir(exist_ok=True)
    return add_up(EXECUTORS[executor](spilled, _pieces(spilled), ahead))


def _pieces(spilled: Spilled) -> Sequence[Piece]:
    return spilled.pieces or (("none", 0),)  # two empty lists: one empty piece


def _judged(told: Told, ahead: Decided, pieces: Sequence[Piece]) -> Judged:
    """What is judged of the whole; each piece gets the lines of its own that an offer lets meet.

    Dossiers without a partner, however many, lie in a database on the disk meanwhile."""
    with (
        tempfile.TemporaryDirectory(prefix="alone-", dir=ahead.out) as name,
        open_base(Path(name), create=True) as base,
    ):
        judged = judge(told, lambda: _with_alone(base, ahead.out, pieces), ahead.choices)
        if judged.offer is not None:
            for side in SIDES:
                for number, piece in enumerate(pieces):
                    met = base.execute(_OWN_MET.format(side=side), [number, side])
                    keep(met.to_arrow_table(), ahead.out / f"met_{side}", piece)
    return judged


_OWN_MET = """
SELECT line FROM alone WHERE piece = ? AND list = ? AND line IN (SELECT line FROM met_{side})
"""


def _with_alone(base: Base, out: Path, pieces: Sequence[Piece]) -> Base:
    """A database with the dossiers of all pieces that have no partner, taken in piece by piece."""
    base.execute("CREATE TABLE alone (piece INT, list VARCHAR, line BIGINT, key VARCHAR, day DATE)")
    for side in SIDES:
        for number, piece in enumerate(pieces):
            base.register("own", kept(out / f"alone_{side}", piece))
            base.execute("INSERT INTO alone SELECT ?, ?, line, key, day FROM own", [number, side])
            base.unregister("own")
    return base


def _gather(place: Path, out: Path, ahead: Decided) -> None:
    """The rows of all kinds in one database, as `Matched` reads them, block by block."""
    with open_base(place, create=True) as base:
        base.begin()
        name_parts(base, ahead.frame)
        for kind in KINDS:
            scanner = ds.dataset(out / kind, format="parquet").scanner(batch_size=_BATCH)
            base.register("gathered", scanner.to_reader())
            base.execute(f"CREATE TABLE {kind} AS FROM gathered")
            base.unregister("gathered")
        base.commit()
