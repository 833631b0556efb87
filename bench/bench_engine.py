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

from core.dataset.load import find_dataset
from core.field.board import board_field
from core.index.rollup import Baseline, score
from core.index.rules import points
from core.outlook.case import Case, load_case
from core.outlook.simulate import rates_on, simulate
from core.outlook.standing import outlook
from core.outlook.uncertainty import moves_after
from core.scenario.model import Change, Scenario

BY_UNIT = (
    *("rate", "rate_sd", "rate_low", "rate_high", "carried", "volume", "dossiers", "share"),
    *("parent_share", "status", "provincial"),
)
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
    below = {name: getattr(baseline, name)[rows] for name in BY_UNIT}
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
    many(case)
    nation_draws(case.baseline)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MB")
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}")


def many(case: Case, count: int = 10_000) -> None:
    """Score and rank on all horizons, both lines, with 10,000 draws of all provinces."""
    field = board_field(case.dataset.field, case.dataset.field_name, draws=count)
    drawn = replace(
        case.drawn,
        field=field,
        moves={key: moves_after(field, 30 * n) for n, key in enumerate(case.drawn.moves)},
        own=np.zeros(count),
    )
    scenario = Scenario(dataset=case.dataset.id, changes=SCENARIO)
    taken = median_ms(lambda: outlook(case.baseline, scenario, case.calendar, drawn), 10)
    print(f"10,000 draws of score and rank on two horizons, 164 units: {taken:.0f} ms")


def nation_draws(baseline: Baseline, count: int = 10_000, provinces: int = 34) -> None:
    """10,000 draws of all provinces' scores and ranks on two horizons, 130 units in each.

    Independent errors of units (0.1 in every rate) add up to the province's by their shares, so the
    province's rates are drawn at once.
    """
    rules = baseline.rules
    rng = np.random.default_rng(766)
    share = rng.dirichlet(np.ones(130), (provinces, len(rules.components)))
    rate = np.nan_to_num(rng.normal(baseline.rate[0], 0.1, (provinces, len(rules.components))))
    spread = 0.1 * np.sqrt((share**2).sum(axis=-1))

    def run() -> None:
        for _ in range(2):
            drawn = rng.standard_normal((count, *rate.shape), dtype=np.float32)
            total = points(rules, np.clip(rate + spread * drawn, 0, 1)).sum(axis=-1)
            np.argsort(-total, axis=1)

    start = time.perf_counter()
    run()
    print(f"the same for 34 provinces x 130 units: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
