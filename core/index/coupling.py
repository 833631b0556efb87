"""Components that count the same dossiers (model of the index, section 2).

A late dossier is lost on time and in satisfaction: a change of one of a pair carries the other by
the same number of dossiers. Which components are pairs is a column of the rules, `coupled_with`.
"""

import numpy as np

from core.arrays import Array, Mask, Rows
from core.index.rollup import Baseline
from core.index.rules import RuleSet

UNCOUPLED = -1


def partners(rules: RuleSet) -> Rows:
    """(C,) the component that counts the same dossiers as each one, UNCOUPLED for most."""
    found = np.full(len(rules.components), UNCOUPLED, dtype=np.intp)
    for lead, follower in rules.coupled:
        found[lead], found[follower] = follower, lead
    return found


def followers(rules: RuleSet) -> Mask:
    """(C,) the second of each pair: who shows a lever once shows the first."""
    found = np.zeros(len(rules.components), dtype=bool)
    found[[follower for _, follower in rules.coupled]] = True
    return found


def carried_rise(baseline: Baseline) -> Array:
    """Rise (U, C) of the partner's rate when a component's rate rises from 0 to 1.

    It is the number of dossiers of the one for one of the other: 1 unless both are published, 0
    without a partner.
    """
    pair = partners(baseline.rules)
    other = baseline.dossiers[:, pair]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = baseline.dossiers / other
    return np.where(pair == UNCOUPLED, 0.0, np.where(np.isfinite(ratio), ratio, 1.0))


def carry(baseline: Baseline, start: Array, moved: Array, chosen: Rows) -> tuple[Array, Rows]:
    """Rates (..., U, C) in which what moved from `start` to `moved` has carried its partner.

    `chosen` (U, C) the number of the change that moves each rate, below 0 for none; returned with
    those of what was carried. Of a pair that a scenario moves both, each goes its own way. Rates
    stay in 0..1, and what nothing carries stays to the last bit.
    """
    ratio, result, by = carried_rise(baseline), moved, chosen
    pair = partners(baseline.rules)
    for other in np.flatnonzero(pair != UNCOUPLED):
        lead = pair[other]
        along = (chosen[:, lead] >= 0) & (chosen[:, other] < 0)
        if along.any():
            result, by = (result.copy(), by.copy()) if result is moved else (result, by)
            change = ratio[:, lead] * (moved[..., lead] - start[..., lead])
            change = np.where(along, np.nan_to_num(change), 0.0)
            after = np.clip(start[..., other] + change, 0.0, 1.0)
            result[..., other] = np.where(change == 0, moved[..., other], after)
            by[:, other] = np.where(along, chosen[:, lead], chosen[:, other])
    return result, by
