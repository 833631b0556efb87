"""The trace of what people changed: `corrections.csv` beside the dataset's files, only added to."""

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.dataset.kept.loads import TRACE_FILE
from core.dataset.tables import read_text
from core.imports.corrections.rows import RowCells, RowChange
from core.text import clean_text

LONGEST_SAID = 300
_COLUMNS = ("number", "made_at", "author", "source", "note", "undoes", "file", "before", "after")


@dataclass(frozen=True)
class Signed:
    """Who changes something, from where they know it, when, and of what it is the undoing."""

    author: str
    source: str
    when: dt.datetime
    note: str = ""
    undoes: int | None = None


@dataclass(frozen=True)
class Correction:
    """One step of a person: all rows that it changed."""

    number: int
    signed: Signed
    changes: tuple[RowChange, ...]


def read_trace(folder: Path) -> list[Correction]:
    """Every step so far, oldest first; none where nothing was changed."""
    text = read_text(folder / TRACE_FILE)[0] if (folder / TRACE_FILE).exists() else None
    return trace_of(text or "")


def trace_of(text: str) -> list[Correction]:
    """The steps that a trace's text holds; a damaged row is left out."""
    found: dict[int, Correction] = {}
    csv.field_size_limit(10_000_000)
    for row in csv.DictReader(io.StringIO(text)):
        try:
            number = int(row["number"])
            when = dt.datetime.fromisoformat(row["made_at"])
            undoes = int(row["undoes"]) if row["undoes"] else None
            change = RowChange(row["file"], _cells(row["before"]), _cells(row["after"]))
        except (KeyError, TypeError, ValueError):
            continue
        signed = Signed(row["author"], row["source"], when, row["note"], undoes)
        before = found.get(number, Correction(number, signed, ()))
        found[number] = Correction(number, before.signed, (*before.changes, change))
    return list(found.values())


def undone(steps: Sequence[Correction]) -> set[int]:
    """The numbers of the steps that are undone at present: the undoing may be undone, too."""
    gone: set[int] = set()
    for step in reversed(steps):
        if step.signed.undoes is not None and step.number not in gone:
            gone.add(step.signed.undoes)
    return gone


def trace_with(text: str, signed: Signed, changes: Sequence[RowChange]) -> str:
    """The trace with one step more."""
    number = 1 + max((step.number for step in trace_of(text)), default=0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not text:
        writer.writerow(_COLUMNS)
    said = [clean_text(one)[:LONGEST_SAID] for one in (signed.author, signed.source, signed.note)]
    for change in changes:
        row = (number, signed.when.isoformat(timespec="seconds"), *said, signed.undoes or "")
        writer.writerow((*row, change.file, _text(change.before), _text(change.after)))
    return text + out.getvalue()


def _text(cells: RowCells | None) -> str:
    return "" if cells is None else json.dumps(cells, ensure_ascii=False)


def _cells(text: str) -> RowCells | None:
    if not text:
        return None
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return {str(key): str(value) for key, value in found.items()}
