"""What is not drawn until it is opened, so that it costs nothing on every move of a slider."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def fold(label: str, key: str, held: str = "", icon: str | None = None) -> DeltaGenerator | None:
    """A context to draw in while it is open, or None; `held` says below it what it holds.

    Not in the label: to Streamlit another label is another expander, and a closed one.
    """
    expander = st.expander(label, key=key, icon=icon, on_change="rerun")
    if expander.open:
        return expander
    if held:
        st.caption(held)
    return None
