"""Method: the rules, the model in plain words, what is estimated, and how good it proved."""

import streamlit as st

from pages.parts import method_tables, rule_edits, session, tables, text
from pages.parts.method_text import MODEL
from pages.parts.text import t

st.title(t("Method"))
st.markdown(f"#### {text.escape(method_tables.summary())}")

rules_tab, model_tab, estimates_tab, sources_tab, backtest_tab = st.tabs(
    [t("Rules"), t("Model"), t("Estimates"), t("Contradictions"), t("Backtests")]
)
with rules_tab:
    st.caption(t("One row a component. How sure a target is stands in its own column."))
    tables.show(method_tables.rules(), key="rules", height=780)
    st.subheader(t("What if the portal scored otherwise?"))
    rule_edits.show()
with model_tab:
    for title, body in MODEL:
        st.subheader(t(title))
        st.markdown(t(body))
with estimates_tab:
    method_tables.show_estimates()
with sources_tab:
    method_tables.show_contradictions()
with backtest_tab:
    method_tables.show_backtests()
tables.sources(sorted(set(session.case().dataset.observations["source"])))
