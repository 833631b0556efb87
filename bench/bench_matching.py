"""Measure the matching of two lists of a million dossiers, against a merge with pandas.

    python -m bench.bench_matching [ROWS] [--xlsx] [--against CHECKOUT] [--turns N]

`--against`: the folder of another version of this program, measured with the same lists in turns.

Each runs in a fresh process; memory is the peak of that process and its children together. The
lists have known defects; ours must find exactly those, and the merge shows what it makes of them.
"""

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd

from core.dossiers.lists import guess_mapping
from core.dossiers.matching import match
from core.dossiers.upload import Upload, open_lists
from tests.dossier_lists import UNITS, check_truth, write_lists

SEED = 766
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet '
    'name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship '
    'Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def write_xlsx(source: Path) -> Path:
    """The readable rows of a list as a workbook with shared strings, as Excel writes it."""
    target, strings = source.with_suffix(".xlsx"), dict[str, int]()
    lines = source.read_text(encoding="utf-8-sig").split("\n")
    rows = [line.split(",") for line in lines if line.count(",") == 5 and '"' not in line]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in PARTS.items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet {MAIN}><sheetData>".encode())
            for line, row in enumerate(rows, start=1):
                places = [strings.setdefault(text, len(strings)) for text in row]
                cells = "".join(
                    f'<c r="{letter}{line}" t="s"><v>{place}</v></c>'
                    for letter, place in zip("ABCDEF", places, strict=True)
                )
                sheet.write(f'<row r="{line}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
        book.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{items}</sst>")
    return target


def ours(paths: list[Path], folder: Path) -> None:
    start = time.perf_counter()
    lists = open_lists([Upload(path, path.name) for path in paths], folder)
    opened = time.perf_counter()
    sides = [(one, guess_mapping(one.columns)) for one in lists]
    matched = match(sides[0], sides[1], UNITS, folder)
    done = time.perf_counter()
    count = sum(
        matched.write_csv(kind, folder / "x.csv") for kind in ("missing", "digitized_nowhere")
    )
    saved = time.perf_counter() - done
    print(f"  open {opened - start:.1f} s, match {done - opened:.1f} s, then {count:,} rows saved "
          f"as CSV in {saved:.1f} s")  # fmt: skip
    print("  " + matched.accounts.to_string().replace("\n", "\n  "))


def with_pandas(paths: list[Path]) -> None:
    # Quotation marks as letters: otherwise each broken one swallows the lines up to the next.
    read: dict[str, Any] = {
        "dtype": str,
        "keep_default_na": False,
        "on_bad_lines": "skip",
        "quoting": csv.QUOTE_NONE,
    }
    left, right = (pd.read_csv(path, encoding="utf-8-sig", **read) for path in paths)
    both = left.merge(right, on="Mã hồ sơ", how="outer", suffixes=("", " 2"), indicator=True)
    missing = both[both["_merge"] == "left_only"]
    print(f"  {len(left):,} and {len(right):,} rows, {len(missing):,} missing")


def measure(what: str, folder: Path, suffix: str, checkout: Path | None = None) -> float:
    """Run one of them in a fresh process, of this version or of another `checkout`; print its time
    and its peak memory, and give its processor time."""
    command = [sys.executable, "-m", "bench.bench_matching", "--run", what, str(folder), suffix]
    start, before, peak = time.perf_counter(), processor_time(), 0
    process = subprocess.Popen(command, cwd=checkout)
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    assert process.returncode == 0, what
    used = processor_time() - before
    print(
        f"{what} {suffix}{' of ' + checkout.name if checkout else ''}: {seconds:.1f} s with "
        f"start-up ({used:.1f} s of processor time), peak {peak / 1e6:.0f} MB",
        flush=True,
    )
    return used


def compare(folder: Path, suffix: str, checkout: Path, turns: int) -> None:
    """This version and another in turns, and what share more of processor time this one takes: of
    the least of each, as what else runs can only add to it."""
    here, there = [], []
    for _ in range(turns):
        there.append(measure("ours", folder, suffix, checkout))
        here.append(measure("ours", folder, suffix))
    more = min(here) / min(there) - 1
    print(f"{suffix}: {min(here):.1f} s against {min(there):.1f} s of processor time ({more:+.0%})")


def processor_time() -> float:
    """Seconds of processor time of all ended children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(parent: int) -> int:
    """Bytes in memory of a process and its children."""
    total = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it has ended
            if int(entry.name) == parent or int(fields[1]) == parent:
                total += int(fields[21]) * resource.getpagesize()
    return total


def check(paths: list[Path], folder: Path, truth) -> None:  # type: ignore[no-untyped-def]
    lists = open_lists([Upload(path, path.name) for path in paths], folder)
    sides = [(one, guess_mapping(one.columns)) for one in lists]
    check_truth(match(sides[0], sides[1], UNITS, folder), truth)
    print("exactly the known defects were found")


def main() -> None:
    if sys.argv[1:2] == ["--run"]:
        what, folder, suffix = sys.argv[2], Path(sys.argv[3]), sys.argv[4]
        paths = [folder / f"{side}{suffix}" for side in ("provincial", "national")]
        return with_pandas(paths) if what == "pandas" else ours(paths, folder)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--xlsx", action="store_true", help="workbooks too")
    parser.add_argument("--against", type=Path, help="the folder of another version")
    parser.add_argument("--turns", type=int, default=3, help="how often each is run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        *paths, truth = write_lists(folder, options.rows, max(1, options.rows // 1000), SEED)
        print(f"{options.rows:,} dossiers, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for path in paths if options.xlsx else ():
            write_xlsx(path)
        suffixes = [".csv", *[".xlsx"] * options.xlsx]
        if options.against is not None:
            for suffix in suffixes:
                compare(folder, suffix, options.against.resolve(), options.turns)
            return None
        measure("pandas", folder, ".csv")
        for suffix in suffixes:
            measure("ours", folder, suffix)
        check(paths, folder, truth)


if __name__ == "__main__":
    main()
