"""Two ways of writing one code: rules that make them meet, offered to a person and never assumed.

A rule rewrites the codes of both lists; it is offered where codes without a partner find one by it,
each a single one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

FEWEST = 3  # dossiers that meet: less may be chance
PART = 0.2  # of the shorter list: what a loose rule must make meet
MEET = 0.1  # of the shorter list: lists that have fewer dossiers in common hardly meet
SHORT = 10  # dossiers; of a shorter list nobody can tell

# expressions of RE2, for codes in capitals
CODE_STEPS: dict[str, tuple[tuple[str, str], ...]] = {
    # 000.00.17.H44- and H44.17.00.000- are the office H44.17, from the inside out and back
    "organisation": (
        (r"^(?:0+\.)*(?:(\d+)\.)?(?:(\d+)\.)?(?:(\d+)\.)?([A-Z]{1,3}\d{1,3})\b", r"\4.\3.\2.\1"),
        (r"^([A-Z]+\d+(?:\.\d+)*?)\.*(?:\.0+)*\.*(-|$)", r"\1\2"),
        (r"\.{2,}", "."),
        (r"\.-", "-"),
    ),
    "year": ((r"(^|[^0-9])20(\d{6})([^0-9]|$)", r"\1\2\3"),),
    "zeros": ((r"(^|[^0-9A-Z])0+(\d)", r"\1\2"),),
    "separators": ((r"[^0-9A-ZĐ]", ""),),
    "ending": ((r"^.*?(\d{6}(?:\d{2})?[^0-9A-Z]+\d+)$", r"\1"),),
}
_PROVINCE = re.compile(r"(?:^|[^A-Z0-9])(H\d{2})(?![0-9])")
LOOSE = {"ending"}  # leaves out a part of the code that may tell dossiers apart
# the plainest first
OFFERS: tuple[tuple[str, ...], ...] = (
    ("organisation",),
    ("zeros",),
    ("separators",),
    ("year",),
    ("organisation", "year"),
    ("organisation", "zeros"),
    ("organisation", "separators"),
    ("zeros", "separators"),
    ("organisation", "year", "zeros", "separators"),
    ("ending",),
    ("ending", "year", "zeros"),
)


@dataclass(frozen=True)
class Offer:
    """Rules that make codes meet, a code of each list that do, and the places of those that do
    among the codes without a partner."""

    rules: tuple[str, ...]
    provincial: str
    national: str
    places: tuple[pa.Array, pa.Array]

    @property
    def count(self) -> int:
        """How many dossiers of the provincial list find a partner."""
        return len(self.places[0])


def rewrite(codes: pa.Array, rules: Sequence[str]) -> pa.Array:
    """Codes as some rules (names in CODE_STEPS) write them, in the order that is given."""
    for rule in rules:
        for pattern, by in CODE_STEPS[rule]:
            codes = pc.replace_substring_regex(codes, pattern, by)
    return codes


def find_offer(provincial: pa.Array, national: pa.Array) -> Offer | None:
    """The plainest rules by which the most codes without a partner find one; None where too few
    do, or where two of one list would become the same."""
    best: Offer | None = None
    shorter = min(len(provincial), len(national))
    for rules in OFFERS:
        is_loose = bool(LOOSE & set(rules))
        found = _try(provincial, national, rules)
        # of one or two codes that are left over, all must meet
        enough = max(FEWEST if is_loose else min(FEWEST, shorter), PART * shorter * is_loose)
        if found and is_loose and _provinces_differ(found):
            continue
        if found and found.count >= enough and (best is None or found.count > best.count):
            best = found
        if best and best.count >= 0.95 * shorter:
            break
    return best


def province_of(code: str) -> str | None:
    """The province that a code names: `000.00.17.H44-260302-0001` is H44's."""
    found = _PROVINCE.search(code)
    return found[1] if found else None


def _provinces_differ(offer: Offer) -> bool:
    """Whether a code and its partner are of two provinces: no rule makes them one dossier."""
    ours, theirs = province_of(offer.provincial), province_of(offer.national)
    return ours is not None and theirs is not None and ours != theirs


def _try(provincial: pa.Array, national: pa.Array, rules: tuple[str, ...]) -> Offer | None:
    ours, theirs = (rewrite(codes, rules) for codes in (provincial, national))
    here = pc.indices_nonzero(pc.is_in(ours, value_set=theirs))
    if not len(here):
        return None
    there = pc.indices_nonzero(pc.is_in(theirs, value_set=ours))
    met = ours.take(here)
    if len(pc.unique(met)) < len(here) or len(pc.unique(theirs.take(there))) < len(there):
        return None
    partner = theirs.index(met[0]).as_py()
    return Offer(
        rules, provincial[here[0].as_py()].as_py(), national[partner].as_py(), (here, there)
    )


def hardly_meet(provincial: int, national: int, both: int) -> bool:
    """Whether two lists, by their dossiers and those they share, can't be lists of one thing."""
    shorter = min(provincial, national)
    return shorter >= SHORT and both < MEET * shorter
