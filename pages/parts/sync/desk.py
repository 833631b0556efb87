"""The lists that a viewer compares: kept in a folder of the session, gone when it ends.

Streamlit holds an upload in memory for as long as a session lasts. So each is written to a file at
once and taken out of memory; a new uploader stands in its place when the list is removed.
"""

import contextlib
import shutil
import tempfile
import time
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from core.dossiers.lists import DossierList, Progress
from core.dossiers.matching import Matched
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError, Problem

PREFIX = "dossier-lists-"
DAY = 86_400  # seconds


@st.cache_resource(show_spinner=False)
def _server_folder() -> Path:
    """Where this server keeps the desks of its sessions.

    A server that is killed can't clean up: what others left behind a day ago or more is deleted.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > DAY:
                shutil.rmtree(left)
    return Path(tempfile.mkdtemp(prefix=PREFIX))


def _folder() -> tempfile.TemporaryDirectory[str]:
    """Deletes itself when the session, or the program, is gone."""
    return tempfile.TemporaryDirectory(dir=_server_folder(), ignore_cleanup_errors=True)


@dataclass
class Desk:
    """What lies on one viewer's desk.

    By side: `waiting` uploads to be opened, `lists` opened ones with their `uploads`, `taken` how
    many there were, so that each gets fresh widgets, `problems` what was wrong with the last one.
    `matched` is the result, for the data `version`; `aliases` what names of the lists mean, by
    dataset: code of the unit by name.
    """

    folder: tempfile.TemporaryDirectory[str] = field(default_factory=_folder)
    waiting: dict[str, Upload] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    lists: dict[str, DossierList] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    matched: Matched | None = None
    version: str = ""
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return Path(self.folder.name)

    def key(self, side: str, name: str) -> str:
        """A widget key that no earlier upload of this side had."""
        return f"{name}-{side}-{self.taken.get(side, 0)}"

    def take(self, side: str, uploaded: UploadedFile) -> None:
        """Write an upload to a file, to be opened at the next drawing."""
        path = self.path / uuid.uuid4().hex
        path.write_bytes(uploaded.getbuffer())
        self.waiting[side] = Upload(path, uploaded.name)
        self.taken[side] = self.taken.get(side, 0) + 1
        self.problems.pop(side, None)

    def choose_sheet(self, side: str, sheet: str) -> None:
        """Read another sheet of a workbook."""
        self._forget(side)
        self.waiting[side] = replace(self.uploads[side], sheet=sheet)

    def open(self, progress: Progress) -> None:
        """Open what is waiting; what can't be opened is deleted, and `problems` says why."""
        sides = list(self.waiting)
        try:
            self._open(sides, progress)
        except DataError:
            for side in sides:  # one at a time, to tell whose problem it is
                try:
                    self._open([side], progress)
                except DataError as error:
                    self.problems[side] = error.problems
                    self.waiting.pop(side).path.unlink()

    def _open(self, sides: list[str], progress: Progress) -> None:
        opened = open_lists([self.waiting[side] for side in sides], self.path, progress)
        for side, found in zip(sides, opened, strict=True):
            self.lists[side] = found
            self.uploads[side] = self.waiting.pop(side)

    def remove(self, side: str) -> None:
        """Delete a list and what was found with it."""
        self._forget(side)
        self.uploads.pop(side).path.unlink(missing_ok=True)
        self.taken[side] = self.taken.get(side, 0) + 1
        self.clear()

    def clear(self) -> None:
        """Delete the result."""
        if self.matched is not None:
            self.matched.remove()
        self.matched = None

    def _forget(self, side: str) -> None:
        """Drop an opened list; a sheet unpacked from a workbook is deleted, the upload stays."""
        opened = self.lists.pop(side)
        if opened.path != self.uploads[side].path:
            for path in opened.path.parent.glob(f"{opened.path.stem}.*"):
                path.unlink(missing_ok=True)


def desk() -> Desk:
    """The viewer's desk."""
    found: Desk | None = st.session_state.get("desk")
    if found is None or not found.path.is_dir():
        found = st.session_state.desk = Desk()
    return found


def take(side: str, key: str) -> None:
    """An uploader was used: keep the file, and give its memory back."""
    uploaded = st.session_state[key]
    if uploaded is None:
        return
    desk().take(side, uploaded)
    context = get_script_run_ctx()
    remove = getattr(context.uploaded_file_mgr, "remove_file", None) if context else None
    if context and remove:
        remove(session_id=context.session_id, file_id=uploaded.file_id)


def clean() -> None:
    """Delete everything at once."""
    found = desk()
    found.folder.cleanup()
    st.session_state.desk = Desk(taken={side: n + 1 for side, n in found.taken.items()})
