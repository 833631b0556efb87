"""Who acts, what each role may do, and which units a change touches. Plain rules, no database."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from core.store.checks import StoreError

VIEWER, EDITOR, APPROVER, ADMIN = "viewer", "editor", "approver", "admin"
OFFICE_ROLES = (VIEWER, EDITOR, APPROVER, ADMIN)  # each may do what those before it may
EVERY_DATASET = "*"
# the least role for a deed; the words are those of a version's `kind`, and of what has no version
NEEDS = {
    "read": VIEWER,
    "save": EDITOR,
    "copy": EDITOR,
    "conflict": EDITOR,
    "rename": EDITOR,
    "delete": EDITOR,
    "restore": EDITOR,
    "submit": EDITOR,
    "withdraw": EDITOR,
    "correct": EDITOR,
    "load": EDITOR,
    "names": EDITOR,
    "download": VIEWER,
    "freeze": VIEWER,
    "issue": APPROVER,
    "return": APPROVER,
    "supersede": APPROVER,
    "people": ADMIN,
}
_ROWS = ("changes", "targets")  # what of a payload names units: of a scenario, of a plan


@dataclass(frozen=True)
class Actor:
    """Who acts: a stable subject such as "account:lan"; empty where nobody signs in."""

    subject: str = ""


OPEN_ACTOR = Actor()
OPERATOR = Actor("operator")  # whoever runs the command line beside the store


@dataclass(frozen=True)
class Grant:
    """A role on a dataset; `units` limits an editor to these, None does not."""

    role: str
    units: frozenset[str] | None = None

    def may(self, deed: str, touched: Collection[str] | None = None) -> bool:
        """Whether the deed is within the role; `touched`: its units, None for the whole dataset.

        A deed that has no rule is one that nobody may do.
        """
        if deed not in NEEDS or OFFICE_ROLES.index(self.role) < OFFICE_ROLES.index(NEEDS[deed]):
            return False
        if self.units is None or NEEDS[deed] == VIEWER:
            return True
        return touched is not None and self.units.issuperset(touched)


def touched_units(before: str | None, after: str | None) -> frozenset[str]:
    """The units and levels of all rows that differ between two payloads; None is an empty one."""
    old, new = _rows_of(before), _rows_of(after)
    return frozenset(unit for unit, _ in old ^ new)


def all_units(payload: str) -> frozenset[str]:
    """The units and levels that a payload names."""
    return frozenset(unit for unit, _ in _rows_of(payload))


def _rows_of(payload: str | None) -> set[tuple[str, str]]:
    if payload is None:
        return set()
    found = json.loads(payload)
    rows = [row for name in _ROWS for row in found.get(name) or () if isinstance(row, dict)]
    # what a scenario assumes of the world is of no unit: only who may change all may change it
    more = [("*", found.get("assumptions"))] if found.get("assumptions") else []
    pairs = [(str(row.get("unit", "*")), row) for row in rows] + more
    return {(unit, json.dumps(row, sort_keys=True)) for unit, row in pairs}


def refused(deed: str, name: str = "") -> StoreError:
    """The refusal of a deed that is beyond a role."""
    return StoreError(
        "not_allowed", f"your role does not allow to {deed} this", deed=deed, name=name
    )
