"""Overview: where the province stands, what it loses, who can win it back, and how units stand."""

import streamlit as st

from core.documents.files import BRIEF
from core.levers import losses
from pages.parts.live import board, sight
from pages.parts.overview import losses as overview_losses
from pages.parts.overview import since as overview_since
from pages.parts.overview import units as overview_units
from pages.parts.overview import waiting
from pages.parts.shared import capped as overview_capped
from pages.parts.shared import files, less_counted, strip, tables
from pages.parts.state import results, session
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import t

LARGEST = 10

case = session.case()
table = overview_losses.found()
largest = losses.by_mover(losses.largest(case.baseline, table, LARGEST))
change = overview_since.found()

st.title(t("Overview"))
waiting.show()
board.show_standing("overview_panel")
headline.show(overview_losses.answer(table))
st.markdown(text.escape(overview_losses.ahead()))
if apart := strip.rounded(case):
    st.caption(text.escape(apart))
if session.scenario().differs:
    ahead = list(results.outlooks().values())[-1]
    st.info(text.escape(strip.effect(ahead)), icon=":material/tune:")
sight.wait()
files.offer_kinds(session.scenario(), [(".docx", BRIEF)], "overview-file", width="content")
less_counted.show_warning()
less_counted.show_not_loaded()

left, right = st.columns(2, gap="medium")
with left:
    st.subheader(t("Six groups: earned and lost"))
    overview_losses.show_groups(table)
with right:
    st.subheader(t("The {count} largest losses", count=len(largest)))
    overview_losses.show_largest(largest)
overview_losses.show_table(largest)
overview_losses.show_reasons(largest)

left, right = st.columns(2, gap="medium")
with left:
    st.subheader(t("Maximum points reached: a higher rate adds none"))
    overview_capped.show(table)
with right:
    st.subheader(t("What changed"))
    overview_since.show(change)

st.subheader(t("Units by score"))
frame = overview_units.standings(change)
whole = (t("Rank"), t("Rates published"), t("Rates estimated"))
guessed = overview_units.guessed(frame)
tables.show(
    frame,
    key="standings",
    whole=whole,
    estimated=guessed,
    brief=overview_units.brief(),
    signed=(overview_units.change_name(change),),
)
st.caption(tables.legend())
tables.sources(overview_losses.sources(largest))
