"""What may be stored: clean names, notes of bounded length, valid JSON. Anything else is an error.

Each check returns the value to store or raises `StoreError`, whose `code` and `details` let a page
say it in its own language.
"""

import json
import re
import unicodedata
from typing import Any

NAME_LENGTH, AUTHOR_LENGTH, NOTE_LENGTH = 120, 80, 2000  # characters after normalising
# UTF-8. A scenario's file may have 1 MB; written again it may have spaces that the file had not,
# and a working copy may hold one such scenario for each dataset.
JSON_BYTES = {"payload": 2 * 1024 * 1024, "log": 8 * 1024 * 1024}
LINE_LENGTH = {
    "name": NAME_LENGTH,
    "author": AUTHOR_LENGTH,
    "dataset_id": 120,
    "dataset_version": 120,
}
# Control, format (bidi, zero-width), surrogate and line-breaking characters by category, and those
# letters and marks that show nothing: two names that look the same must be the same.
HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
HIDDEN_OTHERS = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


class StoreError(ValueError):
    """A sentence for people, a `code` for pages, and the `details` that the sentence names."""

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


def _check_text(field: str, text: str, limit: int, allowed: str = "") -> str:
    if len(text) > 4 * limit:  # before any work on it; NFC shortens a text by a factor of 4 at most
        raise _too_long(field, len(text), limit)
    text = unicodedata.normalize("NFC", text).strip()
    for place, char in enumerate(text, start=1):
        hidden = unicodedata.category(char) in HIDDEN_CATEGORIES or char in HIDDEN_OTHERS
        if hidden and char not in allowed:
            code, name = f"U+{ord(char):04X}", unicodedata.name(char, "control character")
            raise StoreError(
                "hidden_character",
                f"{field} holds an invisible character at place {place}, {code} {name}: remove it",
                field=field, place=place, character=code, name=name,
            )  # fmt: skip
    if len(text) > limit:
        raise _too_long(field, len(text), limit)
    return text


def _too_long(field: str, length: int, limit: int) -> StoreError:
    return StoreError(
        "too_long",
        f"{field} has {length} characters; at most {limit} are allowed",
        field=field, length=length, limit=limit,
    )  # fmt: skip


def check_line(field: str, text: str) -> str:
    """One line of text in NFC, trimmed, its spaces (the non-breaking too) single and plain."""
    line = " ".join(_check_text(field, text, LINE_LENGTH[field]).split())
    if not line:
        raise StoreError("empty", f"{field} is empty; give at least one character", field=field)
    return line


def check_note(text: str) -> str:
    """A note in NFC, trimmed; it may be empty and may hold line breaks and tabs."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _check_text("note", plain, NOTE_LENGTH, allowed="\n\t")


def check_key(session_key: str) -> str:
    """A session key: 16 to 128 characters A-Z a-z 0-9 _ -, as `secrets.token_urlsafe` makes."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,128}", session_key):
        raise StoreError("session_key", "session key must be 16 to 128 characters A-Z a-z 0-9 _ -")
    return session_key


def check_scenario_id(scenario_id: str) -> str:
    """The form of an identifier: 16 characters a-z 2-7, as the store gives them."""
    if not re.fullmatch("[a-z2-7]{16}", scenario_id):
        raise StoreError("unknown_scenario", "a scenario's identifier is 16 characters a-z 2-7")
    return scenario_id


def check_json(field: str, text: str, kind: type) -> str:
    """`text` unchanged, if it is JSON of type `kind` (dict or list) and not too large."""
    limit, size = JSON_BYTES[field], len(text)
    try:
        size = max(size, len(text.encode()))
        if size <= limit and isinstance(json.loads(text, parse_constant=_no_constant), kind):
            return text
        problem = f"expected a JSON {'object' if kind is dict else 'array'}"
    except (ValueError, RecursionError) as error:
        problem = str(error)
    if size > limit:
        raise StoreError(
            "too_large",
            f"{field} has {size} bytes; at most {limit} are allowed",
            field=field, size=size, limit=limit,
        )  # fmt: skip
    raise StoreError("not_json", f"{field} is not valid: {problem}", field=field, problem=problem)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def search_key(name: str) -> str:
    """`name` without case and Vietnamese accents, so that "binh phuoc" finds "Bình Phước"."""
    letters = unicodedata.normalize("NFKD", name[: 4 * NAME_LENGTH].casefold().replace("đ", "d"))
    shown = (c for c in letters if unicodedata.category(c) not in HIDDEN_CATEGORIES | {"Mn"})
    return " ".join("".join(shown).split())[: 4 * NAME_LENGTH]
