"""Method: the rules, the model in plain words, what is estimated, and how good it proved."""

import streamlit as st

from pages.parts.method import register, rule_edits
from pages.parts.method import tables as method_tables
from pages.parts.method.text import MODEL
from pages.parts.shared import tables
from pages.parts.state import session, views
from pages.parts.widgets import headline
from pages.parts.words.text import later, t

st.title(t("Method"))
headline.show(method_tables.summary())

VIEWS = {
    "rules": later("Rules"),
    "model": later("Model"),
    "estimates": later("Estimates"),
    "contradictions": later("Contradictions"),
    "backtests": later("Backtests"),
    "register": later("Register of forecasts"),
}
view = views.choose(
    t("Chapter"),
    VIEWS,
    "chapter",
    lambda name: t(VIEWS[name]),
)
if view == "rules":
    st.caption(t("One row a component. How sure a target is stands in its own column."))
    tables.show(method_tables.rules(), key="rules", height=780)
    st.subheader(t("What if the portal scored otherwise?"))
    rule_edits.show()
elif view == "model":
    for title, body in MODEL:
        st.subheader(t(title))
        st.markdown(t(body))
elif view == "estimates":
    method_tables.show_estimates()
    method_tables.show_priors()
elif view == "contradictions":
    method_tables.show_contradictions()
elif view == "register":
    register.show()
else:
    method_tables.show_backtests()
dataset = session.case().dataset
cited = set(dataset.observations["source"])
tables.sources(sorted(cited | set(dataset.priors["source"]) if view == "estimates" else cited))
