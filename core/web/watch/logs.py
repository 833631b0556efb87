"""Lines for a program that reads them: one JSON object each, with the numbers of request and visit.

What a line may say: when, how grave, who says it, its sentence, the numbers. Of an error its type
and the places in the code, never its text: that may hold what a person typed or a list says.
"""

import datetime as dt
import json
import logging
import sys
import traceback
from collections.abc import Callable
from typing import TextIO

from core.web.watch.numbers import REQUEST, Answered

ACCESS = logging.getLogger("766.access")
# at INFO the server tells addresses and whole requests, and the migrations every step
_TALKATIVE = ("uvicorn", "uvicorn.error", "uvicorn.access", "websockets", "alembic")
_FRAMES = 12  # the innermost ones tell where it was


class JsonLines(logging.Formatter):
    """A record as one line of JSON; `visit` gives the number of the visit that runs, or ""."""

    def __init__(self, visit: Callable[[], str]) -> None:
        super().__init__()
        self._visit = visit

    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": "script or server error" if record.exc_info else record.getMessage(),
            "request": REQUEST.get(),
            "session": self._visit(),
            **getattr(record, "figures", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= _error(record.exc_info[1])
        kept = {name: value for name, value in line.items() if value not in ("", None)}
        return json.dumps(kept, ensure_ascii=False, default=str)


def _error(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "where": places}


def to_json(stream: TextIO, visit: Callable[[], str]) -> logging.Handler:
    """Let every line of the process, libraries' and warnings too, come out as JSON at `stream`.

    Returns the one handler that is left.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(visit))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        if logger.handlers or logger.propagate:  # not one that was silenced
            pass_on(logger)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: root.critical("", exc_info=(kind, error, trace))
    return handler


def pass_on(logger: logging.Logger) -> None:
    """Let a logger print nothing itself: the root does."""
    logger.handlers.clear()
    logger.propagate = True


def log_answer(answered: Answered) -> None:
    """One line of a request that is over."""
    figures = {
        "request": answered.number,
        "method": answered.method,
        "route": answered.route,
        "status": answered.status,
        "ms": round(1000 * answered.seconds, 1),
    }
    ACCESS.info("answered", extra={"figures": figures})
