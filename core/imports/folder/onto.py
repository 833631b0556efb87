"""Figures of another day put beside those that a dataset has: nothing published is overwritten.

What states the past anew is named; only where a person says so it stands, with the old row kept.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.dataset.facts import Dataset
from core.dataset.kept.loads import RESTATED
from core.dataset.tables import read_text
from core.imports.folder.keys import toml
from core.imports.plan import SUMMED, ImportPlan
from core.index.rules import GROUPS
from core.problems import DataError, Problem

NATIONAL = "national"
KEYS = {
    "units.csv": ("unit",),
    "observations.csv": ("as_of", "unit", "component", "portal"),
    "field.csv": ("date", "period", "province"),
    "sources.csv": ("source",),
}
FIGURES = {
    "observations.csv": ("numerator", "denominator", "rate_percent", "points"),
    "field.csv": (*GROUPS, "total", "rank", "mean_total"),
}
SHARE_ROOM = 0.0151  # between counts and their rate in percent, rounded to 0.01
_SAME_DAY = ("published_rank", "published_total")
_MOVED_ON = ("period_start", "as_of", "horizons", *_SAME_DAY, "name_vi", "name_en")
_Row = dict[str, str]


@dataclass(frozen=True)
class Restated:
    """A fact of the past that a load states anew: `key` names it, `row` is as it was before."""

    table: str
    key: tuple[str, ...]
    before: str
    now: str
    row: _Row


def onto(
    before: Dataset, plan: ImportPlan, new: Mapping[str, str], at: str, restate: bool = False
) -> dict[str, str]:
    """All files of the dataset with the plan's figures added, loaded `at` (UTC).

    Raises DataError that names each fact for which the dataset has another figure already; with
    `restate` the new ones stand, and the old rows are kept in a table of their own.
    """
    if other := _other_day(before, plan):
        raise DataError([other])
    files, found = put_beside(before, new)
    if found and not restate:
        raise DataError(restatement_problems(found))
    for one in found:
        name = RESTATED + one.table
        rows, columns = rows_of(files.get(name, ""))
        columns = columns or ["loaded_at", *rows_of(files[one.table])[1]]
        files[name] = text_of([*rows, {"loaded_at": at, **one.row}], columns)
    files["dataset.toml"] = _toml(before, plan)
    return files


def _other_day(before: Dataset, plan: ImportPlan) -> Problem | None:
    """Why figures of the provincial portal alone can't be put beside the national ones: both are
    compared on one day only."""
    if not plan.observations or any(row.portal == NATIONAL for row in plan.observations):
        return None
    rows = before.observations
    days = sorted({f"{one:%Y-%m-%d}" for one in rows.loc[rows["portal"] == NATIONAL, "as_of"]})
    if f"{plan.as_of}" in days:
        return None
    expected = (
        "the provincial portal's figures of a day of which the dataset has the national ones: "
        "{days} (--as-of); both are compared on one day only"
    )
    where = ", ".join(plan.files)
    return Problem(where, None, None, f"{plan.as_of}", expected, {"days": ", ".join(days[-5:])})


def restatement_problems(found: Sequence[Restated]) -> list[Problem]:
    """Each figure that the dataset has otherwise, as a problem."""
    expected = (
        "the figure that the dataset has already, {before}; this restates the past (--restate)"
    )
    return [
        Problem(one.table, None, " ".join(one.key), one.now, expected, {"before": one.before})
        for one in found
    ]


def put_beside(before: Dataset, new: Mapping[str, str]) -> tuple[dict[str, str], list[Restated]]:
    """The tables with the new rows beside the old, and the facts that are stated anew."""
    files = {one.name: read_text(one)[0] or "" for one in sorted(before.path.glob("*.csv"))}
    new, found = _own_source(files.get("sources.csv", ""), new), []
    for name, text in new.items():
        old, columns = rows_of(files.get(name, ""))
        more, added = rows_of(text)
        columns = columns or added
        known = {tuple(row.get(key, "") for key in KEYS[name]): row for row in old}
        for row in more:
            key = tuple(row.get(one, "") for one in KEYS[name])
            if key not in known:
                old.append(row)
                known[key] = row
            elif row.get("note") == SUMMED and known[key].get("note") != SUMMED:
                continue  # what a source states stands before what follows from units
            elif differs := _differs(known[key], row, FIGURES.get(name, ())):
                found.append(Restated(name, key, *differs, dict(known[key])))
                known[key].update(_said_otherwise(row, FIGURES.get(name, ())))
            else:
                _fill(known[key], row, FIGURES.get(name, ()))
        files[name] = text_of(old, columns)
    return files, found


def _own_source(sources: str, new: Mapping[str, str]) -> dict[str, str]:
    """The new tables under a source of their own: a second load of one day is another source."""
    (mine,) = rows_of(new["sources.csv"])[0]
    titles = {row["source"]: row["title"] for row in rows_of(sources)[0]}
    first = name = mine["source"]
    number = 2
    while titles.get(name, mine["title"]) != mine["title"]:
        name, number = f"{first}-{number}", number + 1
    if name == first:
        return dict(new)
    made = {}
    for table, text in new.items():
        rows, columns = rows_of(text)
        named = [row | {"source": name} if row.get("source") == first else row for row in rows]
        made[table] = text_of(named, columns)
    return made


def _differs(old: _Row, new: _Row, columns: tuple[str, ...]) -> tuple[str, str] | None:
    for column in columns:
        a, b = old.get(column, ""), new.get(column, "")
        if a and b and abs(_number(a) - _number(b)) > 1e-9:
            return a, b
    for one, two in ((old, new), (new, old)):  # a rate here and counts there speak of one fact
        rate, share = one.get("rate_percent", ""), _share(two)
        if rate and share is not None and abs(_number(rate) - share) > SHARE_ROOM:
            told = (rate, f"{share:.2f}")
            return told if one is old else (told[1], told[0])
    return None


def _said_otherwise(new: _Row, columns: tuple[str, ...]) -> _Row:
    """What takes the place of a row that is restated: its figures and their source."""
    return {key: value for key, value in new.items() if value or key in columns}


def _fill(old: _Row, new: _Row, columns: tuple[str, ...]) -> None:
    """Put into the empty cells of a row what another file says of the same day.

    Counts take the place of a rate that they agree with. The note tells the source of what is new.
    """
    counted = _share(old) is not None
    added = []
    for column in columns:
        if not new.get(column) or old.get(column) or (column == "rate_percent" and counted):
            continue
        old[column] = new[column]
        added.append(column)
    if added and _share(old) is not None and old.get("rate_percent"):
        old["rate_percent"] = ""
    if added and "note" in old:
        words = f"{', '.join(added)}: {new.get('source', '')}"
        old["note"] = "; ".join(part for part in (old["note"], words) if part)


def _share(row: _Row) -> float | None:
    """The rate in percent that counts make; None where there are none."""
    above, below = row.get("numerator", ""), row.get("denominator", "")
    if not above or not below or not _number(below):
        return None
    return 100 * _number(above) / _number(below)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def rows_of(text: str) -> tuple[list[_Row], list[str]]:
    """The rows of a CSV text as dictionaries, and its columns."""
    header = text.split("\n", 1)[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
    return rows, list(reader.fieldnames or ())


def text_of(rows: list[_Row], columns: list[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _toml(before: Dataset, plan: ImportPlan) -> str:
    """The dataset's keys, moved on to the plan's day where that is later."""
    text = read_text(before.path / "dataset.toml")[0] or ""
    assert plan.as_of is not None
    if plan.as_of < before.meta.as_of:
        return text
    fresh = dict(line.split(" = ", 1) for line in toml(plan).splitlines())
    same = plan.as_of == before.meta.as_of
    for key in _SAME_DAY if same else _MOVED_ON:
        if same and key not in fresh:
            continue
        text = re.sub(rf"(?m)^{key}\s*=.*\n?", "", text)
        if key in fresh:
            text = f"{key} = {fresh[key]}\n{text}"
    return text
