"""What was published of a province and its units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Mask, Rows
from core.dataset.priors import Likely, Prior
from core.estimate.prior import PRIOR_LEVELS, UnitPrior, usual_prior
from core.index.rollup import PROVINCE
from core.index.rules import RuleSet


@dataclass(frozen=True)
class Evidence:
    """What was published. U units (row 0 the province), C components, G groups; NaN is unknown.

    `parent` (U,) row of the unit above, -1 for the province; `level` U names; `rate` (U, C) 0..1;
    `volume` (U, C) denominators; `no_data` (U, C) published as having nothing to count;
    `volume_share` (U,) assumed part of the province's dossiers, or (U, C) of those of each
    component, 0 for a unit that has none;
    `group_points` (U, G); `total` (U,) scores; `prior` of the province's rates, None where they may
    be anything; `likely` what its rank, its units and its past tell of its score; `unit_prior` of
    the rates of its units, None where those are like the province's. Raises ValueError when shapes
    do not fit or a rate is not in 0..1.
    """

    rules: RuleSet
    parent: Rows
    level: Sequence[str]
    rate: Array
    volume: Array
    no_data: Mask
    volume_share: Array
    group_points: Array
    total: Array
    prior: Prior | None = None
    likely: Sequence[Likely] = ()
    unit_prior: UnitPrior | None = None

    def __post_init__(self) -> None:
        units, components = len(self.parent), len(self.rules.components)
        shapes = {
            "level": (units,),
            "rate": (units, components),
            "volume": (units, components),
            "no_data": (units, components),
            "volume_share": (units, components)[: np.ndim(self.volume_share) or 1],
            "group_points": (units, len(self.rules.groups)),
            "total": (units,),
        }
        for name, shape in shapes.items():
            found = np.shape(getattr(self, name))
            if found != shape:
                raise ValueError(f"{name}: expected shape {shape}, found {found}")
        if units == 0 or self.parent[PROVINCE] != -1 or (self.parent[1:] < 0).any():
            raise ValueError("parent: expected -1 for row 0, the province, and for no other row")
        if np.nanmin(self.rate, initial=0.0) < 0 or np.nanmax(self.rate, initial=0.0) > 1:
            raise ValueError("rate: expected fractions from 0 to 1")

    @property
    def shares(self) -> Array:
        """(U, C) assumed part of the province's volume of each component."""
        share = self.volume_share if self.volume_share.ndim == 2 else self.volume_share[:, None]
        return np.broadcast_to(share, self.rate.shape)

    @property
    def usual(self) -> UnitPrior:
        """How rates of units lie before anything of them is known."""
        return self.unit_prior or usual_prior(len(self.rules.components))

    @property
    def level_index(self) -> Rows:
        """(U,) the row of each unit's level in the prior."""
        return np.array([PRIOR_LEVELS.index(level) for level in self.level], dtype=np.intp)

    @property
    def idle(self) -> Mask:
        """(U,) units without dossiers of which nothing was published."""
        published = np.isfinite(self.rate) | self.no_data
        silent = ~published.any(axis=1) & np.isnan(self.total)
        return np.asarray((self.shares == 0).all(axis=1) & silent)
