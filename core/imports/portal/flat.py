"""Records that a crawler flattened, as levels again."""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.imports.portal.json_text import parsed
from core.imports.vocabulary import squeezed

DEEPEST = 40
_LEVELS_THERE = "data|result|overview|parent|children|evaluation|metrics|radar|pagination|items"
# levels that a crawler joined by one underscore: `PROGRESS_data_children_0_totalReceived`
_JOINED = re.compile(rf"(?:^|_)(?:{_LEVELS_THERE}|\d+)(?=_)")
_SHORTEST = 8  # of base64: what is shorter holds no answer, and "base64" itself is one by accident
_FLAT_KEYS = 3  # a record with fewer keys of this kind has them by accident


def unflatten(node: Any, depth: int = 0) -> Any:
    """A tree in which `a.b`, `a/b`, `a__b`, `a[0].b` and, where its levels are those of the portal,
    `data_parent_b` are levels again, as before a crawler.

    >>> unflatten({"parent.name": "x", "rows[0].score": 1})
    {'parent': {'name': 'x'}, 'rows': [{'score': 1}]}
    """
    if depth > DEEPEST:
        return None
    if isinstance(node, list):
        return [unflatten(one, depth + 1) for one in node]
    if isinstance(node, str) and node.lstrip()[:1] in ("{", "["):
        return _written(node, depth)
    if not isinstance(node, Mapping):
        return node
    if squeezed(str(node.get("encoding"))) == "base64":
        node = {key: _plain(value) for key, value in node.items()}
    made: dict[str, Any] = {}
    underscored = _is_underscored(node)
    for key, value in node.items():
        path = _levels(str(key)) if underscored else _path(str(key))
        at = made
        for part in path[:-1]:
            inner = at.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            at = inner
        at[path[-1]] = unflatten(value, depth + 1)
    return _lists(made)


def _written(text: str, depth: int) -> Any:
    """An answer that a browser's or crawler's log keeps as text; the text where it is none."""
    try:
        tree = parsed(text)
    except (ValueError, RecursionError):
        return text
    return unflatten(tree, depth + 1)


def _plain(value: Any) -> Any:
    """What a browser keeps in base64, as text; what is none stays as it is."""
    if not isinstance(value, str) or len(value) < _SHORTEST:
        return value
    try:
        return base64.b64decode(value, validate=True).decode("utf-8-sig")
    except ValueError:
        return value


def _is_underscored(node: Iterable[Any]) -> bool:
    """Whether several keys of a record have levels of the portal between underscores."""
    found = 0
    for key in node:
        found += isinstance(key, str) and "." not in key and bool(_JOINED.search(key))
        if found >= _FLAT_KEYS:
            return True
    return False


def _levels(key: str) -> list[str]:
    """The levels of a key joined by underscores; what is no level of the portal stays whole."""
    path, at = [], 0
    for found in _JOINED.finditer(key):
        if head := key[at : found.start()].strip("_"):
            path.append(head)
        path.append(found.group().strip("_"))
        at = found.end()
    path.append(key[at:].strip("_"))
    return [part for part in path if part][:DEEPEST] or [key]


def _path(key: str) -> list[str]:
    plain = key.replace("[", ".").replace("]", "").replace("__", ".").replace("/", ".")
    parts = [part for part in plain.split(".") if part]
    return parts[:DEEPEST] if parts and all(len(part) < 80 for part in parts) else [key]


def _lists(node: Any) -> Any:
    """Records whose keys are 0, 1, 2, ... are lists."""
    if not isinstance(node, dict):
        return node
    node = {key: _lists(value) for key, value in node.items()}
    if node and all(key.isdecimal() for key in node):
        return [node[key] for key in sorted(node, key=int)]
    return node
