"""`backup TO` and `restore FROM`: the store that the app uses, as one file and back."""

from pathlib import Path

from core.cli.answers import Plain
from core.store.database import store_url, utc_now
from core.store.operation import backup


def keeping_answer(command: str, file: Path) -> Plain:
    """What was written where. Raises StoreError."""
    if command == "backup":
        backup.back_up(store_url(), file)
        return {"backup": str(file)}
    before = backup.bring_back(store_url(), file, utc_now())
    return {"restored": str(file), "before": str(before) if before else None}
