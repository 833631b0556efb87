"""What a page may say over its websocket: what a browser with our pages sends, and nothing else.

Streamlit answers more than that, to whoever sends it: it empties the caches of all visitors, tells
of the folder that the program lies in, writes files into it.
"""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRANGE = "strange_message"


def heard_messages(
    app: ASGIApp, is_heard: Callable[[bytes], bool], note: Callable[[str, str], None]
) -> ASGIApp:
    """A layer that leaves out messages that `is_heard` denies; `note` writes down that one came."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        async def heard() -> Message:
            while True:
                message = await receive()
                data = message.get("bytes")
                if message["type"] != "websocket.receive" or not data or is_heard(data):
                    return message
                await run_in_threadpool(note, STRANGE, "")

        await app(scope, heard if scope["type"] == "websocket" else receive, send)

    return layer
