"""Leverage as tables: the strongest moves, what is lost by whom, levels and kinds of units."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.arrays import Array, Mask, Rows
from core.index.rollup import PROVINCE, Baseline
from core.index.rules import points
from core.levers.leverage import STEP, Leverage

_KINDS = (
    *("đặc khu", "thành phố", "thị trấn", "thị xã", "phường", "huyện", "quận", "xã", "tỉnh"),
    *("ban quản lý", "chi nhánh", "trung tâm", "văn phòng", "thanh tra", "chi cục", "sở", "ban"),
)


def named(baseline: Baseline, at: tuple[Rows, ...], figures: Mapping[str, object]) -> pd.DataFrame:
    """A table of figures (K,) after the units and components that they stand at, (K,) each."""
    rows, columns = at
    unit = np.array(baseline.units, dtype=object)[rows]
    component = np.array(baseline.rules.components, dtype=object)[columns]
    return pd.DataFrame({"unit": unit, "component": component, **figures})


def strongest(lever: Leverage, count: int | None = None) -> pd.DataFrame:
    """The levers of units by what they can still bring the province, the strongest first.

    Columns: `unit`, `component`, `rate`, `recoverable`, `per_point`, `per_thousand`,
    `dossiers_left` and `part` of the province's, and the province's `province_rate`, the same
    `without` the unit's dossiers and `if_full`, with the unit at 100 %. Fractions and points.
    """
    by_units = np.array(lever.baseline.rules.who) == "units"
    by_units &= lever.by_units
    rows, columns = np.nonzero((lever.recoverable > 0) & by_units)
    rows, columns = rows[rows != PROVINCE], columns[rows != PROVINCE]
    weight, rate, province = lever.weight, lever.rate, lever.rate[PROVINCE]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = weight * lever.room / lever.room[PROVINCE]
        without = np.clip((province - weight * rate) / (1 - weight), 0.0, 1.0)
    figures = {
        "rate": rate,
        "recoverable": lever.recoverable,
        "per_point": lever.per_point,
        "per_thousand": lever.per_thousand,
        "dossiers_left": lever.dossiers_left,
        "part": part,
        "province_rate": np.broadcast_to(province, rate.shape),
        "without": without,
        "if_full": np.minimum(1.0, province + weight * lever.room * lever.arrived),
    }
    chosen = {name: values[rows, columns] for name, values in figures.items()}
    table = named(lever.baseline, (rows, columns), chosen)
    order = ["recoverable", "unit", "component"]
    table = table.sort_values(order, ascending=[False, True, True], ignore_index=True)
    return table if count is None else table.head(count)


def components(lever: Leverage) -> pd.DataFrame:
    """What is lost and who can win it back: one row a component that is scored from a rate.

    Columns: `component`, `who` can move it, `by_units`, `rate`, `target`, `earned`, `lost`,
    `recoverable` (by all who move it), `capped`, and `beyond`, how far the rate is above the
    target.
    """
    rules, province = lever.baseline.rules, lever.rate[PROVINCE]
    earned = points(rules, province)
    table = pd.DataFrame(
        {
            "component": rules.components,
            "who": rules.who,
            "by_units": lever.by_units,
            "rate": province,
            "target": rules.target_rate,
            "earned": earned,
            "lost": rules.max_points - earned,
            "recoverable": lever.recoverable[PROVINCE],
            "capped": lever.capped,
            "beyond": np.maximum(0.0, province - rules.target_rate),
        }
    )
    return table[lever.baseline.carried[PROVINCE]].reset_index(drop=True)


def by_scope(lever: Leverage, scopes: Sequence[str]) -> pd.DataFrame:
    """The value of a lever moved together in all units of a scope: a level or kind for each unit.

    `scopes` (U,). Columns: `scope`, `component`, `units`, `weight`, `per_point`, `recoverable`,
    `dossiers_left` (NaN unknown). A unit that lies inside another one of its scope is part of it.
    """
    labels = np.array(scopes, dtype=object)
    names = np.array(lever.baseline.rules.components, dtype=object)
    tables = []
    for scope in dict.fromkeys(labels[PROVINCE + 1 :]):
        inside = _outermost(lever.baseline, labels == scope)
        weight = lever.weight[inside]
        table = pd.DataFrame(
            {
                "scope": scope,
                "component": names,
                "units": (weight > 0).sum(axis=0),
                "weight": weight.sum(axis=0),
                "per_point": _together(lever, inside, STEP),
                "recoverable": _together(lever, inside, 1.0),
                "dossiers_left": np.where(weight > 0, lever.dossiers_left[inside], 0.0).sum(axis=0),
            }
        )
        tables.append(table[lever.by_units & (table["units"] > 0)])
    return pd.concat(tables, ignore_index=True)


def _together(lever: Leverage, rows: Mask, change: float) -> Array:
    """Points of the province (C,) when all these units rise by as much together."""
    risen = (lever.weight[rows] * np.minimum(change, lever.room[rows])).sum(axis=0) * lever.arrived
    return lever.slope * np.minimum(risen, lever.headroom)


def _outermost(baseline: Baseline, member: Mask) -> Mask:
    """The members (U,) that lie inside no other member; never the province."""
    covered = np.zeros_like(member)
    above = baseline.parent
    while (above > PROVINCE).any():
        covered |= (above > PROVINCE) & member[above]
        above = np.where(above > PROVINCE, baseline.parent[above], above)
    found = member & ~covered
    found[PROVINCE] = False
    return found


def unit_kind(name: str) -> str:
    """The kind of a unit by how its name begins: `sở`, `văn phòng`, `huyện`, `phường`, `xã` ..."""
    lower = name.casefold().removeprefix("ubnd ")
    return next((kind for kind in _KINDS if lower.startswith(kind + " ")), "")


def plain_levers(lever: Leverage, count: int = 10) -> dict[str, object]:
    """Leverage as plain data, NaN as None: for the command line.

    `components`, `levels` and the `strongest` `count` moves as lists of records, the names of the
    `capped` components, and `units`: for each unit and component what a lever there is worth.
    """
    figures = {
        "rate": lever.rate,
        "points_per_percentage_point": lever.per_point,
        "points_per_1000_dossiers": lever.per_thousand,
        "rate_to_cap": lever.to_cap,
        "recoverable": lever.recoverable,
        "dossiers_left": lever.dossiers_left,
        "own_recoverable": lever.own_recoverable,
    }
    names = lever.baseline.rules.components
    at = np.nonzero(lever.weight > 0)
    table = pd.DataFrame({name: values[at] for name, values in figures.items()})
    units: dict[str, dict[str, object]] = {unit: {} for unit in lever.baseline.units}
    for row, column, found in zip(*at, records(table), strict=True):
        units[lever.baseline.units[row]][names[column]] = found
    return {
        "dataset": lever.baseline.dataset_id,
        "rule_set": lever.baseline.rules.name,
        "arrived": lever.arrived,
        "capped": [names[column] for column in np.flatnonzero(lever.capped)],
        "components": records(components(lever)),
        "levels": records(by_scope(lever, lever.baseline.level)),
        "strongest": records(strongest(lever, count)),
        "units": units,
    }


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """The rows of a table as plain data, None for what is not a finite number."""
    columns = []
    for name in table.columns:
        values = table[name].to_numpy().astype(object)
        if table[name].dtype.kind == "f":
            values[~np.isfinite(table[name].to_numpy())] = None
        columns.append(values.tolist())
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
