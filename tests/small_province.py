"""A province of three units, small enough to compute by hand."""

import datetime as dt

import numpy as np
import pandas as pd

from core.field.draws import KNOTS, Field
from core.index.rollup import PROVINCE, Baseline, Status
from core.index.rules import GROUPS, RuleSet
from core.outlook.timeline import TODAY, Calendar
from core.outlook.uncertainty import Uncertainty, moves_after

START, AS_OF, HORIZON = dt.date(2025, 1, 1), dt.date(2025, 4, 10), dt.date(2025, 7, 19)
NAMES = ("alpha", "beta", "own")


def small_rules() -> RuleSet:
    """`alpha` 10 points at 100 %, `beta` 6 points at 50 %, both added up from units, and `own`, 4
    points at 100 %, of the province alone."""
    texts = dict.fromkeys(("lever_family", "name_vi", "name_en", "confidence", "source"), NAMES)
    return RuleSet(
        name="small",
        components=NAMES,
        groups=GROUPS,
        group_index=np.array([1, 2, 0]),
        max_points=np.array([10.0, 6.0, 4.0]),
        target_rate=np.array([1.0, 0.5, 1.0]),
        no_data_full=np.zeros(3, dtype=bool),
        rollup=("sum", "sum", "province"),
        **texts,
    )


def same_halves() -> Calendar:
    """100 days up to the data and 100 to the horizon `late`: half of a rise arrives. `early` is
    after 40 of them: 40 / 140 of a rise arrives."""
    horizons = {"early": HORIZON - dt.timedelta(days=60), "late": HORIZON}
    return Calendar(START, AS_OF, horizons, np.ones(200) / 200)


def small_province(
    alpha: list[float],
    beta: list[float],
    dossiers: list[float],
    parent: list[int] | None = None,
    counted: bool = True,
) -> Baseline:
    """A baseline from the rates and dossiers of the units below the province, `u1`, `u2`, ...

    `parent` the row above each (0 the province). The province's rates follow from the units below
    it; its own lever stands at 50 %.
    """
    above = np.array([-1, *(parent or [0] * len(dossiers))], dtype=np.intp)
    count = len(above)
    volume = np.full((count, 3), 1.0)
    volume[1:] = np.array(dossiers)[:, None]
    top = above == PROVINCE
    volume[PROVINCE] = volume[top].sum(axis=0)
    rate = np.column_stack([[0.0, *alpha], [0.0, *beta], np.full(count, 0.5)])
    share = np.where(top[:, None], volume / volume[PROVINCE], 0.0)
    inside = np.where((above > PROVINCE)[:, None], volume / volume[above], 0.0)
    rate[PROVINCE, :2] = (share * rate).sum(axis=0)[:2]
    nothing = np.zeros((count, 3))
    return Baseline(
        dataset_id="small",
        version="1",
        rules=small_rules(),
        units=("p", *(f"u{row}" for row in range(1, count))),
        level=("province", *("commune" if row > PROVINCE else "district" for row in above[1:])),
        parent=above,
        rate=rate,
        rate_sd=nothing,
        rate_low=rate,
        rate_high=rate,
        carried=np.ones((count, 3), dtype=bool),
        volume=volume,
        dossiers=volume if counted else np.full((count, 3), np.nan),
        share=share,
        parent_share=inside,
        province=rate[:1],
        status=np.full((count, 3), Status.PUBLISHED, dtype=np.int8),
        provincial=np.full((count, 3), np.nan),
    )


def worked_example() -> Baseline:
    """600, 300 and 100 dossiers; alpha 50, 80, 20 %; beta 40, 60, 40 %.

    Province: alpha (300 + 240 + 20) / 1000 = 56 % -> 5.6 points; beta (240 + 180 + 40) / 1000 =
    46 % -> 6 * 46 / 50 = 5.52 points; own 50 % -> 2 points. Score 13.12 of 20.
    """
    return small_province([0.5, 0.8, 0.2], [0.4, 0.6, 0.4], [600, 300, 100])


def unmoved(own_error: list[float], others: list[float]) -> Uncertainty:
    """Draws in which only the own score is not known: each error is a draw, and the other provinces
    stay where they are. Nobody moves, so every horizon is as today."""
    draws, size = len(own_error), len(others) + 1
    nothing = np.zeros((1, size))
    field = Field(
        names=(),
        start=np.tile(others, (draws, 1)),
        own_start=np.full(draws, 50.0),
        own_error=np.array(own_error),
        centre=np.full((1, 1), np.log(50.0)),
        memory=1e12,
        knots=KNOTS,
        path=np.zeros((draws, len(KNOTS))),
        pace=nothing,
        recount=nothing,
        wander=nothing,
    )
    moves = {key: moves_after(field, 0) for key in (TODAY, "early", "late")}
    none = np.zeros((0, 1, 1))
    return Uncertainty(field, pd.Timestamp(AS_OF), moves, none, none, field.own_error)
