"""Sobol indices with 2^14 evaluations of each column, against SALib on the same function.

Run `python -m bench.bench_sensitivity`; it prints times, and the largest difference beside the
95 % error that SALib gives for its own indices.
"""

import time
import warnings

import numpy as np
from SALib.analyze import sobol as analyse  # type: ignore[import-untyped]
from SALib.sample import sobol as sample  # type: ignore[import-untyped]

from core.dataset.facts import DATA
from core.dataset.load import find_dataset
from core.dataset.rules_csv import load_rules
from core.levers.factors import Unknowns, unknowns
from core.levers.sensitivity import SAMPLES, advice, indices, tornado
from core.outlook.case import load_case
from core.scenario.model import Scenario

COUNT = 2**14


def by_salib(model: Unknowns, count: int, seed: int) -> list[dict[str, np.ndarray]]:
    """SALib's first-order and total indices of score and rank, with their 95 % errors."""
    names = [f"{factor.kind}:{factor.what}" for factor in model.factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    part = sample.sample(problem, count, calc_second_order=False, seed=seed)
    results = model.evaluate(model.values(part.T))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a result that nothing moves has no variance
        return [
            analyse.analyze(problem, result, calc_second_order=False, seed=seed)
            for result in results
        ]


def main() -> None:
    ladder = list(load_rules(DATA / "rules.csv").values())
    for name, horizon in (("phu_tho_2026", "year_end"), ("binh_phuoc_2025", "year_end")):
        case, scenario = load_case(find_dataset(name)), Scenario(dataset=name)
        model = unknowns(case, scenario, horizon, ladder)
        evaluations = COUNT * (len(model.factors) + 2)
        print(f"{name}, {horizon}: {len(model.factors)} factors, {evaluations} evaluations")
        start = time.perf_counter()
        ours = indices(model, COUNT)
        middle = time.perf_counter()
        theirs = by_salib(model, COUNT, 1)
        end = time.perf_counter()
        print(f"  2^14: {middle - start:.2f} s here, {end - middle:.2f} s SALib with its errors")
        for label, own, other in zip(("score", "rank"), ours, theirs, strict=True):
            first = np.abs(own.first - other["S1"]).max()
            total = np.abs(own.total - other["ST"]).max()
            print(
                f"  {label}: first order differs by at most {first:.4f} "
                f"(95 % error {other['S1_conf'].max():.4f}), "
                f"total {total:.4f} ({other['ST_conf'].max():.4f})"
            )
        start = time.perf_counter()
        indices(model)
        middle = time.perf_counter()
        tornado(case, scenario, horizon, model)
        advice(case, scenario, horizon, model)
        end = time.perf_counter()
        page = f"{middle - start:.2f} s indices (2^{SAMPLES.bit_length() - 1})"
        print(f"  the page: {page}, {end - middle:.2f} s tornado and advice")


if __name__ == "__main__":
    main()
