"""Two processes of the app behind a real proxy, and people at their pages: tests and `bench`."""

import asyncio
import http.client
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Origin, Subprotocol

from conftest import ROOT, Server, free_port, wait_until_healthy
from panel import add_pull, mounted

PROXIES = {name: shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
           for name in ("haproxy", "nginx")}  # fmt: skip
LEVER = "digitized"


@dataclass
class Replica:
    """One process of the app; `start` again after it has ended."""

    port: int
    data_dir: Path
    base: str
    settings: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(self.port), "--server.baseUrlPath", self.base]
        environment = {**os.environ, "DATA_DIR": str(self.data_dir), **self.settings}
        with (self.data_dir / f"{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def wait(self) -> None:
        assert self.process
        server = Server(
            f"http://127.0.0.1:{self.port}", self.data_dir, self.data_dir / f"{self.port}.log"
        )
        wait_until_healthy(server, self.process)

    def end(self, how: int) -> None:
        """Send a signal and wait: SIGTERM as an operator does, SIGKILL as a crash."""
        assert self.process
        self.process.send_signal(how)
        self.process.wait(timeout=60)


@dataclass
class Cluster:
    """The proxy's port, and the processes by the name that the sticky cookie has for them."""

    port: int
    plain_port: int
    base: str
    replicas: dict[str, Replica]


@contextmanager
def cluster(proxy: str, folder: Path, base: str = "766", **settings: str) -> Iterator[Cluster]:
    """Two processes with one store (`STORE_URL` in `settings`) behind `deploy/`'s proxy."""
    made = Cluster(free_port(), free_port(), base, {})
    programs: list[subprocess.Popen[bytes]] = []
    try:
        for name in "ab":
            data = folder / name
            data.mkdir()
            made.replicas[name] = Replica(free_port(), data, base, settings)
            made.replicas[name].start()
        for replica in made.replicas.values():
            replica.wait()
        with (folder / "proxy.log").open("wb") as log:
            command = proxy_command(proxy, folder, made)
            programs.append(subprocess.Popen(command, stdout=log, stderr=log))
        wait_for_proxy(made, programs[0], folder / "proxy.log")
        yield made
    finally:
        running = [one.process for one in made.replicas.values() if one.process]
        for process in [*running, *programs]:
            process.terminate()
        for process in [*running, *programs]:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def certificate(folder: Path) -> Path:
    """A certificate of its own for 127.0.0.1, with its key."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(made)], check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "766.pem"
    both.write_bytes(made.read_bytes() + key.read_bytes())
    return both


def proxy_command(proxy: str, folder: Path, made: Cluster) -> list[str]:
    """How the proxy of `deploy/` is started with these addresses in the place of its own."""
    pem = certificate(folder)
    name = {"haproxy": "haproxy.cfg", "nginx": "nginx.conf"}[proxy]
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    a, b = (f"127.0.0.1:{made.replicas[name].port}" for name in "ab")
    changes = {
        "10.0.0.11:8501": a,
        "10.0.0.12:8501": b,
        r"10\.0\.0\.11:8501": a.replace(".", r"\."),
        r"10\.0\.0\.12:8501": b.replace(".", r"\."),
        "0.0.0.0:80 ": f"127.0.0.1:{made.plain_port} ",
        "0.0.0.0:80;": f"127.0.0.1:{made.plain_port};",
        "0.0.0.0:443": f"127.0.0.1:{made.port}",
        f"/etc/{proxy}/766.pem": str(pem),
    }
    for old, new in changes.items():
        text = text.replace(old, new)
    path = folder / name
    program = PROXIES[proxy]
    assert program
    if proxy == "haproxy":
        path.write_text(text, encoding="utf-8")
        return [program, "-db", "-f", str(path)]
    around = (
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;"
        f" events {{}} http {{ access_log off; client_body_temp_path {folder}/body;"
        f" proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;"
        f" uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n{text}\n}}"
    )
    path.write_text(around, encoding="utf-8")
    return [program, "-p", str(folder), "-c", str(path), "-e", str(folder / "nginx.log")]


def trusting() -> ssl.SSLContext:
    """TLS without asking who signed the certificate: it was made a moment ago."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def wait_for_proxy(made: Cluster, program: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert program.poll() is None, log.read_text(encoding="utf-8")
        try:
            if fetch(made, "/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the proxy does not answer: {log.read_text(encoding='utf-8')}")


def fetch(
    made: Cluster, path: str, headers: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage]:
    """Status and headers of an answer through the proxy."""
    line = http.client.HTTPSConnection("127.0.0.1", made.port, timeout=60, context=trusting())
    try:
        line.request("GET", path, headers=headers or {})
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        line.close()


@dataclass
class Person:
    """One browser with one page open: its cookies, its address, the page's line."""

    made: Cluster
    number: int
    query: str = "d=phu_tho_2026"
    cookies: dict[str, str] = field(default_factory=dict)
    line: ClientConnection | None = None
    panel: str = ""
    mark: str = ""
    session: str = ""
    last: float = 0.0  # where the lever was put last
    waits: list[float] = field(default_factory=list)  # ms of each move
    away: list[float] = field(default_factory=list)  # seconds without an answer

    @property
    def key(self) -> str:
        """Under which this tab's work is kept."""
        return parse_qs(self.query).get("w", [""])[0]

    def enter(self) -> None:
        """Load the page, as a browser does first: it brings the cookies."""
        status, headers = fetch(self.made, f"/{self.made.base}/simulate", self._headers())
        assert status == 200, status
        for told in headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(told).items():
                self.cookies[name] = morsel.value

    def _headers(self) -> dict[str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": said} if said else {}

    async def open(self) -> None:
        """Open the page's line and draw the page; again and again while nobody answers.

        The session is named, as a browser does that was cut off."""
        started = time.perf_counter()
        while True:
            try:
                await asyncio.to_thread(self.enter)
                named = ["streamlit", "-", self.session] if self.session else ["streamlit"]
                self.line = await connect(
                    f"wss://127.0.0.1:{self.made.port}/{self.made.base}/_stcore/stream",
                    ssl=trusting(),
                    origin=Origin(f"https://127.0.0.1:{self.made.port}"),
                    subprotocols=[Subprotocol(name) for name in named],
                    additional_headers=self._headers(),
                    max_size=None,
                    proxy=None,
                    compression=None,
                )
                await self.run()
            except (OSError, AssertionError, ConnectionClosed, InvalidHandshake, InvalidMessage,
                    http.client.HTTPException):  # fmt: skip
                if time.perf_counter() - started > 120:
                    raise
                await asyncio.sleep(0.3)
            else:
                self.away.append(time.perf_counter() - started)
                return

    async def run(self, value: float | None = None) -> float:
        """Ask for a run of the page, with the lever at a value; milliseconds until it ended."""
        assert self.line
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = "simulate"
        if value is not None:
            states = message.rerun_script.widget_states
            add_pull(states, self.panel, self.mark, LEVER, value)
        start = time.perf_counter()
        await self.line.send(message.SerializeToString())
        while True:
            found = ForwardMsg.FromString(await self.line.recv(decode=False))
            kind = found.WhichOneof("type")
            if kind == "new_session":
                self.session = found.new_session.initialize.session_id
            elif kind == "page_info_changed":
                self.query = found.page_info_changed.query_string
            elif panel := mounted(found):
                self.panel, self.mark = panel
            elif kind == "script_finished":
                return 1000 * (time.perf_counter() - start)

    async def move(self, value: float) -> None:
        """Pull the lever; where the line is cut, open it again and do it again."""
        while True:
            try:
                self.waits.append(await self.run(value))
                self.last = value
            except (OSError, ConnectionClosed):
                await self.open()
            else:
                return

    async def work(self, moves: int, pause: float) -> None:
        """Move the lever, thinking in between."""
        dice = random.Random(self.number)
        for _ in range(moves):
            await asyncio.sleep(dice.expovariate(1 / pause))
            await self.move(dice.randrange(50, 200) / 2)

    async def leave(self) -> None:
        if self.line:
            await self.line.close()


def replica_of(person: Person) -> Replica:
    """The process that a person's cookie names."""
    return person.made.replicas[person.cookies["replica"]]


def crash(replica: Replica) -> None:
    """As by kill -9."""
    replica.end(signal.SIGKILL)


def missing(names: Sequence[str]) -> list[str]:
    """Programs that are not installed."""
    return [name for name in names if PROXIES.get(name, shutil.which(name)) is None]
