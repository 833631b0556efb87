"""Whose each visit is, what its messages may do, and the refusals that the trace has."""

import threading
import time
from collections import OrderedDict

from streamlit.logger import get_logger
from streamlit.proto.BackMsg_pb2 import BackMsg

from core.store.checks import StoreError
from core.store.office import sign_ins
from pages.parts.state.door import callers
from pages.parts.state.who import how

LOG = get_logger("app")
NOTED_A_MINUTE = 600  # refusals that are written one by one; more are counted
NOT_NOTED = "A refusal (%s) could not be written into the trace: %s"
MOST_VISITS = 20_000
HEARD = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
HEARD_OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
_VISITS: "OrderedDict[str, str]" = OrderedDict()  # the subject of each visit that drew a page
_LOCK = threading.Lock()


def belongs(session_id: str, subject: str) -> None:
    """Remember whose a visit is, from its first drawing on."""
    with _LOCK:
        _VISITS[session_id] = subject
        _VISITS.move_to_end(session_id)
        while len(_VISITS) > MOST_VISITS:
            _VISITS.popitem(last=False)


def is_own(session_id: str, subject: str) -> bool:
    """Whether a visit is this subject's."""
    return bool(subject) and _VISITS.get(session_id) == subject


def tame(data: bytes) -> bytes:
    """A browser's message as a plain drawing of the page: no button was pressed, nothing typed."""
    try:
        came = BackMsg.FromString(data)
    except Exception:  # Streamlit says so itself and closes the line
        return data
    plain = BackMsg()
    plain.rerun_script.query_string = came.rerun_script.query_string
    plain.rerun_script.page_script_hash = came.rerun_script.page_script_hash
    return plain.SerializeToString()


def asks(data: bytes) -> bool:
    """Whether a message presses or types something. A door draws itself anew by itself: nothing
    is refused by that, and it would fill the trace."""
    try:
        came = BackMsg.FromString(data)
    except Exception:
        return True
    is_drawing = came.WhichOneof("type") == "rerun_script"
    return not is_drawing or bool(came.rerun_script.widget_states.widgets)


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


class _Notes:
    """Refusals on their way into the trace: a flood of them fills no disk."""

    def __init__(self) -> None:
        self.minute, self.count = 0.0, 0
        self.lock = threading.Lock()

    def take(self, now: float) -> tuple[bool, int]:
        """Whether to write this one, and how many were left out in the minute before."""
        with self.lock:
            if now - self.minute >= 60:
                left, self.minute, self.count = max(0, self.count - NOTED_A_MINUTE), now, 0
            else:
                left = 0
            self.count += 1
            return self.count <= NOTED_A_MINUTE, left


_NOTES = _Notes()


def note(why: str, subject: str) -> None:
    """Write into the trace that a request was refused."""
    if how().is_open:
        return
    try:
        if is_noted():
            sign_ins.note_refused(callers.store(), why, subject)
    except (OSError, StoreError) as error:
        LOG.warning(NOT_NOTED, why, error)


def is_noted() -> bool:
    """Whether one more refusal is written by itself; how many were not, the minute before, is."""
    write, left_out = _NOTES.take(time.monotonic())
    if left_out:
        sign_ins.note_refused(callers.store(), "more", count=left_out)
    return write
