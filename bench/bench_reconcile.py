"""How long reconciling takes, and how good its estimates are where the truth is known.

    python bench/bench_reconcile.py

Truth: the rates of the units of Phú Thọ, hidden and estimated again from the province's rates and
the units' published scores.
"""

import time
from dataclasses import replace

import numpy as np

from core.dataset.facts import DATA, facts
from core.dataset.load import load_dataset
from core.estimate.baseline import parents, solve
from core.estimate.evidence import Evidence
from core.estimate.prior import load_prior
from core.estimate.reconcile import Reconciled, reconcile

HIDDEN = (
    "on_time",
    "dossiers_paid",
    "dossier_satisfaction",
    "electronic_result",
    "digitized",
    "reused",
)
ONLINE = 2


def timings() -> None:
    """Every dataset as published: reconcile, and a thousand draws."""
    for name in ("binh_phuoc_2025", "binh_phuoc_2024", "phu_tho_2026"):
        dataset = load_dataset(DATA / name)
        seconds, found = best_of(3, lambda dataset=dataset: solve(dataset))
        more, _ = best_of(1, lambda found=found: found.draw(1000, seed=1))
        units = len(found.rate)
        print(f"{name:18} {units:4} units  {seconds:6.3f} s   1000 draws {more:6.2f} s")


def best_of(times: int, work) -> tuple[float, Reconciled]:
    best = np.inf
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def hidden(real_volumes: bool, with_scores: bool) -> Evidence:
    """Phú Thọ without the unit rates in HIDDEN and without the group points that tell them."""
    dataset = load_dataset(DATA / "phu_tho_2026")
    published = facts(dataset)
    columns = [dataset.rules.index(component) for component in HIDDEN]
    rate, volume = published.rate.copy(), published.denominator.copy()
    groups, total = published.group_points.copy(), published.total.copy()
    share = np.full(len(rate), np.nan)
    rate[1:, columns] = np.nan
    groups[1:, [g for g in range(groups.shape[1]) if g != ONLINE]] = np.nan
    if not with_scores:
        total[1:] = np.nan
    if not real_volumes:
        dossiers = np.nan_to_num(volume[:, dataset.rules.index("on_time")])
        share[1:] = dossiers[1:] / dossiers[1:].sum()
        volume[1:, columns] = np.nan
    return Evidence(
        rules=dataset.rules,
        parent=parents(dataset),
        level=tuple(dataset.units["level"]),
        rate=rate,
        volume=volume,
        no_data=published.no_data,
        volume_share=share,
        group_points=groups,
        total=total,
        prior=load_prior(dataset.rules),
    )


def accuracy(title: str, case: Evidence) -> None:
    """Error of the estimates, of the province's rate for everybody, and cover of the ranges."""
    truth = facts(load_dataset(DATA / "phu_tho_2026")).rate
    seconds, found = best_of(1, lambda: reconcile(case))
    print(f"\n{title}: {len(truth)} units, {seconds:.2f} s, {len(found.contradictions)} misfits")
    print(f"{'':22} {'error':>7} {'naive':>7} {'stated':>7} {'80 % range holds':>17}")
    for component in HIDDEN:
        c = case.rules.index(component)
        rows = np.flatnonzero(np.isfinite(truth[1:, c]) & np.isfinite(found.rate[1:, c])) + 1
        error = np.sqrt(((found.rate[rows, c] - truth[rows, c]) ** 2).mean())
        naive = np.sqrt(((truth[0, c] - truth[rows, c]) ** 2).mean())
        stated = np.sqrt((found.rate_sd[rows, c] ** 2).mean())
        low, high = found.rate_low[rows, c] - 1e-9, found.rate_high[rows, c] + 1e-9
        holds = ((truth[rows, c] >= low) & (truth[rows, c] <= high)).mean()
        print(f"{component:22} {error:7.3f} {naive:7.3f} {stated:7.3f} {holds:17.2f}")


def contradiction() -> None:
    """The slowest kind: scores that the province's rates do not allow."""
    case = hidden(real_volumes=True, with_scores=True)
    total = case.total.copy()
    total[1:] += 10
    seconds, found = best_of(1, lambda: reconcile(replace(case, total=total)))
    print(f"\nimpossible scores: {seconds:.2f} s, {len(found.contradictions)} contradictions")


if __name__ == "__main__":
    timings()
    accuracy("scores and volumes known", hidden(real_volumes=True, with_scores=True))
    accuracy("scores known, volumes assumed", hidden(real_volumes=False, with_scores=True))
    accuracy("only the province known", hidden(real_volumes=True, with_scores=False))
    contradiction()
