"""An archive among files: what is in it takes its place. It is looked into and never trusted."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from core.imports.files.unpack import unusable
from core.problems import DataError, Problem

MOST_PARTS = 500
LARGEST_UNPACKED = 100_000_000
_OFFICE = ("[Content_Types].xml", "mimetype", "content.xml")  # Excel and Word; LibreOffice
Given = tuple[str, bytes]  # a file's name and what is in it


def without_archives(files: Iterable[Given]) -> tuple[list[Given], list[Problem]]:
    """The files with those of each zip in its place, and a sentence for a zip that is too large.

    A damaged or protected zip stays as it is: whoever reads files says what is wrong with it.
    """
    found: list[Given] = []
    problems: list[Problem] = []
    for name, raw in files:
        try:
            found += _parts(name, raw) or [(name, raw)]
        except DataError as error:
            problems += error.problems
    return found, problems


def _parts(name: str, raw: bytes) -> list[Given]:
    """The files of a zip, with their folder where two have one name; empty for everything else."""
    if raw[:4] != b"PK\x03\x04":
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = [one for one in archive.infolist() if not _is_chaff(one)]
            names = {one.filename for one in parts}
            if names & set(_OFFICE) or any(one.flag_bits & 1 for one in parts):
                return []
            size = sum(one.file_size for one in parts)
            if size > LARGEST_UNPACKED:
                sizes = {"limit": LARGEST_UNPACKED // 10**6, "size": size // 10**6}
                raise unusable(name, "a file of at most {limit} MB unpacked, found {size} MB",
                               **sizes)  # fmt: skip
            if len(parts) > MOST_PARTS:
                expected = "an archive of at most {limit} files, found {count}"
                raise unusable(name, expected, limit=MOST_PARTS, count=len(parts))
            called = Counter(_last(one.filename) for one in parts)
            return [
                (part if called[part] == 1 else one.filename, archive.read(one))
                for one in parts
                for part in [_last(one.filename)]
            ]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return []


def _last(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def _is_chaff(part: zipfile.ZipInfo) -> bool:
    """Folders, and what systems put beside the files of people."""
    path = part.filename.replace("\\", "/")
    return part.is_dir() or path.startswith("__MACOSX/") or _last(path).startswith(".")
