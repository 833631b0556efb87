"""Hide and recover: rates of Phú Thọ's units, hidden and estimated again from their scores."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.dataset.facts import DATA
from core.dataset.load import load_dataset
from core.estimate.baseline import printed
from core.estimate.evidence import Evidence
from core.estimate.reconcile import Reconciled, reconcile
from core.index.rollup import PROVINCE

# components that add up and of which unit rates are published; synchronisation and personal
# storage are left out: all units of Phú Thọ are at 100 and at 0 %
TOLD = (
    "on_time",
    "dossiers_paid",
    "dossier_satisfaction",
    "electronic_result",
    "digitized",
    "reused",
    "population_dossiers",
)
SHOWN_GROUP = 2  # online: its points are no rates'


@cache
def published() -> Evidence:
    return printed(load_dataset(DATA / "phu_tho_2026"))


def hide(chosen: np.ndarray) -> tuple[Evidence, np.ndarray]:
    """What is left when the rates of units `chosen` (U,) and their groups' points are hidden, and
    which (U, C) they are."""
    whole = published()
    hidden = np.zeros(whole.rate.shape, dtype=bool)
    hidden[:, [whole.rules.index(name) for name in TOLD]] = chosen[:, None]
    groups = whole.group_points.copy()
    groups[np.ix_(chosen, [g for g in range(6) if g != SHOWN_GROUP])] = np.nan
    rate = np.where(hidden, np.nan, whole.rate)
    hidden &= np.isfinite(whole.rate)
    return replace(whole, rate=rate, group_points=groups), hidden


@cache
def recovered(part: str) -> tuple[tuple[Reconciled, np.ndarray], ...]:
    """All units hidden at once, or each half in turn, so that every unit is hidden once."""
    unit = np.arange(len(published().parent))
    below = unit > PROVINCE
    parts = [below] if part == "all" else [below & (unit % 2 == one) for one in (0, 1)]
    found = []
    for chosen in parts:
        left, hidden = hide(chosen)
        found.append((reconcile(left), hidden))
    return tuple(found)


def compared(part: str, component: str) -> tuple[np.ndarray, ...]:
    """Truth, its weight, and what was said: estimate, low and high end, of every hidden rate."""
    whole, c = published(), published().rules.index(component)
    columns = []
    for found, hidden in recovered(part):
        rows = hidden[:, c]
        said = (found.rate, found.rate_low, found.rate_high)
        columns.append(
            [whole.rate[rows, c], whole.volume[rows, c], *(one[rows, c] for one in said)]
        )
    return tuple(np.concatenate(parts) for parts in zip(*columns, strict=True))


@pytest.mark.parametrize("part", ["all", "half"])
@pytest.mark.parametrize("component", TOLD)
def test_estimates_are_nearer_than_the_province_s_rate(part: str, component: str) -> None:
    truth, weight, said, _, _ = compared(part, component)
    naive = published().rate[PROVINCE, published().rules.index(component)]

    def error(guess: np.ndarray | float) -> float:
        return float(np.sqrt(np.average((guess - truth) ** 2, weights=weight)))

    assert error(said) < error(naive)


@pytest.mark.parametrize("part", ["all", "half"])
@pytest.mark.parametrize("component", TOLD)
def test_ranges_hold_as_often_as_they_say(part: str, component: str) -> None:
    truth, _, _, low, high = compared(part, component)
    assert 0.75 <= ((low - 1e-9 <= truth) & (truth <= high + 1e-9)).mean() <= 0.88


@pytest.mark.parametrize("part", ["all", "half"])
def test_sums_and_scores_are_met(part: str) -> None:
    whole = published()
    for found, hidden in recovered(part):
        assert found.contradictions == ()
        for name in TOLD:
            c = whole.rules.index(name)
            weight = np.nan_to_num(whole.volume[1:, c])
            mean = np.average(np.nan_to_num(found.rate[1:, c]), weights=weight)
            assert mean == pytest.approx(whole.rate[PROVINCE, c], abs=1e-7)
        # what was not hidden stays to the last bit
        kept = ~hidden & np.isfinite(whole.rate)
        assert np.array_equal(found.rate[kept], whole.rate[kept])
