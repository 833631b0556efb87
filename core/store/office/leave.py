"""Leave for what is kept beside the store, in files of datasets: asked before, traced after."""

import contextlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from core.store.checks import StoreError
from core.store.database import Store, utc
from core.store.office.audit import write_audit
from core.store.office.deeds import OPEN_ACTOR, OPERATOR, Actor, refused
from core.store.office.gate import account_name, must_be_allowed
from core.store.office.modes import sign_in_mode

Hand = Store | Actor  # the store in somebody's hands; OPERATOR at the command line


def signer(by: Hand, told: str) -> str:
    """Who signs a change of files: where people sign in, by the name of their account, whatever a
    browser tells. Raises StoreError (not_signed_in)."""
    if isinstance(by, Actor) or not by.guarded:
        return told
    with by.transaction() as connection:
        return account_name(connection, by.actor)


@contextmanager
def deed_on_files(
    by: Hand, deed: str, dataset_id: str, touched: Collection[str] | None = None
) -> Iterator[None]:
    """Inside, files of a dataset are changed; `touched`: of which units, None for all of it.

    Raises StoreError (not_signed_in, not_allowed, not_yours). Where people sign in, nobody's hand
    may do nothing: a caller that names no actor is refused.
    """
    if isinstance(by, Actor):
        if by != OPERATOR and not (by == OPEN_ACTOR and sign_in_mode().is_open):
            raise refused(deed)
        yield
        return
    if by.guarded:
        with by.transaction() as connection:
            must_be_allowed(connection, by.actor, deed, dataset_id, touched)
    yield
    # one planner goes on where the store is away; an office does nothing that is not traced
    tolerant = contextlib.nullcontext() if by.guarded else contextlib.suppress(StoreError)
    with tolerant, by.transaction(write=True) as connection:
        write_audit(connection, utc(by.now()), by.actor.subject, deed, dataset_id)
