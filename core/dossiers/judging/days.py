"""Dates of a list written month first: told by the list itself, or by the other one."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from core.dossiers import lists as dossier_lists
from core.dossiers.judging.cautions import Caution
from core.dossiers.judging.periods import orders, read_day, without_time
from core.dossiers.queries import PART_BITS, SIDES

FEWEST_TURNED = 3  # dossiers whose day is the other list's month
MONTH_FIRST = (
    "dates in column {column} of {file} are read as month/day/year, such as {value} in line {line}"
)
BAD_DAYS = (
    "{count} dates in column {column} of {file} can't be read, such as {value} in line {line}: "
    "expected day/month/year; these dossiers count in no period"
)
MONTH_FIRST_TABLE = "CREATE TABLE month_first (list VARCHAR, part BIGINT)"
SWAP = "make_date(year(day), day(day), month(day))"


@dataclass(frozen=True)
class Width:
    """First and last day of a list, and the largest day of a month in it."""

    first: dt.date | None
    last: dt.date | None
    most: int | None


def orders_of(rows: pa.Table) -> set[bool]:
    """Which orders the dates of some rows can only have, as `periods.orders`: {True} of all rows of
    a list says that it writes the month first."""
    texts = pc.cast(pc.unique(rows["date"]), pa.string())
    return orders(text for text in pc.unique(without_time(texts)).to_pylist() if text)


def read_month_first(rows: pa.Table) -> pa.Table:
    """Rows (`rows.ROW_SCHEMA`) with their days read month first."""
    coded = without_time(pc.cast(rows["date"], pa.string()).combine_chunks()).dictionary_encode()
    words = coded.dictionary.to_pylist()
    days = pa.array([read_day(word or "", month_first=True) for word in words], pa.date32())
    place = rows.schema.get_field_index("day")
    return rows.set_column(place, rows.schema.field("day"), days.take(coded.indices))


def side_to_turn(turned: int, same: int, widths: Mapping[str, Width]) -> str | None:
    """Where neither list tells the order of day and month, but one has the months of the other as
    its days: the side that would be spread over the longer time. `turned`, `same`: dossiers of both
    lists whose day is the other's month, and those with one day."""
    if turned < FEWEST_TURNED or turned <= same:
        return None

    def spread(side: str) -> dt.timedelta:
        first, last = widths[side].first, widths[side].last
        return last - first if first and last else dt.timedelta(-1)

    side = max(SIDES, key=spread)
    return side if (widths[side].most or 0) <= 12 else None


def turn_days(base: duckdb.DuckDBPyConnection, side: str) -> None:
    """Exchange day and month of all rows of a side."""
    rows = base.sql(f"SELECT * REPLACE ({SWAP} AS day) FROM {side}_row").to_arrow_table()
    base.unregister(f"{side}_row")
    base.register(f"{side}_row", rows)
    base.execute(
        f"INSERT INTO month_first SELECT DISTINCT '{side}', line >> {PART_BITS} FROM {side}_row"
    )


def of_days(
    examples: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
    lists: Mapping[str, Sequence[tuple[dossier_lists.DossierList, dossier_lists.Mapping]]],
) -> Iterator[Caution]:
    """What a reader has to know of the dates of both lists. `examples`: by kind and side, for each
    list (`part`) that has such dates one of them (`value`, `line`) and how many (`count`)."""
    for side in SIDES:
        for kind, text in (("month_first", MONTH_FIRST), ("unreadable_dates", BAD_DAYS)):
            for row in examples[kind][side]:
                source, mapping = lists[side][row["part"]]
                details = {
                    "count": row["count"],
                    "column": mapping.date,
                    "file": source.name,
                    "value": row["value"],
                    "line": row["line"] & (2**PART_BITS - 1),
                }
                yield Caution(kind, text, details)
