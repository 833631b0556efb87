"""Tables with a column of months or quarters: the one that is asked for is read, or the last; the
others are offered. A month's figures are no part of a year's, so rows of two periods never meet."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.imports.files.grid import Grid, SheetCell, letters, text_of_cell
from core.imports.moments import MONTH, QUARTER, YEAR, without_documents
from core.imports.people.headings import CODE, UNIT, meaning
from core.imports.people.layout import NUMBERISH
from core.imports.people.sums import is_numbering, is_total
from core.imports.reading import LeftOut
from core.imports.vocabulary import Vocabulary
from core.problems import Problem
from core.text import fold

TAKEN = (
    "one period; this table has several: {taken} is read. For another ({others}) say a day of it "
    "(--as-of)"
)
LEFT = "rows of {taken}, which are read; say a day of {other} to read these (--as-of)"
NO_PERIOD = "the month or quarter of the row, as the others have it"
NO_YEAR = "the year of these months or quarters: in the title, in the file's name or as --as-of"
_HEAD_ROWS = 30
_HEADING = re.compile(
    r"(?:ky|thang|quy|month|quarter|period)"
    r"(?: (?:bao cao|so lieu|thong ke|danh gia|nam|quy|thang|year))*"
)
_YEAR_HEADING = re.compile(r"nam(?: (?:bao cao|so lieu))?|year")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_QUARTER = re.compile(r"(?:quy|quarter|q) ?(iv|i{1,3}|[1-4])(?: (?:nam )?(20\d\d))?")
_QUARTER_LAST = re.compile(r"(20\d\d) ?(?:quy|quarter|q) ?(iv|i{1,3}|[1-4])")
_MONTH = re.compile(r"(?:thang|month|t|m)? ?(0?[1-9]|1[0-2])(?: (?:nam )?(20\d\d))?")
_MONTH_LAST = re.compile(r"(20\d\d) ?(?:thang|month|t|m)? ?(0?[1-9]|1[0-2])")
_WHOLE = re.compile(r"(?:ca nam|nam|luy ke(?: (?:tu dau nam|ca nam|nam))?)(?: (20\d\d))?")
_YEARS = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(frozen=True, order=True)
class Span:
    """A period that a row names: its first and last day, and which kind it is."""

    first: dt.date
    last: dt.date
    kind: str

    @property
    def called(self) -> str:
        """2026-09, 2026-Q3, 2026."""
        if self.kind == MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y}" + (f"-Q{self.last.month // 3}" if self.kind == QUARTER else "")


@dataclass(frozen=True)
class OnePeriod:
    """A sheet with the rows of one period only; the others are blank, so that lines stay lines."""

    grid: Grid
    span: Span | None = None
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def of_one_period(
    grid: Grid, file: str, words: Vocabulary, as_of: dt.date | None, period: str | None
) -> OnePeriod:
    """The rows of the period that holds `as_of`, or else of the last one, of the kind `period`."""
    found = _column(grid, words)
    if found is None:
        return OnePeriod(grid)
    top, at, year_at = found
    is_quarter = "quy" in fold(text_of_cell(grid.rows[top][at]))
    above = " ".join(text_of_cell(cell) for row in grid.rows[:top] for cell in row)
    years = _YEARS.findall(without_documents(f"{grid.above} {above} {file}"))
    year = as_of.year if as_of is not None else int(years[0]) if len(set(years)) == 1 else None
    spans: dict[int, Span] = {}
    yearless = 0
    for line, cell, own in _periods(grid, top, at, year_at):
        parts = _parts(cell, is_quarter)
        if parts is None:
            continue
        kind, number, said = parts
        its_year = said or own or year
        if its_year is None:
            yearless = yearless or line
        else:
            spans[line] = _span(kind, number, its_year)
    if yearless:
        place = (file, yearless, letters(at), text_of_cell(grid.rows[yearless - 1][at]))
        return OnePeriod(grid, problems=(Problem(*place, NO_YEAR),))
    taken = _taken(set(spans.values()), as_of, period)
    kept = {line for line, span in spans.items() if span == taken}
    blank = ("",) * max(map(len, grid.rows))
    rows = []
    dropped: list[int] = []
    for line, row in enumerate(grid.rows, 1):
        if line <= top:
            rows.append(row)
        elif line in kept or (line not in spans and not _has_number(row, at, year_at)):
            rows.append(_without(row, at, year_at))
        else:
            rows.append(blank)
            dropped += [line] if line not in spans else []
    counts = Counter(span for span in spans.values() if span != taken)
    others = sorted(counts, reverse=True)
    left = [LeftOut("row", Problem(file, None, None, one.called, LEFT,
                                   {"taken": taken.called, "other": one.called}), counts[one])
            for one in others]  # fmt: skip
    left += [LeftOut("row", Problem(file, line, letters(at), None, NO_PERIOD), 1)
             for line in dropped]  # fmt: skip
    told = {"taken": taken.called, "others": ", ".join(one.called for one in others)}
    gone = {line for line in range(top + 2, len(rows) + 1) if rows[line - 1] is blank}
    made = replace(
        grid, rows=tuple(rows), hidden=grid.hidden - gone,
        errors={place: text for place, text in grid.errors.items() if place[0] not in gone},
    )  # fmt: skip
    warnings = (Problem(file, None, None, None, TAKEN, told),) if others else ()
    return OnePeriod(made, taken, warnings, left_out=tuple(left))


def _column(grid: Grid, words: Vocabulary) -> tuple[int, int, int | None] | None:
    """The row of headings, the column of periods and that of years; None where there is none."""
    for top, row in enumerate(grid.rows[:_HEAD_ROWS]):
        plain = [re.sub(r"[^a-z0-9]+", " ", fold(text_of_cell(cell))).strip() for cell in row]
        named = [at for at, text in enumerate(plain) if _HEADING.fullmatch(text)]
        roles = {meaning(text_of_cell(cell), words).role for cell in row}
        if not named or not {UNIT, CODE} & roles:
            continue
        years = [at for at, text in enumerate(plain) if _YEAR_HEADING.fullmatch(text)]
        for at in named:
            is_quarter = "quy" in plain[at]
            cells = [row[at] for row in grid.rows[top + 1 :] if text_of_cell(row[at]).strip()]
            cells = [cell for cell in cells if cell != grid.rows[top][at]]
            good = [cell for cell in cells if _parts(cell, is_quarter) is not None]
            if good and 3 * len(good) >= 2 * len(cells):
                return top, at, years[0] if years else None
    return None


def _periods(
    grid: Grid, top: int, at: int, year_at: int | None
) -> Iterator[tuple[int, SheetCell, int | None]]:
    """Line, period and year of each row; an empty cell is merged with that above, but in sums."""
    before: SheetCell = ""
    for line, row in enumerate(grid.rows[top + 1 :], top + 2):
        cell = row[at]
        if not text_of_cell(cell).strip():
            if any(isinstance(one, str) and is_total(one) for one in row if one):
                continue
            cell = before
        before = cell
        year = _YEARS.fullmatch(text_of_cell(row[year_at]).strip()) if year_at is not None else None
        if text_of_cell(cell).strip() and any(text_of_cell(one).strip() for one in row):
            yield line, cell, int(year[0]) if year else None


def _parts(cell: SheetCell, is_quarter: bool) -> tuple[str, int, int | None] | None:
    """Kind, number and year of a period as a cell writes it.

    >>> _parts("T9/2026", False), _parts("III", True), _parts("Cả năm", False)
    (('month', 9, 2026), ('quarter', 3, None), ('year', 1, None))
    """
    if isinstance(cell, dt.date):
        return MONTH, cell.month, cell.year
    plain = re.sub(r"[^a-z0-9]+", " ", fold(text_of_cell(cell))).strip()
    if is_quarter and plain in _QUARTERS:
        return QUARTER, _QUARTERS[plain], None
    if found := _WHOLE.fullmatch(plain):
        return YEAR, 1, _year(found[1])
    if found := _QUARTER.fullmatch(plain):
        return QUARTER, _QUARTERS[found[1]], _year(found[2])
    if found := _QUARTER_LAST.fullmatch(plain):
        return QUARTER, _QUARTERS[found[2]], _year(found[1])
    if found := _MONTH.fullmatch(plain):
        return MONTH, int(found[1]), _year(found[2])
    if found := _MONTH_LAST.fullmatch(plain):
        return MONTH, int(found[2]), _year(found[1])
    return None


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def _span(kind: str, number: int, year: int) -> Span:
    months = {MONTH: 1, QUARTER: 3, YEAR: 12}[kind]
    last = number * months
    after = dt.date(year + last // 12, last % 12 + 1, 1)
    return Span(dt.date(year, last - months + 1, 1), after - dt.timedelta(days=1), kind)


def _taken(spans: set[Span], as_of: dt.date | None, period: str | None) -> Span:
    """The one that holds a day or is the last before it; a year's figures go before a month's."""
    kinds = [period] if period else []
    kinds += [YEAR, QUARTER, MONTH]
    some = next(found for kind in kinds if (found := {one for one in spans if one.kind == kind}))
    begun = {one for one in some if as_of is not None and one.first <= as_of}
    return max(begun or some)


def _has_number(row: Sequence[SheetCell], at: int, year_at: int | None) -> bool:
    """Whether a row has figures, as no heading and no line 1, 2, 3 below the headings has."""
    texts = [text_of_cell(cell) for place, cell in enumerate(row) if place not in (at, year_at)]
    figures = [one for one in texts if NUMBERISH.fullmatch(one) and any(map(str.isdigit, one))]
    return bool(figures) and not is_numbering(row)


def _without(row: Sequence[SheetCell], at: int, year_at: int | None) -> tuple[SheetCell, ...]:
    return tuple("" if place in (at, year_at) else cell for place, cell in enumerate(row))
