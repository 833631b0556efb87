"""A folder for the lists of a server's visits: gone with the visit, the server, or the next start.

Lists hold personal data. Each server process has one folder; a lock file beside it is held for as
long as the process lives, and the system gives it back however the process ends.
"""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PREFIX = "dossier-lists-"
LOCK = ".lock"


@dataclass(frozen=True)
class ServerFolder:
    """The folder of this process, and the open file that holds its lock."""

    path: Path
    lock: int


def make_folder(parent: Path) -> ServerFolder:
    """A new folder that nobody else sweeps: its lock is held before it is there. Raises OSError."""
    lock, name = tempfile.mkstemp(prefix=PREFIX, suffix=LOCK, dir=parent)
    try:
        _take(lock)
        path = Path(name.removesuffix(LOCK))
        path.mkdir(mode=0o700)
    except BaseException:
        os.close(lock)
        Path(name).unlink(missing_ok=True)
        raise
    return ServerFolder(path, lock)


def give_back(folder: ServerFolder) -> None:
    """Delete the folder and its lock, at the end of the process."""
    shutil.rmtree(folder.path, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.close(folder.lock)
    with contextlib.suppress(OSError):
        _lock_of(folder.path).unlink()


def sweep(parent: Path) -> None:
    """Delete what servers that were killed left behind: folders of ours whose lock is free."""
    for path in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or held by a living server
            if _is_our_folder(path):
                _sweep_one(path)


def _sweep_one(path: Path) -> None:
    """Delete one folder, holding its lock; raises OSError where another process has it."""
    lock = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _take(lock)
        shutil.rmtree(path)
    finally:
        os.close(lock)
    _lock_of(path).unlink()


def make_room(folder: Path, visit: str) -> Path:
    """A new folder for a visit's lists, within the server's. Raises OSError."""
    return Path(tempfile.mkdtemp(prefix=f"{visit}.", dir=folder))


def drop_ended(
    folder: Path,
    is_active: Callable[[str], bool],
    ended: dict[str, float],
    now: float,
    grace: float,
) -> dict[str, float]:
    """Delete the folders of visits that ended more than `grace` seconds ago.

    `ended` says since when each visit was seen without a connection, by name of its folder;
    returns the same as of `now`. What can't be deleted is tried again the next time.
    """
    names = [path.name for path in _entries(folder)]
    alone = {n: ended.get(n, now) for n in names if not is_active(n.rpartition(".")[0])}
    for name, since in alone.items():
        if now - since >= grace:
            shutil.rmtree(folder / name, ignore_errors=True)
    return alone


def _entries(folder: Path) -> Iterable[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + LOCK)


def _is_our_folder(path: Path) -> bool:
    found = path.lstat()  # a link to a folder is none
    return stat.S_ISDIR(found.st_mode) and (sys.platform == "win32" or found.st_uid == os.getuid())


def _take(lock: int) -> None:
    """Hold an open file; raises OSError where another process holds it."""
    if sys.platform == "win32":
        msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
