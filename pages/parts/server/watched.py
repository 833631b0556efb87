"""What the server is doing, in Streamlit's own terms: runs, visits, files held, a store that is
ready."""

import hashlib
import sys
import time

from streamlit import logger as streamlit_logger
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.store.checks import StoreError
from core.store.database import store_url, warned_share
from core.store.operation.ready import why_not_ready
from core.web.watch.logs import pass_on, to_json

LARGEST_END = 200  # bytes; the message that a run has ended is a few
STALE_SECONDS = 1.0  # whoever asks more often than that asks the store no more often
ON_SHARE = "network_share"
_ready: tuple[float, str | None] = (-STALE_SECONDS, None)


def starts_run(message: bytes) -> bool:
    """Whether a browser's message asks for a run of the page."""
    try:
        return BackMsg.FromString(message).WhichOneof("type") == "rerun_script"
    except ValueError:  # Streamlit will say so
        return False


def ends_run(message: bytes) -> bool:
    """Whether a message to a browser says that the run it asked for is over."""
    if len(message) > LARGEST_END:
        return False
    found = ForwardMsg.FromString(message)
    early = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
    return found.WhichOneof("type") == "script_finished" and found.script_finished != early


def visit_number() -> str:
    """A number of the visit that runs in this thread, "" if none; nobody can go on with it."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return ""
    return hashlib.sha256(context.session_id.encode()).hexdigest()[:8]


def held_bytes() -> float:
    """Bytes of uploaded files in memory."""
    manager = get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    return sum(len(one.data) for held in manager.file_storage.copy().values()
               for one in held.copy().values())  # fmt: skip


def visits() -> float:
    """Visits in memory, with those whose browser went away a while ago."""
    return get_instance()._session_mgr.num_sessions()


def not_ready() -> str | None:
    """Why pages could keep nothing now, in one word; None where all is well. May wait."""
    from pages.parts.state.kept import (
        storage,  # imported here: it needs Streamlit's running server
    )

    global _ready
    asked, said = _ready
    if time.monotonic() - asked >= STALE_SECONDS:
        try:
            said = why_not_ready(storage.for_all())
        except StoreError as error:
            said = str(error.details.get("kind", error.code))
        _ready = time.monotonic(), said
    return said


def lies_on_share() -> bool:
    """Whether the store is a file on a share of the network, where it may be damaged; the log has
    it then. Does not open it."""
    try:
        return bool(warned_share(store_url()))
    except StoreError:  # `not_ready` says so
        return False


def log_as_json() -> None:
    """Every line from now on is JSON, those of loggers that Streamlit makes later too."""
    to_json(sys.stderr, visit_number)
    streamlit_logger.setup_formatter = pass_on
