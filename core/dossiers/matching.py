"""Match the dossiers of the provincial portal with those the national portal has received.

Every row of both lists is accounted for exactly once, in `Matched.accounts`:

    rows = blank + unreadable + duplicate + both + one_side + undecided

A dossier is one identifier on one side: its first readable row counts, further ones are duplicates.
It is in `both` lists, or on one side only (`missing` on the national portal, `only_national`), or
`undecided`: the other list has it in a row that can't be read, so it is not called missing. An
unknown unit does not stop a dossier from being compared: it is counted under the code "" and listed
in `unknown_units`. The unit of a dossier is the province's, and the national one where the province
has none.

DuckDB sees only tables that this program hands over: its access to files, network and extensions is
off, and no text of an upload ever becomes part of a query.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from core.dossiers import queries as sql
from core.dossiers.lists import DossierList, Mapping, Progress, check_mapping, read_list
from core.dossiers.queries import KINDS, SIDES
from core.dossiers.rows import NO_ROWS, understand
from core.dossiers.sheet import NO_ROOM
from core.dossiers.words import parse_flag, unit_codes, unit_key
from core.export import csv as excel
from core.problems import DataError, Problem
from core.text import fold

REQUIRED = {"provincial": ("dossier_id", "unit"), "national": ("dossier_id",)}
FLAGS = ("digitized", "paid")
LANGUAGES = ("vi", "en")
SETTINGS = {
    "memory_limit": "600MB",
    "threads": "2",
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}

TOO_MANY = "lists that fit into memory: fewer rows, or fewer that repeat one dossier"
UNREADABLE = "rows that are still there and can be read: match the lists again"

Side = tuple[DossierList, Mapping]


@dataclass(frozen=True)
class Matched:
    """What became of two lists. The rows themselves stay in a file in `folder` until `remove`.

    `accounts`: per side (index SIDES) the rows and what became of them; `unknown_unit` counts
    dossiers, `spanning` the rows of a text file that took several lines. `units`: dossiers per
    unit, index the code, in the order of the units given, "" (unknown) last; a column counts one of
    KINDS or one portal's dossiers, NA where the lists don't tell. `reasons`: why rows could not be
    read, and `unknown`: unit names that no unit has, the 100 most frequent of each. `compared`:
    which of digitized and paid both lists have.
    """

    folder: Path
    accounts: pd.DataFrame
    units: pd.DataFrame
    reasons: pd.DataFrame
    unknown: pd.DataFrame
    compared: tuple[str, ...]

    def table(self, kind: str, unit: str | None = None, limit: int = 1000) -> pd.DataFrame:
        """The first rows of one of KINDS, of all units or of one ("" is the unknown ones).

        Raises DataError where they are gone or can't be read.
        """
        with _faults(UNREADABLE), _open(self.folder) as base:
            return base.execute(*_select(kind, unit, limit)).df()

    def write_csv(self, kind: str, path: Path, unit: str | None = None, lang: str = "vi") -> int:
        """Write all rows of one of KINDS as CSV for Excel (`core.excel`); returns how many.

        Raises DataError as `table` does, and where the disk has no room.
        """
        language, count = LANGUAGES.index(lang), 0
        words = {code: names[language] for code, names in sql.WORDS.items()}
        query, values = _select(kind, unit, None)
        separator, _ = excel.separators(lang)
        options = pacsv.WriteOptions(include_header=False, delimiter=separator)
        with _faults(UNREADABLE), _open(self.folder) as base, path.open("wb") as file:
            reader = base.sql(query, params=values).to_arrow_reader(50_000)
            fields = reader.schema.names
            names = [sql.HEADINGS[name][language] for name in fields]
            file.write(excel.BOM + separator.join(names).encode() + b"\n")
            for batch in reader:
                columns = [
                    _cells(column, words if name in ("list", "reason", "problem") else {}, words)
                    for name, column in zip(fields, batch.columns, strict=True)
                ]
                pacsv.write_csv(pa.table(columns, names), file, options)
                count += len(batch)
        return count

    def remove(self) -> None:
        """Delete the rows; the figures stay."""
        shutil.rmtree(self.folder, ignore_errors=True)


def match(
    provincial: Side,
    national: Side,
    units: pd.DataFrame,
    folder: Path,
    progress: Progress = lambda done, stage: None,
    aliases: Dictionary[str, str] | None = None,
) -> Matched:
    """Match two opened lists, each with its mapping.

    `units` is indexed by code with a column `name_vi` (and perhaps `parent`), as in `Dataset`;
    `aliases` gives the code of further spellings. `folder` gets a new folder with the rows. Stages
    of `progress(fraction, stage)`: "read_provincial", "read_national", "match", "count". Raises
    DataError with every problem of both mappings; problems of rows are part of the result.
    Lists that do not fit into memory or on the disk are a DataError too.
    """
    lists = dict(zip(SIDES, (provincial, national), strict=True))
    problems = [found for side in SIDES for found in check_mapping(*lists[side], REQUIRED[side])]
    if problems:
        raise DataError(problems)
    codes = unit_codes(units, aliases)
    with _faults(NO_ROOM):
        return _match(lists, units, codes, folder, progress)


def _match(
    lists: Dictionary[str, Side],
    units: pd.DataFrame,
    codes: Dictionary[str, str | None],
    folder: Path,
    progress: Progress,
) -> Matched:
    place = Path(tempfile.mkdtemp(prefix="matched-", dir=folder))
    try:
        with _open(place, create=True) as base:
            base.begin()
            for number, side in enumerate(SIDES):
                for done in _load(base, side, *lists[side], codes):
                    progress(0.4 * (number + done), f"read_{side}")
            progress(0.8, "match")
            _name(base, units, codes, lists)
            _pair(base)
            progress(0.95, "count")
            matched = _count(base, place, lists)
            base.commit()
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    progress(1.0, "count")
    return matched


@contextmanager
def _faults(expected: str) -> Iterator[None]:
    """What memory, disk or database refuse, as a DataError: `expected` for the latter two."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise DataError([Problem("lists", None, None, None, TOO_MANY)]) from error
    except (duckdb.IOException, duckdb.SerializationException, OSError) as error:
        raise DataError([Problem("lists", None, None, None, expected)]) from error


def _open(folder: Path, create: bool = False) -> duckdb.DuckDBPyConnection:
    config: dict[str, Any] = {**SETTINGS, "temp_directory": str(folder / "spill")}
    return duckdb.connect(str(folder / "rows.duckdb"), read_only=not create, config=config)


def _load(
    base: duckdb.DuckDBPyConnection,
    side: str,
    source: DossierList,
    mapping: Mapping,
    codes: Dictionary[str, str | None],
) -> Iterable[float]:
    """Understand a list and register it as `<side>_row`; gives the share read after every block."""
    yes, no = ({fold(word) for word in words} for words in (mapping.yes, mapping.no))
    blocks = []
    for rows, done in read_list(source, mapping):
        blocks.append(
            understand(
                rows, lambda text: codes.get(unit_key(text)), lambda text: parse_flag(text, yes, no)
            )
        )
        yield done
    base.register(f"{side}_row", pa.concat_tables(blocks or [NO_ROWS]))


def _name(
    base: duckdb.DuckDBPyConnection,
    units: pd.DataFrame,
    codes: Dictionary[str, str | None],
    lists: Dictionary[str, Side],
) -> None:
    """`unit_name`: the units in order, "" (unknown) last; `unit_problem`: why a unit text has no
    code; `heading`: how each list calls its fields."""
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
    headings = [(side, *item) for side in SIDES for item in lists[side][1].used.items()]
    _create(base, "heading", headings, list=pa.string(), field=pa.string(), name=pa.string())


def _create(
    base: duckdb.DuckDBPyConnection,
    name: str,
    rows: Sequence[tuple[object, ...]],
    /,
    **types: object,
) -> None:
    columns = zip(*rows, strict=True) if rows else [[]] * len(types)
    arrays = [pa.array(c, t) for c, t in zip(columns, types.values(), strict=True)]
    base.register("named", pa.table(arrays, list(types)))
    base.execute(f"CREATE TABLE {name} AS FROM named")
    base.unregister("named")


def _pair(base: duckdb.DuckDBPyConnection) -> None:
    """`pair` (one row a dossier) and a table or view for each of KINDS."""
    for side in SIDES:
        base.execute(sql.DOSSIER.format(side=side))
    base.execute(sql.PAIR)
    for kind, where in sql.DOSSIERS.items():
        base.execute(sql.DOSSIER_KIND.format(kind=kind, where=where))
    for kind, rows in sql.ROWS.items():
        both = " UNION ALL ".join(rows.format(side=side) for side in SIDES)
        base.execute(f"CREATE TABLE {kind} AS {both}")


def _count(base: duckdb.DuckDBPyConnection, folder: Path, lists: Dictionary[str, Side]) -> Matched:
    accounts = [
        base.execute(sql.ACCOUNT.format(side=side, alone=sql.ALONE[side])).df() for side in SIDES
    ]
    mapped = {side: lists[side][1].used for side in SIDES}
    compared = tuple(flag for flag in FLAGS if all(flag in mapped[side] for side in SIDES))
    units = base.execute(sql.UNIT_COUNTS).df().set_index("unit").convert_dtypes()
    for flag in FLAGS:
        unmapped = [f"{side}_{flag}" for side in SIDES if flag not in mapped[side]]
        units[unmapped] = pd.NA
        if flag not in compared:
            units[[kind for kind in sql.BOTH_FLAGS if flag in kind]] = pd.NA
    return Matched(
        folder,
        pd.concat(accounts).set_index(pd.Index(SIDES)),
        units,
        base.execute(sql.REASON_COUNTS).df(),
        base.execute(sql.UNKNOWN).df(),
        compared,
    )


def _select(kind: str, unit: str | None, limit: int | None) -> tuple[str, list[object]]:
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}, expected one of {', '.join(KINDS)}")
    where, values = ("", []) if unit is None else ("WHERE unit = ?", [unit])
    hidden = "EXCLUDE (position)" if kind in sql.DOSSIERS else ""
    query = f"SELECT * {hidden} FROM {kind} {where} ORDER BY {sql.ORDER[kind]} LIMIT ?"
    return query, [*values, 2**62 if limit is None else limit]


def _cells(column: pa.Array, codes: Dictionary[str, str], words: Dictionary[str, str]) -> pa.Array:
    """A column as a person reads it: codes and yes or no in words, and nothing to calculate."""
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, words["true"], words["false"])
    if not pa.types.is_string(column.type):
        return column
    if codes:
        return pa.array([codes.get(code, code) for code in column.to_pylist()], pa.string())
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, excel.FORMULA), quoted, column)
