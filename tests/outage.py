"""Twenty people at work while the store is away: does anybody lose a change without being told?

`python tests/outage.py [seconds] [users] [seconds of each lock]`: a SQLite file that another
program locks twice, and a PostgreSQL server of its own that is restarted twice, once as if it
crashed. Each person keeps work as a tab does (after every change, all of it, again after a failure)
and saves versions. Printed: what was kept and told, and the longest that anybody waited. The tests
run it briefly.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from core.store import versions as store  # noqa: E402
from core.store.checks import StoreError  # noqa: E402
from core.store.database import Store, open_store  # noqa: E402
from core.store.working import autosave, working  # noqa: E402

PAUSE = 0.5  # seconds between two changes of one person, on average
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@dataclass
class Person:
    """One tab: what was done, what the store confirmed, and what the person was told."""

    number: int
    changes: int = 0
    kept: int = 0
    told: int = 0
    versions: int = 0
    longest: float = 0.0

    @property
    def key(self) -> str:
        return f"person-{self.number:016d}"

    def ask(self, call: Callable[[], object]) -> bool:
        """Whether the store did it; a refusal in words is told, anything else ends the run."""
        start = time.monotonic()
        try:
            call()
        except StoreError:
            self.told += 1
            return False
        finally:
            self.longest = max(self.longest, time.monotonic() - start)
        return True

    def keep(self, db: Store) -> bool:
        payload = json.dumps({"change": self.changes})
        kept = self.ask(lambda: autosave(db, self.key, payload, owner=self.key, take=False))
        self.kept = self.changes if kept else self.kept
        return kept

    def save(self, db: Store) -> None:
        texts = {"name": self.key, "author": "A", "dataset_id": "d", "dataset_version": "1"}
        payload = json.dumps({"change": self.changes})
        self.versions += self.ask(lambda: store.create(db, payload, **texts))

    def work(self, db: Store, until: float) -> None:
        dice = random.Random(self.number)
        while time.monotonic() < until:
            time.sleep(dice.expovariate(1 / PAUSE))
            self.changes += 1
            self.keep(db)
            if self.changes % 10 == 0:
                self.save(db)
        while not self.keep(db):  # as the tab does by itself
            time.sleep(0.5)


def run(db: Store, users: int, seconds: float, trouble: Callable[[], None]) -> list[Person]:
    """All work; a third of the way in, and two thirds in, comes the trouble."""
    people = [Person(number) for number in range(users)]
    start = time.monotonic()
    with ThreadPoolExecutor(users) as pool:
        done = [pool.submit(one.work, db, start + seconds) for one in people]
        for part in (1, 2):
            time.sleep(max(0.0, start + seconds * part / 3 - time.monotonic()))
            trouble()
        for one in done:
            one.result()
    return people


def lost(db: Store, people: list[Person]) -> list[str]:
    """Whatever is not in the store as it was confirmed."""
    found = []
    for one in people:
        there = working(db, one.key)
        if there is None or json.loads(there.payload) != {"change": one.changes}:
            found.append(f"{one.key}: {there} instead of change {one.changes}")
        total = store.find(db, search=one.key).total
        if total < one.versions:  # one that was refused may be there: the answer was lost
            found.append(f"{one.key}: {total} of {one.versions} versions")
    return found


def lock(file: Path, seconds: float) -> None:
    """Another program writes for so long."""
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


@contextmanager
def cluster(port: int) -> Iterator[Callable[[str], None]]:
    """A PostgreSQL server of this run's own; yields what restarts it (mode fast or immediate)."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)  # the server refuses to be root, and becomes postgres
        data, bin_folder = f"{folder}/data", BINARIES[-1]
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

        def control(*words: str) -> None:
            command = [*become, f"{bin_folder}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log"]
            subprocess.run([*command, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder)

        control("initdb", "-o", "-A trust -U postgres -N")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder}"
        control("start", "-o", options)
        try:
            yield lambda mode: control("restart", "-m", mode, "-o", options)
        finally:
            control("stop", "-m", "immediate")


def has_server() -> bool:
    """Whether a PostgreSQL server can be started here."""
    return bool(BINARIES) and (os.geteuid() != 0 or shutil.which("runuser") is not None)


def on_sqlite(users: int, seconds: float, locked: float) -> tuple[list[Person], list[str]]:
    """A file that is locked twice."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenarios.db"
        db = open_store(f"sqlite:///{file}")
        people = run(db, users, seconds, lambda: lock(file, locked))
        try:
            return people, lost(db, people)
        finally:
            db.engine.dispose()


def on_postgres(users: int, seconds: float, port: int) -> tuple[list[Person], list[str]]:
    """A server that is restarted twice: once politely, once as by a crash."""
    modes = iter(("fast", "immediate"))
    with cluster(port) as restart:
        db = open_store(f"postgresql://postgres@127.0.0.1:{port}/postgres")
        people = run(db, users, seconds, lambda: restart(next(modes)))
        try:
            return people, lost(db, people)
        finally:
            db.engine.dispose()


def report(name: str, people: list[Person], missing: list[str]) -> None:
    """One line, and one for each loss."""
    print(
        f"{name}: {len(people)} people, {sum(p.changes for p in people)} changes, "
        f"{sum(p.versions for p in people)} versions saved, {sum(p.told for p in people)} times "
        f"told that it was not kept, longest wait {max(p.longest for p in people):.1f} s, "
        f"{len(missing)} lost",
        flush=True,
    )
    print("".join(f"  {line}\n" for line in missing), end="")


def main(seconds: float = 600, users: int = 20, locked: float = 40) -> int:
    """Both at the same time; 1 if anything was lost."""
    from conftest import free_port

    results: dict[str, tuple[list[Person], list[str]]] = {}
    runs = {"SQLite": lambda: on_sqlite(users, seconds, locked)}
    if has_server():
        runs["PostgreSQL"] = lambda: on_postgres(users, seconds, free_port())

    def one(name: str) -> None:
        results[name] = runs[name]()

    threads = [threading.Thread(target=one, args=(name,)) for name in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, (people, missing) in results.items():
        report(name, people, missing)
    return int(len(results) < len(runs) or any(missing for _, missing in results.values()))


if __name__ == "__main__":
    sys.exit(
        main(*(kind(text) for kind, text in zip((float, int, float), sys.argv[1:], strict=False)))
    )
