"""Names by which files call a dataset's units: of before the reform, short ones, misspelt ones."""

import csv
import io
from pathlib import Path

NAMES_FILE = "names.csv"
NAMES_COLUMNS = ("name", "unit")


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
