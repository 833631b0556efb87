"""A TCP line that can be slow, silent or cut: what lies between the app and a database server."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Line:
    """`turns`: how often something was asked after an answer, one for each round trip."""

    port: int
    delay: float = 0.0  # seconds for each packet, one way
    turns: int = 0
    is_silent: threading.Event = field(default_factory=threading.Event)
    _asked: bool = False
    _ends: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cut(self) -> None:
        """Every connection ends at once, as when the server is restarted."""
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def carry(self, source: socket.socket, to: socket.socket, is_question: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                with self._lock:
                    self.turns += is_question and not self._asked
                    self._asked = is_question
                if self.is_silent.is_set():
                    continue
                time.sleep(self.delay)
                to.sendall(data)
        for end in (source, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def join(self, client: socket.socket, server: socket.socket) -> None:
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._ends += [client, server]
        for pair in ((client, server, True), (server, client, False)):
            threading.Thread(target=self.carry, args=pair, daemon=True).start()


@contextmanager
def line_to(host: str, port: int, delay: float = 0.0) -> Iterator[Line]:
    """A local port that leads to a server."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = Line(door.getsockname()[1], delay)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = door.accept()
                    line.join(client, socket.create_connection((host, port)))

        threading.Thread(target=accept, daemon=True).start()
        yield line
        door.shutdown(socket.SHUT_RDWR)
        line.cut()
