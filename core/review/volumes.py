"""Dossiers of units where nobody publishes them: parts of the province's, which people type in."""

import datetime as dt

import numpy as np

from core.arrays import RANGE, Array
from core.index.rollup import Baseline
from core.outlook.timeline import Calendar


def unit_dossiers(
    baseline: Baseline, calendar: Calendar, shares: Array, component: int, of_a_year: float
) -> tuple[Array, Array, Array]:
    """Dossiers (U,) so far of every unit when the province has so many in a year, and the ends of
    their 80 % range; NaN for a unit whose part nobody assumes.

    `shares` (M, U, C) are drawn parts of the units directly below the province, M = 0 where they
    are certain. A unit inside a district has its part of the district's dossiers, in every draw.
    """
    year = dt.date(calendar.as_of.year, 12, 31)
    passed, ahead = calendar.so_far(), calendar.to_come(year)
    so_far = of_a_year * passed / (passed + ahead)
    part = baseline.whole_share[:, component]
    part = np.where(part > 0, part, np.nan)  # a unit without a part is unknown, not without work
    low, high = part, part
    if len(shares):
        mine, above = baseline.share[:, component], baseline.parent.clip(0)
        drawn = shares[:, :, component]
        scale = np.divide(drawn, mine, where=mine > 0, out=np.ones_like(drawn))
        own = np.where(mine > 0, scale, scale[:, above])
        low, high = np.quantile(part * own, RANGE, axis=0)
    return so_far * part, so_far * np.fmin(low, part), so_far * np.fmax(high, part)
