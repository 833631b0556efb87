"""How long the store takes: `python -m bench.bench_store [URL]` (a new SQLite file by default).

It fills the store at URL with 1,000 scenarios and 10,000 versions, and leaves them there.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from core.store import versions as store
from core.store import working as store_working
from core.store.database import open_store
from proxy import line_to

PAYLOAD = json.dumps({"version": 1, "changes": [{"unit": "*", "value": 0.6}] * 50})


def times(label: str, call: Callable[[int], object], count: int) -> None:
    """Print the median and the 95th percentile of `count` calls in milliseconds."""
    taken = []
    for step in range(count):
        start = time.perf_counter()
        call(step)
        taken.append(1000 * (time.perf_counter() - start))
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"{label:34} {statistics.median(taken):8.2f} ms median {p95:8.2f} ms p95 ({count} calls)")


def main(url: str) -> None:
    """Measure every operation at the size that a province may reach in years."""
    start = time.perf_counter()
    db = open_store(url)
    print(f"{'first open, with migrations':34} {1000 * (time.perf_counter() - start):8.2f} ms")
    times("open again", lambda _: open_store(url).engine.dispose(), 20)
    signed = {"author": "Lan", "dataset_version": "1"}
    made: list[store.Version] = []

    def create(step: int) -> None:
        name = f"Kịch bản {step}"
        made.append(store.create(db, PAYLOAD, name=name, dataset_id=f"d{step % 3}", **signed))

    def save(step: int) -> None:
        seen = made[step % 1000]
        saved = store.save(db, seen.scenario_id, seen.number, PAYLOAD, **signed)
        assert isinstance(saved, store.Version)
        made[step % 1000] = saved

    times(f"create ({len(PAYLOAD)} bytes)", create, 1000)
    times("save", save, 9000)
    one = made[0].scenario_id
    times("save with a conflict", lambda _: store.save(db, one, 1, PAYLOAD, **signed), 100)
    times("read", lambda step: store.read(db, made[step].scenario_id), 200)
    times("history", lambda step: store.history(db, made[step].scenario_id), 200)
    times("find, first page of 50", lambda _: store.find(db), 50)
    times("find by name", lambda _: store.find(db, search="kich ban 77"), 50)
    times("autosave", lambda _: store_working.autosave(db, "k" * 16, PAYLOAD), 500)
    times("working copy back", lambda _: store_working.working(db, "k" * 16), 200)


def far(url: str, delay: float) -> None:
    """A move's keeping over a line on which every packet takes `delay` seconds."""
    address = sa.make_url(url)
    with line_to(address.host or "127.0.0.1", address.port or 5432, delay) as line:
        there = address.set(host="127.0.0.1", port=line.port)
        db = open_store(there.render_as_string(hide_password=False))
        label = f"autosave, {1000 * delay:.0f} ms a packet"
        times(label, lambda _: store_working.autosave(db, "k" * 16, PAYLOAD), 10)
        db.engine.dispose()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'bench.db'}")
    if sys.argv[1:] and sys.argv[1].startswith("postgresql"):
        far(sys.argv[1], 0.3)
