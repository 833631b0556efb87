"""Who acts, what each role may do, and which units a change touches. Plain rules, no database."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.store.checks import StoreError
from core.text import clean_text

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
_OF_A_SAVE = ("author", "note", "dataset_version")  # who saved what, said of each version anew


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
    return frozenset(unit for unit, _ in (old - new) + (new - old))


def all_units(payload: str) -> frozenset[str]:
    """The units and levels that a payload names."""
    return frozenset(unit for unit, _ in _rows_of(payload))


def is_of_all(before: tuple[str, str], after: tuple[str, str], said: Mapping[str, object]) -> bool:
    """Whether more than rows differs between two names with their payloads: that is of all units.

    A title may become the name that is kept already; a note, an author and a version of the data
    what this save `said` of itself, so that the history tells whose they are. Pages do just that.
    """
    (name, old), (named, new) = before, after
    heads = _head_of(old), _head_of(new)
    may_become = {key: {_plain(said.get(key))} for key in _OF_A_SAVE} | {"title": {_plain(name)}}
    for key, words in may_become.items():
        kept, asked = (_plain(head.pop(key, None)) for head in heads)
        if asked not in words | {kept}:
            return True
    return named != name or heads[0] != heads[1]


def _head_of(payload: str) -> dict[str, Any]:
    """What of a payload stands beside its rows."""
    return {name: said for name, said in json.loads(payload).items() if name not in _ROWS}


def _plain(said: object) -> str:
    """A text as pages clean it: the same words in two fields are the same."""
    return clean_text(said) if isinstance(said, str) else repr(said) if said else ""


def _rows_of(payload: str | None) -> Counter[tuple[str, str]]:
    if payload is None:
        return Counter()
    found = json.loads(payload)
    rows = [row for name in _ROWS for row in found.get(name) or ()]
    # what a scenario assumes of the world is of no unit: only who may change all may change it
    more = [found["assumptions"]] if found.get("assumptions") else []
    return Counter((_unit_of(row), json.dumps(row, sort_keys=True)) for row in rows + more)


def _unit_of(row: Any) -> str:
    """The unit or level of a row; "*", which nobody's own units hold, for all else."""
    return str(row.get("unit", "*")) if isinstance(row, dict) else "*"


def refused(deed: str, name: str = "", on: str = "") -> StoreError:
    """The refusal of a deed that is beyond a role; `on`: what the trace says it was tried on."""
    why = f"your role does not allow to {deed} this"
    return StoreError("not_allowed", why, deed=deed, name=name, id=on)
