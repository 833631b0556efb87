"""The engine put back to a day: what it would have said from what was published up to then."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.arrays import SEED, Array
from core.dataset.facts import Dataset
from core.dataset.schema import Horizon
from core.estimate.baseline import make_baseline, solve
from core.field.choice import make_field, own_sd
from core.field.points import Own
from core.field.ranks import RankDistribution, exact_rank, summarise
from core.field.told import rank_tells
from core.index.rollup import PROVINCE, Baseline, score
from core.outlook.simulate import TODAY, Result, simulate
from core.outlook.timeline import Calendar, calendar
from core.outlook.uncertainty import pace_sd
from core.problems import DataError, Problem
from core.scenario.model import Change, Mode, Scenario


@dataclass(frozen=True)
class Past:
    """The engine on a day, looking at a later one. N draws.

    `own` the score as it was published or estimated on the day, with its rank; `others` (N, P-1)
    the other provinces on the later day; `stray` (N,) points by which the own score strays from
    what is planned.
    """

    baseline: Baseline
    calendar: Calendar
    own: Own
    others: Array
    stray: Array

    def with_rates(self, mode: Mode, scope: str, values: Mapping[str, float]) -> Result:
        """As if these were the year-to-date rates of a scope, by component; all else is held."""
        changes = tuple(
            Change(unit=scope, component=name, mode=mode, value=value)
            for name, value in values.items()
        )
        scenario = Scenario(dataset=self.baseline.dataset_id, changes=changes)
        return simulate(self.baseline, scenario, self.calendar)[TODAY]

    def rank(self, total: float | Array) -> RankDistribution:
        """Rank on the later day of a stated own score, a number or one a draw (N,)."""
        size = self.others.shape[1] + 1
        return summarise(exact_rank(np.clip(total, 0, 100), self.others), size)

    def points_to_rank(self, rank: int) -> float:
        """Points more than on the day that make this rank or a better one as likely as not."""
        hurdle = np.sort(self.others, axis=1)[:, -rank]
        return float(np.median(hurdle)) - self.own.total


def put_back(dataset: Dataset, day: dt.date, until: dt.date, shapes: pd.DataFrame) -> Past:
    """The engine on `day`, looking at `until`, without anything published of a later day.

    `shapes` are the full boards that give a field without one its shape. Raises DataError where
    the province's rank on `day` was not published.
    """
    rank = published_rank(dataset, day)
    changed = {
        "as_of": day,
        "published_rank": rank,
        "published_total": None,
        "horizons": (Horizon(key="until", date=until),),
    }
    known = replace(
        dataset,
        meta=dataset.meta.model_copy(update=changed),
        observations=dataset.observations[dataset.observations["as_of"] <= pd.Timestamp(day)],
        field=dataset.field[dataset.field["date"] <= pd.Timestamp(day)],
        counts=dataset.counts[dataset.counts["as_of"] <= pd.Timestamp(day)],
    )
    baseline = make_baseline(known, solve(known, rank_tells(known, shapes)))
    days = calendar(known.meta)
    others, _ = make_field(known, baseline, shapes)
    total = float(score(baseline, baseline.rate).total[PROVINCE])
    return Past(
        baseline=baseline,
        calendar=days,
        own=Own(day, total, own_sd(baseline), rank),
        others=others.totals((until - day).days),
        stray=pace_sd(days, until) * normals(len(others.own_error)),
    )


def normals(count: int) -> Array:
    """The same standard normal numbers on every call, (count,)."""
    return np.random.default_rng(SEED).standard_normal(count)


def published_rank(dataset: Dataset, day: dt.date) -> int:
    """The province's published rank on a day. Raises DataError where there is none."""
    rows, unit = dataset.counts, dataset.meta.province
    rows = rows[(rows["quantity"] == "rank") & (rows["unit"] == unit)]
    rows = rows[rows["as_of"] == pd.Timestamp(day)]
    if rows.empty:
        expected, details = "the rank of {unit} on {date}", {"unit": unit, "date": f"{day}"}
        raise DataError([Problem(f"{dataset.id}/counts.csv", None, None, None, expected, details)])
    return int(rows["count"].iloc[0])
