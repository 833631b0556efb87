"""A draft that is not wanted any more: taken off the list of kept plans, and brought back."""

from functools import partial

import streamlit as st

from core.store.checks import StoreError
from core.store.rows import Version
from pages.parts.state import links, rights, session
from pages.parts.state.plans import deeds, work
from pages.parts.widgets import folded, signature
from pages.parts.words import text
from pages.parts.words.text import t

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
    author = signature.ask(session.author(), "delete-author", rights.is_guarded())
    if st.button(t("Delete this plan"), type="primary", key="plan-delete"):
        try:
            st.session_state[_JUST] = deeds.delete(author)
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
        on_click=bring_back,
        args=(gone.scenario_id, gone.author),
        width="stretch",
    )


def bring_back(plan_id: str, author: str) -> None:
    """Undo a deletion; the plan is opened, or a sentence says why not."""
    st.session_state.pop(_JUST, None)
    try:
        deeds.bring_back(plan_id, author)
    except StoreError as error:
        session.tell(links.sentence(error))
