"""Answers leave at once instead of waiting for the one before to be acknowledged.

Streamlit opens its listening socket without naming TCP, so asyncio does not recognise it and
leaves Nagle's algorithm on: of two small packets the second, the body of an answer or the next
message to a page, waits up to 40 ms for the other side's delayed acknowledgement.
"""

import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Startup = Callable[..., Awaitable[None]]


def prompt(startup: Startup) -> Startup:
    """uvicorn's `Server.startup`, which first asks this of the sockets it is given: what they
    accept inherits it."""

    async def started(server: Any, sockets: Sequence[socket.socket] | None = None) -> None:
        for one in sockets or ():
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await startup(server, sockets)

    return started
