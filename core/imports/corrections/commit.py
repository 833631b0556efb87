"""Changes are written with their trace, into a copy where the dataset came with the program."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from core.dataset.facts import DATA, Dataset
from core.dataset.kept.loads import TRACE_FILE
from core.dataset.tables import read_text
from core.imports.corrections.dated import with_dates
from core.imports.corrections.rows import KEYS_FILE, RowCells, RowChange, with_changes
from core.imports.corrections.trace import (
    LONGEST_SAID,
    Correction,
    Signed,
    trace_of,
    trace_with,
)
from core.imports.folder.keys import toml_text
from core.imports.folder.onto import rows_of
from core.imports.folder.write import put_folder
from core.problems import DataError, Problem
from core.store.office.deeds import OPEN_ACTOR
from core.store.office.leave import Hand, deed_on_files, signer
from core.text import clean_text

COPY = "-own"
_COPY_NAMES = {"name_vi": " (bản có sửa)", "name_en": " (corrected)"}


def own_folder(dataset: Dataset, folder: Path) -> Path:
    """Where changes of a dataset go: itself where it lies in `folder`, else a copy there."""
    own = dataset.path.parent.resolve() == folder.resolve()
    return dataset.path if own else folder / f"{dataset.id}{COPY}"


def files_at(path: Path) -> dict[str, str]:
    """All files of a dataset's folder as texts."""
    places = [*sorted(path.glob("*.csv")), path / KEYS_FILE]
    return {place.name: read_text(place)[0] or "" for place in places}


def commit_changes(
    dataset: Dataset,
    folder: Path,
    changes: Sequence[RowChange],
    signed: Signed,
    data: Path = DATA,
    by: Hand = OPEN_ACTOR,
) -> Dataset:
    """Make the changes of one step below `folder`, and return the dataset as it then is.

    `by`: who does it, and signs where people sign in; StoreError where the role does not allow it
    for all units of the changes.

    Raises DataError, with nothing written, where the step has no author or source, a row is no
    longer what the step found, or the figures become impossible.
    """
    signed = replace(signed, author=signer(by, signed.author))
    problems = [
        Problem("options", None, name, "", "a value; it is empty")
        for name, text in (("author", signed.author), ("source", signed.source))
        if not clean_text(text)
    ]
    if problems:
        raise DataError(problems)
    target = own_folder(dataset, folder)
    if target.parent.resolve() == data.resolve():
        expected = "a folder outside the program's data, which are never changed"
        raise DataError([Problem("--to", None, None, target.name, expected)])
    files = files_at(dataset.path)
    if target != dataset.path:
        if target.exists():
            expected = "the copy that has corrections already: open it and correct there"
            raise DataError([Problem("dataset", None, None, target.name, expected)])
        files[KEYS_FILE] = _copied_keys(files[KEYS_FILE])
    made = with_dates(with_changes(files, changes), dataset, changes, signed)
    made[TRACE_FILE] = trace_with(files.get(TRACE_FILE, ""), signed, changes)
    with deed_on_files(by, "correct", dataset.id, _units_of(changes)):
        return put_folder(made, target, data)


def _units_of(changes: Sequence[RowChange]) -> set[str]:
    """The units whose rows change; a row of no unit is of the whole dataset: `*`."""
    rows = [cells for one in changes if one.file != "sources.csv" for cells in _both(one)]
    return {row.get("unit") or "*" for row in rows}


def _both(change: RowChange) -> list[RowCells]:
    return [cells for cells in (change.before, change.after) if cells is not None]


def undo_step(
    dataset: Dataset,
    folder: Path,
    number: int,
    signed: Signed,
    data: Path = DATA,
    by: Hand = OPEN_ACTOR,
) -> Dataset:
    """Take a step back: a step more, in the other direction. Raises DataError as a commit does."""
    step = next(one for one in trace_of(files_at(dataset.path)[TRACE_FILE]) if one.number == number)
    back = Signed(signed.author, signed.source, signed.when, signed.note, number)
    return commit_changes(dataset, folder, taken_back(step), back, data, by)


def taken_back(step: Correction) -> list[RowChange]:
    """A step's changes in the other direction; a source once named stays among the sources."""
    changes = [change.reversed for change in reversed(step.changes)]
    return [one for one in changes if not (one.file == "sources.csv" and one.after is None)]


def source_change(files: Mapping[str, str], signed: Signed) -> tuple[str, RowChange | None]:
    """The source of a correction by its name among the dataset's sources, and the row that adds it
    where it is new."""
    title = clean_text(signed.source)[:LONGEST_SAID]
    rows, _ = rows_of(files.get("sources.csv", ""))
    for row in rows:
        if title in (row["source"], row["title"]):
            return row["source"], None
    number = 1 + max((step.number for step in trace_of(files.get(TRACE_FILE, ""))), default=0)
    taken = {row["source"] for row in rows}
    name = next(one for n in range(number, 10**6) if (one := f"correction-{n}") not in taken)
    cells: RowCells = {"source": name, "title": title, "publisher": "", "url": "",
                    "date": f"{signed.when.date()}"}  # fmt: skip
    return name, RowChange("sources.csv", None, cells)


def _copied_keys(text: str) -> str:
    """The keys of a copy: a name that tells it apart, and never the one that opens first."""
    values = tomllib.loads(text)
    values.pop("default", None)
    return toml_text(
        values | {key: f"{values[key]}"[:180] + more for key, more in _COPY_NAMES.items()}
    )
