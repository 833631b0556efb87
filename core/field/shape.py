"""The standard shape of a board: where the provinces lie once mean and spread are taken out."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from core.arrays import Array

# Quantiles are tabulated at these normal scores (standard deviations of a normal distribution).
GRID = np.linspace(-4.5, 4.5, 91)
# The outermost provinces whose slope carries on beyond the board: a field of 63 reaches further
# out than a board of 34.
TAIL = 4
SMALLEST_BOARD = 10


def board_shapes(boards: pd.DataFrame) -> Array:
    """Quantile tables (K, len(GRID)) of the K kinds of full board, mean 0 and spread 1 each.

    `boards` has rows `date, period, province, total`; rows without a province or total are left
    out. Boards of the same year and period are near copies, so they are averaged into one kind.
    Raises ValueError where a date has too few provinces to be a full board.
    """
    rows = boards[boards["province"].fillna("").ne("") & boards["total"].notna()]
    kinds: dict[tuple[int, str], list[Array]] = {}
    for (day, period), part in rows.groupby([rows["date"], rows["period"].fillna("")]):
        date = pd.Timestamp(str(day))
        if len(part) < SMALLEST_BOARD:
            expected = f"expected a full board of at least {SMALLEST_BOARD}"
            raise ValueError(f"board of {date:%Y-%m-%d}: {len(part)} provinces, {expected}")
        table = _quantile_table(part["total"].to_numpy(float))
        kinds.setdefault((date.year, str(period)), []).append(table)
    if not kinds:
        raise ValueError("no full board to take the shape from, expected at least one")
    return np.array([np.mean(tables, axis=0) for tables in kinds.values()])


def _quantile_table(totals: Array) -> Array:
    """Standardised quantiles of one board at GRID, with straight tails."""
    z = np.sort((totals - totals.mean()) / totals.std())
    score = ndtri((np.arange(len(z)) + 0.5) / len(z))
    low = np.polyfit(score[:TAIL], z[:TAIL], 1)[0]
    high = np.polyfit(score[-TAIL:], z[-TAIL:], 1)[0]
    tails = low * np.minimum(GRID - score[0], 0) + high * np.maximum(GRID - score[-1], 0)
    table: Array = np.interp(GRID, score, z) + tails
    return table


def sample_shape(shapes: Array, draws: int, size: int, rng: np.random.Generator) -> Array:
    """Standardised fields (draws, size), best first: every draw has mean 0 and spread 1.

    Every draw mixes the kinds of board with random weights, so that the shape itself is uncertain
    and its average is the average shape.
    """
    score = -np.sort(-rng.standard_normal((draws, size)), axis=1)
    weights = rng.dirichlet(np.ones(len(shapes)), draws)
    z = np.zeros((draws, size))
    for weight, table in zip(weights.T, shapes, strict=True):
        z += weight[:, None] * np.interp(score, GRID, table)
    z -= z.mean(axis=1, keepdims=True)
    z /= z.std(axis=1, keepdims=True)
    return z


def order_moments(z: Array) -> tuple[Array, Array]:
    """Mean (P,) and covariance (P, P) of the standardised score at each rank, from draws (N, P)."""
    return z.mean(axis=0), np.cov(z, rowvar=False)
