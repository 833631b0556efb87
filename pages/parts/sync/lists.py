"""The dossiers of both portals: upload the lists, say which column is what, and match them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.dossiers.matching import Parts, match
from core.dossiers.queries import SIDES
from core.dossiers.sheet import NO_ROOM
from core.problems import DataError, Problem, shorten
from pages.parts.server.moved import CHOOSE_AGAIN, earlier_visit
from pages.parts.state import session
from pages.parts.sync import choices as sync_choices
from pages.parts.sync import desk as sync_desk
from pages.parts.sync import found as sync_found
from pages.parts.sync import names as sync_names
from pages.parts.sync.columns import choose_columns, left_out
from pages.parts.sync.desk import Desk, desk
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import t

MEGABYTES = 200  # as in .streamlit/config.toml
TYPES = ["csv", "txt", "tsv", "xlsx", "xls", "xlsb", "ods", "html", "htm", "mht", "xml", "zip"]


def side_name(side: str) -> str:
    """A portal, as the title of its list."""
    return {"provincial": t("Provincial portal"), "national": t("National portal")}[side]


def show() -> None:
    """The two lists, the button, and what was found."""
    try:
        found = desk()
    except OSError as error:
        sync_desk.LOG.warning(sync_desk.NO_FOLDER, error)
        st.error(text.problem(Problem("lists", None, None, None, NO_ROOM)), icon=":material/error:")
        return
    _open_waiting(found)
    if found.matched is not None and found.version != session.case().dataset.version:
        found.clear()  # the units of another dataset
    done = found.matched is not None
    if not done:
        headline.show(t("Which dossiers did not arrive on the national portal?"))
        st.markdown(
            t(
                "Export the list of dossiers of each portal and upload both. They are matched by "
                "dossier number; no row is dropped: what can't be read is counted and listed."
            )
        )
    if found.lost:
        st.warning(
            t(
                "The lists are no longer on the server: the connection was lost for a minute or "
                "more, or its folder was cleaned. Please upload them again."
            ),
            icon=":material/folder_off:",
        )
    elif found.is_back and not done:
        st.info(
            t(
                "The process of the server that had your lists has ended; they are here again. "
                "Look whether the columns are right, and match them anew."
            ),
            icon=":material/settings_backup_restore:",
        )
    elif earlier_visit() and not found.files:
        st.info(t(CHOOSE_AGAIN), icon=":material/upload_file:")
    with st.expander(t("The two lists"), expanded=not done, icon=":material/upload_file:"):
        sides = []
        for side, column in zip(SIDES, st.columns(2, gap="medium"), strict=True):
            with column.container(border=True, height="stretch"):
                sides.append(_side(found, side))
        _run(found, [side for side in sides if side is not None])
        st.caption(
            t(
                "The lists stay on this server, in a folder of this visit. They are deleted with "
                "the button, or about a minute after this page is closed."
            )
        )
    if found.matched is not None:
        ready = [side for side in sides if side is not None]
        said = sync_choices.show(found, found.matched)
        if said and len(ready) == len(SIDES):
            _match(found, ready)
        sync_found.show(found.matched)
        if sync_names.show(found, found.matched) and len(ready) == len(SIDES):
            _match(found, ready)


def _open_waiting(found: Desk) -> None:
    if not found.waiting:
        return
    waiting = [upload.name for uploads in found.waiting.values() for upload in uploads]
    names = t("Opening {names}", names=text.escape(shorten(", ".join(waiting), 200)))
    bar = st.progress(0.0, names)

    def opening(done: float, stage: str) -> None:
        bar.progress(min(1.0, done), names)

    found.open(opening)
    bar.empty()


def _side(found: Desk, side: str) -> Parts | None:
    """One list: its uploader, or how it is read; None while something is missing."""
    st.markdown(f"**{side_name(side)}**")
    for problem in found.problems.get(side, ()):
        st.error(text.problem(problem), icon=":material/error:")
    if side not in found.lists:
        key = found.key(side, "upload")
        st.file_uploader(
            t("Lists of dossiers: CSV, Excel, or a zip of them"),
            type=TYPES,
            accept_multiple_files=True,
            max_upload_size=MEGABYTES,
            key=key,
            on_change=sync_desk.take,
            args=(side, key),
        )
        return None
    opened = found.lists[side]
    left, right = st.columns([4, 1], vertical_alignment="center")
    rows = text.number(sum(one.rows_estimate for one in opened.lists), 0)
    counted = all(one.sheet is not None for one in opened.lists)
    about = t("{rows} rows", rows=rows) if counted else t("about {rows} rows", rows=rows)
    names = shorten(", ".join(one.name for one in opened.lists), 120)
    left.markdown(f"{text.escape(names)} · {about}")
    right.button(
        "",
        key=found.key(side, "remove"),
        icon=":material/delete:",
        help=t("Remove this list"),
        type="tertiary",
        on_click=found.remove,
        args=(side,),
    )
    return choose_columns(found, side, opened)


def _run(found: Desk, sides: list[Parts]) -> None:
    """The buttons; matching with its progress."""
    left, right = st.columns([1, 1])
    go = left.button(
        t("Match the lists"),
        icon=":material/join_inner:",
        type="primary",
        disabled=len(sides) < len(SIDES),
        key="match",
        width="stretch",
    )
    right.button(
        t("Delete lists and result"),
        icon=":material/delete_sweep:",
        disabled=not (found.lists or found.matched),
        on_click=sync_desk.clean,
        key="clean",
        width="stretch",
    )
    if go:
        _match(found, sides)


def _match(found: Desk, sides: list[Parts]) -> None:
    dataset = session.case().dataset
    found.clear()
    found.lost = False
    bar = st.progress(0.0, t("Waiting for another matching to end"))

    def matching(done: float, stage: str) -> None:
        bar.progress(min(1.0, done), _stage(stage))

    try:
        with _turn():
            said = sync_names.aliases(found)
            found.matched = match(
                sides[0],
                sides[1],
                dataset.units,
                found.path,
                matching,
                said,
                sync_choices.chosen(found),
                [
                    name
                    for side, parts in zip(SIDES, sides, strict=True)
                    for name in left_out(found.lists[side], parts)
                ],
            )
            found.version = dataset.version
    except DataError as error:
        bar.empty()
        for problem in error.problems:
            st.error(text.problem(problem), icon=":material/error:")
        return
    st.rerun()


def _stage(stage: str) -> str:
    return {
        "read_provincial": t("Reading the list of the provincial portal"),
        "read_national": t("Reading the list of the national portal"),
        "match": t("Matching by dossier number"),
        "count": t("Counting by unit"),
    }[stage]


@st.cache_resource(show_spinner=False)
def _lock() -> threading.Lock:
    return threading.Lock()


@contextmanager
def _turn() -> Iterator[None]:
    """One matching at a time on this server: each may take several hundred MB."""
    lock = _lock()
    while not lock.acquire(timeout=0.5):
        st.empty()  # lets a viewer who leaves stop waiting
    try:
        yield
    finally:
        lock.release()
