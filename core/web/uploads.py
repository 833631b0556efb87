"""What may be sent: a file that a page asks for, and no more at a time than memory is meant for.

Streamlit takes a file of any visitor at any time, whether a page has a place for it or not, and
keeps it in memory until the visit ends.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from weakref import WeakValueDictionary

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

UPLOAD = re.compile(r".*/_stcore/upload_file/([^/]+)/[^/]+")  # the visit, the file
NOT_ASKED = (
    "Trang đang mở không nhận tệp nào.\n"
    "The page that is open takes no file.\n"
)  # fmt: skip


def outdated(sizes: Mapping[str, int], room: int) -> list[str]:
    """The oldest files, by id, without which the others fit into `room` bytes; oldest first."""
    held = sum(sizes.values())
    found = []
    for file, size in sizes.items():
        if held <= room:
            break
        found.append(file)
        held -= size
    return found


def asked_uploads(
    app: ASGIApp, is_asked: Callable[[str], bool], make_room: Callable[[str, int], None]
) -> ASGIApp:
    """A layer that refuses an upload of a visit that `is_asked` denies.

    The uploads of one visit come in one after the other, and before each `make_room` is told how
    many bytes it says to have (0 if it does not say).
    """
    turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        is_put = scope["type"] == "http" and scope["method"] == "PUT"
        found = UPLOAD.fullmatch(scope["path"]) if is_put else None
        if found is None:
            await app(scope, receive, send)
        elif not is_asked(found[1]):
            await PlainTextResponse(NOT_ASKED, 403)(scope, receive, send)
        else:
            turn = turns.setdefault(found[1], asyncio.Lock())
            async with turn:
                length = Headers(scope=scope).get("content-length", "")
                make_room(found[1], int(length) if length.isdecimal() else 0)
                await app(scope, receive, send)

    return layer
