"""What waits for the viewer: plans to approve, and plans that came back with a comment."""

import streamlit as st

from core.store import plans as store
from core.store import versions
from core.store.checks import StoreError
from core.store.rows import A_PLAN, Version
from pages.parts.state import links, rights
from pages.parts.state.kept import storage
from pages.parts.words import clock, text
from pages.parts.words.text import t

PLAN = "p"  # where the address names a kept plan


def show() -> None:
    """A line for each plan, with the way to it; nothing where nothing waits or nobody signs in."""
    if not rights.is_guarded():
        return
    try:
        db, me = storage.store(), rights.subject()
        submitted = [one for one in store.plans_in(db, "submit") if one.subject != me]
        approve = [one for one in submitted if rights.may("issue", one.dataset_id)]
        returned = [
            one for one in store.plans_in(db, "return") if _submitter(one) == rights.subject()
        ]
    except StoreError as error:
        st.error(links.sentence(error), icon=":material/error:")
        return
    for version in approve:
        _line(
            version,
            t(
                "Waits for your approval: “{name}” (submitted by {author}, {when})",
                name=text.escape(version.name),
                author=text.escape(version.author),
                when=clock.moment(version.saved_at),
            ),
        )
    for version in returned:
        _line(
            version,
            t(
                "Came back to you: “{name}” (returned by {author}, {when}): {comment}",
                name=text.escape(version.name),
                author=text.escape(version.author),
                when=clock.moment(version.saved_at),
                comment=text.escape(" ".join(version.note.split())),
            ),
        )


def _submitter(version: Version) -> str:
    """Who had submitted what was returned."""
    before = versions.history(storage.store(), version.scenario_id, A_PLAN)
    return next((one.subject for one in before if one.kind == "submit"), "")


def _line(version: Version, words: str) -> None:
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    left.info(words, icon=":material/pending_actions:")
    if right.button(t("Open"), key=f"waiting-{version.scenario_id}", width="stretch"):
        asked = st.query_params.to_dict() | {PLAN: version.scenario_id}
        st.switch_page("targets.py", query_params=asked)
