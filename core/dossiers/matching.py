"""Match the dossiers of the provincial portal with those the national portal has received.

Every row of both lists is accounted for exactly once, in `Matched.accounts`:

    rows = blank + heading + total + hidden + unreadable + duplicate
         + both + one_side + undecided + outside

A dossier is one identifier on one side: one of its readable rows counts, further ones are
duplicates. It is in `both` lists, or on one side only (`missing` on the national portal,
`only_national`), `outside` the period of the other list, or `undecided`: the other list has it in a
row that can't be read, or writes codes in another way, so it is not called missing. An unknown unit
does not stop a dossier from being compared: it is counted under the code "" and listed in
`unknown_units`. The unit of a dossier is the province's, and the national one where the province
has none.

DuckDB sees only tables that this program hands over: its access to files, network and extensions is
off, and no text of an upload ever becomes part of a query.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.dossiers.judging.choices import Choices
from core.dossiers.judging.days import orders_of, read_month_first, turn_days
from core.dossiers.lists import DossierList, Mapping, Progress, check_mapping, read_list
from core.dossiers.queries import PART_BITS, SIDES
from core.dossiers.results.database import database_faults, open_base
from core.dossiers.results.judge import judge, settle, show_alone
from core.dossiers.results.matched import Matched
from core.dossiers.results.pairing import Frame, frame_of, pair_up, take_in, turned_side
from core.dossiers.results.summed import sum_up
from core.dossiers.results.told import FACT_TELLS, FIGURE_TELLS, TURN_TELLS, tell_all
from core.dossiers.rows import NO_ROWS, RowMeaning, are_cut, count_numbers, refuse_cut, understand
from core.dossiers.sheet import NO_ROOM
from core.dossiers.words import is_free, parse_flag, unit_codes, unit_key
from core.problems import DataError
from core.text import fold

REQUIRED = {"provincial": ("dossier_id", "unit"), "national": ("dossier_id",)}

Side = tuple[DossierList, Mapping]
Parts = tuple[Side, ...]


def match(
    provincial: Side | Parts,
    national: Side | Parts,
    units: pd.DataFrame,
    folder: Path,
    progress: Progress = lambda done, stage: None,
    aliases: Dictionary[str, str] | None = None,
    choices: Choices | None = None,
    left_out: Sequence[str] = (),
) -> Matched:
    """Match two opened lists, each with its mapping, or several lists a side.

    `units` is indexed by code with a column `name_vi` (and perhaps `parent`), as in `Dataset`;
    `aliases` gives the code of further spellings. `folder` gets a new folder with the rows. Stages
    of `progress(fraction, stage)`: "read_provincial", "read_national", "match", "count". `left_out`
    names sheets that were not read. Raises DataError with every problem of all mappings; problems
    of rows are part of the result. Lists that do not fit into memory or on the disk are a DataError
    too.
    """
    lists = checked_parts(provincial, national)
    frame = frame_of(units, unit_codes(units, aliases), lists)
    with database_faults(NO_ROOM):
        return _match(lists, frame, folder, progress, choices or Choices(), left_out)


def checked_parts(provincial: Side | Parts, national: Side | Parts) -> dict[str, Parts]:
    """The lists of each side. Raises DataError with every problem of all mappings."""
    lists = {"provincial": _parts(provincial), "national": _parts(national)}
    problems = [
        found
        for side in SIDES
        for part in lists[side]
        for found in check_mapping(*part, REQUIRED[side])
    ]
    if problems:
        raise DataError(problems)
    return lists


def _parts(side: Side | Parts) -> Parts:
    return (side,) if isinstance(side[0], DossierList) else side


def _match(
    lists: Dictionary[str, Parts],
    frame: Frame,
    folder: Path,
    progress: Progress,
    choices: Choices,
    left_out: Sequence[str],
) -> Matched:
    place = Path(tempfile.mkdtemp(prefix="matched-", dir=folder))
    try:
        with open_base(place, create=True) as base:
            base.begin()
            rows, months = dict[str, pa.Table](), set[tuple[str, int]]()
            for number, side in enumerate(SIDES):

                def tell(done: float, number: int = number, side: str = side) -> None:
                    progress(0.4 * (number + done), f"read_{side}")

                rows[side] = _load(side, lists[side], frame, choices, months, tell)
            progress(0.8, "match")
            take_in(base, rows, frame, months)
            turned = turned_side(tell_all(base, TURN_TELLS))
            if turned is not None:
                turn_days(base, turned)
            pair_up(base, choices)
            show_alone(base)
            judged = judge(tell_all(base, FACT_TELLS), lambda: base, choices)
            settle(base, judged)
            progress(0.95, "count")
            told = tell_all(base, FIGURE_TELLS)
            base.commit()
        matched = sum_up(place, told, judged, lists, frame, choices, left_out)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    progress(1.0, "count")
    return matched


def read_part(
    number: int, part: Side, codes: Dictionary[str, str | None], choices: Choices
) -> Iterator[tuple[pa.Table, float]]:
    """The rows of one list, understood (`rows.ROW_SCHEMA`), block by block, and the share read.

    `number` is its place among the lists of its side, which its lines carry."""
    source, mapping = part
    yes, no, free = (
        {fold(word) for word in words} for words in (mapping.yes, mapping.no, mapping.free)
    )
    meaning = RowMeaning(
        unit_of=lambda text: codes.get(unit_key(text)),
        flag_of=lambda text: parse_flag(text, yes, no),
        free=lambda text: fold(text) in free or is_free(text, yes, no),
        heading=mapping.dossier_id or "",
        rules=choices.rules,
    )
    for block, done in read_list(source, mapping):
        read = understand(block, meaning)
        if number:
            line = pc.add(read["line"], pa.scalar(number << PART_BITS, pa.int64()))
            read = read.set_column(0, "line", line)
        yield read, done


def _load(
    side: str,
    parts: Parts,
    frame: Frame,
    choices: Choices,
    months: set[tuple[str, int]],
    progress: Callable[[float], None],
) -> pa.Table:
    """All rows of a side; the lists whose dates are month first are added to `months`."""
    tables = [NO_ROWS]
    for number, part in enumerate(parts):
        blocks = []
        for block, done in read_part(number, part, frame.codes, choices):
            blocks.append(block)
            progress((number + done) / len(parts))
        if blocks:
            read = pa.concat_tables(blocks)
            read = refuse_cut(read) if are_cut(*count_numbers(read)) else read
            if orders_of(read) == {True}:
                months.add((side, number))
                read = read_month_first(read)
            tables.append(read)
    return pa.concat_tables(tables)
