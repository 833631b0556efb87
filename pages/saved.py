"""Scenarios: those that are saved, what was done in this session, and files."""

import streamlit as st

from pages.parts.saved import list as saved_list
from pages.parts.saved import minutes
from pages.parts.saved import save as saved
from pages.parts.shared import files
from pages.parts.state import edits, views
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import later, t

PARTS = {
    "saved": later("Saved"),
    "log": later("This session"),
    "file": later("Files"),
    "deleted": later("Deleted"),
}

st.title(t("Scenarios"))
headline.show(saved_list.summary())
left, right = st.columns([5, 1.6], vertical_alignment="center")
left.markdown(t("On the screen now: **{state}**", state=text.escape(saved.state())))
right.button(
    t("Start a new scenario"),
    icon=":material/add:",
    on_click=edits.begin,
    width="stretch",
    help=t("The scenario on the screen stays in the log of this session."),
)
saved_list.show_undo()
part = views.choose(t("Part"), PARTS, "part", lambda name: t(PARTS[name]), bare=True)
if part in ("saved", "deleted"):
    saved_list.show(deleted=part == "deleted")
elif part == "log":
    minutes.show_log()
else:
    with st.container(horizontal=True):
        files.show_download()
        files.show_meeting_files("saved-file")
    files.show_upload()
