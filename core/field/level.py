"""Mean and spread of a field without a board, from single published figures.

The mean of all provinces is a Gaussian process in time; every published figure is a linear view of
mean and spread: a national mean is `mean`, a score x with rank r is `mean + spread * z_r`, where
z_r is the standardised score at rank r (`core/field/shape.py`). So the posterior is kriging in
closed form. The constants below are stated beliefs, not fitted to any one figure. The logarithm of
the marginal likelihood of the published figures is flat around them (within 2 of its best); the
noise of windows was taken from the wider end, since with less of it too many figures that were left
out fell outside their 80 % range (`points_backtest`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import Array, Rows

DAYS = 365.25
ORIGIN = pd.Timestamp("2022-01-01")  # the index starts in 2022; years below count from here
WINDOWS = {"year_to_date": 0.0, "month": 1.0, "week": 1.0}

LEVEL, LEVEL_SD = 70.0, 8.0  # mean of all provinces at the start of 2024
SLOPE, SLOPE_SD = 9.0, 4.0  # points a year from year to year (about 0.8 a month in 2024)
SEASON, SEASON_SD = 4.0, 4.0  # extra climb within a year, lost again when counting restarts
RESTART_SD = 3.0  # further unforeseen jump at every 1 January
WALK = 5.0  # random walk of the mean, points per square root of a year
WINDOW_SD, WINDOW_DAYS = 4.0, 20.0  # noise of a one-month window, and how long it lasts
WINDOW_OFFSET_SD = 2.0  # month and week views may lie higher or lower as a whole
UNKNOWN_WINDOW = 0.35  # about a third of the published figures are month or week views
SPREAD, SPREAD_SD, SPREAD_WALK = 7.5, 2.0, 1.0  # spread between 63 provinces, its yearly walk
SPREAD_RANGE = (2.5, 15.0)
REPORT_SD = 0.7  # a published score belongs to a slightly other day or count
MEAN_SD = 0.3  # the same for a published national mean
# degrees of freedom of an estimate's error: its stated deviation is itself a guess
ERROR_TAILS = 2.0
ROUNDS = 15


@dataclass(frozen=True)
class Figures:
    """n published figures. `year` since ORIGIN, `window` 0 (year to date) to 1 (month or week).

    `rank` is 0-based and -1 for a national mean; `value` in points; `sd` is 0 for a published
    figure, else the standard deviation of the estimate.
    """

    year: Array
    window: Array
    rank: Rows
    value: Array
    sd: Array


def gather(rows: pd.DataFrame, size: int) -> Figures:
    """The usable rows of a field table: a score with its rank, or a national mean.

    Columns `date, period, total, rank, mean_total` and, optionally, `sd`. Scores without a rank
    are left out: newspapers print them because they are high or low, not at random. Raises
    ValueError for a rank beyond `size` or an unknown period.
    """
    rows = rows.assign(sd=rows.get("sd", 0.0)).fillna({"sd": 0.0})
    rows = rows[rows["mean_total"].notna() | (rows["total"].notna() & rows["rank"].notna())]
    rows = rows.drop_duplicates(["date", "period", "total", "rank", "mean_total"])
    is_mean = rows["mean_total"].notna().to_numpy()
    rank = np.where(is_mean, 0, rows["rank"].fillna(0)).astype(np.intp) - 1
    if (beyond := rank >= size).any():
        raise ValueError(f"rank {rank[beyond][0] + 1}, expected at most {size}")
    return Figures(
        year=years(pd.DatetimeIndex(pd.to_datetime(rows["date"]))),
        window=np.array([window_share(period) for period in rows["period"]], dtype=float),
        rank=rank,
        value=rows["mean_total"].fillna(rows["total"]).to_numpy(float),
        sd=rows["sd"].to_numpy(float),
    )


def years(dates: pd.DatetimeIndex) -> Array:
    """Calendar years since ORIGIN, as a fraction: the whole part changes on 1 January."""
    passed = (dates.day_of_year.to_numpy(float) - 1) / DAYS
    return dates.year.to_numpy(float) - ORIGIN.year + passed


def window_share(period: str | None) -> float:
    """0 for year to date, 1 for a month or week, between where the period is not known."""
    if pd.isna(period) or period == "":
        return UNKNOWN_WINDOW
    if period not in WINDOWS:
        raise ValueError(f"period {period!r}, expected one of {list(WINDOWS)}")
    return WINDOWS[period]


def posterior(
    evidence: Figures, moments: tuple[Array, Array], year: Array, window: float
) -> tuple[Array, Array]:
    """Mean (Q + 1,) and covariance of [field mean at Q dates `year`, spread at the first date].

    `moments` are mean (P,) and covariance (P, P) of the standardised order statistics.
    """
    n, queries = len(evidence.year), len(year)
    times = np.r_[evidence.year, year]
    windows = np.r_[evidence.window, np.full(queries, window)]
    level = _level_mean(times)
    cov = _level_cov(times, windows)
    spread_cov = SPREAD_SD**2 + SPREAD_WALK**2 * np.minimum.outer(times, times)
    loading = np.where(evidence.rank < 0, 0.0, moments[0][evidence.rank])
    seen = slice(0, n)
    prior = cov[seen, seen] + spread_cov[seen, seen] * np.outer(loading, loading)
    residual = evidence.value - level[seen] - loading * SPREAD
    noise = _noise(evidence, moments[1], prior, residual, spread_cov[seen, seen] * loading)
    cross = np.c_[cov[seen, n:], spread_cov[seen, n] * loading]
    gain = np.linalg.solve(prior + noise, cross)
    mean = np.r_[level[n:], SPREAD] + gain.T @ residual
    full = np.zeros((queries + 1, queries + 1))
    full[:queries, :queries] = cov[n:, n:] + REPORT_SD**2
    full[queries, queries] = spread_cov[n, n]
    return mean, full - cross.T @ gain


def _level_mean(year: Array) -> Array:
    return LEVEL + SLOPE * (year - 2) + SEASON * (year % 1 - 0.5)


def _level_cov(year: Array, window: Array) -> Array:
    """Prior covariance of the field mean as counted over each window.

    A year-to-date figure averages k months, so it carries 1/k of a month's noise; windows close in
    time share it. In January a year-to-date figure is a month window.
    """
    season, trend, past = year % 1 - 0.5, year - 2, np.floor(year)
    months = np.maximum(12 * (year % 1), 1)
    noise = np.sqrt(window + (1 - window) / months)
    apart = np.abs(year[:, None] - year) * DAYS
    return (
        LEVEL_SD**2
        + SLOPE_SD**2 * np.outer(trend, trend)
        + SEASON_SD**2 * np.outer(season, season)
        + RESTART_SD**2 * np.minimum.outer(past, past)
        + WALK**2 * np.minimum.outer(year, year)
        + WINDOW_OFFSET_SD**2 * np.outer(window, window)
        + WINDOW_SD**2 * np.outer(noise, noise) * np.exp(-apart / WINDOW_DAYS)
    )


def _noise(
    evidence: Figures, order_cov: Array, prior: Array, residual: Array, spread_gain: Array
) -> Array:
    """Noise covariance (n, n): scatter of the order statistics plus the figures' own error.

    Errors of published figures are normal; those of estimates (`sd` above 0) are Student's t with
    ERROR_TAILS degrees of freedom, settled by iterative reweighting (from each error's posterior
    mean and variance), so an estimate that contradicts published figures counts for less.
    """
    at_rank = evidence.rank >= 0
    board = np.c_[evidence.year, evidence.window]
    same = (board[:, None] == board).all(axis=2) & np.outer(at_rank, at_rank)
    scatter = np.where(same, order_cov[np.ix_(evidence.rank, evidence.rank)], 0.0)
    error = np.where(at_rank, REPORT_SD, MEAN_SD) ** 2 + evidence.sd**2
    spread, weight = np.full(len(error), SPREAD), np.ones(len(error))
    for _ in range(ROUNDS):
        own = np.diag(error / weight)
        noise = scatter * np.outer(spread, spread) + own
        inverse = np.linalg.inv(prior + noise)
        spread = np.clip(SPREAD + spread_gain @ inverse @ residual, *SPREAD_RANGE)
        left = own @ inverse @ residual
        left_var = np.diag(own - own @ inverse @ own)
        doubt = (ERROR_TAILS + 1) / (ERROR_TAILS + (left**2 + left_var) / error)
        weight = np.where(evidence.sd > 0, doubt, 1.0)
    return scatter * np.outer(spread, spread) + np.diag(error / weight)
