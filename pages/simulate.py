"""Simulate: pull levers on the left and see score, rank and the ladder move with the thumb."""

import streamlit as st

from pages.parts.live import sight
from pages.parts.shared import files, less_counted, presets, strip, when
from pages.parts.shared.changes import show_changes
from pages.parts.shared.figures import show_path, show_waterfall
from pages.parts.shared.tables import show_unit_table
from pages.parts.simulate import assumptions, last_change, neighbours, panel
from pages.parts.simulate.scope import choose_how, choose_where
from pages.parts.state import results, views
from pages.parts.words.text import later, t

VIEWS = {
    "score": later("Where it comes from"),
    "time": later("Over time"),
    "units": later("Units"),
    "rank": later("To pass"),
}

st.title(t("Simulate"))
outlooks = results.outlooks()
shown = last_change.show(outlooks)
less_counted.show_not_loaded()

head = st.container(key="levers_head", horizontal=True, vertical_alignment="center")
with head:
    units = choose_where()
    presets.show_menu()
    horizon = when.choose_horizon(t("Show the effect"), outlooks, bare=True)
place = st.container()
how, others = st.columns(2, gap="large")
with how:
    scope = choose_how(units)
with others:
    assumptions.show()
    assumptions.show_counting()
with place:
    panel.show(scope, outlooks, shown, horizon)
sight.wait()

view = views.choose(t("View"), VIEWS, "view", lambda name: t(VIEWS[name]), bare=True)
# the table of units needs the whole width for the scores before and after beside long names
wide = view == "units"
left, right = (st.container(), st.container()) if wide else st.columns([2, 1], gap="medium")
with left:
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
with right:
    st.subheader(t("What differs from the baseline"))
    show_changes()
    files.show_meeting_files("simulate-file")
