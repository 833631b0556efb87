"""What the scores of its units, and its own at an earlier date, tell of a province's score."""

import numpy as np
import pandas as pd

from core.dataset.facts import Dataset, Facts, facts
from core.dataset.priors import Likely
from core.index.rollup import PROVINCE
from core.index.rules import points

ABOVE = {"766-2022": (4.5, 2.0)}
"""By how many points the average district or commune is above its province, and the sd of that.

An Giang, 16/10/2025: 102 communes 91.39 on the mean, the province 87.86 for the year and 86.74 for
the month; where districts were published too, 3 to 7 points. No rule set but this has enough.
"""
FEWEST_UNITS = 5
RECENT_DAYS = 183
PAST_SD = 3.0
"""How far the points of the components without a rate move in half a year and over a new year."""


def units_tell(dataset: Dataset, published: Facts) -> tuple[Likely, ...]:
    """The units serve the people whose dossiers the province counts: their scores carry its own."""
    serving = dataset.units["level"].isin(["district", "commune"]).to_numpy()
    totals = published.total[serving & np.isfinite(published.total)]
    if dataset.rules.name not in ABOVE or len(totals) < FEWEST_UNITS:
        return ()
    gap, sd = ABOVE[dataset.rules.name]
    return (Likely(float(totals.mean()) - gap, sd, why="units"),)


def past_tells(dataset: Dataset, published: Facts) -> tuple[Likely, ...]:
    """What is not published earns about as much as it did when the score was last published."""
    day = pd.Timestamp(dataset.meta.as_of)
    rules = dataset.rules
    for earlier in reversed([date for date in dataset.dates if date < day]):
        then = facts(dataset, earlier)
        total = float(then.total[PROVINCE])
        if np.isfinite(total) and (day - earlier).days <= RECENT_DAYS:
            break
    else:
        return ()
    known_then = np.isfinite(then.rate[PROVINCE]) | then.no_data[PROVINCE]
    known_now = np.isfinite(published.rate[PROVINCE]) | published.no_data[PROVINCE]
    rest_then = rules.max_points[~known_then].sum()
    if not rest_then > 0:
        return ()
    earned = np.where(known_then, points(rules, then.rate[PROVINCE]), 0.0).sum()
    part = float(np.clip((total - earned) / rest_then, 0, 1))
    now = np.where(known_now, points(rules, published.rate[PROVINCE]), 0.0).sum()
    return (Likely(float(now + part * rules.max_points[~known_now].sum()), PAST_SD, why="past"),)
