"""A local account more, and another password for one. What was typed is hashed by the store, and is
shown and kept nowhere else."""

import streamlit as st

from core.store.database import Store
from core.store.office import accounts
from core.store.office.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD, Account
from core.store.office.modes import BY_ACCOUNT
from pages.parts.admin import doing
from pages.parts.state import session
from pages.parts.state.who import how
from pages.parts.widgets.folded import fold
from pages.parts.words import text
from pages.parts.words.text import t

NONE = ""
NEW = ("new-login", "new-name", "new-password", "new-again")


def show() -> None:
    """Where people have accounts here: one more. Elsewhere they come by themselves."""
    if how().mode != BY_ACCOUNT:
        st.caption(t("Whoever signs in for the first time is listed here, and then needs a role."))
        return
    inner = fold(t("Add an account"), "add-account", icon=":material/person_add:")
    if not inner:
        return
    with inner, st.form("new-account", border=False, clear_on_submit=True):
        left, right = st.columns(2)
        left.text_input(
            t("Account"), key=NEW[0], max_chars=63, autocomplete="off",
            help=t("2 to 63 letters a-z, digits and . _ -"),
        )  # fmt: skip
        right.text_input(t("Name, as it stands beside their work"), key=NEW[1], max_chars=80)
        _passwords(NEW[2], NEW[3])
        left, right = st.columns(2)
        names = {NONE: t("no role")} | doing.role_names()
        left.selectbox(t("Role"), list(names), key="new-role", format_func=names.__getitem__)
        places = doing.datasets()
        right.selectbox(t("Dataset"), list(places), key="new-place", format_func=places.__getitem__)
        st.form_submit_button(t("Add the account"), type="primary", on_click=_add)


def _passwords(first: str, again: str) -> None:
    left, right = st.columns(2)
    about = t(
        "{least} to {most} characters",
        least=SHORTEST_PASSWORD,
        most=LONGEST_PASSWORD,
    )
    for where, label, key in (
        (left, t("Password"), first),
        (right, t("The password again"), again),
    ):
        where.text_input(
            label, key=key, type="password", autocomplete="new-password", placeholder=about
        )


def _add() -> None:
    login, name, password, again = doing.taken(NEW)
    role, place = st.session_state["new-role"], st.session_state["new-place"]
    if not login.strip() or not _same(password, again):
        return

    def add(db: Store) -> None:
        accounts.add_account(db, login, name, password, role or None, place)

    doing.do(add, text.escape(t("Account added: {name}", name=login)))


def _same(password: str, again: str) -> bool:
    if password != again:
        session.tell(t("The two passwords are not the same: nothing was changed."))
    return password == again


def show_password(one: Account) -> None:
    """Another password for a local account."""
    if how().mode != BY_ACCOUNT or not one.login:
        return
    keys = (f"password-{one.subject}", f"again-{one.subject}")
    with st.form(f"set-password-{one.subject}", border=False, clear_on_submit=True):
        _passwords(*keys)
        st.form_submit_button(
            t("Set the password"),
            on_click=_set_password,
            args=(one.login, keys),
            help=t("Every sign-in of the account ends. The password is not shown again."),
        )


def _set_password(login: str, keys: tuple[str, str]) -> None:
    password, again = doing.taken(keys)
    if (password or again) and _same(password, again):
        said = t("{name}: new password set; sign-ins have ended.", name=login)
        doing.do(lambda db: accounts.set_password(db, login, password), text.escape(said))
