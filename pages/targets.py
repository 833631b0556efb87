"""Targets: a plan of them, where every unit stands and leads, and what new dossiers must do."""

import streamlit as st

from core.plans.model import asked_of
from pages.parts.shared import figures, tables
from pages.parts.state import register, session
from pages.parts.state.plans import at_hand, deeds
from pages.parts.targets import bar, chosen, editor, follow, heat, reach, said, volumes
from pages.parts.targets import review as reviews
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import t

st.title(t("Targets"))
deeds.arrive()
top = st.container()  # the answer and the map stand before what they are asked with
bar.show()
choice = chosen.choose()
if choice is None:
    with top:
        st.info(t("This dataset has no date to project to."), icon=":material/event_busy:")
        heat.show()
        st.caption(tables.legend())
    editor.show()
    st.stop()
assumed = volumes.choose(choice.component)
found = reviews.make_review(choice, assumed)
with top:
    headline.show(said.answer(found, choice))
    heat.show()
    st.caption(tables.legend())
plan = at_hand.now()
reach.show(plan)
follow.show(plan)
st.caption(text.escape(said.shown_words()))
for note in said.notes(choice):
    st.caption(text.escape(note))

baseline = session.case().baseline
name = baseline.rules.components[choice.component]
dues = sorted({one.due for one in plan.targets if one.component == name})
figures.show_rate_path(choice.component, {due: asked_of(plan, baseline, name, due) for due in dues})
tables.show(
    reviews.level_frame(found, choice),
    key="levels",
    whole=reviews.whole_columns(),
    estimated=reviews.guessed_levels(found, choice),
)
if fair := said.fairness(found):
    st.caption(text.escape(fair))
frame = reviews.frame(found, choice, assumed)
tables.show(
    frame,
    key="review",
    whole=reviews.whole_columns(),
    file="chi-tieu.csv",
    estimated=reviews.guessed(choice, assumed),
    brief=reviews.brief(),
)
st.subheader(t("All targets of the plan"))
editor.show()
zeros = said.zeros(choice.component)
with st.expander(t("At 0%: {count}", count=len(zeros)), expanded=bool(zeros), key="zeros"):
    st.markdown(
        "\n".join(f"- {text.escape(name)}" for name in zeros) or t("No published rate is 0%.")
    )
tables.sources(tables.component_sources(choice.component))
register.freeze_baseline(session.case())
