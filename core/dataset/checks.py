"""What must hold between the tables of a dataset, beyond each table's own schema."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Array, Mask
from core.dataset.board_checks import check_boards, warn_boards
from core.dataset.boards import own_name
from core.dataset.clashes import clashes
from core.dataset.facts import Facts
from core.dataset.schema import Meta
from core.index.rules import GROUPS, ROUNDING, RuleSet, by_group
from core.index.rules import points as points_of
from core.problems import Problem

# the portal rounds each component to 0.01 and then sums
RECOUNT = 0.02
AS_PRINTED = ROUNDING + TOLERANCE
Tables = dict[str, pd.DataFrame]


def check_tables(
    meta: Meta | None, rules: RuleSet | None, tables: Tables, sources: pd.DataFrame
) -> list[Problem]:
    """Everything that makes a dataset unusable, all at once.

    What needs `dataset.toml` or its rules is left out where they can't be read, and so are units
    that a missing `units.csv` would make unknown: that has a problem of its own.
    """
    observations, targets, counts = tables["observations"], tables["targets"], tables["counts"]
    found = [] if meta is None or rules is None else _with_meta(meta, rules, tables)
    known = set(tables["units"]["unit"].dropna())
    for name in ("observations", "targets", "counts", "volumes") if known else ():
        found += _unknown(f"{name}.csv", tables[name], "unit", known, "a unit of units.csv")
    return [
        *found,
        *_sources(tables, sources),
        *_figures(observations),
        *_targets(targets),
        *_repeated(
            "observations.csv", observations, ["as_of", "unit", "component", "portal"], "component"
        ),
        *_repeated("targets.csv", targets, ["due", "level", "unit", "component"], "component"),
        *_repeated("counts.csv", counts, ["as_of", "unit", "quantity"], "quantity"),
        *_repeated("volumes.csv", tables["volumes"], ["unit", "component"], "component"),
        *_field(tables["field"]),
    ]


def _with_meta(meta: Meta, rules: RuleSet, tables: Tables) -> list[Problem]:
    """What must hold between the tables, `dataset.toml` and the rules."""
    units, observations, targets = tables["units"], tables["observations"], tables["targets"]
    components = {*rules.components, *meta.unscored}
    figures = {*components, *(f"group:{group}" for group in GROUPS), "total"}
    return [
        *_unit_tree(meta, units),
        *_shares(units, meta.province),
        *_component_shares(tables["volumes"], units, meta.province),
        *_unknown("volumes.csv", tables["volumes"], "component", components, "a known component"),
        *_unknown("observations.csv", observations, "component", figures, "a known component"),
        *_unknown("targets.csv", targets, "component", components, "a known component"),
        *_limits(observations, rules),
        *_dates(meta, observations),
        *check_boards(meta, tables["field"], _own_name(meta, units)),
    ]


def _own_name(meta: Meta, units: pd.DataFrame) -> str:
    """How the boards call the province; empty where nobody knows it."""
    names = units.loc[units["unit"] == meta.province, "name_vi"].dropna()
    return meta.field_name or own_name("".join(names[:1]))


def _unit_tree(meta: Meta, units: pd.DataFrame) -> list[Problem]:
    """One province without a parent, every other unit below it without a circle."""
    found = _repeated("units.csv", units, ["unit"], "unit")
    codes = set(units["unit"].dropna())
    if meta.province not in codes:
        found.append(
            Problem("dataset.toml", None, "province", meta.province, "a unit of units.csv")
        )
    parents = dict(zip(units["unit"], units["parent"], strict=True))
    rows = zip(units.index, units["unit"], units["level"], units["parent"], strict=True)
    for line, unit, level, above in rows:
        is_province = unit == meta.province
        place = ("units.csv", int(line))
        parent = None if pd.isna(above) else str(above)
        if is_province != (level == "province"):
            expected = "the level province for {province} and for no other unit"
            found.append(
                Problem(*place, "level", str(level), expected, {"province": meta.province})
            )
        if is_province and parent:
            found.append(Problem(*place, "parent", parent, "no parent for the province"))
        elif not is_province and parent is None:
            found.append(Problem(*place, "parent", "", "the code of the unit above"))
        elif not is_province and parent not in codes:
            found.append(Problem(*place, "parent", parent, "a unit of units.csv"))
        elif not is_province and _circular(str(unit), parents):
            found.append(Problem(*place, "parent", parent, "a parent that is not below this unit"))
    return found


def _circular(unit: str, parents: dict[str, object]) -> bool:
    seen = {unit}
    above = parents.get(unit)
    while isinstance(above, str) and above in parents:
        if above in seen:
            return True
        seen.add(above)
        above = parents[above]
    return False


def _shares(units: pd.DataFrame, province: str) -> list[Problem]:
    """Shares of the province's dossiers: with a source, and at most all of them."""
    found = []
    unsourced = units[units["volume_share"].notna() & units["volume_source"].isna()]
    for line, row in unsourced.iterrows():
        value = f"{float(row['volume_share']):g}"
        found.append(
            Problem("units.csv", int(str(line)), "volume_share", value, "a volume_source with it")
        )
    total = units.loc[units["parent"] == province, "volume_share"].sum()
    return found + _more_than_all("units.csv", total)


def _component_shares(volumes: pd.DataFrame, units: pd.DataFrame, province: str) -> list[Problem]:
    """Shares of the dossiers of one component: at most all of them."""
    top = volumes["unit"].isin(units.loc[units["parent"] == province, "unit"])
    totals = volumes[top].groupby("component")["volume_share"].sum()
    return [found for total in totals for found in _more_than_all("volumes.csv", total)]


def _more_than_all(file: str, total: float) -> list[Problem]:
    if total <= 1 + 1e-6:
        return []
    expected = "shares of the units below the province of at most 1, they sum to {total}"
    return [Problem(file, None, "volume_share", None, expected, {"total": f"{total:.4f}"})]


def _unknown(
    file: str, frame: pd.DataFrame, column: str, known: set[str], expected: str
) -> list[Problem]:
    cells = frame[column].dropna()
    return [
        Problem(file, int(str(line)), column, str(value), expected)
        for line, value in cells[~cells.isin(known)].items()
    ]


def _sources(tables: Tables, sources: pd.DataFrame) -> list[Problem]:
    known = set(sources["source"].dropna())
    expected = "a source of sources.csv"
    found = _repeated("sources.csv", sources, ["source"], "source")
    for name in ("observations", "targets", "field", "counts", "volumes"):
        found += _unknown(f"{name}.csv", tables[name], "source", known, expected)
    return found + _unknown("units.csv", tables["units"], "volume_source", known, expected)


def _figures(rows: pd.DataFrame) -> list[Problem]:
    """Numerator and denominator, or a rate, or points; and what is possible of them."""
    file, found = "observations.csv", []
    numerator, denominator = rows["numerator"], rows["denominator"]
    for line in rows.index[numerator.notna() != denominator.notna()]:
        found.append(
            Problem(file, int(line), "numerator", None, "numerator and denominator together")
        )
    for line in rows.index[numerator > denominator]:
        value = f"{float(numerator[line]):g} of {float(denominator[line]):g}"
        found.append(
            Problem(file, int(line), "numerator", value, "a numerator of at most the denominator")
        )
    empty = rows[["numerator", "denominator", "rate_percent", "points"]].isna().all(axis=1)
    for line in rows.index[empty]:
        expected = "numerator and denominator, or rate_percent, or points"
        found.append(Problem(file, int(line), None, None, expected))
    computed = 100 * numerator / denominator.where(denominator > 0)
    for line in rows.index[(computed - rows["rate_percent"]).abs() > 0.0051]:
        value, expected = f"{rows['rate_percent'][line]:g}", "numerator / denominator, {rate}%"
        found.append(
            Problem(
                file, int(line), "rate_percent", value, expected, {"rate": f"{computed[line]:.2f}"}
            )
        )
    return found


def _limits(rows: pd.DataFrame, rules: RuleSet) -> list[Problem]:
    """Groups and totals are points; no points above the maximum of the rules."""
    highest = dict(zip(rules.components, rules.max_points, strict=True))
    highest |= {f"group:{g}": p for g, p in zip(GROUPS, rules.group_max, strict=True)}
    highest["total"] = float(rules.max_points.sum())
    component, points, found = rows["component"], rows["points"], list[Problem]()
    most = component.map(highest).astype(float)  # nothing for a component without a maximum
    sums = (component == "total") | component.str.startswith("group:").fillna(False)
    no_points = most.notna() & sums & points.isna()
    for line in rows.index[no_points | (points > most + TOLERANCE)]:
        if no_points[line]:
            expected = "points (a group or a total has no rate)"
            found.append(Problem("observations.csv", int(line), "points", "", expected))
        else:
            value, expected = f"{points[line]:g}", "at most {points} points"
            details = {"points": f"{most[line]:g}"}
            found.append(Problem("observations.csv", int(line), "points", value, expected, details))
    return found


def _targets(rows: pd.DataFrame) -> list[Problem]:
    neither = rows["level"].isna() & rows["unit"].isna()
    return [
        Problem("targets.csv", int(line), "level", "", "a level or a unit")
        for line in rows.index[neither]
    ]


def _repeated(file: str, frame: pd.DataFrame, key: list[str], column: str) -> list[Problem]:
    """Two rows for the same fact: the later one is named, with the line of the first."""
    complete = frame[frame[column].notna()].reset_index(names="line")
    complete["first"] = complete.groupby(key, dropna=False)["line"].transform("first")
    again = complete[complete.duplicated(key)]
    expected = "each fact once; line {line} has it already"
    return [
        Problem(file, int(line), column, str(value), expected, {"line": int(first)})
        for line, first, value in zip(again["line"], again["first"], again[column], strict=True)
    ]


def _field(rows: pd.DataFrame) -> list[Problem]:
    empty = rows["total"].isna() & rows["mean_total"].isna() & rows["rank"].isna()
    found = [
        Problem("field.csv", int(line), "total", "", "a total, a rank or a mean_total")
        for line in rows.index[empty]
    ]
    named = rows[rows["province"].notna()].copy()
    named["period"] = named["period"].fillna("year_to_date")
    key = ["date", "period", "province"]
    found += _repeated("field.csv", named, [*key, "total", "rank"], "province")
    for figure in ("total", "rank"):
        found += _contradicting(named, key, figure)
    return found


def _contradicting(rows: pd.DataFrame, key: list[str], figure: str) -> list[Problem]:
    """Two figures of one province on one date: the later row is named, with the line of the first.

    One row may give its total and another its rank.
    """
    known = rows[rows[figure].notna()].reset_index(names="line")
    groups = known.groupby(key)
    known["first"] = groups["line"].transform("first")
    known["said"] = groups[figure].transform("first")
    expected = "one {figure} of {province} on a date; line {line} says {said}"
    return [
        Problem(
            "field.csv",
            int(row["line"]),
            figure,
            f"{row[figure]:g}",
            expected,
            {
                "figure": figure,
                "province": row["province"],
                "line": int(row["first"]),
                "said": f"{row['said']:g}",
            },
        )
        for _, row in known[known[figure] != known["said"]].iterrows()
    ]


def _dates(meta: Meta, rows: pd.DataFrame) -> list[Problem]:
    later = rows.index[rows["as_of"] > pd.Timestamp(meta.as_of)]
    file, details = "observations.csv", {"as_of": f"{meta.as_of}"}
    expected = "a date up to the dataset's as_of, {as_of}"
    found = [
        Problem(file, int(line), "as_of", f"{rows['as_of'][line]:%Y-%m-%d}", expected, details)
        for line in later
    ]
    province = rows[(rows["as_of"] == pd.Timestamp(meta.as_of)) & (rows["unit"] == meta.province)]
    if province.empty:
        expected = "figures of the province {province} on {as_of}"
        details["province"] = meta.province
        found.append(Problem(file, None, "as_of", None, expected, details))
    return found


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
    found += _one_name(tables["units"])
    found += clashes(meta, tables["observations"], tables["field"], field_name)
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


def _one_name(units: pd.DataFrame) -> list[Problem]:
    """Units that nobody can tell apart by their name."""
    named = units[units["name_vi"].notna()].reset_index(names="line")
    named["first"] = named.groupby("name_vi")["line"].transform("first")
    again = named[named.duplicated("name_vi")]
    expected = "a name of its own for every unit; line {line} has it already"
    return [
        Problem("units.csv", int(line), "name_vi", str(name), expected, {"line": int(first)})
        for line, first, name in zip(again["line"], again["first"], again["name_vi"], strict=True)
    ]


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
