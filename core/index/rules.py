"""The scoring rules, as data: one row per rule set and component."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from core.dataset.tables import read_table
from core.problems import DataError, Problem

Array = npt.NDArray[np.float64]
GROUPS = ("transparency", "progress", "online", "payment", "satisfaction", "digitization")
ROLLUPS = ("sum", "distinct", "province")
# who can move a component: its units, the province itself, or only ministries
MOVERS = ("units", "province", "ministries")
CONFIDENCES = ("official", "fitted", "secondary", "inferred", "assumed")

_TEXT: dict[str, Any] = {"dtype": str, "nullable": False}
SCHEMA = pa.DataFrameSchema(
    {
        "rule_set": pa.Column(**_TEXT),
        "component": pa.Column(**_TEXT),
        "group": pa.Column(checks=pa.Check.isin(GROUPS, error=f"one of {list(GROUPS)}"), **_TEXT),
        "max_points": pa.Column(float, pa.Check.gt(0, error="more than 0 points")),
        "target_rate": pa.Column(float, pa.Check.in_range(1e-9, 1, error="a target in (0, 1]")),
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
    }
)


@dataclass(frozen=True)
class RuleSet:
    """One rule set. C components in file order, G groups in the order of `GROUPS`.

    `group_index` (C,) int, `max_points` and `target_rate` (C,) float, `no_data_full` (C,) bool;
    `responsible` one of MOVERS by component where it isn't who its roll-up says; the rest are
    tuples of C texts.
    """

    name: str
    components: tuple[str, ...]
    groups: tuple[str, ...]
    group_index: npt.NDArray[np.intp]
    max_points: Array
    target_rate: Array
    no_data_full: npt.NDArray[np.bool_]
    rollup: tuple[str, ...]
    lever_family: tuple[str, ...]
    name_vi: tuple[str, ...]
    name_en: tuple[str, ...]
    confidence: tuple[str, ...]
    source: tuple[str, ...]
    responsible: Mapping[str, str] = field(default_factory=dict)

    @property
    def who(self) -> tuple[str, ...]:
        """Who can move each component, C of MOVERS."""
        usual = {"sum": "units", "distinct": "province", "province": "province"}
        return tuple(
            self.responsible.get(name, usual[rollup])
            for name, rollup in zip(self.components, self.rollup, strict=True)
        )

    @property
    def group_max(self) -> Array:
        """Highest points of each group, (G,)."""
        return by_group(self, self.max_points)

    def index(self, component: str) -> int:
        """The column of a component in every array of this rule set."""
        return self.components.index(component)


def load_rules(path: Path) -> dict[str, RuleSet]:
    """All rule sets of a `rules.csv`. Raises DataError with every problem found."""
    frame, problems = read_table(path, SCHEMA)
    repeated = frame["component"].notna() & frame.duplicated(["rule_set", "component"])
    for line, row in frame[repeated].iterrows():
        expected = "every component once in a rule set"
        problems.append(Problem(path.name, int(str(line)), "component", row["component"], expected))
    for name, part in frame.groupby("rule_set"):
        total = part["max_points"].sum()
        if abs(total - 100) > 1e-9:
            details = {"rule_set": name, "total": f"{total:g}"}
            expected = "the points of {rule_set} to sum to 100, they sum to {total}"
            problems.append(Problem(path.name, None, "max_points", None, expected, details))
    if frame.empty and not problems:
        problems.append(Problem(path.name, None, None, None, "at least one rule set"))
    if problems:
        raise DataError(problems)
    return {
        str(name): _rule_set(str(name), part)
        for name, part in frame.groupby("rule_set", sort=False)
    }


def _rule_set(name: str, part: pd.DataFrame) -> RuleSet:
    def texts(column: str) -> tuple[str, ...]:
        return tuple(part[column].astype(str))

    return RuleSet(
        name=name,
        components=texts("component"),
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
    )


def points(rules: RuleSet, rate: Array) -> Array:
    """Points that rates earn: `min(max, max * rate / target)` (model of the index, section 1).

    `rate` (..., C) in 0..1, NaN where there is nothing to count; such a component earns 0, or its
    maximum where the rules say so. Returns points of the same shape, unrounded.
    """
    earned = np.minimum(rules.max_points, rules.max_points * rate / rules.target_rate)
    return np.where(np.isnan(rate), rules.max_points * rules.no_data_full, earned)


def by_group(rules: RuleSet, values: Array) -> Array:
    """Sum components into groups: (..., C) to (..., G)."""
    member = rules.group_index[:, None] == np.arange(len(rules.groups))
    return values @ member.astype(float)


def with_edits(rules: RuleSet, edits: dict[str, tuple[float, float]]) -> RuleSet:
    """The rules with other `(max_points, target_rate)` for some components: a what-if.

    Raises DataError when a target is outside (0, 1], points are negative or a component unknown.
    The maxima need not sum to 100 any more; who shows the result says so.
    """
    problems = []
    max_points, target_rate = rules.max_points.copy(), rules.target_rate.copy()
    for component, (highest, target) in edits.items():
        if component not in rules.components:
            problems.append(Problem("rules", None, "component", component, "a known component"))
        elif not 0 < target <= 1:
            problems.append(Problem("rules", None, component, f"{target:g}", "a target in (0, 1]"))
        elif not 0 <= highest <= 100:
            expected = "points from 0 to 100"
            problems.append(Problem("rules", None, component, f"{highest:g}", expected))
        else:
            max_points[rules.index(component)] = highest
            target_rate[rules.index(component)] = target
    if problems:
        raise DataError(problems)
    return replace(rules, max_points=max_points, target_rate=target_rate)
