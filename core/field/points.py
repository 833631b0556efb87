"""The field without a board: 63 provinces, known from single published scores, ranks and means.

The published 82.5 points with rank 1 (Thái Nguyên, 28/3/2025) contradict the estimate of about 86
for the province with rank 8 a day before (Bình Phước). So there are two questions, answered apart:

- `points_field`: where would a *published* score rank? It rests on the published figures; an
  estimated own score joins as one more figure whose error has heavy tails, so that it gives way.
- `own_field`: where does the *stated* own score rank, when its rank is published? The true own
  score and the field are drawn together, given that rank: what contradicts the published figures
  becomes an error of the estimate. At the baseline the rank is the published one in every draw.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.arrays import SEED, Array, Rows
from core.field import level
from core.field.draws import DRAWS, HIGHEST, KNOTS, LEAST, Field, rank_distribution
from core.field.shape import board_shapes, order_moments, sample_shape

# The report with the results of 2024 is dated 2 January 2025 (Báo cáo 12/BC-VPCP); the first window
# of 2024 itself that was published ends on 22 January.
YEAR_RESULT_DAYS = 10
# 63 provinces keep their place for about two years: pairs published 60 days and more apart are held
# as well as with one year, by ranges a fifth narrower (model of the index, section 6).
POINTS_MEMORY = 730.0
MOST_MEAN = 99.0  # points: the mean of all provinces never comes nearer to 100
LEAST_PART = 0.1  # of what the mean province misses: the best wander no nearer to 100
POOL = 4  # candidates per draw when a field is conditioned on the own rank


@dataclass(frozen=True)
class Own:
    """The own province's score year to date, the standard deviation of what is estimated in it
    (0: published), and its published rank."""

    date: dt.date
    total: float
    sd: float
    rank: int


@dataclass(frozen=True)
class _Levels:
    """Posterior of [field mean at KNOTS, spread]: mean (K + 1,), covariance (K + 1, K + 1)."""

    mean: Array
    cov: Array


def points_field(
    rows: pd.DataFrame,
    boards: pd.DataFrame,
    as_of: dt.date,
    size: int,
    period: str | None = None,
    mean: float | None = None,
    own: Own | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Field:
    """The field of `size` provinces at `as_of`, from the published figures in a field table `rows`.

    `boards` are full boards for the shape. `period` is how the score to rank was counted
    (year_to_date, month, week; None: not known, which widens the range). `mean` is the caller's
    own mean of all provinces in that same count. `own` adds the own score and rank as a figure.
    In the first days of January a figure of unknown period is that of the year that has ended.
    """
    as_of = _counted_on(as_of) if period is None else as_of
    rng = np.random.default_rng(seed)
    shapes = board_shapes(boards)
    moments = order_moments(sample_shape(shapes, draws, size, rng))
    extra = [] if own is None else [_own_row(own)]
    extra += [] if mean is None else [{"date": as_of, "period": period, "mean_total": mean}]
    levels = _levels(_with(rows, extra), moments, as_of, size, period)
    drawn = _draw(levels.mean, levels.cov, rng.standard_normal((draws, len(levels.mean))))
    spread = np.clip(drawn[:, -1:], *level.SPREAD_RANGE)
    z = sample_shape(shapes, draws, size - 1, rng)
    nobody = np.full(draws, np.nan)
    return _field(z, drawn[:, :-1], spread, (nobody, np.zeros(draws)), shapes, rng)


def own_field(
    rows: pd.DataFrame,
    boards: pd.DataFrame,
    size: int,
    own: Own,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Field:
    """The field at `own.date`, given that the own province has the published rank `own.rank`.

    Candidates: a sorted field from the standard shape, whose province at the rank is the own one;
    its true score, drawn around the stated one with heavy tails; a spread. They fix the field's
    mean, and are kept by how well that mean fits the published figures (importance sampling).
    `rows` must not have the own score again. Counted year to date.
    """
    rng = np.random.default_rng(seed)
    shapes = board_shapes(boards)
    z = sample_shape(shapes, POOL * draws, size, rng)
    levels = _levels(rows, order_moments(z), own.date, size, "year_to_date")
    stated = own.total + own.sd * rng.standard_t(level.ERROR_TAILS, len(z))
    error = np.clip(stated, 0, 100) - own.total
    spread = levels.mean[-1] + np.sqrt(levels.cov[-1, -1]) * rng.standard_normal(len(z))
    spread = np.clip(spread, *level.SPREAD_RANGE)
    centre = own.total + error - spread * z[:, own.rank - 1]
    kept = _resample(_fit(levels, centre, spread), draws)
    path = _path_given(levels, centre[kept], spread[kept], rng)
    others = np.delete(z[kept], own.rank - 1, axis=1)
    own_draws = (own.total + error[kept], error[kept])
    return _field(others, path, spread[kept, None], own_draws, shapes, rng)


def points_backtest(
    rows: pd.DataFrame, boards: pd.DataFrame, size: int, draws: int = DRAWS, seed: int = SEED
) -> pd.DataFrame:
    """Every published score with a rank, predicted without any figure of its own date.

    The period is taken as not known, as for a caller who has only date and score. Columns `date,
    period, province, total, rank, p10, median, p90, inside, error`.
    """
    asked = rows[rows["total"].notna() & rows["rank"].notna()]
    answers = []
    for _, row in asked.iterrows():
        rest = rows[rows["date"] != row["date"]]
        field = points_field(rest, boards, pd.Timestamp(row["date"]), size, draws=draws, seed=seed)
        found = rank_distribution(field, float(row["total"]))
        answers.append((found.p10, found.median, found.p90))
    result = asked[["date", "period", "province", "total", "rank"]].reset_index(drop=True)
    result[["p10", "median", "p90"]] = answers
    result["inside"] = result["rank"].between(result["p10"], result["p90"])
    result["error"] = (result["median"] - result["rank"]).abs()
    return result


def _counted_on(day: dt.date) -> dt.date:
    """The last day that a figure published on `day` counts, where its period is not known."""
    new_year = day.month == 1 and day.day <= YEAR_RESULT_DAYS
    return dt.date(day.year - 1, 12, 31) if new_year else day


def _own_row(own: Own) -> dict[str, object]:
    row = {"total": own.total, "rank": own.rank, "sd": own.sd}
    return {"date": own.date, "period": "year_to_date", **row}


def _with(rows: pd.DataFrame, extra: list[dict[str, object]]) -> pd.DataFrame:
    """The rows and further ones, with all dates of one type."""
    tables = [rows, pd.DataFrame(extra)] if extra else [rows]
    dated = [table.assign(date=pd.to_datetime(table["date"])) for table in tables]
    return pd.concat(dated, ignore_index=True)


def _levels(
    rows: pd.DataFrame,
    moments: tuple[Array, Array],
    as_of: dt.date,
    size: int,
    period: str | None,
) -> _Levels:
    evidence = level.gather(rows, size)
    dates = pd.Timestamp(as_of) + pd.to_timedelta(KNOTS, unit="D")
    window = level.window_share(period)
    mean, cov = level.posterior(evidence, moments, level.years(pd.DatetimeIndex(dates)), window)
    return _Levels(mean, cov)


def _field(
    z: Array,
    path: Array,
    spread: Array,
    own: tuple[Array, Array],
    shapes: Array,
    rng: np.random.Generator,
) -> Field:
    """A field of draws: standardised others (N, P-1), mean at KNOTS (N, K), spread (N, 1), own true
    score and its error (N,) each.

    Places are forgotten in POINTS_MEMORY while the shape stays: the wandering comes from the same
    shape, in an order of its own.
    """
    mean = np.minimum(path, MOST_MEAN)
    missing = HIGHEST - mean[:, :1]
    fresh = rng.permuted(sample_shape(shapes, len(z), z.shape[1] + 1, rng), axis=1)
    elsewhere = np.log(np.maximum(1 - spread * fresh / missing, LEAST_PART))
    return Field(
        names=(),
        start=np.clip(path[:, :1] + spread * z, 0, HIGHEST - LEAST),
        own_start=own[0],
        own_error=own[1],
        centre=np.log(missing),
        memory=POINTS_MEMORY,
        knots=KNOTS,
        path=np.log((HIGHEST - mean) / missing),
        pace=np.zeros((1, z.shape[1] + 1)),
        recount=np.zeros((1, z.shape[1] + 1)),
        wander=np.sqrt(2 / POINTS_MEMORY) * elsewhere,
    )


def _draw(mean: Array, cov: Array, normals: Array) -> Array:
    """Draws (N, n) of a normal distribution whose covariance may be singular."""
    values, vectors = np.linalg.eigh(cov)
    drawn: Array = mean + (normals * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return drawn


def _fit(levels: _Levels, centre: Array, spread: Array) -> Array:
    """Weights (M,), sum 1: how well mean and spread at day 0 agree with the published figures."""
    slope = levels.cov[0, -1] / levels.cov[-1, -1]
    expected = levels.mean[0] + slope * (spread - levels.mean[-1])
    variance = levels.cov[0, 0] - slope * levels.cov[0, -1]
    weight = np.exp(-((centre - expected) ** 2) / (2 * variance))
    normalised: Array = weight / weight.sum()
    return normalised


def _resample(weights: Array, draws: int) -> Rows:
    """Indices (draws,) by systematic resampling: each candidate as often as its weight says."""
    at = (np.arange(draws) + 0.5) / draws
    return np.minimum(np.searchsorted(np.cumsum(weights), at), len(weights) - 1)


def _path_given(levels: _Levels, centre: Array, spread: Array, rng: np.random.Generator) -> Array:
    """The field's mean at KNOTS (N, K), given the mean at day 0 and the spread of every draw."""
    given, rest = [0, len(levels.mean) - 1], slice(1, -1)
    known = levels.cov[np.ix_(given, given)]
    gain = np.linalg.solve(known, levels.cov[given, rest])
    mean = levels.mean[rest] + (np.c_[centre, spread] - levels.mean[given]) @ gain
    cov = levels.cov[rest, rest] - levels.cov[rest, given] @ gain
    path: Array = np.c_[centre, _draw(mean, cov, rng.standard_normal(mean.shape))]
    return path
