"""Odd folders through the command line: each gets a right answer or a sentence, never a traceback.

Expected figures are computed by hand from the folder's files.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.__main__ import main
from small_dataset import SMALL, SOURCES, Change, add, swap, write_files

FIELD_HEADER = SMALL["field.csv"].splitlines()[0] + "\n"
DAY, LATER = "2026-03-31", "2026-06-30"
Totals = Callable[[int], float]


def board(day: str, count: int = 34, total: Totals = lambda n: 40 + n, own: str = "Nhỏ") -> str:
    """Rows of a board of `count` provinces; the own one comes last."""
    names = [*(f"Tỉnh số {n}" for n in range(1, count)), own][-count:]
    rows = [f"{day},{name},,,,,,,{total(n):g},,,portal" for n, name in enumerate(names)]
    return "\n".join(rows) + "\n"


def field(*boards: str) -> Change:
    return lambda _: FIELD_HEADER + "".join(boards)


def meta(*lines: str) -> Change:
    return lambda text: text + "\n".join(lines) + "\n"


def alone(text: str) -> str:
    """Only the rows of the province."""
    return "".join(row for n, row in enumerate(text.splitlines(True)) if n == 0 or "P," in row[:13])


def volume(*months: int) -> str:
    return f"monthly_volume = {[*months]}"


# What is refused, with the sentence --------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Change | None], str]] = {
    "empty dataset.toml": (
        {"dataset.toml": lambda _: ""},
        r"dataset\.toml, column name_vi: expected this key; it is missing",
    ),
    "year 1": (
        {"dataset.toml": swap("period_start = 2026-01-01", "period_start = 0001-01-01")},
        r"dataset\.toml, line 5, column period_start: '0001-01-01': expected a date from 1900-01",
    ),
    "year 9999": (
        {"dataset.toml": swap("2026-12-31", "9999-12-31")},
        r"dataset\.toml, line 7, column horizons.2.date: '9999-12-31': expected a date .* 2199-12",
    ),
    "a date that pandas can not hold": (
        {"dataset.toml": swap("as_of = 2026-03-31", "as_of = 2300-03-31")},
        r"dataset\.toml, line 6, column as_of: '2300-03-31': expected a date from 1900-01-01 to",
    ),
    "data of a later year than the period": (
        {"dataset.toml": swap("period_start = 2026-01-01", "period_start = 2024-01-01")},
        r"dataset\.toml: expected as_of in the year of period_start",
    ),
    "volume wholly after the data": (
        {"dataset.toml": meta(volume(0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1))},
        r"dataset\.toml: expected a monthly_volume above 0 up to as_of",
    ),
    "more provinces than field_size": (
        {"field.csv": field(board(DAY, 36))},
        rf"field\.csv, line 36, column province: 'Tỉnh số 35': expected at most 34 provinces on "
        rf"{DAY}, as field_size says",
    ),
    "a rank beyond field_size": (
        {"field.csv": add(f"{DAY},Xa,,,,,,,50,40,,portal")},
        r"field\.csv, line 4, column rank: '40': expected a rank of at most 34, the field_size",
    ),
    "two boards that name a province in two ways": (
        {"field.csv": field(board("2026-02-28"), board(DAY).replace("Tỉnh số 7,", "Tỉnh bảy số,"))},
        r"field\.csv, line 42, column province: 'Tỉnh bảy số': expected a province of the other "
        r"boards; they have số 7",
    ),
    "a board without the own province": (
        {"field.csv": field(board(DAY, own="Khác"))},
        r"field\.csv, column province: expected the province under the name Nhỏ on the full boards",
    ),
    "10^30 dossiers": (
        {"observations.csv": swap("80,100", "80,1" + 30 * "0")},
        r"observations\.csv, line 2, column denominator: '10+': expected a count of at most 10\^12",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_is_refused_with_file_and_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Change | None],
    message: str,
) -> None:
    folder = write_files(
        tmp_path / "odd", {"sources.csv": lambda _: SOURCES.replace("portal,", "own,"), **changes}
    )
    for command in ("check", "score"):
        assert main([command, str(folder)]) == 2
        import re

        err = capsys.readouterr().err
        assert re.search(message, err), err
