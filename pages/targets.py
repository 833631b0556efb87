"""Targets: per level and unit, where the rate stands, leads, and what new dossiers must do."""

import streamlit as st

from pages.parts.shared import figures, tables
from pages.parts.targets import review as reviews
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import t

st.title(t("Targets"))
choice = reviews.choose()
if choice is None:
    st.info(t("This dataset has no date to project to."), icon=":material/event_busy:")
    st.stop()
found = reviews.make_review(choice)
headline.show(reviews.answer(found, choice))
st.caption(tables.legend())
for note in reviews.notes(choice):
    st.caption(text.escape(note))
if choice.edited:
    st.caption(t("Targets typed here hold for this view only; the assigned ones stay as they are."))

figures.show_rate_path(choice.component)
tables.show(
    reviews.level_frame(found, choice),
    key="levels",
    whole=reviews.whole_columns(),
    estimated=reviews.guessed_levels(found, choice),
)
frame = reviews.frame(found, choice)
tables.show(
    frame,
    key="review",
    whole=reviews.whole_columns(),
    file="chi-tieu.csv",
    estimated=reviews.guessed(choice),
)
zeros = reviews.zeros(choice.component)
with st.expander(t("At 0 %: {count}", count=len(zeros)), expanded=bool(zeros), key="zeros"):
    st.markdown(
        "\n".join(f"- {text.escape(name)}" for name in zeros) or t("No published rate is 0 %.")
    )
st.subheader(t("All units by rate"))
figures.show_heatmap()
tables.sources(tables.component_sources(choice.component))
