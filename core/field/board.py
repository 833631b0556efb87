"""The field of a full board: every province by name, moving by the history of the boards."""

import datetime as dt

import numpy as np
import pandas as pd

from core.arrays import RANGE, SEED, Array
from core.dataset.boards import plain_name, province_key
from core.field import level
from core.field.draws import DRAWS, KNOTS, MEMORY_DAYS, Field

# Robust scale: 80 % of a normal distribution lies within 1.2816 standard deviations, of Student's t
# with 3 degrees of freedom within 1.6377. The portal's recounts are the heavy tails.
WITHIN_80, TAILS, TAILS_WITHIN_80 = 1.2816, 3, 1.6377
NOISE_FLOOR = 0.05  # points per root day: never zero, however still the boards were


def board_field(
    rows: pd.DataFrame,
    own: str | None,
    start: dt.date | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Field:
    """The field of a full board. `rows` is a dataset's field table; all of it is history.

    `own` is the own province on the board, which is left out (None: nobody). Day 0 is the board of
    `start`, the last one where not given. The others share a pace, and each has its own, shrunk to
    the common one by the part of it that noise would give; the noise is a random walk with a robust
    scale and heavy tails. Raises ValueError for an unknown province or date, or uneven boards.
    """
    boards = board_history(rows)
    own_name = None if own is None else column_of(boards, own)
    if own is not None and own_name is None:
        raise ValueError(f"province {own!r}, expected one of {', '.join(map(str, boards))}")
    first = boards.index[-1] if start is None else pd.Timestamp(start)
    if first not in boards.index:
        known = ", ".join(f"{date:%Y-%m-%d}" for date in boards.index)
        raise ValueError(f"board of {start}, expected one of {known}")
    others = boards.drop(columns=[] if own_name is None else [own_name])
    rng = np.random.default_rng(seed)
    shape = (draws, others.shape[1])
    own_pace, own_pace_sd, noise = own_paces(others)
    return Field(
        names=tuple(others.columns),
        start=np.broadcast_to(others.loc[first].to_numpy(float), shape),
        centre=np.zeros((1, 1)),
        memory=np.inf,
        knots=KNOTS,
        path=_draw_path(common_pace(boards, rows), draws, rng),
        pace=own_pace + own_pace_sd * rng.standard_normal(shape),
        wander=noise * WITHIN_80 / TAILS_WITHIN_80 * rng.standard_t(TAILS, shape),
        own_error=np.zeros(draws),
    )


def board_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Year-to-date totals: one row per date with a full board, one column per province.

    Raises ValueError where there is no board, or where a board lacks a province of another.
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
    """Pace of the mean and its standard deviation (points a day), and its walk (per root day).

    Prior: the field of 63 provinces in its years (`core/field/level.py`). Data: the first and the
    last mean of boards and published means, which is all that a random walk tells of its drift.
    """
    prior = (level.SLOPE + level.SEASON) / level.DAYS
    prior_sd = float(np.hypot(level.SLOPE_SD, level.SEASON_SD)) / level.DAYS
    walk = level.WALK / np.sqrt(level.DAYS)
    means = boards.mean(axis=1)
    published = rows.dropna(subset="mean_total").set_index("date")["mean_total"]
    published.index = pd.to_datetime(published.index)
    means = pd.concat([means, published]).groupby(level=0).first().sort_index()
    if len(means) < 2:
        return prior, prior_sd, walk
    days = (means.index - means.index[0]).days.to_numpy(float)
    seen = (means.iloc[-1] - means.iloc[0]) / days[-1]
    steps = (np.diff(means) - seen * np.diff(days)) / np.sqrt(np.diff(days))
    walk = float(np.sqrt((walk**2 + (steps**2).sum()) / len(days)))  # the prior is one more step
    trust = prior_sd**2 / (prior_sd**2 + walk**2 / days[-1])
    return prior + trust * (seen - prior), prior_sd * float(np.sqrt(1 - trust)), walk


def own_paces(boards: pd.DataFrame) -> tuple[Array, float, float]:
    """Each province's pace beyond the common one (P,), its sd (points a day), noise (per root day).

    Prior noise: that of provinces which forget their place in MEMORY_DAYS; it counts as much as one
    step between boards. Empirical Bayes for the paces: what their spread has beyond the noise is
    real, the rest is shrunk away; a pace beyond twice its spread counts as twice.
    """
    prior = max(float(boards.iloc[-1].std()) * np.sqrt(2 / MEMORY_DAYS), NOISE_FLOOR)
    if len(boards) < 2:
        return np.zeros(boards.shape[1]), 0.0, prior
    days = np.diff((boards.index - boards.index[0]).days.to_numpy(float))[:, None]
    steps = np.diff(boards.to_numpy(float), axis=0)
    steps -= np.median(steps, axis=1, keepdims=True)
    seen = _robust_scale(steps / np.sqrt(days))
    noise = float(np.sqrt((prior**2 + len(days) * seen**2) / (1 + len(days))))
    pace = steps.sum(axis=0) / days.sum()
    by_noise = noise**2 / days.sum()
    real = max(_robust_scale(pace) ** 2 - by_noise, 0.0)
    limit = 2 * np.sqrt(real + by_noise)
    share = real / (real + by_noise)
    return share * np.clip(pace, -limit, limit), float(np.sqrt(share * by_noise)), noise


def _robust_scale(values: Array) -> float:
    """Standard deviation of the normal distribution with the same 80 % range around zero."""
    return float(np.quantile(np.abs(values), 0.8)) / WITHIN_80


def _draw_path(common: tuple[float, float, float], draws: int, rng: np.random.Generator) -> Array:
    """Common move (draws, K) at KNOTS: an uncertain pace and one walk a draw."""
    pace, pace_sd, walk = common
    drift, step = rng.standard_normal((2, draws, 1))
    path: Array = (pace + pace_sd * drift) * KNOTS + walk * step * np.sqrt(KNOTS)
    return path


def board_backtest(rows: pd.DataFrame, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Every board predicts the next from the boards up to its date only.

    Columns `made, date, province, before, p10, median, p90, actual, inside`; the share of `inside`
    is the coverage of the 80 % range. Published means up to the date count as history too.
    """
    boards = board_history(rows)
    dates = pd.to_datetime(rows["date"])
    tables = []
    for made, date in zip(boards.index[:-1], boards.index[1:], strict=True):
        field = board_field(rows[dates <= made], None, made, draws, seed)
        totals = field.totals((date - made).days)
        low, middle, high = np.quantile(totals, [RANGE[0], 0.5, RANGE[1]], axis=0)
        actual = boards.loc[date].to_numpy(float)
        tables.append(
            pd.DataFrame(
                {
                    "made": made,
                    "date": date,
                    "province": field.names,
                    "before": boards.loc[made].to_numpy(float),
                    "p10": low,
                    "median": middle,
                    "p90": high,
                    "actual": actual,
                    "inside": (low <= actual) & (actual <= high),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
