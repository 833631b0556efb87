"""Points of components whose rates are not known, carried as one block per group (section 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Mask
from core.index.rules import RuleSet, by_group, points

# standard deviation of a figure that may be anything from 0 to 1
ANYTHING = 1 / np.sqrt(12)


# a block that is not published is never known better than this, in points
LEAST_SD = 1.0


@dataclass(frozen=True)
class Reference:
    """What was published of the province at an earlier date; NaN where nothing was.

    `rate` (C,) 0..1, `group_points` (G,), `total` points.
    """

    rate: Array
    group_points: Array
    total: float


@dataclass(frozen=True)
class Blocks:
    """Points (G,) of the components without a rate, their standard deviation and their maximum."""

    points: Array
    sd: Array
    max: Array


def calibrate_blocks(
    rules: RuleSet,
    rate: Array,
    no_data: Mask,
    group_points: Array,
    total: float,
    references: Sequence[Reference] = (),
) -> Blocks:
    """The province's blocks: what its components without a rate earn, by group.

    `rate` (C,) NaN where unknown, `no_data` (C,) nothing to count, `group_points` (G,) and `total`
    as published, NaN where not; `references` oldest first. A group whose points are published has
    its block exactly: group points less known points, standard deviation 0. The others start at the
    share of their maximum that the same group's block earned in the latest reference with group
    points, and are then moved (`share_out`) to the level of the latest reference with a total, or
    to the published total itself.

    How sure is that? The components known at both dates show how far points move in between: the
    sum of their squared changes per point of their maximum. The unknown ones are taken to move as
    much, and never less than `LEAST_SD`; for Bình Phước 1.7 of 48 points from the end of 2024 to
    27/3/2025. Each group gets its part of that variance in proportion to the room it has,
    `b (m - b) / m` with block b of at most m, so that a group that is full or empty hardly moves.
    Without a reference a block may be anything: half its maximum, with the standard deviation of a
    uniform distribution.
    """
    known = np.isfinite(rate) | no_data
    earned = by_group(rules, np.where(known, points(rules, rate), 0.0))
    highest = by_group(rules, rules.max_points * ~known)
    exact, _ = published_blocks(group_points, earned, highest)
    unsure = np.isnan(exact) & (highest > 0)
    block, variance = _expected(rules, rate, known, highest, references)
    block = np.where(unsure, block, np.nan_to_num(exact))
    if np.isfinite(total):
        left = total - earned.sum() - block[~unsure].sum()
        block[unsure] = share_out(block[unsure], highest[unsure], left)
    return Blocks(block, np.sqrt(np.where(unsure, variance, 0.0)), highest)


def published_blocks(group_points: Array, earned: Array, highest: Array) -> tuple[Array, Array]:
    """Blocks (..., G) that published group points leave, and by how much they break the bounds.

    `earned` points of the components with a rate, `highest` the most the others can earn. Blocks
    are NaN where the group's points are not published; the excess is 0 there.
    """
    left = group_points - earned
    block = np.clip(left, 0.0, highest)
    return block, np.nan_to_num(left - block)


def share_out(start: Array, highest: Array, total: float) -> Array:
    """Move blocks (G,) to a sum: a gain goes where points are missing, a loss where they are.

    This is the weighted least-squares adjustment with variance `highest - start` for a gain and
    `start` for a loss; it never leaves 0..highest. A total beyond what is possible gives the bound.
    """
    gap = total - start.sum()
    room = highest - start if gap > 0 else start
    most = room.sum()
    part = min(abs(gap) / most, 1.0) if most > 0 else 0.0
    return np.asarray(start + np.sign(gap) * part * room)


def _expected(
    rules: RuleSet,
    rate: Array,
    known: Mask,
    highest: Array,
    references: Sequence[Reference],
) -> tuple[Array, Array]:
    """Blocks and their variance (G,) from what earlier dates tell."""
    block, variance = highest / 2, (highest * ANYTHING) ** 2
    with_groups = [item for item in references if np.isfinite(item.group_points).any()]
    while references and with_groups and references[0] is not with_groups[-1]:
        references = references[1:]
    with_total = [item for item in references if np.isfinite(item.total)]
    if with_groups:
        earned, possible = _known_then(rules, with_groups[-1])
        then, _ = published_blocks(with_groups[-1].group_points, earned, possible)
        told = np.isfinite(then) & (possible > 0)
        block[told] = (highest * then)[told] / possible[told]
    if with_total:
        earned, possible = _known_then(rules, with_total[-1])
        if possible.sum() > 0:
            part = (with_total[-1].total - earned.sum()) / possible.sum()
            block = share_out(block, highest, float(np.clip(part, 0, 1)) * highest.sum())
    latest = (with_total or with_groups)[-1:]
    moved = _movement(rules, rate, latest[0]) if latest else np.nan
    if np.isfinite(moved):
        room = np.divide(block * (highest - block), highest, where=highest > 0, out=0 * highest)
        share = room / room.sum() if room.sum() > 0 else room
        variance = np.minimum(variance, max(moved * highest.sum(), LEAST_SD**2) * share)
    return block, variance


def _known_then(rules: RuleSet, reference: Reference) -> tuple[Array, Array]:
    """By group: points of the components with a rate at that date, the most the others can earn."""
    known = np.isfinite(reference.rate)
    earned = by_group(rules, np.where(known, points(rules, reference.rate), 0.0))
    return earned, by_group(rules, rules.max_points * ~known)


def _movement(rules: RuleSet, rate: Array, reference: Reference) -> float:
    """Squared change of points per point of the maximum, over the components known twice."""
    both = np.isfinite(rate) & np.isfinite(reference.rate)
    change = points(rules, rate) - points(rules, reference.rate)
    most = rules.max_points[both].sum()
    return float((change[both] ** 2).sum() / most) if most > 0 else float("nan")
