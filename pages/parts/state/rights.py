"""What the viewer may do, read from the store at every run; and what is shown to whom has no part.

Pages ask here to hide or switch off what would be refused; it is the store that refuses.
"""

import time
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.store.checks import StoreError
from core.store.database import Store
from core.store.office.accounts import account_grants
from core.store.office.audit import write_audit
from core.store.office.deeds import EVERY_DATASET, NEEDS, OPEN_ACTOR, Grant
from core.store.office.gate import account_name, grant_on, must_be_allowed
from core.store.office.leave import Hand
from core.store.office.modes import BY_ACCOUNT, BY_OPENID
from pages.parts.state.door import callers, visits
from pages.parts.state.door.paths import BASE, SIGN_IN
from pages.parts.state.kept import autosave
from pages.parts.state.who import actor, how, who
from pages.parts.words import text
from pages.parts.words.text import later, t

_KEY = "rights"
AGAIN_SECONDS = 10  # while the store is away: how often somebody before a closed door asks it
TRUSTED_SECONDS = 600  # while the store is away: how long what it said last is believed


@dataclass(frozen=True)
class Rights:
    """Who the viewer is and may do; `at`: when the store said so."""

    subject: str
    name: str
    grants: dict[str, Grant] = field(default_factory=dict)
    at: float = 0.0


# What the session holds, as its run found it: asked for hundreds of times a run, and the session's
# state is slow to ask.
_RUN: ContextVar[Rights | None] = ContextVar("rights", default=None)
RUN_STATE: ContextVar[Any] = ContextVar("state", default=None)  # of `session`, gone with the rights


def _forget() -> None:
    """Nothing of who was here before stays in the session."""
    st.session_state.clear()
    _RUN.set(None)
    RUN_STATE.set(None)


def begin() -> None:
    """At the start of every run: know the viewer, or show the door and nothing else."""
    if how().is_open:
        return
    found, context = who(), get_script_run_ctx(suppress_warning=True)
    held: Rights | None = st.session_state.get(_KEY)
    if held is not None and (found is None or held.subject != found.subject):
        _forget()  # what is here is another's
        held = None
    if found is None:
        _show_door(t("Sign in to go on."))
    assert found is not None
    try:
        if not callers.still_in(found.subject):
            if callers.is_unheard_of():
                _ask_again(partial(callers.still_in, found.subject))
                _show_door(
                    t(
                        "The file of the store was removed or replaced, so nobody is known here. "
                        "What you did stays in this tab, and is kept when the file is brought "
                        "back: leave the tab open, and do not reload it."
                    )
                )
            _show_door(t("Your sign-in has ended. What you did is kept: sign in to go on."))
        name, grants = account_grants(autosave.store())
    except StoreError as error:
        if error.code == "not_signed_in":
            _show_door(t("Your account is disabled."))
        if held is None or time.monotonic() - held.at > TRUSTED_SECONDS:
            _ask_again(lambda: callers.still_in(found.subject) or True)  # whatever it answers
            _show_door(t("The store does not answer, so nobody can sign in: try again."))
        return
    if context is not None:
        visits.belongs(context.session_id, found.subject)
    st.session_state[_KEY] = Rights(found.subject, name, grants, time.monotonic())
    _RUN.set(st.session_state[_KEY])
    if not grants:
        if "state" in st.session_state:  # there is work, and the store may be another one
            _ask_again(lambda: account_grants(autosave.store())[1])
        _show_door(
            t(
                "You are signed in as {name}, but have no role yet. Whoever runs this server can "
                "give you one; your account is called {subject}.",
                name=text.escape(name),
                subject=text.escape(found.subject),
            )
        )


@st.fragment(run_every=AGAIN_SECONDS)
def _ask_again(is_over: Callable[[], object]) -> None:
    """Behind a door that the store has closed, away or another one: it opens by itself, and work of
    the tab is kept."""
    try:
        opens = is_over()
    except StoreError:
        return
    if opens:
        st.rerun()


def _show_door(why: str) -> None:
    st.title(t("Sign in"))
    st.info(why, icon=":material/lock:")
    if how().mode == BY_OPENID:
        st.button(t("Sign in"), type="primary", key="sign-in", on_click=st.login)
    elif how().mode == BY_ACCOUNT:
        asked = urlencode(st.query_params.to_dict())
        back = urlencode({"next": BASE + (f"?{asked}" if asked else "")})
        st.link_button(t("Sign in"), f"{SIGN_IN}?{back}", type="primary")
    st.stop()


def show_who() -> None:
    """In the sidebar: who is signed in, and the way out."""
    if how().is_open:
        return
    held = _rights()
    roles = sorted({t(ROLE_NAMES[grant.role]) for grant in held.grants.values()})
    st.caption(
        t("Signed in: **{name}** ({roles})", name=text.escape(held.name), roles=", ".join(roles))
    )
    if how().mode in (BY_ACCOUNT, BY_OPENID):
        st.button(t("Sign out"), key="sign-out", icon=":material/logout:", on_click=_sign_out)


def _sign_out() -> None:
    try:
        callers.end_here()
    except StoreError:
        st.toast(t("The store does not answer. Try again."))
        return
    _forget()
    if how().mode == BY_OPENID:
        st.logout()


def _rights() -> Rights:
    found: Rights = _RUN.get() or st.session_state.get(_KEY) or Rights("", "")
    return found


def is_guarded() -> bool:
    """Whether people sign in here: then everybody signs with their own name."""
    return not how().is_open


def name() -> str:
    """What the viewer is called; empty where nobody signs in."""
    return _rights().name


def subject() -> str:
    """The viewer's subject; empty where nobody signs in."""
    return _rights().subject


def sees(dataset_id: str) -> bool:
    """Whether a dataset is shown to the viewer; the server itself sees all."""
    if how().is_open or get_script_run_ctx(suppress_warning=True) is None:
        return True
    return grant_on(_rights().grants, dataset_id) is not None


def may(deed: str, dataset_id: str, touched: Collection[str] | None = None) -> bool:
    """Whether the viewer may do something on a dataset; `touched`: units, None for all of it.

    An editor of own units may begin what only concerns some; the store looks at which.
    """
    if how().is_open:
        return True
    grant = grant_on(_rights().grants, dataset_id)
    if grant is None:
        return False
    return Grant(grant.role).may(deed) if touched is None else grant.may(deed, touched)


def leads() -> bool:
    """Whether the viewer is an administrator of everything; where nobody signs in, nobody is."""
    grant = _rights().grants.get(EVERY_DATASET)
    return is_guarded() and grant is not None and grant.may("people")


def why_not(deed: str) -> str:
    """Why something is switched off, in a sentence; plain text."""
    return t("Your role does not allow this: it takes {role}.", role=t(ROLE_NAMES[NEEDS[deed]]))


def off(deed: str, dataset_id: str) -> str | None:
    """`why_not` where the viewer may not; None where they may: for the help of a control."""
    return None if may(deed, dataset_id) else why_not(deed)


def hand() -> Hand:
    """In whose hand files of datasets are changed. Raises StoreError where people sign in and the
    store does not say who may."""
    try:
        return autosave.store()
    except StoreError:
        if is_guarded():
            raise
        return OPEN_ACTOR


def traced(write: Callable[[], bytes], target: str) -> Callable[[], bytes]:
    """A file that is taken away, which the trace is told of; where that fails there is no file."""
    if not is_guarded():
        return write
    # known while the page is drawn; the file is asked for later, when a role may be gone
    hand, state = actor(), st.session_state.get("state")
    dataset = state.dataset if state is not None else None

    def written() -> bytes:
        content = write()
        _note_download(autosave.opened().held_by(hand), target, dataset)
        return content

    return written


def _note_download(db: Store, target: str, dataset: str | None) -> None:
    with db.transaction(write=True) as connection:
        if dataset is None:
            account_name(connection, db.actor)
        else:
            must_be_allowed(connection, db.actor, "download", dataset)
        write_audit(connection, db.now(), db.actor.subject, "download", target)


ROLE_NAMES = {
    "viewer": later("viewer"),
    "editor": later("editor"),
    "approver": later("approver"),
    "admin": later("administrator"),
}
