"""Tables of what changed since the last figures: rates, units, both portals, overdue dossiers."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from core.dataset.facts import facts
from core.documents.situation import component_title
from core.documents.words import ABOUT, UNKNOWN_FIGURE, Words
from core.export.official import Align, OfficialTable
from core.index.rollup import PROVINCE, Status, score
from core.outlook.case import Case

MOST_DATES = 3
SHOWN_LEVELS = ("department", "district", "commune")
_SAME = 0.005  # percentage points or points: no difference in two decimals


def rates_table(case: Case, words: Words) -> OfficialTable:
    """Every published rate of the province, in the order of the data, on the last three dates."""
    rates = _province_rates(case)
    dates: list[Any] = list(rates.columns)
    rows = []
    for number, (code, row) in enumerate(rates.iterrows(), 1):
        values = [float(row[date]) for date in dates]
        change = values[-1] - values[-2] if len(values) > 1 else float("nan")
        rows.append(
            (
                f"{number}",
                _name_of(case, str(code), words),
                *(words.percent(value / 100) for value in values),
                *([_moved(words, change)] if len(dates) > 1 else []),
            )
        )
    several = len(dates) > 1
    right: list[Align] = ["right"] * (len(dates) + several)
    align: tuple[Align, ...] = ("center", "left", *right)
    return OfficialTable(
        head=(
            words.say("no"),
            words.say("rate"),
            *(words.day(date) for date in dates),
            *([words.say("change")] if several else []),
        ),
        rows=tuple(rows),
        widths=(1.2, 6.4, *[2.6] * (len(dates) + several)),
        align=align,
    )


def moves_of(case: Case, words: Words) -> list[str]:
    """Which rates fell, rose, and stayed at 100 %, since the date before; nothing of one date."""
    rates = _province_rates(case)
    if len(rates.columns) < 2:
        return []
    now, before = rates.iloc[:, -1], rates.iloc[:, -2]
    change = now - before
    kinds = {
        "fell": change < -_SAME,
        "rose": change > _SAME,
        "full": (change.abs() <= _SAME) & (now >= 100 - _SAME),
        "same": (change.abs() <= _SAME) & (now < 100 - _SAME),
    }
    return [
        words.say(
            key,
            count=f"{int(chosen.sum()):02}",
            names="; ".join(_name_of(case, str(code), words) for code in rates.index[chosen]),
        )
        for key, chosen in kinds.items()
        if chosen.any()
    ]


def rank_sentence(case: Case, words: Words) -> str:
    """The published rank with its change since the one before; that there is none, else."""
    rows = case.dataset.counts
    mine = rows[(rows["quantity"] == "rank") & (rows["unit"] == case.baseline.units[PROVINCE])]
    mine = mine[mine["as_of"] <= pd.Timestamp(case.dataset.meta.as_of)].sort_values("as_of")
    meta = case.dataset.meta
    as_of = words.full_day(meta.as_of)
    if mine.empty or mine["as_of"].iloc[-1].date() != meta.as_of:
        if meta.published_rank is None:
            return words.say("no_rank", as_of=as_of)
        return words.say("rank_only", as_of=as_of, rank=f"{meta.published_rank}/{meta.field_size}")
    now = mine.iloc[-1]
    rank = f"{now['count']:.0f}/{now['of']:.0f}"
    if len(mine) < 2:
        return words.say("rank_only", as_of=as_of, rank=rank)
    old = mine.iloc[-2]
    places = int(old["count"] - now["count"])
    move = "up" if places > 0 else "down" if places < 0 else "still"
    before, past = words.day(old["as_of"].date()), f"{old['count']:.0f}/{old['of']:.0f}"
    moved = words.say(f"rank_{move}", places=abs(places), before=before, past=past)
    return words.say("rank_moved", as_of=as_of, rank=rank, moved=moved)


def units_tables(case: Case, words: Words) -> list[tuple[str, OfficialTable]]:
    """Scores of the units of each level, the best first, as published, else as computed.

    Published ones stand beside those of the date before; a unit that had no dossiers says so.
    """
    now, before, dates = _unit_totals(case)
    idle = _without_dossiers(case)
    computed = not np.isfinite(now).any()
    marks = np.full(len(now), "", dtype=object)
    if computed:
        now = score(case.baseline, case.baseline.rate).total
        guessed = (case.baseline.status == Status.ESTIMATED) & case.baseline.carried
        marks = np.where(guessed.any(axis=1), ABOUT, "")
    names, found = case.dataset.units["name_vi"], []
    for level in SHOWN_LEVELS:
        inside = [u for u, one in enumerate(case.baseline.level) if one == level]
        rows = [u for u in inside if np.isfinite(now[u]) and (now[u] > 0 or not computed)]
        rows = sorted(rows, key=lambda u: -float(now[u]))
        quiet = [u for u in inside if u not in rows and case.baseline.units[u] in idle]
        if not rows:
            continue
        both = len(dates) > 1
        cells = [
            (
                str(names.iloc[u]),
                *([_short_number(words, before[u])] if both else []),
                marks[u] + _short_number(words, now[u]),
                *([_moved(words, float(now[u] - before[u]))] if both else []),
            )
            for u in rows
        ]
        for u in quiet:
            count = idle[case.baseline.units[u]]
            said = [words.say("dossiers", count=f"{n:.0f}") if n else words.say("no_dossiers")
                    for n in (count if both else count[-1:])]  # fmt: skip
            cells.append((str(names.iloc[u]), *said, *(["-"] if both else [])))
        table = OfficialTable(
            head=(
                words.say("no"),
                words.say("unit_only"),
                *(words.say("score_on", date=words.day(date)) for date in dates),
                *([words.say("change")] if both else []),
            ),
            rows=tuple((f"{number}", *row) for number, row in enumerate(cells, 1)),
            widths=(1.2, 7.5, 3, 3, 2.4) if both else (1.2, 10, 4),
            align=("center", "left", *["right"] * (3 if both else 1)),  # type: ignore[arg-type]
        )
        found.append((words.level(level), table))
    return found


def pairs_table(case: Case, words: Words) -> OfficialTable:
    """Units whose rate both portals report, by component: what the one has and what counts."""
    national = facts(case.dataset).rate
    provincial = facts(case.dataset, portal="provincial").rate
    names = case.dataset.units["name_vi"]
    rows: list[tuple[str, ...]] = []
    bands: list[int] = []
    for column in range(len(case.dataset.rules.components)):
        both = np.isfinite(national[:, column]) & np.isfinite(provincial[:, column])
        if not both.any():
            continue
        bands.append(len(rows))
        rows.append((component_title(case, column, words), "", "", ""))
        rows += [
            (
                f"{number}",
                str(names.iloc[u]),
                words.percent(provincial[u, column]),
                words.percent(national[u, column]),
            )
            for number, u in enumerate(np.flatnonzero(both), 1)
        ]
    return OfficialTable(
        head=(
            words.say("no"),
            words.say("unit_only"),
            words.say("own_portal"),
            words.say("national"),
        ),
        rows=tuple(rows),
        widths=(1.2, 8, 3.5, 3.5),
        align=("center", "left", "right", "right"),
        bands=frozenset(bands),
    )


def overdue_sentences(case: Case, words: Words) -> list[str]:
    """Overdue dossiers of the province on its last two dates, and of units on theirs."""
    rows = case.dataset.counts
    rows = rows[rows["quantity"] == "overdue"].sort_values("as_of")
    if rows.empty:
        return []
    own = rows[rows["unit"] == case.baseline.units[PROVINCE]]
    found = []
    if len(own) > 1:
        old, now = own.iloc[-2], own.iloc[-1]
        found.append(
            words.say(
                "overdue_moved",
                before=words.day(old["as_of"].date()),
                past=words.number(old["count"], 0),
                as_of=words.day(now["as_of"].date()),
                count=words.number(now["count"], 0),
            )
        )
    units = rows[rows["unit"] != case.baseline.units[PROVINCE]]
    names = case.dataset.units["name_vi"]
    for date, part in units.groupby("as_of"):
        listed = "; ".join(
            f"{names[row['unit']]}: {words.number(row['count'], 0)}" for _, row in part.iterrows()
        )
        day: Any = date
        found.append(words.say("overdue_units", as_of=words.day(day.date()), units=listed))
    return found


def _province_rates(case: Case) -> pd.DataFrame:
    """Published rates of the province in per cent: a row a component in the order of the newest
    figures, a column a date, at most MOST_DATES."""
    rows = case.dataset.observations
    mine = rows[(rows["unit"] == case.baseline.units[PROVINCE]) & (rows["portal"] == "national")]
    counted = 100 * mine["numerator"] / mine["denominator"].where(mine["denominator"] > 0)
    mine = mine.assign(percent=counted.fillna(mine["rate_percent"])).dropna(subset="percent")
    mine = mine[mine["as_of"] <= pd.Timestamp(case.dataset.meta.as_of)]
    newest = mine[mine["as_of"] == mine["as_of"].max()]["component"].tolist()
    mine = mine[mine["component"].isin(newest)]
    dates = sorted(mine["as_of"].unique())[-MOST_DATES:]
    mine = mine[mine["as_of"].isin(dates)]
    wide = mine.pivot(index="component", columns="as_of", values="percent").loc[newest]
    wide.columns = pd.Index([pd.Timestamp(day).date() for day in wide.columns], dtype="object")
    return wide


def _name_of(case: Case, code: str, words: Words) -> str:
    """A component's name; one that the rules give no points for has one too."""
    if code in case.dataset.rules.components:
        return component_title(case, case.dataset.rules.index(code), words)
    return words.unscored(code)


def _unit_totals(case: Case) -> tuple[Any, Any, list[dt.date]]:
    """Published scores (U,) on the date of the data and on the last one before with any, and the
    dates of both; of the data alone where there is none before."""
    as_of = case.dataset.meta.as_of
    now = facts(case.dataset).total.copy()
    now[PROVINCE] = np.nan
    for day in reversed([one.date() for one in case.dataset.dates if one.date() < as_of]):
        before = facts(case.dataset, day).total
        if np.isfinite(before[PROVINCE + 1 :]).any():
            return now, before, [day, as_of]
    return now, np.full(len(now), np.nan), [as_of]


def _without_dossiers(case: Case) -> dict[str, list[float]]:
    """Units that had no dossiers on the date of the data: how many on each date, the last two."""
    rows = case.dataset.counts
    rows = rows[rows["quantity"] == "dossiers"].sort_values("as_of")
    found = {str(unit): part["count"].tolist()[-2:] for unit, part in rows.groupby("unit")}
    return {unit: counts for unit, counts in found.items() if counts[-1] == 0}


def _short_number(words: Words, value: float) -> str:
    if value != value:
        return UNKNOWN_FIGURE
    text, point = words.number(value), "," if words.language == "vi" else "."
    return text.rstrip("0").rstrip(point)


def _moved(words: Words, value: float) -> str:
    if value != value:
        return UNKNOWN_FIGURE
    if abs(value) < _SAME:
        return "-"
    text, point = words.number(value, sign=True), "," if words.language == "vi" else "."
    return text.rstrip("0").rstrip(point)
