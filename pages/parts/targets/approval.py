"""A plan on its way: submitted, returned with a comment or approved; its history."""

from collections.abc import Callable

import streamlit as st

from core.documents.approval import ApprovalStep
from core.store.checks import StoreError
from core.store.rows import Version
from pages.parts.state import links, rights, session
from pages.parts.state.plans import at_hand, deeds
from pages.parts.widgets import folded
from pages.parts.words import clock, text
from pages.parts.words.text import t


def show() -> None:
    """The doors of the plan's row, as its state and the viewer's role have them."""
    past = at_hand.work()
    if past.now.state == "draft":
        _door(t("Submit for approval"), ":material/send:", "submit", _submit_form)
    elif past.now.state == "submitted":
        mine = past.kept is not None and past.kept.subject == rights.subject()
        why = t("You submitted this plan yourself: somebody else approves it.") if mine else ""
        _door(t("Approve and issue"), ":material/verified:", "issue", _approve_form, why)
        _door(t("Return"), ":material/undo:", "return", _return_form)


def _door(label: str, icon: str, deed: str, draw: Callable[[], None], why: str = "") -> None:
    why = why or ("" if session.may(deed) else rights.why_not(deed))
    folded.door(label, f"plan-{deed}", draw, why, is_typed_in=True, icon=icon)


def _submit_form() -> None:
    past = at_hand.work()
    if not past.is_saved:
        st.info(t("Save the plan first: what is submitted is what everybody can open."))
        return
    if not past.now.targets:
        st.info(t("A plan without targets can not be submitted."))
        return
    st.caption(t("A plan that waits for approval is locked until it is issued or returned."))
    note = st.text_area(t("Note"), key="submit-note", height=90, max_chars=2000)
    if st.button(t("Submit this plan"), type="primary", key="plan-submit"):
        _do(lambda: deeds.submit(note))


def _approve_form() -> None:
    past = at_hand.work()
    if past.kept is not None:
        st.caption(
            t(
                "Submitted by {author}, {when}.",
                author=text.escape(past.kept.author),
                when=clock.moment(past.kept.saved_at),
            )
        )
        if past.kept.note:
            st.markdown(text.escape(past.kept.note))
    st.caption(t("An issued plan stays as it is for good; changes are then a new draft."))
    if st.button(t("Approve and issue this plan"), type="primary", key="plan-approve"):
        _do(lambda: deeds.issue(session.author()))


def _return_form() -> None:
    comment = st.text_area(
        t("What has to be changed"), key="return-note", height=110, max_chars=2000
    )
    pressed = st.button(
        t("Return this plan"), type="primary", key="plan-return", disabled=not comment.strip()
    )
    if pressed:
        _do(lambda: deeds.give_back(comment))


def _do(step: Callable[[], None]) -> None:
    try:
        step()
    except StoreError as error:
        st.error(links.sentence(error))
        return
    st.rerun()


def show_history() -> None:
    """Every step of the kept plan: what, who, when, and what was said."""
    try:
        versions = deeds.history()
    except StoreError as error:
        st.error(links.sentence(error))
        return
    for version in versions:
        line = t(
            "version {number}, {kind} by {author} at {when}",
            number=version.number,
            kind=_kind(version.kind),
            author=version.author,
            when=clock.moment(version.saved_at),
        )
        note = f" – {' '.join(version.note.split())}" if version.note else ""
        st.markdown("- " + text.escape(line + note))


def _kind(kind: str) -> str:
    return {
        "save": t("saved"),
        "delete": t("deleted"),
        "restore": t("brought back"),
        "copy": t("copied"),
        "conflict": t("saved beside another's version"),
        "submit": t("submitted"),
        "return": t("returned"),
        "issue": t("issued"),
        "supersede": t("superseded"),
    }.get(kind, kind)


def steps() -> list[ApprovalStep]:
    """The steps for the foot of a document; none where the plan has changes that are not kept."""
    if not at_hand.work().is_saved:
        return []
    try:
        return [_step(version) for version in deeds.history()]
    except StoreError:
        return []


def _step(version: Version) -> ApprovalStep:
    return ApprovalStep(version.kind, version.author, clock.local(version.saved_at))
