"""Allocation: where to push, what it takes to reach a goal, and a target split over units."""

import streamlit as st

from pages.parts import cascade_show, goal_push, goal_seek, session, views
from pages.parts.text import later, t

VIEWS = {
    "push": later("Where to push"),
    "seek": later("Reach a goal"),
    "cascade": later("Split a target"),
}

st.title(t("Allocate"))
view = views.choose(
    t("Question"),
    VIEWS,
    "goal_view",
    lambda name: t(VIEWS[name]),
)
if view == "push":
    goal_push.show()
elif not session.case().calendar.horizons:
    st.info(t("This dataset has no date to project to."), icon=":material/event_busy:")
elif view == "seek":
    goal_seek.show()
else:
    cascade_show.show()
