"""The theme as the server tells it to a browser at every run: made once.

Streamlit builds it from all of its options before each run of a page, which takes longer than any
page's tables. Options do not change while the server runs (`fileWatcherType = "none"`). What is
replaced is internal to Streamlit: it stands only here, and a test compares it.
"""

from collections.abc import Callable
from functools import cache, wraps

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

Populate = Callable[..., None]


def tell_once() -> None:
    """From now on every part of the theme is made at its first use, and copied afterwards."""
    app_session._populate_theme_msg = remembered(app_session._populate_theme_msg)


def remembered(populate: Populate) -> Populate:
    """The same filling of a message, by what it filled a message with the first time."""

    @cache
    def made(section: str) -> CustomThemeConfig:
        message = CustomThemeConfig()
        populate(message, section)
        return message

    @wraps(populate)
    def filled(message: CustomThemeConfig, section: str = "theme") -> None:
        if (found := made(section)).ListFields():  # else it stays as if it was never asked for
            message.MergeFrom(found)

    return filled
