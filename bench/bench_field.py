"""How long the field takes: drawing it once, and ranking 10,000 draws on two horizons.

Run: python -m bench.bench_field
"""

import datetime as dt
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from core.field.board import board_field
from core.field.draws import Field, rank_distribution
from core.field.points import Own, own_field, points_field

DATA = Path(__file__).resolve().parent.parent / "data"
DRAWS, REPEATS = 10_000, 5


def best_ms(work: Callable[[], object]) -> float:
    """Shortest of REPEATS runs, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return 1000 * min(times)


def two_horizons(field: Field) -> None:
    """What one move of a lever asks of the field."""
    for days in (95, 279):
        rank_distribution(field, 75.0, days)


def main() -> None:
    """Print one line per measurement."""
    rows = pd.read_csv(DATA / "phu_tho_2026" / "field.csv")
    points = pd.read_csv(DATA / "binh_phuoc_2025" / "field.csv")
    boards = pd.concat([pd.read_csv(DATA / "boards.csv"), rows])
    day = dt.date(2025, 3, 27)
    own = Own(day, 86.24, 2.0, 8)
    makers: dict[str, Callable[[], Field]] = {
        "full board, 34": lambda: board_field(rows, "Phú Thọ", draws=DRAWS),
        "published figures, 63": lambda: points_field(points, boards, day, 63, draws=DRAWS),
        "given the own rank, 63": lambda: own_field(points, boards, 63, own, DRAWS),
    }
    for name, make in makers.items():
        field = make()
        megabytes = sum(part.nbytes for part in vars(field).values() if hasattr(part, "nbytes"))
        print(
            f"{name:24} draw once {best_ms(make):6.0f} ms   "
            f"two horizons {best_ms(partial(two_horizons, field)):5.1f} ms   "
            f"{megabytes / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
