"""JSON as the standard has it: what is not in it is told by its place, and no key is said twice.

A text may hold several documents, and may have been saved within a script or behind a prefix.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from core.problems import DataError, Problem

NO_NUMBER = "a number, or null where nothing is known; JSON has no {value}"
TWICE = "one value for each key; this one is given twice, as {first} and as {second}"
_PLACE = r'(?:"(?P<key>[^"\\\n]{{1,80}})"\s*:\s*)?(?<![\w"]){value}(?=\s*[,\]}}])'


# `callback({...});`, `var data = {...};`, `)]}',` and `for(;;);` before what is meant
_WRAPPED = re.compile(
    r"(?:/\*.{0,200}?\*/\s{0,9})?(?:\)\]\}'?,?|for\s?\(;;\);|while\s?\(1\);"
    r"|(?:(?:var|let|const|export|module)\b\s{0,9})?"
    r"(?:typeof [\w$.]{1,100} ?===? ?'function' ?&& ?)?[\w$.]{0,100}\s{0,9}[=(])"
    r"\s{0,99}(?=[{\[])",
    re.DOTALL,
)
_BETWEEN = re.compile(r"[\s,;\x1e]*")


class _Strange(ValueError):
    """A constant that JSON does not have."""


class _Doubled(ValueError):
    """A key with two values, by the key and both."""


def parsed(text: str, name: str = "lists") -> Any:
    """The tree of a text; `name` is for messages.

    Raises DataError for NaN, Infinity and keys with two values, with the line and the key;
    ValueError and RecursionError as `json.loads` does.
    """
    return _told(text, name, _DECODER.decode)


def documents(text: str, name: str) -> list[Any]:
    """The trees of a text: one, or several behind each other (also one a line), also where a
    script wraps them. Raises as `parsed`; ValueError with the line of the one that is torn.
    """
    wrapped = _WRAPPED.match(text)
    at = wrapped.end() if wrapped else 0
    text = text.rstrip(" \t\r\n);") if wrapped else text
    return list(_told(text, name, lambda whole: _each(whole, at)))


def is_wrapped(text: str) -> bool:
    """Whether a text is JSON within a script.

    >>> is_wrapped('callback({"a": 1});'), is_wrapped("Đơn vị (xã)"), is_wrapped('var d = [1]')
    (True, False, True)
    """
    return _WRAPPED.match(text) is not None


def _each(text: str, at: int) -> list[Any]:
    found: list[Any] = []
    at = _past(text, at)
    while at < len(text):
        tree, at = _DECODER.raw_decode(text, at)
        found.append(tree)
        at = _past(text, at)
    return found


def _past(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _told(text: str, name: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except _Strange as error:
        value = str(error)
        found = re.search(_PLACE.format(value=re.escape(value)), text)
        at = found.start() if found else 0
        where = Problem(
            name, text.count("\n", 0, at) + 1, found["key"] if found else None, value, NO_NUMBER,
            {"value": value},
        )  # fmt: skip
        raise DataError([where]) from None
    except _Doubled as error:
        key, first, second = error.args
        details = {"first": first, "second": second}
        raise DataError([Problem(name, None, key, None, TWICE, details)]) from None


def _constant(value: str) -> Any:
    raise _Strange(value)


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen and seen[key] != value:
                shown = [json.dumps(one, ensure_ascii=False)[:60] for one in (seen[key], value)]
                raise _Doubled(key[:80], *shown)
            seen[key] = value
    return made


_DECODER = json.JSONDecoder(parse_constant=_constant, object_pairs_hook=_record)
