"""A dataset as changes would make it, in a folder that is gone afterwards: to see before saving."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.dataset.facts import Dataset
from core.imports.corrections.commit import files_at
from core.imports.corrections.rows import RowChange, with_changes


@contextmanager
def trial_folder(dataset: Dataset, changes: Sequence[RowChange]) -> Iterator[Path]:
    """The folder of a copy with the changes made; the dataset itself is not touched.

    Raises DataError where a row is no more what the changes found.
    """
    files = with_changes(files_at(dataset.path), changes)
    with tempfile.TemporaryDirectory(prefix="trial-") as draft:
        path = Path(draft) / dataset.path.name
        path.mkdir()
        for name, text in files.items():
            (path / name).write_text(text, encoding="utf-8", newline="")
        yield path
