"""Tables in a dataset's folder that nothing reads: a misspelt name lost one without a word."""

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from core.dataset.kept.loads import LOADS_FILE, RESTATED, TRACE_FILE
from core.dataset.kept.names import NAMES_FILE
from core.problems import Problem

_BESIDE = (LOADS_FILE, NAMES_FILE, TRACE_FILE)
_ENDINGS = (".csv", ".toml")  # of a dataset's own files; documents may lie beside them
_NEAR = "a name that is read, such as {name}; this file is left out"
_FAR = "a name that is read, one of {names}; this file is left out"


def unread(folder: Path, names: Collection[str]) -> list[Problem]:
    """A warning for each table of `folder` that is called neither as one of `names`, which are
    read, nor as what is kept beside them."""
    known = {*names, *_BESIDE, *(RESTATED + name for name in names)}
    try:
        files = sorted(path.name for path in folder.iterdir() if path.is_file())
    except OSError:  # no folder, or a closed one: that has problems of its own
        return []
    return [_told(name, names) for name in files if name not in known and _is_table(name)]


def _is_table(name: str) -> bool:
    plain = name.casefold()
    return plain.endswith(_ENDINGS) and not plain.startswith((".", "readme"))


def _told(file: str, names: Collection[str]) -> Problem:
    stems = {Path(name).stem: name for name in names}
    near = get_close_matches(Path(file).stem.casefold(), stems, 1)
    if near:
        return Problem(file, None, None, None, _NEAR, {"name": stems[near[0]]})
    return Problem(file, None, None, None, _FAR, {"names": ", ".join(names)})
