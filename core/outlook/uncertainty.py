"""What is not known, drawn once per dataset with common random numbers.

Unit rates and volumes come from the reconciliation, the other provinces from the field. So a moved
lever never makes a rank flicker.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import SEED, Array
from core.dataset.facts import Dataset
from core.estimate.reconcile import Reconciled, affordable
from core.field.choice import make_field
from core.field.draws import Field
from core.index.rollup import Baseline
from core.outlook.timeline import TODAY, Calendar

BASELINE_DRAWS = 200


@dataclass(frozen=True)
class Moves:
    """How all provinces move to a horizon; N draws.

    `others` (N, P-1) their scores; of what the own province misses, the part (N,) that is left if
    it gains as the others do, `like`, and if it stands still, `still`. Today both are 1.
    """

    others: Array
    like: Array
    still: Array


@dataclass(frozen=True)
class Uncertainty:
    """What is drawn once for a dataset; N draws of the field, M of the baseline.

    `field` all provinces, from `field_day` on; `moves` theirs to every horizon; `rates` and
    `shares` (M, U, C) the baseline's rates and the units' parts of the province's volume, M = 0
    where every figure is published; `own` (N,) what the own score may be off by today, in points.
    """

    field: Field
    field_day: pd.Timestamp
    moves: dict[str, Moves]
    rates: Array
    shares: Array
    own: Array


def uncertainty(
    dataset: Dataset,
    baseline: Baseline,
    calendar: Calendar,
    boards: pd.DataFrame,
    solved: Reconciled,
) -> Uncertainty:
    """All draws of a dataset."""
    field, day = make_field(dataset, baseline, boards)
    uncertain = baseline.carried & baseline.summed & ((solved.rate_sd + solved.volume_sd) > 0)
    count = affordable(BASELINE_DRAWS, len(baseline.units)) if uncertain.any() else 0
    draws = solved.draw(count, SEED)
    dates = calendar.dates
    return Uncertainty(
        field=field,
        field_day=day,
        moves={key: moves_after(field, _days(key, date, day)) for key, date in dates.items()},
        rates=draws.rate,
        shares=_drawn_shares(baseline, draws.volume),
        own=field.own_error,
    )


def _drawn_shares(baseline: Baseline, volume: Array) -> Array:
    """Parts (M, U, C) in the province's volume; units that are not listed keep theirs."""
    inside = np.where(baseline.share > 0, np.nan_to_num(volume), 0.0)
    whole = inside.sum(axis=1, keepdims=True)
    part = np.divide(inside, whole, where=whole > 0, out=np.zeros_like(inside))
    return np.asarray(part * baseline.share.sum(axis=0))


def moves_at(drawn: Uncertainty, key: str, date: dt.date, field_gain: float | None = None) -> Moves:
    """How all provinces move to a horizon: at their pace, or by a gain in points on the mean.

    Today's scores are what they are, whatever gain is assumed.
    """
    if field_gain is None or key == TODAY:
        return drawn.moves[key]
    return moves_after(drawn.field, _days(key, date, drawn.field_day), field_gain)


def like_on(drawn: Uncertainty, date: dt.date, field_gain: float | None = None) -> Array:
    """The part `like` (N,) of `Moves` on any date after that of the data."""
    return drawn.field.like_the_others(_days("", date, drawn.field_day), field_gain)


def moves_after(field: Field, days: int, field_gain: float | None = None) -> Moves:
    """How all provinces move in so many days."""
    like = field.like_the_others(days, field_gain)
    return Moves(field.totals(days, field_gain), like, field.standing_still(days))


def _days(key: str, date: dt.date, field_day: pd.Timestamp) -> int:
    return 0 if key == TODAY else max(0, (pd.Timestamp(date) - field_day).days)
