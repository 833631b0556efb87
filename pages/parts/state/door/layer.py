"""What the server's own layer asks of the door, and what Streamlit's sign-in needs."""

from collections.abc import Collection
from typing import Any

from core.store.office.modes import BY_PROXY
from core.web.identity import Rules
from pages.parts.state.door.callers import find_out
from pages.parts.state.door.paths import SIGN_IN, is_public
from pages.parts.state.door.visits import asks, is_own, note, tame
from pages.parts.state.who import how


def rules(own_files: Collection[str]) -> Rules:
    """What the layer of the server asks. `own_files`: paths of the program's own files, the same
    for everybody: an open page is drawn with them while the store can not say who asks."""
    mode = how()
    return Rules(
        find_out, is_own, tame, asks, note,
        lambda path: path in own_files or is_public(path), SIGN_IN,
        mode.trusts, mode.header if mode.mode == BY_PROXY else "", mode.is_open,
    )  # fmt: skip


def secrets_of_openid() -> dict[str, Any] | None:
    """What Streamlit's own sign-in (`st.login`) needs, from the environment."""
    oidc = how().oidc
    if oidc is None:
        return None
    return {
        "auth": {
            "redirect_uri": oidc["PUBLIC_URL"].rstrip("/") + "/oauth2callback",
            "cookie_secret": oidc["COOKIE_SECRET"],
            "client_id": oidc["OIDC_CLIENT_ID"],
            "client_secret": oidc["OIDC_CLIENT_SECRET"],
            "server_metadata_url": oidc["OIDC_METADATA_URL"],
        }
    }
