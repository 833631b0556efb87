"""Done but not counted: what the provincial portal has and the national one has not (section 5).

Where both portals report a rate, the gap `provincial - national` is work that earns nothing until
it is synchronised. A gap the other way is a difference in counting and no loss.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.arrays import RANGE, SEED, Array, Rows
from core.dataset.facts import facts
from core.index.rollup import PROVINCE, Baseline, Status, score
from core.index.rules import points
from core.levers.leverage import Leverage, leverage
from core.levers.tables import named
from core.outlook.case import Case
from core.outlook.simulate import rates_on
from core.scenario.apply import assumed_rules
from core.scenario.model import Assumptions, Change, RuleEdit, Scenario, set_change


@dataclass(frozen=True)
class Gain:
    """Points of the province and their 80 % range; both ends are `value` where nothing is open."""

    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        return self.high - self.low < 0.0005


@dataclass(frozen=True)
class Gaps:
    """Every rate that both portals report, K pairs, the widest gap first.

    `table`: `unit`, `component`; `provincial`, `national` and their difference `gap` as fractions;
    what closing the gap alone brings in points: `own` to the unit's score (NaN where the unit is
    not scored from this rate), `province` with its 80 % range `low` to `high`; `effect` on the
    province: "counts", "capped" (it has all points of the component), "apart" (unit figures don't
    add up to the province's), "none" (nothing to close). `draws` (M, K) points of the province for
    drawn volumes; M = 0 where all volumes are published.
    """

    table: pd.DataFrame
    draws: Array

    @property
    def open(self) -> pd.DataFrame:
        """The pairs of which the national portal counts less."""
        return self.table[self.table["gap"] > 0]

    @property
    def other_way(self) -> pd.DataFrame:
        """The pairs of which the national portal counts more, the widest difference first."""
        return self.table[self.table["gap"] < 0].sort_values("gap")

    def by_unit(self) -> pd.DataFrame:
        """What each unit has done that is not counted, the most points of its own score first.

        Columns `unit`, `pairs`, `widest` (a fraction), `own`, `province`, `low`, `high`.
        """
        rows = []
        for unit, part in self.open.groupby("unit", sort=False):
            value = float(part["province"].sum())
            low, high = _range(value, self.draws[:, part.index.to_numpy()].sum(axis=1))
            own, widest = float(part["own"].sum()), float(part["gap"].max())
            rows.append((unit, len(part), widest, own, value, low, high))
        columns = ["unit", "pairs", "widest", "own", "province", "low", "high"]
        table = pd.DataFrame(rows, columns=columns)
        return table.sort_values(["own", "widest"], ascending=False, ignore_index=True)


def gaps(case: Case) -> Gaps:
    """The pairs of a dataset at its date, and what closing each one alone brings."""
    baseline = case.baseline
    national = facts(case.dataset).rate
    provincial = facts(case.dataset, portal="provincial").rate
    gap = provincial - national
    rows, columns = np.nonzero(np.isfinite(gap))
    order = np.argsort(-gap[rows, columns], kind="stable")
    at = rows[order], columns[order]
    lever = leverage(baseline)
    closed = np.maximum(0.0, gap)
    value = np.nan_to_num(lever.alone(closed))[at]
    draws = _drawn_gain(case, lever, at, closed[at])
    ends = [_range(one, drawn) for one, drawn in zip(value, draws.T, strict=True)]
    figures = {
        "provincial": provincial[at],
        "national": national[at],
        "gap": gap[at],
        "own": _own(baseline, national, national + closed)[at],
        "province": value,
        "low": [low for low, _ in ends],
        "high": [high for _, high in ends],
        "effect": [_effect(lever, u, c, gap[u, c]) for u, c in zip(*at, strict=True)],
    }
    return Gaps(named(baseline, at, figures), draws)


def closing(
    scenario: Scenario, gaps: Gaps, share: float = 1.0, units: Collection[str] | None = None
) -> Scenario:
    """The scenario with a share of every gap closed, in the place of its own changes there.

    `units`: only those of these units.
    """
    for row in gaps.open.itertuples():
        if units is None or row.unit in units:
            unit, component = str(row.unit), str(row.component)
            change = Change(unit=unit, component=component, mode="close_gap", value=share)
            scenario = set_change(scenario, change)
    return scenario


def gain(case: Case, scenario: Scenario, date: dt.date | None = None) -> Gain:
    """What a scenario brings the province by a date, by the engine, over the drawn volumes.

    Without a date: if the year-to-date rates were the scenario's. Less than the sum of the gaps
    where the province meets a cap or a district has its own gap.
    """
    day = case.calendar.as_of if date is None else date
    baseline, shares = case.baseline, case.drawn.shares
    value = float(_gained(baseline, case, scenario, day, baseline.rate, baseline.share))
    # roll_up takes the parts of districts by draw as well: they have the leading axis of the shares
    inside = _drawn_inside(case)
    drawn, rate = replace(baseline, parent_share=inside), _drawn_rates(baseline, inside)
    return Gain(value, *_range(value, _gained(drawn, case, scenario, day, rate, shares)))


def gain_at(case: Case, gaps: Gaps, component: str, target: float) -> Gain:
    """What closing the gaps of one component brings today if another target earned full points."""
    most = float(case.baseline.rules.max_points[case.baseline.rules.index(component)])
    rules = {component: RuleEdit(max_points=most, target_rate=target)}
    start = Scenario(dataset=case.baseline.dataset_id, assumptions=Assumptions(rules=rules))
    only = replace(gaps, table=gaps.table[gaps.table["component"] == component])
    assumed = replace(case, baseline=assumed_rules(start, case.baseline))
    return gain(assumed, closing(start, only))


def sync_left(baseline: Baseline) -> tuple[float, float]:
    """The province's rate of synchronised dossiers, and the points it still lacks; NaN unknown."""
    column = baseline.rules.role("sync")
    if column is None:
        return float("nan"), float("nan")
    rate = float(baseline.rate[PROVINCE, column])
    earned = points(baseline.rules, baseline.rate)[PROVINCE, column]
    lost = float(baseline.rules.max_points[column] - earned)
    return rate, lost if np.isfinite(rate) else float("nan")


def _own(baseline: Baseline, before: Array, after: Array) -> Array:
    """Points (U, C) that the units' own scores gain."""
    gained = points(baseline.rules, after) - points(baseline.rules, before)
    return np.where(baseline.carried, gained, np.nan)


def _effect(lever: Leverage, row: int, column: int, gap: float) -> str:
    if gap <= 0:
        return "none"
    if lever.capped[column]:
        return "capped"
    return "counts" if lever.weight[row, column] > 0 else "apart"


def _gained(
    baseline: Baseline, case: Case, scenario: Scenario, day: dt.date, rate: Array, share: Array
) -> Array:
    after = rates_on(baseline, scenario, case.calendar, day, rate, share)
    return np.asarray(
        score(baseline, after).total[..., PROVINCE] - score(baseline, rate).total[..., PROVINCE]
    )


def _drawn_gain(case: Case, lever: Leverage, at: tuple[Rows, Rows], closed: Array) -> Array:
    """`lever.alone` of K pairs by draw, (M, K).

    Only volumes differ between draws: both rates of a pair are published.
    """
    shares, parent = case.drawn.shares, case.baseline.parent
    inside = _drawn_inside(case)
    found = np.zeros((len(shares), len(closed)))
    for place, (row, column) in enumerate(zip(*at, strict=True)):
        weight, above = np.ones(len(shares)), row
        while parent[above] > PROVINCE:
            weight, above = weight * inside[:, above, column], parent[above]
        moves = lever.weight[row, column] > 0
        risen = weight * shares[:, above, column] * closed[place] * moves
        found[:, place] = lever.slope[column] * np.minimum(risen, lever.headroom[column])
    return found


def _drawn_inside(case: Case) -> Array:
    """Parts (M, U, C) of units further down in the volume of the unit above them.

    Drawn around what is assumed with the spread of their own volume; at most all of it.
    """
    count, baseline = len(case.drawn.shares), case.baseline
    noise = np.random.default_rng(SEED).standard_normal((count, len(baseline.units), 1))
    return np.minimum(1.0, baseline.parent_share * np.exp(case.solved.volume_sd * noise))


def _drawn_rates(baseline: Baseline, inside: Array) -> Array:
    """Rates (M, U, C) where units further down have the parts `inside` in the unit above.

    The larger the part of a unit that is known to lack something, the lower the one above it.
    """
    nested = np.flatnonzero(baseline.parent > PROVINCE)
    known = (baseline.status == Status.PUBLISHED)[nested] & baseline.summed
    missed = np.where(known, 1 - np.nan_to_num(baseline.rate[nested]), 0.0) * inside[:, nested]
    above = baseline.parent[nested][:, None] == np.arange(len(baseline.units))
    lost = np.einsum("mnc,nu->muc", missed, above)
    return np.minimum(baseline.rate, np.maximum(0.0, 1 - lost))


def _range(value: float, draws: Array) -> tuple[float, float]:
    """The 80 % range of draws (M,), which never leaves out the estimate itself."""
    if not len(draws):
        return value, value
    low, high = np.quantile(draws, RANGE)
    return min(value, float(low)), max(value, float(high))
