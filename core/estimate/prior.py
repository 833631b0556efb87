"""How rates of units lie in their province, before anything of them is known (section 3.3)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import Array, Rows
from core.dataset import schema
from core.dataset.facts import DATA
from core.dataset.priors import NOTHING_KNOWN
from core.dataset.tables import read_table
from core.index.rules import RuleSet
from core.problems import DataError

PRIOR_LEVELS = (*schema.LEVELS, "rest")
USUAL_SD = 0.15
"""Spread of the rates of a component of which no province tells how its units lie."""
LEAST_SPREAD = 0.01
"""A spread is never less, and never more than that of a rate that may be anything."""


@dataclass(frozen=True)
class UnitPrior:
    """L levels, C components. In a province at `origin` (C,) the rates of the units of a level lie
    around `origin + offset` (L, C) with standard deviation `sd` (L, C), and within a unit they go
    together by `correlation` (C, C). NaN in `origin` where that was not learnt."""

    origin: Array
    offset: Array
    sd: Array
    correlation: Array

    def mean(self, level: Rows, rate: Array) -> Array:
        """Where rates (U, C) of units of levels (U,) lie in a province at `rate` (..., C).

        An offset shrinks with what there is to lose, or to win: nobody is below 0 or above 100 %.
        """
        offset = self.offset[level]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(offset < 0, rate / self.origin, (1 - rate) / (1 - self.origin))
        return np.asarray(np.clip(rate + np.nan_to_num(offset * part), 0.0, 1.0))

    def spread(self, level: Rows, rate: Array) -> Array:
        """Standard deviation (U, C) of the same, as wide as that of a share at `rate` (C,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.sqrt(rate * (1 - rate) / (self.origin * (1 - self.origin)))
        wide = self.sd[level] * np.where(np.isfinite(part), part, 1.0)
        return np.asarray(np.clip(wide, LEAST_SPREAD, NOTHING_KNOWN[1]))


def usual_prior(components: int) -> UnitPrior:
    """Units of all levels like their province, each component for itself."""
    nothing = np.zeros((len(PRIOR_LEVELS), components))
    origin = np.full(components, np.nan)
    return UnitPrior(origin, nothing, nothing + USUAL_SD, np.eye(components))


def load_prior(rules: RuleSet, data: Path = DATA) -> UnitPrior:
    """What `unit_priors.csv` and `unit_correlations.csv` say of the components of a rule set.

    Learnt in one province; that units of another lie alike is an assumption. Components that they
    don't name are as `usual_prior` has them. Raises DataError.
    """
    rows, problems = read_table(data / "unit_priors.csv", schema.UNIT_PRIORS)
    pairs, found = read_table(data / "unit_correlations.csv", schema.UNIT_CORRELATIONS)
    if problems or found:
        raise DataError(problems + found)
    prior, names = usual_prior(len(rules.components)), set(rules.components)
    for _, row in rows[rows["component"].isin(names)].iterrows():
        level, c = PRIOR_LEVELS.index(row["level"]), rules.index(row["component"])
        prior.origin[c] = row["province_rate"]
        prior.offset[level, c], prior.sd[level, c] = row["offset"], row["sd"]
    known = pairs["component"].isin(names) & pairs["other"].isin(names)
    for _, row in pairs[known].iterrows():
        c, other = rules.index(row["component"]), rules.index(row["other"])
        prior.correlation[c, other] = prior.correlation[other, c] = row["correlation"]
    return prior
