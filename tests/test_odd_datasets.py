"""Odd folders through the command line: each gets a right answer or a sentence, never a traceback.

Expected figures are computed by hand from the folder's files.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from core.__main__ import main
from core.dataset.boards import own_name, plain_name, province_key
from core.estimate.reconcile import affordable
from small_dataset import SMALL, SOURCES, Change, add, swap, write_files

FIELD_HEADER = SMALL["field.csv"].splitlines()[0] + "\n"
EARLIER, DAY, LATER = "2026-02-28", "2026-03-31", "2026-06-30"
Changes = dict[str, Change | None]


def board(
    day: str, count: int = 34, total: Callable[[int], float] = lambda n: 40 + n, own: str = "Nhỏ"
) -> str:
    """Rows of a board of `count` provinces; the own one comes last."""
    names = [*(f"Tỉnh số {n}" for n in range(1, count)), own]
    rows = [f"{day},{name},,,,,,,{total(n):g},,,portal\n" for n, name in enumerate(names)]
    return "".join(rows)


def field(*boards: str) -> Change:
    return lambda _: FIELD_HEADER + "".join(boards)


def by_month(_: str) -> str:
    rows = board(DAY).replace(f"{DAY},", f"{DAY},month,")
    return FIELD_HEADER.replace("date,", "date,period,") + rows


def alone(text: str) -> str:
    """Only the header and the rows of the province."""
    header, *rows = text.splitlines(keepends=True)
    return "".join([header, *(row for row in rows if not re.search(r"(^|,)(A|B|B1),", row))])


def volume(*months: int) -> Change:
    return add(f"monthly_volume = {[*months]}")


def units(count: int) -> Change:
    rows = "".join(f"C{n},UBND xã {n},commune,P,,\n" for n in range(count))
    return lambda text: alone(text) + rows


def run(tmp_path: Path, changes: Changes, *command: str) -> int:
    own = {"sources.csv": lambda _: SOURCES}
    folder = tmp_path / "odd"
    if not folder.exists():
        write_files(folder, {**own, **changes})
    return main([command[0], str(folder), *command[1:]])


# What is refused, with the sentence ---------------------------------------------------------------

MONTHS = [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]
NO_DATE = "expected a date as YYYY-MM-DD, from 1900 to 2199"
REFUSED: dict[str, tuple[Changes, str]] = {
    "empty dataset.toml": (
        {"dataset.toml": lambda _: ""},
        r"dataset\.toml, column name_vi: expected this key; it is missing",
    ),
    "year 1": (
        {"dataset.toml": swap("period_start = 2026-01-01", "period_start = 0001-01-01")},
        rf"dataset\.toml, line 5, column period_start: '0001-01-01': {NO_DATE}",
    ),
    "year 9999": (
        {"dataset.toml": swap("2026-12-31", "9999-12-31")},
        rf"dataset\.toml, line 7, column horizons\.2\.date: '9999-12-31': {NO_DATE}",
    ),
    "a date that pandas can not hold": (
        {"dataset.toml": swap("as_of = 2026-03-31", "as_of = 2300-03-31")},
        rf"dataset\.toml, line 6, column as_of: '2300-03-31': {NO_DATE}",
    ),
    "a horizon after two years": (
        {"dataset.toml": swap("2026-12-31", "2028-12-31")},
        r"dataset\.toml, line 6: expected every horizon within two years of as_of",
    ),
    "volume wholly after the data": (
        {"dataset.toml": volume(*MONTHS)},
        r"dataset\.toml, line 9: expected a monthly_volume above 0 in some month up to as_of",
    ),
    "more provinces than field_size": (
        {"field.csv": field(board(DAY, 36))},
        r"field\.csv, line 36, column province: 'Tỉnh số 35': expected at most 34 provinces on "
        r"2026-03-31, the field_size of dataset\.toml",
    ),
    "a rank beyond field_size": (
        {"field.csv": add(f"{DAY},Xa,,,,,,,50,40,,portal")},
        r"field\.csv, line 4, column rank: '40': expected a rank of at most 34, the field_size of",
    ),
    "a province under another name": (
        {"field.csv": field(board(EARLIER), board(DAY).replace("Tỉnh số 7,", "Tỉnh bảy,"))},
        r"field\.csv, line 42, column province: 'Tỉnh bảy': expected a province of the board of "
        r"2026-02-28, which has Tỉnh số 7 in its place",
    ),
    "a province twice in two spellings": (
        {"field.csv": field(board(DAY), f"{DAY},TP.Số 7,,,,,,,46,,,portal\n")},
        r"field\.csv, line 36, column province: 'TP\.Số 7': expected each fact once; line 8 has",
    ),
    "boards without the own province": (
        {"field.csv": field(board(DAY, own="Khác"))},
        r"field\.csv, column province: expected the province under the name Nhỏ on the full boards",
    ),
    "an old board": (
        {"field.csv": field(board("2024-03-31"))},
        r"field\.csv, line 2, column date: '2024-03-31': expected a full board within 720 days of "
        r"the last horizon, 2026-12-31",
    ),
    "10^30 dossiers": (
        {"observations.csv": swap("80,100", "80,1" + 30 * "0")},
        r"observations\.csv, line 2, column denominator: '10+': expected a count of at most 10\^12",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("command", ["check", "score"])
def test_what_can_not_be_is_refused_with_file_and_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    changes: Changes,
    message: str,
) -> None:
    assert run(tmp_path, changes, command) == 2
    assert re.search(message, capsys.readouterr().err)


# What is answered, with what is unusual -----------------------------------------------------------

SINGLE = (
    r"field\.csv, line 36, column date: expected 34 provinces on 2026-06-30 for a board; {} are"
)
EMPTY = r"^$"
# points of `on_time`, 20 at 100 %: of the province 80 of 100, so 16
ON_TIME = 16.0
ANSWERED: dict[str, tuple[Changes, str, float]] = {
    "only the own total on a later date": (
        {"field.csv": field(board(DAY), f"{LATER},Nhỏ,,,,,,,75,,,portal\n")},
        SINGLE.format(1),
        ON_TIME,
    ),
    "the best ten of a later date": (
        {"field.csv": field(board(DAY), board(LATER, 10))},
        SINGLE.format(10),
        ON_TIME,
    ),
    "a name without a space": (
        {
            "field.csv": field(
                board(EARLIER).replace("Tỉnh số 7,", "TP Hải Phòng,"),
                board(DAY).replace("Tỉnh số 7,", "TP.Hải Phòng,"),
            )
        },
        EMPTY,
        ON_TIME,
    ),
    "boards of a month only": ({"field.csv": by_month}, EMPTY, ON_TIME),
    "nothing in field.csv": ({"field.csv": field()}, EMPTY, ON_TIME),
    "all totals equal": ({"field.csv": field(board(DAY, total=lambda _: 60))}, EMPTY, ON_TIME),
    "all totals 0": (
        {"field.csv": field(board(EARLIER, total=lambda _: 0), board(DAY, total=lambda _: 0))},
        EMPTY,
        ON_TIME,
    ),
    "the province alone": (
        {"units.csv": alone, "observations.csv": alone, "targets.csv": lambda text: text[:49]},
        EMPTY,
        ON_TIME,
    ),
    # 16 on time, 1 of 4 digitised, 6 and 2 without anything to count: 25; 68 points are not known
    "a score of 0": (
        {"observations.csv": add(f"{DAY},P,total,national,,,,0,portal,")},
        r"observations\.csv, line 12, column points: '0': expected a score of P from 25\.00 to "
        r"93\.00",
        ON_TIME,
    ),
    "a published_total of 0": (
        {"dataset.toml": add("published_total = 0")},
        r"dataset\.toml, line 9, column published_total: '0': expected a score of P from 25\.00 to "
        r"93\.00",
        ON_TIME,
    ),
    "two units of one name": (
        {"units.csv": swap("UBND xã Ba", "Sở Một")},
        r"units\.csv, line 5, column name_vi: 'Sở Một': expected a name of its own for every unit; "
        r"line 3 has it already",
        ON_TIME,
    ),
    "volume wholly before the data": (
        {"dataset.toml": volume(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)},
        EMPTY,
        ON_TIME,
    ),
    "10^12 dossiers": (
        {"observations.csv": swap("80,100", "8" + "0" * 11 + ",1" + "0" * 12)},
        r"expected 1,000,000,000,000 for the units together, as their province has \([^()]+\); ",
        ON_TIME,
    ),
    "600 units without figures": (
        {"units.csv": units(600), "observations.csv": alone, "targets.csv": lambda t: t[:49]},
        EMPTY,
        ON_TIME,
    ),
}


@pytest.mark.parametrize(("changes", "warning", "points"), ANSWERED.values(), ids=ANSWERED)
def test_what_is_odd_but_possible_is_answered(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: Changes,
    warning: str,
    points: float,
) -> None:
    assert run(tmp_path, changes, "check", "--json") == 0
    assert re.search(warning, "\n".join(json.loads(capsys.readouterr().out)["warnings"]))
    assert run(tmp_path, changes, "score", "--unit", "P", "--json") == 0
    found = json.loads(capsys.readouterr().out)["units"]["P"]
    assert found["components"]["on_time"]["points"] == pytest.approx(points)


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31"])
def test_a_rank_is_asked_for_a_date_of_the_calendar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], date: str
) -> None:
    assert run(tmp_path, {}, "rank", "--total", "60", "--date", date) == 2
    assert f"--date: '{date}': {NO_DATE}" in capsys.readouterr().err


def test_equal_scores_share_the_first_rank(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All stand at 60: who has 60 is first, who has less is last."""
    equal: Changes = {"field.csv": field(board(DAY, total=lambda _: 60))}
    for total, rank in (("60", 1), ("59", 34)):
        assert run(tmp_path, equal, "rank", "--total", total, "--json") == 0
        assert json.loads(capsys.readouterr().out)["median"] == rank


def test_many_units_get_fewer_draws_and_real_provinces_all_of_them() -> None:
    assert affordable(200, 164) == affordable(200, 500) == 200
    assert affordable(200, 5000) == 20
    assert affordable(0, 5000) == 0


def test_a_province_is_recognised_however_it_is_written() -> None:
    for name in ("TP.Hải Phòng", "TP Hải Phòng", "Thành phố Hải Phòng", "hải  phòng"):
        assert province_key(name) == province_key("Hải Phòng")
    assert province_key("Thanh Hoá") == province_key("Thanh Hóa")
    assert province_key("Bà Rịa – Vũng Tàu") == province_key("Bà Rịa-Vũng Tàu")
    assert province_key("Hà Tĩnh") != province_key("Hà Nội")
    assert plain_name("Tỉnh Phú Thọ") == own_name("UBND tỉnh Phú Thọ") == "Phú Thọ"
    assert province_key(float("nan")) == ""
