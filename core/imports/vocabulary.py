"""What the keys of the portal and the headings of people mean: tables of `data/`, read once."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from core.dataset.boards import own_name, province_key
from core.dataset.facts import DATA
from core.dataset.rules_csv import load_rules
from core.index.rules import GROUPS, RuleSet
from core.text import fold

GROUP = "group:"
TOTAL = "total"
PLACE = "rank"
_SHORT_NAMES = {"hcm": "hochiminh", "tphcm": "hochiminh"}  # as newspapers write them
_MARKS = re.compile(r"[^a-z0-9]")


@lru_cache(maxsize=20_000)
def squeezed(key: str) -> str:
    """A key without case, accents and marks: `departmentCode` and `DEPARTMENT_CODE` are one."""
    return _MARKS.sub("", fold(key))


@dataclass(frozen=True)
class Count:
    """A component that an endpoint gives as two counts: keys that add up, and those below."""

    component: str
    numerator: tuple[str, ...]
    denominators: tuple[str, ...]  # the first that is there


@dataclass(frozen=True)
class Vocabulary:
    """`keys` by squeezed key, `counts`, `headings` as (words, figure) and provinces by code.

    `group_of` tells the group of each component, `maxima` the most points of each figure.
    """

    keys: Mapping[str, str]
    counts: tuple[Count, ...]
    headings: tuple[tuple[frozenset[str], str], ...]
    provinces: Mapping[str, str]
    group_of: Mapping[str, str]
    maxima: Mapping[str, float]

    def province_code(self, name: str) -> str | None:
        """The code of a province by any of the ways of writing its name."""
        key = province_key(own_name(name))
        key = _SHORT_NAMES.get(key, key)
        known = self.provinces.items()
        return next((code for code, one in known if province_key(one) == key), None)


@cache
def vocabulary(data: Path = DATA) -> Vocabulary:
    """The tables of `data/`."""
    rules = load_rules(data / "rules.csv")
    newest = rules[max(rules)]
    counts = tuple(
        Count(
            row["component"],
            tuple(squeezed(key) for key in row["numerator"].split("+")),
            tuple(squeezed(key) for key in row["denominator"].split("|")),
        )
        for row in _rows(data / "portal_counts.csv")
    )
    return Vocabulary(
        keys={squeezed(row["key"]): row["figure"] for row in _rows(data / "portal_keys.csv")},
        counts=counts,
        headings=tuple(
            (frozenset(row["words"].split()), row["figure"]) for row in _rows(data / "headings.csv")
        ),
        provinces={row["code"]: row["name"] for row in _rows(data / "provinces.csv")},
        group_of={
            name: GROUPS[group]
            for name, group in zip(newest.components, newest.group_index.tolist(), strict=True)
        },
        maxima=figure_maxima(newest),
    )


def figure_maxima(rules: RuleSet) -> dict[str, float]:
    """The most points of every component, group and of the total."""
    found = dict(zip(rules.components, rules.max_points.tolist(), strict=True))
    found |= {GROUP + g: float(p) for g, p in zip(GROUPS, rules.group_max, strict=True)}
    return found | {TOTAL: float(rules.max_points.sum())}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
