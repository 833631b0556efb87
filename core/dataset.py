"""Load a dataset: a folder with one province's published figures in the documented format."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core import checks, schema
from core.problems import DataError, Problem
from core.responsibility import named_movers, read_responsibility
from core.rules import GROUPS, Array, RuleSet, load_rules
from core.tables import read_table

DATA = Path(__file__).resolve().parent.parent / "data"
# fewer provinces on a date are single figures, not a board
FULL_BOARD = 20
TABLES = {
    "units": schema.UNITS,
    "observations": schema.OBSERVATIONS,
    "targets": schema.TARGETS,
    "field": schema.FIELD,
}


@dataclass(frozen=True)
class Dataset:
    """One province's published figures, checked.

    `units` is indexed by unit code, the province first. `observations`, `targets`, `field`,
    `counts` and `volumes` are the files' rows, their index the line. `version` changes with any byte of them.
    """

    id: str
    version: str
    path: Path
    meta: schema.Meta
    rules: RuleSet
    units: pd.DataFrame
    observations: pd.DataFrame
    targets: pd.DataFrame
    field: pd.DataFrame
    counts: pd.DataFrame
    volumes: pd.DataFrame
    sources: pd.DataFrame
    warnings: tuple[Problem, ...]

    @property
    def dates(self) -> list[pd.Timestamp]:
        """The dates with observations on the national portal, oldest first."""
        national = self.observations[self.observations["portal"] == "national"]
        return sorted(pd.Timestamp(day) for day in national["as_of"].unique())

    @property
    def field_name(self) -> str:
        """How the boards call this province."""
        name = str(self.units["name_vi"].iloc[0])
        for prefix in ("UBND tỉnh ", "UBND thành phố ", "Tỉnh ", "Thành phố "):
            name = name.removeprefix(prefix)
        return self.meta.field_name or name


@dataclass(frozen=True)
class Facts:
    """What is published at one date on one portal, as arrays; NaN is not published.

    `rate`, `numerator`, `denominator`, `points` (U, C); `group_points` (U, G); `total` (U,);
    `no_data` (U, C) bool: published as having nothing to count.
    """

    rate: Array
    numerator: Array
    denominator: Array
    points: Array
    group_points: Array
    total: Array
    no_data: npt.NDArray[np.bool_]


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
    for name, table in {"counts": schema.COUNTS, "volumes": schema.VOLUMES}.items():
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
    problems += found + checks.check(meta, rules, tables, sources)
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
        volumes=tables["volumes"],
        sources=sources.set_index("source"),
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


def contradictions(dataset: Dataset, data: Path = DATA) -> pd.DataFrame:
    """What the dataset's sources say that cannot all be true: rows of `source`, `vi` and `en`."""
    frame, problems = read_table(data / "contradictions.csv", schema.CONTRADICTIONS)
    if problems:
        raise DataError(problems)
    used = {*dataset.observations["source"], *dataset.counts["source"], *dataset.field["source"]}
    return frame[frame["source"].isin(used)]


def facts(dataset: Dataset, as_of: object = None, portal: str = "national") -> Facts:
    """What is published at a date (by default the dataset's own), as arrays over units."""
    day = pd.Timestamp(str(as_of)) if as_of is not None else pd.Timestamp(dataset.meta.as_of)
    rows = dataset.observations
    rows = rows[(rows["as_of"] == day) & (rows["portal"] == portal)]
    components = list(dataset.rules.components)
    unit = dataset.units.index.get_indexer(pd.Index(rows["unit"]))

    def wide(value: str, columns: list[str]) -> Array:
        column = pd.Index(columns).get_indexer(pd.Index(rows["component"]))
        known = (unit >= 0) & (column >= 0)
        table = np.full((len(dataset.units), len(columns)), np.nan)
        table[unit[known], column[known]] = rows[value].to_numpy(dtype=float)[known]
        return table

    numerator, denominator = wide("numerator", components), wide("denominator", components)
    points, percent = wide("points", components), wide("rate_percent", components)
    rules = dataset.rules
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(np.isnan(denominator), percent / 100, numerator / denominator)
    # points alone still tell the rate, except at the cap and where there was nothing to count
    only_points = np.isnan(rate) & np.isnan(denominator) & ~np.isnan(points)
    full = only_points & rules.no_data_full & (points >= rules.max_points)
    from_points = points / rules.max_points * rules.target_rate
    rate = np.where(only_points & ~full, from_points, rate)
    return Facts(
        rate=rate,
        numerator=numerator,
        denominator=denominator,
        points=points,
        group_points=wide("points", [f"group:{group}" for group in GROUPS]),
        total=wide("points", ["total"])[:, 0],
        no_data=(denominator == 0) | full,
    )


def volume_shares(dataset: Dataset) -> Array:
    """Assumed parts (U, C) of the province's volume of each component, NaN where none is assumed.

    A unit's share of all dossiers (`units.csv`) holds where `volumes.csv` names none of its own.
    """
    units, components = dataset.units.index, pd.Index(dataset.rules.components)
    share = np.tile(dataset.units[["volume_share"]].to_numpy(dtype=float), len(components))
    named = dataset.volumes
    row, column = units.get_indexer(named["unit"]), components.get_indexer(named["component"])
    scored = column >= 0
    share[row[scored], column[scored]] = named["volume_share"].to_numpy(dtype=float)[scored]
    return share


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
    for file in [data / "rules.csv", *sorted(path.glob("*.csv")), path / "dataset.toml"]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
