"""Time of leverage, goal seek and cascade: Phú Thọ (164 units), and 4,400 and 4,400 nested units.

Run: python -m bench.bench_goalseek
"""

import heapq
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.arrays import Array
from core.dataset.load import find_dataset
from core.goal.aims import needed_score
from core.goal.cascade import cascade
from core.goal.cells import Cells, build
from core.goal.options import Limit, Options
from core.goal.seek import plain_answer, plan_scenario, seek
from core.index.rollup import PROVINCE, Baseline, roll_up, score
from core.levers.leverage import STEP, leverage
from core.levers.tables import plain_answer as levers_to_dict
from core.levers.tables import strongest
from core.outlook.case import load_case
from core.outlook.timeline import Calendar

REPEATS = 5


def larger(baseline: Baseline, count: int, districts: int = 0, seed: int = 766) -> Baseline:
    """A province of `count` units drawn from those of a baseline; with `districts`, the other
    units lie inside these, which have twice their dossiers."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, len(baseline.units), count)
    rate = baseline.rate[np.r_[PROVINCE, rows]].copy()
    volume = baseline.volume[np.r_[PROVINCE, rows]].copy()
    parent = np.r_[-1, np.zeros(count, dtype=int)]
    if districts:
        inner = np.arange(districts + 1, count + 1)
        parent[inner] = rng.integers(1, districts + 1, len(inner))
        inside = np.zeros((districts + 1, rate.shape[1]))
        done = inside.copy()
        np.add.at(inside, parent[inner], volume[inner])
        np.add.at(done, parent[inner], np.nan_to_num(volume[inner] * rate[inner]))
        own = np.nan_to_num(volume[: districts + 1] * rate[: districts + 1])
        volume[1 : districts + 1] += inside[1:]
        own[1:] += done[1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            rate[1 : districts + 1] = own[1:] / volume[1 : districts + 1]
    top = parent == PROVINCE
    volume[PROVINCE] = volume[top].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(np.where(top[:, None], volume / volume[PROVINCE], 0.0))
        within = np.nan_to_num(np.where((parent > PROVINCE)[:, None], volume / volume[parent], 0.0))
    summed = baseline.summed
    rate[PROVINCE, summed] = np.nansum(share * rate, axis=0)[summed]
    everywhere = np.r_[PROVINCE, rows]
    wide = {
        name: getattr(baseline, name)[everywhere]
        for name in ("rate_sd", "carried", "status", "provincial")
    }
    return replace(
        baseline,
        units=(baseline.units[0], *(f"u{n}" for n in range(1, count + 1))),
        level=("province", *("commune" if above else "district" for above in parent[1:])),
        parent=parent,
        rate=rate,
        rate_low=rate,
        rate_high=rate,
        volume=volume,
        dossiers=volume,
        share=share,
        parent_share=within,
        **wide,
    )


def timed(name: str, run: Callable[[], object], repeats: int = REPEATS) -> None:
    """Print the best and the median of a few runs, in milliseconds."""
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        spent.append(1000 * (time.perf_counter() - start))
    print(f"  {name:<44} {min(spent):8.1f} ms   median {np.median(spent):8.1f} ms")


def loop_leverage(baseline: Baseline) -> Array:
    """Points for one more percentage point, each unit and lever tried on the engine in turn."""
    found = np.zeros(baseline.rate.shape)
    start = score(baseline, baseline.rate).total[PROVINCE]
    for unit in range(len(baseline.units)):
        for component in np.flatnonzero(np.isfinite(baseline.rate[unit])):
            rate = baseline.rate.copy()
            rate[unit, component] = min(1.0, rate[unit, component] + STEP)
            found[unit, component] = score(baseline, roll_up(baseline, rate)).total[0] - start
    return found


def loop_seek(cells: Cells, need: float) -> float:
    """Effort of the plan that always takes the cheapest percentage point left, one at a time."""
    heap = [
        (cells.effort[u, c, j] / (cells.weight[u, c] * cells.slope[c]), u, c, j)
        for u, c in zip(*np.nonzero(cells.own), strict=True)
        for j in range(cells.width.shape[2])
        if cells.weight[u, c] * cells.slope[c] > 0
    ]
    heapq.heapify(heap)
    left, headroom, spent = cells.width.copy(), cells.headroom.copy(), 0.0
    while need > 0 and heap:
        _, u, c, j = heap[0]
        worth = cells.weight[u, c] * cells.slope[c]
        rise = min(STEP, left[u, c, j], headroom[c] / worth, need / worth)
        if rise <= 1e-12:
            heapq.heappop(heap)
            continue
        left[u, c, j] -= rise
        headroom[c] -= rise * worth
        need -= rise * worth
        spent += rise * cells.effort[u, c, j]
    return spent


def against_loops(baseline: Baseline, calendar: Calendar, goal: float, horizon: str) -> None:
    """The same answers from plain loops; leverage only where the loop ends within seconds."""
    if len(baseline.units) < 1000:
        exact, tried = leverage(baseline).per_point, loop_leverage(baseline)
        far = np.abs(exact - tried)[np.isfinite(baseline.rate)].max()
        timed(f"leverage by a loop, {far:.0e} points apart", lambda: loop_leverage(baseline), 1)
    cells = build(baseline, calendar, horizon)
    answer = seek(baseline, calendar, goal, horizon)
    need = goal - answer.score_before
    ratio = loop_seek(cells, need) / answer.plan.effort
    timed(f"half way by a loop, {ratio:.4f} times the effort", lambda: loop_seek(cells, need), 1)


def main() -> None:
    case = load_case(find_dataset("phu_tho_2026"))
    days, horizon = case.calendar, "year_end"
    moves = case.drawn.moves[horizon]
    others, like = moves.others, moves.like
    fifth = needed_score(5, 0.8, others, None, like)
    provinces = {
        "164 units": case.baseline,
        "4,400 units": larger(case.baseline, 4400),
        "4,400 units, 4,000 of them in 400 districts": larger(case.baseline, 4400, 400),
    }
    for name, baseline in provinces.items():
        print(name)
        lever = leverage(baseline)
        limits = Options(limits=(Limit("*", "*", 0.9),), held=(baseline.units[1],))
        now = seek(baseline, days, 0.0, horizon).score_before
        best = seek(baseline, days, 100.0, horizon).plan.score
        half = (now + best) / 2
        plan = seek(baseline, days, half, horizon).plan
        timed("leverage, all units", lambda b=baseline: leverage(b))
        timed("strongest moves, table", lambda one=lever: strongest(one, 20))
        timed("leverage as JSON", lambda one=lever: levers_to_dict(one))
        timed("goal seek, half way", lambda b=baseline, g=half: seek(b, days, g, horizon))
        timed(
            "goal seek with limits and a held unit",
            lambda b=baseline, g=now + 0.4 * (best - now), o=limits: seek(b, days, g, horizon, o),
        )
        timed("goal seek, 65 points", lambda b=baseline: seek(b, days, 65.0, horizon))
        timed(
            "goal seek, rank 5 with 80 %",
            lambda b=baseline: seek(b, days, needed_score(5, 0.8, others, None, like), horizon),
        )
        timed(
            "goal seek, out of reach, with limits",
            lambda b=baseline, o=limits: seek(b, days, fifth + 10, horizon, o),
        )
        answer = seek(baseline, days, half, horizon)
        timed("answer as plain data", lambda one=answer: plain_answer(one))
        if plan.moves["own"].sum() <= 5000:
            timed("plan as scenario", lambda b=baseline, one=plan: plan_scenario(b, one))
        timed(
            "cascade",
            lambda b=baseline: cascade(b, days, "digitized", 0.35, horizon, "volume"),
        )
        if "districts" not in name:  # the loop knows no units inside units
            against_loops(baseline, days, half, horizon)


if __name__ == "__main__":
    main()
