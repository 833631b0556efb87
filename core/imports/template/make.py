"""A dataset becomes a workbook that people fill in."""

import datetime as dt
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pandas as pd
import xlsxwriter

from core.dataset import schema
from core.dataset.facts import Dataset
from core.dataset.tables import read_table
from core.imports.template import sheets
from core.imports.template.languages import TEMPLATE_LANGUAGES, figure_names
from core.index.rules import RuleSet
from core.problems import DataError, Problem

TemplateCell = str | float | dt.date | None
KEY_CODES = tuple(TEMPLATE_LANGUAGES["vi"].key_names)
LONGEST_CELL_OF_EXCEL = 32_767
SPARE_ROWS = 2_000  # below the filled ones, with the same choices
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def dataset_template(dataset: Dataset, language: str = "vi") -> bytes:
    """The workbook of a dataset: everything that its folder says, one sheet a table.

    Raises DataError for a text that no cell of a workbook can hold.
    """
    tables = {
        "units.csv": dataset.units.reset_index(),
        "targets.csv": dataset.targets,
        "field.csv": dataset.field,
        "volumes.csv": dataset.volumes,
        "counts.csv": dataset.counts,
        "sources.csv": read_table(dataset.path / "sources.csv", schema.SOURCES)[0],
    }
    rows = {name: _records(frame) for name, frame in tables.items()}
    page = _Page(language, dataset.id, dataset.version)
    page.keys(key_cells(dataset.meta))
    page.lists(rows, page.words.lists[:1])
    page.figures(dataset.rules, dataset.meta.unscored, _records(dataset.observations), rows)
    page.lists(rows, page.words.lists[1:])
    return page.finished()


def empty_template(rules: RuleSet, day: dt.date, language: str = "vi") -> bytes:
    """A workbook without figures, for a province that has no dataset yet."""
    page = _Page(language)
    page.keys({"rule_set": rules.name, "as_of": day})
    page.lists({}, page.words.lists[:1])
    page.figures(rules, (), [], {})
    page.lists({}, page.words.lists[1:])
    return page.finished()


def key_cells(meta: schema.Meta) -> dict[str, TemplateCell]:
    """The keys of `dataset.toml` as one cell each; which dataset opens first is not told."""
    found: dict[str, TemplateCell] = {}
    for key in KEY_CODES:
        value = getattr(meta, key)
        if key == "horizons":
            value = "; ".join(f"{one.key} = {one.date}" for one in value)
        elif key == "unscored":
            value = "; ".join(value)
        elif key == "monthly_volume" and value is not None:
            value = "; ".join(repr(float(one)) for one in value)
        found[key] = value if value != "" else None
    return found


def _records(frame: pd.DataFrame) -> list[dict[str, TemplateCell]]:
    """Rows of a table: dates as days, None for what is not known."""
    return [
        {str(name): _plain_cell(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _plain_cell(value: object) -> TemplateCell:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return float(value) if isinstance(value, int | float) else str(value)


class _Page:
    """The workbook while it is written."""

    def __init__(self, language: str, dataset: str = "", version: str = ""):
        self.language, self.words = language, TEMPLATE_LANGUAGES[language]
        self.file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.file, _OPTIONS)
        self.head = self.book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF7", "border": 1}
        )
        self.code = self.book.add_format({"font_color": "#8A8A8A", "font_size": 8})
        self.day = self.book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.problems: list[Problem] = []
        guide = self.book.add_worksheet(self.words.guide)
        guide.set_column(0, 0, 110)
        for line, words in enumerate(self.words.guidance):
            guide.write_string(line, 0, words, self.title if line == 0 else None)
        marks = (sheets.TEMPLATE_MARK, f"{sheets.EDITION}", dataset, version)
        for column, text in enumerate(marks):
            guide.write_string(len(self.words.guidance) + 1, column, text, self.code)

    def keys(self, cells: Mapping[str, TemplateCell]) -> None:
        """The keys of the dataset: one a row, code, name and value."""
        sheet = self.book.add_worksheet(self.words.keys)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 52)
        sheet.set_column(2, 2, 44)
        for line, (key, name) in enumerate(self.words.key_names.items()):
            sheet.write_string(line, 0, key, self.code)
            sheet.write_string(line, 1, name, self.head)
            self.put(sheet, line, 2, cells.get(key), self.words.keys)

    def lists(
        self,
        tables: Mapping[str, Sequence[Mapping[str, TemplateCell]]],
        some: Iterable[sheets.ListSheet],
    ) -> None:
        """Tables as they stand."""
        for one in some:
            rows = [
                [self.worded(name, row.get(name)) for name in one.headings]
                for row in tables.get(one.file, ())
            ]
            self.table(one.name, one.headings, rows)

    def table(
        self, name: str, headings: Mapping[str, str], rows: Sequence[Sequence[TemplateCell]]
    ) -> None:
        """A sheet of headings, codes and rows."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(2, 0)
        for column, (code, heading) in enumerate(headings.items()):
            sheet.set_column(column, column, 40 if code in ("name_vi", "title", "note") else 18)
            sheet.write_string(0, column, heading, self.head)
            sheet.write_string(1, column, code, self.code)
            self.choose(sheet, code, 2, len(rows) + SPARE_ROWS, column)
        for line, row in enumerate(rows, 2):
            for column, value in enumerate(row):
                self.put(sheet, line, column, value, name)

    def figures(
        self,
        rules: RuleSet,
        unscored: tuple[str, ...],
        rows: Sequence[Mapping[str, TemplateCell]],
        tables: Mapping[str, Sequence[Mapping[str, TemplateCell]]],
    ) -> None:
        """Figures side by side, one row a unit, and what is said of single ones on a sheet of its
        own."""
        roles = figure_columns(rules, unscored, rows)
        columns = [f"{name}.{role}" for name, some in roles.items() for role in some]
        wide, notes = side_by_side(rows)
        names = {row["unit"]: row["name_vi"] for row in tables.get("units.csv", ())}
        sheet = self.book.add_worksheet(self.words.figures)
        sheet.freeze_panes(3, 3)
        sheet.set_column(0, len(sheets.FIGURE_KEY) + len(columns), 11)
        sheet.set_column(2, 2, 36)
        sheet.set_row(0, 48)
        for column, (code, heading) in enumerate(
            zip(sheets.FIGURE_KEY, self.words.heads, strict=True)
        ):
            sheet.merge_range(0, column, 1, column, heading, self.head)
            sheet.write_string(2, column, code, self.code)
            self.choose(sheet, code, 3, len(wide) + SPARE_ROWS, column)
        self.heads(sheet, roles, figure_names(rules, self.language))
        for line, ((day, unit, portal), (source, cells)) in enumerate(wide.items(), 3):
            first = (day, unit, names.get(unit), self.worded("portal", portal), source)
            for column, value in enumerate((*first, *(cells.get(one) for one in columns))):
                self.put(sheet, line, column, value, self.words.figures)
        told = [[self.worded(key, note[key]) for key in self.words.note_columns] for note in notes]
        self.table(self.words.notes, self.words.note_columns, told)

    def heads(
        self, sheet: "xlsxwriter.worksheet.Worksheet", roles: Mapping[str, tuple[str, ...]],
        names: Mapping[str, str],
    ) -> None:  # fmt: skip
        """The headings of figures: the name over its columns, below it what each is."""
        column = len(sheets.FIGURE_KEY)
        for name, some in roles.items():
            last = column + len(some) - 1
            if last > column:
                sheet.merge_range(0, column, 0, last, names.get(name, name), self.head)
            else:
                sheet.write_string(0, column, names.get(name, name), self.head)
            for role in some:
                sheet.write_string(1, column, self.words.roles[role], self.head)
                sheet.write_string(2, column, f"{name}.{role}", self.code)
                column += 1

    def choose(
        self, sheet: "xlsxwriter.worksheet.Worksheet", code: str, first: int, last: int, column: int
    ) -> None:
        """A list to choose from below a column of codes."""
        if words := self.words.choices.get(code):
            rule = {"validate": "list", "source": list(words.values()), "error_type": "warning"}
            sheet.data_validation(first, column, last, column, rule)

    def put(
        self, sheet: "xlsxwriter.worksheet.Worksheet", line: int, column: int, value: TemplateCell,
        name: str,
    ) -> None:  # fmt: skip
        """A cell; a number that Excel's 15 digits would change is written as text."""
        if value is None:
            return
        if isinstance(value, dt.date):
            if value.year >= 1901:
                sheet.write_datetime(line, column, dt.datetime.combine(value, dt.time()), self.day)
            else:
                sheet.write_string(line, column, value.isoformat())
        elif isinstance(value, int | float):
            if float(f"{value:.15g}") == value:
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, f"{Decimal(repr(value)):f}")
        elif len(value) > LONGEST_CELL_OF_EXCEL:
            expected = "a text of at most {most} characters, as a cell holds"
            details = {"most": LONGEST_CELL_OF_EXCEL}
            self.problems.append(Problem(name, line + 1, None, value[:60], expected, details))
        else:
            sheet.write_string(line, column, value)

    def worded(self, column: str, value: TemplateCell) -> TemplateCell:
        """A code of the dataset as the workbook says it."""
        if value is None:
            return None
        return self.words.choices.get(column, {}).get(str(value), value)

    def finished(self) -> bytes:
        self.book.close()
        if self.problems:
            raise DataError(self.problems)
        return self.file.getvalue()


def figure_columns(
    rules: RuleSet, unscored: tuple[str, ...], rows: Iterable[Mapping[str, TemplateCell]]
) -> dict[str, tuple[str, ...]]:
    """The columns of each figure, with those that some row has beyond the usual ones."""
    roles = sheets.figure_roles(rules, unscored)
    for row in rows:
        name = str(row["component"])
        used = {role for role in sheets.FIGURE_ROLES if row[role] is not None} | {
            *roles.get(name, ())
        }
        if len(used) > len(roles.get(name, ())):
            roles[name] = tuple(role for role in sheets.FIGURE_ROLES if role in used)
    return roles


_Wide = dict[
    tuple[TemplateCell, TemplateCell, TemplateCell], tuple[TemplateCell, dict[str, TemplateCell]]
]


def side_by_side(
    rows: Sequence[Mapping[str, TemplateCell]],
) -> tuple[_Wide, list[Mapping[str, TemplateCell]]]:
    """Figures by (day, unit, portal) with their commonest source, and the rows that have a note
    or another source."""
    groups: dict[
        tuple[TemplateCell, TemplateCell, TemplateCell], list[Mapping[str, TemplateCell]]
    ] = defaultdict(list)
    for row in rows:
        groups[row["as_of"], row["unit"], row["portal"]].append(row)
    wide: _Wide = {}
    notes = []
    for key, some in groups.items():
        source = Counter(row["source"] for row in some).most_common(1)[0][0]
        cells = {
            f"{row['component']}.{role}": row[role] for row in some for role in sheets.FIGURE_ROLES
        }
        wide[key] = (source, cells)
        notes += [row for row in some if row["note"] is not None or row["source"] != source]
    return wide, notes
