"""How evenly a plan's targets load the units: what each must do more, of its own new dossiers."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Rows
from core.review.targets import Review


@dataclass(frozen=True)
class Loads:
    """Loads of the units asked for one component and due date.

    A unit's load is the extra part of its new dossiers, `needed - so far`, between 0 and what is
    left to 100 %: extra effort for its volume, whatever its size. `rows` the units that a target is
    for, `load` (N,) theirs; `mean` of them; `gini` how unevenly they are spread, 0 all alike, near
    1 one has all (Gini, 1912); `most` and `least` rows of the extremes, -1 where nobody is asked.
    """

    rows: Rows
    load: Array
    mean: float
    gini: float
    most: int
    least: int


def unit_loads(found: Review) -> Loads:
    """The loads of a review's units below the province."""
    asked = np.isfinite(found.target) & np.isfinite(found.so_far)
    asked[0] = False
    rows = np.flatnonzero(asked)
    load = np.clip(found.needed[rows], found.so_far[rows], 1.0) - found.so_far[rows]
    if not len(rows):
        return Loads(rows, load, float("nan"), float("nan"), -1, -1)
    return Loads(
        rows=rows,
        load=load,
        mean=float(load.mean()),
        gini=gini(load),
        most=int(rows[int(load.argmax())]),
        least=int(rows[int(load.argmin())]),
    )


def gini(values: Array) -> float:
    """The Gini coefficient of values of at least 0 (N,): half the mean distance between two of
    them, by their mean; 0 where all are 0.

    >>> gini(np.array([1.0, 1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 1.0]))
    (0.0, 0.75)
    """
    ordered, count = np.sort(values), len(values)
    whole = float(ordered.sum())
    if whole <= 0:
        return 0.0
    return float(ordered @ (2 * np.arange(1, count + 1) - count - 1)) / (count * whole)
