"""How people sign in, as the operator says it: `SIGN_IN` and the variables beside it."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass

from core.store.checks import StoreError

NOBODY, BY_ACCOUNT, BY_OPENID, BY_PROXY = "none", "accounts", "oidc", "proxy"
SIGN_IN_MODES = (NOBODY, BY_ACCOUNT, BY_OPENID, BY_PROXY)
SIGN_IN_VARIABLE, OPEN_VARIABLE = "SIGN_IN", "OPEN_TO_EVERYBODY"
PROXY_HEADER = "X-Forwarded-User"
_OIDC = ("OIDC_METADATA_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PUBLIC_URL", "COOKIE_SECRET")
_SHORTEST_SECRET = 32  # characters
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class SignIn:
    """How people sign in; `proxies`: the addresses whose word about a visitor is taken."""

    mode: str = NOBODY
    header: str = PROXY_HEADER
    proxies: tuple[Network, ...] = ()
    oidc: Mapping[str, str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody signs in."""
        return self.mode == NOBODY

    def trusts(self, address: str) -> bool:
        """Whether an address is one of the proxies."""
        try:
            here = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(here, "ipv4_mapped", None) or here
        return any(mapped in network for network in self.proxies)


def sign_in_mode(environment: Mapping[str, str] = os.environ) -> SignIn:
    """What the environment says. Raises StoreError (sign_in) with all that is wrong with it."""
    mode = environment.get(SIGN_IN_VARIABLE, "").strip() or NOBODY
    wrong = []
    if mode not in SIGN_IN_MODES:
        wrong.append(f"{SIGN_IN_VARIABLE} is {mode}; one of {', '.join(SIGN_IN_MODES)} is expected")
    proxies = []
    for part in filter(None, environment.get("TRUSTED_PROXIES", "").replace(" ", "").split(",")):
        try:
            proxies.append(ipaddress.ip_network(part))
        except ValueError:
            wrong.append(f"TRUSTED_PROXIES has {part}; an address or a network is expected")
    if mode == BY_PROXY and not proxies:
        wrong.append(f"{SIGN_IN_VARIABLE}={mode} needs TRUSTED_PROXIES, the proxy's address")
    header = environment.get("PROXY_USER_HEADER", "").strip() or PROXY_HEADER
    if not header.replace("-", "").isalnum() or not header.isascii():
        wrong.append("PROXY_USER_HEADER is not the name of a header")
    oidc = {name: environment.get(name, "").strip() for name in _OIDC}
    if mode == BY_OPENID:
        wrong += [
            f"{SIGN_IN_VARIABLE}={mode} needs {name}" for name, value in oidc.items() if not value
        ]
        if 0 < len(oidc["COOKIE_SECRET"]) < _SHORTEST_SECRET:
            wrong.append(f"COOKIE_SECRET has less than {_SHORTEST_SECRET} characters")
    if wrong:
        raise StoreError("sign_in", "; ".join(wrong))
    return SignIn(mode, header, tuple(proxies), oidc if mode == BY_OPENID else None)


def must_not_listen(address: str, mode: SignIn, environment: Mapping[str, str] = os.environ) -> str:
    """Why the app must not be started on an address; empty where it may.

    Without sign-in only this computer may reach it, unless the operator has said in so many words
    that everybody may.
    """
    if not mode.is_open or environment.get(OPEN_VARIABLE, "").strip().lower() == "yes":
        return ""
    if address.lower() == "localhost":
        return ""
    try:
        if ipaddress.ip_address(address).is_loopback:
            return ""
    except ValueError:
        pass
    place = address or "every address of this computer"
    return (
        f"Nobody signs in, and {place} is open to others: they "
        f"could read, change and delete everything. Choose {SIGN_IN_VARIABLE}=accounts (or oidc, "
        f"proxy), or say {OPEN_VARIABLE}=yes."
    )
