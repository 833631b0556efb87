"""Into the presentation from every page, and back to where the viewer was."""

import streamlit as st
from streamlit.navigation.page import Page

from pages.parts.present.state import FIRST_PAGE, FROM, PAGE, begin, left
from pages.parts.state.links import DATASET, LINK, SAVED, WORKING
from pages.parts.words.text import t

KEPT = (DATASET, LINK, SAVED, WORKING, "language")


def show_entrance(page: Page) -> None:
    """One click into the presentation; `page` is the one to come back to."""
    if page.url_path != PAGE and st.button(
        t("Present"),
        key="present",
        icon=":material/slideshow:",
        width="stretch",
        help=t("For a meeting: large type, nothing to edit, one scenario at a time."),
    ):
        address = st.query_params.to_dict()
        own = {name: value for name, value in address.items() if name not in KEPT}
        st.switch_page(f"{PAGE}.py", query_params=_kept() | begin(page.url_path or FIRST_PAGE, own))


def show_exit(by_key: bool) -> None:
    """One click back; the key Escape does the same, unless something open waits for it."""
    if st.button(
        t("Leave"), key="present_leave", icon=":material/close:", shortcut="Esc" if by_key else None
    ):
        leave()


def leave(page: str = "") -> None:
    """Go back to the page before, or to another one, with the view it had."""
    before, address = left()
    if page:
        before, address = page, {}
    st.switch_page(f"{before}.py", query_params=address | _kept())


def come_back(page: Page) -> None:
    """A browser's Back comes to a page with the address that led away from it: put its own there
    again."""
    if page.url_path != PAGE and FROM in st.query_params:
        before, address = left()
        own = address if before == (page.url_path or FIRST_PAGE) else {}
        st.query_params.from_dict(own | _kept())


def _kept() -> dict[str, str]:
    """Of the address, what is the same on all pages."""
    return {name: value for name, value in st.query_params.to_dict().items() if name in KEPT}
