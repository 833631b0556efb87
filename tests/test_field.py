"""Laws of ranks and of the moving field, and the published ranks it must give back."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dataset.boards import plain_name
from core.field import level
from core.field.board import (
    board_field,
    board_history,
    common_pace,
    recount_scale,
)
from core.field.draws import moved, rank_distribution, stated_for
from core.field.points import Own, own_field, points_backtest, points_field
from core.field.ranks import exact_rank, summarise
from core.field.shape import board_shapes, order_moments, sample_shape

DATA = Path(__file__).resolve().parent.parent / "data"
PHU_THO = pd.read_csv(DATA / "phu_tho_2026" / "field.csv")
POINTS = pd.read_csv(DATA / "binh_phuoc_2025" / "field.csv")
BOARDS = pd.concat([pd.read_csv(DATA / "boards.csv"), PHU_THO], ignore_index=True)
SIZE, DRAWS = 63, 1000
# Own scores at the baselines. 2024: the notice's group points, 11.3 + 19.4 + 5.4 + 3.2 + 17.4 +
# 10.7 = 67.4, rank 28. 2025: rank 8 is published, the score an estimate.
OWN_2024 = Own(dt.date(2024, 3, 27), 67.4, 0.0, 28)
OWN_2025 = Own(dt.date(2025, 3, 27), 86.24, 2.0, 8)


def known(until: dt.date) -> pd.DataFrame:
    return POINTS[POINTS["date"] <= str(until)]


BOARD = board_field(PHU_THO, "Phú Thọ", dt.date(2026, 9, 28), DRAWS)
BASE_2024 = own_field(known(OWN_2024.date), BOARDS, SIZE, OWN_2024, DRAWS)
BASE_2025 = own_field(known(OWN_2025.date), BOARDS, SIZE, OWN_2025, DRAWS)
PUBLISHED = points_field(POINTS, BOARDS, dt.date(2024, 6, 30), SIZE, draws=DRAWS)
FIELDS = pytest.mark.parametrize("field", [BOARD, BASE_2024, BASE_2025, PUBLISHED])
scores = st.floats(0, 100)
days = st.floats(0, 365)


# Ranks --------------------------------------------------------------------------------------------


def test_equal_scores_share_the_better_rank() -> None:
    # 90, 80, 80, 70: ranks 1, 2, 2, 4, each score against the other three.
    board = np.array([90.0, 80.0, 80.0, 70.0])
    others = np.array([np.delete(board, i) for i in range(4)])
    assert exact_rank(board, others).tolist() == [1, 2, 2, 4]


def test_exact_rank_takes_one_score_or_one_per_draw() -> None:
    others = np.array([[50.0, 60.0], [70.0, 80.0]])
    assert exact_rank(65.0, others).tolist() == [1, 3]
    assert exact_rank(np.array([55.0, 75.0]), others).tolist() == [2, 2]
    assert exact_rank(55.0, others[0]) == 2


@FIELDS
@given(score=scores, more=st.floats(0, 50), days=days)
def test_a_better_score_never_worsens_the_rank(field, score, more, days) -> None:
    assert (field.ranks(score + more, days) <= field.ranks(score, days)).all()


@FIELDS
@given(score=scores, gain=st.floats(-20, 20), more=st.floats(0, 20), days=days)
def test_a_larger_field_gain_never_improves_the_rank(field, score, gain, more, days) -> None:
    assert (field.ranks(score, days, gain + more) >= field.ranks(score, days, gain)).all()


@FIELDS
@given(score=scores, days=days)
def test_probabilities_rise_to_one_and_enclose_the_range(field, score, days) -> None:
    found = rank_distribution(field, score, days)
    reached = np.array(found.probability_at_most)
    assert len(reached) == field.size and reached[-1] == 1
    assert (np.diff(reached) >= 0).all()
    assert 1 <= found.p10 <= found.median <= found.p90 <= field.size
    assert reached[found.median - 1] >= 0.5 > (0, *reached)[found.median - 1]
    assert reached[found.p90 - 1] >= 0.9 > (0, *reached)[found.p90 - 1]


def test_summary_of_ten_draws() -> None:
    # Ranks 1..10 once each among 12: a tenth at most 1, half at most 5, nine tenths at most 9.
    found = summarise(np.arange(1, 11), 12)
    assert (found.p10, found.median, found.p90) == (1, 5, 9)
    assert found.probability_at_most == pytest.approx([*np.arange(1, 11) / 10, 1, 1])


@FIELDS
def test_all_scores_stay_between_0_and_100(field) -> None:
    for gain in (-200.0, 200.0, None):
        totals = field.totals(200, gain)
        assert totals.shape[1] == field.size - 1
        assert totals.min() >= 0 and totals.max() <= 100


@FIELDS
def test_time_outside_the_drawn_path_is_an_error(field) -> None:
    for wrong in (-1, 5000, float("nan")):
        with pytest.raises(ValueError, match=r"days_ahead .*, expected 0 to 7"):
            field.totals(wrong)


@pytest.mark.parametrize(
    ("field", "score"), [(BOARD, 61.89), (BASE_2024, 67.4), (BASE_2025, 86.24)]
)
def test_the_range_widens_with_the_horizon(field, score) -> None:
    found = [rank_distribution(field, score, ahead) for ahead in (0, 14, 95)]
    widths = [one.p90 - one.p10 for one in found]
    assert widths[0] == 0 < widths[1] < widths[2]


def test_the_same_seed_gives_the_same_draws_and_another_gives_others() -> None:
    again = own_field(known(OWN_2025.date), BOARDS, SIZE, OWN_2025, DRAWS)
    other = own_field(known(OWN_2025.date), BOARDS, SIZE, OWN_2025, DRAWS, seed=1)
    assert np.array_equal(again.totals(95), BASE_2025.totals(95))
    assert not np.array_equal(other.totals(95), BASE_2025.totals(95))
    board = board_field(PHU_THO, "Phú Thọ", dt.date(2026, 9, 28), DRAWS)
    assert np.array_equal(board.totals(95), BOARD.totals(95))


# A full board -------------------------------------------------------------------------------------


def test_phu_tho_is_16th_on_28_september_2026() -> None:
    # Board of 28 September: 14 = Lâm Đồng 62.70, 15 = Thái Nguyên 61.93, 16 = Phú Thọ 61.89,
    # 17 = Cao Bằng 61.72. So 0.04 to pass the next, 0.17 before the next falls behind.
    found = rank_distribution(BOARD, 61.89)
    assert (found.p10, found.median, found.p90) == (16, 16, 16)
    assert BOARD.size == 34 and "Phú Thọ" not in BOARD.names


def test_pace_follows_the_boards_and_is_shrunk() -> None:
    # Means 61.55 on 17 September to 62.59 on 10 October: what is missing went from 38.45 to 37.41
    # in 23 days, by ln(38.45 / 37.41) / 23 = 0.00119 a day. The prior is 0.8 points a month of the
    # 24.5 missing in August 2024, about 0.001, so the pace lies between the two.
    pace, pace_sd, walk = common_pace(board_history(PHU_THO), PHU_THO)
    assert 0.001 < pace < np.log(38.45 / 37.41) / 23
    assert 0 < pace_sd < 0.0006
    assert walk >= 0.0044
    boards = board_history(PHU_THO)
    assert common_pace(boards[:1], PHU_THO[:0])[0] == pytest.approx(0.8 / 30.4 / 25, rel=0.06)


def test_the_pace_never_falls_below_nothing() -> None:
    """What provinces lose is no pace: it is a recount, and goes into the walk."""
    # All lose 0.1 points a day for 30 days: what is missing grows from 38 to 41, by ln(41 / 38) =
    # 0.0760, -0.0025 a day. Each step is 0.0036 below the prior pace of 0.001, less than the walk
    # of 0.0044 a day, so the walk stays and the boards are believed by 0.0006^2 / (0.0006^2 +
    # 0.0044^2 / 30) = 36 %: 0.001 - 0.36 x 0.0035 = -0.0003
    falling = [
        {"date": f"2026-01-{day + 1:02}", "province": name, "total": start - 0.1 * day}
        for day in range(31)
        for name, start in (("A", 60.0), ("B", 62.0), ("C", 64.0))
    ]
    rows = pd.DataFrame(falling).assign(period="year_to_date", mean_total=np.nan)
    pace, _, walk = common_pace(board_history(rows), rows)
    assert (pace, walk) == (0.0, pytest.approx(0.0044))
    # a province's own pace is drawn around it: the half that would be below 0 is 0
    found = board_field(rows, "B", draws=DRAWS).pace
    assert found.min() == 0
    assert (found == 0).mean() == pytest.approx(0.5, abs=0.05)


def test_the_mean_of_all_never_comes_nearer_than_a_point_to_100() -> None:
    given = points_field(POINTS, BOARDS, dt.date(2024, 6, 30), SIZE, draws=DRAWS, mean=99.9)
    missing = np.exp(given.centre + given.path)
    assert missing.min() == pytest.approx(1.0)
    assert given.totals(90).max() <= 100


def test_recounts_grow_with_what_was_seen_and_never_below_the_prior() -> None:
    still = pd.DataFrame(60.0, index=pd.date_range("2026-01-01", periods=4), columns=range(5))
    assert recount_scale(still) == recount_scale(still[:1]) == pytest.approx(0.25 / 38.5, rel=0.01)
    # 26 to 28 September: 34 moves with a standard deviation of 0.58 points
    boards = board_history(PHU_THO)
    quiet, loud = recount_scale(boards[:2]), recount_scale(boards[:3])
    assert quiet == recount_scale(boards[:1])
    assert quiet < loud < 0.6 / 38.5


def test_field_gain_replaces_the_pace() -> None:
    """Two points on the mean, each province in the same part of what it misses."""
    calm, gained = BOARD.totals(90, 0.0), BOARD.totals(90, 2.0)
    start = BOARD.start[0]
    missing = 100 - start.mean()
    assert (100 - gained) / (100 - calm) == pytest.approx(np.full(calm.shape, 1 - 2 / missing))
    assert np.median(calm - start) == pytest.approx(0, abs=0.3)
    # the prior pace, 0.001 of what is missing a day: 38.4 * (1 - exp(-0.09)) = 3.3 points
    assert np.median(BOARD.totals(90) - start) == pytest.approx(3.3, abs=0.6)


@FIELDS
@given(days=days, gain=st.none() | st.floats(-20, 60))
def test_what_is_missing_shrinks_and_nobody_passes_100(field, days, gain) -> None:
    """`100 - (100 - S) k e`: what is left of it is never gone and never negative."""
    totals = field.totals(days, gain)
    assert totals.max() <= 100 and totals.min() >= 0
    if np.isfinite(field.own_start).all():
        for score in (0.0, 61.89, 99.9, 100.0):
            own = moved(score, np.zeros(len(totals)), field.like_the_others(days, gain))
            assert own.max() <= 100 and own.min() >= 0


def test_k_is_never_above_one_and_the_own_province_has_it_too() -> None:
    """Without recounts nobody loses: the pace alone only takes from what is missing."""
    quiet = replace(BOARD, path=0 * BOARD.path, recount=0 * BOARD.recount, memory=1e12)
    assert (quiet.totals(90) >= BOARD.start - 1e-9).all()
    assert (quiet.like_the_others(90) <= 1 + 1e-9).all()
    assert (quiet.standing_still(90) == 1).all()
    # the same law: over the draws the own province gains as one at its score does
    part = (100 - quiet.totals(90)) / (100 - quiet.start)
    own = quiet.like_the_others(90)
    assert own.mean() == pytest.approx(part.mean(), abs=0.003)
    assert own.std() == pytest.approx(part.std(axis=0).mean(), rel=0.1)


def test_the_own_noise_is_the_fields_noise() -> None:
    """Ranges of the own score at 9 to 13 days are as wide as those of a province at its level."""
    near = [i for i, total in enumerate(BOARD.start[0]) if abs(total - 61.89) < 0.5]
    for ahead in (9, 11, 13):
        low, high = np.quantile(BOARD.totals(ahead)[:, near], [0.1, 0.9], axis=0)
        own = moved(61.89, BOARD.own_error, BOARD.like_the_others(ahead))
        width = np.subtract(*np.quantile(own, [0.9, 0.1]))
        assert width == pytest.approx((high - low).mean(), rel=0.1)
        assert width >= 1.5


def test_the_spread_of_a_board_does_not_grow_without_end() -> None:
    spread = [BOARD.totals(ahead).std(axis=1).mean() for ahead in (0, 95, 180, 365)]
    assert max(spread) < 1.1 * spread[0]
    # half of a lead is forgotten after 365 ln 2 = 253 days where nothing else moves
    still = replace(
        BOARD, path=0 * BOARD.path, recount=0 * BOARD.recount, pace=0 * BOARD.pace
    ).totals(253)
    lead = np.log(100 - BOARD.start[0]) - BOARD.centre[0, 0]
    assert np.log(100 - still[0]) - BOARD.centre[0, 0] == pytest.approx(lead / 2, rel=0.001)


@FIELDS
@given(score=scores, ahead=days)
def test_the_stated_score_for_a_hurdle_comes_to_it(field, score, ahead) -> None:
    if not np.isfinite(field.own_start).all():
        return
    part, error = field.like_the_others(ahead), field.own_error
    needed = stated_for(np.full(len(part), score), error, part)
    within = (needed + error >= 0) & (needed + error <= 100)
    assert moved(needed, error, part)[within] == pytest.approx(score)


def test_names_are_compared_without_their_rank() -> None:
    assert plain_name("thành phố Quảng Ninh") == plain_name("Quảng Ninh") == "Quảng Ninh"
    assert plain_name("TP. Hồ Chí Minh") == plain_name("TP Hồ Chí Minh") == "Hồ Chí Minh"
    assert plain_name("Tỉnh Phú Thọ") == "Phú Thọ"


def test_what_a_board_can_not_answer_is_named() -> None:
    with pytest.raises(ValueError, match=r"'Bình Phước', expected one of .*Phú Thọ"):
        board_field(PHU_THO, "Bình Phước")
    with pytest.raises(ValueError, match=r"2026-09-27, expected one of 2026-09-17, 2026-09-26"):
        board_field(PHU_THO, "Phú Thọ", dt.date(2026, 9, 27))
    with pytest.raises(ValueError, match="no full board"):
        board_history(POINTS[:0])
    other = PHU_THO.replace({"province": {"Quảng Ninh": "Bình Phước"}})
    mixed = pd.concat([PHU_THO[PHU_THO["date"] != "2026-09-17"], other[:34]])
    with pytest.raises(ValueError, match=r"board of 2026-09-17, .* not Quảng Ninh"):
        board_history(mixed)


def test_a_date_with_some_provinces_is_single_figures() -> None:
    """33 of 34 provinces on one date, 3 on another: no boards, and no errors."""
    torn = PHU_THO.drop(PHU_THO.index[3])
    few = pd.concat([torn, PHU_THO[:3].assign(date="2026-10-20")])
    whole, kept = board_history(PHU_THO), board_history(few)
    assert kept.equals(whole[1:])
    assert board_field(few, "Phú Thọ").size == 34


# Without a board ----------------------------------------------------------------------------------


def test_the_shape_is_standardised_sorted_and_left_skewed() -> None:
    shapes = board_shapes(BOARDS)
    assert shapes.shape[0] == 3  # 2025 year, 2025 month, 2026 year
    assert (np.diff(shapes, axis=1) > 0).all()
    z = sample_shape(shapes, 500, SIZE, np.random.default_rng(1))
    assert z.mean(axis=1) == pytest.approx(0, abs=1e-12)
    assert z.std(axis=1) == pytest.approx(1)
    assert (np.diff(z, axis=1) <= 0).all()
    assert (z**3).mean() < -0.1
    best, last = order_moments(z)[0][[0, -1]]
    assert 1.8 < best < -last


def test_a_thin_board_has_no_shape() -> None:
    with pytest.raises(ValueError, match="board of 2024-12-31: 8 provinces, expected a full board"):
        board_shapes(POINTS[(POINTS["date"] == "2024-12-31") & (POINTS["province"] != "Hà Nam")])
    with pytest.raises(ValueError, match="no full board"):
        board_shapes(BOARDS[:0])


def test_mean_and_spread_from_two_scores() -> None:
    # Three provinces at standardised 1, 0, -1 without scatter; on 1 January 2024 the first has 80
    # and the last 60: mean 70, spread 10. The spread's prior is 7.5 with variance 2² + 1² * 2 years
    # = 6, the figures know it to 0.7² / 2 = 0.245: 7.5 + 2.5 * 6 / 6.245 = 9.90.
    rows = pd.DataFrame(
        {"date": "2024-01-01", "period": "month", "total": [80.0, 60.0], "rank": [1, 3]}
    ).assign(mean_total=np.nan)
    moments = (np.array([1.0, 0.0, -1.0]), np.zeros((3, 3)))
    mean, cov = level.posterior(level.gather(rows, 3), moments, np.array([2.0]), 1.0)
    assert mean == pytest.approx([70, 9.90], abs=0.05)
    assert np.sqrt(cov[1, 1]) == pytest.approx(np.sqrt(6 * 0.245 / 6.245), abs=0.01)


def test_one_score_tells_less_where_places_scatter() -> None:
    # The score at a rank with scatter 0.3: its noise grows from 0.7 to about 0.3 * 7.5 = 2.25.
    row = POINTS[POINTS["date"] == "2023-12-31"][:1].assign(rank=2)
    when, still = level.years(pd.DatetimeIndex(["2023-12-31"])), np.zeros((3, 3))
    seen = level.gather(row, 3)
    errors = [
        level.posterior(seen, (np.zeros(3), still + scatter**2 * np.eye(3)), when, 0.0)[1][0, 0]
        for scatter in (0.0, 0.3)
    ]
    # Both keep the 0.7² that any later figure may be off by.
    assert np.sqrt(errors[0]) == pytest.approx(np.hypot(0.7, 0.7), abs=0.05)
    assert np.sqrt(errors[1]) == pytest.approx(np.sqrt(0.7**2 + 0.7**2 + 2.25**2), abs=0.1)


def test_a_national_mean_moves_the_mean_and_not_the_spread() -> None:
    rows = POINTS[POINTS["mean_total"].notna()]
    moments = (np.array([1.0, 0.0, -1.0]), np.zeros((3, 3)))
    when = level.years(pd.DatetimeIndex(["2024-10-28"]))
    mean, _ = level.posterior(level.gather(rows, 3), moments, when, 0.0)
    assert mean == pytest.approx([77.3, level.SPREAD], abs=0.1)


@pytest.mark.parametrize(("own", "base"), [(OWN_2024, BASE_2024), (OWN_2025, BASE_2025)])
def test_binh_phuoc_has_its_published_rank_at_the_baseline(own: Own, base) -> None:
    found = rank_distribution(base, own.total)
    assert (found.p10, found.median, found.p90) == (own.rank,) * 3
    assert (base.ranks(own.total - 1e-6) == own.rank).all()  # nobody stands on the own place


def test_the_estimate_gives_way_to_the_published_score() -> None:
    # 82.5 points were rank 1 the day after (Thái Nguyên): 86.24 can't have been rank 8.
    with_it = own_field(POINTS, BOARDS, SIZE, OWN_2025, DRAWS)
    assert with_it.own_error.mean() < -2 < BASE_2025.own_error.mean()
    assert rank_distribution(with_it, 86.24).median == 8
    assert (BASE_2024.own_error == 0).all()
    first = dt.date(2025, 3, 28)
    field = points_field(POINTS, BOARDS, first, SIZE, own=OWN_2025, draws=DRAWS)
    assert rank_distribution(field, 82.5).p10 == 1


def test_published_pairs_are_inside_their_range() -> None:
    pairs = [("2024-01-31", 67.91, 46), ("2024-03-27", 67.4, 28), ("2024-12-31", 88.2, 4)]
    for date, total, rank in pairs:
        day = dt.date.fromisoformat(date)
        field = points_field(POINTS, BOARDS, day, SIZE, own=OWN_2024, draws=DRAWS)
        found = rank_distribution(field, total)
        assert found.p10 <= rank <= found.p90, (day, found)
        assert abs(found.median - rank) <= 4


def test_ranks_left_out_are_predicted_as_well_as_stated() -> None:
    found = points_backtest(POINTS, BOARDS, SIZE, draws=500)
    assert len(found) == 18
    assert found["inside"].mean() >= 0.75
    assert found["error"].median() <= 4
    assert (found["p90"] - found["p10"]).mean() < 15


def test_a_given_mean_is_believed_and_an_unknown_period_widens() -> None:
    day = dt.date(2024, 6, 15)
    told = points_field(POINTS, BOARDS, day, SIZE, mean=74.0, draws=DRAWS)
    unknown = points_field(POINTS, BOARDS, day, SIZE, draws=DRAWS)
    year = points_field(POINTS, BOARDS, day, SIZE, period="year_to_date", draws=DRAWS)
    means = [100 - np.exp(one.centre) for one in (told, year, unknown)]
    assert means[0].mean() == pytest.approx(74, abs=0.2)
    assert means[0].std() < means[1].std() < means[2].std()


def test_a_figure_of_new_year_is_the_result_of_the_year() -> None:
    # Báo cáo 12/BC-VPCP is dated 2 January 2025 and reports the year 2024: Cà Mau 91.06, rank 1.
    told = [
        points_field(POINTS, BOARDS, day, SIZE, draws=DRAWS).start
        for day in (dt.date(2024, 12, 31), dt.date(2025, 1, 2), dt.date(2025, 1, 31))
    ]
    assert np.array_equal(told[0], told[1])
    assert told[2].mean() < told[0].mean()


def test_the_field_keeps_mean_and_spread_while_places_change() -> None:
    now, later = BASE_2024.totals(0, 0.0), BASE_2024.totals(365, 0.0)
    # places change in the logarithm of what is missing, so the mean moves by a few tenths
    assert later.mean() == pytest.approx(now.mean(), abs=0.5)
    assert later.std(axis=1).mean() == pytest.approx(now.std(axis=1).mean(), rel=0.05)
    kept = [np.corrcoef(a, b)[0, 1] for a, b in zip(now, later, strict=True)]
    assert np.mean(kept) == pytest.approx(np.exp(-365 / 730), abs=0.05)  # a memory of two years


def test_a_figure_that_can_not_be_is_named() -> None:
    row = POINTS.iloc[[0]]
    with pytest.raises(ValueError, match="rank 64, expected at most 63"):
        level.gather(row.assign(rank=64.0), SIZE)
    with pytest.raises(ValueError, match="period 'quarter', expected one of"):
        level.gather(row.assign(period="quarter"), SIZE)
