"""Levers: what a percentage point, 1,000 dossiers and a whole gap are worth, by hand and by law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dataset.load import find_dataset, load_dataset
from core.estimate.baseline import make_baseline, solve
from core.index.rollup import PROVINCE, Baseline, roll_up, score
from core.levers.leverage import Leverage, lever_value, leverage, on_horizon
from core.levers.tables import by_scope, components, plain_levers, strongest, unit_kind
from tests.small_province import HORIZON, same_halves, small_province, worked_example

ALPHA, BETA, OWN = 0, 1, 2
rates = st.floats(0, 1)


@pytest.fixture(scope="module")
def phu_tho() -> Leverage:
    dataset = load_dataset(find_dataset("phu_tho_2026"))
    return leverage(make_baseline(dataset, solve(dataset)))


def test_points_per_percentage_point_by_hand() -> None:
    lever = leverage(worked_example())
    # alpha: 10 points for 100 %, times 60, 30, 10 % of the dossiers, times 0.01
    assert lever.per_point[1:, ALPHA] == pytest.approx([0.06, 0.03, 0.01])
    # beta: 6 points for 50 % are 12 for 100 %
    assert lever.per_point[1:, BETA] == pytest.approx([0.072, 0.036, 0.012])
    # the province's own lever: 4 points for 100 %; its copies in the units move nothing
    assert lever.per_point[:, OWN] == pytest.approx([0.04, 0, 0, 0])


def test_per_thousand_dossiers_every_unit_is_worth_the_same() -> None:
    lever = leverage(worked_example())
    # 1,000 of 1,000 dossiers: the whole slope
    assert lever.per_thousand[1:, ALPHA] == pytest.approx([10, 10, 10])
    assert lever.per_thousand[1:, BETA] == pytest.approx([12, 12, 12])


def test_recoverable_stops_at_the_cap_and_at_100_percent() -> None:
    lever = leverage(worked_example())
    # alpha has no cap below 100 %: 10 * 0.6 * 0.5, 10 * 0.3 * 0.2, 10 * 0.1 * 0.8
    assert lever.recoverable[1:, ALPHA] == pytest.approx([3.0, 0.6, 0.8])
    # beta: the province is 4 points short of 50 %, worth 12 * 0.04; each unit alone has more room
    # (0.6 * 0.6, 0.3 * 0.4, 0.1 * 0.6)
    assert lever.recoverable[1:, BETA] == pytest.approx([0.48, 0.48, 0.48])
    assert lever.to_cap[1:, BETA] == pytest.approx([0.04 / 0.6, 0.04 / 0.3, 0.04 / 0.1])
    assert lever.dossiers_left[1:, ALPHA] == pytest.approx([300, 60, 80])
    # in their own scores: beta below 50 % can win 12 * 0.1, above it nothing
    assert lever.own_recoverable[1:, BETA] == pytest.approx([1.2, 0, 1.2])


def test_a_capped_component_is_worth_nothing_and_says_so() -> None:
    # beta 70 %: the cap is at 50 %
    lever = leverage(small_province([0.5, 0.8, 0.2], [0.7, 0.7, 0.7], [600, 300, 100]))
    assert lever.capped.tolist() == [False, True, False]
    assert not lever.per_point[:, BETA].any()
    assert not lever.per_thousand[:, BETA].any()
    assert not lever.recoverable[:, BETA].any()
    table = components(lever).set_index("component")
    assert table.loc["beta", "beyond"] == pytest.approx(0.2)
    assert table.loc["beta", "lost"] == 0


def test_a_province_exactly_at_its_target_is_capped() -> None:
    # beta 50 % is all there is: 6 points, published (0.6, 0.3 and 0.1 of 50 %) or brought there
    published = small_province([0.5, 0.8, 0.2], [0.5, 0.5, 0.5], [600, 300, 100])
    started = worked_example()
    raised = started.rate.copy()
    raised[1:, BETA] = 0.5
    moved = roll_up(started, raised)
    # 46 % + 0.6 x 10 % - 0.3 x 10 % + 0.1 x 10 % = 50 %, but for the last bit
    assert moved[PROVINCE, BETA] == pytest.approx(0.5, abs=1e-15)
    just_below = moved.copy()
    just_below[PROVINCE, BETA] = np.nextafter(0.5, 0)
    units = np.array([False, True, True, True])
    for baseline, rate in ((published, published.rate), (started, moved), (started, just_below)):
        lever = leverage(baseline, rate)
        assert lever.capped.tolist() == [False, True, False]
        assert not lever.per_thousand[:, BETA].any()
        assert lever_value(baseline, rate, BETA, units).capped
    # a thousandth of a percentage point short it isn't: 12 x 0.00001 points are left
    below = moved.copy()
    below[PROVINCE, BETA] = 0.49999
    assert not leverage(started, below).capped[BETA]
    value = lever_value(started, below, BETA, units)
    assert (value.now, value.capped) == (pytest.approx(0.00012), False)


def test_on_a_horizon_half_of_a_rise_arrives_and_there_are_twice_the_dossiers() -> None:
    lever = on_horizon(worked_example(), same_halves(), HORIZON)
    assert lever.per_point[1:, ALPHA] == pytest.approx([0.03, 0.015, 0.005])
    # 1,000 of the 2,000 dossiers that there will be
    assert lever.per_thousand[1:, ALPHA] == pytest.approx([5, 5, 5])
    # of the 600 still to come in the first unit half are left
    assert lever.dossiers_left[1:, ALPHA] == pytest.approx([300, 60, 80])


def test_without_numbers_of_dossiers_the_points_are_known_and_the_dossiers_are_not() -> None:
    one = small_province([0.5, 0.8], [0.4, 0.6], [2, 1], counted=False)
    lever = leverage(one)
    assert lever.per_point[1, ALPHA] == pytest.approx(10 * 2 / 3 * 0.01)
    assert np.isnan(lever.per_thousand[1:]).all()
    assert np.isnan(lever.dossiers_left[1:]).all()


def test_a_commune_counts_by_its_part_of_its_district() -> None:
    # u1 has 600 of 1,000 dossiers, u3 inside it has 150 of these 600
    nested = small_province([0.5, 0.8, 0.2], [0.4, 0.6, 0.4], [600, 400, 150], [0, 0, 1])
    assert nested.whole_share[:, ALPHA] == pytest.approx([1, 0.6, 0.4, 0.15])
    assert leverage(nested).per_point[3, ALPHA] == pytest.approx(10 * 0.15 * 0.01)


def test_levels_together_count_a_commune_inside_its_district_once() -> None:
    nested = small_province([0.5, 0.8, 0.2], [0.1, 0.1, 0.1], [600, 400, 150], [0, 0, 1])
    table = by_scope(leverage(nested), ["", "all", "all", "all"]).set_index("component")
    assert table.loc["alpha", "units"] == 2
    assert table.loc["alpha", "weight"] == pytest.approx(1)
    assert table.loc["alpha", "per_point"] == pytest.approx(0.1)
    assert table.loc["alpha", "recoverable"] == pytest.approx(10 * (0.6 * 0.5 + 0.4 * 0.2))


@given(
    st.lists(st.tuples(rates, rates, st.integers(1, 500)), min_size=2, max_size=5),
    st.floats(0, 1),
    st.data(),
)
def test_gain_is_what_the_engine_gives(
    units: list[tuple[float, float, int]], step: float, data: st.DataObject
) -> None:
    alpha, beta, dossiers = (list(values) for values in zip(*units, strict=True))
    baseline = small_province(alpha, beta, dossiers)
    row = data.draw(st.integers(1, len(units)))
    gain = leverage(baseline).gain(step)
    for column in (ALPHA, BETA):
        assert gain[row, column] == pytest.approx(by_engine(baseline, row, column, step), abs=1e-9)


def by_engine(baseline: Baseline, row: int, column: int, step: float) -> float:
    rate = baseline.rate.copy()
    rate[row, column] = min(1.0, rate[row, column] + step)
    after = score(baseline, roll_up(baseline, rate)).total[PROVINCE]
    return float(after - score(baseline, baseline.rate).total[PROVINCE])


@given(st.lists(st.tuples(rates, rates, st.integers(1, 500)), min_size=2, max_size=5))
def test_no_unit_is_worth_more_than_what_is_lost(units: list[tuple[float, float, int]]) -> None:
    alpha, beta, dossiers = (list(values) for values in zip(*units, strict=True))
    lever = leverage(small_province(alpha, beta, dossiers))
    lost = components(lever).set_index("component")["lost"].to_numpy()
    assert (lever.recoverable <= lost + 1e-12).all()
    assert (lever.per_point <= lever.recoverable + 1e-12).all()


def test_phu_tho_names_the_late_dossiers_of_agriculture_and_environment(phu_tho: Leverage) -> None:
    """Published: 597,918 dossiers, 69,234 of them late; the department 83,675 and 25,179."""
    first = strongest(phu_tho, 1).iloc[0]
    assert (first["unit"], first["component"]) == ("H44.45", "on_time")
    assert first["dossiers_left"] == pytest.approx(25179)
    assert first["part"] == pytest.approx(25179 / 69234)
    assert first["province_rate"] == pytest.approx(528684 / 597918)  # 88.42 %
    # without its dossiers: (528,684 - 58,496) / (597,918 - 83,675) = 91.43 %
    assert first["without"] == pytest.approx(470188 / 514243)
    assert round(first["without"], 4) == 0.9143
    # each is lost in satisfaction too, 6 points at 90 %: 6 / 0.9 * 0.0157 = 0.1075 to its cap
    satisfied = 6 / 0.9 * (0.9 - 528464 / 597918)
    assert first["recoverable"] == pytest.approx(20 * 25179 / 597918 + satisfied)


def test_phu_tho_says_what_is_capped_and_who_moves_what(phu_tho: Leverage) -> None:
    table = components(phu_tho).set_index("component")
    assert bool(table.loc["filed_online", "capped"])
    assert table.loc["filed_online", "beyond"] == pytest.approx(0.9859540319856028 - 0.5)
    assert table.loc["personal_storage", "who"] == "units"
    assert table.loc["publish_on_time", "who"] == "province"
    assert table.loc["on_time", "who"] == "units"
    # nothing of the personal store has been used: all of its 4 points are there to be won
    assert "personal_storage" in set(strongest(phu_tho)["component"])


def test_what_is_earned_and_lost_is_the_published_score(phu_tho: Leverage) -> None:
    table = components(phu_tho)
    assert table["earned"].sum() == pytest.approx(61.89, abs=0.02)
    assert (table["earned"] + table["lost"]).sum() == pytest.approx(100)


def test_plain_data_has_every_unit_and_no_nan(phu_tho: Leverage) -> None:
    found = plain_levers(phu_tho, 3)
    units = found["units"]
    assert isinstance(units, dict) and len(units) == 164
    assert units["H44.45"]["on_time"]["dossiers_left"] == pytest.approx(25179)
    assert found["capped"] == ["dossier_sync", "filed_online"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Sở Nông nghiệp và Môi trường", "sở"),
        ("UBND Phường Việt Trì", "phường"),
        ("UBND thị xã Bình Long", "thị xã"),
        ("Ban quản lý các khu công nghiệp", "ban quản lý"),
        ("Chi nhánh Văn phòng Đăng ký đất đai Hớn Quản", "chi nhánh"),
        ("Somewhere", ""),
    ],
)
def test_the_kind_of_a_unit_is_how_its_name_begins(name: str, kind: str) -> None:
    assert unit_kind(name) == kind
