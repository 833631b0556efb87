"""Other names of a dataset's units, kept with it; who may not is refused here."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from core.dataset.kept.names import NAMES_COLUMNS, NAMES_FILE
from core.store.office.leave import Hand, deed_on_files
from core.writing import write_whole


def keep_names(folder: Path, names: Mapping[str, str], by: Hand) -> None:
    """Keep these in the place of what was kept before. Raises OSError, and StoreError where the
    role does not allow it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([NAMES_COLUMNS, *names.items()])
    with deed_on_files(by, "names", folder.name):
        write_whole(folder / NAMES_FILE, out.getvalue())
