"""What people said of headings, remembered by the headings: next week's file has them."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from core.writing import write_whole

MOST_KEPT = 500
REMEMBERED = "headings.json"


def fingerprint(headings: Iterable[str]) -> str:
    """What a set of headings is recognised by, in whatever order."""
    return hashlib.sha256("\0".join(sorted(set(headings))).encode()).hexdigest()[:16]


def recall(folder: Path, headings: Iterable[str]) -> dict[str, str]:
    """What was said of these headings; nothing where they were never seen."""
    found = _all(folder).get(fingerprint(headings), {})
    return {str(key): str(value) for key, value in found.items()}


def remember(folder: Path, headings: Iterable[str], said: dict[str, str]) -> None:
    """Keep what was said. Raises OSError."""
    kept = _all(folder) | {fingerprint(headings): said}
    newest = dict(list(kept.items())[-MOST_KEPT:])
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / REMEMBERED, json.dumps(newest, ensure_ascii=False))


def _all(folder: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    good = isinstance(found, dict) and all(isinstance(one, dict) for one in found.values())
    return found if good else {}
