"""Judge the dossiers that have no partner, and tell what a reader has to know.

What is decided here is decided of the whole lists, from figures that add up (`told`): so it is the
same for rows in one database and for rows in many.
"""

import contextlib
import datetime as dt
import filecmp
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from core.dossiers import lists as dossier_lists
from core.dossiers import queries as sql
from core.dossiers.judging import cautions as say
from core.dossiers.judging.asides import said_total
from core.dossiers.judging.cautions import Caution, Column
from core.dossiers.judging.choices import Choices
from core.dossiers.judging.days import of_days
from core.dossiers.judging.forms import Offer, find_offer, hardly_meet, keep_met
from core.dossiers.judging.periods import Period, is_apart
from core.dossiers.queries import ALONE, PART_BITS, SIDES
from core.dossiers.results.pairing import Lists
from core.dossiers.results.told import Told, side_rows

_NUMBERED = re.compile(r"(.+) \[\d+\]")
Base = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Judged:
    """Per side the period of its list (None: no dates); an offer of rules; and where the lists
    hardly meet: the dossiers shared, those of the shorter list, and a code of each.

    What follows for the dossiers without a partner: those that the offer lets meet are undecided,
    all of the sides in `undecided` are, and those `outside`: a side, "<" or ">", and the day beyond
    which the other list has none."""

    periods: Mapping[str, Period | None] = field(default_factory=dict)
    offer: Offer | None = None
    apart: tuple[int, int, str, str] | None = None
    undecided: frozenset[str] = frozenset()
    outside: tuple[tuple[str, str, dt.date], ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether every dossier without a partner is called so."""
        return not (self.offer or self.undecided or self.outside)


def is_twin(heading: str, other: str) -> bool:
    """Whether another column has the same heading: repeated ones have their number behind it."""
    found = _NUMBERED.fullmatch(other)
    return found is not None and found[1] == heading


def judge(facts: Told, alone: Callable[[], Base], choices: Choices) -> Judged:
    """Which dossiers can't be called missing: `undecided` where codes don't meet, `outside` where
    the other list has another period. `alone` gives a database with the dossiers without a partner
    (`forms`), which keeps those that an offer lets meet; it is asked only where codes are
    compared."""
    periods = {side: _period(facts, side) for side in SIDES}
    days = {
        side: {row["day"]: row["count"] for row in side_rows(facts, "alone_days", side)}
        for side in SIDES
    }
    (both,) = facts["paired"]["both"].to_pylist()
    offer, apart = None, None
    if not choices.as_written:
        offer, apart = _codes(alone, both or 0, days)
    undecided = frozenset(SIDES) if apart else _lost_codes(facts, days)
    outside = list[tuple[str, str, dt.date]]()
    ours, theirs = periods["provincial"], periods["national"]
    if ours is not None and theirs is not None:
        for side, other in (("provincial", theirs), ("national", ours)):
            if side not in undecided:
                outside += _outside(side, days[side], other)
    return Judged(periods, offer, apart, undecided, tuple(outside))


def _period(facts: Told, side: str) -> Period | None:
    [found] = side_rows(facts, "periods", side)
    first, last = found["first"], found["last"]
    return Period(first, last) if isinstance(first, dt.date) and isinstance(last, dt.date) else None


def _codes(
    alone: Callable[[], Base], both: int, days: dict[str, dict[object, int]]
) -> tuple[Offer | None, tuple[int, int, str, str] | None]:
    """An offer, or where the lists hardly meet; those that the offer makes meet leave `days`."""
    counts = {side: sum(days[side].values()) for side in SIDES}
    if not all(counts.values()):
        return None, None  # one of the lists has a partner for all of its dossiers
    base = alone()
    offer = find_offer(base, min(counts.values()))
    if offer is not None:
        keep_met(base, offer)
        for side in SIDES:
            for day, count in base.execute(sql.MET_DAYS.format(side=side)).fetchall():
                days[side][day] -= count
    shorter = both + min(counts.values())
    if not hardly_meet(shorter, both + (offer.count if offer else 0)):
        return offer, None
    examples = [base.execute(sql.FIRST_ALONE, [side]).fetchall()[0][0] for side in SIDES]
    return offer, (both, shorter, *examples)


def _lost_codes(facts: Told, days: Mapping[str, Mapping[object, int]]) -> frozenset[str]:
    """The sides whose dossiers without a partner are undecided: the other list has no dossier that
    can be read, or as many codes that a spreadsheet spoiled as could be all of them."""
    found = set()
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        [row] = side_rows(facts, "codeless", other)
        lost, read = row["lost"], row["read"]
        alone = sum(days[side].values())
        if alone and (read == 0 or lost >= alone):
            found.add(side)
    return frozenset(found)


def _outside(
    side: str, days: Mapping[object, int], other: Period
) -> Iterator[tuple[str, str, dt.date]]:
    left = [day for day, count in days.items() if count and isinstance(day, dt.date)]
    for way, end in ((">", other.last), ("<", other.first)):
        beyond = [day for day in left if (day > end if way == ">" else day < end)]
        if is_apart(beyond, end):
            yield side, way, end


def show_alone(base: Base) -> None:
    """`alone`: the dossiers of `pair` without a partner, for `judge`."""
    base.execute(f"CREATE TEMP VIEW alone AS {sql.ALONE_OF_BOTH}")


def unpaired(base: Base) -> dict[str, pa.Table]:
    """The dossiers of `pair` without a partner, by side."""
    return {
        side: base.sql(sql.UNPAIRED.format(side=side, alone=ALONE[side])).to_arrow_table()
        for side in SIDES
    }


def settle(base: Base, judged: Judged) -> None:
    """Set the dossiers of `pair` apart that can't be called missing. Where there is an offer,
    `met_<side>` are the lines of those that it lets meet."""
    if judged.offer is not None:
        for side in SIDES:
            base.execute(sql.SET_MET.format(outcome="undecided", alone=ALONE[side], side=side))
    for side in judged.undecided:
        base.execute(sql.SET_APART.format(outcome="undecided", alone=ALONE[side]))
    for side, way, day in judged.outside:
        base.execute(sql.SET_OUTSIDE.format(alone=ALONE[side], beyond=way), [day])


def tell(
    told: Told,
    home: set[str],
    lists: Lists,
    accounts: pd.DataFrame,
    judged: Judged,
    choices: Choices,
    compared: Sequence[str],
    left_out: Sequence[str],
) -> tuple[Caution, ...]:
    """All that a reader has to know, what keeps from an all-clear first. `home`: the provinces of
    the units, by their codes."""
    columns = {
        side: Column(one.name, m.dossier_id or "") for side in SIDES for one, m in lists[side][:1]
    }
    dates = {
        kind: {side: side_rows(told, kind, side) for side in SIDES}
        for kind in ("month_first", "unreadable_dates")
    }
    found = [
        *say.of_codes(judged.offer, judged.apart, columns),
        *_of_rows(accounts, judged, choices),
        *_of_files(told, lists, left_out),
        *of_days(dates, lists),
        *_of_provinces(told, home, lists),
    ]
    if choices.rules:
        found.append(Caution("rule_applied", say.RULED, {"rules": say.said_rules(choices.rules)}))
    for flag, what in (("digitized", "digitisation"), ("paid", "online payment")):
        if flag not in compared:
            found.append(Caution("not_compared", say.UNCOMPARED, {"what": (what,)}))
    return tuple(sorted(found, key=lambda one: not one.blocks))


def _of_rows(accounts: pd.DataFrame, judged: Judged, choices: Choices) -> Iterator[Caution]:
    count = {str(name): int(total) for name, total in accounts.sum().items()}
    if count["unreadable"]:
        yield Caution("unreadable", say.UNREAD, {"count": count["unreadable"]}, True)
    if (accounts[["both", "one_side", "undecided", "outside"]].sum(axis=1) == 0).any():
        yield Caution("empty_list", say.EMPTY_LIST, {}, True)
    if count["contradicting"]:
        yield Caution("contradicting", say.CONTRADICT, {"count": count["contradicting"]}, True)
    if choices.keep != "agree" and count["duplicate"]:
        which = (say.WHICH[choices.keep],)
        yield Caution("row_chosen", say.ROW_CHOSEN, {"which": which, "count": count["duplicate"]})
    if count["outside"]:
        ours, theirs = (say.said_period(judged.periods[side]) for side in SIDES)
        details = {"ours": ours, "theirs": theirs, "count": count["outside"]}
        yield Caution("different_periods", say.OTHER_PERIODS, details, True)
    if count["unknown_unit"]:
        yield Caution("unknown_units", say.NO_SUCH_UNITS, {"count": count["unknown_unit"]}, True)
    if count["total"] or count["heading"]:
        details = {"totals": count["total"], "headings": count["heading"]}
        yield Caution("totals", say.ASIDES, details)
    if count["free"]:
        yield Caution("free_of_charge", say.FREE_OF_CHARGE, {"count": int(accounts["free"].max())})


def _of_files(told: Told, lists: Lists, left_out: Sequence[str]) -> Iterator[Caution]:
    for ours, theirs in _same_files(lists):
        yield Caution("same_file", say.SAME_FILE, {"ours": ours, "theirs": theirs})
    if left_out:
        yield Caution("sheets_left_out", say.SHEETS, {"names": ", ".join(left_out)}, True)
    for side in SIDES:
        for row in side_rows(told, "examples", side):
            if row["reason"] != "total":
                kind, text = {
                    "number_id": ("lost_digits", say.MADE_NUMBERS),
                    "date_id": ("became_dates", say.MADE_DATES),
                }[row["reason"]]
                source, mapping = lists[side][row["line"] >> PART_BITS]
                details = {"column": mapping.dossier_id, "file": source.name, **_example(row)}
                yield Caution(kind, text, details, True)
            else:
                yield from _totals_off(told, side, lists[side])
        for row in side_rows(told, "repaired", side):
            details = {"count": row["count"], "value": row["value"]}
            yield Caution("lookalikes", say.LOOK_ALIKE, details)
        for source, mapping in lists[side]:
            for heading in mapping.used.values():
                if any(is_twin(heading, other) for other in source.columns):
                    details = {"file": source.name, "column": heading}
                    yield Caution("heading_twice", say.HEADED_TWICE, details, True)
            if source.hidden_rows:
                text = say.UNHIDDEN if source.skip_hidden else say.HIDDEN
                details = {"count": source.hidden_rows, "file": source.name}
                yield Caution("hidden_rows", text, details)
            if source.blind:
                yield Caution("hidden_unknown", say.BLIND, {"file": source.name})
            if source.unseen:
                details = {"file": source.name, "names": ", ".join(source.unseen)}
                yield Caution("hidden_sheets", say.UNSEEN, details, True)


def _same_files(lists: Lists) -> Iterator[tuple[str, str]]:
    """The names of files that stand on both sides, to the last byte."""
    for ours, _ in lists["provincial"]:
        for theirs, _ in lists["national"]:
            with contextlib.suppress(OSError):
                if ours.path.stat().st_size == theirs.path.stat().st_size and filecmp.cmp(
                    ours.path, theirs.path, shallow=False
                ):
                    yield ours.name, theirs.name


def _example(row: Mapping[str, Any]) -> dict[str, object]:
    line = row["line"] & (2**PART_BITS - 1)
    return {"count": row["count"], "value": row["value"], "line": line}


def _of_provinces(told: Told, home: set[str], lists: Lists) -> Iterator[Caution]:
    """Codes that name a province which is not that of the units."""
    if "" in home or not home:  # the units have codes of another kind: nobody can tell
        return
    for side in SIDES:
        for row in side_rows(told, "provinces", side):
            if row["found"] not in home:
                name = lists[side][row["part"]][0].name
                details = {"file": name, "found": row["found"], **_example(row)}
                details["expected"] = ", ".join(sorted(home))
                yield Caution("other_province", say.OTHER_PROVINCE, details, True)


def _totals_off(
    told: Told,
    side: str,
    parts: Sequence[tuple[dossier_lists.DossierList, dossier_lists.Mapping]],
) -> Iterator[Caution]:
    """Grand totals that say another number than their list has."""
    counts = {
        row["part"]: {row["dossiers"] + bool(row["codeless"]), row["rows"]}
        for row in side_rows(told, "parts", side)
    }
    for row in side_rows(told, "totals", side):
        part, said = row["part"], said_total(row["value"] or "")
        if said is not None and said not in counts.get(part, set()):
            name, found = parts[part][0].name, max(counts.get(part, {0}))
            details = {"file": name, "said": said, "found": found}
            yield Caution("total_differs", say.TOTAL_OFF, details, True)
