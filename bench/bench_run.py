"""What one move of a lever takes of the processor: this version beside others, in turns.

Run `python -m bench.bench_run [MOVES] [CHECKOUT ...]`, a checkout being a folder with another
version of this repository (`git worktree add`). A server of each runs at the same time, with one
visitor of Simulate, who pulls the same lever to the same places; they take turns after each move,
so that whatever else the machine does meets them alike. Counted is what the kernel says the server
took: all of it, and without its first thread, which talks to the browser; the rest is the script.
A version from before the live panel is moved by its slider.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from bench.bench_users import LEVER, QUERY, open_socket  # it also makes the tests importable
from conftest import ROOT, Server, running_app
from panel import add_pull, mounted

NAMES = (LEVER, "Số hóa hồ sơ, kết quả giải quyết")  # in a live panel, and on a slider
TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds


def taken(process: int) -> tuple[float, float]:
    """Milliseconds of the processor that a process took, and those of its first thread (Linux)."""
    found = []
    for place in (f"/proc/{process}/stat", f"/proc/{process}/task/{process}/stat"):
        words = Path(place).read_text(encoding="utf-8").rpartition(")")[2].split()
        found.append(TICK * (int(words[11]) + int(words[12])))
    return found[0], found[1]


@dataclass
class Visitor:
    """Somebody on the page of levers of one version; `sent` is the size of what a run answers."""

    name: str
    server: Server
    socket: ClientConnection
    widget: str = ""
    mark: str | None = None  # of the panel
    kept: bool = False  # a move was heard: the work has an address
    sent: int = 0
    whole: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    async def move(self, value: float) -> None:
        """Pull the lever there, and count what it took."""
        before, start = taken(self.server.process), time.perf_counter()
        await self.run(value)
        self.waited.append(1000 * (time.perf_counter() - start))
        await asyncio.sleep(0.2)  # what a run leaves to be done is counted too
        after = taken(self.server.process)
        self.whole.append(after[0] - before[0])
        self.first.append(after[1] - before[1])

    async def run(self, value: float | None = None) -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_name = QUERY, "simulate"
        if value is not None and self.mark is not None:
            add_pull(asked.widget_states, self.widget, self.mark, LEVER, value)
        elif value is not None:
            slider = asked.widget_states.widgets.add()
            slider.id = self.widget
            slider.double_array_value.data.append(value)
        self.sent = 0
        await self.socket.send(message.SerializeToString())
        while not self.note(await self.socket.recv(decode=False)):
            pass

    def note(self, raw: bytes) -> bool:
        """Take from a message what the next move needs; whether the run has ended."""
        self.sent += len(raw)
        found = ForwardMsg.FromString(raw)
        kind = found.WhichOneof("type")
        if kind == "page_info_changed":
            self.kept |= "w=" in found.page_info_changed.query_string
        elif panel := mounted(found):
            self.widget, self.mark = panel
        elif kind == "delta" and found.delta.new_element.slider.label in NAMES:
            self.widget = found.delta.new_element.slider.id
        return kind == "script_finished"

    def report(self) -> None:
        whole, first = statistics.fmean(self.whole), statistics.fmean(self.first)
        wait = statistics.quantiles(self.waited, n=20)
        print(f"{self.name}: {whole:.1f} ms of processor a move, {whole - first:.1f} without the "
              f"thread that talks; waited p50 {wait[9]:.0f}, p95 {wait[-1]:.0f} ms; last answer "
              f"{self.sent / 1000:.0f} kB", flush=True)  # fmt: skip


async def measure(servers: dict[str, Server], moves: int) -> None:
    people = [Visitor(name, one, await open_socket(one)) for name, one in servers.items()]
    places = random.Random(766)
    for one in people:
        await one.run()
        for value in (50.0, 60.0, 70.0):
            await one.run(value)
        assert one.kept, f"{one.name} did not hear the move"
    for _ in range(moves):
        value = places.randrange(50, 200) / 2
        for one in people:
            await one.move(value)
    for one in people:
        one.report()
    mine, *others = people
    for one in others:
        part = statistics.fmean(mine.whole) / statistics.fmean(one.whole)
        print(f"this version against {one.name}: {part:.2f} of the processor")


def main(moves: int = 40, *checkouts: str) -> None:
    """Start a server of each version, and measure."""
    with ExitStack() as stack:
        servers = {}
        for name in (ROOT, *checkouts):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            server = stack.enter_context(running_app(Path(name).resolve(), Path(folder)))
            servers[str(name)] = server
        asyncio.run(measure(servers, moves))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 40, *sys.argv[2:])
