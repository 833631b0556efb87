"""Understand the rows of a list: identifier, unit, yes or no, or the reason why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from core.dossiers.judging import asides, forms
from core.dossiers.judging.doubts import MAX_ID, doubtful
from core.dossiers.judging.periods import read_day, without_time
from core.dossiers.lookalikes import plain_code

TRIMMED = " \t\n\r\u00a0\u200b\ufeff"
DAMAGED = ("\ufffd", "\0")  # what a wrong encoding leaves behind
NUMBER = r"^\d([.,]\d+)?E\+\d+$"  # 1.23457E+12: what Excel makes of a long number
# 03/03/2026, 3-MAR, MAR-26: what Excel makes of a short code with hyphens
_DATE = (
    r"^(\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-[A-Z]{3}(-\d{2,4})?|[A-Z]{3}-\d{2,4}"
    r"|\d{1,2}-THG ?\d{1,2}|THG ?\d{1,2}-\d{2,4})( ?\d{2}:\d{2}(:\d{2})?)?$"
)
_KEPT = 15  # digits of a number that Excel keeps: those after are zeros
MAX_VALUE = 200  # characters kept of a value that can't be read
MANY_DAYS = 0.05  # of the rows: more different dates have times of day, which are cut off first
FEW_TEXTS = ("unit", "date", "digitized", "paid")  # columns of few texts, again and again
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
        "day": pa.date32(),
        "digitized": pa.bool_(),
        "paid": pa.bool_(),
        "free": pa.bool_(),
        "repaired": pa.bool_(),
        "reason": REPEATED,
        "value": pa.string(),
        "raw": pa.string(),
    }
)
NO_ROWS = ROW_SCHEMA.empty_table()


@dataclass(frozen=True)
class RowMeaning:
    """What the texts of a list mean: the code of a unit, yes or no, free of charge; the heading of
    the identifiers, and the rules that write them anew."""

    unit_of: Callable[[str], str | None]
    flag_of: Callable[[str], bool | None]
    free: Callable[[str], bool]
    heading: str = ""
    rules: Sequence[str] = field(default=())


def understand(rows: pa.Table, meaning: RowMeaning) -> pa.Table:
    """Rows of `lists.read_list` to the columns of ROW_SCHEMA.

    `key` is what spellings of one identifier share: case, space and letters that look alike don't
    count (`repaired`: it has other letters than were written). `code` is the unit's (null:
    unknown), `digitized` and `paid` true, false, or null (not mapped, can't be told, or `free` of
    charge), `day` the date's. `reason` is null where the row can be read; else `value` is what was
    found.
    """
    text = {name: rows[name].combine_chunks() for name in rows.schema.names}
    coded = {name: text[name].dictionary_encode() for name in FEW_TEXTS}
    digitized = _each(coded["digitized"], meaning.flag_of, pa.bool_())
    paid = _each(coded["paid"], meaning.flag_of, pa.bool_())
    free = _each(coded["paid"], meaning.free, pa.bool_())
    marks = [_damaged(coded[name]) for name in ("unit", "digitized", "paid")]
    faulty = {
        "damaged": reduce(pc.or_, marks),
        "digitized": _unclear(text["digitized"], digitized),
        "paid": pc.and_not(_unclear(text["paid"], paid), pc.fill_null(free, False)),
    }
    doubts = (pa.array(doubtful(text["dossier_id"])), pc.is_valid(text["broken"]))
    mask = reduce(pc.or_, (*doubts, *faulty.values()))
    places = pc.indices_nonzero(mask)
    told = _look_closer(
        {name: column.take(places) for name, column in text.items()},
        {name: column.take(places) for name, column in faulty.items()},
        meaning,
    )
    identifier = pc.replace_with_mask(text["dossier_id"], mask, told["dossier_id"])
    key = pc.replace_with_mask(pc.ascii_upper(text["dossier_id"]), mask, told["key"])
    nothing = pa.nulls(len(key), pa.string())
    unit = _retold(coded["unit"], lambda texts: pc.utf8_trim(texts, TRIMMED))
    columns = {
        "line": text["line"],
        "span": text["span"],
        "key": forms.rewrite(key, meaning.rules),
        "dossier_id": key if identifier.equals(key) else identifier,  # mostly: saves memory
        "unit": unit,
        "code": _retold(unit, lambda texts: _meanings(texts, meaning.unit_of, pa.string())),
        "date": coded["date"],
        "day": _days(coded["date"]),
        "digitized": digitized,
        "paid": paid,
        "free": free,
        "repaired": pc.replace_with_mask(pc.xor(mask, mask), mask, told["repaired"]),
        "reason": pc.replace_with_mask(nothing, mask, told["reason"]).dictionary_encode(),
        "value": pc.replace_with_mask(nothing, mask, told["value"]),
        "raw": text["raw"],
    }
    return pa.table(columns, ROW_SCHEMA)


def _look_closer(
    text: dict[str, pa.Array], faulty: dict[str, pa.Array], meaning: RowMeaning
) -> dict[str, pa.Array]:
    """Of rows that are no plain dossiers: identifier, key, `repaired`, reason and value."""
    identifier = pc.utf8_trim(text["dossier_id"], TRIMMED)
    key, repaired = _keys(identifier)
    aside = _asides(text, identifier, meaning.heading)
    written = pc.if_else(pc.equal(identifier, ""), text["raw"], identifier)
    damaged = pc.or_(faulty["damaged"], _damaged(text["dossier_id"].dictionary_encode()))
    reason, value = _first_true(
        pc.if_else(pc.is_valid(aside), pa.scalar(None, pa.string()), text["broken"]),
        text["found"],
        {
            "damaged": (damaged, identifier),
            **{name: (pc.equal(aside, name), written) for name in asides.KINDS_OF_ROW},
            "no_id": (pc.equal(key, ""), identifier),
            "long_id": (pc.greater(pc.utf8_length(key), MAX_ID), identifier),
            "number_id": (_is_number(key), identifier),
            "date_id": (pc.match_substring_regex(key, _DATE), identifier),
            "digitized": (faulty["digitized"], text["digitized"]),
            "paid": (faulty["paid"], text["paid"]),
        },
    )
    return {
        "dossier_id": identifier,
        "key": key,
        "repaired": repaired,
        "reason": reason,
        "value": pc.utf8_slice_codeunits(value, 0, MAX_VALUE),
    }


def count_numbers(rows: pa.Table) -> tuple[int, int]:
    """Of some rows (ROW_SCHEMA) how many codes are long numbers, and how many of these end in zeros
    from the sixteenth digit on, as those do that went through a spreadsheet as numbers."""
    digits = rows["key"].filter(pc.ascii_is_decimal(rows["key"]))
    long = digits.filter(pc.greater(pc.binary_length(digits), _KEPT))
    return len(long), pc.sum(_cut(long)).as_py() or 0


def are_cut(long: int, cut: int) -> bool:
    """Whether the long numbers of a list (`count_numbers`) have lost their last digits."""
    return long >= 2 and 2 * cut >= long


def _cut(keys: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.match_substring_regex(keys, rf"^\d{{{_KEPT}}}0+$")


def refuse_cut(rows: pa.Table) -> pa.Table:
    """Rows with the codes refused that have lost their last digits."""
    lost = pc.and_(_cut(rows["key"]), pc.is_null(rows["reason"]))
    for name, new in (("reason", pa.scalar("number_id")), ("value", rows["dossier_id"])):
        place = rows.schema.get_field_index(name)
        column = pc.if_else(lost, new, pc.cast(rows[name], pa.string()))
        typed = pc.dictionary_encode(column) if name == "reason" else column
        rows = rows.set_column(place, ROW_SCHEMA.field(name), typed)
    return rows


def _keys(identifier: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The key of every identifier, and whether letters were replaced to make it."""
    key = pc.utf8_upper(pc.utf8_normalize(_unwrap(identifier), "NFC"))
    odd = pc.or_(pc.invert(pc.string_is_ascii(key)), pc.match_substring_regex(key, r"\s"))
    if not pc.any(odd).as_py():
        return key, odd
    plain = pa.array([plain_code(code) for code in key.filter(odd).to_pylist()], pa.string())
    mended = pc.replace_with_mask(key, odd, plain)
    return mended, pc.not_equal(mended, key)


def _meanings(texts: pa.Array, meaning: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    return pa.array([meaning(word) for word in texts.to_pylist()], kind)


def _each(coded: pa.Array, meaning: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """What every text means, asking once for each different text; null where there is none."""
    return _meanings(coded.dictionary, meaning, kind).take(coded.indices)


def _retold(coded: pa.Array, tell: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Each different text told otherwise, in a dictionary again."""
    told = tell(coded.dictionary).dictionary_encode()
    return pa.DictionaryArray.from_arrays(told.indices.take(coded.indices), told.dictionary)


def _days(dates: pa.Array) -> pa.Array:
    """The day of every date; a time of day is cut off first, so that few texts are left to read."""
    if len(dates.dictionary) > MANY_DAYS * len(dates):
        dates = _retold(dates, without_time)
    return _each(dates, read_day, pa.date32())


def _asides(text: dict[str, pa.Array], identifier: pa.Array, heading: str) -> pa.Array:
    """TOTAL or HEADING for the rows that are no dossiers, null for all others."""
    broken = text["broken"]
    short = pc.fill_null(pc.equal(broken, "fields"), False)  # as totals may be, typed by hand
    maybe = pc.match_substring_regex(identifier, asides.MAYBE)
    places = pc.indices_nonzero(pc.and_(maybe, pc.or_(pc.is_null(broken), short)))
    if not len(places):
        return pa.nulls(len(identifier), pa.string())
    found: list[str | None] = [None] * len(identifier)
    others = [text[name].take(places).to_pylist() for name in ("unit", "date", "digitized", "paid")]
    rows = zip(identifier.take(places).to_pylist(), text["raw"].take(places).to_pylist(), *others)  # noqa: B905
    for place, (code, raw, *cells) in zip(places.to_pylist(), rows, strict=True):
        kind = asides.kind_of_row(code, tuple(cells), raw, heading)
        if kind == asides.TOTAL_ROW or not broken[place].is_valid:
            found[place] = kind
    return pa.array(found, pa.string())


def _unwrap(identifier: pa.Array) -> pa.Array:
    """`="00123"` is how exports keep leading zeros from Excel, and `'00123` how people do."""
    wrapped = pc.or_(pc.starts_with(identifier, '="'), pc.starts_with(identifier, "'"))
    if not pc.any(wrapped).as_py():
        return identifier
    bare = pc.replace_substring_regex(identifier, r'^="\s*([^"]*?)\s*"$', r"\1")
    return pc.replace_substring_regex(bare, r"^'(\d[^']*)$", r"\1")


def _damaged(coded: pa.Array) -> pa.Array:
    """Whether a wrong encoding left its mark in a text."""
    first, second = (pc.match_substring(coded.dictionary, mark) for mark in DAMAGED)
    return pc.fill_null(pc.or_(first, second).take(coded.indices), False)


def _is_number(key: pa.Array) -> pa.Array:
    return pc.match_substring_regex(key, NUMBER)


def _unclear(text: pa.Array, flag: pa.Array) -> pa.Array:
    return pc.and_(pc.is_valid(text), pc.is_null(flag))


def _first_true(
    broken: pa.Array, found: pa.Array, faults: dict[str, tuple[pa.Array, pa.Array]]
) -> tuple[pa.Array, pa.Array]:
    """Of every row its reason (broken comes first) and the value that shows it."""
    nothing = pa.scalar(None, pa.string())
    flags = (pc.fill_null(mask, False) for mask, _ in faults.values())
    masks = pc.make_struct(pc.is_valid(broken), *flags)
    reason = pc.case_when(masks, broken, *(pa.scalar(name) for name in faults), nothing)
    value = pc.case_when(masks, found, *(value for _, value in faults.values()), nothing)
    return reason, value
