"""Accounts: found by name, each with its roles, its last sign-in, and what can be changed of it."""

from functools import partial

import streamlit as st

from core.store.office import accounts
from core.store.office.accounts import Account
from core.text import fold as plain
from pages.parts.admin import doing, joining, left_work, roles
from pages.parts.state import rights
from pages.parts.state.kept import storage
from pages.parts.widgets import headline
from pages.parts.widgets.folded import fold
from pages.parts.words import clock, text
from pages.parts.words.text import t

SHOWN = 20


def show() -> None:
    """All accounts, and the ways to one more."""
    every = accounts.accounts(storage.store())
    headline.show(_summary(every))
    joining.show()
    left_work.show(every)
    search = st.text_input(t("Search by name"), key="people-search")
    found = [one for one in every if plain(search.strip()) in plain(f"{one.name} {one.subject}")]
    if not found:
        st.info(t("No account has these letters."), icon=":material/person_search:")
    limit = st.session_state.setdefault("people-shown", SHOWN)
    for one in found[:limit]:
        _row(one)
    if len(found) > limit:
        more = min(SHOWN, len(found) - limit)
        st.button(t("Show {count} more", count=more), key="people-more", on_click=_show_more)


def _show_more() -> None:
    st.session_state["people-shown"] += SHOWN


def _summary(every: tuple[Account, ...]) -> str:
    idle = sum(not one.grants for one in every if one.is_active)
    return t(
        "{count} accounts: {active} may sign in, {idle} of them without a role yet.",
        count=text.number(len(every), 0),
        active=text.number(sum(one.is_active for one in every), 0),
        idle=text.number(idle, 0),
    )


def _row(one: Account) -> None:
    with st.container(border=True, key=f"person-{one.subject}"):
        state = "" if one.is_active else " – " + t("disabled")
        st.markdown(f"**{text.escape(one.name)}**{state}")
        came = clock.moment(one.last_in) if one.last_in else t("never")
        held = "; ".join(roles.said(one)) or t("no role")
        last = t("last sign-in: {when}", when=came)
        st.caption(text.escape(f"{one.login or one.subject} · {held} · {last}"))
        if inner := fold(t("Change"), f"change-{one.subject}"):
            with inner:
                roles.show(one)
                joining.show_password(one)
                _show_switch(one)


def _show_switch(one: Account) -> None:
    is_oneself = one.subject == rights.subject()
    label = t("Disable the account") if one.is_active else t("Let in again")
    said = (
        t("{name}: disabled.", name=one.name)
        if one.is_active
        else t("{name}: may sign in.", name=one.name)
    )
    switch = partial(accounts.set_active, subject=one.subject, is_active=not one.is_active)
    st.button(
        label,
        key=f"switch-{one.subject}",
        icon=":material/block:" if one.is_active else ":material/check_circle:",
        on_click=doing.do,
        args=(switch, text.escape(said)),
        disabled=is_oneself,
        help=t("You can't disable your own account.") if is_oneself
        else t("It counts at once, in open tabs too."),
    )  # fmt: skip
