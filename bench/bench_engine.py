"""How long the engine takes: one scenario on Phú Thọ, a synthetic nation, and the draws.

Run `python -m bench.bench_engine`; it prints the median of several runs and the peak memory.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.case import load_case
from core.dataset import find_dataset
from core.field import summarise
from core.outlook import outlook
from core.rollup import Baseline, roll_up, score
from core.scenario import Change, Scenario
from core.simulate import rates_on, simulate

SCENARIO = (Change(unit="level:commune", component="digitized", mode="floor", value=0.6),)


def median_ms(run: Callable[[], object], times: int) -> float:
    """Median wall time of one run, in milliseconds, after one run to warm up."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def nation(baseline: Baseline, provinces: int = 34, units: int = 130) -> Baseline:
    """A baseline with all units of a nation: the province's rows repeated below one root."""
    rows = np.r_[0, np.resize(np.arange(1, len(baseline.units)), provinces * units)]
    below = {
        name: getattr(baseline, name)[rows]
        for name in (
            "rate rate_sd rate_low rate_high carried volume dossiers share parent_share block "
            "block_sd block_max status provincial"
        ).split()
    }
    below["share"] = below["share"] / max(1.0, float(below["share"].sum(axis=0).max()))
    return replace(
        baseline,
        units=("root", *(f"u{n}" for n in range(1, len(rows)))),
        level=tuple(baseline.level[row] for row in rows),
        parent=np.r_[-1, np.zeros(len(rows) - 1, dtype=np.intp)],
        **below,
    )


def main() -> None:
    """Print the table of bench/README.md."""
    case = load_case(find_dataset("phu_tho_2026"))
    scenario = Scenario(dataset=case.dataset.id, changes=SCENARIO)
    day = case.calendar.as_of

    def one() -> object:
        return score(case.baseline, rates_on(case.baseline, scenario, case.calendar, day))

    print(f"one scenario, 164 units x 21: {median_ms(one, 200):.2f} ms")
    all_horizons = median_ms(lambda: simulate(case.baseline, scenario, case.calendar), 100)
    print(f"one scenario at every horizon: {all_horizons:.2f} ms")
    whole = nation(case.baseline)

    def national() -> object:
        return score(whole, rates_on(whole, scenario, case.calendar, day))

    print(f"one scenario, 34 x 130 units: {median_ms(national, 30):.2f} ms")
    for name in ("phu_tho_2026", "binh_phuoc_2025"):
        found = load_case(find_dataset(name))
        asked = Scenario(dataset=name, changes=SCENARIO)
        taken = median_ms(
            lambda found=found, asked=asked: outlook(  # type: ignore[misc]
                found.baseline, asked, found.calendar, found.drawn
            ),
            20,
        )
        print(f"score and rank with ranges, {name}, 4,000 draws: {taken:.1f} ms")
    draws(case.baseline, "10,000 draws of score and rank on two horizons, 164 units")
    draws(whole, "the same, 34 x 130 units")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB")
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}")


def draws(baseline: Baseline, name: str, count: int = 10_000, block: int = 50) -> None:
    """Every rate drawn around its value, in blocks so that memory stays small."""
    rng = np.random.default_rng(766)
    others = rng.normal(62, 3, (count, 33))

    def run() -> None:
        for _ in range(2):
            totals = []
            for start in range(0, count, block):
                noise = 0.02 * rng.standard_normal((min(block, count - start), *baseline.rate.shape))
                rate = np.clip(baseline.rate + noise, 0, 1)
                rolled = roll_up(baseline, rate, baseline.rate)[:, :1]
                province = np.where(baseline.carried[0], rolled[:, 0], 0.0)
                totals.append(np.nan_to_num(province).sum(axis=-1))
            ranks = 1 + (others > np.concatenate(totals)[:, None]).sum(axis=1)
            summarise(ranks, 34)

    start = time.perf_counter()
    run()
    print(f"{name}: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
