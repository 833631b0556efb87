"""What a page may say over its websocket: what a browser with our pages sends, and nothing else.

Streamlit answers more than that, to whoever sends it: it empties the caches of all visitors, tells
of the folder that the program lies in, writes files into it.
"""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

HEARD = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
HEARD_OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
STRANGE = "strange_message"


def is_heard(data: bytes) -> bool:
    """Whether a page sends such a message. What can't be read is left to Streamlit, which says so
    and closes the line."""
    try:
        came = BackMsg.FromString(data)
    except Exception:
        return True
    kind = came.WhichOneof("type")
    if kind == "backend_operation_request":
        return came.backend_operation_request.WhichOneof("payload") in HEARD_OPERATIONS
    return kind in HEARD


def heard_messages(app: ASGIApp, note: Callable[[str, str], None]) -> ASGIApp:
    """A layer that leaves out all other messages of a websocket; `note` writes down that one
    came."""

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
