"""Simulate: move levers on the left, see score, rank and units on the right."""

import streamlit as st

from core.outlook.timeline import TODAY
from pages.parts.shared import less_counted, presets, strip, when
from pages.parts.shared.changes import show_changes
from pages.parts.shared.figures import show_path, show_waterfall
from pages.parts.shared.tables import show_unit_table
from pages.parts.simulate import assumptions, last_change, neighbours
from pages.parts.simulate.levers import show_levers
from pages.parts.simulate.scope import choose_scope
from pages.parts.state import session, views
from pages.parts.words.text import later, t

VIEWS = {
    "score": later("Where it comes from"),
    "time": later("Over time"),
    "units": later("Units"),
    "rank": later("To pass"),
}

st.title(t("Simulate"))
outlooks = session.outlooks()
last_change.show(outlooks)
less_counted.show_not_loaded()

left, right = st.columns([5, 7], gap="large")
with left:
    head = st.container(horizontal=True, vertical_alignment="center")
    head.subheader(t("Levers"))
    with head:
        presets.show_menu()
    scope = choose_scope()
    show_levers(scope, outlooks[TODAY].result.after)
    assumptions.show()
    assumptions.show_counting()
with right.container(key="effect"):
    horizon = when.choose_horizon(t("Show the effect"), outlooks, bare=True)
    view = views.choose(t("View"), VIEWS, "view", lambda name: t(VIEWS[name]), bare=True)
    result = outlooks[horizon].result
    if view == "score":
        show_waterfall(outlooks[horizon])
    elif view == "time":
        show_path()
        st.caption(strip.spread(outlooks[horizon]))
    elif view == "rank":
        neighbours.show(horizon)
    else:
        show_unit_table(result)
    st.subheader(t("What differs from the baseline"))
    show_changes()
