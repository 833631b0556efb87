"""Points without a rate: exact where group points are published, calibrated where they are not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dataset.rules_csv import load_rules
from core.estimate.blocks import LEAST_SD, Reference, calibrate_blocks, published_blocks, share_out
from core.index.rules import GROUPS

RULES = load_rules(Path("data/rules.csv"))["766-2022"]
NOWHERE = np.zeros(len(RULES.components), dtype=bool)
UNKNOWN = np.full(len(GROUPS), np.nan)


def rates(**percent: float) -> np.ndarray:
    """Rates (C,) from per cent by component."""
    result = np.full(len(RULES.components), np.nan)
    for component, value in percent.items():
        result[RULES.index(component)] = value / 100
    return result


# 000_263688b8843f176c.txt, table, first quarter of 2024
QUARTER = Reference(
    rate=rates(
        dossier_sync=93.33,
        petitions_satisfied=100,
        dossier_satisfaction=96.76,
        electronic_result=33.56,
        reused=60.3,
        digitized=30.45,
    ),
    group_points=np.array([11.3, 19.4, 5.4, 3.2, 17.4, 10.7]),
    total=np.nan,
)
# 004_32bdbb517d3da865.txt, column "Năm 2024"; the total from nhandan.vn post854390
YEAR = Reference(
    rate=rates(
        dossiers_paid=69.31,
        filed_online=57.7,
        digitized=75.72,
        electronic_result=77.81,
        certified_copy=100,
        reused=76.89,
        publish_on_time=50.5,
        dossier_sync=100,
        petitions_on_time=100,
        dossier_satisfaction=97.89,
        services_online=81.98,
    ),
    group_points=UNKNOWN,
    total=88.2,
)
# the same document, column "27/3/2025"
MARCH = rates(
    dossiers_paid=93.37,
    filed_online=58.54,
    digitized=80.09,
    electronic_result=80.31,
    certified_copy=100,
    reused=89.10,
    publish_on_time=33.47,
    dossier_sync=77.23,
    petitions_on_time=100,
    dossier_satisfaction=98.62,
    services_online=79.72,
)


def test_published_group_points_leave_the_block_exactly() -> None:
    # sync 6 x 0.9333 = 5.5998, so 11.3 - 5.5998 = 5.7002; petitions 6 and dossiers at their cap 6,
    # so 17.4 - 12 = 5.4; electronic 6 x 0.3356 = 2.0136, digitised 4 x 0.3045 / 0.8 = 1.5225,
    # reused 2 x 0.603 / 0.8 = 1.5075, so 10.7 - 5.0436 = 5.6564
    blocks = calibrate_blocks(RULES, QUARTER.rate, NOWHERE, QUARTER.group_points, np.nan)
    assert blocks.points == pytest.approx([5.7002, 19.4, 5.4, 3.2, 5.4, 5.6564], abs=1e-12)
    assert blocks.max.tolist() == [12, 20, 12, 10, 6, 10]
    assert blocks.sd.tolist() == [0] * 6


def test_blocks_of_march_2025_have_the_level_of_the_year_2024() -> None:
    blocks = calibrate_blocks(RULES, MARCH, NOWHERE, UNKNOWN, np.nan, [QUARTER, YEAR])
    # year 2024: paid 6, filed 6, digitised 4 x 0.7572 / 0.8 = 3.786, electronic 4.6686, copies 2,
    # reused 2 x 0.7689 / 0.8 = 1.92225, announced 3.03, sync 6, petitions 6, satisfaction 6,
    # offered online 2: 47.40685 known, 88.2 - 47.40685 = 40.79315
    assert blocks.points.sum() == pytest.approx(40.79315, abs=1e-9)
    assert blocks.max.tolist() == [6, 20, 4, 4, 6, 8]
    assert ((blocks.points >= 0) & (blocks.points <= blocks.max)).all()
    # start: the parts of the maximum of the first quarter of 2024,
    # 5.7002/12 x 6, 19.4, 5.4/12 x 4, 3.2/10 x 4, 5.4, 5.6564/10 x 8
    start = np.array([2.8501, 19.4, 1.8, 1.28, 5.4, 4.52512])
    # missing points are 48 - 35.25522 = 12.74478; all shrink by 5.53793 / 12.74478
    part = (40.79315 - 35.25522) / 12.74478
    assert blocks.points == pytest.approx(start + (blocks.max - start) * part, abs=1e-6)


def test_how_sure_the_blocks_are_follows_from_how_far_known_points_moved() -> None:
    blocks = calibrate_blocks(RULES, MARCH, NOWHERE, UNKNOWN, np.nan, [QUARTER, YEAR])
    # changes from the end of 2024: announced 6 x -0.1703 = -1.0218, sync 6 x -0.2277 = -1.3662,
    # electronic 6 x 0.025 = 0.15, digitised 4 - 3.786 = 0.214, reused 2 - 1.92225 = 0.07775,
    # offered online 2 x 0.7972 / 0.8 - 2 = -0.007, the rest at their caps
    squares = 1.0218**2 + 1.3662**2 + 0.15**2 + 0.214**2 + 0.07775**2 + 0.007**2
    assert np.sqrt((blocks.sd**2).sum()) == pytest.approx(np.sqrt(squares / 52 * 48), rel=1e-6)
    assert blocks.sd[0] > blocks.sd[1]  # 1.8 of 6 points to go against 0.3 of 20


def test_a_known_total_fixes_the_sum() -> None:
    blocks = calibrate_blocks(RULES, MARCH, NOWHERE, UNKNOWN, 80.0, [QUARTER, YEAR])
    # known 27/3/2025: 2.0082 + 4.6338 + 1.993 + 6 + 6 + 6 + 6 + 4.8186 + 4 + 2 + 2 = 45.4536
    assert blocks.points.sum() == pytest.approx(80 - 45.4536, abs=1e-9)


def test_without_a_reference_anything_is_possible() -> None:
    blocks = calibrate_blocks(RULES, MARCH, NOWHERE, UNKNOWN, np.nan)
    assert blocks.points.tolist() == [3, 10, 2, 2, 3, 4]
    assert blocks.sd == pytest.approx(blocks.max / np.sqrt(12))


def test_a_block_is_never_known_better_than_the_least() -> None:
    blocks = calibrate_blocks(RULES, YEAR.rate, NOWHERE, UNKNOWN, np.nan, [YEAR])
    assert np.sqrt((blocks.sd**2).sum()) == pytest.approx(LEAST_SD)


def test_everything_known_leaves_no_block() -> None:
    everything = np.full(len(RULES.components), 0.5)
    blocks = calibrate_blocks(RULES, everything, NOWHERE, UNKNOWN, np.nan, [YEAR])
    assert blocks.points.tolist() == blocks.sd.tolist() == blocks.max.tolist() == [0] * 6


def test_group_points_beyond_the_possible_are_cut_and_counted() -> None:
    # group points 5, known 6: 1 too few; group points 9, known 6, others 2 at most: 1 too many
    block, excess = published_blocks(
        np.array([5.0, 9.0, np.nan]), np.array([6.0, 6.0, 6.0]), np.array([2.0, 2.0, 2.0])
    )
    assert block[:2].tolist() == [0, 2]
    assert np.isnan(block[2])
    assert excess.tolist() == [-1, 1, 0]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 20)), min_size=1, max_size=6),
    st.floats(0, 1),
)
def test_sharing_out_meets_the_sum_within_the_bounds(
    parts: list[tuple[float, float]], level: float
) -> None:
    highest = np.array([top for _, top in parts])
    start = np.array([part for part, _ in parts]) * highest
    total = level * highest.sum()
    moved = share_out(start, highest, total)
    assert moved.sum() == pytest.approx(total, abs=1e-9)
    assert ((moved >= -1e-12) & (moved <= highest + 1e-12)).all()
    # all move the same way
    assert ((moved >= start - 1e-12).all()) or ((moved <= start + 1e-12).all())
