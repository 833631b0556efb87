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
from core.field.choice import make_field, own_sd, own_total
from core.field.draws import moved, stated_for
from core.field.points import Own
from core.field.ranks import RankDistribution, exact_rank, summarise
from core.field.told import rank_tells
from core.index.rollup import Baseline
from core.outlook.simulate import Result, simulate
from core.outlook.timeline import TODAY, Calendar, calendar
from core.outlook.uncertainty import Moves, moves_after
from core.problems import DataError, Problem
from core.scenario.model import Change, Mode, Scenario


@dataclass(frozen=True)
class Past:
    """The engine on a day, looking at a later one. N draws.

    `own` the score as it was published or estimated on the day, with its rank; `error` (N,) its
    true value less that; `moves` how all provinces move to the later day.
    """

    baseline: Baseline
    calendar: Calendar
    own: Own
    error: Array
    moves: Moves

    def with_rates(self, mode: Mode, scope: str, values: Mapping[str, float]) -> Result:
        """As if these were the year-to-date rates of a scope, by component; all else is held."""
        changes = tuple(
            Change(unit=scope, component=name, mode=mode, value=value)
            for name, value in values.items()
        )
        scenario = Scenario(dataset=self.baseline.dataset_id, changes=changes)
        return simulate(self.baseline, scenario, self.calendar)[TODAY]

    def on(self, total: float, line: str = "still") -> Array:
        """Own score (N,) on the later day from a planned one: `still` or `like` the others."""
        return moved(total, self.error, self.moves.like if line == "like" else self.moves.still)

    def rank(self, draws: Array) -> RankDistribution:
        """Rank of an own score (N,) on the later day."""
        others = self.moves.others
        return summarise(exact_rank(draws, others), others.shape[1] + 1)

    def points_to_rank(self, rank: int) -> float:
        """Points more than on the day that make this rank or a better one as likely as not."""
        hurdle = np.sort(self.moves.others, axis=1)[:, -rank]
        return float(np.median(stated_for(hurdle, self.error, self.moves.still))) - self.own.total


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
    field, _ = make_field(known, baseline, shapes)
    return Past(
        baseline=baseline,
        calendar=days,
        own=Own(day, own_total(baseline), own_sd(baseline), rank),
        error=field.own_error,
        moves=moves_after(field, (until - day).days),
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
