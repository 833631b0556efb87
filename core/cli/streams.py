"""Where a command's answer goes: a stream that may be closed, full, or gone before all is out."""

import contextlib
import os
import sys

from core.problems import DataError, Problem


def prepare() -> None:
    """UTF-8 whatever the terminal says; a file's name that is no text is written with escapes."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # closed
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def put(text: str) -> None:
    """Write an answer, all of it. Raises DataError where that is impossible, BrokenPipeError where
    nobody reads on (`| head`)."""
    if sys.stdout is None:
        raise _no_room("it is closed")
    try:
        print(text)
        sys.stdout.flush()
    except OSError as error:
        _silence()
        if isinstance(error, BrokenPipeError):
            raise
        raise _no_room(error.strerror or "unwritable") from None


def complain(error: Exception) -> None:
    """Write what is wrong, where somebody may read it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):  # there is nobody left to tell
            print(error, file=sys.stderr, flush=True)


def _no_room(reason: str) -> DataError:
    expected = "a stream that takes the answer ({reason})"
    return DataError([Problem("standard output", None, None, None, expected, {"reason": reason})])


def _silence() -> None:
    """What is still in the buffer goes nowhere: Python would try again at its end, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
