"""One fact that a person corrects or adds, as the row that it changes."""

from collections.abc import Mapping

from core.imports.corrections.commit import source_change
from core.imports.corrections.rows import CHANGEABLE, RowCells, RowChange
from core.imports.corrections.trace import Signed
from core.imports.folder.onto import rows_of

FIGURE_PARTS = ("numerator", "denominator", "rate_percent", "points")


def fact_row(files: Mapping[str, str], file: str, key: Mapping[str, str]) -> RowCells | None:
    """The row of a file with these values of its key; None where there is none."""
    names = CHANGEABLE[file][1]
    wanted = [key.get(name, "") for name in names]
    for row in rows_of(files.get(file, ""))[0]:
        if [row.get(name, "").strip() for name in names] == wanted:
            return {name: value.strip() for name, value in row.items()}
    return None


def fact_changes(
    files: Mapping[str, str],
    file: str,
    key: Mapping[str, str],
    values: Mapping[str, float | None],
    signed: Signed,
) -> list[RowChange]:
    """The rows that change where a fact gets new values; all None takes the fact away.

    The row names the correction's own source. Where a figure's counts or rate change, points that
    were published with the old ones go with them. Nothing changes: an empty list.
    """
    before = fact_row(files, file, key)
    texts = {name: _digits(value) for name, value in values.items()}
    if not any(texts.values()):
        return [RowChange(file, before, None)] if before is not None else []
    old = before or {}
    if all(_same(old.get(name, ""), text) for name, text in texts.items()):
        return []
    if file == "observations.csv" and _same(old.get("points", ""), texts.get("points", "")):
        moved = any(not _same(old.get(name, ""), texts[name]) for name in FIGURE_PARTS[:3])
        texts["points"] = (
            "" if moved and any(texts[n] for n in FIGURE_PARTS[:3]) else texts["points"]
        )
    source, named = source_change(files, signed)
    after = {**dict.fromkeys(CHANGEABLE[file][0].columns, ""), **old, **key, **texts}
    after |= {"source": source}
    if "note" in after:
        after["note"] = signed.note
    return [*([named] if named else []), RowChange(file, before, after)]


def _digits(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if float(value).is_integer() else repr(float(value))


def _same(one: str, two: str) -> bool:
    return (float(one.replace(",", ".")) if one else None) == (float(two) if two else None)
