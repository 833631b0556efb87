"""Weights of units in the province's sums, published or assumed (model of the index, section 3.2).

The whole is the province's own published denominator, never the sum of the units at hand: what
these leave of it stands in one more unit, those not loaded, whose rates make the sums agree.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array, Mask
from core.estimate.evidence import Evidence
from core.index.rollup import PROVINCE

VOLUME_SPREAD = {"commune": 0.54, "district": 0.17, "department": 0.54}
"""Standard deviation of the logarithm of an assumed volume, by level.

0.54 is that of the dossiers of the 148 communes of Phú Thọ in 2026. A district has ten communes on
average: 0.54 / sqrt(10). A department's volume is that of its namesake in Phú Thọ; no second
province tells how far namesakes differ, so they are taken to differ as much as communes do.
"""
UNKNOWN_VOLUME_SPREAD = 1.0
"""The same where not even a share was assumed, so that units without a share count alike."""
_LEAST = 1e-6


@dataclass(frozen=True)
class Volumes:
    """Weights of units in the province's sums.

    `volume` (U, C) denominators where published, else shares of the province's denominator (of 1
    where that is unknown), NaN where nothing is known of a unit further down; `sd` (U, C) standard
    deviation of its logarithm, 0 where published.
    """

    volume: Array
    sd: Array


def top_units(evidence: Evidence) -> Mask:
    """(U,) the units directly below the province that have dossiers."""
    return np.asarray((evidence.parent == PROVINCE) & ~evidence.idle)


def with_rest(evidence: Evidence) -> Evidence:
    """The same with one more unit for those that are not loaded, where the loaded leave room.

    Its rates are unknown like those of the others, so the loaded units need not carry the
    province's rates alone. It has what published denominators leave of the province's own, where
    they are published for all; elsewhere what the units' shares leave of the whole, and nothing
    where the share of a unit is not even assumed.
    """
    top, share, own = top_units(evidence), assumed_shares(evidence), evidence.volume[PROVINCE]
    all_counted = (own > 0) & np.isfinite(evidence.volume[top]).all(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(top[:, None] & all_counted, evidence.volume / own, share)
    left = 1 - share[top].sum(axis=0)
    left = np.where(np.nan_to_num(left) > _LEAST, left, 0.0)
    if not left.any():
        return evidence

    def more(values: Array, row: Array | float = np.nan) -> Array:
        return np.vstack([values, np.broadcast_to(row, (1, *values.shape[1:]))])

    return replace(
        evidence,
        parent=np.append(evidence.parent, PROVINCE),
        level=(*evidence.level, "rest"),
        rate=more(evidence.rate),
        volume=more(evidence.volume, np.where(left > 0, np.nan, 0.0)),
        no_data=np.vstack([evidence.no_data, left == 0]),
        volume_share=more(share, left),
        group_points=more(evidence.group_points),
        total=np.append(evidence.total, np.nan),
    )


def assumed_shares(evidence: Evidence) -> Array:
    """Parts (U, C) of the province's volume: as assumed, else as the unit's other denominators are.

    A unit whose denominators are published for some components that add up has the same part of
    the others. NaN where nothing tells.
    """
    volume, share = evidence.volume, evidence.shares
    is_sum = np.array([kind == "sum" for kind in evidence.rules.rollup])
    both = is_sum & (volume[PROVINCE] > 0) & np.isfinite(volume)
    whole = (both * np.nan_to_num(volume[PROVINCE])).sum(axis=1)
    part = np.where(both, volume, 0.0).sum(axis=1)
    told = np.divide(part, whole, where=whole > 0, out=np.full(len(whole), np.nan))
    return np.where(np.isnan(share), told[:, None], share)


def volumes(evidence: Evidence) -> Volumes:
    """Real denominators where published, shares of the rest of the province's elsewhere.

    Units below the province without a share divide what the other shares leave (or count like the
    average of the others, where those leave nothing); shares above 1 in sum are scaled down.
    """
    top, share = top_units(evidence)[:, None], assumed_shares(evidence)
    unknown = np.isnan(share)
    given = np.where(top & ~unknown, share, 0.0).sum(axis=0)
    count, others = (top & unknown).sum(axis=0), (top & ~unknown).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(given < 1, (1 - given) / count, given / others)
    share = np.where(top & unknown, each, share)
    share = np.where(top, share / np.maximum(1.0, np.where(top, share, 0.0).sum(axis=0)), share)
    published = np.isfinite(evidence.volume)
    volume = np.where(published, evidence.volume, share * _scale(evidence, top, share))
    volume[evidence.no_data | evidence.idle[:, None]] = 0.0
    inside = np.where(top, volume, 0.0).sum(axis=0)
    volume[PROVINCE] = np.where(published[PROVINCE], evidence.volume[PROVINCE], inside)
    usual = np.array([VOLUME_SPREAD.get(level, UNKNOWN_VOLUME_SPREAD) for level in evidence.level])
    sd = np.where(unknown, UNKNOWN_VOLUME_SPREAD, usual[:, None]) * ~published
    sd[PROVINCE] = 0.0
    return Volumes(volume, sd)


def _scale(evidence: Evidence, top: Mask, share: Array) -> Array:
    """Dossiers per unit of share (C,) for the units whose denominator was not published."""
    known = top & np.isfinite(evidence.volume)
    own, inside = evidence.volume[PROVINCE], np.where(known, evidence.volume, 0.0).sum(axis=0)
    open_share = np.where(top & ~known, share, 0.0).sum(axis=0)
    known_share = np.where(known, share, 0.0).sum(axis=0)
    left = own - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        by_known = np.where(known_share > 0, inside / known_share, 1.0)
        by_left = np.where((open_share > 0) & (left > 0), left / open_share, by_known)
    none = ~known.any(axis=0)
    return np.asarray(np.where(none, np.where(own > 0, own, 1.0), by_left))
