"""What was published of a province and its units, and the volumes of the units (section 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array, Mask, Rows
from core.dataset.priors import Likely, Prior
from core.index.rollup import PROVINCE
from core.index.rules import RuleSet

VOLUME_SPREAD = {"commune": 0.54, "district": 0.17, "department": 0.54}
"""Standard deviation of the logarithm of an assumed volume, by level.

0.54 is that of the dossiers of the 148 communes of Phú Thọ in 2026. A district has ten communes on
average: 0.54 / sqrt(10). A department's volume is that of its namesake in Phú Thọ; no second
province tells how far namesakes differ, so they are taken to differ as much as communes do.
"""
UNKNOWN_VOLUME_SPREAD = 1.0
"""The same where not even a share was assumed, so that units without a share count alike."""


@dataclass(frozen=True)
class Evidence:
    """What was published. U units (row 0 the province), C components, G groups; NaN is unknown.

    `parent` (U,) row of the unit above, -1 for the province; `level` U names; `rate` (U, C) 0..1;
    `volume` (U, C) denominators; `no_data` (U, C) published as having nothing to count;
    `volume_share` (U,) assumed part of the province's dossiers, 0 for a unit that has none;
    `group_points` (U, G); `total` (U,) scores; `prior` of the province's rates, None where they may
    be anything; `likely` what its rank, its units and its past tell of its score. Raises ValueError
    when shapes do not fit or a rate is not in 0..1.
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

    def __post_init__(self) -> None:
        units, components = len(self.parent), len(self.rules.components)
        shapes = {
            "level": (units,),
            "rate": (units, components),
            "volume": (units, components),
            "no_data": (units, components),
            "volume_share": (units,),
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
    def idle(self) -> Mask:
        """(U,) units without dossiers of which nothing was published."""
        published = np.isfinite(self.rate) | self.no_data
        silent = ~published.any(axis=1) & np.isnan(self.total)
        return np.asarray((self.volume_share == 0) & silent)


def with_rest(evidence: Evidence) -> Evidence:
    """The same with one more unit for those that are not listed, where shares leave room for it.

    Its rates are unknown like those of the others, so the listed units need not carry the
    province's rates alone. Nothing is added where denominators are published or a share is missing.
    """
    top = (evidence.parent == PROVINCE) & ~evidence.idle
    left = 1 - float(evidence.volume_share[top].sum())
    if not left > 1e-6 or np.isfinite(evidence.volume[top]).any():
        return evidence

    def more(values: Array) -> Array:
        return np.concatenate([values, np.full((1, *values.shape[1:]), np.nan)])

    return replace(
        evidence,
        parent=np.append(evidence.parent, PROVINCE),
        level=(*evidence.level, "rest"),
        rate=more(evidence.rate),
        volume=more(evidence.volume),
        no_data=np.concatenate([evidence.no_data, np.zeros_like(evidence.no_data[:1])]),
        volume_share=np.append(evidence.volume_share, left),
        group_points=more(evidence.group_points),
        total=np.append(evidence.total, np.nan),
    )


@dataclass(frozen=True)
class Volumes:
    """Weights of units in the province's sums.

    `volume` (U, C) denominators where published, else shares of the province's denominator (of 1
    where that is unknown), NaN where nothing is known of a unit further down; `sd` (U, C) standard
    deviation of its logarithm, 0 where published.
    """

    volume: Array
    sd: Array


def volumes(evidence: Evidence) -> Volumes:
    """Real denominators where published, shares of the rest of the province's elsewhere.

    Units below the province without a share divide what the other shares leave (or count like the
    average of the others, where those leave nothing); shares above 1 in sum are scaled down.
    """
    top = (evidence.parent == PROVINCE) & ~evidence.idle
    share, unknown = evidence.volume_share.copy(), np.isnan(evidence.volume_share)
    given = float(share[top & ~unknown].sum())
    if (top & unknown).any():
        count = int((top & unknown).sum())
        others = int((top & ~unknown).sum())
        share[top & unknown] = (1 - given) / count if given < 1 else given / others
    share[top] /= max(1.0, share[top].sum())
    published = np.isfinite(evidence.volume)
    volume = np.where(published, evidence.volume, 0.0)
    scale = np.array([_scale(evidence, top, share, c) for c in range(volume.shape[1])])
    volume = np.where(published, volume, share[:, None] * scale)
    volume[evidence.no_data | evidence.idle[:, None]] = 0.0
    volume[PROVINCE] = np.where(
        published[PROVINCE], evidence.volume[PROVINCE], volume[top].sum(axis=0)
    )
    usual = np.array([VOLUME_SPREAD.get(level, UNKNOWN_VOLUME_SPREAD) for level in evidence.level])
    sd = np.where(unknown, UNKNOWN_VOLUME_SPREAD, usual)[:, None] * ~published
    sd[PROVINCE] = 0.0
    return Volumes(volume, sd)


def _scale(evidence: Evidence, top: Mask, share: Array, component: int) -> float:
    """Dossiers per unit of share for the units whose denominator was not published."""
    volume, whole = evidence.volume[:, component], float(evidence.volume[PROVINCE, component])
    known = top & np.isfinite(volume)
    open_share = float(share[top & ~known].sum())
    if not known.any():
        return whole if whole > 0 else 1.0
    left = whole - float(volume[known].sum())
    known_share = float(share[known].sum())
    if open_share > 0 and left > 0:
        return left / open_share
    return float(volume[known].sum()) / known_share if known_share > 0 else 1.0
