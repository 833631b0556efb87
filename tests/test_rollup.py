"""From units to the province: exact where figures add up, each dossier counted once."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings

from core.arrays import Array
from core.dataset.facts import DATA
from core.field.ranks import exact_rank
from core.index.rollup import PROVINCE, Baseline, Status, roll_up, score
from small_province import small_province
from worlds import (
    ANNOUNCED,
    B1,
    B2,
    DIGITIZED,
    ON_TIME,
    ONLINE_SERVICES,
    RULES,
    A,
    B,
    C,
    P,
    phu_tho,
    random_baseline,
    seeds,
    small,
)

FEW = settings(max_examples=25, derandomize=True)


def moved(baseline: Baseline, rates: dict[int, float], component: int = DIGITIZED) -> Array:
    """Rates (U,) of a component after some units are set to a rate and all is rolled up."""
    rate = baseline.rate.copy()
    for row, value in rates.items():
        rate[row, component] = value
    return roll_up(baseline, rate)[:, component]


# Phú Thọ, as published ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "component",
    [
        "dossier_sync",
        "on_time",
        "dossiers_paid",
        "dossier_satisfaction",
        "electronic_result",
        "digitized",
        "reused",
        "personal_storage",
        "population_dossiers",
    ],
)
def test_dossiers_of_units_add_up_to_the_province_exactly(component: str) -> None:
    path = DATA / "phu_tho_2026" / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["component"] == component]
    assert len(rows) == 164
    for column in ("numerator", "denominator"):
        counts = {row["unit"]: int(row[column]) for row in rows}
        assert counts.pop("H44") == sum(counts.values())
    assert RULES.rollup[RULES.index(component)] == "sum"


def test_phu_tho_scores_61_89_and_ranks_16_of_34() -> None:
    case = phu_tho()
    total = score(case.baseline, case.baseline.rate).total[PROVINCE]
    assert total == pytest.approx(61.89, abs=0.005)
    with (DATA / "phu_tho_2026" / "field.csv").open(encoding="utf-8", newline="") as file:
        board = [row for row in csv.DictReader(file) if row["date"] == "2026-09-28"]
    others = [float(row["total"]) for row in board if row["province"] not in ("", "Phú Thọ")]
    assert len(others) == 33
    # the published board: 15 provinces above 61.89
    assert sum(other > 61.89 for other in others) == 15
    assert exact_rank(np.array([total]), np.array([others]))[0] == 16
    assert (case.dataset.meta.published_rank, case.dataset.meta.field_size) == (16, 34)


def test_every_unit_of_phu_tho_gets_its_published_score() -> None:
    case = phu_tho()
    path = DATA / "phu_tho_2026" / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {
            r["unit"]: float(r["points"]) for r in csv.DictReader(file) if r["component"] == "total"
        }
    published = np.array([rows[unit] for unit in case.baseline.units])
    # six groups, each within the 0.02 of the portal's rounding
    assert np.abs(score(case.baseline, case.baseline.rate).total - published).max() < 6 * 0.02


@FEW
@given(seed=seeds)
def test_the_province_is_the_weighted_mean_of_its_units(seed: int) -> None:
    baseline = phu_tho().baseline
    rate = np.random.default_rng(seed).random(baseline.rate.shape)
    rate = np.where(np.isnan(baseline.rate), np.nan, rate)
    rate[PROVINCE] = baseline.rate[PROVINCE]
    published = ["on_time", "dossiers_paid", "digitized", "reused", "dossier_satisfaction"]
    columns = [RULES.index(component) for component in published]
    dossiers = np.nan_to_num(baseline.dossiers[1:, columns])
    expected = (np.nan_to_num(rate[1:, columns]) * dossiers).sum(axis=0) / dossiers.sum(axis=0)
    assert roll_up(baseline, rate)[PROVINCE, columns] == pytest.approx(expected, abs=1e-9)


# The small province, by hand ----------------------------------------------------------------------


def test_a_unit_moves_the_province_by_its_share() -> None:
    # A from 0.8 to 1: 0.1 x 0.2 more for the province
    assert moved(small(), {A: 1}) == pytest.approx([0.52, 1, 0.5, 0.2, 0.6, 0.4])


def test_a_nested_commune_moves_its_district_and_both_move_the_province_once() -> None:
    # B1 from 0.2 to 0.6: district 0.25 x 0.4 = 0.1 more, province 0.6 x 0.1 = 0.06 more,
    # which are the 60 dossiers of 1000 that B1 does more of its 150
    assert moved(small(), {B1: 0.6}) == pytest.approx([0.56, 0.8, 0.6, 0.6, 0.6, 0.4])


def test_communes_of_one_district_add_up() -> None:
    # 0.25 x 0.8 + 0.75 x 0.4 = 0.5 more: everything in B is done
    assert moved(small(), {B1: 1, B2: 1}) == pytest.approx([0.8, 0.8, 1, 1, 1, 0.4])


def test_three_tiers_below_the_province_carry_a_change_all_the_way() -> None:
    # 600 of 1,000 dossiers in district u1, 150 of them in commune u2, 60 of these in hamlet u3:
    # 40 % x 25 % x 60 % = 6 % of the province. The hamlet from 20 to 70 % brings the commune
    # 0.4 x 0.5 = 0.2, the district 0.25 x 0.2 = 0.05, the province 0.6 x 0.05 = 0.03
    tiers = small_province([0.5] * 3 + [0.2], [0.5] * 4, [600, 400, 150, 60], [0, 0, 1, 3])
    assert moved(tiers, {4: 0.7}, 0) == pytest.approx([0.53, 0.55, 0.5, 0.7, 0.7])
    assert tiers.whole_share[:, 0] == pytest.approx([1, 0.6, 0.4, 0.15, 0.06])
    # a commune that gains more by itself stands, and goes on: 0.25 x 0.3, 0.6 x 0.075
    assert moved(tiers, {3: 0.8, 4: 0.7}, 0) == pytest.approx([0.545, 0.575, 0.5, 0.8, 0.7])


def test_a_district_with_a_change_of_its_own_is_not_counted_twice() -> None:
    # B to 0.7 by its own lever; B1's 0.1 is part of these 0.2: province 0.6 x 0.2 = 0.12 more
    assert moved(small(), {B: 0.7, B1: 0.6}) == pytest.approx([0.62, 0.8, 0.7, 0.6, 0.6, 0.4])
    # B to 0.55 is less than what B1 brings, so B1's 0.1 stands
    assert moved(small(), {B: 0.55, B1: 0.6}) == pytest.approx([0.56, 0.8, 0.6, 0.6, 0.6, 0.4])
    # downwards alike: B to 0.48, but B1 to 0 brings 0.25 x 0.2 = 0.05 less, so that stands;
    # if it did not, B would fall by going from 0.48 back to 0.5
    assert moved(small(), {B: 0.48, B1: 0}) == pytest.approx([0.47, 0.8, 0.45, 0, 0.6, 0.4])
    assert moved(small(), {B: 0.5, B1: 0}) == pytest.approx([0.47, 0.8, 0.45, 0, 0.6, 0.4])
    assert moved(small(), {B: 0.4, B1: 0}) == pytest.approx([0.44, 0.8, 0.4, 0, 0.6, 0.4])


def test_the_province_with_a_change_of_its_own_is_not_counted_twice() -> None:
    assert moved(small(), {P: 0.6, A: 1})[P] == pytest.approx(0.6)
    assert moved(small(), {P: 0.51, A: 1})[P] == pytest.approx(0.52)


def test_a_district_at_its_wall_passes_on_only_what_it_gains() -> None:
    rate = small().rate.copy()
    rate[B, DIGITIZED] = 0.95
    # the communes' figures would bring the district 0.5, it has room for 0.05
    found = moved(small(rate), {B1: 1, B2: 1})
    assert found[[P, B]] == pytest.approx([0.5 + 0.6 * 0.05, 1])


def test_distinct_procedures_of_units_do_not_move_what_is_above() -> None:
    found = moved(small(), {A: 1, B1: 1, C: 1}, ONLINE_SERVICES)
    assert found == pytest.approx([0.5, 1, 0.5, 1, 0.5, 1])
    assert moved(small(), {P: 0.9}, ONLINE_SERVICES) == pytest.approx([0.9, *[0.5] * 5])


def test_the_province_moves_itself_where_no_unit_has_a_figure() -> None:
    rate = small().rate.copy()
    rate[1:, DIGITIZED] = np.nan
    assert small().summed[DIGITIZED]
    assert not small(rate).summed[DIGITIZED]
    assert moved(small(rate), {P: 0.9})[P] == pytest.approx(0.9)


def test_figures_of_the_province_are_copied_to_its_units() -> None:
    assert moved(small(), {P: 0.9}, ANNOUNCED) == pytest.approx([0.9] * 6)
    # a unit has no such figure of its own to move
    assert moved(small(), {A: 0.9}, ANNOUNCED) == pytest.approx([0.5] * 6)


def test_a_unit_without_dossiers_has_no_influence() -> None:
    baseline = small()
    baseline.share[A] = 0
    assert moved(baseline, {A: 1})[P] == 0.5


def test_what_is_not_known_of_a_unit_stays_unknown() -> None:
    rate = small().rate.copy()
    rate[B1, DIGITIZED] = np.nan
    found = moved(small(rate), {B2: 1})
    assert np.isnan(found[B1])
    # 0.75 x 0.4 for the district, 0.6 of that for the province
    assert found[[P, B]] == pytest.approx([0.68, 0.8])


# Laws ---------------------------------------------------------------------------------------------


@FEW
@given(seed=seeds)
def test_no_change_gives_the_rates_before_to_the_last_bit(seed: int) -> None:
    baseline = random_baseline(seed)
    assert np.array_equal(roll_up(baseline, baseline.rate), baseline.rate, equal_nan=True)


@FEW
@given(seed=seeds, other=seeds)
def test_better_unit_rates_never_lower_a_rate(seed: int, other: int) -> None:
    baseline = random_baseline(seed)
    random = np.random.default_rng(other)
    # some cells moved up or down, then some of them moved further up
    touched = random.random(baseline.rate.shape) < 0.3
    low = np.where(touched, random.random(baseline.rate.shape), baseline.rate)
    low = np.where(np.isnan(baseline.rate), np.nan, low)
    high = low + random.random(baseline.rate.shape) * (1 - low) * (random.random() < 0.9)
    high = np.where(random.random(baseline.rate.shape) < 0.3, high, low)
    before, after = roll_up(baseline, low), roll_up(baseline, high)
    known = ~np.isnan(baseline.rate)
    assert (after[known] >= before[known] - 1e-12).all()
    assert ((after[known] >= 0) & (after[known] <= 1)).all()


@FEW
@given(seed=seeds)
def test_draws_are_rolled_up_as_one_by_one(seed: int) -> None:
    baseline = random_baseline(seed)
    random = np.random.default_rng(seed + 1)
    start = np.where(np.isnan(baseline.rate), np.nan, random.random((3, *baseline.rate.shape)))
    rate = np.where(random.random(start.shape) < 0.5, start, random.random(start.shape))
    share = baseline.share * random.random((3, 1, 1))
    together = roll_up(baseline, rate, start, share)
    for draw in range(3):
        alone = roll_up(baseline, rate[draw], start[draw], share[draw])
        assert np.array_equal(together[draw], alone, equal_nan=True)


def test_the_score_is_the_points_of_what_is_carried() -> None:
    carried = np.ones((6, len(RULES.components)), dtype=bool)
    carried[:, ON_TIME] = False
    found = score(small(carried=carried), small().rate)
    assert found.points[PROVINCE, ON_TIME] == 0
    assert found.groups[PROVINCE, RULES.groups.index("progress")] == 0
    assert found.total == pytest.approx(found.points.sum(axis=1))


def test_a_status_has_a_name_of_the_data_format() -> None:
    names = {"published", "computed", "estimated", "no_data"}
    assert {status.label for status in Status} == names
