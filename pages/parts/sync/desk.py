"""The lists that a viewer compares: kept in a folder of the visit, gone a minute after it ends.

Streamlit holds an upload in memory for as long as a session lasts. So each is written to a file at
once and taken out of memory; a new uploader stands in its place when the list is removed.
"""

import atexit
import shutil
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st
from streamlit.logger import get_logger
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from core.dossiers import folders
from core.dossiers.lists import DossierList, Progress
from core.dossiers.results.matched import Matched
from core.dossiers.sheet import NO_ROOM
from core.dossiers.upload import Upload, open_lists
from core.problems import DataError, Problem

LOG = get_logger("lists")
GRACE = 60  # seconds without a connection after which a visit has ended: a network may drop out
NOT_WRITTEN = "A list of dossiers can't be written: %s"
NO_FOLDER = "There is no folder for lists of dossiers: %s"
PAUSE = 5  # seconds between two looks


@st.cache_resource(show_spinner=False, validate=lambda held: held.path.is_dir())
def _server_folder() -> folders.ServerFolder:
    """Where this server keeps the desks of its visits; what killed servers left is deleted."""
    parent = Path(tempfile.gettempdir())
    folders.sweep(parent)
    held = folders.make_folder(parent)
    atexit.register(folders.give_back, held)
    return held


def mind() -> None:
    """From the start of the server on, delete the lists of every visit that ends, and at once
    those that a killed server left."""
    try:
        _server_folder()
    except OSError as error:
        LOG.warning(NO_FOLDER, error)
    threading.Thread(target=_mind, name="dossier-lists", daemon=True).start()


def _mind() -> None:
    ended: dict[str, float] = {}
    while True:
        time.sleep(PAUSE)
        if not exists():  # the server is still starting, or already gone
            continue
        try:
            folder, now = _server_folder().path, time.monotonic()
            is_active = get_instance().is_active_session
            ended = folders.drop_ended(folder, is_active, ended, now, GRACE)
        except OSError as error:
            LOG.warning(NO_FOLDER, error)


def _folder() -> Path:
    context = get_script_run_ctx()
    return folders.make_room(_server_folder().path, context.session_id if context else "")


@dataclass
class Desk:
    """What lies on one viewer's desk.

    By side: `waiting` uploads to be opened, `lists` opened ones with their `uploads`, `taken` how
    many there were, so that each gets fresh widgets, `problems` what was wrong with the last one.
    `matched` is the result, for the data `version`; `aliases` what names of the lists mean, by
    dataset: code of the unit by name. `lost`: whether lists that lay here are gone from the server.
    """

    path: Path = field(default_factory=_folder)
    waiting: dict[str, Upload] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    lists: dict[str, DossierList] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    matched: Matched | None = None
    version: str = ""
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    lost: bool = False

    def key(self, side: str, name: str) -> str:
        """A widget key that no earlier upload of this side had."""
        return f"{name}-{side}-{self.taken.get(side, 0)}"

    def take(self, side: str, uploaded: UploadedFile) -> None:
        """Write an upload to a file, to be opened at the next drawing."""
        path = self.path / uuid.uuid4().hex
        self.taken[side] = self.taken.get(side, 0) + 1
        self.problems.pop(side, None)
        try:
            path.write_bytes(uploaded.getbuffer())
        except OSError as error:
            LOG.warning(NOT_WRITTEN, error)
            path.unlink(missing_ok=True)
            self.problems[side] = (Problem(uploaded.name, None, None, None, NO_ROOM),)
        else:
            self.waiting[side] = Upload(path, uploaded.name)

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
                    self.waiting.pop(side).path.unlink(missing_ok=True)

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
    """The viewer's desk; an empty one where its folder is gone. Raises OSError where none can be
    made."""
    found: Desk | None = st.session_state.get("desk")
    if found is None:
        found = st.session_state.desk = Desk()
    elif not found.path.is_dir():
        held = bool(found.lists or found.waiting or found.matched)
        found = st.session_state.desk = _another(found, lost=found.lost or held)
    return found


def _another(old: Desk, lost: bool) -> Desk:
    """An empty desk, with uploaders that hold nothing yet; what names mean is remembered."""
    taken = {side: count + 1 for side, count in old.taken.items()}
    return Desk(taken=taken, aliases=old.aliases, lost=lost)


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
    shutil.rmtree(found.path, ignore_errors=True)
    st.session_state.desk = replace(_another(found, lost=False), aliases={})
