"""A store that people sign in to, with somebody in each role, for tests."""

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from argon2 import PasswordHasher

from core.store.database import Store, open_store
from core.store.office import accounts
from core.store.office.accounts import add_account, set_role
from core.store.office.deeds import OPERATOR, Actor

# tests make many: one round in little memory is as right, only sooner guessed
accounts._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
accounts._NOBODYS = accounts._HASHER.hash("nobody's password")
PASSWORD = "bốn con ngựa chạy"
PEOPLE = {"vy": "viewer", "ed": "editor", "eva": "editor", "an": "approver", "ad": "admin"}


def guarded(url: str) -> Store:
    """The store in the hands of its operator, guarded, with PEOPLE in their roles on all data."""
    db = replace(open_store(url), guarded=True).held_by(OPERATOR)
    for login, role in PEOPLE.items():
        add(db, login, role)
    add(db, "no", None)
    return db


def add(db: Store, login: str, role: str | None, units: Collection[str] | None = None) -> None:
    subject = add_account(db, login, login.capitalize(), PASSWORD)
    if role:
        set_role(db, subject, role, units=units)


def of(login: str) -> Actor:
    return Actor(f"account:{login}")


def file_of(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


def payload(**rates: float) -> str:
    """A plan that asks a rate of each unit named."""
    targets = [
        {"unit": unit, "component": "x", "due": "2025-12-31", "rate": rate}
        for unit, rate in rates.items()
    ]
    return json.dumps({"kind": "plan", "version": 1, "dataset": "small", "targets": targets})
