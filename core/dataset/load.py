"""Load a dataset: a folder with one province's published figures in the documented format."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.dataset import checks, schema
from core.dataset.facts import DATA, Dataset, facts
from core.dataset.priors import read_priors
from core.dataset.responsibility import named_movers, read_responsibility
from core.dataset.rules_csv import load_rules
from core.dataset.tables import read_table
from core.problems import DataError, Problem

# fewer provinces on a date are single figures, not a board
FULL_BOARD = 20
TABLES = {
    "units": schema.UNITS,
    "observations": schema.OBSERVATIONS,
    "targets": schema.TARGETS,
    "field": schema.FIELD,
}


def list_datasets(data: Path = DATA) -> list[str]:
    """The names of the dataset folders below `data`."""
    return sorted(path.parent.name for path in data.glob("*/dataset.toml"))


def find_dataset(name: str, data: Path = DATA) -> Path:
    """The folder of a dataset given by its name below `data` or by a path."""
    named = data / name
    if name in list_datasets(data):
        return named
    path = Path(name)
    if path.is_dir():
        return path
    expected = "the name of a dataset ({names}) or a folder"
    details = {"names": ", ".join(list_datasets(data))}
    raise DataError([Problem("dataset", None, None, name, expected, details)])


def load_dataset(path: Path, data: Path = DATA) -> Dataset:
    """Load and check a dataset's folder; `data` has the rules and the shared sources.

    Raises DataError with all problems at once. What is unusual but possible is in `warnings`.
    """
    meta, problems = schema.read_meta(path / "dataset.toml")
    tables = {}
    for name, table in TABLES.items():
        tables[name], found = read_table(path / f"{name}.csv", table)
        problems += found
    tables["counts"], found = _optional(path / "counts.csv", schema.COUNTS)
    problems += found
    sources, found = read_table(data / "sources.csv", schema.SOURCES)
    own_sources, more = _optional(path / "sources.csv", schema.SOURCES)
    problems += found + more
    sources = pd.concat([sources, own_sources])
    rule_sets = load_rules(data / "rules.csv")
    rules = rule_sets.get(meta.rule_set) if meta else None
    if meta and rules is None:
        expected = "one of {names}"
        details = {"names": ", ".join(rule_sets)}
        problems.append(Problem("dataset.toml", None, "rule_set", meta.rule_set, expected, details))
    movers, found = read_responsibility(data, rule_sets, set(sources["source"]))
    priors, more = read_priors(data, set(sources["source"]))
    problems += found + more + checks.check_tables(meta, rules, tables, sources)
    if problems or meta is None or rules is None:
        raise DataError(problems)
    units = _ordered_units(tables["units"], meta.province)
    dataset = Dataset(
        id=path.resolve().name,
        version=_version(path, data),
        path=path,
        meta=meta,
        rules=replace(rules, responsible=named_movers(movers, rules.name)),
        units=units,
        observations=tables["observations"],
        targets=tables["targets"],
        field=tables["field"],
        counts=tables["counts"],
        sources=sources.set_index("source"),
        priors=priors,
        warnings=(),
    )
    warnings = checks.warn(meta, rules, tables, units.index, facts(dataset), dataset.field_name)
    return replace(dataset, warnings=tuple(warnings))


def load_boards(data: Path = DATA) -> pd.DataFrame:
    """The full boards that give a field without one its shape. Raises DataError."""
    frame, problems = read_table(data / "boards.csv", schema.FIELD)
    for dataset in sorted(data.glob("*/field.csv")):
        rows, found = read_table(dataset, schema.FIELD)
        full = rows.groupby("date")["province"].transform("count") >= FULL_BOARD
        frame = pd.concat([frame, rows[full & rows["total"].notna()]])
        problems += found
    if problems:
        raise DataError(problems)
    return frame.reset_index(drop=True)


def stated_contradictions(dataset: Dataset, data: Path = DATA) -> pd.DataFrame:
    """What the dataset's sources say that cannot all be true: rows of `source`, `vi` and `en`."""
    frame, problems = read_table(data / "stated_contradictions.csv", schema.CONTRADICTIONS)
    if problems:
        raise DataError(problems)
    used = {*dataset.observations["source"], *dataset.counts["source"], *dataset.field["source"]}
    return frame[frame["source"].isin(used)]


def _optional(path: Path, table: object) -> tuple[pd.DataFrame, list[Problem]]:
    """An extra file: absent is the same as empty."""
    frame, problems = read_table(path, table)  # type: ignore[arg-type]
    return frame, problems if path.exists() else []


def _ordered_units(units: pd.DataFrame, province: str) -> pd.DataFrame:
    """Units indexed by code, the province first, the others as in the file."""
    below = units["unit"] != province
    return pd.concat([units[~below], units[below]]).set_index("unit")


def _version(path: Path, data: Path) -> str:
    digest = hashlib.sha256()
    shared = [data / name for name in ("rules.csv", "priors.csv") if (data / name).exists()]
    for file in [*shared, *sorted(path.glob("*.csv")), path / "dataset.toml"]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
