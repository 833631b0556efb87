"""What differs between two states of a dataset's files, row by row, and a state with it done."""

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.dataset import schema
from core.imports.folder.keys import toml_text
from core.imports.folder.onto import rows_of, text_of
from core.problems import DataError, Problem

KEYS_FILE = "dataset.toml"
CHANGEABLE = {
    "units.csv": (schema.UNITS, ("unit",)),
    "observations.csv": (schema.OBSERVATIONS, ("as_of", "unit", "component", "portal")),
    "targets.csv": (schema.TARGETS, ("due", "level", "unit", "component")),
    "volumes.csv": (schema.VOLUMES, ("unit", "component")),
    "counts.csv": (schema.COUNTS, ("as_of", "unit", "quantity")),
    "sources.csv": (schema.SOURCES, ("source",)),
    # several may stand for one date: such a row is only the same as a whole
    "field.csv": (schema.FIELD, ()),
}
_NUMERIC = {
    file: {name for name, column in table.columns.items() if str(column.dtype) == "float64"}
    for file, (table, _) in CHANGEABLE.items()
}
RowCells = dict[str, str]


@dataclass(frozen=True)
class RowChange:
    """One row of a file before and after: None where there was or will be none. Of `dataset.toml`
    a row is `key` and its `value` as TOML."""

    file: str
    before: RowCells | None
    after: RowCells | None

    @property
    def reversed(self) -> "RowChange":
        return RowChange(self.file, self.after, self.before)

    @property
    def key(self) -> tuple[str, ...]:
        """What the row is recognised by."""
        row = self.after if self.after is not None else self.before or {}
        return _key(self.file, row)


def same_cells(file: str, one: Mapping[str, str], two: Mapping[str, str]) -> bool:
    """Whether two rows say the same: numbers by their value, texts by their letters."""
    if file == KEYS_FILE:
        return dict(one) == dict(two)
    columns = CHANGEABLE[file][0].columns
    return all(_plain(file, name, one) == _plain(file, name, two) for name in columns)


def differences(
    file: str, old: Sequence[RowCells], new: Sequence[RowCells], only_add: bool = False
) -> list[RowChange]:
    """The rows of a file that were changed, removed (not if `only_add`) and added, in order."""
    if not CHANGEABLE[file][1]:
        left = Counter(_key(file, row) for row in new)
        found = []
        for row in old:
            key = _key(file, row)
            if left[key]:
                left[key] -= 1
            elif not only_add:
                found.append(RowChange(file, row, None))
        for row in new:
            if left[key := _key(file, row)]:
                left[key] -= 1
                found.append(RowChange(file, None, row))
        return found
    wanted = {_key(file, row): row for row in new}
    found = []
    for row in old:
        after = wanted.pop(_key(file, row), None)
        if after is None and only_add:
            continue
        if after is None or not same_cells(file, row, after):
            found.append(RowChange(file, row, after))
    return [*found, *(RowChange(file, None, row) for row in wanted.values())]


def with_changes(files: Mapping[str, str], changes: Iterable[RowChange]) -> dict[str, str]:
    """The files with these changes made; what does not change keeps its letters.

    Raises DataError for each row that is no more what the change found.
    """
    made, problems = dict(files), []
    by_file: dict[str, list[RowChange]] = {}
    for change in changes:
        by_file.setdefault(change.file, []).append(change)
    for file, some in by_file.items():
        if file == KEYS_FILE:
            made[file] = _keys_with(made[file], some)
            continue
        rows, columns = rows_of(made.get(file, ""))
        known = list(CHANGEABLE[file][0].columns)
        columns = [*columns, *(name for name in known if name not in columns)]
        kept: list[RowCells | None] = [*rows]
        places: dict[tuple[str, ...], list[int]] = {}
        for at, row in enumerate(rows):
            places.setdefault(_key(file, row), []).append(at)
        for change in some:
            here = places.get(change.key, [])
            if change.before is None:
                if change.after is not None and not here:
                    places[change.key] = [len(kept)]
                    kept.append(dict(change.after))
                elif change.after is not None and not _same_as(file, kept, here, change.after):
                    problems.append(_moved(file, change))
                continue
            at_row = next((at for at in here if _same_as(file, kept, [at], change.before)), None)
            if at_row is None:
                problems.append(_moved(file, change))
                continue
            if change.after is None:
                here.remove(at_row)
            kept[at_row] = (
                None if change.after is None else {**(kept[at_row] or {}), **change.after}
            )
        made[file] = text_of([row for row in kept if row is not None], columns)
    if problems:
        raise DataError(problems)
    return made


def _same_as(
    file: str, rows: Sequence[RowCells | None], places: Sequence[int], wanted: RowCells
) -> bool:
    """Whether some row at these places says the same."""
    found = (rows[at] for at in places)
    return any(row is not None and same_cells(file, row, wanted) for row in found)


def _moved(file: str, change: RowChange) -> Problem:
    expected = "the row as it was when it was changed; it is another one now"
    return Problem(file, None, None, " ".join(part for part in change.key if part), expected)


def _keys_with(text: str, changes: Sequence[RowChange]) -> str:
    values: dict[str, Any] = tomllib.loads(text)
    for change in changes:
        key = str((change.after or change.before or {})["key"])
        if change.after is None:
            values.pop(key, None)
        else:
            values[key] = tomllib.loads(f"value = {change.after['value']}")["value"]
    return toml_text(values)


def key_row(key: str, value: Any) -> RowCells | None:
    """A key of `dataset.toml` as a row; None where there is no value."""
    if value is None:
        return None
    return {"key": key, "value": toml_text({"value": value}).removeprefix("value = ").strip()}


def _key(file: str, row: Mapping[str, str]) -> tuple[str, ...]:
    if file == KEYS_FILE:
        return (row.get("key", ""),)
    table, key = CHANGEABLE[file]
    return tuple(_plain(file, name, row) for name in key or table.columns)


def _plain(file: str, name: str, row: Mapping[str, str]) -> str:
    text = unicodedata.normalize("NFC", row.get(name) or "").strip()
    if text and name in _NUMERIC[file]:
        try:
            return repr(float(text.replace(",", ".")))
        except ValueError:
            return text
    return text
