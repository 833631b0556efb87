"""Work that was kept while nobody signed in is nobody's: handed to whom it belongs, by an admin."""

import json
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from core.store.checks import StoreError
from core.store.database import Store, utc
from core.store.office.audit import write_audit
from core.store.office.deeds import Actor
from core.store.office.gate import account_name, must_lead
from core.store.tables import WORKING

BESIDE = "-p"  # ends the key under which a tab's plans lie beside its scenarios


@dataclass(frozen=True)
class Ownerless:
    """How many tabs' work is nobody's, by the name that signed it there; empty: none did."""

    by_author: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.by_author.values())


def ownerless(db: Store) -> Ownerless:
    """What nobody can open since people sign in. Raises StoreError (not_allowed)."""
    with db.transaction() as connection:
        must_lead(connection, db.actor)
        return Ownerless(dict(sorted(Counter(_authors(connection).values()).items())))


def hand_over(db: Store, subject: str, author: str | None = None) -> int:
    """Give nobody's work to an account, all of it or what one `author` signed; returns of how many
    tabs. It opens under the address that it had. Raises StoreError (not_allowed, unknown_account).
    """
    with db.transaction(write=True) as connection:
        must_lead(connection, db.actor)
        _must_be_known(connection, subject)
        found = _authors(connection)
        tabs = [key for key, name in found.items() if author is None or name == author]
        for key in tabs:
            both = WORKING.c.session_key.in_((key, key + BESIDE)) & (WORKING.c.subject == "")
            connection.execute(sa.update(WORKING).where(both).values(subject=subject))
        if tabs:
            details = {"tabs": len(tabs)}
            now, who = utc(db.now()), db.actor.subject
            write_audit(connection, now, who, "work_handed", subject, details=details)
    return len(tabs)


def _authors(connection: sa.Connection) -> dict[str, str]:
    """The name that signed nobody's work, by the key of its tab."""
    query = sa.select(WORKING.c.session_key, WORKING.c.payload).where(WORKING.c.subject == "")
    found: dict[str, str] = {}
    for key, payload in connection.execute(query.order_by(WORKING.c.session_key)):
        head = json.loads(payload)
        # what a tab's plans lie under has nothing of its own to say; another key may end so too
        tab = key if head else key.removesuffix(BESIDE)
        found[tab] = found.get(tab) or str(head.get("author") or "")
    return found


def _must_be_known(connection: sa.Connection, subject: str) -> None:
    try:
        account_name(connection, Actor(subject))
    except StoreError:
        why = f"there is no account {subject} that may sign in"
        raise StoreError("unknown_account", why, deed="people") from None
