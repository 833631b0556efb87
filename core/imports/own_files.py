"""A dataset's own files, as its folder has them: they become a dataset, or rows of one that stands.

Rows of a dataset that stands are added and changed, each with its trace, and never taken away: who
gives a few rows of a table does not mean that the others are wrong.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.dataset.boards import own_name
from core.dataset.facts import DATA, Dataset
from core.dataset.kept.loads import LOADS_FILE, YEAR_VIEW, dataset_view
from core.fonts import decoded
from core.imports.corrections.commit import commit_changes, files_at
from core.imports.corrections.dated import stamp
from core.imports.corrections.rows import (
    CHANGEABLE,
    KEYS_FILE,
    RowChange,
    differences,
    key_row,
    with_changes,
)
from core.imports.corrections.trace import Signed
from core.imports.folder.history import loads_by_day
from core.imports.folder.keys import toml_text
from core.imports.folder.onto import rows_of, text_of
from core.imports.folder.write import checked_files, put_folder
from core.imports.names import slug
from core.problems import DataError, Problem
from core.store.office.deeds import OPEN_ACTOR
from core.store.office.leave import Hand, deed_on_files
from core.text import clean_text

_MAY_BE_EMPTY = ("targets.csv", "field.csv")
_NOT_TAKEN = ("default", "name_vi", "name_en")  # of a dataset that stands
TOGETHER = (
    "with it dataset.toml and units.csv of the same folder, as several files or one zip: no "
    "dataset of the province {province} stands here"
)
BY_ITSELF = "only files of one dataset's folder; load this one by itself"


@dataclass(frozen=True)
class OwnFiles:
    """The files that are a dataset's own, by the name that they have in its folder."""

    texts: Mapping[str, str]
    names: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class OwnPlan:
    """What loading a dataset's own files does: a new dataset `found`, or `changes` of the rows of
    `before` (none where nothing differs). Nothing is written while there are `problems`."""

    given: OwnFiles
    files: Mapping[str, str]
    found: Dataset | None = None
    before: Dataset | None = None
    changes: tuple[RowChange, ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def folder_name(self) -> str:
        """What the folder of the dataset is called: the province, the year, and what it counts."""
        if self.before is not None or self.found is None:
            return self.before.id if self.before is not None else ""
        meta = self.found.meta
        view = dataset_view(meta)
        name = f"{slug(own_name(self.found.field_name))}-{meta.as_of.year}"
        return name if view == YEAR_VIEW else f"{name}-{view}"


def own_files(files: Iterable[tuple[str, bytes]]) -> OwnFiles | None:
    """The files of a dataset among those given; None where there are none of them.

    A table is known by its columns, whatever its file is called; `dataset.toml` by its name.
    """
    texts: dict[str, str] = {}
    names, others, problems = [], [], []
    given = [(clean_text(name)[:200], raw) for name, raw in files]
    whole = any(_is_keys(name) for name, _ in given)
    for name, raw in given:
        what, text = _what(name, raw, whole)
        if what is None:
            others.append(name)
        elif what in texts and texts[what] != text:
            expected = "one file {name}; another one of those given is that table, too"
            problems.append(Problem(name, None, None, None, expected, {"name": what}))
        else:
            texts[what] = text
            names.append(name)
    if not texts:
        return None
    told = [Problem(name, None, None, None, BY_ITSELF) for name in others]
    return OwnFiles(texts, tuple(names), tuple(told), tuple(problems))


def _is_keys(name: str) -> bool:
    return name.replace("\\", "/").rpartition("/")[2].casefold() == KEYS_FILE


def _what(name: str, raw: bytes, whole: bool) -> tuple[str | None, str]:
    """Which file of a dataset this is, and its text."""
    csv = name.casefold().endswith((".csv", ".txt"))
    if not csv and not _is_keys(name):
        return None, ""
    text = decoded(raw)[0].lstrip("\ufeff").replace("\r\n", "\n")
    if _is_keys(name):
        return KEYS_FILE, text
    if "\0" in text[:100_000]:
        return None, ""
    head = {column.strip() for column in rows_of(text.split("\n", 1)[0] + "\n")[1]}
    for file, (table, _) in CHANGEABLE.items():
        needed = {key for key, column in table.columns.items() if column.required}
        if needed <= head <= set(table.columns) or (whole and name.casefold() == file):
            return file, text
    return None, ""


def own_plan(given: OwnFiles, known: Sequence[Dataset], data: Path = DATA) -> OwnPlan:
    """What loading these files would do. `known`: the datasets that stand, those first into which
    they would rather go."""
    if given.problems:
        return OwnPlan(given, given.texts, problems=given.problems)
    if KEYS_FILE not in given.texts:
        return _rows_plan(given, known, data)
    files = dict(given.texts)
    for name in _MAY_BE_EMPTY:
        files.setdefault(name, text_of([], list(CHANGEABLE[name][0].columns)))
    found = checked_files(files, data)
    if not isinstance(found, Dataset):
        return OwnPlan(given, files, problems=found)
    before = next((one for one in known if _same_year(one, found)), None)
    if before is None:
        return OwnPlan(given, files, found, warnings=(*given.warnings, *found.warnings))
    keys = _key_changes(before, found, tomllib.loads(files[KEYS_FILE]))
    return _onto(given, before, keys, data)


def _same_year(one: Dataset, other: Dataset) -> bool:
    mine, its = one.meta, other.meta
    same = (mine.province, mine.rule_set, mine.as_of.year) == (
        its.province, its.rule_set, its.as_of.year,
    )  # fmt: skip
    return same and dataset_view(mine) == dataset_view(its)


def _rows_plan(given: OwnFiles, known: Sequence[Dataset], data: Path) -> OwnPlan:
    """Tables without `dataset.toml`: rows for the dataset of their province."""
    rows = [
        row
        for name in ("units.csv", "observations.csv", "volumes.csv", "counts.csv", "targets.csv")
        for row in rows_of(given.texts.get(name, ""))[0]
    ]
    province = next((code for row in rows if (code := _province(row))), "")
    before = next((one for one in known if one.meta.province == province), None)
    if before is not None:
        return _onto(given, before, [], data)
    details = {"province": province or "?"}
    fault = Problem(given.names[0], None, None, None, TOGETHER, details)
    return OwnPlan(given, given.texts, problems=(fault,))


def _province(row: Mapping[str, str]) -> str:
    return row.get("unit", "").strip().partition(".")[0]


def _key_changes(before: Dataset, found: Dataset, values: Mapping[str, Any]) -> list[RowChange]:
    """The keys that move on with the files; an older folder moves nothing back."""
    if found.meta.as_of < before.meta.as_of:
        return []
    old = tomllib.loads(files_at(before.path)[KEYS_FILE])
    return [
        RowChange(KEYS_FILE, key_row(key, old.get(key)), key_row(key, value))
        for key, value in values.items()
        if key not in _NOT_TAKEN and old.get(key) != value
    ]


def _onto(given: OwnFiles, before: Dataset, keys: Sequence[RowChange], data: Path) -> OwnPlan:
    old = files_at(before.path)
    changes, twice = [*keys], []
    for file in CHANGEABLE:
        if file in given.texts:
            mine, new = (_stripped(texts.get(file, "")) for texts in (old, given.texts))
            changes += differences(file, mine, new, only_add=True)
            twice += _twice(file, new)
    if twice:
        return OwnPlan(given, given.texts, None, before, problems=tuple(twice))
    found = checked_files(with_changes(old, changes), data)
    done = tuple(changes)
    if isinstance(found, Dataset):
        return OwnPlan(given, given.texts, found, before, done, given.warnings)
    return OwnPlan(given, given.texts, None, before, done, given.warnings, found)


def _twice(file: str, rows: Sequence[Mapping[str, str]]) -> list[Problem]:
    """Rows of a fact that a row above has: nobody can tell which of the two is meant."""
    first: dict[tuple[str, ...], int] = {}
    found = []
    for line, row in enumerate(rows, 2):
        key = tuple(row.get(name, "") for name in CHANGEABLE[file][1])
        before = first.setdefault(key, line) if key else line
        if before != line:
            expected, value = "each fact once; line {line} has it already", " ".join(key)
            found.append(Problem(file, line, None, value, expected, {"line": before}))
    return found


def _stripped(text: str) -> list[dict[str, str]]:
    return [{key.strip(): value.strip() for key, value in row.items()} for row in rows_of(text)[0]]


def load_own(
    plan: OwnPlan,
    folder: Path,
    signed: Signed,
    data: Path = DATA,
    to: Path | None = None,
    by: Hand = OPEN_ACTOR,
) -> Dataset:
    """Write what the files say below `folder`; a new dataset into the folder `to`, where it is
    given. `by`: who does it. Raises DataError with nothing written, and StoreError where the role
    does not allow it."""
    if plan.problems or plan.found is None:
        raise DataError(plan.problems)
    if plan.before is not None:
        return commit_changes(plan.before, folder, plan.changes, signed, data, by)
    target = to or folder / plan.folder_name
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        expected = "a new folder; there is something else"
        raise DataError([Problem("--to", None, None, target.name, expected)])
    meta = plan.found.meta
    keys = tomllib.loads(plan.files[KEYS_FILE])
    files = dict(plan.files)
    if keys.pop("default", None) is not None:  # what opens first is not for a file to say
        files[KEYS_FILE] = toml_text(keys)
    at = stamp(signed.when)
    loads = loads_by_day(files, meta.province, dataset_view(meta), plan.given.names, at)
    files |= {LOADS_FILE: loads} if loads else {}
    with deed_on_files(by, "load", target.name):
        return put_folder(files, target, data)
