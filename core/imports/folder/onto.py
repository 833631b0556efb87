"""Figures of another day put beside those that a dataset has: nothing published is overwritten."""

import csv
import io
import re
from collections.abc import Mapping

from core.dataset.facts import Dataset
from core.dataset.tables import read_text
from core.imports.folder.keys import toml
from core.imports.plan import ImportPlan
from core.problems import DataError, Problem

KEYS = {
    "units.csv": ("unit",),
    "observations.csv": ("as_of", "unit", "component", "portal"),
    "field.csv": ("date", "period", "province"),
    "sources.csv": ("source",),
}
FIGURES = {
    "observations.csv": ("numerator", "denominator", "rate_percent", "points"),
    "field.csv": ("total",),
}
_Row = dict[str, str]


def onto(before: Dataset, plan: ImportPlan, new: Mapping[str, str]) -> dict[str, str]:
    """All files of the dataset with the plan's figures added.

    Raises DataError that names each fact for which the dataset has another figure already.
    """
    path, problems = before.path, []
    files = {one.name: read_text(one)[0] or "" for one in sorted(path.glob("*.csv"))}
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
            elif differs := _differs(known[key], row, FIGURES.get(name, ())):
                expected = "the figure that the dataset has already, {before}: correct it there"
                place = Problem(
                    name, None, " ".join(key), differs[1], expected, {"before": differs[0]}
                )
                problems.append(place)
        files[name] = text_of(old, columns)
    if problems:
        raise DataError(problems)
    files["dataset.toml"] = _toml(before, plan)
    return files


def _differs(old: _Row, new: _Row, columns: tuple[str, ...]) -> tuple[str, str] | None:
    for column in columns:
        a, b = old.get(column, ""), new.get(column, "")
        if a and b and abs(float(a.replace(",", ".")) - float(b)) > 1e-9:
            return a, b
    return None


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
    if plan.as_of <= before.meta.as_of:
        return text
    fresh = dict(line.split(" = ", 1) for line in toml(plan).splitlines())
    for key in ("as_of", "horizons", "published_rank", "published_total", "name_vi", "name_en"):
        text = re.sub(rf"(?m)^{key}\s*=.*\n?", "", text)
        if key in fresh:
            text = f"{key} = {fresh[key]}\n{text}"
    return text
