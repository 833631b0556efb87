"""Administration: who may come in and do what, what was done, and how the server is. Only for
administrators, which the store asks anew at each step."""

import streamlit as st

from core.store.checks import StoreError
from pages.parts.admin import doing, installation, log, people
from pages.parts.state import links, views
from pages.parts.words.text import later, t

PARTS = {
    "people": later("People and roles"),
    "trace": later("Trace"),
    "server": later("Server"),
}
SHOW = {"people": people.show, "trace": log.show, "server": installation.show}

st.title(t("Administration"))
doing.say()
try:
    installation.warn()
    part = views.choose(t("Part"), PARTS, "part", lambda name: t(PARTS[name]), bare=True)
    SHOW[part]()
except StoreError as error:
    st.error(links.sentence(error), icon=":material/error:")
