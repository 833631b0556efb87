"""What is not known, drawn once per dataset with common random numbers.

Unit rates and volumes come from the reconciliation, the other provinces from the field. So a moved
lever never makes a rank flicker.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import SEED, TOLERANCE, Array
from core.dataset.facts import Dataset
from core.estimate.reconcile import Reconciled
from core.field.choice import make_field
from core.field.draws import Field
from core.index.rollup import PROVINCE, Baseline, province_scores, score
from core.outlook.simulate import TODAY
from core.outlook.timeline import Calendar

BASELINE_DRAWS = 200
# How far the rate on new dossiers strays from what is planned, in points of the score if all of the
# year were new dossiers: the robust spread between 34 provinces of their moves from 17 to 26
# September 2026, 0.111 points, divided by the share of new dossiers, 9 days of 269.
PACE_SD = 3.3


@dataclass(frozen=True)
class Uncertainty:
    """What is drawn once for a dataset; N draws of the field, M of the baseline.

    `field` the other provinces, from `field_day` on; `others` their scores (N, P-1) at every
    horizon; `rates` and `shares` (M, U, C) the baseline's rates and the units' parts of the
    province's volume, M = 0 where every figure is published; `own` (N,) what the own score may be
    off by today, in points; `pace` (N,) standard normal, the own pace.
    """

    field: Field
    field_day: pd.Timestamp
    others: dict[str, Array]
    rates: Array
    shares: Array
    own: Array
    pace: Array


def uncertainty(
    dataset: Dataset,
    baseline: Baseline,
    calendar: Calendar,
    boards: pd.DataFrame,
    solved: Reconciled,
) -> Uncertainty:
    """All draws of a dataset."""
    field, day = make_field(dataset, baseline, boards)
    # a stream of its own: the field draws from the plain seed
    random = np.random.default_rng([SEED, 1])
    pace = random.standard_normal((2, len(field.own_error)))[1]
    uncertain = baseline.carried & baseline.summed & ((solved.rate_sd + solved.volume_sd) > 0)
    draws = solved.draw(BASELINE_DRAWS if uncertain.any() else 0, SEED)
    dates = {TODAY: calendar.as_of, **calendar.horizons}
    return Uncertainty(
        field=field,
        field_day=day,
        others={key: field.totals(_days(key, date, day)) for key, date in dates.items()},
        rates=draws.rate,
        shares=_drawn_shares(baseline, draws.volume),
        own=np.resize(_own_off(baseline), len(field.own_error)),
        pace=pace,
    )


def _own_off(baseline: Baseline) -> Array:
    """How far each draw's score is from the stated one, (N,), in an order of its own."""
    off = province_scores(baseline) - score(baseline, baseline.rate).total[PROVINCE]
    off[np.abs(off) < TOLERANCE] = 0.0
    return np.random.default_rng([SEED, 4]).permutation(off)


def _drawn_shares(baseline: Baseline, volume: Array) -> Array:
    """Parts (M, U, C) in the province's volume; units that are not listed keep theirs."""
    inside = np.where(baseline.share > 0, np.nan_to_num(volume), 0.0)
    whole = inside.sum(axis=1, keepdims=True)
    part = np.divide(inside, whole, where=whole > 0, out=np.zeros_like(inside))
    return np.asarray(part * baseline.share.sum(axis=0))


def others_at(
    drawn: Uncertainty, key: str, date: dt.date, field_gain: float | None = None
) -> Array:
    """The other provinces' scores (N, P-1) at a horizon: at their pace, or with a gain in points.

    Today's scores are what they are, whatever gain is assumed.
    """
    if field_gain is None or key == TODAY:
        return drawn.others[key]
    return drawn.field.totals(_days(key, date, drawn.field_day), field_gain)


def _days(key: str, date: dt.date, field_day: pd.Timestamp) -> int:
    return 0 if key == TODAY else max(0, (pd.Timestamp(date) - field_day).days)


def pace_sd(calendar: Calendar, date: dt.date) -> float:
    """Standard deviation, in points, of the own pace by a date: `PACE_SD` on the new dossiers."""
    to_come = calendar.to_come(date)
    return PACE_SD * to_come / (calendar.so_far(date) + to_come)
