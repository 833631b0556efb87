"""The database of a matching: it sees only tables that this program hands over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from core.problems import DataError, Problem

SETTINGS = {
    "memory_limit": "600MB",
    "threads": "2",
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
TOO_MANY = "lists that fit into memory: fewer rows, or fewer that repeat one dossier"


@contextmanager
def database_faults(expected: str) -> Iterator[None]:
    """What memory, disk or database refuse, as a DataError: `expected` for the latter two."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise DataError([Problem("lists", None, None, None, TOO_MANY)]) from error
    except (duckdb.IOException, duckdb.SerializationException, OSError) as error:
        raise DataError([Problem("lists", None, None, None, expected)]) from error


def open_base(folder: Path, create: bool = False) -> duckdb.DuckDBPyConnection:
    """The rows in a folder. Its access to files, network and extensions is off."""
    config: dict[str, Any] = {**SETTINGS, "temp_directory": str(folder / "spill")}
    return duckdb.connect(str(folder / "rows.duckdb"), read_only=not create, config=config)
