"""Figures about the server in the form of OpenMetrics, for whoever watches it and nobody else.

A proxy never passes them on: who asks must be at this computer or at an address that was named, and
must ask by itself.
"""

import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web.watch.numbers import Answered

AskerNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK = ("127.0.0.0/8", "::1/128")
PASSED_ON = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
RUN_SECONDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0)  # the aim of a run is 0.3


class ServerFigures:
    """What is counted, in a registry of its own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        new = {"registry": self.registry, "namespace": "index766"}
        self.requests = Counter("requests", "Requests that were answered, by kind of address",
                                ["route", "status"], **new)  # type: ignore[arg-type]  # fmt: skip
        self.lines = Gauge("open_pages", "Pages that are open: websockets", **new)  # type: ignore[arg-type]
        self.runs = Histogram("run_seconds", "From what a person did to the page's run finished",
                              buckets=RUN_SECONDS, **new)  # type: ignore[arg-type]  # fmt: skip
        self.errors = Counter("run_errors", "Runs of a page that ended in an error", **new)  # type: ignore[arg-type]

    def count(self, answered: Answered) -> None:
        """Count a request that is over."""
        self.requests.labels(answered.route, f"{answered.status // 100}xx").inc()

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """A figure that is looked up whenever somebody asks."""
        gauge = Gauge(name, about, registry=self.registry, namespace="index766")
        gauge.set_function(value)

    def watch_counts(self, name: str, about: str, label: str, of: Mapping[str, int]) -> None:
        """Counts by kind that another part of the program keeps."""
        self.registry.register(_Counts(f"index766_{name}", about, label, of))

    def text(self) -> bytes:
        """All of it, as OpenMetrics has it."""
        return bytes(generate_latest(self.registry))  # type: ignore[no-untyped-call]


class _Counts(Collector):
    def __init__(self, name: str, about: str, label: str, of: Mapping[str, int]) -> None:
        self._family, self._of = (name, about, label), of

    def collect(self) -> Iterator[CounterMetricFamily]:
        name, about, label = self._family
        family = CounterMetricFamily(name, about, labels=[label])
        for kind, count in sorted(self._of.items()):
            family.add_metric([kind], count)
        yield family


def networks(named: str) -> tuple[AskerNetwork, ...]:
    """Who may ask: this computer, and "10.0.0.5, 10.1.0.0/16". Raises ValueError."""
    given = [part.strip() for part in named.split(",") if part.strip()]
    return tuple(ipaddress.ip_network(part) for part in (*LOOPBACK, *given))


def may_ask(client: str | None, headers: Headers, allowed: Sequence[AskerNetwork]) -> bool:
    """Whether a request comes from one of those addresses itself, and not through a proxy."""
    if client is None or any(name in headers for name in PASSED_ON):
        return False
    try:
        found = ipaddress.ip_address(client)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in allowed)


def timed_runs(
    app: ASGIApp,
    figures: ServerFigures,
    starts: Callable[[bytes], bool],
    ends: Callable[[bytes], bool],
) -> ASGIApp:
    """A layer that counts open pages, and measures their runs from the message that `starts` one to
    the message that `ends` it."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await app(scope, receive, send)
            return
        since: float | None = None
        is_open = False

        async def heard() -> Message:
            nonlocal since
            message = await receive()
            data = message.get("bytes")
            if since is None and data and starts(data):
                since = time.monotonic()
            return message

        async def said(message: Message) -> None:
            nonlocal since, is_open
            if message["type"] == "websocket.accept" and not is_open:
                is_open = True
                figures.lines.inc()
            data = message.get("bytes")
            if since is not None and data and ends(data):
                figures.runs.observe(time.monotonic() - since)
                since = None
            await send(message)

        try:
            await app(scope, heard, said)
        finally:
            if is_open:
                figures.lines.dec()

    return layer
