"""Judge the dossiers that have no partner, and tell what a reader has to know."""

import contextlib
import filecmp
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
from core.dossiers.judging.forms import Offer, find_offer, hardly_meet, rewrite
from core.dossiers.judging.periods import Period, is_apart
from core.dossiers.queries import ALONE, PART_BITS, SIDES
from core.dossiers.rows import code_keys

_NUMBERED = re.compile(r"(.+) \[\d+\]")
Lists = Mapping[str, Sequence[tuple[dossier_lists.DossierList, dossier_lists.Mapping]]]


@dataclass(frozen=True)
class Judged:
    """Per side the period of its list (None: no dates); an offer of rules; and where the lists
    hardly meet: the dossiers shared, those of the shorter list, and a code of each."""

    periods: Mapping[str, Period | None]
    offer: Offer | None
    apart: tuple[int, int, str, str] | None


def is_twin(heading: str, other: str) -> bool:
    """Whether another column has the same heading: repeated ones have their number behind it."""
    found = _NUMBERED.fullmatch(other)
    return found is not None and found[1] == heading


def judge(base: duckdb.DuckDBPyConnection, choices: Choices) -> Judged:
    """Set dossiers of `pair` apart that can't be called missing: `undecided` where codes don't
    meet, `outside` where the other list has another period."""
    periods = {side: _period(base, side) for side in SIDES}
    offer, apart = (None, None) if choices.as_written else _codes(base, choices)
    _lost_codes(base)
    ours, theirs = periods["provincial"], periods["national"]
    if ours is not None and theirs is not None:
        _outside(base, "provincial", theirs)
        _outside(base, "national", ours)
    return Judged(periods, offer, apart)


def _period(base: duckdb.DuckDBPyConnection, side: str) -> Period | None:
    first, last = base.execute(sql.LIST_PERIOD.format(side=side)).fetchall()[0]
    return None if first is None else Period(first, last)


def _unpaired(base: duckdb.DuckDBPyConnection, side: str) -> pa.Table:
    query = sql.UNPAIRED.format(side=side, alone=ALONE[side])
    return base.sql(query).to_arrow_table()


def _set(base: duckdb.DuckDBPyConnection, side: str, outcome: str, lines: pa.Array) -> None:
    base.register("chosen", pa.table({"line": lines}))
    base.execute(sql.SET_SOME.format(outcome=outcome, alone=ALONE[side], side=side))
    base.unregister("chosen")


def _codes(
    base: duckdb.DuckDBPyConnection, choices: Choices
) -> tuple[Offer | None, tuple[int, int, str, str] | None]:
    alone = {side: _unpaired(base, side) for side in SIDES}
    codes = {
        side: rewrite(code_keys(alone[side]["dossier_id"].combine_chunks()), choices.rules)
        for side in SIDES
    }
    offer = find_offer(codes["provincial"], codes["national"])
    if offer is not None:
        for side, places in zip(SIDES, offer.places, strict=True):
            _set(base, side, "undecided", alone[side]["line"].take(places))
    (both,) = base.execute("SELECT count(*) FROM pair WHERE outcome = 'both'").fetchall()[0]
    met = 0 if offer is None else offer.count
    counts = {side: both + len(codes[side]) for side in SIDES}
    if not hardly_meet(counts["provincial"], counts["national"], both + met):
        return offer, None
    for side in SIDES:
        base.execute(sql.SET_APART.format(outcome="undecided", alone=ALONE[side]))
    examples = [codes[side][0].as_py() for side in SIDES]
    return offer, (both, min(counts.values()), *examples)


def _lost_codes(base: duckdb.DuckDBPyConnection) -> None:
    """Dossiers without a partner are undecided where the other list has no dossier that can be
    read, or as many codes that a spreadsheet spoiled as could be all of them."""
    for side, other in zip(SIDES, reversed(SIDES), strict=True):
        ((lost, read),) = base.execute(sql.CODELESS.format(side=other)).fetchall()
        alone = len(_unpaired(base, side))
        if alone and (read == 0 or lost >= alone):
            base.execute(sql.SET_APART.format(outcome="undecided", alone=ALONE[side]))


def _outside(base: duckdb.DuckDBPyConnection, side: str, other: Period) -> None:
    alone = _unpaired(base, side).to_pandas().dropna(subset=["day"])
    days = pd.to_datetime(alone["day"]).dt.date
    for end, beyond in ((other.last, days > other.last), (other.first, days < other.first)):
        if is_apart(list(days[beyond]), end):
            _set(base, side, "outside", pa.array(alone["line"][beyond], pa.int64()))


def tell(
    base: duckdb.DuckDBPyConnection,
    lists: Lists,
    accounts: pd.DataFrame,
    judged: Judged,
    choices: Choices,
    compared: Sequence[str],
    left_out: Sequence[str],
) -> tuple[Caution, ...]:
    """All that a reader has to know, what keeps from an all-clear first."""
    columns = {
        side: Column(one.name, m.dossier_id or "") for side in SIDES for one, m in lists[side][:1]
    }
    found = [
        *say.of_codes(judged.offer, judged.apart, columns),
        *_of_rows(accounts, judged, choices),
        *_of_files(base, lists, left_out),
        *of_days(base, lists),
        *_of_provinces(base, lists),
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


def _of_files(
    base: duckdb.DuckDBPyConnection, lists: Lists, left_out: Sequence[str]
) -> Iterator[Caution]:
    for ours, theirs in _same_files(lists):
        yield Caution("same_file", say.SAME_FILE, {"ours": ours, "theirs": theirs})
    if left_out:
        yield Caution("sheets_left_out", say.SHEETS, {"names": ", ".join(left_out)}, True)
    for side in SIDES:
        for reason, value, line, count in base.execute(sql.EXAMPLES.format(side=side)).fetchall():
            if reason != "total":
                source, mapping = lists[side][line >> PART_BITS]
                details = {
                    "count": count,
                    "column": mapping.dossier_id,
                    "file": source.name,
                    "value": value,
                    "line": line & (2**PART_BITS - 1),
                }
                kind, text = {
                    "number_id": ("lost_digits", say.MADE_NUMBERS),
                    "date_id": ("became_dates", say.MADE_DATES),
                }[reason]
                yield Caution(kind, text, details, True)
            else:
                yield from _totals_off(base, side, lists[side])
        ((number, value),) = base.execute(sql.REPAIRED.format(side=side)).fetchall()
        if number:
            yield Caution("lookalikes", say.LOOK_ALIKE, {"count": number, "value": value})
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


def _of_provinces(base: duckdb.DuckDBPyConnection, lists: Lists) -> Iterator[Caution]:
    """Codes that name a province which is not that of the units."""
    home = {code for (code,) in base.execute(sql.HOME).fetchall()}
    if "" in home or not home:  # the units have codes of another kind: nobody can tell
        return
    # looked for in the few codes without that of home: a search costs less than an expression
    others = " AND ".join(f"NOT contains(key, '{code}')" for code in sorted(home))
    for side in SIDES:
        query = sql.PROVINCES.format(side=side, bits=PART_BITS, others=others)
        for part, found, value, line, count in base.execute(query).fetchall():
            if found not in home:
                details = {
                    "count": count,
                    "file": lists[side][part][0].name,
                    "found": found,
                    "value": value,
                    "line": line & (2**PART_BITS - 1),
                    "expected": ", ".join(sorted(home)),
                }
                yield Caution("other_province", say.OTHER_PROVINCE, details, True)


def _totals_off(
    base: duckdb.DuckDBPyConnection,
    side: str,
    parts: Sequence[tuple[dossier_lists.DossierList, dossier_lists.Mapping]],
) -> Iterator[Caution]:
    """Grand totals that say another number than their list has."""
    query = sql.PART_COUNTS.format(side=side, bits=PART_BITS, lost=sql.LOST)
    counts = {part: {dossiers, rows} for part, dossiers, rows in base.execute(query).fetchall()}
    totals = base.execute(sql.TOTALS.format(side=side, bits=PART_BITS)).fetchall()
    for value, part in totals:
        said = said_total(value or "")
        if said is not None and said not in counts.get(part, set()):
            name, found = parts[part][0].name, max(counts.get(part, {0}))
            details = {"file": name, "said": said, "found": found}
            yield Caution("total_differs", say.TOTAL_OFF, details, True)
