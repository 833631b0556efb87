"""Long lists of dossiers by buckets: serial, in processes, on Spark, beside plainer ways.

    python -m bench.bench_buckets [ROWS] [WAY ...]

ROWS of each side (a million), in files of a million; ways: memory (the page's way), serial,
processes, spark, duckdb (a plain join of the codes), pandas (a merge of the codes). Each runs in a
fresh process; memory is the peak of that process and all its children together. Every 1,000th
dossier is missing on the national side, every 997th says otherwise on digitisation; all our ways
must find exactly these, the plain ones count what is missing.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from core.dossiers.buckets.whole import match_in_buckets
from core.dossiers.lists import guess_mapping
from core.dossiers.matching import match
from core.dossiers.upload import Upload, open_lists
from tests.dossier_lists import HEADER, UNITS

WAYS = ("memory", "serial", "processes", "spark", "duckdb", "pandas")
PER_FILE = 1_000_000


def write(folder: Path, count: int) -> None:
    """Both sides, the national one in another order."""
    names = UNITS["name_vi"].tolist()
    for side in ("provincial", "national"):
        (folder / side).mkdir()
        for start in range(0, count, PER_FILE):
            lines = [HEADER]
            places = range(start, min(count, start + PER_FILE))
            for n in places if side == "provincial" else reversed(places):
                if side == "national" and n % 1000 == 0:
                    continue
                digitized = "Có" if side == "provincial" or n % 997 else "không"
                day = n % 28 + 1
                lines.append(
                    f"H10.{n % 150:03d}-2503{day:02d}-{n:08d},{names[n % 150]},{day:02d}/03/2025,"
                    f"{digitized},1,Cấp giấy"
                )
            path = folder / side / f"{start // PER_FILE:03d}.csv"
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(way: str, folder: Path, count: int) -> None:
    """One way, in this process."""
    files = {side: sorted((folder / side).glob("*.csv")) for side in ("provincial", "national")}
    missing = (count + 999) // 1000
    if way == "pandas":
        left, right = (
            pd.concat(pd.read_csv(path, dtype=str) for path in paths) for paths in files.values()
        )
        both = left.merge(right, on="Mã hồ sơ", how="outer", suffixes=("", " 2"), indicator=True)
        assert (both["_merge"] == "left_only").sum() == missing
        return
    if way == "duckdb":
        sides = [str(folder / side / "*.csv") for side in files]
        query = """SELECT count(*) FROM read_csv(?, all_varchar = true) p
            LEFT JOIN read_csv(?, all_varchar = true) n USING ("Mã hồ sơ")
            WHERE n."Đơn vị" IS NULL"""
        assert duckdb.execute(query, sides).fetchall() == [(missing,)]
        return
    sides = []
    for paths in files.values():
        lists = open_lists([Upload(path, path.name) for path in paths], folder)
        sides.append(tuple((one, guess_mapping(one.columns)) for one in lists))
    if way == "memory":
        found = match(*sides, UNITS, folder)
    else:
        found = match_in_buckets(*sides, UNITS, folder, executor=way)
    differ = sum(1 for n in range(0, count, 997) if n % 1000)
    assert found.found["missing"] == missing and found.found["not_digitized"] == differ
    assert (
        not found.accounts["unreadable"].any() and found.accounts["both"].min() == count - missing
    )


def family(parent: int) -> list[int]:
    """A process and all that it started."""
    above: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            above.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [parent]
    for process in found:
        found += above.get(process, [])
    return found


def private(process: int) -> int:
    """Bytes of memory of one process; what several share counts by its part."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return 1024 * int(text.split("\nPss:")[1].split()[0])


def measure(way: str, folder: Path, count: int) -> None:
    """One way in a fresh process: time, processor time, peak memory."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.bench_buckets", "--run", way,
               str(folder), str(count)]  # fmt: skip
    start, used, peak = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN), 0
    process = subprocess.Popen(command, stderr=subprocess.PIPE if way == "spark" else None)
    while process.poll() is None:
        peak = max(peak, sum(map(private, family(process.pid))))
        time.sleep(0.2)
    seconds, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    work = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    state = "" if process.returncode == 0 else f" FAILED ({process.returncode})"
    print(f"{way}: {seconds:.0f} s with start-up, processor {work:.0f} s, peak "
          f"{peak / 1e9:.2f} GB, load {os.getloadavg()[0]:.1f}{state}", flush=True)  # fmt: skip


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--run"]:
        run(arguments[1], Path(arguments[2]), int(arguments[3]))
        return
    count = int(arguments[0]) if arguments else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, count)
        size = sum(path.stat().st_size for path in folder.glob("*/*.csv"))
        print(f"{count:,} rows a side, {size / 1e9:.2f} GB", flush=True)
        for way in arguments[1:] or WAYS:
            measure(way, folder, count)


if __name__ == "__main__":
    main(sys.argv[1:])
