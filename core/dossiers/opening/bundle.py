"""Several lists of one side: files, sheets of a workbook, or a zip with a file for each unit."""

import contextlib
import struct
import uuid
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from core.dossiers.lists import DossierList, Progress, guess_mapping
from core.dossiers.opening.counts import counts_fault
from core.dossiers.opening.kinds import ARCHIVE, archive_kind
from core.dossiers.sheet import HEARTS, NO_ROOM
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError, Problem
from core.text import clean_text

MOST_FILES = 500
MOST_BYTES = 1_000_000_000
_END = b"PK\x05\x06"  # a zip's last record, which counts its files
_NO_FILES = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Opened:
    """The lists of one side, and other sheets of their workbooks, which seem to hold none."""

    lists: tuple[DossierList, ...]
    others: tuple[DossierList, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of the other sheets."""
        return tuple(one.name for one in self.others)


def open_side(
    uploads: Sequence[Upload], folder: Path, progress: Progress = lambda done, stage: None
) -> Opened:
    """All lists in the files of one side: every file of a zip, every sheet with dossiers.

    Raises DataError with the problems of all of them; a table of counts is one.
    """
    files = [one for upload in uploads for one in unpack_zip(upload, folder)]
    lists: list[DossierList] = []
    others: list[DossierList] = []
    problems: list[Problem] = []
    for upload, first in zip(files, open_lists(files, folder, progress), strict=True):
        sheets = [first, *_others(upload, first, folder)]
        called = [_named(one, upload, len(files) > 1, len(sheets) > 1) for one in sheets]
        faults = [counts_fault(one) for one in called]
        good = [
            one
            for one, fault in zip(called, faults, strict=True)
            if fault is None and (len(called) == 1 or guess_mapping(one.columns).dossier_id)
        ]
        if not good and any(faults):
            problems += [fault for fault in faults if fault]
        lists += good or ([] if any(faults) else called[:1])
        taken = good or called[:1]
        others += [one for one in called if one not in taken and _is_table(one)]
    if problems:
        raise DataError(problems)
    named = _unique([*lists, *others])
    return Opened(tuple(named[: len(lists)]), tuple(named[len(lists) :]))


def unpack_zip(upload: Upload, folder: Path) -> list[Upload]:
    """The files of a zip that is no workbook, written into `folder` under names of ours; any other
    file as it is. Raises DataError."""
    with upload.path.open("rb") as file:
        if file.read(2) != b"PK":
            return [upload]
        file.seek(max(0, upload.path.stat().st_size - 66_000))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 12:
        return [upload]  # damaged: opening it says so
    if struct.unpack_from("<H", tail, at + 10)[0] > 10_000:
        return [upload]  # as many parts as no workbook may have
    try:
        with zipfile.ZipFile(upload.path) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            names = {part.filename.replace("\\", "/") for part in parts}
            if names & HEARTS or not any("." in name for name in names):
                return [upload]
            if (kind := archive_kind(names)) != ARCHIVE:
                raise _fail(upload, kind)
            return _written(upload, archive, parts, folder)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, RuntimeError) as error:
        expected, details = "a zip file that is not damaged ({reason})", {"reason": str(error)}
        raise DataError([Problem(upload.name, None, None, None, expected, details)]) from None
    except OSError:
        raise DataError([Problem(upload.name, None, None, None, NO_ROOM)]) from None


def _written(
    upload: Upload, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], folder: Path
) -> list[Upload]:
    """The files of a zip on disk. What they unpack_zip to is counted, not believed."""
    wanted = [part for part in parts if not _is_litter(part.filename)]
    if any(part.flag_bits & 1 for part in wanted):
        raise _fail(upload, "a zip file without a password")
    if not wanted or len(wanted) > MOST_FILES:
        details = {"limit": MOST_FILES, "found": len(wanted)}
        raise _fail(upload, "a zip with 1 to {limit} files, found {found}", **details)
    files, left = [], MOST_BYTES
    for part in wanted:
        path = folder / uuid.uuid4().hex
        with archive.open(part) as read, path.open("wb") as write:
            while chunk := read.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    details = {"limit": MOST_BYTES // 10**6}
                    raise _fail(upload, "a zip of at most {limit} MB unpacked", **details)
                write.write(chunk)
        files.append(Upload(path, _name(part)))
    return files


def _name(part: zipfile.ZipInfo) -> str:
    """The name of a file in a zip; programs of before UTF-8 wrote it as letters of MS-DOS."""
    name = part.filename
    if not part.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return clean_text(PurePosixPath(name.replace("\\", "/")).name)


def _is_litter(name: str) -> bool:
    plain = name.replace("\\", "/").lower()
    return plain.startswith(_NO_FILES) or plain.endswith(_NO_FILES) or "/~$" in f"/{plain}"


def _others(upload: Upload, first: DossierList, folder: Path) -> list[DossierList]:
    """The other visible sheets of a workbook that have rows, where none was chosen."""
    if upload.sheet is not None:
        return []
    found = []
    for name in first.sheets:
        if name != first.sheet:
            try:
                found += open_lists([replace(upload, sheet=name)], folder)
            except DataError:  # nothing in it, or wider than any list
                continue
    return found


def _unique(lists: Sequence[DossierList]) -> list[DossierList]:
    """Lists of the same name, from several folders, get a number."""
    seen: Counter[str] = Counter()
    found = []
    for one in lists:
        seen[one.name] += 1
        again = seen[one.name]
        found.append(replace(one, name=f"{one.name} ({again})") if again > 1 else one)
    return found


def _is_table(one: DossierList) -> bool:
    """Whether a sheet has more than a few words beside the lists."""
    return sum(sum(bool(cell.strip()) for cell in row.cells) > 1 for row in one.head) > 1


def _named(one: DossierList, upload: Upload, files: bool, sheets: bool) -> DossierList:
    """A list under a name that tells it from its neighbours, which may be that of a unit."""
    if sheets:
        return replace(
            one, name=f"{upload.name} [{one.sheet}]", unit_text=clean_text(one.sheet or "")
        )
    stem = clean_text(PurePosixPath(upload.name).stem)
    return replace(one, unit_text=stem) if files else one


def _fail(upload: Upload, expected: str, **details: object) -> DataError:
    return DataError([Problem(upload.name, None, None, None, expected, details)])
