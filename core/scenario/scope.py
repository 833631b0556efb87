"""The grammar of a scope, where a change, limit or target acts: `*`, `level:<level>` or a unit."""

import numpy as np

from core.arrays import Mask
from core.dataset.schema import LEVELS
from core.index.rollup import Baseline

ALL = "*"
A_SCOPE = "*, level:<level> or a unit of the dataset"
_LEVEL = "level:"


def of_level(level: str) -> str:
    """The scope of all units of a level."""
    return _LEVEL + level


def level_of(scope: str) -> str | None:
    """The level that a scope names; None where it is all units or one."""
    return scope.removeprefix(_LEVEL) if scope.startswith(_LEVEL) else None


def specificity(scope: str) -> int:
    """How narrow a scope is: 0 all, 1 a level, 2 a unit. The narrower one wins."""
    return 0 if scope == ALL else 1 if level_of(scope) is not None else 2


def is_scope(scope: str, baseline: Baseline) -> bool:
    """Whether it names something here; a level may be empty, a unit must exist."""
    level = level_of(scope)
    return scope == ALL or scope in baseline.rows if level is None else level in LEVELS


def rows_within(scope: str, baseline: Baseline) -> Mask:
    """The rows (U,) that a scope names; `*` names the province's own row too."""
    if scope == ALL:
        return np.ones(len(baseline.units), dtype=bool)
    level = level_of(scope)
    if level is None:
        found = np.zeros(len(baseline.units), dtype=bool)
        if scope in baseline.rows:
            found[baseline.rows[scope]] = True
        return found
    return np.array(baseline.level) == level
