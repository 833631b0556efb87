"""What a dataset that stands already knows of its units, for files that only have names."""

from pathlib import Path

from core.dataset import schema
from core.dataset.tables import read_table
from core.imports.reading import Seen


def known_units(folder: Path) -> tuple[Seen, ...]:
    """The units of the dataset in a folder; none where there is no such dataset."""
    path = folder / "units.csv"
    if not path.is_file():
        return ()
    frame, problems = read_table(path, schema.UNITS)
    if problems:
        return ()
    rows = zip(frame["unit"], frame["name_vi"], frame["level"], strict=True)
    return tuple(Seen(str(code), None, str(name), str(level)) for code, name, level in rows)
