"""What the server's own layer asks of the door, and what Streamlit's sign-in needs."""

from typing import Any

from core.store.office.modes import BY_PROXY
from core.web.identity import Rules
from pages.parts.state.door.callers import find_out
from pages.parts.state.door.paths import SIGN_IN, is_public
from pages.parts.state.door.visits import is_own, note, tame
from pages.parts.state.who import how


def rules() -> Rules:
    """What the layer of the server asks."""
    mode = how()
    return Rules(
        find_out, is_own, tame, note, is_public, SIGN_IN, mode.trusts,
        mode.header if mode.mode == BY_PROXY else "", mode.is_open,
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
