"""Scenarios: those that are saved, what was done in this session, and files."""

import streamlit as st

from pages.parts import files, headline, minutes, saved, saved_list, session, text, views
from pages.parts.text import later, t

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
    on_click=session.begin,
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
    files.show_download()
    files.show_upload()
