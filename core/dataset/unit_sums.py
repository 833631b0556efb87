"""Whether the units loaded add up to their province (model of the index, section 2)."""

from dataclasses import dataclass

import numpy as np

from core.dataset.facts import Dataset, facts
from core.problems import Problem

SUM_TOLERANCE = 0.001
"""Part of the province's denominator by which its units may miss it unsaid; Phú Thọ's 163 units of
26 September 2026 miss none of nine by a single dossier."""
_SHORT = (
    "{whole} for the units together, as their province has ({component}); the units hold {part} of "
    "it, and the rest stands as units not loaded",
    "{whole} for the units together, as their province has ({component}, and {more} more like it); "
    "the units hold {part} of it, and the rest stands as units not loaded",
)
"""Of one component, of several."""
_OVER = (
    "at most {whole} for the units together, as their province has ({component}); the units hold "
    "{part} of it",
    "at most {whole} for the units together, as their province has ({component}, and {more} more "
    "like it); the units hold {part} of it",
)


@dataclass(frozen=True)
class Sums:
    """Dossiers of all units together, `inside`, against the `whole` of their province, the same for
    some `components`."""

    components: tuple[str, ...]
    inside: float
    whole: float


def unit_sums(dataset: Dataset) -> list[Sums]:
    """Denominators of the units below the province that don't add up to its own.

    Looked at are components that add up and that some unit has a denominator of.
    """
    rules, denominator = dataset.rules, facts(dataset).denominator
    units = denominator[(dataset.units["parent"] == dataset.meta.province).to_numpy()]
    inside, whole = np.nansum(units, axis=0), denominator[0]
    counted = np.isfinite(units).any(axis=0) & (np.array(rules.rollup) == "sum")
    found: dict[tuple[float, float], list[str]] = {}
    for c in np.flatnonzero(counted & (np.abs(inside - whole) > SUM_TOLERANCE * whole)):
        pair = (float(inside[c]), float(whole[c]))
        found.setdefault(pair, []).append(rules.components[c])
    return [Sums(tuple(names), *pair) for pair, names in found.items()]


def warnings(dataset: Dataset) -> list[Problem]:
    """A warning with both sums for each of `unit_sums`."""
    return [_problem(dataset, sums) for sums in unit_sums(dataset)]


def _problem(dataset: Dataset, sums: Sums) -> Problem:
    rules = dataset.rules
    details = {
        "whole": f"{sums.whole:,.0f}",
        "component": rules.name_en[rules.index(sums.components[0])],
        "more": len(sums.components) - 1,
        "part": f"{sums.inside / sums.whole:.0%}",
    }
    several = len(sums.components) > 1
    expected = (_SHORT if sums.inside < sums.whole else _OVER)[several]
    return Problem(
        "observations.csv", None, "denominator", f"{sums.inside:,.0f}", expected, details
    )
