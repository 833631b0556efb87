"""People on two processes behind HAProxy: what they wait, what a session takes, what a crash costs.

    python -m bench.bench_replicas [PEOPLE] [SECONDS] [--pause 3] [--open] [--no-crash]
    python -m bench.bench_replicas 60 --minutes 10

Two processes with one PostgreSQL store behind `deploy/haproxy.cfg` with TLS, everybody signed in
with a local account (unless --open). Each person opens Phú Thọ's levers and moves one of them every
`pause` seconds on average (exponential, seeded). Halfway one process is killed (kill -9) and stays
away; its people go on with the other. The clock of a move runs from the value sent to the script
finished, through the proxy; the people's own work is done on the same cores. What the processes
measured themselves is from their /metrics. With --minutes nothing is killed: people work for so
long, and the memory after each minute is told, so that growth can be seen.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
import urllib.request
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import sqlalchemy as sa
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from bench.bench_users import memory  # it also makes the tests importable
from core.store.database import open_store
from core.store.office.accounts import add_account, set_role
from core.store.office.deeds import OPERATOR
from core.store.office.sign_ins import sign_in
from replicas import Cluster, Person, Replica, cluster, crash

SERVER = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
PASSWORD = "bốn con ngựa chạy"


def figures(replica: Replica) -> dict[tuple[str, ...], float]:
    """What a process says of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{replica.port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def own_runs(replica: Replica, before: dict[tuple[str, ...], float]) -> str:
    """How many runs a process did since then, and what part within 0.3 s."""
    now, name = figures(replica), "index766_run_seconds_bucket"
    runs = now["index766_run_seconds_count",] - before["index766_run_seconds_count",]
    quick = now[name, "0.3"] - before[name, "0.3"]
    work = now["process_cpu_seconds_total",] - before["process_cpu_seconds_total",]
    spent = f"{1000 * work / max(runs, 1):.0f} ms of processor a run"
    return f"{runs:.0f} runs, {spent}, {100 * quick / max(runs, 1):.1f} % within 0.3 s"


def report(who: str, taken: list[float]) -> None:
    cuts = statistics.quantiles(taken, n=20)
    print(f"{who}: {len(taken)} moves, p50 {statistics.median(taken):.0f}, p95 {cuts[-1]:.0f} ms, "
          f"load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip


async def phase(people: list[Person], seconds: float, pause: float) -> list[float]:
    """Everybody works for so long."""
    for one in people:
        one.waits.clear()
    tasks = [asyncio.create_task(one.work(10**6, pause)) for one in people]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return [wait for one in people for wait in one.waits]


async def measure(made: Cluster, options: argparse.Namespace, url: str) -> None:
    people = [Person(made, number) for number in range(options.people)]
    first = Person(made, 10**6)
    if not options.open:
        for one in (*people, first):
            one.cookies["sign-in"] = options.tokens[one.number]
    await first.open()
    processes = {name: one.process.pid for name, one in made.replicas.items() if one.process}
    before = {name: memory(pid) for name, pid in processes.items()}
    for one in people:
        await one.open()
        await one.move(50.0)
    shares = {name: sum(one.cookies["replica"] == name for one in people) for name in processes}
    print(f"people by process: {shares}")

    def grown() -> str:
        total = sum(memory(pid) - before[name] for name, pid in processes.items())
        whole = ", ".join(f"{memory(pid):.0f}" for pid in processes.values())
        return f"{total / len(people):.2f} MB a session (processes {whole} MB)"

    print(f"opened: {grown()}")
    for minute in range(options.minutes):
        report(f"minute {minute + 1}", await phase(people, 60, options.pause))
        print(f"  {grown()}", flush=True)
    if options.minutes:
        print(f"lost: {lost(people, url)}")
        return
    earlier = {name: figures(one) for name, one in made.replicas.items()}
    used = time.process_time()
    half = options.seconds / 2
    report("two processes", await phase(people, half, options.pause))
    print(f"the people's own processor time: {time.process_time() - used:.1f} s of {half:.0f}")
    for name, one in made.replicas.items():
        print(f"  process {name} by itself: {own_runs(one, earlier[name])}")
    print(f"at the end: {grown()}")
    if not options.no_crash:
        await with_a_crash(made, people, half, options.pause)
    print(f"lost: {lost(people, url)}")


async def with_a_crash(made: Cluster, people: list[Person], half: float, pause: float) -> None:
    """Everybody works on; one process is killed at once, and each of its people is seen again."""
    for one in people:
        one.away.clear()
    hit = [one for one in people if one.cookies["replica"] == "a"]
    work = asyncio.create_task(phase(people, half, pause))
    await asyncio.sleep(2)
    start = time.perf_counter()
    await asyncio.to_thread(crash, made.replicas["a"])
    print(f"killed a, {len(hit)} people on it, gone after {time.perf_counter() - start:.1f} s")
    report("with one of two killed", await work)
    away = sorted(max(one.away) for one in hit if one.away)
    print(f"{len(away)} of its people came back; the page was there after "
          f"{statistics.median(away):.1f} s (median), {away[-1]:.1f} s (longest)")  # fmt: skip


def lost(people: list[Person], url: str) -> int:
    """Whose last move is not in the store."""
    engine = sa.create_engine(url)
    query = sa.text("SELECT log FROM working WHERE session_key = :key")
    count = 0
    with engine.connect() as line:
        for one in people:
            log = line.scalar(query, {"key": one.key}) or ""
            count += f"{round(one.last / 100, 6):g}" not in log
    engine.dispose()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", nargs="?", type=int, default=60)
    parser.add_argument("seconds", nargs="?", type=float, default=60)
    parser.add_argument("--pause", type=float, default=3.0)
    parser.add_argument("--open", action="store_true", help="nobody signs in")
    parser.add_argument("--no-crash", action="store_true")
    parser.add_argument("--minutes", type=int, default=0, help="a soak, instead of all else")
    options = parser.parse_args()
    options.tokens = {}
    admin = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with admin.connect() as line:
        line.exec_driver_sql("DROP DATABASE IF EXISTS bench_replicas WITH (FORCE)")
        line.exec_driver_sql("CREATE DATABASE bench_replicas")
    url = admin.url.set(database="bench_replicas").render_as_string(hide_password=False)
    settings = {"STORE_URL": url}
    if not options.open:
        db = replace(open_store(url), guarded=True).held_by(OPERATOR)
        for number in (*range(options.people), 10**6):
            set_role(db, add_account(db, f"p{number}", f"P{number}", PASSWORD), "editor")
            # each from an address of their own: so many from one are slowed down
            place = str(ip_address("10.0.0.0") + number)
            options.tokens[number] = sign_in(db, f"p{number}", PASSWORD, place)
        db.engine.dispose()
        settings |= {"SIGN_IN": "accounts", "TRUSTED_PROXIES": "127.0.0.1"}
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            cluster("haproxy", Path(folder), **settings) as made,
        ):
            asyncio.run(measure(made, options, url))
    finally:
        with admin.connect() as line:
            line.exec_driver_sql("DROP DATABASE IF EXISTS bench_replicas WITH (FORCE)")


if __name__ == "__main__":
    main()
