"""Cascade: a province target over three units by hand, and laws on random ones."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.goal.cascade import METHODS, Cascade, cascade, cascade_scenario, spread
from core.goal.options import Limit, Options
from core.index.rollup import PROVINCE, Baseline
from core.outlook.simulate import simulate
from core.problems import DataError
from tests.small_province import same_halves, small_province, worked_example
from worlds import shipped

DAYS = same_halves()
FEW = settings(max_examples=40)


def split(target: float, method: str = "gap", **options: object) -> Cascade:
    """Alpha of the worked example: 50, 80, 20 % of 600, 300, 100 dossiers, together 56 %; until
    `late` as many dossiers come in again, so half of a rise arrives."""
    chosen = Options(**options)  # type: ignore[arg-type]
    return cascade(worked_example(), DAYS, "alpha", target, "late", method, chosen)


def column(found: Cascade, name: str) -> list[float]:
    return found.units[name].tolist()


def by_engine(baseline: Baseline, found: Cascade) -> float:
    after = simulate(baseline, cascade_scenario(baseline, found), DAYS)[found.horizon].after
    return float(after.rate[PROVINCE, baseline.rules.index(found.component)])


# 67 % at the end are 11 points more, 22 on the new dossiers: 220 of 1,000 extra dossiers


def test_by_gap_every_unit_closes_the_same_part() -> None:
    found = split(0.67)
    # 300 + 60 + 80 = 440 are missing: half of them
    assert found.reason == "split"
    assert column(found, "dossiers") == pytest.approx([150, 30, 40])
    assert column(found, "new") == pytest.approx([0.75, 0.9, 0.6])
    assert column(found, "rate") == pytest.approx([0.625, 0.85, 0.4])
    assert column(found, "per_week") == pytest.approx([150 * 0.07, 30 * 0.07, 40 * 0.07])
    assert found.needed == pytest.approx(0.78)


def test_a_unit_with_less_than_a_dossier_is_not_the_most_loaded() -> None:
    """Of 6, 3 and 1 dossiers as many come in again: the third has to give 0.4 of one, in 100
    more than anybody else; only the first has a whole one to give."""
    few = replace(worked_example(), dossiers=worked_example().dossiers / 100)
    found = cascade(few, DAYS, "alpha", 0.67, "late", "gap")
    assert column(found, "dossiers") == pytest.approx([1.5, 0.3, 0.4])
    assert column(found, "whole") == [True, False, False]
    assert found.units.set_index("unit")["rise"].idxmax() == "u3"
    assert (found.most_loaded, found.highest) == ("u1", pytest.approx(0.25))


def test_by_volume_everybody_rises_by_the_same_points() -> None:
    # 22 points each, but the second unit has only 20 to 100 %: its other 6 dossiers go to the
    # first and the third, 6 / 700 each
    found = split(0.67, "volume")
    rise = 0.22 + 6 / 700
    assert column(found, "rise") == pytest.approx([rise, 0.2, rise])
    assert column(found, "full") == [False, True, False]


def test_pro_rata_every_rate_is_multiplied_by_the_same_factor() -> None:
    # 300, 240 and 20 done now; 60 to go in the second unit: full; the other 160 by 300 : 20
    found = split(0.67, "pro_rata")
    assert column(found, "dossiers") == pytest.approx([150, 60, 10])
    # without a wall: 57 % at the end is 56 % times 57 / 56 for everybody
    small = split(0.57, "pro_rata")
    factor = 57 / 56
    assert column(small, "rate") == pytest.approx([0.5 * factor, 0.8 * factor, 0.2 * factor])


def test_evenly_everybody_has_the_same_number_of_dossiers() -> None:
    # 73.33 each; the second has 60, so 80 for the others: the third is full too
    found = split(0.67, "even")
    assert column(found, "dossiers") == pytest.approx([80, 60, 80])
    assert column(split(0.65, "even"), "dossiers") == pytest.approx([60, 60, 60])


def test_held_units_stay_and_the_others_take_their_part() -> None:
    found = split(0.6, held=("u2",))
    # 80 dossiers over 300 + 80 missing
    assert column(found, "dossiers") == pytest.approx([80 * 300 / 380, 0, 80 * 80 / 380])
    assert column(found, "held") == [False, True, False]
    assert by_engine(worked_example(), found) == pytest.approx(0.6, abs=1e-12)


def test_the_load_is_against_the_own_dossiers_and_the_heaviest_is_named() -> None:
    found = split(0.67)
    assert column(found, "rise") == pytest.approx([150 / 600, 30 / 300, 40 / 100])
    assert found.load == pytest.approx(0.22)
    assert found.most_loaded == "u3"
    assert column(found, "share") == pytest.approx([150 / 220, 30 / 220, 40 / 220])


def test_what_cannot_be_is_explained() -> None:
    # all 440 dossiers are 22 points at the end: 78 %
    wall = split(0.8)
    assert (wall.reason, wall.best) == ("out_of_reach", pytest.approx(0.78))
    assert column(wall, "new") == [1, 1, 1] and column(wall, "full") == [True] * 3
    assert wall.needed == pytest.approx(1.04)
    assert split(0.78).reason == "split"
    held = split(0.6, held=("level:district",))
    assert (held.reason, held.best, held.most_loaded) == ("held", pytest.approx(0.56), None)
    assert not any(column(held, "rise"))
    assert split(0.5).reason == "met"
    assert not any(column(split(0.5), "rise"))
    lower = split(0.7, limits=(Limit("u1", "alpha", 0.6),))
    assert (lower.reason, lower.best) == ("out_of_reach", pytest.approx(0.56 + 0.2 / 2))


def test_wrong_questions_name_the_field() -> None:
    with pytest.raises(DataError, match="'own': expected a component that adds up from units"):
        cascade(worked_example(), DAYS, "own", 0.6, "late")
    with pytest.raises(DataError, match=r"'1\.2': expected a rate from 0 to 1"):
        split(1.2)
    with pytest.raises(DataError, match="'fair': expected one of pro_rata, even, gap, volume"):
        split(0.6, "fair")
    with pytest.raises(DataError, match="'someday': expected a horizon"):
        cascade(worked_example(), DAYS, "alpha", 0.6, "someday")


def test_a_held_commune_keeps_its_part_of_the_district() -> None:
    # u1 is a district of 600 with the commune u3 of 200 at 20 % inside: 160 of its 300 are held
    nested = small_province([0.5, 0.8, 0.2], [0.3, 0.6, 0.4], [600, 400, 200], [0, 0, 1])
    found = cascade(nested, DAYS, "alpha", 0.9, "late", "gap", Options(held=("u3",)))
    assert found.units["unit"].tolist() == ["u1", "u2"]
    assert found.best == pytest.approx(0.62 + (140 + 80) / 1000 / 2)


@given(
    st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_the_parts_are_the_whole_in_proportion_up_to_the_wall(
    pairs: list[tuple[float, float]], part: float
) -> None:
    room, wanted = (np.array(values) for values in zip(*pairs, strict=True))
    whole = part * room.sum()
    parts = spread(whole, room, wanted)
    assert parts.sum() == pytest.approx(whole, rel=1e-12, abs=1e-12)
    assert (parts >= 0).all() and (parts <= room).all()
    open_ = (parts < room * (1 - 1e-12)) & (wanted > 1e-6)
    if open_.sum() > 1:
        factors = parts[open_] / wanted[open_]
        assert factors == pytest.approx(np.full(len(factors), factors[0]), rel=1e-6, abs=1e-9)
        # who is full would have had at least as much by the same factor
        full = ~open_ & (wanted > 1e-6)
        assert (wanted[full] * factors[0] >= parts[full] * (1 - 1e-6) - 1e-9).all()


fractions = st.integers(0, 20).map(lambda n: n / 20)


@FEW
@given(
    st.lists(st.tuples(fractions, st.integers(1, 500)), min_size=1, max_size=6),
    fractions,
    st.sampled_from(METHODS),
    st.sets(st.integers(1, 6), max_size=3),
)
def test_the_engine_gives_the_target_back(
    units: list[tuple[float, int]], target: float, method: str, held: set[int]
) -> None:
    alpha, dossiers = (list(values) for values in zip(*units, strict=True))
    baseline = small_province(alpha, alpha, dossiers)
    kept = tuple(f"u{row}" for row in held if row <= len(units))
    found = cascade(baseline, DAYS, "alpha", target, "late", method, Options(held=kept))
    expected = {
        "split": target,
        "met": found.at_pace,
        "held": found.at_pace,
        "out_of_reach": found.best,
    }[found.reason]
    assert by_engine(baseline, found) == pytest.approx(expected, abs=1e-12)
    assert (found.reason == "split") == (found.at_pace < target <= found.best + 1e-12)
    rows = found.units.set_index("unit")
    assert (rows.loc[list(kept), "rise"] == 0).all()
    assert (rows["new"] <= 1).all() and (rows["rise"] >= 0).all()


def test_phu_tho_digitised_in_every_way() -> None:
    case = shipped("phu_tho_2026")
    for method in METHODS:
        found = cascade(case.baseline, case.calendar, "digitized", 0.35, "year_end", method)
        scenario = cascade_scenario(case.baseline, found)
        after = simulate(case.baseline, scenario, case.calendar)["year_end"].after
        column = case.baseline.rules.index("digitized")
        assert after.rate[PROVINCE, column] == pytest.approx(0.35, abs=1e-12)
        # 597,918 dossiers so far; 10.733 points more of all dossiers of the year
        extra = (0.35 - 145096 / 597918) * 597918 * 365 / 271
        assert found.units["dossiers"].sum() == pytest.approx(extra, rel=1e-4)
    assert found.date == dt.date(2026, 12, 31) and len(found.units) == 162
