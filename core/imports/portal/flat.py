"""Records that a crawler flattened, as levels again."""

import json
from collections.abc import Mapping
from typing import Any

DEEPEST = 40


def unflatten(node: Any, depth: int = 0) -> Any:
    """A tree in which `a.b`, `a/b`, `a__b` and `a[0].b` are levels again, as before a crawler.

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
    made: dict[str, Any] = {}
    for key, value in node.items():
        path = _path(str(key))
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
        tree = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return text
    return unflatten(tree, depth + 1)


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
