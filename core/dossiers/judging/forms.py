"""Two ways of writing one code: rules that make them meet, offered to a person and never assumed.

A rule rewrites the codes of both lists; it is offered where codes without a partner find one by it,
each a single one. They are compared in a database, which goes to the disk where they are many:
`alone` there has list (a side), line, key and day of every dossier without a partner.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
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
    """Rules that make codes meet, a code of each list that do, and how many dossiers of the
    provincial list find a partner."""

    rules: tuple[str, ...]
    provincial: str
    national: str
    count: int


# by a rule: how many codes meet, the most dossiers of each side under one, and of the first met one
_MEETING = """
SELECT count(*), max(ours), max(theirs), min(line) FROM (
    SELECT {written} AS code, count(*) FILTER (list = 'provincial') AS ours,
        count(*) FILTER (list = 'national') AS theirs,
        min(line) FILTER (list = 'provincial') AS line
    FROM alone GROUP BY code HAVING ours > 0 AND theirs > 0
)
"""
_EXAMPLE = """
SELECT p.key, n.key FROM alone p JOIN alone n ON {ours} = {theirs}
WHERE p.list = 'provincial' AND p.line = ? AND n.list = 'national'
"""
_MET = """
CREATE TEMP TABLE met AS SELECT p.line AS provincial, n.line AS national
FROM alone p JOIN alone n ON {ours} = {theirs}
WHERE p.list = 'provincial' AND n.list = 'national';
CREATE TEMP VIEW met_provincial AS SELECT provincial AS line FROM met;
CREATE TEMP VIEW met_national AS SELECT national AS line FROM met;
"""


def rewrite(codes: pa.Array, rules: Sequence[str]) -> pa.Array:
    """Codes as some rules (names in CODE_STEPS) write them, in the order that is given."""
    for rule in rules:
        for pattern, by in CODE_STEPS[rule]:
            codes = pc.replace_substring_regex(codes, pattern, by)
    return codes


def written(rules: Sequence[str], column: str = "key") -> str:
    """What `rewrite` does, as an expression of the database, which has the same regular
    expressions."""
    for rule in rules:
        for pattern, by in CODE_STEPS[rule]:
            column = f"regexp_replace({column}, '{pattern}', '{by}', 'g')"
    return column


def find_offer(base: duckdb.DuckDBPyConnection, shorter: int) -> Offer | None:
    """The plainest rules by which the most codes without a partner find one; None where too few
    do, or where two of one list would become the same. `shorter`: dossiers of the shorter side."""
    best: Offer | None = None
    for rules in OFFERS:
        is_loose = bool(LOOSE & set(rules))
        found = _try(base, rules)
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


def _try(base: duckdb.DuckDBPyConnection, rules: tuple[str, ...]) -> Offer | None:
    query = _MEETING.format(written=written(rules))
    [(count, ours, theirs, line)] = base.execute(query).fetchall()
    if not count or max(ours, theirs) > 1:
        return None
    [(provincial, national)] = base.execute(_paired(_EXAMPLE, rules), [line]).fetchall()
    return Offer(rules, provincial, national, count)


def keep_met(base: duckdb.DuckDBPyConnection, offer: Offer) -> None:
    """Make `met_provincial` and `met_national`: the lines of those that an offer lets meet."""
    base.execute(_paired(_MET, offer.rules))


def _paired(query: str, rules: Sequence[str]) -> str:
    return query.format(ours=written(rules, "p.key"), theirs=written(rules, "n.key"))


def hardly_meet(shorter: int, both: int) -> bool:
    """Whether two lists, by the dossiers of the shorter one and those they share, can't be lists of
    one thing."""
    return shorter >= SHORT and both < MEET * shorter
