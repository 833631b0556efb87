"""Tables of where the province stands: groups of indicators with changes, units at 0 %."""

import datetime as dt

import numpy as np
import pandas as pd

from core.dataset.facts import Facts, facts
from core.documents.words import ABOUT, UNKNOWN_FIGURE, Words
from core.export.official import OfficialTable
from core.index.rollup import PROVINCE, Status, score
from core.index.rules import by_group
from core.outlook.case import Case
from core.review.targets import at_zero
from core.rounding import parts_of


def groups_table(case: Case, words: Words) -> OfficialTable:
    """All groups with points of their maximum, and below each the rates that are published.

    Beside the last date before the data on which anything of the province is published, where there
    is one; the change is in points and in percentage points.
    """
    dataset, rules = case.dataset, case.dataset.rules
    before = _earlier(case)
    now, then = facts(dataset), facts(dataset, before) if before else None
    most = by_group(rules, rules.max_points)
    rows: list[tuple[str, ...]] = []
    for g, group in enumerate(rules.groups):
        current, mark = _group_now(case, now, g)
        old = then.group_points[PROVINCE, g] if then else np.nan
        rows.append(
            (
                f"{g + 1}",
                words.group(group),
                *([_of(words, old, most[g])] if then else []),
                mark + _of(words, current, most[g]),
                *([_change(words, current - old)] if then else []),
            )
        )
        inside = [c for c in range(len(rules.components)) if rules.group_index[c] == g]
        known = [c for c in inside if _is_known(now, then, c)]
        for number, c in enumerate(known, 1):
            rate, past = now.rate[PROVINCE, c], then.rate[PROVINCE, c] if then else np.nan
            rows.append(
                (
                    f"{g + 1}.{number}",
                    component_title(case, c, words),
                    *([words.percent(past)] if then else []),
                    words.percent(rate),
                    *([_change(words, 100 * (rate - past))] if then else []),
                )
            )
    past_head = [words.day(before)] if before else []
    return OfficialTable(
        head=(
            words.say("no"),
            words.say("group"),
            *past_head,
            words.day(dataset.meta.as_of),
            *([words.say("change")] if before else []),
        ),
        rows=tuple(rows),
        widths=(1.2, 7, 2.6, 2.6, 2.2) if before else (1.2, 8, 3),
        align=("center", "left", *["right"] * (3 if before else 1)),  # type: ignore[arg-type]
    )


def zeros_table(case: Case, components: list[str], words: Words) -> OfficialTable:
    """The units whose published rate is 0 %, and communes that a source counts without naming."""
    dataset, rows = case.dataset, list[tuple[str, ...]]()
    bands: list[int] = []
    for name in components:
        column = dataset.rules.index(name)
        names = dataset.units["name_vi"]
        found = [str(names.iloc[row]) for row in _named_at_zero(case, column)]
        if column == dataset.rules.role("payment"):
            found += _counted(case, words)
        if found:
            bands.append(len(rows))
            rows.append((component_title(case, column, words), ""))
            rows += [(f"{number}", unit) for number, unit in enumerate(found, 1)]
    return OfficialTable(
        head=(words.say("no"), words.say("unit")),
        rows=tuple(rows),
        widths=(1.2, 14),
        align=("center", "left"),
        bands=frozenset(bands),
    )


def component_title(case: Case, column: int, words: Words) -> str:
    """What a component is called."""
    rules = case.dataset.rules
    return (rules.name_vi if words.language == "vi" else rules.name_en)[column]


def count_at_zero(case: Case, components: list[str]) -> int:
    """How many units these are: those named, and communes that a source counts without naming."""
    columns = [case.dataset.rules.index(name) for name in components]
    named = {row for column in columns for row in _named_at_zero(case, column)}
    if case.dataset.rules.role("payment") not in columns:
        return len(named)
    return len(named) + int(_counts(case)["count"].sum())


def _named_at_zero(case: Case, column: int) -> list[int]:
    """Rows at 0 %, without the communes of a unit whose communes at 0 % are counted together."""
    found = at_zero(case.baseline, column)
    if column != case.dataset.rules.role("payment"):
        return found
    counted = set(_counts(case)["unit"])
    units, baseline = case.baseline.units, case.baseline
    return [row for row in found if units[baseline.parent[row]] not in counted]


def _counts(case: Case) -> pd.DataFrame:
    """The communes at 0 % that a source counts for the unit above them."""
    rows = case.dataset.counts
    return rows[rows["quantity"] == "communes_paid_zero"]


def _counted(case: Case, words: Words) -> list[str]:
    rows = _counts(case)
    names = case.dataset.units["name_vi"]
    commune = words.level("commune")
    return [
        f"{row['count']:.0f}/{row['of']:.0f} {commune}, {names[row['unit']]}"
        for _, row in rows.iterrows()
    ]


def _earlier(case: Case) -> dt.date | None:
    """The last date before the data with anything of the province's groups."""
    rows = case.dataset.observations
    groups = rows["component"].str.startswith("group:") & (rows["portal"] == "national")
    mine = rows[groups & (rows["unit"] == case.baseline.units[PROVINCE])]
    days = sorted({day.date() for day in mine["as_of"]})
    before = [day for day in days if day < case.dataset.meta.as_of]
    return before[-1] if before else None


def _is_known(now: Facts, then: Facts | None, column: int) -> bool:
    rates = [now.rate[PROVINCE, column], then.rate[PROVINCE, column] if then else np.nan]
    return bool(np.isfinite(rates).any())


def _group_now(case: Case, now: Facts, group: int) -> tuple[float, str]:
    """Points of a group as published, else as its components earn them, and the mark of that."""
    published = float(now.group_points[PROVINCE, group])
    if np.isfinite(published):
        return published, ""
    inside = case.dataset.rules.group_index == group
    status = case.baseline.status[PROVINCE, inside]
    outcome = score(case.baseline, case.baseline.rate)
    earned = parts_of(float(outcome.total[PROVINCE]), list(outcome.groups[PROVINCE]))[group]
    sure = np.isin(status, (Status.PUBLISHED, Status.COMPUTED, Status.NO_DATA)).all()
    return earned, "" if sure else ABOUT


def _of(words: Words, points: float, most: float) -> str:
    if points != points:
        return UNKNOWN_FIGURE
    return f"{_short(words, points)}/{_short(words, most)}"


def _short(words: Words, value: float) -> str:
    """Two decimals without zeros that say nothing, as the sources print points."""
    text, point = words.number(value), "," if words.language == "vi" else "."
    return text.rstrip("0").rstrip(point)


def _change(words: Words, value: float) -> str:
    if value != value:
        return UNKNOWN_FIGURE
    text, point = words.number(value, sign=True), "," if words.language == "vi" else "."
    return "-" if abs(value) < 0.005 else text.rstrip("0").rstrip(point)
