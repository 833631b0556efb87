"""The least effort that brings so many points, as a linear programme solved with HiGHS.

Points are concave and piecewise linear in the rates (up to the cap), effort is convex and piecewise
linear (a unit's last dossiers are harder), so both are exact in the programme: it buys small rises
of rates on new dossiers for their effort. Rises of the same effort a point are one column, and what
the column gets is spread evenly over them: every unit closes the same part of its gap. Rises are
measured in parts of the province's dossiers, in which a unit is the sum of what lies inside it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import coo_array

from core.arrays import TOLERANCE, Array, Mask, Rows
from core.goal.cells import Cells, deepest_first

_NONE = 1e-15
_EXACT = 1e-10  # of HiGHS, in points and in parts of the largest effort


@dataclass(frozen=True)
class Solution:
    """The least effort. `own` (U, C) rises of the own parts of units.

    The rest are shadow prices, in effort: `price` of one more point of score; `value` (C,) of one
    more point earned by a component before its cap; `worth` (U, C) of an own rise from 0 to 1;
    `above` and `below` (U, C) what a limit higher, a floor lower by 1 saves in units with units
    inside.
    """

    own: Array
    price: float
    value: Array
    worth: Array
    above: Array
    below: Array


@dataclass(frozen=True)
class _Rises:
    """R rises on sale and the S columns they form. `unit`, `component` (R,) where they are, `size`
    (R,) how far they go, `column` (R,) where each belongs. Of the columns: `lever` (S,) component,
    `inside` (S,) the unit whose bounds it counts in, -1 none, `weight` (S,) parts of the province's
    dossiers and `effort` (S,) when bought whole.
    """

    unit: Rows
    component: Rows
    size: Array
    column: Rows
    lever: Rows
    inside: Rows
    weight: Array
    effort: Array


def least_effort(cells: Cells, need: float) -> Solution:
    """The least effort that brings `need` points and meets the floors.

    Raises ValueError where `need` is above the highest possible, and RuntimeError if HiGHS finds no
    optimum all the same.
    """
    if need > cells.highest().sum():
        raise ValueError(f"need {need:g}, expected at most {cells.highest().sum():g} points")
    forced = _forced(cells)
    bound, inside = _bound(cells, forced)
    rises = _rises(cells, forced, inside)
    result = _optimum(cells, need, forced, bound, inside, rises)
    own = forced.copy()
    bought = np.clip(result.x[: len(rises.lever)], 0.0, 1.0)
    np.add.at(own, (rises.unit, rises.component), bought[rises.column] * rises.size)
    return _priced(cells, own, result.ineqlin.marginals * _scale(rises), bound)


def _parts(cells: Cells, own: Array) -> Array:
    """An own rise (U, C) cut into the parts of its difficulty, (U, C, J)."""
    end = np.cumsum(cells.width, axis=-1)
    return np.clip(own[..., None] - (end - cells.width), 0.0, cells.width)


def effort(cells: Cells, own: Array) -> Array:
    """Effort (U, C) of own rises (U, C)."""
    return (_parts(cells, own) * cells.effort).sum(axis=-1)


def _forced(cells: Cells) -> Array:
    """Own rises (U, C) that the floors of units without units inside force."""
    return np.where(cells.inside, 0.0, np.minimum(cells.floor, cells.own))


def _bound(cells: Cells, forced: Array) -> tuple[Mask, Rows]:
    """Units with units inside whose bounds can bind (U, C), and for each unit the nearest of them,
    itself included, -1 for none."""
    tight = cells.top < cells.whole(cells.own) - _NONE
    tight |= cells.floor > cells.whole(forced) + _NONE
    bound = cells.inside & (cells.weight > 0) & tight
    nearest = np.full(bound.shape, -1, dtype=np.intp)
    for rows in reversed(list(deepest_first(cells.baseline))):
        above = nearest[cells.baseline.parent[rows]] if rows[0] else -1
        nearest[rows] = np.where(bound[rows], rows[:, None], above)
    return bound, nearest


def _rises(cells: Cells, forced: Array, inside: Rows) -> _Rises:
    """Everything on sale, in columns of one lever, one bounding unit and one effort a point."""
    free = _parts(cells, cells.own) - _parts(cells, forced)
    ratio = np.divide(
        cells.effort, cells.weight[..., None], where=free > _NONE, out=np.zeros_like(free)
    )
    at = np.nonzero(free > _NONE)
    order = np.lexsort((ratio[at], inside[at[:2]], at[1]))
    at = tuple(values[order] for values in at)
    unit, component, _ = at
    size, place, ratio = free[at], inside[unit, component], ratio[at]
    first = np.ones(len(unit), dtype=bool)
    first[1:] = (np.diff(component) != 0) | (np.diff(place) != 0)
    first[1:] |= np.diff(ratio) > TOLERANCE * ratio[:-1]
    column = np.cumsum(first) - 1
    weight, effort = np.zeros(first.sum()), np.zeros(first.sum())
    np.add.at(weight, column, cells.weight[unit, component] * size)
    np.add.at(effort, column, cells.effort[at] * size)
    return _Rises(unit, component, size, column, component[first], place[first], weight, effort)


def _scale(rises: _Rises) -> float:
    """Largest effort of a column: costs are measured in it, so that tolerances fit any unit."""
    return float(rises.effort.max(initial=0.0)) or 1.0


def _optimum(
    cells: Cells, need: float, forced: Array, bound: Mask, inside: Rows, rises: _Rises
) -> OptimizeResult:
    """Variables: how much of each column is bought, 0..1, then the points of each component.

    Rows: the goal; points of each component at most what its rises bring (its cap is a bound of the
    variable); rises inside a unit up to its limit; and down to its floor.
    """
    count, levers = len(rises.lever), len(cells.slope)
    units, components = np.nonzero(bound)
    number = np.full(bound.shape, -1)
    number[units, components] = np.arange(len(units))
    above, below = 1 + levers, 1 + levers + len(units)
    entries = [
        (np.zeros(levers), count + np.arange(levers), -np.ones(levers)),
        (1 + np.arange(levers), count + np.arange(levers), np.ones(levers)),
        (1 + rises.lever, np.arange(count), -cells.slope[rises.lever] * rises.weight),
    ]
    unit, chosen = rises.inside, np.arange(count)
    while (chosen := chosen[unit >= 0]).size:
        unit = unit[unit >= 0]
        lever = rises.lever[chosen]
        risen = rises.weight[chosen] / cells.weight[unit, lever]
        entries.append((above + number[unit, lever], chosen, risen))
        entries.append((below + number[unit, lever], chosen, -risen))
        unit = np.where(unit > 0, inside[cells.baseline.parent[unit], lever], -1)
    row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    start = cells.whole(forced)[bound]
    limit = np.concatenate(
        [
            [-need],
            cells.slope * (cells.weight * forced).sum(axis=0),
            cells.top[bound] - start,
            start - cells.floor[bound],
        ]
    )
    shape = (len(limit), count + levers)
    result = linprog(  # type: ignore[call-overload]  # its types know no sparse matrices
        np.append(rises.effort / _scale(rises), np.zeros(levers)),
        A_ub=coo_array((value, (row.astype(int), column.astype(int))), shape=shape).tocsr(),
        b_ub=limit,
        bounds=np.stack([np.zeros(shape[1]), np.append(np.ones(count), cells.headroom)], axis=1),
        method="highs",
        options={
            "primal_feasibility_tolerance": _EXACT,
            "dual_feasibility_tolerance": _EXACT,
        },
    )
    if result.status != 0:
        raise RuntimeError(f"HiGHS found no optimum: {result.message}")
    return result


def _priced(cells: Cells, own: Array, marginals: Array, bound: Mask) -> Solution:
    """The optimum with its shadow prices; HiGHS gives them as slopes of effort, none above 0."""
    levers, count = len(cells.slope), int(bound.sum())
    goal, value, above_rows, below_rows = np.split(
        np.maximum(0.0, -marginals), np.cumsum([1, levers, count])
    )
    above, below, inside = (np.zeros(own.shape) for _ in range(3))
    above[bound], below[bound] = above_rows, below_rows
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(bound, (below - above) / cells.weight, 0.0)
    for rows in reversed(list(deepest_first(cells.baseline))):
        outer = inside[cells.baseline.parent[rows]] if rows[0] else 0.0
        inside[rows] = outer + step[rows]
    worth = cells.weight * (value * cells.slope + inside)
    return Solution(own, float(goal[0]), value, worth, above, below)
