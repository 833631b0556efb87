"""The view that reaches a goal: the choice, the answer, and the plan or what stops it."""

import streamlit as st

from core.problems import DataError
from pages.parts.goalseek import answer as goal_answer
from pages.parts.goalseek import plan as goal_plan
from pages.parts.goalseek import stops as goal_stops
from pages.parts.goalseek.choices import choose
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import t


def show() -> None:
    """The view."""
    top = st.container()  # the answer and its picture stand before what they are asked with
    choice = choose()
    if choice is None:
        top.info(t("Fill in the numbers below to get a plan."), icon=":material/edit:")
        return
    try:
        sought = goal_answer.seek(choice)
    except DataError as error:
        for problem in error.problems:
            top.error(text.problem(problem))
        return
    with top:
        headline.show(goal_answer.answer(sought))
    shown = goal_answer.show_safety(sought)
    found = sought.safety.plain if shown == "plain" else sought.safety.safe
    with top:
        goal_plan.show_chart(found)
    if found.status == "out_of_reach":
        goal_stops.show(found)
        st.subheader(t("The best that is possible"))
    goal_plan.show(found, choice)
