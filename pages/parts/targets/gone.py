"""A draft that is not wanted any more: taken off the list of kept plans, and brought back."""

from functools import partial

import streamlit as st

from core.store import versions
from core.store.checks import StoreError
from core.store.rows import A_PLAN, Version
from pages.parts.state import links, rights, session
from pages.parts.state import plans as work
from pages.parts.state.kept import autosave
from pages.parts.widgets import folded
from pages.parts.words import clock, text
from pages.parts.words.text import t

LISTED = 50
_JUST = "plan-just-deleted"


def show_button(past: work.Work) -> None:
    """For a kept draft; what is issued stays, and what waits for approval is locked."""
    if past.kept is None or past.now.state != "draft":
        return
    why = rights.off("delete", past.now.dataset)
    form = partial(_form, past.kept)
    folded.door(t("Delete…"), "plan-gone", form, why, is_typed_in=True, icon=":material/delete:")


def _form(kept: Version) -> None:
    st.caption(
        t(
            "“{name}” goes off the list of kept plans. It stays on the screen as a plan that is "
            "not saved, and can be brought back.",
            name=text.escape(kept.name),
        )
    )
    author = _signature("delete-author")
    if st.button(t("Delete this plan"), type="primary", key="plan-delete"):
        try:
            st.session_state[_JUST] = work.delete(author)
        except StoreError as error:
            st.error(links.sentence(error))
            return
        st.rerun()


def show_undo() -> None:
    """Right after a deletion: the way back."""
    gone: Version | None = st.session_state.get(_JUST)
    if gone is None or gone.dataset_id != session.case().dataset.id:
        return
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    left.success(t("“{name}” was deleted.", name=text.escape(gone.name)), icon=":material/delete:")
    right.button(
        t("Undo the deletion"),
        key="plan-undo-delete",
        on_click=_bring_back,
        args=(gone.scenario_id, gone.author),
        width="stretch",
    )


def show_deleted() -> None:
    """The deleted plans for these data, where there are any; one brought back is opened."""
    case = session.case()
    try:
        found = versions.find(
            autosave.store(), dataset_id=case.dataset.id, deleted=True, limit=LISTED, what=A_PLAN
        ).items
    except StoreError:  # said above, by the list of those that are kept
        return
    if not found:
        return
    by_id = {version.scenario_id: version for version in found}
    chosen = st.selectbox(
        t("Deleted plans"),
        list(by_id),
        index=None,
        key="plan-deleted",
        format_func=lambda key: _named(by_id[key]) if key in by_id else str(key),
        placeholder=t("Choose a plan"),
    )
    if chosen:
        why = rights.off("restore", case.dataset.id)
        author = _signature("restore-author")
        st.button(
            t("Bring back"),
            key="plan-restore",
            on_click=_bring_back,
            args=(chosen, author),
            disabled=bool(why),
            help=why,
            width="stretch",
        )


def _named(version: Version) -> str:
    return f"{version.name} · {version.author} · {clock.moment(version.saved_at)}"


def _signature(key: str) -> str:
    return st.text_input(
        t("Your name"), session.author(), key=key, max_chars=80, disabled=rights.is_guarded()
    )


def _bring_back(plan_id: str, author: str) -> None:
    st.session_state.pop(_JUST, None)
    try:
        work.bring_back(plan_id, author)
    except StoreError as error:
        session.tell(links.sentence(error))
