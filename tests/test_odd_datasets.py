"""Odd folders through the command line: each gets a right answer or a sentence, never a traceback.

Expected figures are computed by hand from the folder's files.
"""

from collections.abc import Callable

from small_dataset import SMALL, SOURCES, Change, add, swap

FIELD_HEADER = SMALL["field.csv"].splitlines()[0] + "\n"
DAY, LATER = "2026-03-31", "2026-06-30"
Totals = Callable[[int], float]
OWN_SOURCES = SOURCES  # the small dataset brings its own


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
        r"dataset\.toml, line 5, column period_start: '0001-01-01': expected a date as YYYY-MM-DD, from 1900 to 2199",
    ),
    "year 9999": (
        {"dataset.toml": swap("2026-12-31", "9999-12-31")},
        r"dataset\.toml, line 7, column horizons.2.date: '9999-12-31': expected a date as YYYY-MM-DD",
    ),
    "a date that pandas can not hold": (
        {"dataset.toml": swap("as_of = 2026-03-31", "as_of = 2300-03-31")},
        r"dataset\.toml, line 6, column as_of: '2300-03-31': expected a date as YYYY-MM-DD",
    ),
    "volume wholly after the data": (
        {"dataset.toml": meta(volume(0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1))},
        r"dataset\.toml: expected a monthly_volume above 0 in some month up to as_of",
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
    "two boards that name a province in two ways": (
        {"field.csv": field(board("2026-02-28"), board(DAY).replace("Tỉnh số 7,", "Tỉnh bảy số,"))},
        r"field\.csv, line 42, column province: 'Tỉnh bảy số': expected a province of the board "
        r"of 2026-02-28, which has Tỉnh số 7 in its place",
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


# What is answered --------------------------------------------------------------------------------

ANSWERED = {
    "only the own total on a later date": (
        {"field.csv": field(board(DAY), f"{LATER},Nhỏ,,,,,,,75,,,portal\n")},
        "x",
    ),
    "the best ten of a later date": (
        {"field.csv": field(board(DAY), board(LATER, 10))},
        "x",
    ),
    "a name without a space": (
        {
            "field.csv": field(
                board("2026-02-28").replace("Tỉnh số 7,", "TP Hải Phòng,"),
                board(DAY).replace("Tỉnh số 7,", "TP.Hải Phòng,"),
            )
        },
        "x",
    ),
    "only month boards": (
        {
            "field.csv": lambda _: (
                FIELD_HEADER.replace("date,", "date,period,")
                + board(DAY).replace(f"{DAY},", f"{DAY},month,")
            )
        },
        "x",
    ),
    "the province alone": (
        {
            "units.csv": alone,
            "observations.csv": lambda text: "".join(
                r for r in text.splitlines(True) if ",A," not in r and ",B," not in r
            ),
            "targets.csv": lambda text: text.splitlines()[0] + "\n",
        },
        "x",
    ),
    "all totals equal": ({"field.csv": field(board(DAY, total=lambda n: 60))}, "x"),
    "all totals 0": ({"field.csv": field(board(DAY, total=lambda n: 0))}, "x"),
    "all totals 0 twice": (
        {"field.csv": field(board("2026-02-28", total=lambda n: 0), board(DAY, total=lambda n: 0))},
        "x",
    ),
    "a published total of 0": (
        {
            "observations.csv": add(f"{DAY},P,total,national,,,,0,portal,"),
            "dataset.toml": meta("published_total = 0"),
        },
        "x",
    ),
    "two units of one name": ({"units.csv": swap("UBND xã Ba", "Sở Một")}, "x"),
    "volume wholly before the data": (
        {"dataset.toml": meta(volume(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0))},
        "x",
    ),
    "no dossiers at all": (
        {
            "observations.csv": lambda t: (
                t.replace("80,100,,16", "0,0,,0").replace("40,40", "0,0").replace("40,60", "0,0")
            )
        },
        "x",
    ),
    "an old board": ({"field.csv": field(board("2024-03-31"))}, "x"),
    "nothing in field.csv": ({"field.csv": field()}, "x"),
    "no horizons": (
        {
            "dataset.toml": lambda t: "\n".join(
                l if not l.startswith("horizons") else "horizons = []" for l in t.splitlines()
            )
        },
        "x",
    ),
    "two provinces in the field": (
        {"dataset.toml": swap("34", "2"), "field.csv": lambda t: t.replace(",10,", ",2,")},
        "x",
    ),
    "60 units without figures": (
        {"units.csv": lambda t: t + "".join(f"C{n},UBND xã {n},commune,P,,\n" for n in range(60))},
        "x",
    ),
}
