"""What a matching tells of itself in small tables that add up: those of parts give those of all.

Each name of TELLS has two queries: what a database says of the rows that it holds, and how such
tables of several databases become one. FACT_TELLS come before it is decided which dossiers
without a partner are missing (`judge`), FIGURE_TELLS after.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from core.dossiers import queries as sql
from core.dossiers.queries import ALONE, PART_BITS, SIDES
from core.dossiers.results.database import SETTINGS

Told = dict[str, pa.Table]


class _Tell(NamedTuple):
    says: str
    sums: str


def _sides(query: str) -> str:
    """A query of one side, of both, with a column for the side."""
    each = (
        f"SELECT '{side}' AS list, * FROM ({query})".format(
            side=side, alone=ALONE[side], lost=sql.LOST, bits=PART_BITS
        )
        for side in SIDES
    )
    return " UNION ALL ".join(each)


def _first(*groups: str) -> str:
    """Of equal groups the first line and its value, and how many there are."""
    names = ", ".join(groups)
    return (
        f"SELECT {names}, min_by(value, line) AS value, min(line) AS line,"
        f" sum(count)::BIGINT AS count FROM told GROUP BY {names} ORDER BY {names}"
    )


def _sum(columns: Iterable[str]) -> str:
    return ", ".join(f'sum("{name}")::BIGINT AS "{name}"' for name in columns)


_ACCOUNT = (
    *("rows", "blank", "heading", "total", "hidden", "unreadable", "duplicate", "both", "one_side"),
    *("undecided", "outside", "contradicting", "free", "repaired", "unknown_unit", "spanning"),
)
FACT_TELLS = {
    "periods": _Tell(
        _sides(sql.LIST_PERIOD),
        "SELECT list, min(first) AS first, max(last) AS last FROM told GROUP BY list",
    ),
    "paired": _Tell(sql.PAIRED, f"SELECT {_sum(['both'])} FROM told"),
    "alone_days": _Tell(
        _sides(sql.ALONE_DAYS),
        f"SELECT list, day, {_sum(['count'])} FROM told GROUP BY list, day",
    ),
    "codeless": _Tell(
        _sides(sql.CODELESS), f"SELECT list, {_sum(['lost', 'read'])} FROM told GROUP BY list"
    ),
}
FIGURE_TELLS = {
    "accounts": _Tell(
        _sides(sql.ACCOUNT),
        f"SELECT list, {_sum(_ACCOUNT)} FROM told GROUP BY list ORDER BY list DESC",
    ),
    "units": _Tell(
        sql.UNIT_COUNTS,
        f"SELECT unit, any_value(name_vi) AS name_vi, {_sum(sql.COUNTED)} FROM told "
        "GROUP BY unit ORDER BY min(position)",
    ),
    "rates": _Tell(
        sql.RATE_COUNTS,
        f"SELECT unit, {_sum(sql.RATE_NAMES)} FROM told GROUP BY unit ORDER BY min(position)",
    ),
    "reasons": _Tell(
        sql.REASON_COUNTS,
        f'SELECT list, reason, "column", value, {_sum(["rows"])} FROM told GROUP BY ALL '
        'ORDER BY sum("rows") DESC, list DESC, reason, value, "column" LIMIT 100',
    ),
    "unknown": _Tell(
        sql.UNKNOWN,
        f"SELECT unit_in_file, any_value(problem) AS problem, {_sum(SIDES)} FROM told "
        "GROUP BY unit_in_file "
        "ORDER BY sum(provincial) + sum(national) DESC, unit_in_file LIMIT 100",
    ),
    "examples": _Tell(_sides(sql.EXAMPLES), _first("list", "reason")),
    "repaired": _Tell(_sides(sql.REPAIRED), _first("list")),
    "totals": _Tell(_sides(sql.TOTALS), "SELECT * FROM told ORDER BY list DESC, line"),
    "parts": _Tell(
        _sides(sql.PART_COUNTS),
        f"SELECT list, part, {_sum(['dossiers'])}, {_sum(['rows'])}, "
        "bool_or(codeless) AS codeless FROM told GROUP BY list, part",
    ),
    "provinces": _Tell(_sides(sql.PROVINCES), _first("list", "part", "found")),
    "month_first": _Tell(
        _sides(sql.DATE_EXAMPLES.replace("{which}", sql.MONTHS)), _first("list", "part")
    ),
    "unreadable_dates": _Tell(
        _sides(sql.DATE_EXAMPLES.replace("{which}", "day IS NULL")), _first("list", "part")
    ),
}
TURN_TELLS = {  # asked before the dossiers are paired
    "turns": _Tell(sql.TURNS, f"SELECT {_sum(['turned', 'same'])} FROM told"),
    "widths": _Tell(
        _sides(sql.DAY_WIDTH),
        "SELECT list, min(first) AS first, max(last) AS last, max(most) AS most FROM told "
        "GROUP BY list",
    ),
}
TELLS = {**TURN_TELLS, **FACT_TELLS, **FIGURE_TELLS}


def ask(base: duckdb.DuckDBPyConnection, what: Mapping[str, _Tell]) -> Told:
    """What a database says of its rows."""
    return {name: base.sql(one.says).to_arrow_table() for name, one in what.items()}


def add_up(parts: Iterable[Told]) -> Told:
    """What parts say, as one matching of all their rows would have said it."""
    with duckdb.connect(config={**SETTINGS}) as base:
        return _add_up(base, list(parts))


def tell_all(base: duckdb.DuckDBPyConnection, what: Mapping[str, _Tell]) -> Told:
    """What a database that has all rows says of them."""
    return _add_up(base, [ask(base, what)])


def _add_up(base: duckdb.DuckDBPyConnection, parts: Sequence[Told]) -> Told:
    found = {}
    for name in parts[0]:
        tables = [part[name] for part in parts]
        base.register("told", pa.concat_tables(tables, promote_options="permissive"))
        found[name] = base.sql(TELLS[name].sums).to_arrow_table()
        base.unregister("told")
    return found


def side_rows(told: Told, name: str, side: str) -> list[dict[str, Any]]:
    """The rows of a table that are of one side, without saying so."""
    return [row for row in told[name].to_pylist() if row.pop("list") == side]
