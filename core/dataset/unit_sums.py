"""Whether the units loaded add up to their province (model of the index, section 2)."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.index.rules import RuleSet
from core.problems import Problem

if TYPE_CHECKING:
    from core.dataset.facts import Facts

TOLERANCE = 0.001
"""Part of the province's denominator by which its units may miss it unsaid; Phú Thọ's 163 units of
26 September 2026 miss none of nine by a single dossier."""
_SHORT = (
    "{whole} for the units together, as their province has ({component}, and {more} more like it); "
    "the units hold {part} of it, and the rest stands as units not loaded"
)
_OVER = (
    "at most {whole} for the units together, as their province has ({component}, and {more} more "
    "like it); the units hold {part} of it"
)


def unit_sums(rules: RuleSet, below: npt.NDArray[np.bool_], facts: "Facts") -> list[Problem]:
    """A warning, with both sums, for denominators of units that are not those of their province.

    `below` (U,) the units directly below the province. Looked at are components that add up and
    that some unit has a denominator of; those with the same two sums share a warning.
    """
    whole, units = facts.denominator[0], facts.denominator[below]
    inside, counted = np.nansum(units, axis=0), np.isfinite(units).any(axis=0)
    found: dict[tuple[float, float], list[str]] = {}
    for c in np.flatnonzero(counted & (whole > 0) & (np.array(rules.rollup) == "sum")):
        if abs(inside[c] - whole[c]) > TOLERANCE * whole[c]:
            pair = (float(inside[c]), float(whole[c]))
            found.setdefault(pair, []).append(rules.name_en[c])
    return [_problem(*pair, names) for pair, names in found.items()]


def _problem(inside: float, whole: float, names: list[str]) -> Problem:
    details = {
        "whole": f"{whole:,.0f}",
        "component": names[0],
        "more": len(names) - 1,
        "part": f"{100 * inside / whole:.0f} %",
    }
    expected = _SHORT if inside < whole else _OVER
    return Problem("observations.csv", None, "denominator", f"{inside:,.0f}", expected, details)
