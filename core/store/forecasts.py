"""The register of forecasts: what was said, frozen. Rows are added and never changed or removed.

A forecast is of a dataset's version, alone or with one version of a plan; the same one is written
once. The payload is JSON text; what is in it is the business of core.track. All functions raise
`StoreError`.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.store.checks import check_json, check_line
from core.store.database import Store, insert_for, utc
from core.store.office.audit import write_audit
from core.store.office.gate import must_be_allowed
from core.store.rows import seen_only
from core.store.tables import FORECAST

_ONCE = ("dataset_id", "dataset_version", "plan_id", "plan_number")


@dataclass(frozen=True)
class Frozen:
    """One row: which dataset, with which version of a plan (empty and 0: without), when."""

    dataset_id: str
    dataset_version: str
    plan_id: str
    plan_number: int
    frozen_at: datetime  # UTC
    payload: str


def is_frozen(
    db: Store, dataset_id: str, dataset_version: str, plan_id: str = "", plan_number: int = 0
) -> bool:
    """Whether this forecast is in the register."""
    of = (dataset_id, dataset_version, plan_id, plan_number)
    same = [FORECAST.c[name] == value for name, value in zip(_ONCE, of, strict=True)]
    with db.transaction() as connection:
        return connection.scalar(sa.select(sa.func.count()).where(*same)) != 0


def add_forecast(
    db: Store,
    payload: str,
    *,
    dataset_id: str,
    dataset_version: str,
    plan_id: str = "",
    plan_number: int = 0,
) -> bool:
    """Write a forecast; False where the register has it already, and then nothing changes."""
    row = {
        "id": base64.b32encode(secrets.token_bytes(10)).decode().lower(),
        "dataset_id": check_line("dataset_id", dataset_id),
        "dataset_version": check_line("dataset_version", dataset_version),
        "plan_id": plan_id,
        "plan_number": plan_number,
        "frozen_at": utc(db.now()),
        "payload": check_json("payload", payload, dict),
    }
    made = insert_for(db, FORECAST).values(row).on_conflict_do_nothing(index_elements=[*_ONCE])
    with db.transaction(write=True) as connection:
        if db.guarded:  # what is said of a plan is frozen by whoever issues it
            deed = "issue" if plan_id else "freeze"
            must_be_allowed(connection, db.actor, deed, dataset_id)
        if connection.execute(made).rowcount != 1:
            return False
        write_audit(connection, utc(db.now()), db.actor.subject, "freeze", dataset_id)
        return True


def forecasts(db: Store, dataset_ids: list[str] | None = None) -> tuple[Frozen, ...]:
    """The register (of some datasets), the oldest first."""
    query = sa.select(FORECAST).order_by(FORECAST.c.frozen_at, FORECAST.c.id)
    if dataset_ids is not None:
        query = query.where(FORECAST.c.dataset_id.in_(dataset_ids))
    with db.transaction() as connection:
        rows = connection.execute(query.where(seen_only(db, connection, FORECAST))).all()
    return tuple(
        Frozen(
            row.dataset_id,
            row.dataset_version,
            row.plan_id,
            row.plan_number,
            utc(row.frozen_at),
            row.payload,
        )
        for row in rows
    )
