"""Which files lie on a desk, written beside them: another process goes on with them by it."""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.dossiers.upload import Upload

NOTE = "desk.json"
Files = Mapping[str, Sequence[Upload]]


def note(desk: Path, owner: str, files: Files, taken: Mapping[str, int]) -> None:
    """Write by side what lies in a desk's folder and the number of its widgets, which the browser
    still has; `owner`: the subject whose it is. What can't be noted ends with its process."""
    with contextlib.suppress(OSError):
        if not files:
            (desk / NOTE).unlink(missing_ok=True)
            return
        sides = {
            side: [[one.path.relative_to(desk).as_posix(), one.name] for one in uploads]
            for side, uploads in files.items()
        }
        (desk / NOTE).write_text(
            json.dumps({"owner": _digest(owner), "sides": sides, "taken": taken})
        )


def read(desk: Path, owner: str) -> tuple[dict[str, list[Upload]], dict[str, int]]:
    """The files of a desk by side and the numbers of its widgets, and nothing else left in its
    folder; none where they are another's or something is amiss."""
    try:
        noted = json.loads((desk / NOTE).read_text())
        if noted["owner"] != _digest(owner):
            return {}, {}
        found = {
            side: [Upload(desk / path, name) for path, name in files]
            for side, files in noted["sides"].items()
        }
        held = [one.path for uploads in found.values() for one in uploads]
        if not all(path.is_file() and len(path.relative_to(desk).parts) == 2 for path in held):
            return {}, {}
        taken = {side: int(noted["taken"][side]) for side in found}
        _leave_only(desk, held)
    except (OSError, ValueError, KeyError, TypeError):
        return {}, {}
    return found, taken


def _leave_only(desk: Path, held: Sequence[Path]) -> None:
    """Delete what was opened and found: it is made anew."""
    places = {path.parent for path in held}
    for path in [*desk.iterdir(), *(path for place in places for path in place.iterdir())]:
        if path.is_dir() and path not in places:
            shutil.rmtree(path)
        elif path.is_file() and path not in (*held, desk / NOTE):
            path.unlink()


def _digest(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()
