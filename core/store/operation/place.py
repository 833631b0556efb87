"""Where a SQLite file lies: on a share of the network its locks and its -shm file are not safe.

SQLite's own words: "WAL does not work over a network filesystem" (sqlite.org/wal.html), and locks
of shares are often broken (sqlite.org/howtocorrupt.html, section 2.1).
"""

import re
import subprocess
import sys
from pathlib import Path

SHARES = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "ncpfs", "9p", "afs"),
        *("ceph", "gfs", "gfs2", "glusterfs", "lustre", "beegfs", "webdav", "davfs", "ocfs2"),
        *(f"fuse.{name}" for name in ("sshfs", "glusterfs", "ceph", "davfs", "rclone", "s3fs")),
    )
)
_ESCAPED = re.compile(r"\\([0-7]{3})")  # mountinfo writes a space as \040
_MAC_LINE = re.compile(r"^.* on (/.*) \(([^,)]+)")
_REMOTE = 4  # GetDriveTypeW: a network drive


def share_of(path: Path) -> str | None:
    """The kind of network share on which a file (or its folder to be) lies; None where on none, or
    where the system does not tell."""
    try:
        if sys.platform == "win32":
            return _windows(path)
        real = path.resolve()
        if sys.platform == "darwin":
            listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5)
            mounts = [found.groups() for line in listed.stdout.splitlines()
                      if (found := _MAC_LINE.match(line))]  # fmt: skip
            return kind_of_mount(real, [(str(place), str(kind)) for place, kind in mounts])
        return kind_of_mount(real, read_mounts(Path("/proc/self/mountinfo").read_text("utf-8")))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def read_mounts(mountinfo: str) -> list[tuple[str, str]]:
    """The places and kinds of file systems in the form of /proc/self/mountinfo (proc(5))."""
    found = []
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) > 4 and after:
            place = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields[4])
            found.append((place, after.split(" ")[0]))
    return found


def kind_of_mount(path: Path, mounts: list[tuple[str, str]]) -> str | None:
    """The kind of the innermost file system over a path, if it is one of SHARES; of two at one
    place the later one is on top."""
    over = [(len(Path(place).parts), number, kind) for number, (place, kind) in enumerate(mounts)
            if path.is_relative_to(place)]  # fmt: skip
    kind = max(over)[2] if over else ""
    return kind if kind in SHARES else None


def _windows(path: Path) -> str | None:
    if sys.platform != "win32":  # for the checker of types
        return None
    import ctypes

    drive = path.resolve().drive
    if drive.startswith("\\\\"):
        return "smb"
    return "smb" if ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE else None
