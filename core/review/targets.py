"""Targets against what is done: where every unit stands, will stand, and what it has to do."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from core.arrays import Array
from core.dataset.facts import Dataset
from core.index.rollup import PROVINCE, Baseline
from core.outlook.simulate import rates_on
from core.outlook.timeline import Calendar, backward, latest_start
from core.scenario.model import Scenario


class Verdict(StrEnum):
    """How a unit stands against its target."""

    MET = "met"
    ON_COURSE = "on_course"
    STRETCH = "stretch"
    OUT_OF_REACH = "out_of_reach"
    NONE = "none"


@dataclass(frozen=True)
class Review:
    """All units against their targets for one component and due date, arrays (U,).

    `target`, `so_far`, `projected` year-to-date rates, 0..1, NaN where there is none; `needed` the
    rate on the dossiers to come that just meets the target (above 1: out of reach, below 0: met
    whatever comes); `weekly` dossiers a week that this is, NaN where volumes are not published;
    `extra` those of them above the rate so far; `latest` the last day from which all dossiers would
    still meet it; `standing` a `Verdict` each.
    """

    due: dt.date
    target: Array
    so_far: Array
    projected: Array
    needed: Array
    weekly: Array
    extra: Array
    latest: tuple[dt.date | None, ...]
    standing: tuple[Verdict, ...]


def like_others(baseline: Baseline, component: int, rate: Array, left: float) -> Array:
    """Where rates (U,) lead if units gain as the other provinces do: of what each misses to full
    points the part `left` is left, the law by which scores move (model of the index, section 6)."""
    full = float(baseline.rules.target_rate[component])
    return np.asarray(rate + np.maximum(0.0, full - rate) * (1 - left))


def due_dates(dataset: Dataset) -> dict[str, list[dt.date]]:
    """The dates after the data on which targets are due, by component, the earliest first."""
    rows = dataset.targets[dataset.targets["due"] > pd.Timestamp(dataset.meta.as_of)]
    return {
        str(component): sorted({day.date() for day in part["due"]})
        for component, part in rows.groupby("component", sort=False)
    }


def assigned(dataset: Dataset, component: str, due: dt.date) -> Array:
    """The assigned target of each unit (U,), NaN where none; a unit's own before its level's."""
    rows = dataset.targets
    rows = rows[(rows["component"] == component) & (rows["due"] == pd.Timestamp(due))]
    by_level = rows[rows["unit"].isna()].set_index("level")["rate_percent"]
    by_unit = rows[rows["unit"].notna()].set_index("unit")["rate_percent"]
    level = dataset.units["level"].map(by_level)
    own = by_unit.reindex(dataset.units.index)
    return np.asarray(own.fillna(level).to_numpy(dtype=float) / 100)


def review(
    baseline: Baseline,
    calendar: Calendar,
    component: int,
    due: dt.date,
    target: Array,
    projected: Array,
    dossiers: Array | None = None,
) -> Review:
    """Every unit against `target` (U,) on `due`; `projected` (U,) where its rate leads by then.

    `dossiers` (U,) so far take the place of the baseline's, where those are not published.
    Raises ValueError when no dossiers come in between the data and the due date.
    """
    so_far = baseline.rate[:, component]
    before, after = calendar.so_far(due), calendar.to_come(due)
    needed = backward(target, so_far, before, after)
    so_many = baseline.dossiers[:, component] if dossiers is None else dossiers
    coming = so_many * after / calendar.so_far()
    weekly = np.clip(needed, 0, 1) * coming / calendar.weeks_to(due)
    at_pace = so_far * coming / calendar.weeks_to(due)
    known = np.isfinite(target) & np.isfinite(so_far)
    return Review(
        due=due,
        target=target,
        so_far=so_far,
        projected=projected,
        needed=needed,
        weekly=weekly,
        extra=np.maximum(0.0, weekly - at_pace),
        latest=tuple(
            latest_start(calendar, float(goal), float(rate), due) if ok else None
            for goal, rate, ok in zip(target, so_far, known, strict=True)
        ),
        standing=tuple(
            _standing(*row) for row in zip(target, so_far, projected, needed, known, strict=True)
        ),
    )


def _standing(
    target: float, so_far: float, projected: float, needed: float, known: bool
) -> Verdict:
    if not known:
        return Verdict.NONE
    if so_far >= target and projected >= target:
        return Verdict.MET
    if projected >= target:
        return Verdict.ON_COURSE
    return Verdict.STRETCH if needed <= 1 else Verdict.OUT_OF_REACH


def at_zero(baseline: Baseline, component: int) -> list[int]:
    """Rows of units below the province whose published rate of a component is 0."""
    rate = baseline.rate[:, component]
    published = baseline.status[:, component] == 0
    return [row for row in range(1, len(rate)) if published[row] and rate[row] == 0]


@dataclass(frozen=True)
class LevelReview:
    """One level of units against its target: weighted by volume; `count` units of each standing.

    `target`, `so_far`, `projected` and `needed` are rates as in `Review`, `weekly` the dossiers a
    week of all its units with a target together; NaN where none is known.
    """

    level: str
    target: float
    so_far: float
    projected: float
    needed: float
    weekly: float
    count: dict[Verdict, int]


def by_level(baseline: Baseline, component: int, found: Review) -> list[LevelReview]:
    """The levels below the province, each as the average of its units weighted by volume."""
    levels, volume = np.array(baseline.level), baseline.volume[:, component]
    reviews = []
    for level in dict.fromkeys(baseline.level[1:]):
        rows = (levels == level) & np.isfinite(found.so_far) & (np.nan_to_num(volume) > 0)
        standing = [found.standing[row] for row in np.flatnonzero(levels == level)]
        weight = np.where(rows, volume, 0.0)
        reviews.append(
            LevelReview(
                level=level,
                target=_average(found.target, weight),
                so_far=_average(found.so_far, weight),
                projected=_average(found.projected, weight),
                needed=_average(found.needed, weight),
                weekly=_whole(found.weekly[levels == level]),
                count={one: standing.count(one) for one in Verdict},
            )
        )
    return reviews


def level_path(
    baseline: Baseline,
    scenario: Scenario,
    calendar: Calendar,
    component: int,
    dates: list[dt.date],
) -> dict[str, Array]:
    """Year-to-date rate of the province and of each level on each of the dates (T,), 0..1."""
    rates = np.array(
        [
            rates_on(baseline, scenario, calendar, date)[:, component]
            if date > calendar.as_of
            else baseline.rate[:, component]
            for date in dates
        ]
    )
    levels = np.array(baseline.level)
    volume = np.nan_to_num(baseline.volume[:, component])
    paths = {"province": rates[:, PROVINCE]}
    for level in dict.fromkeys(baseline.level[1:]):
        weight = np.where(levels == level, volume, 0.0)
        paths[level] = np.array([_average(row, weight) for row in rates])
    return {name: path for name, path in paths.items() if np.isfinite(path).any()}


def _whole(values: Array) -> float:
    """The sum of the known values; NaN where none is."""
    known = values[np.isfinite(values)]
    return float(known.sum()) if len(known) else float("nan")


def _average(values: Array, weight: Array) -> float:
    """Average of the known values (U,) by weight (U,); NaN where none has any weight."""
    weight = np.where(np.isfinite(values), weight, 0.0)
    whole = float(weight.sum())
    return float((np.nan_to_num(values) * weight).sum()) / whole if whole > 0 else float("nan")
