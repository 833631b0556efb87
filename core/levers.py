"""Where to push: what a lever in a unit is worth to the province (model of the index, section 7).

Everything follows from the one shape of the rules, `points = min(max, max * rate / target)`, and
from the roll-up, in which a unit counts by its part of the province's dossiers. So the values are
exact, also across the cap and at 100 %: no finite differences.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.rollup import PROVINCE, Baseline
from core.rules import Array, points

STEP = 0.01  # one percentage point
THOUSAND = 1000.0
# Components that nobody in a province can move. The personal data store is a system of the central
# government: on 26 September 2026 none of the 13 provinces whose figures are known, Hà Nội and
# TP Hồ Chí Minh among them, had more than 2 dossiers in it.
MINISTRY = frozenset({"personal_storage"})
_KINDS = (
    *("đặc khu", "thành phố", "thị trấn", "thị xã", "phường", "huyện", "quận", "xã", "tỉnh"),
    *("ban quản lý", "chi nhánh", "trung tâm", "văn phòng", "thanh tra", "chi cục", "sở", "ban"),
)


@dataclass(frozen=True)
class Leverage:
    """What levers are worth to the province; U units (row 0 the province), C components.

    `rate` (U, C) where they start; `arrived` how much of a change reaches the year-to-date rate;
    `weight` (U, C) a unit's part of the province's dossiers, 1 for the province, 0 where a unit
    does not move it; `slope` (C,) points for the province's rate from 0 to 1; `room` (U, C) how far
    a rate can rise; `headroom` (C,) the province's rate to its cap.
    `mover` (C,) who moves a component: `units`, `province` or `ministry`; `known` (C,) the province
    is scored from its rate; `by_units` (C,) unit figures tell how units move it.
    """

    baseline: Baseline
    rate: Array
    arrived: float
    weight: Array
    slope: Array
    room: Array
    headroom: Array
    mover: tuple[str, ...]
    known: npt.NDArray[np.bool_]
    by_units: npt.NDArray[np.bool_]

    def gain(self, change: Array | float) -> Array:
        """Points of the province (U, C) when each unit alone rises by `change` (U, C), 0 and up."""
        risen = self.weight * np.minimum(change, self.room) * self.arrived
        return self.slope * np.minimum(risen, self.headroom)

    @property
    def capped(self) -> npt.NDArray[np.bool_]:
        """(C,) the province earns all there is: more moves the score by 0."""
        return self.known & (self.headroom <= 0)

    @property
    def per_point(self) -> Array:
        """(U, C) points of the province for the next percentage point of the unit."""
        return self.gain(STEP)

    @property
    def per_thousand(self) -> Array:
        """(U, C) points of the province for 1,000 dossiers, at the price of the next one.

        NaN where only shares are known; 0 at the cap, at 100 % and without dossiers.
        """
        dossiers = self.baseline.dossiers
        still = (self.weight > 0) & (self.room > 0) & (self.headroom > 0)
        price = self.slope * self.weight * self.arrived / np.where(dossiers > 0, dossiers, np.inf)
        return np.where(np.isnan(dossiers), np.nan, np.where(still, THOUSAND * price, 0.0))

    @property
    def recoverable(self) -> Array:
        """(U, C) points of the province when the unit alone goes to 100 %."""
        return self.gain(1.0)

    @property
    def dossiers_left(self) -> Array:
        """(U, C) dossiers so far that were not handled as the component asks; NaN unknown."""
        return self.baseline.dossiers * self.room

    @property
    def to_cap(self) -> Array:
        """(U, C) rise of the unit's rate that alone brings the province to the cap.

        More than `room`: the unit alone can't. NaN: it does not move the province.
        """
        weight = np.where(self.weight * self.arrived > 0, self.weight * self.arrived, np.nan)
        return self.headroom / weight

    @property
    def own_recoverable(self) -> Array:
        """(U, C) points that the unit's own score can still win."""
        target = self.baseline.rules.target_rate
        room = np.minimum(self.room, np.maximum(0.0, target - self.rate))
        return self.slope * np.where(self.baseline.carried & np.isfinite(room), room, 0.0)


def leverage(
    baseline: Baseline,
    rate: Array | None = None,
    arrived: float = 1.0,
    ministry: frozenset[str] = MINISTRY,
) -> Leverage:
    """The value of every lever in every unit, from rates (U, C) that are rolled up already.

    `arrived` is 1 for year-to-date rates; on a horizon it is `timeline.reach`, and a lever is the
    rate on new dossiers. `ministry` names the components that only ministries can move.
    """
    rules = baseline.rules
    rate = baseline.rate if rate is None else rate
    known = baseline.carried[PROVINCE] & np.isfinite(rate[PROVINCE])
    return Leverage(
        baseline=baseline,
        rate=rate,
        arrived=arrived,
        weight=np.where(known & np.isfinite(rate), province_share(baseline), 0.0),
        slope=rules.max_points / rules.target_rate,
        room=np.where(np.isfinite(rate), 1 - rate, 0.0),
        headroom=np.where(known, np.maximum(0.0, rules.target_rate - rate[PROVINCE]), 0.0),
        mover=tuple(
            "ministry" if name in ministry else "units" if rollup == "sum" else "province"
            for name, rollup in zip(rules.components, rules.rollup, strict=True)
        ),
        known=known,
        by_units=known & baseline.summed,
    )


def province_share(baseline: Baseline) -> Array:
    """(U, C) part of the province's dossiers that a unit's rate stands for, the province 1.

    A unit inside a district counts by its part of the district times the district's own part.
    0 for components that units don't add up to.
    """
    share = np.where(baseline.summed, baseline.share, 0.0)
    inside = (baseline.parent > PROVINCE)[:, None] * baseline.parent_share
    whole = share
    for _ in range(_depth(baseline)):
        whole = share + inside * whole[baseline.parent]
    whole[PROVINCE] = 1.0
    return whole


def _depth(baseline: Baseline) -> int:
    """How many steps the deepest unit is below the province."""
    steps, above = 1, baseline.parent
    while (above > PROVINCE).any():
        steps, above = steps + 1, np.where(above > PROVINCE, baseline.parent[above], above)
    return steps


def strongest(lever: Leverage, count: int | None = None) -> pd.DataFrame:
    """The levers of units by what they can still bring the province, the strongest first.

    Columns: `unit`, `component`, `rate`, `recoverable`, `per_point`, `per_thousand`,
    `dossiers_left` and `part` of the province's, and the province's `province_rate`, the same
    `without` the unit's dossiers and `if_full`, with the unit at 100 %. Fractions and points.
    """
    by_units = np.array([mover == "units" for mover in lever.mover]) & lever.by_units
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
    table = pd.DataFrame(
        {
            "unit": np.array(lever.baseline.units, dtype=object)[rows],
            "component": np.array(lever.baseline.rules.components, dtype=object)[columns],
            **{name: values[rows, columns] for name, values in figures.items()},
        }
    )
    order = ["recoverable", "unit", "component"]
    table = table.sort_values(order, ascending=[False, True, True], ignore_index=True)
    return table if count is None else table.head(count)


def components(lever: Leverage) -> pd.DataFrame:
    """What is lost and who can win it back: one row a component that is scored from a rate.

    Columns: `component`, `mover`, `by_units`, `rate`, `target`, `earned`, `lost`, `recoverable`
    (by all who move it), `capped`, and `beyond`, how far the rate is above the target.
    """
    rules, province = lever.baseline.rules, lever.rate[PROVINCE]
    earned = points(rules, province)
    table = pd.DataFrame(
        {
            "component": rules.components,
            "mover": lever.mover,
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


def _together(lever: Leverage, rows: npt.NDArray[np.bool_], change: float) -> Array:
    """Points of the province (C,) when all these units rise by as much together."""
    risen = (lever.weight[rows] * np.minimum(change, lever.room[rows])).sum(axis=0) * lever.arrived
    return lever.slope * np.minimum(risen, lever.headroom)


def _outermost(baseline: Baseline, member: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
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


def to_dict(lever: Leverage, count: int = 10) -> dict[str, object]:
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
    units = {
        unit: {
            names[column]: {name: _plain(values[row, column]) for name, values in figures.items()}
            for column in np.flatnonzero(lever.weight[row] > 0)
        }
        for row, unit in enumerate(lever.baseline.units)
    }
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
    """The rows of a table as plain data, NaN as None."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def _plain(value: object) -> object:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value
