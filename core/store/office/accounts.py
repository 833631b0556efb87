"""Accounts and roles: made, disabled, given a password and a role, each step traced."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from core.store.checks import StoreError, check_line
from core.store.database import Store, utc
from core.store.office.audit import write_audit
from core.store.office.deeds import ADMIN, EVERY_DATASET, OFFICE_ROLES, OPERATOR, Grant
from core.store.office.gate import account_name, grants_of, kept_grant, must_lead
from core.store.tables import PERSON, ROLE, SIGN_IN

LOCAL = "account:"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128  # characters
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
_HASHER = PasswordHasher()  # Argon2id with the library's parameters of today (RFC 9106)
# what is compared where there is no such account, so that this takes as long
_NOBODYS = _HASHER.hash("nobody's password")


@dataclass(frozen=True)
class Account:
    """Somebody who can be let in; `grants` by dataset; `last_in`: the last sign-in, in UTC."""

    subject: str
    name: str
    is_active: bool
    grants: dict[str, Grant]
    last_in: datetime | None = None

    @property
    def login(self) -> str:
        """What a local account signs in with; empty for one of another system."""
        return self.subject.removeprefix(LOCAL) if self.subject.startswith(LOCAL) else ""


def local_subject(login: str) -> str:
    """The subject of a local account. Raises StoreError (bad_login)."""
    plain = unicodedata.normalize("NFC", login).strip().lower()
    if not _LOGIN.fullmatch(plain):
        raise StoreError("bad_login", "an account's name is 2 to 63 letters a-z, digits and . _ -")
    return LOCAL + plain


def check_password(password: str, login: str) -> str:
    """A password that may be used. Raises StoreError (bad_password).

    Long, not the name and not one letter over and over; no rule on kinds of letters (OWASP ASVS
    2.1.9).
    """
    plain = unicodedata.normalize("NFC", password)
    if not SHORTEST_PASSWORD <= len(plain) <= LONGEST_PASSWORD:
        raise StoreError(
            "bad_password",
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
        )
    if len(set(plain)) < 5 or login.lower() in plain.lower():
        raise StoreError("bad_password", "the password is too easy: take a longer one, of words")
    return plain


def is_right(stored: str, password: str) -> bool:
    """Whether this is the password; as slow where there is none."""
    try:
        right = _HASHER.verify(stored or _NOBODYS, unicodedata.normalize("NFC", password))
    except (Argon2Error, InvalidHashError):
        return False
    return right and bool(stored)


def add_account(
    db: Store,
    login: str,
    name: str,
    password: str,
    role: str | None = None,
    dataset_id: str = EVERY_DATASET,
    units: Collection[str] | None = None,
) -> str:
    """Make a local account and give it a role, both or neither; returns its subject. Raises
    StoreError."""
    subject, shown = local_subject(login), check_line("author", name or login)
    hashed = _HASHER.hash(check_password(password, login))
    with db.transaction(write=True) as connection:
        _lead(db, connection)
        if _exists(connection, subject):
            raise StoreError("account_exists", f"there is an account {login} already")
        _put(db, connection, subject, shown, hashed)
        _told(db, connection, "account_added", subject)
        if role is not None:
            _give(db, connection, subject, role, dataset_id, units)
    return subject


def know(db: Store, subject: str, name: str) -> None:
    """Note somebody whom another system has let in, the first time; they have no role yet."""
    with db.transaction(write=True) as connection:
        if not _exists(connection, subject):
            _put(db, connection, subject, check_line("author", name), "")
            _told(db, connection, "account_known", subject, by=subject)


def set_password(db: Store, login: str, password: str) -> None:
    """Give a local account another password; every sign-in of it ends. Raises StoreError."""
    subject = local_subject(login)
    hashed = _HASHER.hash(check_password(password, login))
    _change(db, subject, {"password": hashed}, "password_set")


def set_active(db: Store, subject: str, is_active: bool) -> None:
    """Disable an account, whose sign-ins end at once, or let it in again. Raises StoreError."""
    deed = "account_enabled" if is_active else "account_disabled"
    _change(db, subject, {"is_active": is_active}, deed, PERSON.c.is_active != is_active)


def set_role(
    db: Store,
    subject: str,
    role: str | None,
    dataset_id: str = EVERY_DATASET,
    units: Collection[str] | None = None,
) -> None:
    """Give a role on a dataset, or on all of them; None takes it away. Raises StoreError.

    What is so already is not done, nor traced, a second time.
    """
    with db.transaction(write=True) as connection:
        _lead(db, connection)
        _must_exist(connection, subject)
        _give(db, connection, subject, role, dataset_id, units)


def _give(
    db: Store,
    connection: sa.Connection,
    subject: str,
    role: str | None,
    dataset_id: str,
    units: Collection[str] | None,
) -> None:
    if role is not None and role not in OFFICE_ROLES:
        raise StoreError("bad_role", f"a role is one of {', '.join(OFFICE_ROLES)}")
    place = check_line("dataset_id", dataset_id)
    asked = None if units is None else json.dumps(sorted(units), ensure_ascii=True)
    mine = (ROLE.c.subject == subject) & (ROLE.c.dataset_id == place)
    held = connection.execute(sa.select(ROLE).where(mine)).one_or_none()
    if (held and (held.role, held.units)) == (role and (role, asked)):
        return
    connection.execute(sa.delete(ROLE).where(mine))
    if role is not None:
        new = {"subject": subject, "dataset_id": place, "role": role, "units": asked}
        connection.execute(sa.insert(ROLE).values(new))
    _must_leave_one(db, connection)
    details = {"role": role, "units": asked, "dataset": place}
    _told(db, connection, "role_set", subject, details=details)


def accounts(db: Store) -> tuple[Account, ...]:
    """Everybody who can be let in, by subject."""
    last = sa.select(SIGN_IN.c.subject, sa.func.max(SIGN_IN.c.since).label("at"))
    last_one = last.group_by(SIGN_IN.c.subject).subquery()
    people = sa.select(PERSON, last_one.c.at).outerjoin(
        last_one, last_one.c.subject == PERSON.c.subject
    )
    with db.transaction() as connection:
        must_lead(connection, db.actor)
        grants: dict[str, dict[str, Grant]] = {}
        for row in connection.execute(sa.select(ROLE)):
            held = grants.setdefault(row.subject, {})
            held[row.dataset_id] = kept_grant(row.role, row.units)
        return tuple(
            Account(
                row.subject,
                row.name,
                row.is_active,
                grants.get(row.subject, {}),
                utc(row.at) if row.at else None,
            )
            for row in connection.execute(people.order_by(PERSON.c.subject))
        )


def account_grants(db: Store) -> tuple[str, dict[str, Grant]]:
    """The name and the roles of whoever holds the store. Raises StoreError (not_signed_in)."""
    with db.transaction() as connection:
        return account_name(connection, db.actor), grants_of(connection, db.actor)


def _lead(db: Store, connection: sa.Connection) -> None:
    """Lock who leads, then ask: two admins who take each other's role go one after the other, and
    the second is no admin any more. Raises StoreError (not_allowed)."""
    leads = sa.select(ROLE.c.subject).where(ROLE.c.dataset_id == EVERY_DATASET)
    leads = leads.where(ROLE.c.role == ADMIN).order_by(ROLE.c.subject)
    connection.execute(leads.with_for_update()).all()
    must_lead(connection, db.actor)


def _must_leave_one(db: Store, connection: sa.Connection) -> None:
    """That somebody who may sign in still leads. The operator may do without: at the command line
    there always is a way back. Raises StoreError (last_admin)."""
    if db.actor == OPERATOR:
        return
    leads = sa.select(ROLE.c.subject).join(PERSON, PERSON.c.subject == ROLE.c.subject)
    leads = leads.where(ROLE.c.dataset_id == EVERY_DATASET, ROLE.c.role == ADMIN)
    if connection.scalar(leads.where(PERSON.c.is_active.is_(True)).limit(1)) is None:
        raise StoreError(
            "last_admin", "without an administrator nobody could give roles", deed="people"
        )


def _exists(connection: sa.Connection, subject: str) -> bool:
    query = sa.select(PERSON.c.subject).where(PERSON.c.subject == subject)
    return connection.scalar(query) is not None


def _must_exist(connection: sa.Connection, subject: str) -> None:
    if not _exists(connection, subject):
        raise StoreError("unknown_account", f"there is no account {subject}", deed="people")


def _put(db: Store, connection: sa.Connection, subject: str, name: str, password: str) -> None:
    row = {"subject": subject, "name": name, "password": password, "is_active": True}
    connection.execute(sa.insert(PERSON).values(row | {"created_at": utc(db.now())}))


def _change(
    db: Store,
    subject: str,
    values: dict[str, object],
    deed: str,
    where: "sa.ColumnElement[bool] | None" = None,
) -> None:
    """Change an account, `where` it is not so yet, and end its sign-ins."""
    mine = PERSON.c.subject == subject
    with db.transaction(write=True) as connection:
        _lead(db, connection)
        _must_exist(connection, subject)
        changing = mine if where is None else mine & where
        if connection.execute(sa.update(PERSON).where(changing).values(values)).rowcount == 0:
            return
        running = (SIGN_IN.c.subject == subject) & SIGN_IN.c.ended_at.is_(None)
        connection.execute(sa.update(SIGN_IN).where(running).values(ended_at=utc(db.now())))
        _must_leave_one(db, connection)
        _told(db, connection, deed, subject)


def _told(
    db: Store,
    connection: sa.Connection,
    deed: str,
    subject: str,
    by: str = "",
    details: Mapping[str, object] | None = None,
) -> None:
    who = by or db.actor.subject
    write_audit(connection, utc(db.now()), who, deed, subject, details=details)
