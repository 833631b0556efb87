"""The frame around every page: the list of pages, the dataset and the language."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.parts.frame import listed, picker
from pages.parts.present import door as present_door
from pages.parts.present import look as present_look
from pages.parts.present import state as present_state
from pages.parts.saved import save as saved
from pages.parts.state import arrival, rights, session
from pages.parts.state.cases import seen
from pages.parts.sync import desk as sync_desk
from pages.parts.widgets import drawing, look
from pages.parts.words import text
from pages.parts.words.text import t

ICON = Path(__file__).parent / "icon.png"

st.set_page_config(
    page_title="766",
    page_icon=str(ICON),
    layout="wide",
    initial_sidebar_state=240,
)
text.follow_address()
look.apply()
rights.begin()
if not seen.cases():
    picker.show_nothing()
    st.stop()
arrival.start()
sync_desk.go_on()


def every_page() -> list[StreamlitPage]:
    """All pages that the viewer may open, the first one first."""
    pages = [
        st.Page("overview.py", title=t("Overview"), icon=":material/dashboard:", default=True),
        st.Page("simulate.py", title=t("Simulate"), icon=":material/tune:"),
        st.Page("targets.py", title=t("Targets"), icon=":material/flag:"),
        st.Page("goalseek.py", title=t("Allocate"), icon=":material/account_tree:"),
        st.Page("compare.py", title=t("Compare"), icon=":material/compare_arrows:"),
        st.Page("sensitivity.py", title=t("Sensitivity"), icon=":material/tornado:"),
        st.Page("sync.py", title=t("Sync"), icon=":material/sync:"),
        st.Page("data.py", title=t("Data"), icon=":material/database:"),
        st.Page("saved.py", title=t("Scenarios"), icon=":material/folder:"),
        st.Page("method.py", title=t("Method"), icon=":material/menu_book:"),
        st.Page("present.py", title=t("Presentation"), visibility="hidden"),
    ]
    if rights.leads():
        admin = t("Administration")
        pages.append(st.Page("admin.py", title=admin, icon=":material/shield_person:"))
    return pages


page = st.navigation(listed.every(every_page, rights.leads()))
presenting = page.url_path == present_state.PAGE
if presenting:
    present_look.apply()
else:
    present_door.come_back(page)

with st.sidebar:
    picker.choose()
    st.segmented_control(
        "Ngôn ngữ / Language",
        list(text.LANGUAGES),
        key="language",
        format_func=lambda code: text.LANGUAGES[code],
        required=True,
        on_change=text.write_address,
    )
    present_door.show_entrance(page)
    saved.show_sidebar()
    rights.show_who()
    drawing.choose_picture()

if not presenting:  # a slide has no room: its bar offers them
    for notice in session.take_notices():
        st.warning(notice, icon=":material/info:")
    saved.show_data_note()
page.run()
