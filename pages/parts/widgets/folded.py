"""What is not drawn until it is opened, so that it costs nothing on every move of a slider."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.web.closings import POPOVER

OPENED = "opened_once"


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


def door(
    label: str,
    name: str,
    draw: Callable[[], None],
    why: str | None = None,
    is_typed_in: bool = False,
    **look: Any,
) -> None:
    """A popover with what `draw` draws while it is open; `why` it is shut, if it is.

    `look` is of `st.popover`. Its closing runs no page (`pages/parts/server/closings.py`). One that
    `is_typed_in` is drawn from its first opening on: what was typed there outlives its closing.
    """
    key = name + POPOVER
    popover = st.popover(
        label, key=key, on_change="rerun", disabled=bool(why), help=why or None, **look
    )
    opened: set[str] = st.session_state.setdefault(OPENED, set())
    if is_typed_in and popover.open:
        opened.add(key)
    if not why and (popover.open or key in opened):
        with popover:
            draw()
