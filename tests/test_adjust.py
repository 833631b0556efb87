"""The smallest adjustment against a general solver, and its behaviour at bounds and kinks."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from core.estimate.adjust import Task, adjust

KINK = np.array([0.5, 0.8, np.inf])
SLOPE = np.array([12.0, 5.0, 1.0])
SPREAD = np.array([0.15, 0.12, 2.0])
UPPER = np.array([1.0, 1.0, 10.0])


def task(seed: int, units: int = 2) -> Task:
    """A task that has a solution: its sums are those of some figures within the bounds."""
    random = np.random.default_rng(seed)
    start = np.array([random.uniform(0.2, 0.9), random.uniform(0.4, 1), random.uniform(2, 9)])
    start, spread = np.tile(start, (units, 1)), np.tile(SPREAD, (units, 1))
    weight = np.zeros((units, 3))
    weight[:, :2] = random.dirichlet(np.ones(units))[:, None]
    possible = np.clip(start + 1.5 * spread * random.normal(size=start.shape), 0, UPPER)
    column_sum = (weight * possible).sum(axis=0)
    column_sum[2] = np.nan
    row_sum = (SLOPE * np.minimum(possible, KINK)).sum(axis=1)
    upper = np.tile(UPPER, (units, 1))
    return Task(
        start[None], spread, upper, weight[None], SLOPE, KINK, column_sum[None], row_sum[None]
    )


def misses(case: Task, x: np.ndarray) -> float:
    columns = (case.weight * x).sum(axis=1) - case.column_sum
    rows = (case.slope * np.minimum(x, case.kink)).sum(axis=2) - case.row_sum
    return max(float(np.nanmax(np.abs(columns))), float(np.nanmax(np.abs(rows))))


def cost(case: Task, x: np.ndarray) -> float:
    return float((((x - case.start[0]) / case.spread) ** 2).sum())


def best_of_all_sides(case: Task) -> float:
    """The smallest cost over every choice of sides of the kinks, by a general solver."""
    units = case.spread.shape[0]
    best = np.inf
    for sides in itertools.product([True, False], repeat=2 * units):
        below = np.ones((units, 3), dtype=bool)
        below[:, :2] = np.array(sides).reshape(units, 2)
        low = np.where(below, 0.0, KINK)
        high = np.where(below, np.minimum(KINK, case.upper), case.upper)
        rows, right = [], []
        for k in range(2):
            rows.append((case.weight[0] * (np.arange(3) == k)).ravel())
            right.append(case.column_sum[0, k])
        for u in range(units):
            row = np.zeros((units, 3))
            row[u] = np.where(below[u], SLOPE, 0.0)
            rows.append(row.ravel())
            right.append(case.row_sum[0, u] - (SLOPE * KINK)[:2][~below[u, :2]].sum())
        matrix, goal = np.array(rows), np.array(right)
        start, variance = case.start[0].ravel(), (case.spread**2).ravel()
        found = minimize(
            lambda x, start=start, variance=variance: ((x - start) ** 2 / variance).sum(),
            np.clip(case.start[0], low, high).ravel(),
            jac=lambda x, start=start, variance=variance: 2 * (x - start) / variance,
            bounds=list(zip(low.ravel(), high.ravel(), strict=True)),
            constraints={
                "type": "eq",
                "fun": lambda x, matrix=matrix, goal=goal: matrix @ x - goal,
                "jac": lambda x, matrix=matrix: matrix,
            },
            method="SLSQP",
            options={"maxiter": 300, "ftol": 1e-14},
        )
        if np.abs(matrix @ found.x - goal).max() < 1e-7:
            best = min(best, float(found.fun))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_it_is_the_best_of_all_sides_that_a_general_solver_finds(seed: int) -> None:
    case = task(seed)
    x = adjust(case)[0]
    assert misses(case, x[None]) < 1e-9
    assert cost(case, x) == pytest.approx(best_of_all_sides(case), rel=1e-5, abs=1e-6)


def test_without_sums_figures_stay_within_their_bounds() -> None:
    start = np.array([[[-0.2, 0.4, 12.0]]])
    nothing = np.full((1, 3), np.nan)
    case = Task(
        start, SPREAD[None], UPPER[None], np.zeros((1, 1, 3)), SLOPE, KINK, nothing, nothing[:, :1]
    )
    assert adjust(case)[0].tolist() == [[0.0, 0.4, 10.0]]


def test_figures_without_a_spread_stay_and_do_not_count() -> None:
    case = task(3)
    spread = case.spread.copy()
    spread[0, 2] = 0.0
    case = replace(case, spread=spread)
    assert adjust(case)[0, 0, 2] == case.start[0, 0, 2]


def test_a_figure_at_its_kink_gives_no_more_points() -> None:
    # one unit, 12 points per unit of the rate up to 0.5; 6 + 1 wanted: the rate must reach the kink
    # and the rest comes from the block, 1 x 1.0
    case = Task(
        start=np.array([[[0.4, 0.0]]]),
        spread=np.array([[0.15, 0.01]]),
        upper=np.array([[1.0, 10.0]]),
        weight=np.zeros((1, 1, 2)),
        slope=np.array([12.0, 1.0]),
        kink=np.array([0.5, np.inf]),
        column_sum=np.full((1, 2), np.nan),
        row_sum=np.array([[7.0]]),
    )
    assert adjust(case)[0, 0] == pytest.approx([0.5, 1.0], abs=1e-9)


def test_a_row_that_must_lose_points_crosses_the_kink_where_that_is_the_smallest_way() -> None:
    # 6 points at 0.6 (kink 0.5); 4.8 wanted: the rate alone gives them at 0.4, 1.3 spreads away,
    # the block would have to fall by 1.2, 12 spreads away
    case = Task(
        start=np.array([[[0.6, 5.0]]]),
        spread=np.array([[0.15, 0.1]]),
        upper=np.array([[1.0, 10.0]]),
        weight=np.zeros((1, 1, 2)),
        slope=np.array([12.0, 1.0]),
        kink=np.array([0.5, np.inf]),
        column_sum=np.full((1, 2), np.nan),
        row_sum=np.array([[9.8]]),
    )
    x = adjust(case)[0, 0]
    assert 12 * x[0] + x[1] == pytest.approx(9.8, abs=1e-9)
    # ((r - 0.6) / 0.15)^2 + ((b - 5) / 0.1)^2 with b = 9.8 - 12 r: r = (0.6/0.0225 + 57.6/0.01) /
    # (1/0.0225 + 144/0.01) = 0.400615...
    rate = (0.6 / 0.0225 + 12 * 4.8 / 0.01) / (1 / 0.0225 + 144 / 0.01)
    assert x[0] == pytest.approx(rate, abs=1e-9)


@pytest.mark.parametrize(("start", "goal"), [(0.3, 0.8), (0.8, 0.3)])
def test_more_figures_than_change_sides_one_by_one_are_tried_on_the_other_side(
    start: float, goal: float
) -> None:
    # one unit, so each of its ten rates is its column's sum; all start on the one side of the kink
    # and belong on the other, and in a row only one figure changes sides at a time
    each = np.arange(10)
    goals = goal + 0.007 * each
    case = Task(
        start=(start + 0.01 * each)[None, None],
        spread=np.full((1, 10), 0.1),
        upper=np.ones((1, 10)),
        weight=np.ones((1, 1, 10)),
        slope=np.full(10, 4.0),
        kink=np.full(10, 0.5),
        column_sum=goals[None],
        row_sum=np.full((1, 1), np.nan),
    )
    assert adjust(case)[0, 0] == pytest.approx(goals, abs=1e-9)


def test_sums_that_can_not_be_met_are_missed_by_as_little_as_possible() -> None:
    # two units at most 1 and a sum of 1.2: both go to the bound, nothing breaks
    case = task(0)
    column_sum = case.column_sum.copy()
    column_sum[0, 0] = 1.2
    x = adjust(replace(case, column_sum=column_sum, row_sum=np.full((1, 2), np.nan)))[0]
    assert x[:, 0] == pytest.approx([1, 1], abs=1e-6)
    assert (case.weight[0] * x).sum(axis=0)[1] == pytest.approx(case.column_sum[0, 1], abs=1e-6)


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    case = task(5, units=4)
    random = np.random.default_rng(1)
    start = case.start + case.spread * random.normal(size=(20, 4, 3))
    together = adjust(replace(case, start=start))
    for number in range(20):
        alone = adjust(replace(case, start=start[[number]]))[0]
        assert together[number] == pytest.approx(alone, abs=1e-9)
