"""Rows of plain dossiers are read from their bytes; each as if it had been looked at one by one."""

import itertools
import random

import numpy as np
import pyarrow as pa

from core.dossiers import rows as dossier_rows
from core.dossiers.judging.asides import KINDS_OF_ROW
from core.dossiers.judging.doubts import doubtful
from core.dossiers.rows import RowMeaning, understand

IDS = (
    *("H44.17-260302-0001", "h44.17-260302-0002", "Н44.17-260302-0003", "H44.17‑260302‑0004"),
    *(" H44.17-260302-0005 ", "H44.17-260302 0006", '="0012345678901"', "'0012345678902"),
    *(
        "1.23457E+12",
        "1,2E+08",
        "03/03/2026",
        "3-MAR",
        "12-MAR-2025",
        "2025-03-03 08:30",
        "THG12-2025",
    ),
    *(
        "Tổng cộng: 12 hồ sơ",
        "TONGCONG",
        "Cộng",
        "I.",
        "(1)",
        "12",
        "",
        None,
        "   ",
        "Người lập biểu",
    ),
    *(
        "Đ-260302-00007",
        "\ufffd44-260302-0008",
        "a\0b-260302-0009",
        "X" * 99 + "9",
        "X" * 100 + "9",
    ),
    *("1234567890123456000", "H44.17-260302-000A", "Ð-260302-000010", "H44.17-260302-0011\u200b"),
    *("STT", "Mã hồ sơ", "é" * 60 + "1", "ABCDEFGHIJKLMNO", "H44_17/260302.0012"),
)
UNITS = ("UBND xã A", " UBND xã A", "Sở B", "", None, "Sở \ufffd")
FLAGS = ("có", "không", "khong ro", "miễn phí", "", None, "c\ufffd")
BROKEN = (None, None, None, "fields", "quote", "blank")
DATES = ("03/03/2026", "2026-03-04 08:30", "", "hôm qua", None)
MEANING = RowMeaning(
    unit_of={"UBND xã A": "1", "Sở B": "2"}.get,
    flag_of={"có": True, "không": False}.get,
    free=lambda text: text == "miễn phí",
    heading="Mã hồ sơ",
)


def some_rows(count: int) -> pa.Table:
    pick = random.Random(766)
    cells = {
        "dossier_id": [pick.choice(IDS) for _ in range(count)],
        "unit": [pick.choice(UNITS) for _ in range(count)],
        "date": [pick.choice(DATES) for _ in range(count)],
        "digitized": [pick.choice(FLAGS) for _ in range(count)],
        "paid": [pick.choice(FLAGS) for _ in range(count)],
        "broken": [
            pick.choice((None, None, None, "fields", "quote", "blank")) for _ in range(count)
        ],
    }
    texts = {name: pa.array(column, pa.string()) for name, column in cells.items()}
    numbers = pa.array(range(2, count + 2), pa.int64())
    raw = pa.array([f"\t{unit or ''}\tCộng 3" for unit in cells["unit"]], pa.string())
    return pa.table({"line": numbers, "span": numbers, **texts, "found": raw, "raw": raw})


def test_a_plain_row_says_what_a_closer_look_says(monkeypatch) -> None:
    table = some_rows(4000)
    quick = understand(table, MEANING).to_pylist()
    monkeypatch.setattr(dossier_rows, "doubtful", lambda codes: np.ones(len(codes), bool))
    slow = understand(table, MEANING).to_pylist()
    for one, other in zip(quick, slow, strict=True):
        assert one == other
    reasons = {row["reason"] for row in slow}
    assert reasons >= {None, "damaged", "no_id", "long_id", "number_id", "date_id", *KINDS_OF_ROW}


def test_only_plain_codes_are_spared_and_a_slice_tells_of_its_own_rows() -> None:
    codes = pa.array([code for code in IDS if code is not None], pa.string())
    spared = {code.as_py() for code, doubt in zip(codes, doubtful(codes), strict=True) if not doubt}
    assert spared == {
        *("H44.17-260302-0001", "h44.17-260302-0002", "X" * 99 + "9", "1234567890123456000"),
        "H44_17/260302.0012",
    }
    for first, last in itertools.combinations(range(0, len(codes), 7), 2):
        part = codes.slice(first, last - first)
        assert list(doubtful(part)) == list(doubtful(codes)[first:last])
    assert not len(doubtful(codes.slice(0, 0)))
