"""Understand the rows of a list: identifier, unit, yes or no, or the reason why not."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

TRIMMED = " \t\n\r\u00a0\u200b\ufeff"
DAMAGED = ("\ufffd", "\0")  # what a wrong encoding leaves behind
NUMBER = r"^\d([.,]\d+)?E\+\d+$"  # 1.23457E+12: what Excel makes of a long number
MAX_ID = 100  # characters
MAX_VALUE = 200  # characters kept of a value that can't be read
REPEATED = pa.dictionary(pa.int32(), pa.string())  # the same few texts in a million rows
ROW_SCHEMA = pa.schema(
    {
        "line": pa.int64(),
        "span": pa.int64(),
        "key": pa.string(),
        "dossier_id": pa.string(),
        "unit": REPEATED,
        "code": REPEATED,
        "date": REPEATED,
        "digitized": pa.bool_(),
        "paid": pa.bool_(),
        "reason": REPEATED,
        "value": pa.string(),
        "raw": pa.string(),
    }
)
NO_ROWS = ROW_SCHEMA.empty_table()


def understand(
    rows: pa.Table,
    unit_of: Callable[[str], str | None],
    flag_of: Callable[[str], bool | None],
) -> pa.Table:
    """Rows of `lists.read_list` to the columns of ROW_SCHEMA.

    `key` is what spellings of one identifier share: case and space around it don't count. `code` is
    the unit's (null: unknown), `digitized` and `paid` true, false, or null (not mapped, or can't be
    told). `reason` is null where the row can be read; else `value` is what was found.
    """
    text = {name: rows[name].combine_chunks() for name in rows.schema.names}
    identifier = pc.utf8_trim(text["dossier_id"], TRIMMED)
    key = pc.utf8_upper(pc.utf8_normalize(_unwrap(identifier), "NFC"))
    unit = pc.utf8_trim(text["unit"], TRIMMED)
    digitized = _each(text["digitized"], flag_of, pa.bool_())
    paid = _each(text["paid"], flag_of, pa.bool_())
    reason, value = _first_true(
        text["broken"],
        text["found"],
        {
            "damaged": (_damaged(text), identifier),
            "no_id": (pc.equal(key, ""), identifier),
            "long_id": (pc.greater(pc.utf8_length(key), MAX_ID), identifier),
            "number_id": (_is_number(key), identifier),
            "digitized": (_unclear(text["digitized"], digitized), text["digitized"]),
            "paid": (_unclear(text["paid"], paid), text["paid"]),
        },
    )
    columns = {
        "line": text["line"],
        "span": text["span"],
        "key": key,
        "dossier_id": key if identifier.equals(key) else identifier,  # mostly: saves memory
        "unit": unit.dictionary_encode(),
        "code": _each(unit, unit_of, pa.string()).dictionary_encode(),
        "date": text["date"].dictionary_encode(),
        "digitized": digitized,
        "paid": paid,
        "reason": reason.dictionary_encode(),
        "value": pc.utf8_slice_codeunits(value, 0, MAX_VALUE),
        "raw": text["raw"],
    }
    return pa.table(columns, ROW_SCHEMA)


def _each(column: pa.Array, meaning: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """What every text means, asking once for each different text."""
    coded = column.dictionary_encode()
    meanings = [meaning(word) for word in coded.dictionary.to_pylist()]
    return pa.array(meanings, kind).take(coded.indices)


def _unwrap(identifier: pa.Array) -> pa.Array:
    """`="00123"` is how exports keep leading zeros from Excel."""
    wrapped = pc.starts_with(identifier, '="')
    if not pc.any(wrapped).as_py():
        return identifier
    return pc.replace_substring_regex(identifier, r'^="\s*([^"]*?)\s*"$', r"\1")


def _damaged(text: dict[str, pa.Array]) -> pa.Array:
    masks = [
        pc.fill_null(pc.match_substring(text[name], mark), False)
        for name in ("dossier_id", "unit", "digitized", "paid")
        for mark in DAMAGED
    ]
    found = masks[0]
    for mask in masks[1:]:
        found = pc.or_(found, mask)
    return found


def _is_number(key: pa.Array) -> pa.Array:
    return pc.and_(pc.match_substring(key, "E+"), pc.match_substring_regex(key, NUMBER))


def _unclear(text: pa.Array, flag: pa.Array) -> pa.Array:
    return pc.and_(pc.is_valid(text), pc.is_null(flag))


def _first_true(
    broken: pa.Array, found: pa.Array, faults: dict[str, tuple[pa.Array, pa.Array]]
) -> tuple[pa.Array, pa.Array]:
    """Of every row its reason (broken comes first) and the value that shows it."""
    nothing = pa.scalar(None, pa.string())
    masks = pc.make_struct(pc.is_valid(broken), *(mask for mask, _ in faults.values()))
    reason = pc.case_when(masks, broken, *(pa.scalar(name) for name in faults), nothing)
    value = pc.case_when(masks, found, *(value for _, value in faults.values()), nothing)
    return reason, value
