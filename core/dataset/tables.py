"""Read a CSV table as text and check it against a schema, keeping the line of every row.

The index of every frame here is the line in the file, so that each later message can name it.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from core.problems import Problem

LARGEST_TABLE = 20_000_000
# a sign may open a number or a note ("+8,78 điểm"), so it counts only before a name or a call
_FORMULA = re.compile(r"^[=@]|^[+\-]\s*[A-Za-z(\"'\[|]|^[+\-].*[|!(]")
FIRST_DAY, LAST_DAY = pd.Timestamp("1900-01-01"), pd.Timestamp("2199-12-31")
OUT_OF_REACH = "a date as YYYY-MM-DD, from 1900 to 2199"


def read_text(path: Path) -> tuple[str | None, list[Problem]]:
    """The file's text in NFC (a byte-order mark is dropped), or why it can't be read."""
    if not path.is_file():
        return None, [Problem(path.name, None, None, None, "this file in the dataset's folder")]
    size = path.stat().st_size
    if size > LARGEST_TABLE:
        expected = "a file of at most {limit} MB, found {size} MB"
        details = {"limit": LARGEST_TABLE // 1_000_000, "size": round(size / 1e6)}
        return None, [Problem(path.name, None, None, None, expected, details)]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return None, [Problem(path.name, line, None, None, "text in UTF-8")]
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return None, [Problem(path.name, line, None, None, "text, found binary data")]
    return unicodedata.normalize("NFC", text), []


def read_table(path: Path, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, list[Problem]]:
    """Read and check one table.

    Returns a frame with the schema's columns and types (empty where the file can't be read), its
    index the line in the file, and all problems. Rows with a problem are still in the frame where
    their types allow it, so that later checks can find more.
    """
    text, problems = read_text(path)
    if text is None:
        return _empty(schema), problems
    optional = {name for name, column in schema.columns.items() if not column.required}
    frame, problems = parse_table(text, path.name, list(schema.columns), optional)
    if problems and frame.empty:
        return _empty(schema), problems
    frame, found = _check(frame, schema, path.name, problems)
    return frame, problems + found


def parse_table(
    text: str, file: str, columns: list[str], optional: Collection[str] = ()
) -> tuple[pd.DataFrame, list[Problem]]:
    """CSV text to a frame of trimmed strings; empty cells become NA.

    Commas or semicolons separate, whichever the header row has more of. Columns in `optional` may
    be absent: they come back empty.
    """
    header = text.split("\n", 1)[0]
    if not header.strip():
        return pd.DataFrame(columns=columns), [
            Problem(file, 1, None, None, "a header row with the columns {columns}", _cols(columns))
        ]
    separator = ";" if header.count(";") > header.count(",") else ","
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    rows, lines = [], []
    try:
        names = [name.strip() for name in next(reader)]
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                if len(row) != len(names):
                    details: dict[str, object] = {"count": len(names), "found": len(row)}
                    expected = "{count} columns as in the header, found {found}"
                    problems.append(Problem(file, line, None, None, expected, details))
                else:
                    rows.append([cell.strip() for cell in row])
                    lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        details = {"reason": str(error)}
        problems.append(Problem(file, reader.line_num, None, None, "a CSV row ({reason})", details))
        return pd.DataFrame(columns=columns), problems
    problems += _header_problems(names, columns, optional, file)
    frame = pd.DataFrame(rows, columns=names, index=lines, dtype="str").replace("", pd.NA)
    frame = frame.loc[:, ~frame.columns.duplicated()].reindex(columns=columns).astype("str")
    problems += _formulas(frame, file)
    return frame, problems


def _header_problems(
    names: list[str], columns: list[str], optional: Collection[str], file: str
) -> list[Problem]:
    details = _cols(columns)
    unknown = [
        Problem(file, 1, name or "(no name)", None, "only the columns {columns}", details)
        for name in names
        if name not in columns
    ]
    twice = [
        Problem(file, 1, name, None, "every column once")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    missing = [
        Problem(file, 1, name, None, "this column; it is missing")
        for name in columns
        if name not in names and name not in optional
    ]
    return unknown + twice + missing


def _formulas(frame: pd.DataFrame, file: str) -> list[Problem]:
    expected = "text or a number, not a spreadsheet formula"
    return [
        Problem(file, _line(line), column, value, expected)
        for column in frame.columns
        # the first letter clears nearly every cell
        for line, value in zip(frame.index, frame[column].tolist(), strict=True)
        if isinstance(value, str) and value[0] in "=@+-" and _FORMULA.match(value)
    ]


def _check(
    frame: pd.DataFrame, schema: pa.DataFrameSchema, file: str, earlier: list[Problem]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Types first (each bad cell is named and emptied), then the schema's checks, all at once.

    A cell that has a problem already is not named a second time.
    """
    known = {(problem.line, problem.column) for problem in earlier}
    problems: list[Problem] = []
    typed = frame.copy()
    for name, column in schema.columns.items():
        text = frame[name]
        if str(column.dtype) == "float64":
            # people write 93,37 as well as 93.37
            numbers = pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce")
            expected = "a number"
            good = numbers.notna() & ~numbers.isin([float("inf"), float("-inf")])
            typed[name] = numbers.where(good).astype(float)
        elif str(column.dtype).startswith("datetime64"):
            dates = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
            good = dates.between(FIRST_DAY, LAST_DAY)
            typed[name] = dates.where(good).astype("datetime64[ns]")
            expected = OUT_OF_REACH
        else:
            continue
        for line, value in text[text.notna() & ~good].items():
            if (_line(line), name) not in known:
                problems.append(Problem(file, _line(line), name, value, expected))
    known |= {(problem.line, problem.column) for problem in problems}
    try:
        schema.validate(typed, lazy=True)
    except SchemaErrors as errors:
        problems += _failures(errors, frame, file, known)
    return typed, problems


def _failures(
    errors: SchemaErrors, frame: pd.DataFrame, file: str, known: set[tuple[int | None, str | None]]
) -> list[Problem]:
    """Pandera's failure cases as problems; a column that is missing is not named on every line."""
    found = []
    for case in errors.failure_cases.itertuples():
        line = None if pd.isna(case.index) else _line(case.index)
        if (line, case.column) in known or (1, case.column) in known:
            continue
        value = None
        if line is not None and case.column in frame.columns:
            cell = frame.at[line, case.column]
            value = str(cell) if isinstance(cell, str) else ""
        expected = "a value; it is empty" if case.check == "not_nullable" else str(case.check)
        found.append(Problem(file, line, case.column, value, expected))
    return found


def _empty(schema: pa.DataFrameSchema) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series(dtype=str(column.dtype)) for name, column in schema.columns.items()}
    )


def _cols(columns: list[str]) -> dict[str, object]:
    return {"columns": ", ".join(columns)}


def _line(index: object) -> int:
    return int(index)  # type: ignore[call-overload]
