"""Sync: the provincial portal against the national one, by published rates and by dossiers."""

import streamlit as st

from pages.parts.shared import tables
from pages.parts.state import views
from pages.parts.sync import closing as sync_closing
from pages.parts.sync import gaps as sync_gaps
from pages.parts.sync import lists as sync_lists
from pages.parts.sync import work as sync_work
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import later, t

VIEWS = {"gaps": later("Published rates"), "lists": later("Dossier lists")}

st.title(t("Sync"))
view = views.choose(
    t("What is compared"),
    VIEWS,
    "sync_view",
    lambda name: t(VIEWS[name]),
)
if view == "lists":
    sync_lists.show()
    st.stop()

gaps = sync_gaps.find()
if gaps.table.empty:
    sync_gaps.show_none()
    st.stop()
headline.show(sync_gaps.answer(gaps, sync_closing.total()))
st.caption(tables.legend())
sync_gaps.show_dumbbells(gaps)
sync_gaps.show_capped(gaps)
st.subheader(t("What closing the gaps brings"))
sync_closing.show(gaps)
st.caption(text.escape(sync_gaps.left()))
st.subheader(t("Done but not counted, by unit"))
tables.show(sync_work.unit_frame(gaps), key="sync_by_unit", whole=(t("Gaps"),))
sync_work.show(gaps)
tables.sources(sync_gaps.pair_sources())
