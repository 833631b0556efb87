"""The gate that every deed goes through: what the database says at this moment, and nothing else.

Roles are read within the transaction of the deed itself: a role that was taken away, or an account
that was disabled, counts from the next statement on.
"""

import json
from collections.abc import Collection

import sqlalchemy as sa

from core.store.checks import StoreError
from core.store.office.deeds import (
    ADMIN,
    EVERY_DATASET,
    OPERATOR,
    Actor,
    Grant,
    refused,
)
from core.store.tables import PERSON, ROLE


def account_name(connection: sa.Connection, actor: Actor) -> str:
    """What an active account is called. Raises StoreError (not_signed_in) for all others."""
    if actor == OPERATOR:
        return OPERATOR.subject
    mine = sa.select(PERSON.c.name).where(
        PERSON.c.subject == actor.subject, PERSON.c.is_active.is_(True)
    )
    found = connection.scalar(mine)
    if found is None:
        raise StoreError("not_signed_in", "you are not signed in, or your account is disabled")
    return str(found)


def grants_of(connection: sa.Connection, actor: Actor) -> dict[str, Grant]:
    """Every role of an active account, by dataset or EVERY_DATASET; none for others."""
    if actor == OPERATOR:
        return {EVERY_DATASET: Grant(ADMIN)}
    query = (
        sa.select(ROLE.c.dataset_id, ROLE.c.role, ROLE.c.units)
        .join(PERSON, PERSON.c.subject == ROLE.c.subject)
        .where(ROLE.c.subject == actor.subject, PERSON.c.is_active.is_(True))
    )
    return {row.dataset_id: kept_grant(row.role, row.units) for row in connection.execute(query)}


def kept_grant(role: str, units: str | None) -> Grant:
    """A role as the table `role` keeps it: its units as JSON, null for all of them."""
    return Grant(role, None if units is None else frozenset(json.loads(units)))


def grant_on(grants: dict[str, Grant], dataset_id: str) -> Grant | None:
    """The role on a dataset: its own before that for all."""
    return grants.get(dataset_id) or grants.get(EVERY_DATASET)


def must_be_allowed(
    connection: sa.Connection,
    actor: Actor,
    deed: str,
    dataset_id: str,
    touched: Collection[str] | None = None,
) -> str:
    """The actor's name if their role allows a deed on a dataset. Raises StoreError (not_signed_in,
    not_allowed, not_yours)."""
    name = account_name(connection, actor)
    grant = grant_on(grants_of(connection, actor), dataset_id)
    if grant is None or not Grant(grant.role).may(deed):
        raise refused(deed, on=dataset_id)
    if not grant.may(deed, touched):
        why = "your role is for units of your own only"
        raise StoreError("not_yours", why, deed=deed, id=dataset_id)
    return name


def must_lead(connection: sa.Connection, actor: Actor) -> None:
    """That the actor is an admin of everything. Raises StoreError (not_allowed)."""
    grant = grants_of(connection, actor).get(EVERY_DATASET)
    if grant is None or not grant.may("people"):
        raise refused("people")
