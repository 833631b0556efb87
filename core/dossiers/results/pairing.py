"""Rows of both lists in one database: taken in, days turned, dossiers paired, kinds told apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd
import pyarrow as pa

from core.dossiers import lists as dossier_lists
from core.dossiers import queries as sql
from core.dossiers.judging.choices import Choices
from core.dossiers.judging.days import MONTH_FIRST_TABLE, Width, side_to_turn
from core.dossiers.queries import PART_BITS, SIDES
from core.dossiers.results.told import Told, side_rows
from core.dossiers.words import unit_key
from core.text import clean_text

Lists = Mapping[str, Sequence[tuple[dossier_lists.DossierList, dossier_lists.Mapping]]]


@dataclass(frozen=True)
class Frame:
    """What all rows are read against: the units in order, the codes that unit texts mean, the lists
    of each side by name, and how each calls its fields."""

    units: tuple[tuple[str, str], ...]
    codes: Mapping[str, str | None]
    files: tuple[tuple[str, int, str], ...]
    headings: tuple[tuple[str, int, str, str], ...]


def frame_of(units: pd.DataFrame, codes: Mapping[str, str | None], lists: Lists) -> Frame:
    """The frame of some lists; `units` is indexed by code with a column `name_vi`."""
    parts = [(side, place, *part) for side in SIDES for place, part in enumerate(lists[side])]
    return Frame(
        tuple((str(code), str(name)) for code, name in units["name_vi"].items()),
        codes,
        tuple((side, place, clean_text(source.name)) for side, place, source, _ in parts),
        tuple((side, place, *item) for side, place, _, m in parts for item in m.used.items()),
    )


def take_in(
    base: duckdb.DuckDBPyConnection,
    rows: Mapping[str, pa.Table],
    frame: Frame,
    month_first: Collection[tuple[str, int]],
) -> None:
    """Register the rows (`rows.ROW_SCHEMA`) of each side as `<side>_row`, and name what they name.

    `unit_name`: the units in order, "" (unknown) last; `unit_problem`: why a unit text has no code;
    `part`: the lists of each side, and `heading`: how each calls its fields; `month_first`: lists
    whose dates are written so."""
    for side in SIDES:
        base.register(f"{side}_row", rows[side])
    base.execute(MONTH_FIRST_TABLE)
    if month_first:
        base.executemany("INSERT INTO month_first VALUES (?, ?)", sorted(month_first))
    named = [(*pair, position) for position, pair in enumerate([*frame.units, ("", "")])]
    _create(base, "unit_name", named, code=pa.string(), name=pa.string(), position=pa.int64())
    unknown = " UNION ".join(f"SELECT unit FROM {s}_row WHERE code IS NULL" for s in SIDES)
    texts = [text for (text,) in base.execute(unknown).fetchall() if text is not None]
    keys = [(text, unit_key(text)) for text in texts]
    problems = [
        (text, "empty" if not key else "ambiguous" if key in frame.codes else "unknown")
        for text, key in keys
    ]
    _create(base, "unit_problem", problems, unit_in_file=pa.string(), problem=pa.string())
    name_parts(base, frame)
    types = {"list": pa.string(), "part": pa.int64(), "field": pa.string(), "name": pa.string()}
    _create(base, "heading", frame.headings, **types)


def name_parts(base: duckdb.DuckDBPyConnection, frame: Frame) -> None:
    """`part`: the lists of each side by their places."""
    _create(base, "part", frame.files, list=pa.string(), place=pa.int64(), name=pa.string())


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


def turned_side(turns: Told) -> str | None:
    """The side whose days and months are to be exchanged, by what `told.TURN_TELLS` say."""
    [found] = turns["turns"].to_pylist()
    widths = {side: Width(**side_rows(turns, "widths", side)[0]) for side in SIDES}
    return side_to_turn(found["turned"] or 0, found["same"] or 0, widths)


def pair_up(base: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """`pair` (one row a dossier) and a table or view for each of `queries.KINDS`."""
    chosen, says, contradicts = sql.COUNTING[choices.keep]
    for side in SIDES:
        query = sql.DOSSIER.format(
            side=side, chosen=chosen, contradicts=contradicts, lost=sql.LOST, **says
        )
        base.execute(query)
    base.execute(sql.PAIR)
    for kind, where in sql.DOSSIERS.items():
        base.execute(sql.DOSSIER_KIND.format(kind=kind, where=where))
    for kind, rows in sql.ROWS.items():
        both = " UNION ALL ".join(
            rows.format(side=side, lost=sql.LOST, bits=PART_BITS) for side in SIDES
        )
        base.execute(f"CREATE TABLE {kind} AS {both}")
