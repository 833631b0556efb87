"""Allocation: where to push, what it takes to reach a goal, and a target split over units."""

import streamlit as st

from pages.parts.goalseek import cascade as cascade_show
from pages.parts.goalseek import push as goal_push
from pages.parts.goalseek import seek as goal_seek
from pages.parts.state import session, views
from pages.parts.words.text import later, t

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
