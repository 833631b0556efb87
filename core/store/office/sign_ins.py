"""Sign-ins: a random token for the browser, of which the store keeps the hash; slow to guess."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from core.store.checks import StoreError
from core.store.database import Store, utc
from core.store.office.accounts import is_right, local_subject
from core.store.office.audit import CARRIED_OUT, REFUSED, write_audit
from core.store.tables import ATTEMPT, PERSON, SIGN_IN

IDLE = timedelta(hours=8)
LONGEST_SIGN_IN = timedelta(days=7)  # then one signs in again, idle or not
NOTED = timedelta(minutes=1)  # how often it is written down that somebody is there
FORGOTTEN = timedelta(hours=1)  # after this long without an attempt, earlier ones do not count
FREE_OF_NAME, FREE_OF_PLACE = 5, 50  # attempts without a wait; many share an office's address
LONGEST_WAIT = timedelta(seconds=60)  # at most 65 attempts an hour on an account
LONGEST_LOGIN = 100

State = Literal["alive", "expired", "ended", "unknown"]


@dataclass(frozen=True)
class SignedIn:
    """What a token is worth: whose it is, and whether it still counts."""

    subject: str
    state: State

    @property
    def is_alive(self) -> bool:
        return self.state == "alive"


STRANGER = SignedIn("", "unknown")


def token_hash(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def sign_in(
    db: Store,
    login: str,
    password: str,
    place: str,
    is_noted: Callable[[], bool] = lambda: True,
) -> str:
    """A new token for the right password. Raises StoreError (throttled, wrong_password).

    `place`: the address that asks; `is_noted`: whether an attempt within the wait is written into
    the trace, asked for each: a flood of them fills no disk. Every attempt counts before it is
    looked at, so that many at once are no way around the wait.
    """
    try:
        subject = local_subject(login[:LONGEST_LOGIN])
    except StoreError:
        subject = ""
    if (wait := _attempt(db, subject, place)) > timedelta(0):
        if is_noted():
            with db.transaction(write=True) as connection:
                known = sa.select(PERSON.c.subject).where(PERSON.c.subject == subject)
                who, why = connection.scalar(known) or "", {"why": "throttled"}
                write_audit(connection, utc(db.now()), who, "sign_in", "", REFUSED, why)
        seconds = int(wait.total_seconds()) + 1
        raise StoreError("throttled", f"too many attempts: wait {seconds} seconds", seconds=seconds)
    with db.transaction() as connection:
        query = sa.select(PERSON.c.password).where(
            PERSON.c.subject == subject, PERSON.c.is_active.is_(True)
        )
        stored = connection.scalar(query) or ""
    right = is_right(stored, password[:1000])
    token, now = secrets.token_urlsafe(32), utc(db.now())
    with db.transaction(write=True) as connection:
        if right:
            _forgive(connection, subject, place)
            _begin(connection, token_hash(token), subject, now)
            write_audit(connection, now, subject, "sign_in", "")
        else:
            # the name of an account, but never what somebody typed: it may be a password
            known = PERSON.c.subject == subject
            subject = connection.scalar(sa.select(PERSON.c.subject).where(known)) or ""
            details = {"why": "wrong_password"}
            write_audit(connection, now, subject, "sign_in", "", REFUSED, details)
    if not right:
        raise StoreError("wrong_password", "the name or the password is not right")
    return token


def arrive(db: Store, token: str, subject: str) -> SignedIn:
    """Note a sign-in that another system made, known by its token, the first time it is seen."""
    now, hashed = utc(db.now()), token_hash(token)
    with db.transaction(write=True) as connection:
        is_new = connection.scalar(
            sa.select(SIGN_IN.c.subject).where(SIGN_IN.c.token_hash == hashed)
        )
        if is_new is None:
            active = sa.select(PERSON.c.is_active).where(PERSON.c.subject == subject)
            may = bool(connection.scalar(active))
            if may:
                _begin(connection, hashed, subject, now)
            details = {} if may else {"why": "disabled"}
            outcome = CARRIED_OUT if may else REFUSED
            write_audit(connection, now, subject, "sign_in", "", outcome, details)
    return worth(db, token)


def worth(db: Store, token: str) -> SignedIn:
    """What a token is worth now; one that counts is noted as in use."""
    if not token:
        return STRANGER
    mine = SIGN_IN.c.token_hash == token_hash(token)
    query = sa.select(SIGN_IN, PERSON.c.is_active).join(PERSON).where(mine)
    with db.transaction() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return STRANGER
    now = utc(db.now())
    if row.ended_at is not None or not row.is_active:
        return SignedIn(row.subject, "ended")
    if now - utc(row.seen_at) > IDLE or now - utc(row.since) > LONGEST_SIGN_IN:
        return SignedIn(row.subject, "expired")
    if now - utc(row.seen_at) > NOTED:
        with db.transaction(write=True) as connection:
            connection.execute(sa.update(SIGN_IN).where(mine).values(seen_at=now))
    return SignedIn(row.subject, "alive")


def sign_out(db: Store, token: str) -> None:
    """End a sign-in: its token counts for nothing any more."""
    mine = (SIGN_IN.c.token_hash == token_hash(token)) & SIGN_IN.c.ended_at.is_(None)
    now = utc(db.now())
    with db.transaction(write=True) as connection:
        subject = connection.scalar(sa.select(SIGN_IN.c.subject).where(mine))
        if subject is not None:
            connection.execute(sa.update(SIGN_IN).where(mine).values(ended_at=now))
            write_audit(connection, now, subject, "sign_out", "")


def is_let_in(db: Store, subject: str) -> bool:
    """Whether an account is there and active."""
    query = sa.select(PERSON.c.is_active).where(PERSON.c.subject == subject)
    with db.transaction() as connection:
        return bool(connection.scalar(query))


def note_refused(db: Store, why: str, subject: str = "", count: int = 1) -> None:
    """Write into the trace that a request was refused before it came to a page."""
    details = {"why": why} | ({"count": count} if count > 1 else {})
    with db.transaction(write=True) as connection:
        write_audit(connection, utc(db.now()), subject, "request", "", REFUSED, details)


def _begin(connection: sa.Connection, hashed: str, subject: str, now: datetime) -> None:
    row = {"token_hash": hashed, "subject": subject, "since": now, "seen_at": now}
    connection.execute(sa.insert(SIGN_IN).values(row))


def _key(kind: str, value: str) -> str:
    return token_hash(f"{kind}|{value}")


def _forgive(connection: sa.Connection, subject: str, place: str) -> None:
    """After the right password: the name's attempts are gone, and this one is not the place's, so
    that a whole office can sign in from its one address on a Monday."""
    name, shared = _key("name", subject), _key("place", place)
    for key in sorted((name, shared)):  # in the order of `_attempt`
        if key == name:
            connection.execute(sa.delete(ATTEMPT).where(ATTEMPT.c.of == key))
        else:
            less = sa.update(ATTEMPT).values(attempts=ATTEMPT.c.attempts - 1)
            connection.execute(less.where(ATTEMPT.c.of == key))


def _attempt(db: Store, subject: str, place: str) -> timedelta:
    """Count an attempt, and return how long to wait. While that lasts nothing is counted: who is
    kept out at an address can neither make a name wait nor fill the store with names."""
    now, wait = utc(db.now()), timedelta(0)
    keys = {_key("name", subject): FREE_OF_NAME, _key("place", place): FREE_OF_PLACE}
    changes: list[sa.Update | sa.Insert] = []
    with db.transaction(write=True) as connection:
        # in one order, so that two who lock the same rows never wait for each other
        for key, free in sorted(keys.items()):
            query = sa.select(ATTEMPT).where(ATTEMPT.c.of == key).with_for_update()
            row = connection.execute(query).one_or_none()
            known = row and now - utc(row.last_at) <= FORGOTTEN
            new = {"attempts": row.attempts + 1 if known else 1, "last_at": now}
            if row is None:
                changes.append(sa.insert(ATTEMPT).values(new | {"of": key}))
            else:  # never made anew: who waits for its lock would find none
                changes.append(sa.update(ATTEMPT).where(ATTEMPT.c.of == key).values(new))
            if known and row.attempts >= free:
                pause = min(LONGEST_WAIT, timedelta(seconds=2.0 ** min(row.attempts - free, 10)))
                wait = max(wait, utc(row.last_at) + pause - now)
        for change in changes if wait <= timedelta(0) else ():
            connection.execute(change)
    return wait
