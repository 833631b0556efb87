"""JSON as the standard has it: what is not in it is told by its place, and no key is said twice."""

import json
import re
from typing import Any

from core.problems import DataError, Problem

NO_NUMBER = "a number, or null where nothing is known; JSON has no {value}"
TWICE = "one value for each key; this one is given twice, as {first} and as {second}"
_PLACE = r'(?:"(?P<key>[^"\\\n]{{1,80}})"\s*:\s*)?(?<![\w"]){value}(?=\s*[,\]}}])'


class _Strange(ValueError):
    """A constant that JSON does not have."""


class _Doubled(ValueError):
    """A key with two values, by the key and both."""


def parsed(text: str, name: str = "lists", line: int = 0) -> Any:
    """The tree of a text; `name` and `line` (of those above it) are for messages.

    Raises DataError for NaN, Infinity and keys with two values, with the line and the key;
    ValueError and RecursionError as `json.loads` does.
    """
    try:
        return json.loads(text, parse_constant=_constant, object_pairs_hook=_record)
    except _Strange as error:
        value = str(error)
        found = re.search(_PLACE.format(value=re.escape(value)), text)
        at = found.start() if found else 0
        where = Problem(
            name, line + text.count("\n", 0, at) + 1, found["key"] if found else None, value,
            NO_NUMBER, {"value": value},
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
