"""Dates of a list written month first: told by the list itself, or by the other one."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from core.dossiers import lists as dossier_lists
from core.dossiers.judging.cautions import Caution
from core.dossiers.judging.periods import is_month_first, read_day
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
_SWAP = "make_date(year(day), day(day), month(day))"
_TOLD = "SELECT EXISTS (SELECT 1 FROM {side}_row WHERE reason IS NULL AND day(day) > 12)"
_TURNED = """
SELECT count(*) FILTER (p.day <> n.day AND day(p.day) = month(n.day) AND month(p.day) = day(n.day)),
    count(*) FILTER (p.day = n.day AND day(p.day) <> month(p.day))
FROM provincial_row p JOIN national_row n USING (key)
WHERE p.reason IS NULL AND n.reason IS NULL AND year(p.day) = year(n.day)
"""
_WIDTH = "SELECT max(day) - min(day), max(day(day)) FROM {side}_row WHERE reason IS NULL"
_EXAMPLES = """
SELECT line >> {bits} AS part, min_by(date, line) AS value, min(line) AS line, count(*) AS count
FROM {side}_row WHERE reason IS NULL AND trim(date) <> '' AND {which} GROUP BY part ORDER BY part
"""
_MONTHS = """line >> {bits} IN (SELECT m.part FROM month_first m WHERE m.list = '{side}')
    AND day IS NOT NULL"""


def mended_days(rows: pa.Table) -> tuple[pa.Table, bool]:
    """Rows of one list (`rows.ROW_SCHEMA`), with their days read month first where that is how the
    list writes them, and whether it is."""
    texts = pc.utf8_slice_codeunits(pc.utf8_ltrim_whitespace(_plain(rows["date"])), 0, 10)
    if is_month_first(text for text in pc.unique(texts).to_pylist() if text) is not True:
        return rows, False
    coded = texts.dictionary_encode()
    words = coded.dictionary.to_pylist()
    days = pa.array([read_day(word or "", month_first=True) for word in words], pa.date32())
    place = rows.schema.get_field_index("day")
    return rows.set_column(place, rows.schema.field("day"), days.take(coded.indices)), True


def _plain(column: pa.ChunkedArray) -> pa.Array:
    return pc.cast(column, pa.string()).combine_chunks()


def turn_days(base: duckdb.DuckDBPyConnection) -> None:
    """Where neither list tells the order of day and month, but one has the months of the other as
    its days: turn the one that would be spread over the longer time."""
    if all(base.execute(_TOLD.format(side=side)).fetchall()[0][0] for side in SIDES):
        return
    ((turned, same),) = base.execute(_TURNED).fetchall()
    if turned < FEWEST_TURNED or turned <= same:
        return
    widths = {side: base.execute(_WIDTH.format(side=side)).fetchall()[0] for side in SIDES}
    side = max(SIDES, key=lambda one: widths[one][0])
    if widths[side][1] > 12:
        return
    query = f"SELECT * REPLACE ({_SWAP} AS day) FROM {side}_row"
    rows = base.sql(query).to_arrow_table()
    base.unregister(f"{side}_row")
    base.register(f"{side}_row", rows)
    base.execute(
        f"INSERT INTO month_first SELECT DISTINCT '{side}', line >> {PART_BITS} FROM {side}_row"
    )


def of_days(
    base: duckdb.DuckDBPyConnection,
    lists: Mapping[str, Sequence[tuple[dossier_lists.DossierList, dossier_lists.Mapping]]],
) -> Iterator[Caution]:
    """What a reader has to know of the dates of both lists."""
    for side in SIDES:
        months = _MONTHS.format(side=side, bits=PART_BITS)
        for kind, text, which in (
            ("month_first", MONTH_FIRST, months),
            ("unreadable_dates", BAD_DAYS, "day IS NULL"),
        ):
            query = _EXAMPLES.format(side=side, bits=PART_BITS, which=which)
            for part, value, line, count in base.execute(query).fetchall():
                source, mapping = lists[side][part]
                details = {
                    "count": count,
                    "column": mapping.date,
                    "file": source.name,
                    "value": value,
                    "line": line & (2**PART_BITS - 1),
                }
                yield Caution(kind, text, details)
