"""How long figures of a large province take to read and plan: `python -m bench.bench_imports`.

164 units x 21 components of Phú Thọ as the portal's JSON, as a workbook and as CSV.
"""

import csv
import io
import json
import statistics
import time
from typing import Any

import numpy as np
import openpyxl

from core.dataset.facts import facts
from core.dataset.load import find_dataset, load_dataset
from core.imports.opening import read_file
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.imports.vocabulary import squeezed, vocabulary

ROUNDS = 5


def rows() -> list[list[Any]]:
    """A table of people: a unit a row, numerator and denominator of each component."""
    dataset = load_dataset(find_dataset("phu_tho_2026"))
    told, names = facts(dataset), dataset.rules.name_vi
    heads = [f"{name} / {part}" for name in names for part in ("Số", "Tổng")]
    table: list[list[Any]] = [["Mã đơn vị", "Tên đơn vị", *heads]]
    pairs = zip(dataset.units.index, dataset.units["name_vi"], strict=True)
    for u, (code, name) in enumerate(pairs):
        counts = np.stack([told.numerator[u], told.denominator[u]], axis=1).ravel()
        table.append([code, name, *(None if np.isnan(c) else int(c) for c in counts)])
    return table


def as_portal() -> bytes:
    """The answers of the portal with a metric for each component."""
    dataset = load_dataset(find_dataset("phu_tho_2026"))
    told, words = facts(dataset), vocabulary()
    keys = {figure: key for key, figure in words.keys.items()}
    metrics = [(c, keys[name]) for c, name in enumerate(dataset.rules.components) if name in keys]

    def unit(u: int) -> dict[str, Any]:
        found = [
            {"code": key, "numerator": told.numerator[u, c], "denominator": told.denominator[u, c]}
            for c, key in metrics
            if np.isfinite(told.denominator[u, c])
        ]
        named = {"departmentCode": dataset.units.index[u],
                 "departmentName": dataset.units["name_vi"].iloc[u]}  # fmt: skip
        return {**named, "metrics": found}

    every = [unit(u) for u in range(len(dataset.units))]
    tree = {"data": {"overview": every[0], "evaluation": every[1:]}}
    return json.dumps({squeezed("transparency").upper(): tree}).encode()


def as_csv() -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows())
    return out.getvalue().encode()


def as_workbook() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows():
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def planned(name: str, raw: bytes) -> ImportPlan:
    options = ImportOptions(province="Phú Thọ")
    return plan_import(read_file(name, raw, options), options)


def main() -> None:
    """Measure each form; the first round reads the rules, too."""
    files = {"all-2026-10-10.json": as_portal(), "all-2026-10-10.xlsx": as_workbook(),
             "all-2026-10-10.csv": as_csv()}  # fmt: skip
    for name, raw in files.items():
        taken, used = [], []
        for _ in range(ROUNDS):
            start, worked = time.perf_counter(), time.process_time()
            plan = planned(name, raw)
            taken.append(time.perf_counter() - start)
            used.append(time.process_time() - worked)
        print(
            f"{name:22} {len(plan.units):4} units {len(plan.observations):6} figures "
            f"{len(plan.problems)} problems: {statistics.median(taken):.2f} s median, "
            f"{max(taken):.2f} s most; processor {statistics.median(used):.2f} s"
        )
        for problem in plan.problems[:3]:
            print("   ", problem)


if __name__ == "__main__":
    main()
