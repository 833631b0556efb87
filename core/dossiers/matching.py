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
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.dossiers import queries as sql
from core.dossiers.judging.choices import Choices
from core.dossiers.judging.days import MONTH_FIRST_TABLE, mended_days, turn_days
from core.dossiers.lists import DossierList, Mapping, Progress, check_mapping, read_list
from core.dossiers.queries import PART_BITS, SIDES
from core.dossiers.results.database import database_faults, open_base
from core.dossiers.results.judge import Judged, judge, tell
from core.dossiers.results.matched import Matched
from core.dossiers.rows import NO_ROWS, RowMeaning, cut_numbers, understand
from core.dossiers.sheet import NO_ROOM
from core.dossiers.words import is_free, parse_flag, unit_codes, unit_key
from core.problems import DataError
from core.text import clean_text, fold

REQUIRED = {"provincial": ("dossier_id", "unit"), "national": ("dossier_id",)}
FLAGS = ("digitized", "paid")

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
    lists = {"provincial": _parts(provincial), "national": _parts(national)}
    problems = [
        found
        for side in SIDES
        for part in lists[side]
        for found in check_mapping(*part, REQUIRED[side])
    ]
    if problems:
        raise DataError(problems)
    codes = unit_codes(units, aliases)
    with database_faults(NO_ROOM):
        return _match(lists, units, codes, folder, progress, choices or Choices(), left_out)


def _parts(side: Side | Parts) -> Parts:
    return (side,) if isinstance(side[0], DossierList) else side


def _match(
    lists: Dictionary[str, Parts],
    units: pd.DataFrame,
    codes: Dictionary[str, str | None],
    folder: Path,
    progress: Progress,
    choices: Choices,
    left_out: Sequence[str],
) -> Matched:
    place = Path(tempfile.mkdtemp(prefix="matched-", dir=folder))
    try:
        with open_base(place, create=True) as base:
            base.begin()
            base.execute(MONTH_FIRST_TABLE)
            for number, side in enumerate(SIDES):
                for done in _load(base, side, lists[side], codes, choices):
                    progress(0.4 * (number + done), f"read_{side}")
            progress(0.8, "match")
            turn_days(base)
            _name(base, units, codes, lists)
            judged = _pair(base, choices)
            progress(0.95, "count")
            matched = _count(base, place, lists, judged, choices, left_out)
            base.commit()
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    progress(1.0, "count")
    return matched


def _load(
    base: duckdb.DuckDBPyConnection,
    side: str,
    parts: Parts,
    codes: Dictionary[str, str | None],
    choices: Choices,
) -> Iterable[float]:
    """Understand the lists of a side and register them as `<side>_row`; gives the share read after
    every block."""
    tables = [NO_ROWS]
    for number, (source, mapping) in enumerate(parts):
        yes, no, free = (
            {fold(word) for word in words} for words in (mapping.yes, mapping.no, mapping.free)
        )
        meaning = RowMeaning(
            unit_of=lambda text: codes.get(unit_key(text)),
            flag_of=lambda text, yes=yes, no=no: parse_flag(text, yes, no),  # type: ignore[misc]
            free=lambda text, yes=yes, no=no, free=free: (  # type: ignore[misc]
                fold(text) in free or is_free(text, yes, no)
            ),
            heading=mapping.dossier_id or "",
            rules=choices.rules,
        )
        blocks = []
        for rows, done in read_list(source, mapping):
            blocks.append(understand(rows, meaning))
            yield (number + done) / len(parts)
        if blocks:
            read, month_first = mended_days(cut_numbers(pa.concat_tables(blocks)))
            if month_first:
                base.execute("INSERT INTO month_first VALUES (?, ?)", [side, number])
            if number:
                line = pc.add(read["line"], pa.scalar(number << PART_BITS, pa.int64()))
                read = read.set_column(0, "line", line)
            tables.append(read)
    base.register(f"{side}_row", pa.concat_tables(tables))


def _name(
    base: duckdb.DuckDBPyConnection,
    units: pd.DataFrame,
    codes: Dictionary[str, str | None],
    lists: Dictionary[str, Parts],
) -> None:
    """`unit_name`: the units in order, "" (unknown) last; `unit_problem`: why a unit text has no
    code; `part`: the lists of each side, and `heading`: how each calls its fields."""
    names = [(str(code), str(name)) for code, name in units["name_vi"].items()]
    rows = [(*pair, position) for position, pair in enumerate([*names, ("", "")])]
    _create(base, "unit_name", rows, code=pa.string(), name=pa.string(), position=pa.int64())
    unknown = " UNION ".join(f"SELECT unit FROM {s}_row WHERE code IS NULL" for s in SIDES)
    texts = [text for (text,) in base.execute(unknown).fetchall() if text is not None]
    keys = [(text, unit_key(text)) for text in texts]
    problems = [
        (text, "empty" if not key else "ambiguous" if key in codes else "unknown")
        for text, key in keys
    ]
    _create(base, "unit_problem", problems, unit_in_file=pa.string(), problem=pa.string())
    parts = [(s, place, *part) for s in SIDES for place, part in enumerate(lists[s])]
    files = [(side, place, clean_text(source.name)) for side, place, source, _ in parts]
    _create(base, "part", files, list=pa.string(), place=pa.int64(), name=pa.string())
    headings = [(side, place, *item) for side, place, _, m in parts for item in m.used.items()]
    types = {"list": pa.string(), "part": pa.int64(), "field": pa.string(), "name": pa.string()}
    _create(base, "heading", headings, **types)


def _create(
    base: duckdb.DuckDBPyConnection,
    table: str,
    rows: Sequence[tuple[object, ...]],
    /,
    **types: object,
) -> None:
    columns = zip(*rows, strict=True) if rows else [[]] * len(types)
    arrays = [pa.array(c, t) for c, t in zip(columns, types.values(), strict=True)]
    base.register("named", pa.table(arrays, list(types)))
    base.execute(f"CREATE TABLE {table} AS FROM named")
    base.unregister("named")


def _pair(base: duckdb.DuckDBPyConnection, choices: Choices) -> Judged:
    """`pair` (one row a dossier) and a table or view for each of KINDS."""
    chosen, says, contradicts = sql.COUNTING[choices.keep]
    for side in SIDES:
        query = sql.DOSSIER.format(
            side=side, chosen=chosen, contradicts=contradicts, lost=sql.LOST, **says
        )
        base.execute(query)
    base.execute(sql.PAIR)
    judged = judge(base, choices)
    for kind, where in sql.DOSSIERS.items():
        base.execute(sql.DOSSIER_KIND.format(kind=kind, where=where))
    for kind, rows in sql.ROWS.items():
        both = " UNION ALL ".join(
            rows.format(side=side, lost=sql.LOST, bits=PART_BITS) for side in SIDES
        )
        base.execute(f"CREATE TABLE {kind} AS {both}")
    return judged


def _count(
    base: duckdb.DuckDBPyConnection,
    folder: Path,
    lists: Dictionary[str, Parts],
    judged: Judged,
    choices: Choices,
    left_out: Sequence[str],
) -> Matched:
    counted = [
        base.execute(sql.ACCOUNT.format(side=side, alone=sql.ALONE[side], lost=sql.LOST)).df()
        for side in SIDES
    ]
    accounts = pd.concat(counted).set_index(pd.Index(SIDES))
    mapped = {side: set.intersection(*(set(m.used) for _, m in lists[side])) for side in SIDES}
    compared = tuple(flag for flag in FLAGS if all(flag in mapped[side] for side in SIDES))
    units = base.execute(sql.UNIT_COUNTS).df().set_index("unit").convert_dtypes()
    for flag in FLAGS:
        unmapped = [f"{side}_{flag}" for side in SIDES if flag not in mapped[side]]
        units[unmapped] = pd.NA
        if flag not in compared:
            units[[kind for kind in sql.BOTH_FLAGS if flag in kind]] = pd.NA
    return Matched(
        folder,
        accounts,
        units,
        base.execute(sql.REASON_COUNTS).df(),
        base.execute(sql.UNKNOWN).df(),
        compared,
        judged.periods,
        judged.offer,
        choices,
        tell(base, lists, accounts, judged, choices, compared, left_out),
        {side: tuple(source.name for source, _ in lists[side]) for side in SIDES},
    )
