"""Whether a page went on here that another process, or another life of this one, had before."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts.words.text import later

CHOOSE_AGAIN = later(
    "This page went on with another process of the server. Files that were chosen before have to "
    "be chosen again; everything else is kept."
)
_NAMED = "Sec-WebSocket-Protocol"  # a browser that was cut off names its visit third


def earlier_visit() -> str | None:
    """What this page's visit was called where it was before; None where it began here."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    named = [part.strip() for part in (st.context.headers.get(_NAMED) or "").split(",")]
    return named[2] if len(named) > 2 and named[2] not in ("", context.session_id) else None
