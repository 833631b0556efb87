"""Every kind of file for a plan of all units and components of Phú Thọ on two dates."""

import datetime as dt
import statistics
import time

from core.dataset.load import find_dataset
from core.documents.files import FILE_KINDS, file_of
from core.outlook.case import load_case
from core.plans.model import Target, TargetPlan

TIMES = 3


def main() -> None:
    """Wall and processor time of each kind, in seconds: medians."""
    case = load_case(find_dataset("phu_tho_2026"))
    dues = (dt.date(2026, 10, 31), dt.date(2026, 12, 31))
    targets = tuple(
        Target(unit=unit, component=name, due=due, rate=0.9)
        for unit in case.baseline.units
        for name in case.baseline.rules.components
        for due in dues
    )
    plan = TargetPlan(dataset=case.dataset.id, title="Kế hoạch", targets=targets)
    for ending, kinds in FILE_KINDS.items():
        for kind in kinds:
            walls, works = [], []
            for _ in range(TIMES):
                wall, work = time.perf_counter(), time.process_time()
                size = len(file_of(case, plan, ending, kind, "vi"))
                walls.append(time.perf_counter() - wall)
                works.append(time.process_time() - work)
            wall, work = statistics.median(walls), statistics.median(works)
            print(f"{kind}{ending}: {wall:.2f} s, processor {work:.2f} s, {size // 1000} kB")


if __name__ == "__main__":
    main()
