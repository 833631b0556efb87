"""A table of names, old name -> unit of today, given once for all lists of a dataset."""

import re
from pathlib import Path

import pandas as pd

from core.dossiers.lists import DossierList, Mapping, read_list
from core.dossiers.upload import Upload, open_lists
from core.dossiers.words import unit_codes, unit_key
from core.problems import DataError, Problem
from core.text import fold

MOST_NAMES = 20_000
TWO_COLUMNS = "a table with a column for the old name and one for the unit of today"
NOT_ONE = "one unit of today for this name; line {line} says {other}"
NO_UNIT = "a unit of the dataset, by its name or code"
SHARED = "a name that one unit alone has; several units of the dataset go by it: give the code"
TOO_LONG = "a table of at most {limit} names"
_OLD = re.compile(r".*\b(cu|truoc|old|former|trong tep|ghi trong|in file|bi danh|alias)\b.*")
_NEW = re.compile(r".*\b(moi|sau|hien nay|nay|new|today|current|ma don vi|ma dv)\b.*")


def read_names(upload: Upload, units: pd.DataFrame, folder: Path) -> dict[str, str]:
    """The code of the unit by the name that lists have for it. `units` as in `Dataset`.

    Raises DataError with every line that names no unit of today, or two.
    """
    opened = open_lists([upload], folder)[0]
    old, new = _columns(opened)
    codes = unit_codes(units)
    problems: list[Problem] = []
    names: dict[str, str] = {}
    seen: dict[str, tuple[int, str, str]] = {}  # key -> line, unit as written, its code
    for line, name, unit in _rows(opened, old, new):
        code = codes.get(unit_key(unit))
        if code is None:
            expected = SHARED if unit_key(unit) in codes else NO_UNIT
            problems.append(Problem(upload.name, line, new, unit, expected))
            continue
        first = seen.setdefault(unit_key(name), (line, unit, code))
        if first[2] != code:
            details = {"line": first[0], "other": first[1]}
            problems.append(Problem(upload.name, line, old, f"{name}: {unit}", NOT_ONE, details))
        names[name] = code
        if len(names) > MOST_NAMES:
            details = {"limit": MOST_NAMES}
            raise DataError([Problem(upload.name, None, None, None, TOO_LONG, details)])
    if problems:
        raise DataError(problems)
    return names


def _columns(opened: DossierList) -> tuple[str, str]:
    """The headings of the old name and of the unit of today."""
    columns = opened.columns
    old = next((name for name in columns if _OLD.fullmatch(fold(name))), None)
    new = next((n for n in columns if n != old and _NEW.fullmatch(fold(n))), None)
    left = [name for name in columns if name not in (old, new)]
    if (old is None or new is None) and len(columns) == 2:
        old, new = (old or left[0], new or left[-1])
    if old is None or new is None:
        raise DataError([Problem(opened.name, opened.header_line, None, None, TWO_COLUMNS)])
    return old, new


def _rows(opened: DossierList, old: str, new: str) -> list[tuple[int, str, str]]:
    """Line, old name and unit of every row that has them."""
    rows = []
    for table, _ in read_list(opened, Mapping(dossier_id=old, unit=new)):
        cells = table.select(["line", "dossier_id", "unit"]).to_pylist()
        rows += [(row["line"], row["dossier_id"].strip(), row["unit"].strip()) for row in cells]
        if len(rows) > MOST_NAMES:
            break
    return [row for row in rows if row[1] or row[2]]
