"""What is unusual in a dataset but possible, such as points that the rules do not give."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Array, Mask
from core.dataset.checks.boards import warn_boards
from core.dataset.checks.clashes import clashes
from core.dataset.checks.impossible import Tables
from core.dataset.checks.keys import repeated
from core.dataset.facts import Facts
from core.dataset.schema import Meta
from core.index.rules import GROUPS, ROUNDING, RuleSet, by_group
from core.index.rules import points as points_of
from core.problems import Problem

# the portal rounds each component to 0.01 and then sums
RECOUNT = 0.02
AS_PRINTED = ROUNDING + TOLERANCE


def warn(
    meta: Meta,
    rules: RuleSet,
    tables: Tables,
    units: pd.DataFrame,
    facts: Facts,
    field_name: str,
    lines: Mapping[str, int],
) -> list[Problem]:
    """What is unusual but possible: published points that the rules don't give, and the like.

    `lines` are those of the keys in `dataset.toml`.
    """
    found = _point_warnings(rules, tables["observations"], meta, units.index, facts)
    found += _total_warnings(rules, tables["observations"], meta, units.index, facts, lines)
    own = "a name of its own for every unit; line {line} has it already"
    found += repeated("units.csv", tables["units"], ["name_vi"], "name_vi", own)
    found += clashes(meta, tables, field_name)
    return found + warn_boards(meta, tables["field"], field_name)


def _earned(rules: RuleSet, facts: Facts) -> tuple[Mask, Array]:
    """Which components are published, (U, C), and the points that they earn, else 0."""
    known = ~np.isnan(facts.rate) | facts.no_data
    earned = points_of(rules, np.where(facts.no_data, np.nan, facts.rate))
    return known, np.where(known, earned, 0.0)


def _groups(rules: RuleSet, known: Mask, earned: Array) -> tuple[Array, Array]:
    """Least and most points of the groups, (U, G) each."""
    return by_group(rules, earned), by_group(rules, np.where(known, earned, rules.max_points))


def _total_warnings(
    rules: RuleSet,
    rows: pd.DataFrame,
    meta: Meta,
    units: pd.Index,
    facts: Facts,
    lines: Mapping[str, int],
) -> list[Problem]:
    """Published scores that can't be the sum of their groups, also that of `dataset.toml`."""
    lowest, highest = _groups(rules, *_earned(rules, facts))
    published = facts.group_points
    low = np.where(np.isnan(published), lowest, published).sum(axis=1)
    high = np.where(np.isnan(published), highest, published).sum(axis=1)
    room = RECOUNT * len(rules.groups)
    day = (rows["as_of"] == pd.Timestamp(meta.as_of)) & (rows["portal"] == "national")
    totals = rows[day & (rows["component"] == "total")]
    told: list[tuple[str, str, str, int | None, float]] = [
        ("observations.csv", "points", str(unit), int(line), float(points))
        for line, unit, points in zip(totals.index, totals["unit"], totals["points"], strict=True)
    ]
    if meta.published_total is not None:
        line, key = lines.get("published_total"), "published_total"
        told.append(("dataset.toml", key, meta.province, line, meta.published_total))
    found = []
    for file, column, unit, line, total in told:
        u = units.get_loc(unit)
        if low[u] - room <= total <= high[u] + room:
            continue
        details = {"low": f"{low[u]:.2f}", "high": f"{high[u]:.2f}", "unit": unit}
        expected = "a score of {unit} from {low} to {high}, the sum of its groups"
        found.append(Problem(file, line, column, f"{total:g}", expected, details))
    return found


def _as_portal(rules: RuleSet, rate: Array, no_data: Mask) -> Array:
    """Points (U, C + G) as the portal rounds: rates to 0.01 %, parts to 0.01, then the sums.

    It reproduces the payment group in 32 of 32 published rows. NaN where a rate is not known.
    """
    rounded = np.round(points_of(rules, np.where(no_data, np.nan, np.round(rate, 4))), 2)
    parts = np.where(np.isfinite(rate) | no_data, rounded, np.nan)
    return np.hstack([parts, by_group(rules, parts)])


def _point_warnings(
    rules: RuleSet, rows: pd.DataFrame, meta: Meta, units: pd.Index, facts: Facts
) -> list[Problem]:
    """Published component and group points that miss the rules by more than the portal rounds."""
    known, earned = _earned(rules, facts)
    lowest, highest = _groups(rules, known, earned)
    names = [*rules.components, *(f"group:{group}" for group in GROUPS)]
    low = np.hstack([np.where(known, earned, np.nan), lowest])
    high = np.hstack([np.where(known, earned, np.nan), highest])
    published = np.hstack([facts.points, facts.group_points])
    with np.errstate(invalid="ignore"):
        off = (published < low - RECOUNT) | (published > high + RECOUNT)
        # what the portal's own rounding gives is never off
        off &= ~(np.abs(published - _as_portal(rules, facts.rate, facts.no_data)) < AS_PRINTED)
    day, national = pd.Timestamp(meta.as_of), rows["portal"] == "national"
    today = rows[(rows["as_of"] == day) & national].reset_index(names="line")
    lines = today.set_index(["unit", "component"])["line"]
    found = []
    for u, c in zip(*np.nonzero(off), strict=True):
        details = {
            "low": f"{low[u, c]:.2f}",
            "high": f"{high[u, c]:.2f}",
            "unit": units[u],
            "component": names[c],
        }
        same = details["low"] == details["high"]
        expected = (
            "{low} points for {component} of {unit} by the rules"
            if same
            else "{low} to {high} points for {component} of {unit} by the rules"
        )
        line = int(lines[(units[u], names[c])])
        found.append(
            Problem("observations.csv", line, "points", f"{published[u, c]:g}", expected, details)
        )
    return found
