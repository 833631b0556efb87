"""What a presenter touches: the bar above a slide, and the large buttons and keys below it."""

import streamlit as st

from core.documents.files import SLIDES_KIND
from pages.parts.present import door as present_door
from pages.parts.present import slides as present_slides
from pages.parts.present.slides import Chosen
from pages.parts.present.state import at, go, predicts, turn_predict
from pages.parts.shared import files
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t

TITLE_LENGTH = 200  # of a scenario
STEPS = {-1: ("Left", "PageUp"), 1: ("Right", "PageDown")}


def show_bar() -> Chosen:
    """Which scenarios, whether to predict first, and the way out."""
    with st.container(key="present_bar", horizontal=True, vertical_alignment="center"):
        st.caption(_where(), width="stretch")
        if told := session.notices():
            with st.popover(
                t("Notes: {count}", count=len(told)), icon=":material/info:", key="present_notes"
            ):
                for notice in told:
                    st.warning(notice)
        chosen = present_slides.choose()
        on = predicts()
        st.button(
            t("Predict first: on") if on else t("Predict first: off"),
            key="present_predict",
            icon=":material/psychology:",
            type="primary" if on else "secondary",
            help=t("Each result stays hidden until the room has said what it expects."),
            on_click=turn_predict,
        )
        if chosen.slides:
            one = chosen.slides[min(max(at(), 0), len(chosen.slides) - 1)]
            made = one.scenario.model_copy(update={"title": one.name[:TITLE_LENGTH]})
            files.offer_kinds(made, [(".pptx", SLIDES_KIND)], "present-file", width="content")
        present_door.show_exit(by_key=not chosen.is_open)
    for label in chosen.gone:
        st.info(
            t(
                "“{name}” was deleted, taken back or no longer fits today's data: it is left out.",
                name=text.escape(label),
            )
        )
    return chosen


def _where() -> str:
    """Whose figures these are, and of which day."""
    case = session.case()
    day = text.date(case.calendar.as_of)
    return t(
        "{province}, figures of {date}", province=text.escape(case.dataset.field_name), date=day
    )


def show_steps(place: int, count: int) -> None:
    """Back and forth, with the place in between; Page Up and Down are what a clicker sends."""
    with st.container(key="present_steps"):
        left, middle, right = st.columns([3, 2, 3], vertical_alignment="center")
        with left:
            _step(place - 1, -1, t("Previous"), ":material/arrow_back:", place == 0)
        with middle.container(key="present_place"):
            st.markdown(f"{place + 1}/{count}")
        with right:
            _step(place + 1, 1, t("Next"), ":material/arrow_forward:", place == count - 1)


def _step(place: int, by: int, label: str, icon: str, last: bool) -> None:
    """A large button for one key, and an unseen one for the other: a button has one key only."""
    for number, shortcut in enumerate(STEPS[by]):
        st.button(
            label,
            key=f"present_key_{shortcut}" if number else f"present_step_{shortcut}",
            icon=icon,
            shortcut=shortcut,
            disabled=last,
            on_click=go,
            args=(place,),
            width="stretch",
        )
