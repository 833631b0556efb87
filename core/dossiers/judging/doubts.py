"""Which identifiers need a closer look: told for a million of them from their bytes alone.

Nearly all identifiers of a list are plain letters, digits, hyphens and points that end with a
digit. Nothing that is asked of an identifier can be so of those: no trimming, no letters that look
alike, no total, no number or date that a spreadsheet made. All others are read one by one.
"""

import string

import numpy as np
import numpy.typing as npt
import pyarrow as pa

DATE_BYTES = 11  # bytes: a date has no more, and so has the number of a column
MAX_ID = 100  # characters
_SIGNS = np.arange(256)
_DIGIT = np.isin(_SIGNS, list(string.digits.encode()))
_PLAIN = np.isin(_SIGNS, list(f"{string.ascii_letters}{string.digits}-./_".encode()))


def doubtful(codes: pa.Array) -> npt.NDArray[np.bool_]:
    """Of every text whether it is not a plain code: other signs, short, long, null, or without a
    digit at its end."""
    if not len(codes):
        return np.zeros(0, bool)
    offsets, content = _bytes_of(codes)
    begin, end = offsets[:-1], offsets[1:]
    size = end - begin
    found = (size <= DATE_BYTES) | (size > MAX_ID)
    found[~found] = ~_DIGIT[content[end[~found] - 1]]
    first = int(offsets[0])
    odd = np.flatnonzero(~_PLAIN[content[first : int(offsets[-1])]]) + first
    found[np.searchsorted(end, odd, side="right")] = True
    if codes.null_count:
        found |= np.asarray(codes.is_null())
    return found


def _bytes_of(codes: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Where each text begins in the bytes of all, and where the last ends; and the bytes."""
    _, places, content = pa.array(codes, pa.string()).buffers()
    offsets = np.frombuffer(places, np.int32)[codes.offset : codes.offset + len(codes) + 1]
    return offsets, np.frombuffer(content if content is not None else b"", np.uint8)
