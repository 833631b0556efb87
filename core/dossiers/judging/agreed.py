"""What was agreed to for the lists of a dataset and is kept for the next ones: rules of codes, and
the units of today by old name."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from core.dossiers.judging.forms import CODE_STEPS
from core.store.office.leave import Hand, deed_on_files
from core.writing import write_whole

AGREED_FILE = "lists.json"
MOST_KEPT_NAMES = 20_000


@dataclass(frozen=True)
class Agreed:
    """The rules in their order (`forms.CODE_STEPS`), and the code of the unit by name."""

    rules: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


def recall_agreed(folder: Path, dataset: str) -> Agreed:
    """What is kept for a dataset; nothing where there is none, or it can't be read."""
    found = _all(folder).get(dataset)
    if not isinstance(found, dict):
        return Agreed()
    rules, names = found.get("rules"), found.get("names")
    known = [rule for rule in rules if rule in CODE_STEPS] if isinstance(rules, list) else []
    pairs = names.items() if isinstance(names, dict) else ()
    return Agreed(tuple(known), {str(name): str(code) for name, code in pairs})


def keep_agreed(folder: Path, dataset: str, agreed: Agreed, by: Hand) -> None:
    """Keep it in the place of what was kept before. Raises OSError, and StoreError where the role
    does not allow it."""
    names = dict(list(agreed.names.items())[-MOST_KEPT_NAMES:])
    with deed_on_files(by, "names", dataset):
        kept = _all(folder) | {dataset: {"rules": list(agreed.rules), "names": names}}
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / AGREED_FILE, json.dumps(kept, ensure_ascii=False))


def _all(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / AGREED_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
