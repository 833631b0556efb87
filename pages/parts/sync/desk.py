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
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st
from streamlit.logger import get_logger
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from core.dossiers import folders
from core.dossiers.judging.agreed import Agreed, keep_agreed, recall_agreed
from core.dossiers.judging.choices import Choices
from core.dossiers.lists import Progress
from core.dossiers.opening.bundle import Opened, open_side
from core.dossiers.results.matched import Matched
from core.dossiers.sheet import NO_ROOM
from core.dossiers.upload import Upload
from core.problems import DataError, Problem
from core.store.checks import StoreError
from core.store.database import data_folder
from pages.parts.server.moved import earlier_visit
from pages.parts.state import rights, session
from pages.parts.state.cases import other_names
from pages.parts.sync import again

LOG = get_logger("lists")
GRACE = 60  # seconds without a connection after which a visit has ended: a network may drop out
NOT_WRITTEN = "A list of dossiers can't be written: %s"
NOT_KEPT = "What was agreed to for lists can't be kept: %s"
_ASKED = "desk-asked"  # in the session: whether lists were looked for that another process had
NO_FOLDER = "There is no folder for lists of dossiers: %s"
PAUSE = 5  # seconds between two looks


@st.cache_resource(show_spinner=False, validate=lambda held: held.path.is_dir())
def _server_folder() -> folders.ServerFolder:
    """Where this server keeps the desks of its visits; what ended servers left is deleted."""
    parent = Path(tempfile.gettempdir())
    folders.sweep(parent, GRACE)
    held = folders.make_folder(parent)
    atexit.register(folders.give_back, held)
    return held


def mind() -> None:
    """From the start of the server on, delete the lists of every visit that ends, and those that
    a server left which has ended: each a minute later, so that its page may find them again."""
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
            held, now = _server_folder(), time.monotonic()
            folders.touch(held)
            is_active = get_instance().is_active_session
            ended = folders.drop_ended(held.path, is_active, ended, now, GRACE)
            folders.sweep(held.path.parent, GRACE)
        except OSError as error:
            LOG.warning(NO_FOLDER, error)


def _folder() -> Path:
    context = get_script_run_ctx()
    return folders.make_room(_server_folder().path, context.session_id if context else "")


@dataclass
class Desk:
    """What lies on one viewer's desk.

    By side: `waiting` uploads to be opened, `lists` what was opened, each in a folder of its own
    (`places`), `taken` how many there were, so that each gets fresh widgets, `problems` what was
    wrong with the last ones. `matched` is the result, for the data `version`; by dataset `aliases`,
    what names of the lists mean (code of the unit by name), and `choices`, what was said of codes
    and rows. `files`: what was uploaded. `lost`: whether lists that lay here are gone from the
    server; `is_back`: whether they lay with another process, which has ended.
    """

    path: Path = field(default_factory=_folder)
    waiting: dict[str, list[Upload]] = field(default_factory=dict)
    places: dict[str, Path] = field(default_factory=dict)
    lists: dict[str, Opened] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    matched: Matched | None = None
    version: str = ""
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    choices: dict[str, Choices] = field(default_factory=dict)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    files: dict[str, list[Upload]] = field(default_factory=dict)
    lost: bool = False
    is_back: bool = False

    def key(self, side: str, name: str) -> str:
        """A widget key that no earlier upload of this side had."""
        return f"{name}-{side}-{self.taken.get(side, 0)}"

    def take(self, side: str, uploaded: Sequence[UploadedFile]) -> None:
        """Write uploads to files, to be opened at the next drawing."""
        place = self.path / uuid.uuid4().hex
        self.taken[side] = self.taken.get(side, 0) + 1
        self.problems.pop(side, None)
        name = uploaded[0].name
        try:
            place.mkdir()
            for file in uploaded:
                name, path = file.name, place / uuid.uuid4().hex
                path.write_bytes(file.getbuffer())
                self.waiting.setdefault(side, []).append(Upload(path, name))
        except OSError as error:
            LOG.warning(NOT_WRITTEN, error)
            self.waiting.pop(side, None)
            shutil.rmtree(place, ignore_errors=True)
            self.problems[side] = (Problem(name, None, None, None, NO_ROOM),)
        else:
            self.places[side] = place
            self.files[side] = list(self.waiting[side])
            again.note(self.path, rights.subject(), self.files, self.taken)

    def open(self, progress: Progress) -> None:
        """Open what is waiting; what can't be opened is deleted, and `problems` says why."""
        for side in list(self.waiting):
            uploads = self.waiting.pop(side)
            try:
                self.lists[side] = open_side(uploads, self.places[side], progress)
            except DataError as error:
                self.problems[side] = error.problems
                self._drop(side)

    def remove(self, side: str) -> None:
        """Delete the lists of a side and what was found with them."""
        self.lists.pop(side)
        self._drop(side)
        self.taken[side] = self.taken.get(side, 0) + 1
        self.is_back = False
        self.clear()

    def _drop(self, side: str) -> None:
        shutil.rmtree(self.places.pop(side), ignore_errors=True)
        self.files.pop(side, None)
        again.note(self.path, rights.subject(), self.files, self.taken)

    def clear(self) -> None:
        """Delete the result."""
        if self.matched is not None:
            self.matched.remove()
        self.matched = None


def desk() -> Desk:
    """The viewer's desk; an empty one where its folder is gone. Raises OSError where none can be
    made."""
    found: Desk | None = st.session_state.get("desk")
    if found is None:
        go_on()
        found = st.session_state.get("desk")
    if found is None:
        found = st.session_state.desk = Desk()
    elif not found.path.is_dir():
        held = bool(found.lists or found.waiting or found.matched)
        found = st.session_state.desk = _another(found, lost=found.lost or held)
    return found


def go_on() -> None:
    """In a page that another process had, which has ended: take its lists over from the disk that
    both see. Nothing where there are none, or where it lives."""
    earlier = earlier_visit()
    if earlier is None or "desk" in st.session_state or st.session_state.get(_ASKED):
        return
    st.session_state[_ASKED] = True
    context = get_script_run_ctx()
    try:
        path = folders.take_over(
            _server_folder().path, earlier, context.session_id if context else ""
        )
    except OSError as error:
        LOG.warning(NO_FOLDER, error)
        return
    if path is None:
        return
    files, taken = again.read(path, rights.subject())
    if not files:
        shutil.rmtree(path, ignore_errors=True)
        return
    st.session_state.desk = Desk(
        path=path,
        waiting={side: list(uploads) for side, uploads in files.items()},
        files=files,
        places={side: uploads[0].path.parent for side, uploads in files.items()},
        taken=taken,
        is_back=True,
    )


def _another(old: Desk, lost: bool) -> Desk:
    """An empty desk, with uploaders that hold nothing yet; what names mean is remembered."""
    taken = {side: count + 1 for side, count in old.taken.items()}
    return Desk(taken=taken, aliases=old.aliases, choices=old.choices, lost=lost)


def agreed() -> Agreed:
    """What is kept on this server for the lists of the viewer's dataset."""
    dataset = session.case().dataset
    found = recall_agreed(data_folder(), dataset.id)
    return Agreed(found.rules, other_names.recall(dataset))


def keep(rules: tuple[str, ...] | None = None, names: dict[str, str] | None = None) -> None:
    """Keep rules or names for the next lists of this dataset; a full disk is no reason to stop.

    Of somebody whose role keeps nothing they last as long as the visit.
    """
    dataset = session.case().dataset
    if not session.may("names"):
        return
    now = recall_agreed(data_folder(), dataset.id)
    try:
        if rules is not None:
            agreed = Agreed(rules, now.names)
            keep_agreed(data_folder(), dataset.id, agreed, rights.hand())
        if names is not None:
            other_names.keep(dataset, names, rights.hand())
    except (OSError, StoreError) as error:
        LOG.warning(NOT_KEPT, error)


def take(side: str, key: str) -> None:
    """An uploader was used: keep the files, and give their memory back."""
    uploaded: list[UploadedFile] = st.session_state[key]
    if not uploaded:
        return
    desk().take(side, uploaded)
    context = get_script_run_ctx()
    remove = getattr(context.uploaded_file_mgr, "remove_file", None) if context else None
    if context and remove:
        for file in uploaded:
            remove(session_id=context.session_id, file_id=file.file_id)


def clean() -> None:
    """Delete everything at once."""
    found = desk()
    shutil.rmtree(found.path, ignore_errors=True)
    st.session_state.desk = replace(_another(found, lost=False), aliases={})
