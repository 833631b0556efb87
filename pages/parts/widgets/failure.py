"""What a viewer is told when a page fails unexpectedly."""

import streamlit as st

from pages.parts.words.text import t


def show(reference: str) -> None:
    """One sentence with the number under which the log has the details."""
    st.error(
        t(
            "This page met an unexpected error. Reload it, and if it comes again, tell your "
            "administrator the code **{reference}**.",
            reference=reference,
        ),
        icon=":material/error:",
    )
