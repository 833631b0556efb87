"""A dataset in memory: its tables, and what is published at one date as arrays."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.arrays import Array, Mask
from core.dataset import schema
from core.dataset.boards import own_name
from core.index.rules import GROUPS, RuleSet
from core.problems import Problem

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class Dataset:
    """One province's published figures, checked.

    `units` is indexed by unit code, the province first. `observations`, `targets`, `field`,
    `counts` and `volumes` are the files' rows, their index the line. `version` changes with any
    byte of them.
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
    priors: pd.DataFrame
    warnings: tuple[Problem, ...]

    @property
    def dates(self) -> list[pd.Timestamp]:
        """The dates with observations on the national portal, oldest first."""
        national = self.observations[self.observations["portal"] == "national"]
        return sorted(pd.Timestamp(day) for day in national["as_of"].unique())

    @property
    def field_name(self) -> str:
        """How the boards call this province."""
        return self.meta.field_name or own_name(str(self.units["name_vi"].iloc[0]))


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
    no_data: Mask


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
    for_all = np.array([kind == "province" for kind in rules.rollup])
    full = only_points & rules.no_data_full & for_all & (points >= rules.max_points)
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
    row = units.get_indexer(pd.Index(named["unit"]))
    column = components.get_indexer(pd.Index(named["component"]))
    scored = column >= 0
    share[row[scored], column[scored]] = named["volume_share"].to_numpy(dtype=float)[scored]
    return share
