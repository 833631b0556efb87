"""The paths of the door, and those that need nobody to be signed in."""

import streamlit as st
from streamlit.url_util import make_url_path

from core.store.office.modes import BY_OPENID
from core.web.address import WORDS_FILE
from pages.parts.state.who import how

BASE = make_url_path(st.get_option("server.baseUrlPath"), "")  # "/", or "/766/"
SIGN_IN, SIGN_OUT = f"{BASE}sign-in", f"{BASE}sign-out"
PUBLIC = {SIGN_IN, SIGN_OUT, "/healthz", "/readyz", f"{BASE}healthz", f"{BASE}readyz"}
PUBLIC |= {"/metrics", f"{BASE}metrics"}  # only those who watch the server get an answer there
PUBLIC |= {f"{BASE}_stcore/{name}" for name in ("health", "host-config")}
PUBLIC |= {f"{BASE}favicon.png", f"{BASE}manifest.json", f"{BASE}{WORDS_FILE}"}
OPENID = {f"{BASE}{name}" for name in ("auth/login", "auth/logout", "oauth2callback")}


def is_public(path: str) -> bool:
    """What needs nobody: the sign-in itself, whether the server lives, and what pages look with."""
    if path in PUBLIC or (path in OPENID and how().mode == BY_OPENID):
        return True
    inside = path.removeprefix(f"{BASE}static/")
    return inside != path and not any(part in ("", ".", "..") for part in inside.split("/"))
