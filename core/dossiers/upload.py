"""Open an upload: tell what it is, how it is written, and where its headings are.

An upload is hostile until shown otherwise. Text is looked at in a bounded sample; a workbook is
unpacked by a process with limits (`sheet`). No path or command is built from what a file says.
"""

import csv
import io
import json
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.dossiers.lists import DossierList, HeadRow, Progress
from core.dossiers.opening.headings import header_line, with_headings
from core.dossiers.opening.kinds import no_list
from core.dossiers.opening.webpage import is_web_page
from core.dossiers.sheet import MAX_COLUMNS, TOO_LARGE, TOO_WIDE
from core.fonts import legacy_font
from core.problems import DataError, Problem

ROOT = Path(__file__).resolve().parents[2]
LARGEST_LIST = 1_000_000_000
AT_ONCE = 4  # workbooks: each is a program of its own
Children = dict[int, tuple[subprocess.Popen[bytes], Path]]
SAMPLE = 1_000_000  # bytes looked at
HEAD = 20  # rows shown for mapping
DELIMITERS = ",;\t|"
WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")  # zip files, and Office before 2007
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Upload:
    """A file at a path the program chose, under the name its owner gave it.

    `sheet`: which sheet of a workbook; the first visible one if None.
    """

    path: Path
    name: str
    sheet: str | None = None


def open_lists(
    uploads: Sequence[Upload], folder: Path, progress: Progress = lambda done, stage: None
) -> list[DossierList]:
    """Open lists, workbooks side by side; what is unpacked from them goes into `folder`.

    `progress(fraction, "open")`. Raises DataError with the problems of all of them.
    """
    problems: list[Problem] = []
    opened: dict[int, DossierList] = {}
    children: Children = {}
    try:
        for number, upload in enumerate(uploads):
            try:
                if _is_workbook(upload):
                    _wait(children, AT_ONCE, progress)
                    children[number] = _unpack(upload, folder)
                else:
                    opened[number] = _open_text(upload)
            except DataError as error:
                problems += error.problems
        _wait(children, 1, progress)
        for number, (_, target) in children.items():
            try:
                opened[number] = _open_sheet(uploads[number], target)
            except DataError as error:
                problems += error.problems
    finally:
        for process, _ in children.values():
            process.kill()
            process.wait()
    if problems:
        raise DataError(problems)
    return [opened[number] for number in range(len(uploads))]


def _wait(children: Children, most: int, progress: Progress) -> None:
    """Until fewer than `most` workbooks are being opened."""
    while sum(process.poll() is None for process, _ in children.values()) >= most:
        done = [_share(_status(target)) for _, target in children.values()]
        progress(sum(done) / len(done), "open")
        time.sleep(0.1)


def _fail(upload: Upload, expected: str, **details: object) -> DataError:
    return DataError([Problem(upload.name, None, None, None, expected, details)])


def _is_workbook(upload: Upload) -> bool:
    """By its first bytes, whatever its name says; a DataError for what is empty or too large."""
    size = upload.path.stat().st_size
    if size == 0:
        raise _fail(upload, "a list of dossiers; the file is empty")
    if size > LARGEST_LIST:
        sizes = {"limit": LARGEST_LIST // 10**6, "size": size // 10**6}
        raise _fail(upload, "a file of at most {limit} MB, found {size} MB", **sizes)
    with upload.path.open("rb") as file:
        sample = file.read(4000)
    if (expected := no_list(sample)) is not None:
        raise _fail(upload, expected)
    return sample.startswith(WORKBOOKS) or is_web_page(sample)


def _unpack(upload: Upload, folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    target = (folder / f"{uuid.uuid4().hex}.arrow").resolve()
    command = [sys.executable, "-m", "core.dossiers.sheet", str(upload.path.resolve()), str(target)]
    command += [upload.sheet] if upload.sheet is not None else []
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdin=quiet, stdout=quiet, stderr=quiet), target


def _status(target: Path) -> dict[str, Any]:
    """What the process says of itself: nothing yet, how far it is, the outcome, or the fault."""
    file = target.with_suffix(".json")
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _share(status: dict[str, Any]) -> float:
    return float(status.get("done", 0) / status.get("total", 1)) if "sheets" not in status else 1.0


def _open_sheet(upload: Upload, target: Path) -> DossierList:
    status = _status(target)
    if "expected" in status:
        raise _fail(upload, status["expected"], **status.get("details", {}))
    if "sheets" not in status:  # ended by its limits: nothing was left to say so
        raise _fail(upload, TOO_LARGE)
    with pa.memory_map(str(target)) as file:
        first = pa.ipc.open_file(file).get_batch(0).slice(0, HEAD)
        rows = list(zip(*(column.to_pylist() for column in first.columns), strict=True))
    _refuse_font(upload, "\n".join(cell or "" for row in rows for cell in row))
    head = with_headings([HeadRow(line, line, cells) for line, cells in enumerate(rows, start=1)])
    line = header_line(head)
    sheets, rows_left = tuple(status["sheets"]), status["rows"] - line
    return DossierList(
        upload.name,
        target,
        head,
        line,
        rows_left,
        sheet=status["sheet"],
        sheets=sheets,
        hidden=tuple((first, last) for first, last in status["hidden"]),
        unseen=tuple(status.get("unseen", ())),
        blind=bool(status.get("blind")),
    )


def _open_text(upload: Upload) -> DossierList:
    with upload.path.open("rb") as file:
        sample = file.read(SAMPLE)
    encoding = next((name for mark, name in MARKS.items() if sample.startswith(mark)), "")
    encoding = encoding or _unmarked(sample)
    text = sample.decode(encoding, errors="replace")
    if "\0" in text:
        raise _fail(upload, "a CSV or Excel file; this is another kind of file")
    if not text.strip():
        raise _fail(upload, "a list of dossiers; there is nothing in this file")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _is_legacy(text):
        expected = (
            "text in UTF-8 or UTF-16; this is in an older encoding (such as Windows-1258, TCVN3 or "
            "VNI): in Excel, save it as CSV UTF-8"
        )
        raise _fail(upload, expected)
    _refuse_font(upload, text)
    lines = text.split("\n")[: 4 * HEAD]
    delimiter = _guess_delimiter(lines)
    head = with_headings(_head(lines, delimiter))
    columns = max(len(row.cells) for row in head)
    if columns > MAX_COLUMNS:
        raise _fail(upload, TOO_WIDE, limit=MAX_COLUMNS, columns=columns)
    line = header_line(head)
    per_line = len(sample) / (text.count("\n") + (not text.endswith("\n")))
    estimate = max(0, round(upload.path.stat().st_size / per_line) - line)
    return DossierList(upload.name, upload.path, head, line, estimate, encoding, delimiter)


def _refuse_font(upload: Upload, text: str) -> None:
    """Refuse text of a font of before Unicode, which Excel saves as UTF-8 as it stands: its names
    fit no unit. Raises DataError."""
    if font := legacy_font(text[:100_000]):
        expected = (
            "letters in Unicode; these are of the font {font}: turn them with a converter such as "
            "UniKey and save the list anew"
        )
        raise _fail(upload, expected, font=font)


def _unmarked(sample: bytes) -> str:
    """The encoding of a text without a mark: UTF-16 has a zero in every other byte of ASCII."""
    head = sample[:2000]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if max(odd, even) <= len(head) / 4 or min(odd, even) > len(head) / 100:
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_legacy(text: str) -> bool:
    """Whether most lines with letters beyond ASCII could not be decoded: a wrong encoding, and not
    a few damaged rows (those are reported row by row)."""
    lines = [line for line in text.split("\n")[:-1] or [text] if not line.isascii()]
    return sum("\ufffd" in line for line in lines) > len(lines) / 2


def _guess_delimiter(lines: list[str]) -> str:
    """The one that cuts the most lines into the same number of fields; of equals, the most fields.

    One column only: a comma.
    """

    def score(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row.cells) for row in _head(lines, delimiter))
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        return (count if width > 1 else 0, width)

    return max(DELIMITERS, key=score)


def _head(lines: list[str], delimiter: str) -> tuple[HeadRow, ...]:
    """The first rows. Marks that don't fit are read as they come: this is for people to look at."""
    reader = csv.reader(io.StringIO("\n".join(lines), ""), delimiter=delimiter)
    rows: list[HeadRow] = []
    line = 1
    try:
        for cells in reader:
            rows.append(HeadRow(line, reader.line_num, tuple(cells)))
            line = reader.line_num + 1
            if len(rows) == HEAD:
                break
    except csv.Error:  # a field of more than 128 KB: what came before it is enough to look at
        pass
    return tuple(rows) or (HeadRow(1, 1, ("",)),)
