"""The field of a full board: every province by name, moving by the history of the boards.

The constants are beliefs about what is missing, in its logarithm, so that they hold at any level;
in the comments they stand in points of a province at 61.5. They were settled on the four boards of
17 to 30 September 2026 and on the means of 2023 to 2026 (`core/backtest/field.py` has the errors).
"""

import datetime as dt

import numpy as np
import pandas as pd

from core.arrays import SEED, Array
from core.dataset.boards import plain_name, province_key
from core.field.draws import DRAWS, HIGHEST, KNOTS, LEAST, Field

# What is missing shrinks by so much a day, 0.04 points: national means rose by 0.8 points a month
# in the autumn of 2024, from 75.5 to 77.3; in that of 2023 it was half as much again.
PACE, PACE_SD = 0.001, 0.0006
OWN_PACE_SD = 0.0004  # how far a province's own pace lies from the common one
# Recounts of all provinces at once, per root day (0.17 points), and of one alone (0.25 points): it
# comes in one day, so it is as large after two days as after thirteen.
COMMON_WALK, RECOUNT_SD = 0.0044, 0.0065
# Places are forgotten slowly: the spread of a board does not grow without end.
BOARD_MEMORY = 365.0
# Robust scale: 80 % of a normal distribution lies within 1.2816 standard deviations, of Student's t
# with 3 degrees of freedom within 1.6377. The portal's recounts are the heavy tails.
WITHIN_80, TAILS, TAILS_WITHIN_80 = 1.2816, 3, 1.6377


def board_field(
    rows: pd.DataFrame,
    own: str | None,
    start: dt.date | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Field:
    """The field of a full board. `rows` is a dataset's field table; all of it is history.

    `own` is the own province on the board, which is left out of the others (None: nobody). Day 0 is
    the board of `start`, the last one where not given. Every province has a pace, the common one
    and some of its own, recounts with heavy tails, and comes back to the middle in BOARD_MEMORY.
    Raises ValueError for an unknown province or date, or uneven boards.
    """
    boards = board_history(rows)
    own_name = None if own is None else column_of(boards, own)
    if own is not None and own_name is None:
        raise ValueError(f"province {own!r}, expected one of {', '.join(map(str, boards))}")
    first = boards.index[-1] if start is None else pd.Timestamp(start)
    if first not in boards.index:
        known = ", ".join(f"{date:%Y-%m-%d}" for date in boards.index)
        raise ValueError(f"board of {start}, expected one of {known}")
    today = boards.loc[first]
    others = today.drop(labels=[] if own_name is None else [own_name])
    rng = np.random.default_rng(seed)
    shape = (draws, len(others) + 1)
    pace, pace_sd, walk = common_pace(boards, rows)
    common, step = rng.standard_normal((2, draws, 1))
    own_pace = OWN_PACE_SD * rng.standard_normal(shape)
    recount = recount_scale(boards) * WITHIN_80 / TAILS_WITHIN_80
    return Field(
        names=tuple(others.index),
        start=np.broadcast_to(others.to_numpy(float), (draws, len(others))),
        own_start=np.full(draws, np.nan if own_name is None else today[own_name]),
        own_error=np.zeros(draws),
        centre=np.full((1, 1), _missing(today.to_numpy(float)).mean()),
        memory=BOARD_MEMORY,
        knots=KNOTS,
        path=-walk * step * np.sqrt(KNOTS),
        pace=np.maximum(0.0, pace + pace_sd * common + own_pace),
        recount=recount * rng.standard_t(TAILS, shape),
        wander=np.zeros((1, shape[1])),
    )


def board_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Year-to-date totals: one row per date with a full board, one column per province.

    A date with fewer provinces than the fullest one is no board but single figures, and is left
    out. Raises ValueError where there is no board, or where two do not have the same provinces.
    """
    full = rows["province"].fillna("").ne("") & rows["total"].notna()
    if "period" in rows:
        full &= rows["period"].fillna("year_to_date").eq("year_to_date")
    found = rows[full]
    if found.empty:
        raise ValueError("no full board, expected year-to-date rows with province and total")
    key = found["province"].map(province_key)
    # one spelling for each province: that of its first row
    first = dict(zip(key[::-1], found["province"][::-1].map(plain_name), strict=True))
    named = found.assign(province=key.map(first), date=pd.to_datetime(found["date"]))
    boards = named.pivot(index="date", columns="province", values="total").sort_index()
    count = boards.notna().sum(axis=1)
    boards = boards[count == count.max()].dropna(axis="columns", how="all")
    for date, board in boards.iterrows():
        if board.isna().any():
            missing = ", ".join(board.index[board.isna()])
            raise ValueError(f"board of {date:%Y-%m-%d}, expected every province, not {missing}")
    return boards


def column_of(boards: pd.DataFrame, name: str) -> str | None:
    """The column of a province, however its name is written; None where it has none."""
    key = province_key(name)
    return next((str(column) for column in boards if province_key(column) == key), None)


def common_pace(boards: pd.DataFrame, rows: pd.DataFrame) -> tuple[float, float, float]:
    """Pace of all provinces with its standard deviation (a day), and the walk (per root day).

    Data: the boards' and the published means. Of the pace only the first and the last tell; a step
    counts for the walk as in `_grown`.
    """
    means = boards.mean(axis=1)
    published = rows.dropna(subset="mean_total").set_index("date")["mean_total"]
    published.index = pd.to_datetime(published.index)
    means = pd.concat([means, published]).groupby(level=0).first().sort_index()
    if len(means) < 2:
        return PACE, PACE_SD, COMMON_WALK
    days = np.diff((means.index - means.index[0]).days.to_numpy(float))
    gained = -np.diff(_missing(means.to_numpy(float)))
    walk = COMMON_WALK * _grown(((gained - PACE * days) / COMMON_WALK) ** 2 / days)
    whole = days.sum()
    trust = PACE_SD**2 / (PACE_SD**2 + walk**2 / whole)
    pace = PACE + trust * (gained.sum() / whole - PACE)
    return max(0.0, float(pace)), PACE_SD * float(np.sqrt(1 - trust)), walk


def recount_scale(boards: pd.DataFrame) -> float:
    """Standard deviation of a province's recount, from how far the steps between boards differ."""
    if len(boards) < 2:
        return RECOUNT_SD
    missing = _missing(boards.to_numpy(float))
    days = np.diff((boards.index - boards.index[0]).days.to_numpy(float))
    spread = np.diff(missing, axis=0).std(axis=1)
    return RECOUNT_SD * _grown(spread**2 / (RECOUNT_SD**2 + (OWN_PACE_SD * days) ** 2))


def _grown(steps: Array) -> float:
    """By how much a prior scale grows: `steps` are observed over expected variances.

    The prior counts as one step more. A quiet step counts as an ordinary one: nine days without a
    recount were followed by one of half the provinces within two.
    """
    return float(np.sqrt((1 + np.maximum(steps, 1).sum()) / (1 + len(steps))))


def _missing(scores: Array) -> Array:
    """Logarithm of what is missing."""
    return np.asarray(np.log(np.maximum(HIGHEST - scores, LEAST)))
