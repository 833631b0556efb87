"""Leaves out messages that tell nothing but that something was closed."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POPOVER = "-popover"  # how keys of popovers end whose closing nobody waits for


def without_closings(app: ASGIApp, listener: Callable[[], Callable[[bytes], bool]]) -> ASGIApp:
    """A layer that leaves out what the `listener` of a line calls only a closing."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await app(scope, receive, send)
            return
        is_closing = listener()

        async def heard() -> Message:
            while True:
                message = await receive()
                data = message.get("bytes")
                if not data or not is_closing(data):
                    return message

        await app(scope, heard, send)

    return layer
