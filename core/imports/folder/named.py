"""Other names of a dataset's units, kept with it; who may not is refused here."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from core.dataset.kept.names import NAMES_COLUMNS, NAMES_FILE
from core.store.office.leave import Hand, deed_on_files


def keep_names(folder: Path, names: Mapping[str, str], by: Hand) -> None:
    """Keep these in the place of what was kept before. Raises OSError, and StoreError where the
    role does not allow it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([NAMES_COLUMNS, *names.items()])
    with deed_on_files(by, "names", folder.name):
        draft = folder / f"{NAMES_FILE}.draft"
        draft.write_text(out.getvalue(), encoding="utf-8", newline="")
        draft.replace(folder / NAMES_FILE)
