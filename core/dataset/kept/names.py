"""Names by which files call a dataset's units: of before the reform, short ones, misspelt ones."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

NAMES_FILE = "names.csv"
_COLUMNS = ("name", "unit")


def kept_names(folder: Path) -> dict[str, str]:
    """The code of the unit by each of its other names; nothing where none were given."""
    try:
        text = (folder / NAMES_FILE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    rows = csv.DictReader(io.StringIO(text))
    return {
        str(row["name"]): str(row["unit"]) for row in rows if row.get("name") and row.get("unit")
    }


def keep_names(folder: Path, names: Mapping[str, str]) -> None:
    """Keep these in the place of what was kept before. Raises OSError."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_COLUMNS, *names.items()])
    draft = folder / f"{NAMES_FILE}.draft"
    draft.write_text(out.getvalue(), encoding="utf-8", newline="")
    draft.replace(folder / NAMES_FILE)
