"""Files that are there whole or not at all, whatever happens while they are written."""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put a text in the place of what the file held, in UTF-8. Raises OSError."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text, encoding="utf-8", newline="")
    draft.replace(path)
