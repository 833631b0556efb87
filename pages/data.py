"""Data: the datasets there are, and files that people have made into one."""

import streamlit as st

from pages.parts.data import corrections, having, load, template
from pages.parts.data.weeks import card, changed, named
from pages.parts.widgets import folded, headline
from pages.parts.words.text import t

st.title(t("Data"))
headline.show(having.answer())
having.show()
st.subheader(t("Load what you have"))
st.caption(
    t(
        "Nothing is written before you have seen what it becomes. A PDF is not read: copy its "
        "table and paste it. What is loaded stays in this server's data folder and is seen by "
        "everybody who uses the app; datasets that came with the program are never changed."
    )
)
load.show()
template.show()
corrections.show()
st.subheader(t("Dates of this dataset, and what changed"))
changed.show()
if (inside := folded.fold(t("One unit: what is known of it"), "card_fold")) is not None:
    with inside:
        card.show()
if (inside := folded.fold(t("Other names of units"), "names_fold")) is not None:
    with inside:
        named.show()
