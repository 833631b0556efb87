"""Which rows of a sheet are of units, and what the sheet calls them; others with the reason."""

import datetime as dt
import re
from dataclasses import replace

from core.imports import moments
from core.imports.files.grid import SheetCell, text_of_cell
from core.imports.names import is_code, is_province, level_by_name, name_key, short_code
from core.imports.people.headings import CODE, DATE, NUMBER_KINDS, UNIT
from core.imports.people.layout import Table
from core.imports.people.sums import is_numbering, is_of_some, is_total
from core.imports.plan import ImportOptions
from core.imports.planning.joined import WHOLE
from core.imports.portal.counts import code_text
from core.imports.reading import Draft, Seen
from core.imports.vocabulary import PLACE, Vocabulary
from core.problems import Problem
from core.text import clean_text, fold

SERIALS = range(36526, 73051)  # days of 2000 to 2099, as Excel counts them
SERIAL_START = dt.date(1899, 12, 30)
_NUMBERED = re.compile(r"\d{1,3}\s*[.)]\s+(?=\D)")
LEAST_ID = 3  # digits: a shorter number is a line's
_FORMULA = re.compile(r"^[=@]|^[+\-]\s*[A-Za-z(\"'\[|]")

NamedRow = tuple[int, Seen, tuple[SheetCell, ...]]
"""Its line, the unit as the sheet has it, and the cells."""


def named_rows(
    table: Table, draft: Draft, options: ImportOptions, words: Vocabulary
) -> list[NamedRow]:
    """The rows of units, each with what it is called; others are refused with the reason."""
    name_at, code_at = table.of(UNIT), table.of(CODE)
    numbers = [at for at, (_, one) in table.columns.items() if one.role in (*NUMBER_KINDS, PLACE)]
    hidden = [line for line, _ in table.rows if line in table.grid.hidden]
    if hidden and options.hidden is None:
        expected = (
            "a choice for the rows that the sheet hides, {count} of them (--hidden keep or leave)"
        )
        where = Problem(draft.file, hidden[0], None, None, expected, {"count": len(hidden)})
        draft.problems.append(where)
    found = []
    for line, row in table.rows:
        if line in table.grid.hidden and not options.hidden:
            continue
        name = clean_text(text_of_cell(row[name_at])) if name_at is not None else ""
        name = _NUMBERED.sub("", name, count=1) if _NUMBERED.match(name) else name
        code = clean_text(text_of_cell(row[code_at])) if code_at is not None else ""
        code = code_text(code) or ""
        known = short_code(code)
        has = any(text_of_cell(row[at]).strip() for at in numbers)
        has = has or any((line, at) in table.grid.errors for at in numbers)
        if not has or is_numbering(row):
            continue  # blank, the heading of a section, or a line 1, 2, 3 below the headings
        label = name or code or next((text_of_cell(c) for c in row if isinstance(c, str) and c), "")
        if is_total(label):
            found.append((line, Seen(name=WHOLE, level="province"), row))
        elif not code and is_of_some(name):
            expected = "a unit; this is a sum or mean of others, and counted with none"
            draft.refuse("sum", Problem(draft.file, line, None, name, expected))
        elif not is_code(known) and not any(letter.isalpha() for letter in name):
            expected = "the name or the code of a unit"
            draft.refuse("row", Problem(draft.file, line, None, label, expected))
        elif _FORMULA.match(name) or _FORMULA.match(code):
            expected = "text, not a spreadsheet formula"
            draft.refuse("row", Problem(draft.file, line, None, name or code, expected))
        else:
            number = code if code.isdecimal() and len(code) >= LEAST_ID else None
            seen = Seen(known if is_code(known) else None, number, name or None)
            found.append((line, seen, row))
    return _as_provinces(_once(table, found, draft), words)


def _once(table: Table, rows: list[NamedRow], draft: Draft) -> list[NamedRow]:
    """Of rows that name one unit twice the second is refused, naming the first."""
    first: dict[tuple[str | None, str, dt.date | None], int] = {}
    names: dict[str, tuple[str, int]] = {}
    kept = []
    for line, unit, row in rows:
        key = (unit.code, fold(unit.name or ""), day_of(table, line))
        other = names.setdefault(unit.code or "", (unit.name or "", line))
        if unit.code and not is_province(unit) and _is_another(unit.name, other[0]):
            expected = "one unit for each code; {name} has {code} already, on line {line}"
            details = {"name": other[0], "code": unit.code, "line": other[1]}
            draft.refuse("row", Problem(draft.file, line, None, unit.name, expected, details))
            continue
        if key in first and unit.name != WHOLE:
            expected = "each unit once; line {line} has it already"
            details = {"line": first[key]}
            draft.refuse("row", Problem(draft.file, line, None, unit.name, expected, details))
            continue
        if unit.name == WHOLE and key in first:
            continue
        first[key] = line
        kept.append((line, unit, row))
    return kept


def _is_another(name: str | None, other: str) -> bool:
    """Whether two names are of two units, however they are written."""
    return bool(name and other) and name_key(name or "") != name_key(other)


def _as_provinces(rows: list[NamedRow], words: Vocabulary) -> list[NamedRow]:
    """Names of provinces without "tỉnh" are provinces where most of the names are."""
    named = [unit for _, unit, _ in rows if unit.name and not unit.code]
    known = [unit for unit in named if words.province_code(unit.name or "")]
    committees = [unit for unit in named if level_by_name(unit.name or "") == "commune"]
    if not known or 2 * len(known) < len(named) or committees:
        return rows
    return [
        (line, replace(unit, code=unit.code or words.province_code(unit.name or "")), row)
        for line, unit, row in rows
    ]


def day_of(table: Table, line: int) -> dt.date | None:
    """The day that a row names in a column of dates."""
    at = table.of(DATE)
    if at is None:
        return None
    cell = table.row(line)[at]
    if isinstance(cell, float | int) and not isinstance(cell, bool) and cell in SERIALS:
        return SERIAL_START + dt.timedelta(days=int(cell))
    return cell if isinstance(cell, dt.date) else moments.find_date(text_of_cell(cell))
