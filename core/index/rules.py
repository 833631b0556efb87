"""The scoring rules, as data: one row per rule set and component."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.arrays import Array, Mask, Rows
from core.problems import DataError, Problem

ROUNDING = 0.005  # published points are printed to 0.01
GROUPS = ("transparency", "progress", "online", "payment", "satisfaction", "digitization")
ROLLUPS = ("sum", "distinct", "province")
# who can move a component: its units, the province itself, or only ministries
MOVERS = ("units", "province", "ministries")
# sync: reaches the national portal at all; payment: paid online, of the dossiers with a fee;
# all_dossiers: counted of every dossier; pushed_first: what planners push first when a score is low
ROLES = ("sync", "payment", "all_dossiers", "pushed_first")
CONFIDENCES = ("official", "fitted", "secondary", "inferred", "assumed")


@dataclass(frozen=True)
class RuleSet:
    """One rule set. C components in file order, G groups in the order of `GROUPS`.

    `group_index` (C,) int, `max_points` and `target_rate` (C,) float, `no_data_full` (C,) bool;
    `responsible` one of MOVERS by component where it isn't who its roll-up says; `coupled` the
    pairs of components, first and second, that count the same dossiers. From `components.csv`,
    where a component is named there: `first` those shown first, in order; `in_lists` by what a list
    of dossiers tells of it; `roles` by ROLES. The rest are tuples of C texts.
    """

    name: str
    components: tuple[str, ...]
    groups: tuple[str, ...]
    group_index: Rows
    max_points: Array
    target_rate: Array
    no_data_full: Mask
    rollup: tuple[str, ...]
    lever_family: tuple[str, ...]
    name_vi: tuple[str, ...]
    name_en: tuple[str, ...]
    confidence: tuple[str, ...]
    source: tuple[str, ...]
    responsible: Mapping[str, str] = field(default_factory=dict)
    coupled: tuple[tuple[int, int], ...] = ()
    first: tuple[str, ...] = ()
    in_lists: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

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

    def role(self, name: str) -> int | None:
        """The column of the component with one of ROLES, None where these rules have none."""
        component = self.roles.get(name)
        return None if component is None else self.index(component)

    @property
    def shown_first(self) -> int:
        """The column that is shown where nobody has chosen one."""
        return self.index(self.first[0]) if self.first else 0

    def index(self, component: str) -> int:
        """The column of a component in every array of this rule set."""
        return self.components.index(component)


def points(rules: RuleSet, rate: Array) -> Array:
    """Points that rates earn: `min(max, max * rate / target)` (model of the index, section 1).

    `rate` (..., C) in 0..1, NaN where there is nothing to count; such a component earns 0, or its
    maximum where the rules say so. Returns points of the same shape, unrounded.

    >>> from core.dataset.facts import DATA
    >>> from core.dataset.rules_csv import load_rules
    >>> rules = load_rules(DATA / "rules.csv")["766-2026"]
    >>> on_time = rules.index("on_time")  # 20 points for 100 %
    >>> half = np.full(len(rules.components), 0.5)
    >>> float(points(rules, half)[on_time])
    10.0
    """
    earned = np.minimum(rules.max_points, rules.max_points * rate / rules.target_rate)
    return np.where(np.isnan(rate), rules.max_points * rules.no_data_full, earned)


def by_group(rules: RuleSet, values: Array) -> Array:
    """Sum components into groups: (..., C) to (..., G).

    >>> from core.dataset.facts import DATA
    >>> from core.dataset.rules_csv import load_rules
    >>> rules = load_rules(DATA / "rules.csv")["766-2026"]
    >>> by_group(rules, rules.max_points).tolist()  # of 100 points, in the order of GROUPS
    [18.0, 20.0, 12.0, 10.0, 18.0, 22.0]
    """
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


def rules_of(rules: RuleSet, columns: list[int]) -> RuleSet:
    """The same rules for some components only, in the order of `columns`."""
    names = [rules.components[c] for c in columns]
    place = {column: at for at, column in enumerate(columns)}

    def some(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(values[c] for c in columns)

    return replace(
        rules,
        components=tuple(names),
        group_index=rules.group_index[columns],
        max_points=rules.max_points[columns],
        target_rate=rules.target_rate[columns],
        no_data_full=rules.no_data_full[columns],
        rollup=some(rules.rollup),
        lever_family=some(rules.lever_family),
        name_vi=some(rules.name_vi),
        name_en=some(rules.name_en),
        confidence=some(rules.confidence),
        source=some(rules.source),
        coupled=tuple((place[a], place[b]) for a, b in rules.coupled if a in place and b in place),
        first=tuple(name for name in rules.first if name in names),
        in_lists={name: told for name, told in rules.in_lists.items() if name in names},
        roles={role: name for role, name in rules.roles.items() if name in names},
    )
