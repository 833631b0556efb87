"""The roles of one account: what it has, one more, and one less."""

from functools import partial

import streamlit as st

from core.store.office import accounts
from core.store.office.accounts import Account
from core.store.office.deeds import EDITOR
from pages.parts.admin import doing
from pages.parts.state.cases import seen
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.names import unit_names
from pages.parts.words.text import t


def said(one: Account) -> list[str]:
    """Each role with its dataset; plain text."""
    return [_said(one, dataset) for dataset in sorted(one.grants)]


def _said(one: Account, dataset: str) -> str:
    grant = one.grants[dataset]
    words = f"{doing.role_names()[grant.role]}, {doing.place_name(dataset)}"
    if grant.units is None:
        return words
    case = seen.cases().get(dataset)
    names = unit_names(case.dataset) if case else {}
    return f"{words}: " + ", ".join(names.get(unit, unit) for unit in sorted(grant.units))


def show(one: Account) -> None:
    """What it has, each with a button that takes it away, and the way to give one."""
    for dataset in sorted(one.grants):
        left, right = st.columns([5, 2], vertical_alignment="center")
        left.markdown(text.escape(_said(one, dataset)))
        take = partial(accounts.set_role, subject=one.subject, role=None, dataset_id=dataset)
        right.button(
            t("Take the role away"),
            key=f"take-{one.subject}-{dataset}",
            on_click=doing.do,
            args=(take, t("Role taken away.")),
            width="stretch",
        )
    if not one.grants:
        st.caption(t("Without a role they see nothing."))
    places, kinds = st.columns(2)
    dataset = pick.one(places, t("Dataset"), doing.datasets(), f"role-place-{one.subject}")
    role = pick.one(kinds, t("Role"), doing.role_names(), f"role-kind-{one.subject}")
    units = None
    if role == EDITOR and dataset in seen.cases():
        names = unit_names(seen.cases()[dataset].dataset)
        about = t("Only rows of these units; none chosen: all units")
        units = pick.several(st.container(), about, names, f"role-units-{one.subject}") or None
    give = partial(
        accounts.set_role, subject=one.subject, role=role, dataset_id=dataset, units=units
    )
    st.button(
        t("Give the role"),
        key=f"give-{one.subject}",
        on_click=doing.do,
        args=(give, t("Role given.")),
        help=t("In the place of the role that the account has there."),
    )
