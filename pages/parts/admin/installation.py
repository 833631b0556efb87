"""How the server is: how people sign in, which store it has, and who is here."""

import pandas as pd
import streamlit as st

from core.store.checks import StoreError
from core.store.operation.about import about_store
from core.store.operation.ready import why_not_ready
from pages.parts.server import watched
from pages.parts.state.kept import storage
from pages.parts.state.who import how
from pages.parts.widgets import headline, paper
from pages.parts.words import text
from pages.parts.words.text import later, t


def warn() -> None:
    """What an administrator must see whatever they came for."""
    if storage.for_all().share:
        st.warning(
            t(
                "The store is a file on a network share, where it may be damaged as soon as two "
                "computers use it. Put it on a disk of the server, or use PostgreSQL."
            ),
            icon=":material/warning:",
        )


def show() -> None:
    """The installation as a table of what and how."""
    db = storage.store()
    about, why = about_store(db), _why_not()
    headline.show(
        t("The store is ready.") if why is None else t("The store is not ready: {why}.", why=why)
    )
    rows = {
        t("How people sign in"): t(MODE_NAMES[how().mode]),
        t("Store"): f"{about.kind} {about.version}",
        t("Where it is"): about.shown,
        t("On a network share"): about.share or t("no"),
        t("Version of its tables"): about.tables,
        t("People signed in"): text.number(about.signed_in, 0),
        t("Rows of the trace"): text.number(about.traced, 0),
        t("Visits on this process"): text.number(watched.visits(), 0),
        t("Uploaded files in memory, MB"): text.number(watched.held_bytes() / 1e6, 1),
    }
    table = pd.DataFrame({t("What"): list(rows), t("State"): list(rows.values())})
    st.dataframe(table, hide_index=True, key="installation")
    paper.show(table)
    st.caption(t("More figures are at /metrics, for the addresses that may ask."))


def _why_not() -> str | None:
    try:
        return why_not_ready(storage.for_all())
    except StoreError as error:
        return error.code


MODE_NAMES = {
    "none": later("nobody signs in"),
    "accounts": later("accounts of this program"),
    "oidc": later("OpenID Connect"),
    "proxy": later("the proxy in front signs people in"),
}
