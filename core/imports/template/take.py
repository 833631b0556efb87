"""The workbook comes back: its sheets become the dataset's files, each row with its place."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.dataset.facts import Dataset
from core.imports.files.grid import Grid, text_of_cell
from core.imports.files.unpack import office_kind, unpacked, unusable
from core.imports.folder.keys import toml_text
from core.imports.folder.onto import text_of
from core.imports.names import level_by_name, slug
from core.imports.template import sheets
from core.imports.template.cells import RowPlace, SheetRow, sheet_rows
from core.imports.template.keys_sheet import key_values, province_name, read_keys
from core.imports.template.languages import template_words
from core.imports.template.words_vi import IN_VIETNAMESE
from core.problems import Problem
from core.text import fold

OBSERVATION_COLUMNS = (
    "as_of", "unit", "component", "portal", *sheets.FIGURE_ROLES, "source", "note",
)  # fmt: skip
_FRACTION = (
    "a rate in per cent, such as 93,37; {count} rates are at most 1, as {value} here, which is "
    "less than one per cent"
)


@dataclass
class Taken:
    """What a workbook says. `dataset` and `version` are those that it was made of, empty for an
    empty one; `words` its language's; `keys` the values of `dataset.toml`; `tables` the rows of
    each file.

    `places` tells for each row of a file where it stands; `key_places` for each key its cell.
    """

    file: str
    dataset: str = ""
    version: str = ""
    words: sheets.TemplateWords = IN_VIETNAMESE
    keys: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    places: dict[str, list[RowPlace]] = field(default_factory=dict)
    key_places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def add(self, file: str, cells: dict[str, str], place: RowPlace) -> None:
        self.tables.setdefault(file, []).append(cells)
        self.places.setdefault(file, []).append(place)

    def files(self) -> dict[str, str]:
        """The dataset's files as texts."""
        made = {
            name: text_of(rows, list(columns_of(name)))
            for name, rows in self.tables.items()
            if rows or name in ("units.csv", "observations.csv", "targets.csv", "field.csv")
        }
        return made | {"dataset.toml": toml_text(self.keys)}


def columns_of(file: str) -> tuple[str, ...]:
    """The columns of one of the dataset's files."""
    if file == "observations.csv":
        return OBSERVATION_COLUMNS
    return next(tuple(one.headings) for one in IN_VIETNAMESE.lists if one.file == file)


def is_template(raw: bytes) -> bool:
    """Whether a file is a workbook made here: its mark is looked for, nothing is unpacked whole."""
    if raw[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = {part.filename: part.file_size for part in archive.infolist()}
            places = [name for name in names if name.endswith(("sharedStrings.xml", "content.xml"))]
            for name in places or [one for one in names if one.endswith("sheet1.xml")]:
                with archive.open(name) as file:
                    if sheets.TEMPLATE_MARK.encode() in file.read(min(names[name], 40_000_000)):
                        return True
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    return False


def taken_of(name: str, raw: bytes) -> Taken:
    """What a filled workbook says; faults of single cells are in `problems`, each with its cell.

    Raises DataError for a file that is no such workbook.
    """
    kind, raw = office_kind(name, raw)
    grids, warnings = unpacked(name, kind, raw)
    named = {grid.name.strip(): grid for grid in grids}
    words = template_words(named)
    mark = _mark(named.get(words.guide))
    if mark is None or kind != "workbook":
        expected = "the workbook that was downloaded here, with its sheet “{sheet}”"
        raise unusable(name, expected, sheet=words.guide)
    if mark[1] != f"{sheets.EDITION}":
        raise unusable(name, "a workbook downloaded from this version of the program")
    taken = Taken(name, mark[2], mark[3], words, warnings=warnings)
    missing = [one for one in (words.keys, words.units, words.figures) if one not in named]
    for sheet in missing:
        taken.problems.append(Problem(name, None, None, None, "the sheet “{sheet}”; it is missing",
                                      {"sheet": sheet}))  # fmt: skip
    if missing:
        return taken
    texts, taken.key_places = read_keys(named[words.keys], name, taken.problems)
    for one in words.lists:
        taken.tables.setdefault(one.file, [])
        if one.name in named:
            needed = set(list(one.headings)[:2])
            for row in sheet_rows(named[one.name], name, needed, taken.problems):
                cells = {code: row.cells.get(code, "") for code in one.headings}
                if any(cells.values()):
                    taken.add(one.file, cells, row.place)
    _finish_units(taken.tables["units.csv"], texts.get("province", ""))
    _take_figures(taken, named, texts)
    taken.keys = key_values(texts, province_name(texts), not taken.dataset)
    _name_source(taken, texts)
    return taken


def _mark(guide: Grid | None) -> list[str] | None:
    """The marks of a workbook made here: edition, dataset, version."""
    for row in guide.rows if guide else ():
        cells = [text_of_cell(cell).strip() for cell in row]
        if cells and cells[0] == sheets.TEMPLATE_MARK:
            return [*cells, "", "", "", ""][:4]
    return None


def _finish_units(rows: list[dict[str, str]], province: str) -> None:
    """What a person need not write of a unit: code, level and the unit above."""
    for row in rows:
        name = row["name_vi"]
        row["unit"] = row["unit"] or f"{province}.{slug(name)}"
        row["level"] = row["level"] or level_by_name(
            name, row["unit"] if row["unit"] == province else None
        )
        if row["unit"] != province:
            row["parent"] = row["parent"] or province


def _take_figures(taken: Taken, named: Mapping[str, Grid], texts: Mapping[str, str]) -> None:
    taken.tables["observations.csv"] = []
    codes = {fold(row["name_vi"]): row["unit"] for row in taken.tables["units.csv"]}
    notes = _figure_notes(taken, named)
    fractions: list[tuple[str, str]] = []
    for row in sheet_rows(
        named[taken.words.figures], taken.file, {"as_of", "unit"}, taken.problems
    ):
        by_figure = _by_figure(row)
        if not by_figure:
            continue
        unit = row.cells.get("unit") or codes.get(fold(row.cells.get("name", "")), "")
        if not unit:
            where = f"{taken.file}, {row.place.cell('unit')}"
            expected = "the code of a unit, or its name as on the sheet of units"
            value = row.cells.get("name", "")
            taken.problems.append(Problem(where, None, None, value, expected))
            continue
        day = row.cells.get("as_of") or texts.get("as_of", "")
        portal = row.cells.get("portal") or "national"
        for figure, values in by_figure.items():
            source, note = notes.pop((day, unit, figure, portal), ("", ""))
            cells = {"as_of": day, "unit": unit, "component": figure, "portal": portal, **values}
            cells |= {"source": source or row.cells.get("source", ""), "note": note}
            here = {role: row.place.column[f"{figure}.{role}"] for role in sheets.FIGURE_ROLES
                    if f"{figure}.{role}" in row.place.column}  # fmt: skip
            first = next(iter(here.values()))
            here |= {key: row.place.column.get(key, first) for key in sheets.FIGURE_KEY}
            place = RowPlace(
                row.place.sheet, row.place.line, {"": first, "component": first} | here
            )
            taken.add("observations.csv", cells, place)
            rate = values.get("rate_percent", "")
            if rate and 0 < float(rate) <= 1 and not values.get("denominator"):
                fractions.append((place.cell("rate_percent"), rate))
    if fractions and len(fractions) > len(taken.tables["observations.csv"]) / 10:
        cell, value = fractions[0]
        details = {"count": len(fractions), "value": value}
        taken.warnings.append(
            Problem(f"{taken.file}, {cell}", None, None, value, _FRACTION, details)
        )


def _by_figure(row: SheetRow) -> dict[str, dict[str, str]]:
    """The values of each figure of a row."""
    found: dict[str, dict[str, str]] = {}
    for code, text in row.cells.items():
        figure, dot, role = code.rpartition(".")
        if dot and role in sheets.FIGURE_ROLES:
            found.setdefault(figure, {})[role] = text
    return found


def _figure_notes(
    taken: Taken, named: Mapping[str, Grid]
) -> dict[tuple[str, ...], tuple[str, str]]:
    """Source and note of single figures."""
    found = {}
    if taken.words.notes in named:
        for row in sheet_rows(
            named[taken.words.notes], taken.file, {"as_of", "unit"}, taken.problems
        ):
            key = tuple(
                row.cells.get(code, "") for code in ("as_of", "unit", "component", "portal")
            )
            found[key] = (row.cells.get("source", ""), row.cells.get("note", ""))
    return found


def _name_source(taken: Taken, texts: Mapping[str, str]) -> None:
    """Figures, targets and boards without a source have this file for one."""
    source, used = f"template-{texts.get('as_of', '')}", False
    for name in ("observations.csv", "targets.csv", "field.csv", "volumes.csv", "counts.csv"):
        for row in taken.tables.get(name, ()):
            used |= not row["source"]
            row["source"] = row["source"] or source
    for row in taken.tables["units.csv"]:
        if row["volume_share"] and not row["volume_source"]:
            row["volume_source"], used = source, True
    if used and not any(row["source"] == source for row in taken.tables["sources.csv"]):
        title = f"Số liệu của {province_name(texts)}, nhập từ tệp mẫu: {taken.file}"
        cells = {"source": source, "title": title, "publisher": "", "url": "",
                 "date": texts.get("as_of", "")}  # fmt: skip
        taken.add("sources.csv", cells, RowPlace(taken.words.lists[-1].name, 0))


def placed(problems: Sequence[Problem], taken: Taken) -> list[Problem]:
    """Problems of the files as problems of the cells that they were made of."""
    return [_placed(problem, taken) for problem in problems]


def _placed(problem: Problem, taken: Taken) -> Problem:
    details = dict(problem.details)
    lines = line_index(taken, problem.file)
    if isinstance(other := details.get("line"), int) and other in lines:
        details["line"] = lines[other].line
    if problem.file == "dataset.toml":
        key = (problem.column or "").split(".")[0]
        cell = taken.key_places.get(key, taken.words.keys)
    elif problem.line in lines:
        cell = lines[problem.line].cell(problem.column)
    else:
        cell = next(
            (one.name for one in taken.words.lists if one.file == problem.file),
            taken.words.figures,
        )
    where = f"{taken.file}, {cell}"
    return Problem(where, None, None, problem.value, problem.expected, details)


def line_index(taken: Taken, file: str) -> dict[int | None, RowPlace]:
    """The place of each row by the line on which the file has it."""
    found: dict[int | None, RowPlace] = {}
    line = 2
    for row, place in zip(taken.tables.get(file, ()), taken.places.get(file, ()), strict=True):
        found[line] = place
        line += 1 + sum(cell.count("\n") for cell in row.values())
    return found


def is_of(taken: Taken, dataset: Dataset) -> bool:
    """Whether a workbook was made of this state of a dataset."""
    return (taken.dataset, taken.version) == (dataset.id, dataset.version)
