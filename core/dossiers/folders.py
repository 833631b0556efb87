"""A folder for the lists of a server's visits: gone with the visit, the server, or the next start.

Lists hold personal data. Each server process has one folder; a lock file beside it is held for as
long as the process lives, and the system gives it back however the process ends. While it lives it
touches the lock file, so that its time says since when a folder is nobody's: for a while another
process of the same computer may take a visit's lists over, then they are deleted.
"""

import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PREFIX = "dossier-lists-"
LOCK = ".lock"
_VISIT = re.compile(r"[0-9a-f-]{36}")  # how Streamlit calls a visit; nothing else is looked for


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


def touch(folder: ServerFolder) -> None:
    """Say that this process lives."""
    with contextlib.suppress(OSError):
        os.utime(_lock_of(folder.path))


def give_back(folder: ServerFolder) -> None:
    """At the end of the process: delete its folder and its lock.

    Where other processes live beside it, one of them may take a visit over with its lists: they
    stay, and the others delete what is left of them a little later. The last one deletes all.
    """
    parent = folder.path.parent
    if _entries(folder.path) and any(_is_held(path) for path in _folders(parent, folder.path)):
        touch(folder)
        os.close(folder.lock)
        return
    shutil.rmtree(folder.path, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.close(folder.lock)
    with contextlib.suppress(OSError):
        _lock_of(folder.path).unlink()
    sweep(parent)


def sweep(parent: Path, grace: float = 0.0) -> None:
    """Delete what ended servers left behind: folders of ours whose lock is free, and whose server
    was last seen more than `grace` seconds ago."""
    for path in _folders(parent):
        with contextlib.suppress(OSError):  # gone meanwhile, or held by a living server
            if grace == 0.0 or _last_seen(path) + grace <= time.time():
                _sweep_one(path)


def _sweep_one(path: Path) -> None:
    """Delete one folder, holding its lock; raises OSError where another process has it."""
    with _locked(path):
        shutil.rmtree(path)
    _lock_of(path).unlink()


def take_over(folder: Path, visit: str, other: str) -> Path | None:
    """The newest folder of a visit whose server has ended, as one of visit `other` here; None where
    there is none."""
    if not _VISIT.fullmatch(visit):
        return None
    for path in _folders(folder.parent, folder):
        rooms = sorted(path.glob(f"{visit}.*"), key=lambda room: room.name)
        with contextlib.suppress(OSError):  # its server lives, or another process was quicker
            if rooms:
                with _locked(path):
                    taken = make_room(folder, other)
                    taken.rmdir()
                    rooms[-1].rename(taken)
                return taken
    return None


def _folders(parent: Path, but: Path | None = None) -> list[Path]:
    """Folders of servers."""
    found = []
    for path in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if path != but and _is_our_folder(path):
                found.append(path)
    return found


def _last_seen(path: Path) -> float:
    """When the server of a folder last said that it lives; the folder's own time without a lock."""
    lock = _lock_of(path)
    return (lock if lock.exists() else path).lstat().st_mtime


def _is_held(path: Path) -> bool:
    """Whether the server of a folder lives."""
    try:
        with _locked(path):
            return False
    except OSError:
        return True


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a folder; raises OSError where another process has it."""
    lock = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _take(lock)
        yield
    finally:
        os.close(lock)


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
