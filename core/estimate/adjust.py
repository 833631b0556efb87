"""The smallest adjustment that makes figures add up: bounded weighted least squares, many at once.

Units stand in rows, their rates and blocks of points in columns. Two kinds of sums must come out:
each column's weighted sum over the units (the province's rate), each row's points (the unit's
published score). A column's sum touches only its column and a row's only its row, so the equations
of the multipliers form an arrow: the rows are eliminated one by one and K x K remain. Method: a
semismooth Newton ascent of the dual inside the proximal method of multipliers (Rockafellar 1976;
Li, Sun, Toh 2018). It is exact at the bounds, and where the sums can't be met it ends at the
closest fit instead of failing.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array, Mask, Rows

# weights of the proximal term: how far sums give way while sides are chosen, and the way to exact
_SOFT = 1e-4
_TO_EXACT = (1e-5, 1e-7, 1e-8, 1e-8)
# misses of scaled sums: none; so few that the dual's value is all rounding
_NONE = 1e-12
_FEW = 1e-6
# multipliers are about 1; far larger ones only say that a sum could not be met so far
_USUAL = 10.0
_NEWTON_STEPS = 50
_HALVINGS = 30
_ROUNDS = 8
_FLIPS = 3


@dataclass(frozen=True)
class Task:
    """N adjustments of the same form, each of U units with K figures.

    `start` (N, U, K) what to stay close to; `spread` (U, K) how far a figure is expected to move,
    0 for one that stays and counts in no sum; `upper` (U, K) its upper bound, the lower is 0;
    `weight` (N or 1, U, K) its part in the column's sum; `slope` (K,) its points per unit up to
    `kink` (K,), above which it earns nothing more; `column_sum` (N or 1, K) and `row_sum` (N or 1,
    U) what the sums must be, NaN where any sum will do.
    """

    start: Array
    spread: Array
    upper: Array
    weight: Array
    slope: Array
    kink: Array
    column_sum: Array
    row_sum: Array


def adjust(task: Task, thorough: bool = True) -> Array:
    """Figures (N, U, K) with the smallest `sum(((x - start) / spread) ** 2)` that meet the sums.

    Points are piecewise linear, so each figure lies on one side of its kink. Where a row gains
    points the problem is convex and the result is the optimum; where a row loses points a figure
    could do so on either side, and the result is a local optimum. Sums that can't be met are missed
    by as little as possible, measured in units of their own spread; if `thorough`, figures change
    sides where that is better, and other sides are tried before a sum is missed. Without it they
    stay on the side where they start, which `core.estimate.condition` has chosen.
    """
    scaled = _scale(task)
    below = task.start < task.kink
    rounds = _ROUNDS if thorough else 0
    x, missed = _from_sides(scaled, below, rounds)
    for other in (np.ones_like(below), np.zeros_like(below)) if thorough else ():
        again = np.flatnonzero(missed > _FEW)
        if len(again) == 0:
            break
        second, still = _from_sides(scaled.take(again), other[again], rounds)
        better = still < missed[again] * (1 - _FEW)
        x[again[better]], missed[again[better]] = second[better], still[better]
    return np.where(task.spread > 0, x, task.start)


@dataclass(frozen=True)
class _Scaled:
    """A task whose sums are in units of their own spread, so that multipliers are about 1.

    `column` and `row` (N or 1, U, K): a figure's part in the scaled sums, 0 where it has
    none; `column_goal`, `row_goal`: their right sides; `precision` 1 / variance, 0 where none.
    """

    start: Array
    variance: Array
    precision: Array
    upper: Array
    kink: Array
    column: Array
    row: Array
    column_goal: Array
    row_goal: Array

    def take(self, chosen: Rows) -> "_Scaled":
        """The same for some of the N adjustments."""

        def some(values: Array) -> Array:
            return values if len(values) == 1 else values[chosen]

        return replace(
            self,
            start=self.start[chosen],
            column=some(self.column),
            row=some(self.row),
            column_goal=some(self.column_goal),
            row_goal=some(self.row_goal),
        )


def _scale(task: Task) -> _Scaled:
    variance = task.spread**2

    def scaled(part: Array, goal: Array, axis: int) -> tuple[Array, Array]:
        part = np.where((variance > 0) & np.isfinite(np.expand_dims(goal, axis)), part, 0.0)
        spread = np.sqrt((variance * part**2).sum(axis=axis))
        spread = np.where(spread > 0, spread, np.inf)
        return part / np.expand_dims(spread, axis), np.nan_to_num(goal) / spread

    column, column_goal = scaled(task.weight, task.column_sum, 1)
    row, row_goal = scaled(np.broadcast_to(task.slope, (1, *task.spread.shape)), task.row_sum, 2)
    precision = np.divide(1.0, variance, where=variance > 0, out=np.zeros_like(variance))
    return _Scaled(
        task.start,
        variance,
        precision,
        task.upper,
        task.kink,
        column,
        row,
        column_goal,
        row_goal,
    )


@dataclass(frozen=True)
class _Point:
    """Where multipliers lead.

    `x` (N, U, K) the figures, `moves` those not held by a bound, `gap` (N, U + K) how far the sums
    are missed, of rows and then of columns, `value` (N,) the Lagrangian.
    """

    x: Array
    moves: Mask
    gap: Array
    value: Array

    def take(self, chosen: Rows) -> "_Point":
        """The same for some of the N adjustments."""
        return _Point(self.x[chosen], self.moves[chosen], self.gap[chosen], self.value[chosen])

    @property
    def missed(self) -> Array:
        """The largest miss of each adjustment, (N,)."""
        return np.asarray(np.abs(self.gap).max(axis=1))


def _point(part: _Scaled, below: Mask, duals: Array) -> _Point:
    """The figures that minimise the Lagrangian, each on its side of the kink."""
    by_row, by_column = _pulls(part, duals)
    low = np.where(below, 0.0, part.kink)
    high = np.where(below, np.minimum(part.kink, part.upper), part.upper)
    free = part.start - by_column - np.where(below, by_row, 0.0)
    x = np.minimum(np.maximum(free, low), high)
    moves = (x == free) & (part.variance > 0)
    rows = (part.row * np.minimum(x, part.kink)).sum(axis=2) - part.row_goal
    columns = (part.column * x).sum(axis=1) - part.column_goal
    gap = np.concatenate([rows, columns], axis=1)
    value = _distance(part, x).sum(axis=1) + (duals * gap).sum(axis=1)
    return _Point(x, moves, gap, value)


def _pulls(part: _Scaled, duals: Array) -> tuple[Array, Array]:
    """How far multipliers pull each figure (N, U, K): for the points of its row, for its column."""
    units = part.start.shape[1]
    by_row = part.variance * part.row * duals[:, :units, None]
    by_column = part.variance * part.column * duals[:, None, units:]
    return by_row, by_column


def _distance(part: _Scaled, x: Array) -> Array:
    """Half the squared distance from the start in spreads, (N, U)."""
    away = x - part.start
    return np.asarray((away * away * part.precision).sum(axis=2) / 2)


def _newton(part: _Scaled, below: Mask, centre: Array, duals: Array, weight: float) -> Array:
    """Ascend the dual less `weight / 2` times the squared distance of multipliers from `centre`.

    `below` says on which side of its kink each figure stays. Starts from the multipliers `duals`
    and returns those at the top.
    """
    duals, open_ = duals.copy(), np.arange(len(duals))
    point = _point(part, below, duals)
    for _ in range(_NEWTON_STEPS):
        slope = point.gap - weight * (duals[open_] - centre)
        # large multipliers leave rounding in proportion
        allowed = _NONE / 10 * (1 + np.abs(duals[open_]).max(axis=1))
        keep = np.flatnonzero(np.abs(slope).max(axis=1) > allowed)
        if len(keep) == 0:
            break
        if len(keep) < len(open_):
            open_, part, below, centre = open_[keep], part.take(keep), below[keep], centre[keep]
            point, slope = point.take(keep), slope[keep]
        step = _newton_step(part, below, point.moves, slope, weight)
        duals[open_], point = _line_search(
            part, below, centre, weight, duals[open_], point, slope, step
        )
    return duals


def _line_search(
    part: _Scaled,
    below: Mask,
    centre: Array,
    weight: float,
    duals: Array,
    point: _Point,
    slope: Array,
    step: Array,
) -> tuple[Array, _Point]:
    """Halve the steps that do not bring the ascent which their slope promises."""
    value = point.value - weight / 2 * ((duals - centre) ** 2).sum(axis=1)
    steepest = np.abs(slope).max(axis=1)
    promised = (step * slope).sum(axis=1)
    # a sum in which nothing moves asks for a huge step: let multipliers grow, but not at one go
    length = 1 / np.maximum(1.0, (np.abs(step) / (_USUAL + 2 * np.abs(duals))).max(axis=1))
    open_ = np.arange(len(step))
    for halving in range(_HALVINGS):
        trial = duals[open_] + length[open_, None] * step[open_]
        some = part if halving == 0 else part.take(open_)
        point = _point(some, below[open_], trial)
        away = trial - centre[open_]
        new_value = point.value - weight / 2 * (away**2).sum(axis=1)
        new_steepest = np.abs(point.gap - weight * away).max(axis=1)
        good = new_value >= value[open_] + 1e-4 * length[open_] * promised[open_]
        good |= (steepest[open_] < _FEW) & (new_steepest <= steepest[open_] / 2)
        if good.all():
            break
        open_ = open_[~good]
        length[open_] /= 2
    duals = duals + length[:, None] * step
    return duals, point if halving == 0 else _point(part, below, duals)


def _newton_step(part: _Scaled, below: Mask, moves: Mask, slope: Array, weight: float) -> Array:
    """Solve `(A V A' + weight) step = slope` by eliminating the rows."""
    units = part.start.shape[1]
    variance = np.where(moves, part.variance, 0.0)
    row = np.where(below, part.row, 0.0)
    in_row = (variance * row**2).sum(axis=2) + weight
    in_column = (variance * part.column**2).sum(axis=1) + weight
    cross = variance * row * part.column
    by_row = cross / in_row[:, :, None]
    left = np.eye(cross.shape[2]) * in_column[:, None, :] - np.swapaxes(cross, 1, 2) @ by_row
    right = slope[:, units:] - (by_row * slope[:, :units, None]).sum(axis=1)
    columns = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    rows = slope[:, :units] / in_row - (by_row * columns[:, None, :]).sum(axis=2)
    return np.concatenate([rows, columns], axis=1)


def _from_sides(scaled: _Scaled, below: Mask, rounds: int) -> tuple[Array, Array]:
    """Figures (N, U, K) and the largest miss (N,) when figures start on the given sides."""
    below, duals = _choose_sides(scaled, below | (scaled.kink >= scaled.upper), rounds)
    missed = _point(scaled, below, duals).missed
    open_ = np.flatnonzero(missed > _NONE)
    for weight in _TO_EXACT:
        if len(open_) == 0:
            break
        some, before = scaled.take(open_), missed[open_]
        duals[open_] = _newton(some, below[open_], duals[open_], duals[open_], weight)
        missed[open_] = _point(some, below[open_], duals[open_]).missed
        # a miss that stays is one that no multiplier can cure
        open_ = open_[(missed[open_] > _NONE) & (missed[open_] < before / 2)]
    return _point(scaled, below, duals).x, missed


def _choose_sides(scaled: _Scaled, below: Mask, rounds: int) -> tuple[Mask, Array]:
    """Which figures end below their kink (N, U, K), and the multipliers that belong to it.

    Sums may give way a little here, so that multipliers stay finite where one choice of sides can't
    meet them. A change of sides in a row is kept where it makes the row's adjustment smaller, or
    where sums were far from met and it brings them closer.
    """
    below = below.copy()
    duals = np.zeros((len(below), sum(below.shape[1:])))
    duals = _newton(scaled, below, duals, duals, _SOFT)
    tried = np.zeros(below.shape, dtype=np.int8)
    open_ = np.arange(len(below))
    for turn in range(rounds):
        change = _wrong_side(scaled.take(open_), below[open_], duals[open_], turn % 2 == 1)
        change &= tried[open_] < _FLIPS
        some = change.any(axis=(1, 2))
        open_, change = open_[some], change[some]
        if len(open_) == 0:
            break
        part, old, before = scaled.take(open_), below[open_], duals[open_]
        centre = np.zeros_like(before)
        after = _newton(part, old ^ change, centre, np.clip(before, -_USUAL, _USUAL), _SOFT)
        keep = change & _improved(part, old, before, change, after)[:, :, None]
        below[open_] ^= keep
        tried[open_] += change
        # where no change was kept the multipliers stay, where some were they are found anew
        kept = keep.any(axis=(1, 2))
        duals[open_[kept]] = after[kept]
        mixed = np.flatnonzero(kept & (keep != change).any(axis=(1, 2)))
        duals[open_[mixed]] = _newton(
            part.take(mixed), below[open_[mixed]], centre[mixed], after[mixed], _SOFT
        )
    return below, duals


def _improved(part: _Scaled, old: Mask, before: Array, change: Mask, after: Array) -> Mask:
    """Rows (N, U) that are better off with the change; all where it frees sums that were stuck."""
    new = old ^ change
    better = _row_cost(part, new, after, after) < _row_cost(part, old, before, after)
    stuck = np.abs(before).max(axis=1) > _USUAL
    freed = stuck & (_cost(part, new, after) < _cost(part, old, before))
    return np.asarray(better | freed[:, None])


def _cost(part: _Scaled, below: Mask, duals: Array) -> Array:
    """What all figures cost (N,): distance, and sums missed."""
    point = _point(part, below, duals)
    missed = (point.gap**2).sum(axis=1) / (2 * _SOFT)
    return np.asarray(_distance(part, point.x).sum(axis=1) + missed)


def _row_cost(part: _Scaled, below: Mask, duals: Array, prices: Array) -> Array:
    """What each row's figures cost (N, U): distance, use of the columns, points missed."""
    units = part.start.shape[1]
    point = _point(part, below, duals)
    use = (part.column * point.x * prices[:, None, units:]).sum(axis=2)
    return np.asarray(_distance(part, point.x) + use + point.gap[:, :units] ** 2 / (2 * _SOFT))


def _wrong_side(part: _Scaled, below: Mask, duals: Array, few: bool) -> Mask:
    """At most one figure of each row (and, if `few`, of each column) on the wrong side of its kink.

    With the multipliers as they are, a figure is better off below its kink when, without the pull
    for points, it lies less above it than half that pull (both sides of the parabola compared).
    """
    by_row, by_column = _pulls(part, duals)
    above_by = part.start - by_column - part.kink - np.maximum(by_row, 0.0) / 2
    gain = np.where((above_by < 0) != below, np.abs(above_by), 0.0)
    gain = np.where((part.variance > 0) & (part.kink < part.upper), gain, 0.0)
    chosen = (gain > _NONE) & (gain == gain.max(axis=2, keepdims=True))
    if few:
        chosen &= gain == np.where(chosen, gain, 0.0).max(axis=1, keepdims=True)
    return chosen
