"""Choices of what a page shows: they live in the address, so that a link and Back follow them."""

from collections.abc import Callable, Iterable

import streamlit as st


def choose(
    label: str,
    options: Iterable[str],
    key: str,
    name: Callable[[str], str],
    bare: bool = False,
    usual: str = "",
) -> str:
    """One of `options`: as the address says, else `usual`, else the first; `name` puts it in words.

    The address holds the option itself. Streamlit's own `bind` would write its name, and a link
    would then open in one language only. `bare` leaves the label to screen readers.
    """
    codes = list(options)
    asked, usual = st.query_params.get(key), usual or codes[0]
    st.session_state[key] = asked if asked in codes else usual
    chosen = st.segmented_control(
        label,
        codes,
        key=key,
        format_func=name,
        required=True,
        label_visibility="collapsed" if bare else "visible",
        on_change=_write,
        args=(key, usual),
    )
    return str(chosen)


def _write(key: str, usual: str) -> None:
    """Put the choice into the address; the usual option needs no mention."""
    chosen = st.session_state[key]
    if chosen == usual:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
