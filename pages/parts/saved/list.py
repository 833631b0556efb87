"""The saved scenarios: open, copy, rename, delete and bring back; who saved what and when."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from core.store import versions as store
from core.store.checks import NAME_LENGTH, StoreError
from core.store.database import Store
from core.store.rows import Version
from pages.parts.saved.save import event
from pages.parts.state import edits, links, rights, session
from pages.parts.state.cases import seen
from pages.parts.state.kept import autosave
from pages.parts.state.links import Refusal
from pages.parts.widgets import signature
from pages.parts.widgets.folded import door, fold
from pages.parts.words import clock, text
from pages.parts.words.text import t

SHOWN = 20


def show(deleted: bool = False) -> None:
    """The list, newest first, with a search by name; or the deleted ones."""
    try:
        db = autosave.store()
        signature, left, right = st.columns([3, 4, 3], vertical_alignment="bottom")
        with signature:
            _signature()
        search = left.text_input(t("Search by name"), key=f"search-{deleted}")
        only = right.toggle(t("Only for the data shown"), key=f"only-{deleted}")
        dataset = session.case().dataset.id if only else None
        limit = st.session_state.setdefault("saved_shown", SHOWN)
        page = store.find(db, dataset_id=dataset, search=search, deleted=deleted, limit=limit)
        if not page.items:
            st.info(_empty(deleted, search, only), icon=":material/folder_open:")
        for version in page.items:
            _deleted_row(version) if deleted else _row(db, version)
    except StoreError as error:
        st.error(links.sentence(error), icon=":material/error:")
        return
    if page.total > len(page.items):
        left_out = page.total - len(page.items)
        st.button(t("Show {count} more", count=min(SHOWN, left_out)), on_click=_show_more)


def _empty(deleted: bool, search: str, only: bool) -> str:
    """Why the list is empty, and what would come to stand in it."""
    if search:
        return t("No name has these letters.")
    if deleted:
        return t("Nothing is deleted.")
    if only:
        return t("Nothing is saved for the data shown.")
    return t(
        "Build a scenario in Simulate, then press “Save” on the left: it stands here with all its "
        "versions, and everybody who works with this server can open it."
    )


def _signature() -> None:
    """Who signs: every rename, copy, deletion and return is written down with a name."""
    st.session_state.signature = session.author()
    signature.ask(
        "",  # the session's name stands under the key
        "signature",
        rights.is_guarded(),
        help=t("It stands beside everything you save, rename, copy or delete."),
        on_change=lambda: session.sign(st.session_state.signature),
    )


def show_undo() -> None:
    """Right after a deletion: the way back."""
    gone: Version | None = st.session_state.get("just_deleted")
    if gone is None:
        return
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    left.success(t("“{name}” was deleted.", name=text.escape(gone.name)), icon=":material/delete:")
    right.button(
        t("Undo the deletion"), on_click=_restore, args=(gone.scenario_id, None), width="stretch"
    )


def _row(db: Store, version: Version) -> None:
    scenario_id = version.scenario_id
    with st.container(border=True, key=f"saved-{scenario_id}"):
        left, middle, right = st.columns([6, 1.3, 1.6], vertical_alignment="center")
        left.markdown(f"**{text.escape(version.name)}**")
        left.caption(text.escape(f"{_dataset(version)} · {event(version)}"))
        middle.button(
            t("Open"), key=f"open-{scenario_id}", on_click=_open, args=(scenario_id, None),
            width="stretch",
        )  # fmt: skip
        with right:
            draw = partial(_more, version)
            door(t("More"), f"more-{scenario_id}", draw, is_typed_in=True, width="stretch")
        if inner := fold(t("History"), f"history-{scenario_id}"):
            with inner:
                _history(db, scenario_id)


def _dataset(version: Version) -> str:
    found = seen.cases().get(version.dataset_id)
    return seen.name_of(found) if found else t("data that are not here")


def _more(version: Version) -> None:
    """Rename, copy, delete; each needs a name to sign with."""
    scenario_id, unsigned = version.scenario_id, not session.author()
    if not rights.may("rename", version.dataset_id):
        st.caption(rights.why_not("rename"))
        unsigned = True
    elif unsigned:
        st.caption(t("Write your name at the top of the page first."))
    key = f"name-{scenario_id}-{version.number}"
    st.text_input(t("New name"), value=version.name, key=key, max_chars=NAME_LENGTH)
    actions: dict[str, tuple[str, str, Callable[..., None], tuple[str, ...]]] = {
        "rename": (t("Rename"), ":material/edit:", _rename, (scenario_id, key)),
        "copy": (t("Copy"), ":material/content_copy:", _copy, (scenario_id,)),
        "delete": (t("Delete"), ":material/delete:", _delete, (scenario_id,)),
    }
    for name, (label, icon, action, args) in actions.items():
        st.button(
            label, key=f"{name}-{scenario_id}", icon=icon, disabled=unsigned, on_click=action,
            args=args, width="stretch",
        )  # fmt: skip


def _history(db: Store, scenario_id: str) -> None:
    """All versions of a scenario, newest first, each with its way back."""
    versions = store.history(db, scenario_id)
    for version in versions:
        left, middle, right = st.columns([6, 1.3, 1.6], vertical_alignment="center")
        left.markdown(text.escape(f"{event(version)} ({version.name})"))
        args = (scenario_id, version.number)
        key = f"{scenario_id}-{version.number}"
        if version.kind != "delete":
            middle.button(t("Open"), key=f"open-{key}", on_click=_open, args=args, width="stretch")
        if version.kind != "delete" and version != versions[0]:
            right.button(
                t("Make it the newest"), key=f"back-{key}", on_click=_restore, args=args,
                disabled=not _may_bring_back(version), width="stretch",
                help=rights.off("restore", version.dataset_id),
            )  # fmt: skip


def _may_bring_back(version: Version) -> bool:
    return bool(session.author()) and rights.may("restore", version.dataset_id)


def _deleted_row(version: Version) -> None:
    with st.container(border=True):
        left, right = st.columns([6, 1.6], vertical_alignment="center")
        left.markdown(f"**{text.escape(version.name)}**")
        left.caption(text.escape(f"{_dataset(version)} · {event(version)}"))
        right.button(
            t("Bring back"), key=f"restore-{version.scenario_id}", on_click=_restore,
            args=(version.scenario_id, None), disabled=not _may_bring_back(version),
            width="stretch", help=rights.off("restore", version.dataset_id),
        )  # fmt: skip


def _show_more() -> None:
    st.session_state.saved_shown += SHOWN


# --- what the buttons do -------------------------------------------------------------------------


def _open(scenario_id: str, number: int | None) -> None:
    try:
        opened = links.open_version(scenario_id, number, seen.cases())
    except Refusal as refusal:
        session.tell(str(refusal))
        return
    edits.open_scenario(opened)
    name = text.escape(opened.origin.name if opened.origin else "")
    st.toast(t("Opened “{name}”", name=name), icon=":material/check:")


def _rename(scenario_id: str, key: str) -> None:
    name = str(st.session_state[key])
    _try(lambda db: store.rename(db, scenario_id, name, author=session.author()))


def _copy(scenario_id: str) -> None:
    copied = _try(lambda db: store.copy(db, scenario_id, author=session.author()))
    if copied:
        words = t("Copied as “{name}”.", name=copied.name)
        st.toast(text.escape(words), icon=":material/content_copy:")


def _delete(scenario_id: str) -> None:
    deleted = _try(lambda db: store.delete(db, scenario_id, author=session.author()))
    if deleted:
        st.session_state.just_deleted = deleted
        origin = session.history().origin
        if origin and origin.scenario_id == scenario_id:
            edits.based_on(None)


def _restore(scenario_id: str, number: int | None) -> None:
    _try(lambda db: store.restore(db, scenario_id, author=session.author(), number=number))


def _try(action: Callable[[Store], Version]) -> Version | None:
    """Do it, or say why not. What follows from it for the scenario on the screen is followed."""
    st.session_state.just_deleted = None
    try:
        done = action(autosave.store())
    except StoreError as error:
        session.tell(links.sentence(error))
        return None
    origin = session.history().origin
    next_one = origin and (origin.scenario_id, origin.number + 1)
    if origin and done.kind == "rename" and next_one == (done.scenario_id, done.number):
        # by this very viewer: no conflict at the next save
        edits.based_on(replace(origin, number=done.number, name=done.name))
    return done


def summary() -> str:
    """The page's answer in one sentence; plain text."""
    try:
        page = store.find(autosave.store(), limit=1)
    except StoreError:
        return t("The store can not be opened, so nothing is saved.")
    last, count = page.items, page.total
    if not last:
        return t("No scenario is saved yet.")
    return t(
        "{count} scenarios are saved; the last one is “{name}”, by {author}, {when}.",
        count=text.number(count, 0),
        name=last[0].name,
        author=last[0].author,
        when=clock.moment(last[0].saved_at),
    )
