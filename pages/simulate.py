"""Simulate: move levers on the left, see score, rank and units on the right."""

import streamlit as st

from core.simulate import TODAY
from pages.parts import session, strip, tables, text
from pages.parts.changes import show_changes, show_history
from pages.parts.figures import show_waterfall
from pages.parts.levers import choose_scope, show_levers
from pages.parts.names import component_name
from pages.parts.text import t

st.title(t("Simulate"))
outlooks = session.outlooks()
strip.show(outlooks)

left, right = st.columns([5, 7], gap="large")
with left:
    st.subheader(t("Levers"))
    scope = choose_scope()
    show_levers(scope, outlooks[TODAY].result.after)
with right:
    show_history()
    horizon = st.segmented_control(
        t("Show the effect"), list(outlooks), key="horizon", format_func=strip.horizon_name,
        default=TODAY, required=True, bind="query-params",
    )
    result = outlooks[horizon].result
    show_waterfall(result)
    st.subheader(t("What differs from the baseline"))
    show_changes()
    st.subheader(t("Units before and after"))
    rules = session.case().dataset.rules
    column = st.selectbox(
        t("Rate shown"), range(len(rules.components)), key="table_component",
        index=tables.default_column(), format_func=lambda c: component_name(rules, c),
    )
    tables.show_units(tables.unit_table(result, column), key="units")
    st.caption(tables.legend())
