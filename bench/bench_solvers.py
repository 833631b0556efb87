"""Our adjustment against well-kept solvers of quadratic programmes, in one run.

    pip install clarabel osqp piqp highspy    # not needed by the app
    python -m bench.bench_solvers

The task: all unit rates of Phú Thọ hidden, scores and volumes known; the nearest rates, in the
correlated prior's distance, with which every province rate and every score comes out and that lie
in 0..1. Points are linear on the side of the kink where our answer lies, so that the task is the
same quadratic programme for all. Seconds are of the processor, of one thread.
"""

import importlib
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from bench.bench_reconcile import hidden
from core.estimate.adjust import Task, adjust
from core.estimate.condition import condition
from core.estimate.reconcile import _start
from core.estimate.sorting import plan, shares
from core.estimate.volumes import with_rest

DRAWS = 100


class Programme(NamedTuple):
    """Smallest `(x - start)' P (x - start) / 2` with `sums @ x = right` and `low <= x <= high`."""

    precision: sp.csc_matrix
    start: np.ndarray
    sums: sp.csc_matrix
    right: np.ndarray
    low: np.ndarray
    high: np.ndarray


def make_task() -> tuple[Task, np.ndarray]:
    """The adjustment of the units below the province, and the covariance of their figures."""
    work = plan(with_rest(hidden(real_volumes=True, with_scores=True)))
    rows, components = work.tiers[1], len(work.goal)
    x = work.fixed[None].copy()
    x[:, 0] = np.where(np.isnan(x[:, 0]), work.start, x[:, 0])
    start = _start(work, x, rows)
    free = (work.spread[rows] > 0).any(axis=0)
    free[components:] = False  # blocks of points stay where they are
    fixed = work.fixed[rows]
    share = shares(work, work.volumes.volume[None])[:, rows]
    known = np.nansum(share * fixed[None, :, :components], axis=1)
    covariance = work.covariance[rows][:, free][:, :, free]
    blocks = np.nansum(np.where(work.spread[rows] > 0, start[0], 0.0)[:, components:], axis=1)
    task = Task(
        start=np.nan_to_num(start[:, :, free]),
        spread=work.spread[rows][:, free],
        upper=np.ones((len(rows), int(free.sum()))),
        weight=share[:, :, free[:components]],
        slope=(work.rules.max_points / work.rules.target_rate)[free[:components]],
        kink=work.rules.target_rate[free[:components]],
        column_sum=(work.goal - known)[:, free[:components]],
        row_sum=(work.left[rows] - blocks)[None],
    )
    return task, covariance


def programme(task: Task, covariance: np.ndarray, answer: np.ndarray) -> Programme:
    """The same task as one large quadratic programme."""
    free = task.spread > 0
    at = np.full(free.shape, -1)
    at[free] = np.arange(free.sum())
    below = answer < task.kink
    blocks = []
    for unit in range(len(free)):
        inside = np.flatnonzero(free[unit])
        if len(inside):
            blocks.append(np.linalg.inv(covariance[unit][np.ix_(inside, inside)]))
    rows, columns, values, right = [], [], [], []
    for c in np.flatnonzero(np.isfinite(task.column_sum[0]) & free.any(axis=0)):
        rows.append(np.full(free[:, c].sum(), len(right)))
        columns.append(at[free[:, c], c])
        values.append(task.weight[0, free[:, c], c])
        right.append(task.column_sum[0, c])
    for unit in np.flatnonzero(np.isfinite(task.row_sum[0]) & free.any(axis=1)):
        use = free[unit] & below[unit]
        capped = (task.slope * task.kink)[free[unit] & ~below[unit]].sum()
        rows.append(np.full(use.sum(), len(right)))
        columns.append(at[unit, use])
        values.append(task.slope[use])
        right.append(task.row_sum[0, unit] - capped)
    parts = [np.concatenate(part) for part in (values, rows, columns)]
    sums = sp.csc_matrix((parts[0], (parts[1], parts[2])), shape=(len(right), int(free.sum())))
    low = np.where(below, 0.0, task.kink)[free]
    high = np.where(below, np.minimum(task.kink, 1.0), 1.0)[free]
    precision = sp.block_diag(blocks, format="csc")
    return Programme(precision, task.start[0][free], sums, np.array(right), low, high)


def piqp(one: Programme) -> np.ndarray:
    solver = importlib.import_module("piqp").SparseSolver()
    q = -(one.precision @ one.start)
    solver.setup(one.precision, q, one.sums, one.right, None, None, None, one.low, one.high)
    solver.solve()
    return np.array(solver.result.x)


def clarabel(one: Programme) -> np.ndarray:
    module = importlib.import_module("clarabel")
    count, eye = len(one.start), sp.eye(len(one.start), format="csc")
    settings = module.DefaultSettings()
    settings.verbose = False
    cones = [module.ZeroConeT(len(one.right)), module.NonnegativeConeT(2 * count)]
    sides = sp.vstack([one.sums, eye, -eye], format="csc")
    right = np.concatenate([one.right, one.high, -one.low])
    upper, q = sp.triu(one.precision, format="csc"), -(one.precision @ one.start)
    solver = module.DefaultSolver(upper, q, sides, right, cones, settings)
    return np.array(solver.solve().x)


def osqp(one: Programme) -> np.ndarray:
    solver = importlib.import_module("osqp").OSQP()
    sides = sp.vstack([one.sums, sp.eye(len(one.start))], format="csc")
    low, high = np.append(one.right, one.low), np.append(one.right, one.high)
    upper, q = sp.triu(one.precision, format="csc"), -(one.precision @ one.start)
    exact = {"eps_abs": 1e-7, "eps_rel": 1e-7, "max_iter": 50000, "verbose": False}
    solver.setup(upper, q, sides, low, high, **exact)
    return np.array(solver.solve().x)


def highs(one: Programme) -> np.ndarray:
    module = importlib.import_module("highspy")
    solver, model = module.Highs(), module.HighsModel()
    solver.setOptionValue("output_flag", False)
    lp, lower = model.lp_, sp.tril(one.precision, format="csc")
    lp.num_col_, lp.num_row_ = len(one.start), len(one.right)
    lp.col_cost_ = -(one.precision @ one.start)
    lp.col_lower_, lp.col_upper_ = one.low, one.high
    lp.row_lower_ = lp.row_upper_ = one.right
    lp.a_matrix_.format_ = module.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = one.sums.indptr, one.sums.indices
    lp.a_matrix_.value_ = one.sums.data
    model.hessian_.dim_ = len(one.start)
    model.hessian_.format_ = module.HessianFormat.kTriangular
    model.hessian_.start_, model.hessian_.index_ = lower.indptr, lower.indices
    model.hessian_.value_ = lower.data
    solver.passModel(model)
    solver.run()
    return np.array(solver.getSolution().col_value)


def ours(task: Task, covariance: np.ndarray) -> np.ndarray:
    return adjust(condition(task, covariance))[0][task.spread > 0]


def report(name: str, one: Programme, work: Callable[[], np.ndarray], times: int) -> None:
    seconds = []
    for _ in range(times):
        start = time.process_time()
        x = work()
        seconds.append(time.process_time() - start)
    away = x - one.start
    missed = np.abs(one.sums @ x - one.right).max()
    outside = max((one.low - x).max(), (x - one.high).max(), 0.0)
    distance = away @ (one.precision @ away) / 2
    print(
        f"{name:10} {1000 * min(seconds):9.1f} ms   sums missed {missed:.0e}   "
        f"bounds broken {outside:.0e}   distance {distance:.3f}"
    )


def main() -> None:
    task, covariance = make_task()
    answer = adjust(condition(task, covariance))[0]
    one = programme(task, covariance, answer)
    print(f"{len(one.start)} rates, {len(one.right)} sums")
    report("ours", one, lambda: ours(task, covariance), 5)
    for solve in (piqp, clarabel, osqp, highs):
        try:
            importlib.import_module({"highs": "highspy"}.get(solve.__name__, solve.__name__))
        except ImportError:
            print(f"{solve.__name__:10} not installed")
            continue
        report(solve.__name__, one, lambda solve=solve: solve(one), 1 if solve is highs else 3)
    noise = np.random.default_rng(766).standard_normal((DRAWS, *task.spread.shape))
    draws = Task(**{**vars(task), "start": task.start + noise * task.spread})
    start = time.process_time()
    adjust(condition(draws, covariance), thorough=False)
    print(f"ours, {DRAWS} draws at once {1000 * (time.process_time() - start):.0f} ms")


if __name__ == "__main__":
    main()
