"""What became of two lists: figures at hand, rows in a file, and files for Excel."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import xlsxwriter

from core.dossiers import queries as sql
from core.dossiers.judging.cautions import Caution
from core.dossiers.judging.choices import Choices
from core.dossiers.judging.forms import Offer
from core.dossiers.judging.periods import Period
from core.dossiers.queries import FOUND, KINDS, SIDES
from core.dossiers.results.database import database_faults, open_base
from core.dossiers.results.said import HEADINGS, WORDS
from core.export import csv as excel
from core.text import fold

LANGUAGES = ("vi", "en")
UNREADABLE = "rows that are still there and can be read: match the lists again"
SHEET_ROWS = 1_000_000  # a sheet of Excel holds 1,048,576
_CODE_COLUMNS = ("dossier_id", "value")  # columns in which a number is a code
CODED = ("list", "reason", "problem")
# what a spreadsheet would take for a number or a date, and write back as another text
NUMERIC = r"^(0\d+|\d{12,}|\d+([.,]\d+)?[eE]\d+|\d{1,4}([-/.])\d{1,2}([-/.]\d{1,4})?)$"


@dataclass(frozen=True)
class Matched:
    """What became of two lists. The rows themselves stay in a file in `folder` until `remove`.

    `accounts`: per side (index SIDES) the rows and what became of them; `unknown_unit`,
    `contradicting`, `free` and `repaired` count dossiers, `spanning` the rows of a text file that
    took several lines. `units`: dossiers per unit, index the code, in the order of the units given,
    "" (unknown) last; a column counts one of KINDS or one portal's dossiers, NA where the lists
    don't tell. `reasons`: why rows could not be read, and `unknown`: unit names that no unit has,
    the 100 most frequent of each. `compared`: which of digitized and paid both lists have.
    `periods` by side (None: no dates); `offer`: rules that would make codes meet; `cautions`: what
    a reader has to know. `files`: per side the names of its lists, where there are several.
    `rates`: dossiers per unit that count in a rate (`queries.RATE_NAMES`): those with a yes, and
    `_of` those of which a list tells.
    """

    folder: Path
    accounts: pd.DataFrame
    units: pd.DataFrame
    reasons: pd.DataFrame
    unknown: pd.DataFrame
    compared: tuple[str, ...]
    periods: Dictionary[str, Period | None]
    offer: Offer | None
    choices: Choices
    cautions: tuple[Caution, ...]
    files: Dictionary[str, tuple[str, ...]]
    rates: pd.DataFrame

    @property
    def found(self) -> dict[str, int | None]:
        """How many dossiers differ, by kind; None where the lists don't tell."""
        sums = {
            kind: int(self.units[kind].sum()) if self.units[kind].notna().all() else None
            for kind in FOUND
        }
        return {**sums, "unknown_units": int(self.accounts["unknown_unit"].sum())}

    @property
    def all_clear(self) -> bool:
        """Whether nothing is to be done: every row was read, the lists meet, nothing differs."""
        return (
            not any(self.found.values())
            and int(self.accounts["unreadable"].sum()) == 0
            and int(self.accounts["both"].min()) > 0
            and not any(caution.blocks for caution in self.cautions)
        )

    def table(self, kind: str, unit: str | None = None, limit: int = 1000) -> pd.DataFrame:
        """The first rows of one of KINDS, of all units or of one ("" is the unknown ones).

        Raises DataError where they are gone or can't be read.
        """
        with database_faults(UNREADABLE), open_base(self.folder) as base:
            return base.execute(*self._select(kind, unit, limit)).df()

    def write_csv(self, kind: str, path: Path, unit: str | None = None, lang: str = "vi") -> int:
        """Write all rows of one of KINDS as CSV for Excel (`core.excel`); returns how many.

        Codes that are all digits are written as Excel's own `="007"`, so that it keeps them. Raises
        DataError as `table` does, and where the disk has no room.
        """
        count = 0
        separator, _ = excel.separators(lang)
        options = pacsv.WriteOptions(include_header=False, delimiter=separator)
        with database_faults(UNREADABLE), path.open("wb") as file:
            for names, columns in self._worded(kind, unit, lang):
                if not columns:
                    file.write(excel.BOM + separator.join(names).encode() + b"\n")
                    codes = [HEADINGS[name][LANGUAGES.index(lang)] for name in _CODE_COLUMNS]
                    continue
                safe = [
                    _safe(column, name in codes)
                    for name, column in zip(names, columns, strict=True)
                ]
                pacsv.write_csv(pa.table(safe, names), file, options)
                count += len(columns[0])
        return count

    def write_xlsx(self, kind: str, path: Path, unit: str | None = None, lang: str = "vi") -> int:
        """Write all rows of one of KINDS as a workbook in which every text is a text: codes keep
        their zeros and all their digits, and nothing is a formula. Raises as `write_csv`."""
        count = 0
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with database_faults(UNREADABLE):
            book = xlsxwriter.Workbook(str(path), options)
            text = book.add_format({"num_format": "@"})
            bold = book.add_format({"bold": True, "num_format": "@"})
            sheet: Any = None
            headings = list[str]()
            for names, columns in self._worded(kind, unit, lang):
                headings = headings or names
                rows = zip(*(column.to_pylist() for column in columns), strict=True)
                for row in rows if columns else [()]:
                    if sheet is None or (count and count % SHEET_ROWS == 0):
                        sheet = book.add_worksheet()
                        sheet.set_column(0, len(headings) - 1, 22, text)
                        sheet.freeze_panes(1, 0)
                        for place, name in enumerate(headings):
                            sheet.write_string(0, place, name, bold)
                    line = count % SHEET_ROWS + 1
                    for place, cell in enumerate(row):
                        if isinstance(cell, str):
                            sheet.write_string(line, place, cell, text)
                        elif cell is not None:
                            sheet.write_number(line, place, cell)
                    count += bool(row)
            book.close()
        return count

    def write_zip(self, kind: str, path: Path, lang: str = "vi") -> int:
        """Write the rows of one of KINDS as a zip with a workbook for each unit that has some;
        returns how many units. Raises as `write_csv`."""
        count = 0
        with database_faults(UNREADABLE), zipfile.ZipFile(path, "w") as archive:
            with open_base(self.folder) as base:
                found = base.execute(f"SELECT DISTINCT unit FROM {self._known(kind)}").fetchall()
            with_rows = {unit for (unit,) in found}
            for code, name in self.units["name_vi"].items():
                if code in with_rows:
                    part = path.with_suffix(".part")
                    try:
                        self.write_xlsx(kind, part, str(code), lang)
                        archive.write(part, _file_name(str(code), str(name)))
                    finally:
                        part.unlink(missing_ok=True)
                    count += 1
        return count

    def remove(self) -> None:
        """Delete the rows; the figures stay."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _worded(
        self, kind: str, unit: str | None, lang: str
    ) -> Iterator[tuple[list[str], list[pa.Array]]]:
        """The headings and no columns, then blocks of rows as a person reads them."""
        language = LANGUAGES.index(lang)
        words = {code: names[language] for code, names in WORDS.items()}
        query, values = self._select(kind, unit, None)
        with open_base(self.folder) as base:
            reader = base.sql(query, params=values).to_arrow_reader(50_000)
            fields = reader.schema.names
            names = [HEADINGS[name][language] for name in fields]
            yield names, []
            for batch in reader:
                yield (
                    names,
                    [
                        _cells(column, words if name in CODED else {}, words)
                        for name, column in zip(fields, batch.columns, strict=True)
                    ],
                )

    @staticmethod
    def _known(kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}, expected one of {', '.join(KINDS)}")
        return kind

    def _select(self, kind: str, unit: str | None, limit: int | None) -> tuple[str, list[object]]:
        kind = self._known(kind)
        where, values = ("", []) if unit is None else ("WHERE unit = ?", [unit])
        hidden = "EXCLUDE (position)" if kind in sql.DOSSIERS else ""
        several = any(len(self.files[side]) > 1 for side in SIDES)
        shown = sql.SEVERAL["dossiers" if kind in sql.DOSSIERS else kind] if several else ""
        query = f"SELECT * {hidden} {shown} FROM {kind} {where} ORDER BY {sql.ORDER[kind]} LIMIT ?"
        return query, [*values, 2**62 if limit is None else limit]


def _file_name(code: str, name: str) -> str:
    """A name that every system takes for the file of a unit; "" is the unknown ones."""
    words = re.sub(r"[^\w.-]+", "-", fold(name if code else "khong ro don vi"))[:80]
    return f"{re.sub(r'[^A-Za-z0-9._]+', '-', code)}-{words}".strip("-.") + ".xlsx"


def one_sentence(words: str) -> bytes:
    """A workbook that says only this: where the rows of it are gone."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.add_worksheet().write_string(0, 0, words)
    book.close()
    return file.getvalue()


def zipped(files: Dictionary[str, bytes]) -> bytes:
    """Files as one zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def _cells(column: pa.Array, codes: Dictionary[str, str], words: Dictionary[str, str]) -> pa.Array:
    """A column as a person reads it: codes and yes or no in words."""
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, words["true"], words["false"])
    if codes and pa.types.is_string(column.type):
        return pa.array([codes.get(code, code) for code in column.to_pylist()], pa.string())
    return column


def _safe(column: pa.Array, is_code: bool) -> pa.Array:
    """Texts for CSV: nothing to calculate, and no code that Excel makes another number of."""
    if not pa.types.is_string(column.type):
        return column
    quoted = pc.binary_join_element_wise("'", column, "")
    safe = pc.if_else(pc.match_substring_regex(column, excel.FORMULA), quoted, column)
    if not is_code:
        return safe
    digits = pc.match_substring_regex(column, NUMERIC)
    return pc.if_else(digits, pc.binary_join_element_wise('="', column, '"', ""), safe)
