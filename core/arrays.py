"""The numbers that all of the engine shares: its arrays, its seed, its tolerance, its range."""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]  # which row, column or rank

SEED = 766  # of all noise: the same data give the same draws
TOLERANCE = 1e-9  # rates and points that differ by less are equal: rounding of binary numbers
RANGE = (0.1, 0.9)  # the quantiles between which an estimate is said to lie, everywhere
RANGE_PERCENT = round(100 * (RANGE[1] - RANGE[0]))  # how often it does
RANGE_SD = NormalDist().inv_cdf(RANGE[1])  # half its width in standard deviations of a normal law
