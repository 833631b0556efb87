"""What must hold between the tables of a dataset, beyond each table's own schema."""

import pandas as pd

from core.arrays import TOLERANCE
from core.dataset.boards import own_name
from core.dataset.checks.boards import check_boards
from core.dataset.checks.keys import contradicting, repeated, unknown
from core.dataset.checks.units import component_shares, top_shares, unit_tree
from core.dataset.schema import Meta
from core.index.rules import GROUPS, RuleSet
from core.problems import Problem

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
        found += unknown(f"{name}.csv", tables[name], "unit", known, "a unit of units.csv")
    return [
        *found,
        *_sources(tables, sources),
        *_figures(observations),
        *_targets(targets),
        *repeated(
            "observations.csv", observations, ["as_of", "unit", "component", "portal"], "component"
        ),
        *repeated("targets.csv", targets, ["due", "level", "unit", "component"], "component"),
        *repeated("counts.csv", counts, ["as_of", "unit", "quantity"], "quantity"),
        *repeated("volumes.csv", tables["volumes"], ["unit", "component"], "component"),
        *_field(tables["field"]),
    ]


def _with_meta(meta: Meta, rules: RuleSet, tables: Tables) -> list[Problem]:
    """What must hold between the tables, `dataset.toml` and the rules."""
    units, observations, targets = tables["units"], tables["observations"], tables["targets"]
    components = {*rules.components, *meta.unscored}
    figures = {*components, *(f"group:{group}" for group in GROUPS), "total"}
    return [
        *unit_tree(meta, units),
        *top_shares(units, meta.province),
        *component_shares(tables["volumes"], units, meta.province),
        *unknown("volumes.csv", tables["volumes"], "component", components, "a known component"),
        *unknown("observations.csv", observations, "component", figures, "a known component"),
        *unknown("targets.csv", targets, "component", components, "a known component"),
        *_limits(observations, rules),
        *_dates(meta, observations),
        *check_boards(meta, tables["field"], _own_name(meta, units)),
    ]


def _own_name(meta: Meta, units: pd.DataFrame) -> str:
    """How the boards call the province; empty where nobody knows it."""
    names = units.loc[units["unit"] == meta.province, "name_vi"].dropna()
    return meta.field_name or own_name("".join(names[:1]))


def _sources(tables: Tables, sources: pd.DataFrame) -> list[Problem]:
    known = set(sources["source"].dropna())
    expected = "a source of sources.csv"
    found = repeated("sources.csv", sources, ["source"], "source")
    for name in ("observations", "targets", "field", "counts", "volumes"):
        found += unknown(f"{name}.csv", tables[name], "source", known, expected)
    return found + unknown("units.csv", tables["units"], "volume_source", known, expected)


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


def _field(rows: pd.DataFrame) -> list[Problem]:
    empty = rows["total"].isna() & rows["mean_total"].isna() & rows["rank"].isna()
    found = [
        Problem("field.csv", int(line), "total", "", "a total, a rank or a mean_total")
        for line in rows.index[empty]
    ]
    named = rows[rows["province"].notna()].copy()
    named["period"] = named["period"].fillna("year_to_date")
    key = ["date", "period", "province"]
    found += repeated("field.csv", named, [*key, "total", "rank"], "province")
    for figure in ("total", "rank"):
        found += contradicting(named, key, figure)
    return found


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
