"""What holds the effort of a plan up, in exact shadow prices."""

import numpy as np
import pandas as pd

from core.arrays import TOLERANCE, Array
from core.goal.cells import Cells
from core.goal.programme import Solution
from core.index.rollup import PROVINCE
from core.levers.leverage import STEP
from core.levers.tables import named

COLUMNS = ["kind", "unit", "component", "saving"]


def binding(cells: Cells, solution: Solution) -> pd.DataFrame:
    """What binds, the dearest first: columns `kind`, `unit`, `component`, `saving`.

    `saving` is the effort saved by one percentage point of room on new dossiers: a `limit` higher,
    a `floor` lower, a `held` unit free to rise so far. For a `cap` (all points of a lever are
    earned; the unit is the province) it is what one more point there would save. `full`: all that
    is left in the unit is done, nothing to give (no saving).
    """
    own, part = solution.own, np.cumsum(cells.width, axis=-1)
    steep = np.concatenate([cells.effort, np.full((*own.shape, 1), np.inf)], axis=-1)

    def effort_at(rise: Array, slack: float) -> Array:
        """Effort of the next own rise from 0 to 1, from a rise on; infinite at 100 %."""
        ended = (part <= rise[..., None] + slack).sum(axis=-1)
        return np.take_along_axis(steep, ended[..., None], axis=-1)[..., 0]

    free = cells.free & (cells.gap > TOLERANCE)
    kept = free & (own >= cells.own - TOLERANCE) & (cells.own < cells.gap - TOLERANCE)
    more = np.where(kept, np.maximum(0.0, solution.worth - effort_at(cells.own, TOLERANCE)), 0.0)
    forced = ~cells.inside & (cells.floor > TOLERANCE) & (own <= cells.floor + TOLERANCE)
    dear = np.where(forced, effort_at(cells.floor, -TOLERANCE), 0.0)
    less = np.where(forced, np.maximum(0.0, dear - solution.worth), 0.0)
    held = cells.held[:, None]
    full = free & (own >= cells.gap - TOLERANCE) & (solution.worth > 0)
    found = [
        _rows("limit", cells, (np.where(held, 0.0, more) + solution.above) * STEP),
        _rows("held", cells, np.where(held, more, 0.0) * STEP),
        _rows("floor", cells, (less + solution.below) * STEP),
        _caps(cells, solution),
        _rows("full", cells, full.astype(float)).assign(saving=np.nan),
    ]
    table = pd.concat([one for one in found if len(one)] or found[:1], ignore_index=True)
    return table.sort_values("saving", ascending=False, ignore_index=True, kind="stable")


def _rows(kind: str, cells: Cells, saving: Array) -> pd.DataFrame:
    at = np.nonzero(saving > 0)
    return named(cells.baseline, at, {"kind": kind, "saving": saving[at]})[COLUMNS]


def _caps(cells: Cells, solution: Solution) -> pd.DataFrame:
    """Levers that could do more, and would if there were one more point to earn."""
    saving = solution.price - solution.value
    earned = cells.gains(solution.own) >= cells.headroom - TOLERANCE
    left = (cells.free & (cells.gap > solution.own + TOLERANCE)).any(axis=0)
    at = np.flatnonzero(left & earned & (saving > TOLERANCE * solution.price))
    names = np.array(cells.baseline.rules.components, dtype=object)[at]
    province = cells.baseline.units[PROVINCE]
    figures = {"kind": "cap", "unit": province, "component": names, "saving": saving[at]}
    return pd.DataFrame(figures, columns=COLUMNS)
