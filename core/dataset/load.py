"""Load a dataset: a folder with one province's published figures in the documented format."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.dataset import schema, unit_sums
from core.dataset.boards import province_key
from core.dataset.checks.impossible import check_tables
from core.dataset.checks.unread import unread
from core.dataset.checks.unusual import warn
from core.dataset.facts import DATA, Dataset, facts
from core.dataset.kept.names import NAMES_FILE
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
EXTRA = {"counts": schema.COUNTS, "volumes": schema.VOLUMES}
READ = ("dataset.toml", *(f"{name}.csv" for name in (*TABLES, *EXTRA, "sources")))


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
    for name, table in EXTRA.items():
        tables[name], found = _optional(path / f"{name}.csv", table)
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
    problems += found + more + check_tables(meta, rules, tables, sources)
    left_out = unread(path, READ)
    if problems or meta is None or rules is None:
        raise DataError([*problems, *left_out])  # a misspelt name may be why a file is missing
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
        volumes=tables["volumes"],
        sources=sources.set_index("source"),
        priors=priors,
        warnings=(),
    )
    lines = schema.key_lines((path / "dataset.toml").read_text(encoding="utf-8-sig"))
    found = warn(meta, rules, tables, units, facts(dataset), dataset.field_name, lines)
    return replace(dataset, warnings=(*found, *unit_sums.warnings(dataset), *left_out))


def load_boards(data: Path = DATA) -> pd.DataFrame:
    """The full boards that give a field without one its shape, from `boards.csv` and all datasets.

    Raises DataError for `boards.csv`.
    """
    frame, problems = read_table(data / "boards.csv", schema.FIELD)
    if problems:
        raise DataError(problems)
    for path in sorted(data.glob("*/field.csv")):
        rows, found = read_table(path, schema.FIELD)
        if not found:  # whoever asks for that dataset is told; the others do without its boards
            frame = pd.concat([frame, _boards(rows)])
    key = frame["province"].map(province_key)
    # two datasets of one province may hold the same board
    repeated = frame.assign(key=key).duplicated(["date", "period", "key"])
    return frame[~repeated].reset_index(drop=True)


def _boards(rows: pd.DataFrame) -> pd.DataFrame:
    """The dates of a field table with many provinces; one without any spread has no shape."""
    rows = rows[rows["total"].notna() & rows["province"].notna()]
    dates = rows.groupby(["date", "period"], dropna=False)
    many = dates["province"].transform("count") >= FULL_BOARD
    return rows[many & (dates["total"].transform("nunique") > 1)]


def stated_contradictions(dataset: Dataset, data: Path = DATA) -> pd.DataFrame:
    """What the dataset's sources say that cannot all be true: rows of `source`, `vi` and `en`."""
    frame, problems = read_table(data / "contradictions.csv", schema.CONTRADICTIONS)
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
    names = ("rules.csv", "components.csv", "priors.csv")
    shared = [data / name for name in names if (data / name).exists()]
    own = [one for one in sorted(path.glob("*.csv")) if one.is_file() and one.name != NAMES_FILE]
    for file in [*shared, *own, path / "dataset.toml"]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
