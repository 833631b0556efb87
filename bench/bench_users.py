"""Twenty people moving sliders on one process: how long each waits, and what a session takes.

Run `python -m bench.bench_users [users] [moves] [seconds]`. Every user has a websocket of their own
to the real app, as a browser has, opens Phú Thọ's levers, and then moves one of them, every
`seconds` on average (exponential, seeded). The clock runs from the value sent to the script
finished; drawing it, which each user's own computer does, is not in it.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from conftest import ROOT, Server, running_app
from panel import add_pull, mounted

LEVER = "digitized"
QUERY = "d=phu_tho_2026"


class User:
    """One visitor of the page of levers."""

    def __init__(self, socket: ClientConnection, seed: int) -> None:
        self.socket, self.panel, self.mark = socket, "", ""
        self.random = random.Random(seed)

    async def run(self, value: float | None = None) -> float:
        """Ask for a run of the script, with the lever at a value; milliseconds until it ended."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = QUERY, "simulate"
        if value is not None:
            add_pull(state.widget_states, self.panel, self.mark, LEVER, value)
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while True:
            found = ForwardMsg.FromString(await self.socket.recv(decode=False))
            if panel := mounted(found):
                self.panel, self.mark = panel
            elif found.WhichOneof("type") == "script_finished":
                return 1000 * (time.perf_counter() - start)

    async def work(self, moves: int, pause: float) -> list[float]:
        """Move the lever, thinking in between; milliseconds of each move."""
        taken = []
        for _ in range(moves):
            await asyncio.sleep(self.random.expovariate(1 / pause))
            taken.append(await self.run(self.random.randrange(50, 200) / 2))
        return taken


def memory(process: int) -> float:
    """Resident memory of a process in MB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def open_socket(server: Server) -> ClientConnection:
    """A websocket as a browser's page opens it."""
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    return await connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)


async def measure(server: Server, users: int, moves: int, pause: float) -> None:
    """Open a session for each user, then let all work at once; print what they waited."""
    first, *people = [User(await open_socket(server), seed) for seed in range(users + 1)]
    await first.run()
    await first.work(3, 0.1)
    before = memory(server.process)
    for one in people:
        await one.run()
        await one.run(50.0)
    print(f"memory per session: {(memory(server.process) - before) / users:.1f} MB")
    report("one user", await first.work(moves, pause))
    taken = await asyncio.gather(*(one.work(moves, pause) for one in people))
    report(f"{users} users", [ms for one in taken for ms in one])
    print(f"memory per session at the end: {(memory(server.process) - before) / users:.1f} MB")


def report(who: str, taken: list[float]) -> None:
    """Median and 95th percentile."""
    high = statistics.quantiles(taken, n=20)[-1]
    print(f"{who}, {len(taken)} moves: p50 {statistics.median(taken):.0f}, p95 {high:.0f} ms")


def main(users: int = 20, moves: int = 30, pause: float = 3.0) -> None:
    """Start the app and measure."""
    with tempfile.TemporaryDirectory() as folder, running_app(ROOT, Path(folder)) as server:
        asyncio.run(measure(server, users, moves, pause))


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, int, float), sys.argv[1:], strict=False)))
