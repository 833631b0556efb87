"""The one component of our own: its files, registered with Streamlit and put on the page.

Streamlit serves a component's files as its own, which our policy allows; JavaScript written into
the page would be refused. The call for this is Streamlit's own and internal: it stands only here.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from pages.parts.live import sight

FILES = Path(__file__).parent / "files"
PACKAGE, PANEL = "live", "panel"
NAME = f"{PACKAGE}.{PANEL}"
SCRIPT, STYLE = (f"_stcore/bidi-components/{NAME}/{PANEL}.{kind}" for kind in ("js", "css"))
EVENT = "pull"  # what the panel tells: a dictionary, see files/panel.js


def mount(data: dict[str, Any], key: str, on_pull: Callable[[], None] | None = None) -> None:
    """Put the panel on the page; `on_pull` is called after somebody moved something in it."""
    show = register()
    # in a list: of a dictionary, Streamlit looks at every value for a table, which takes as long as
    # writing all of it
    given = [{**data, "painted": sight.word()}]
    show(data=given, key=key, on_pull_change=on_pull or _nothing)


def register() -> Callable[..., Any]:
    """The component; from then on its files are served, which a page asks for ahead of its use."""
    return _registered(get_bidi_component_manager())


def told(key: str) -> dict[str, Any]:
    """What the panel told in this run, for `on_pull`."""
    held = st.session_state.get(key)
    found = held.get(EVENT) if held is not None else None
    return dict(found) if isinstance(found, dict) else {}


@lru_cache(maxsize=2)  # a server has one manager; every page test has its own
def _registered(manager: BidiComponentManager) -> Callable[..., Any]:
    config = ComponentConfig(name=PANEL, asset_dir=FILES.name)
    manifest = ComponentManifest(name=PACKAGE, version="1", components=[config])
    manager.register_from_manifest(manifest, FILES.parent)
    return st.components.v2.component(
        NAME, html="<div></div>", css=f"{PANEL}.css", js=f"{PANEL}.js", isolate_styles=False
    )


def _nothing() -> None:
    """A panel without levers tells nothing."""
