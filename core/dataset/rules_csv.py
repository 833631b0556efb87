"""Reads and checks `rules.csv`."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from core.arrays import TOLERANCE
from core.dataset.facts import DATA
from core.dataset.tables import read_table
from core.index.rules import CONFIDENCES, GROUPS, ROLES, ROLLUPS, RuleSet
from core.problems import DataError, Problem

# what a list of dossiers tells of each of them
IN_LISTS = ("digitized", "paid")
_TEXT: dict[str, Any] = {"dtype": str, "nullable": False}


SCHEMA = pa.DataFrameSchema(
    {
        "rule_set": pa.Column(**_TEXT),
        "component": pa.Column(**_TEXT),
        "group": pa.Column(checks=pa.Check.isin(GROUPS, error=f"one of {list(GROUPS)}"), **_TEXT),
        "max_points": pa.Column(float, pa.Check.gt(0, error="more than 0 points")),
        "target_rate": pa.Column(
            float, pa.Check.in_range(TOLERANCE, 1, error="a target in (0, 1]")
        ),
        "no_data": pa.Column(checks=pa.Check.isin(["zero", "full"], error="zero or full"), **_TEXT),
        "rollup": pa.Column(
            checks=pa.Check.isin(ROLLUPS, error=f"one of {list(ROLLUPS)}"), **_TEXT
        ),
        "lever_family": pa.Column(**_TEXT),
        "name_vi": pa.Column(**_TEXT),
        "name_en": pa.Column(**_TEXT),
        "notice_2025_no": pa.Column(float, nullable=True),
        "confidence": pa.Column(
            checks=pa.Check.isin(CONFIDENCES, error=f"one of {list(CONFIDENCES)}"), **_TEXT
        ),
        "source": pa.Column(**_TEXT),
        "coupled_with": pa.Column(str, nullable=True, required=False),
    }
)


_NUMBER = pa.Column(float, pa.Check.gt(0, error="a number above 0"), nullable=True)


def _choice(names: tuple[str, ...]) -> pa.Column:
    check = pa.Check.isin(names, error=f"one of {', '.join(names)}")
    return pa.Column(str, check, nullable=True)


COMPONENTS = pa.DataFrameSchema(
    {
        "component": pa.Column(**_TEXT),
        "first": _NUMBER,
        "in_lists": _choice(IN_LISTS),
        "role": _choice(ROLES),
    }
)


def load_rules(path: Path) -> dict[str, RuleSet]:
    """All rule sets of a `rules.csv`, with what `components.csv` beside it says of components.

    Raises DataError with every problem found.
    """
    frame, problems = read_table(path, SCHEMA)
    components, found = _components(path.parent / "components.csv", set(frame["component"]))
    problems += found
    repeated = frame["component"].notna() & frame.duplicated(["rule_set", "component"])
    for line, row in frame[repeated].iterrows():
        expected = "every component once in a rule set"
        problems.append(Problem(path.name, int(str(line)), "component", row["component"], expected))
    for name, part in frame.groupby("rule_set"):
        total = part["max_points"].sum()
        if abs(total - 100) > TOLERANCE:
            details = {"rule_set": name, "total": f"{total:g}"}
            expected = "the points of {rule_set} to sum to 100, they sum to {total}"
            problems.append(Problem(path.name, None, "max_points", None, expected, details))
        problems += _coupled(path.name, part)
    if frame.empty and not problems:
        problems.append(Problem(path.name, None, None, None, "at least one rule set"))
    if problems:
        raise DataError(problems)
    return {
        str(name): replace(_rule_set(str(name), part), **_traits(components, part))
        for name, part in frame.groupby("rule_set", sort=False)
    }


@cache
def shipped_rules() -> dict[str, RuleSet]:
    """The rule sets of the program's own `data/`, read once: they stay while it runs."""
    return load_rules(DATA / "rules.csv")


def _components(path: Path, known: set[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of `components.csv`; without the file no component is special."""
    rows, problems = read_table(path, COMPONENTS)
    if not path.exists():
        return rows, []
    for column in ("component", "first", "in_lists", "role"):
        cells = rows[column].dropna()
        for line, value in cells[cells.duplicated()].items():
            found = Problem(path.name, int(str(line)), column, f"{value}", "each value once")
            problems.append(found)
    for line, name in rows["component"].dropna()[~rows["component"].isin(known)].items():
        expected = "a component of the rules"
        problems.append(Problem(path.name, int(str(line)), "component", str(name), expected))
    return rows, problems


def _traits(rows: pd.DataFrame, part: pd.DataFrame) -> dict[str, Any]:
    """What the rows say of the components of one rule set."""
    rows = rows[rows["component"].isin(part["component"])]

    def by(column: str) -> dict[str, str]:
        named = rows[rows[column].notna()]
        return dict(zip(named[column], named["component"], strict=True))

    return {
        "first": tuple(rows[rows["first"].notna()].sort_values("first")["component"]),
        "in_lists": by("in_lists"),
        "roles": by("role"),
    }


def _rule_set(name: str, part: pd.DataFrame) -> RuleSet:
    def texts(column: str) -> tuple[str, ...]:
        return tuple(part[column].astype(str))

    names = texts("component")
    return RuleSet(
        name=name,
        components=names,
        groups=GROUPS,
        group_index=np.array([GROUPS.index(group) for group in part["group"]], dtype=np.intp),
        max_points=part["max_points"].to_numpy(dtype=float),
        target_rate=part["target_rate"].to_numpy(dtype=float),
        no_data_full=(part["no_data"] == "full").to_numpy(dtype=bool),
        rollup=texts("rollup"),
        lever_family=texts("lever_family"),
        name_vi=texts("name_vi"),
        name_en=texts("name_en"),
        confidence=texts("confidence"),
        source=texts("source"),
        coupled=tuple(
            (names.index(lead), names.index(follower))
            for follower, lead in part.set_index("component")["coupled_with"].dropna().items()
        ),
    )


def _coupled(file: str, part: pd.DataFrame) -> list[Problem]:
    """Pairs that count the same dossiers: two components that add up, each in one pair."""
    named = part["coupled_with"].dropna()
    summed = set(part.loc[part["rollup"] == "sum", "component"])
    pairs = list(zip(part.loc[named.index, "component"], named, strict=True))
    expected = "another component of the rule set that adds up from units, each in one pair"
    return [
        Problem(file, int(str(line)), "coupled_with", lead, expected)
        for line, (follower, lead) in zip(named.index, pairs, strict=True)
        if not {lead, follower} <= summed
        or lead == follower
        or sum(name in pair for pair in pairs for name in (lead, follower)) != 2
    ]
