"""What a wished score or rank asks of the planned score: laws that tie it to the strip's ranks."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.goal.options import Options
from core.goal.seek import plan_scenario
from core.goal.wish import Wish, aims, chance, pursue
from core.outlook.case import Case
from core.problems import DataError
from core.scenario.model import Assumptions, Scenario
from small_province import same_halves, unmoved
from worlds import phu_tho, shipped

DATE = "year_end"


@cache
def binh_phuoc() -> Case:
    return shipped("binh_phuoc_2025")


@pytest.mark.parametrize("gain", [None, 0.0, 2.0])
def test_a_rank_has_the_chance_that_the_strip_shows(gain: float | None) -> None:
    case = phu_tho()
    assumed = Scenario(dataset="phu_tho_2026", assumptions=Assumptions(field_gain=gain))
    one = case.outlook(assumed)[DATE]
    for rank in (1, 5, 16, 34):
        found = chance(case, Wish(DATE, rank=rank), one.result.score_after, gain)
        assert found == one.after.rank.probability_at_most[rank - 1]


@pytest.mark.parametrize(
    ("case", "wish"),
    [
        (phu_tho, Wish(DATE, rank=14, probability=0.6)),
        (binh_phuoc, Wish(DATE, rank=14, probability=0.6)),
    ],
)
def test_a_plan_for_a_rank_keeps_its_promise_in_the_engine(case: object, wish: Wish) -> None:
    """The probability that the plan states is the one that Simulate shows for that rank."""
    made: Case = case()  # type: ignore[operator]
    sought = pursue(made, made.baseline, wish)
    assert sought.answer.status == "reached"
    plans = {"plain": sought.safety.plain, "safe": sought.safety.safe}
    for name, found in plans.items():
        after = made.outlook(plan_scenario(made.baseline, found.plan))[DATE].after
        assert sought.chances[name] == after.rank.probability_at_most[wish.rank - 1]
    assert sought.chances["plain"] >= 0.6


@pytest.mark.parametrize("case", [phu_tho, binh_phuoc])
def test_the_aim_is_the_lowest_score_that_grants_the_wish(case: object) -> None:
    made: Case = case()  # type: ignore[operator]
    for wish in (Wish(DATE, rank=10, probability=0.7), Wish(DATE, score=64)):
        for aim in aims(made, wish)[:2]:
            if wish.score is None and aim.score < 100:
                assert chance(made, wish, aim.score) >= aim.probability
                assert chance(made, wish, aim.score - 0.05) < aim.probability
    safe = aims(made, Wish(DATE, score=64))[1]
    assert chance(made, Wish(DATE, score=64), safe.score) >= 0.8


def test_how_sure_a_goal_is_has_the_own_error_by_hand() -> None:
    # ten draws: the own score is -5, -4, ... 4 points off, the other province has 62
    drawn = unmoved([float(error) for error in range(-5, 5)], [62.0])
    case = replace(phu_tho(), calendar=same_halves(), drawn=drawn)
    # 60 planned points are 62 or more with the errors 2, 3 and 4
    for wish in (Wish("late", score=62), Wish("late", rank=1)):
        assert chance(case, wish, 60.0) == 0.3
    # eight of the ten errors are -3 or more: 3 points more than asked for are safe
    plain, safe, _ = aims(case, Wish("late", score=60))
    assert (plain.score, safe.score) == (60, pytest.approx(63, abs=1e-6))
    assert plain.probability == 0.5  # 0, 1, ... 4
    plain, safe, _ = aims(case, Wish("late", rank=1, probability=0.3))
    assert (plain.score, safe.score) == pytest.approx((60, 65), abs=1e-6)
    # what a plan brings more or less in a draw comes on top: 1 point more in each
    assert chance(case, Wish("late", score=62), 60.0, strays=np.ones(10)) == 0.4


def test_which_of_the_two_aims_is_asked_for() -> None:
    case = phu_tho()
    plain, safe, asked = aims(case, Wish(DATE, rank=5, probability=0.5))
    assert (plain.probability, safe.probability, asked) == (0.5, 0.8, "plain")
    plain, safe, asked = aims(case, Wish(DATE, rank=5, probability=0.9))
    assert (plain.probability, safe.probability, asked) == (0.5, 0.9, "safe")
    assert plain.score < safe.score
    plain, safe, asked = aims(case, Wish(DATE, score=63))
    assert (plain.score, safe.probability, asked) == (63, 0.8, "plain")


def test_a_better_rank_and_a_stronger_field_never_ask_for_less() -> None:
    case = phu_tho()
    needed = [aims(case, Wish(DATE, rank=rank))[0].score for rank in range(1, 35)]
    assert needed == sorted(needed, reverse=True)
    # whatever the field gains, the own province gains it too: the rank takes the same plan
    gains = [aims(case, Wish(DATE, rank=5), gain)[0].score for gain in (0.0, 1.0, 3.0)]
    assert gains == pytest.approx([gains[0]] * 3)


def test_rank_3_of_phu_tho_takes_levers_of_the_province() -> None:
    case, wish = phu_tho(), Wish(DATE, rank=3, probability=0.5)
    alone = pursue(case, case.baseline, wish).answer
    assert alone.status == "out_of_reach"
    assert alone.shortfall is not None
    ways = {way.kind: way for way in alone.shortfall.relaxations}
    assert ways["province"].enough
    options = Options(province_levers=dict.fromkeys(ways["province"].what, 100.0))
    together = pursue(case, case.baseline, wish, options).answer
    assert together.status == "reached"
    assert together.plan.score == pytest.approx(together.goal)


def test_no_aim_is_above_100_and_what_100_can_not_do_is_out_of_reach() -> None:
    """Bình Phước 2025: however sure one wants to be, 100 points are the end of the scale."""
    case = binh_phuoc()
    for gain in (None, 20.0):
        for rank in (1, 8):
            for part in (0.5, 0.95, 0.9999):
                wish = Wish(DATE, rank=rank, probability=part)
                for aim in aims(case, wish, gain)[:2]:
                    assert aim.score <= 100
                    assert aim.enough == (chance(case, wish, aim.score, gain) >= aim.probability)
    # an own score that may be 30 points lower in half of the draws can't be sure of 80
    unsure = np.where(np.arange(len(case.drawn.own)) % 2, -30.0, 0.0)
    safe = aims(case, Wish(DATE, score=80.0), None, unsure)[1]
    assert (safe.score, safe.enough) == (100, False)


WRONG = {
    "score": (Wish(DATE, score=100.5), "score: '100.5': expected points from 0 to 100"),
    "rank": (Wish(DATE, rank=0), "rank: '0': expected a rank from 1 to 34"),
    "probability": (Wish(DATE, rank=1, probability=0), "expected a fraction between 0 and 1"),
    "horizon": (Wish("q9", score=63), "horizon: 'q9': expected one of year_end"),
}


@pytest.mark.parametrize(("wish", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_wish_is_refused(wish: Wish, message: str) -> None:
    with pytest.raises(DataError, match=message):
        pursue(phu_tho(), phu_tho().baseline, wish)
