"""The list of pages, made once for each language and not at every run.

Streamlit looks for the file of every page on the disk, and its run marks the page that it shows: so
each run has copies of its own.
"""

from collections.abc import Callable
from copy import copy

from streamlit.navigation.page import StreamlitPage

from pages.parts.words import text

_MADE: dict[tuple[str, bool], list[StreamlitPage]] = {}


def every(make: Callable[[], list[StreamlitPage]], leads: bool) -> list[StreamlitPage]:
    """The pages that `make` makes for somebody who `leads` or does not, in the language of the
    screen."""
    key = text.language(), leads
    if key not in _MADE:
        _MADE[key] = make()
    return [copy(page) for page in _MADE[key]]
