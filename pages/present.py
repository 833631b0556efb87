"""Presentation: one picture at a time, large, for a room; nothing here changes a scenario."""

import streamlit as st

from pages.parts.present import bar as present_bar
from pages.parts.present import door as present_door
from pages.parts.present import figures as present_figures
from pages.parts.present import guess as present_guess
from pages.parts.present import slides as present_slides
from pages.parts.present.state import at, predicts, showing
from pages.parts.state import results, session
from pages.parts.words import text
from pages.parts.words.text import t

LONG = 60  # letters of a title that takes smaller ones

chosen = present_bar.show_bar()
if not chosen.slides:
    st.title(t("Presentation"))
    st.info(t("No scenario is chosen: choose at least one above."), icon=":material/checklist:")
    st.stop()
place = min(max(at(), 0), len(chosen.slides) - 1)
slide = chosen.slides[place]
# before what differs from slide to slide, so that the keys work while that is being drawn
present_bar.show_steps(place, len(chosen.slides))
outlooks = results.outlooks_of(slide.scenario)
state = showing()
hidden = predicts() and slide.kind != "duties" and slide.mark not in state.seen

with st.container(key="present_long" if len(slide.name) > LONG else "present_short"):
    st.title(text.escape(slide.name), anchor=False)
with st.container(key="present_assumed", gap=None):
    for words in present_slides.assumed(slide.scenario) if slide.kind != "duties" else []:
        st.markdown(text.escape(words))
    if slide.scenario.dataset_version not in (None, session.case().dataset.version):
        st.markdown(t("Made on earlier data; computed on today's."))
    if slide.scenario.differs and not hidden and not present_figures.moves(outlooks):
        st.markdown(t("These changes do not move the province's score."))
if hidden:
    present_guess.ask(slide.mark, outlooks)
else:
    guesses = state.guesses.get(slide.mark, []) if predicts() and slide.kind != "duties" else []
    if words := present_guess.compare(guesses, outlooks):
        with st.container(key="present_guessed"):
            st.markdown(f"**{words}**")
    present_figures.show(outlooks, slide, [one.scenario for one in chosen.slides])
if chosen.is_alone:
    st.info(t("There is only this one scenario. Another is made on the page Simulate."))
    if st.button(t("Make a scenario"), icon=":material/tune:", key="present_make"):
        present_door.leave("simulate")
