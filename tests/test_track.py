"""A plan against the figures that came since, and frozen forecasts against what happened.

Phú Thọ with a plan of 26 September 2026, whose figures are those of the board of the 28th. Figures
of 10 October are made here of them; score and rank of the boards in between are as published.
"""

import csv
import datetime as dt
import json
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import scoringrules
from hypothesis import given, settings
from hypothesis import strategies as st

from core.__main__ import main
from core.backtest.boards import crps
from core.dataset.facts import DATA
from core.levers.losses import losses
from core.outlook.case import Case, load_case
from core.plans.fairness import unit_loads
from core.plans.files import plan_text
from core.plans.model import Target, TargetPlan
from core.plans.worth import score_probability, unasked_points
from core.problems import DataError
from core.review.targets import Review, Verdict, like_others
from core.store import forecasts as register
from core.store.database import Store, open_store
from core.track.course import LIMITS, Pursuit, calls, courses
from core.track.follow import follow_up
from core.track.frozen import FrozenForecast, freeze, read_frozen
from core.track.marks import by_span, held_of_ten, marks, rank_mark
from core.track.moved_on import Known, MovedOn, moved_since

FEW = settings(max_examples=40, derandomize=True, deadline=None)
ISSUED, FIGURES, NOW = dt.date(2026, 9, 26), dt.date(2026, 9, 28), dt.date(2026, 10, 10)
YEAR_END = dt.date(2026, 12, 31)
LEVER = "digitized"
UNITS = ("H44.42", "H44.100", "H44.103")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_on(folder: Path, day: dt.date, later: dict[str, tuple[int, int]] | None = None) -> Path:
    """A copy of Phú Thọ as it was known on 28 September, or with later figures of `day` too.

    `later`: dossiers done and come since, by unit; all other counts stay as they were.
    """
    place = folder / f"phu_tho_{day:%m%d}"
    shutil.copytree(DATA / "phu_tho_2026", place)
    if later is None:
        for name, column in (("field.csv", "date"), ("counts.csv", "as_of")):
            write(place / name, [r for r in rows_of(place / name) if r[column] <= f"{day}"])
        return place
    rows = rows_of(place / "observations.csv")
    for row in list(rows):
        if row["component"] == "total" or row["component"].startswith("group:"):
            continue
        done, come = later.get(row["unit"], (0, 0)) if row["component"] == LEVER else (0, 0)
        more = {"numerator": f"{float(row['numerator']) + done:g}",
                "denominator": f"{float(row['denominator']) + come:g}",
                "points": ""} if come else {}  # fmt: skip
        rows.append(row | {"as_of": f"{day}"} | more)
    write(place / "observations.csv", rows)
    lines = (place / "dataset.toml").read_text(encoding="utf-8").splitlines()
    kept = [one for one in lines if not one.startswith(("as_of", "published", "#"))]
    (place / "dataset.toml").write_text("\n".join([f"as_of = {day}", *kept]), encoding="utf-8")
    return place


def write(path: Path, rows: list[dict[str, str]]) -> None:
    head = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head)
        writer.writeheader()
        writer.writerows(rows)


@cache
def counts(unit: str) -> tuple[float, float]:
    (row,) = (
        row
        for row in rows_of(DATA / "phu_tho_2026" / "observations.csv")
        if (row["unit"], row["component"], row["portal"]) == (unit, LEVER, "national")
    )
    return float(row["numerator"]), float(row["denominator"])


def asked(unit: str) -> float:
    """The rate on new dossiers that the plan asks: half way to 100 %."""
    done, of = counts(unit)
    return (1 + done / of) / 2


def goal(unit: str) -> float:
    """The year's rate that this brings: 271 of 365 days are done on 28 September."""
    done, of = counts(unit)
    return (271 * done / of + 94 * asked(unit)) / 365


def plan_for(case: Case, **said: object) -> TargetPlan:
    targets = tuple(Target(unit=u, component=LEVER, due=YEAR_END, rate=goal(u)) for u in UNITS)
    return TargetPlan(dataset=case.dataset.id, targets=targets, as_of=ISSUED).model_copy(
        update=said
    )


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load_case(known_on(tmp_path_factory.mktemp("then"), FIGURES))


def later_counts() -> dict[str, tuple[int, int]]:
    """Twelve days on: the first did nothing, the second what its course asks, the third all."""
    come = {unit: round(counts(unit)[1] * 12 / 271) for unit in UNITS}
    done = [0, round(come[UNITS[1]] * asked(UNITS[1])), come[UNITS[2]]]
    return {unit: (made, come[unit]) for unit, made in zip(UNITS, done, strict=True)}


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load_case(known_on(tmp_path_factory.mktemp("now"), NOW, later_counts()))


# Units ------------------------------------------------------------------------------------------


def test_units_are_behind_on_course_and_ahead_by_so_many_dossiers_a_week(now: Case) -> None:
    rows = courses(now, plan_for(now)).set_index("unit")
    assert [rows.loc[unit, "standing"] for unit in UNITS] == [
        Pursuit.BEHIND, Pursuit.ON_COURSE, Pursuit.AHEAD,
    ]  # fmt: skip
    unit = UNITS[0]
    done, of = counts(unit)
    came = round(of * 12 / 271)
    row = rows.loc[unit]
    assert row["before"] == pytest.approx(done / of)
    assert row["course"] == pytest.approx((271 * done / of + 12 * asked(unit)) / 283)
    assert row["actual"] == pytest.approx(done / (of + came))
    # 82 days are left after 10 October: what is missing of the target's dossiers, by the week
    needed = (goal(unit) * 365 - 283 * row["actual"]) / 82
    coming = (of + came) / 283 * 7
    assert row["needed"] == pytest.approx(needed)
    assert row["extra"] == pytest.approx((needed - asked(unit)) * coming)
    assert row["extra"] > 0 > rows.loc[UNITS[2], "extra"]


def test_whom_to_call(now: Case) -> None:
    table = calls(courses(now, plan_for(now)), NOW)
    assert list(table["unit"]) == [UNITS[0]]
    many = TargetPlan(
        dataset=now.dataset.id,
        as_of=ISSUED,
        targets=tuple(
            Target(unit=unit, component=LEVER, due=YEAR_END, rate=1.0)
            for unit in now.baseline.units[1:]
        ),
    )
    table = calls(courses(now, many), NOW)
    assert len(table) == 10 and table["extra"].is_monotonic_decreasing


def test_a_target_that_is_due_is_met_or_missed(now: Case) -> None:
    done, of = counts(UNITS[1])
    plan = plan_for(now).model_copy(
        update={
            "targets": tuple(
                Target(unit=UNITS[1], component=LEVER, due=due, rate=done / of + more)
                for due, more in ((FIGURES, -0.01), (dt.date(2026, 9, 30), 0.01))
            )
        }
    )
    rows = courses(now, plan)
    assert list(rows["standing"]) == [Pursuit.MET, Pursuit.MISSED]
    assert list(rows["actual_on"]) == [FIGURES, FIGURES], "the figures nearest to the due date"
    assert calls(rows, NOW).empty


def test_without_newer_figures_everybody_is_on_course(then: Case) -> None:
    found = follow_up(then, plan_for(then))
    assert not found.has_news
    assert found.counts[Pursuit.BEHIND] == found.counts[Pursuit.AHEAD] == 0


@FEW
@given(seed=st.integers(0, 2**32 - 1), rate=st.floats(0.05, 0.95), size=st.integers(30, 5000))
def test_chance_alone_is_called_neither_progress_nor_delay(
    seed: int, rate: float, size: int
) -> None:
    """2,000 units on their course exactly: three standard deviations leave about 3 in 1,000
    outside; a band of two would leave 45, one of 80 % would leave 200."""
    done = np.random.default_rng(seed).binomial(size, rate, 2000)
    likely = (size * rate + 2) / (size + 4)
    band = LIMITS * np.sqrt(size * likely * (1 - likely)) / size
    outside = float((np.abs(done / size - rate) > band).mean())
    assert outside < 0.02


# Score and rank ---------------------------------------------------------------------------------


def test_score_and_rank_since_the_plan_are_those_of_the_boards(now: Case) -> None:
    """26/9: 62.76 and rank 12; 28/9: 61.89 and rank 16, both as published."""
    found = follow_up(now, plan_for(now))
    moved = found.since_plan
    assert moved is not None
    assert (moved.before.day, moved.before.score, moved.before.rank) == (ISSUED, 62.76, 12)
    last = found.since_last
    assert last is not None and last.before.day == dt.date(2026, 9, 30)
    assert (last.before.score, last.before.rank) == (61.86, 16)
    earlier = moved_since(now, FIGURES)
    assert earlier is not None and moved.before.rank - earlier.before.rank == -4
    assert moved.score_change == pytest.approx(found.now.score - 62.76)


def test_what_the_field_alone_would_bring_is_a_range_of_80_percent(then: Case, now: Case) -> None:
    """From the board of 28/9 on; the same as the forecast frozen then says of the day."""
    moved = moved_since(now, FIGURES)
    assert moved is not None and moved.score_expected is not None
    said = next(one for one in freeze(then).days if one.date == NOW)
    assert moved.score_expected == pytest.approx(
        (said.like.low, said.like.high), abs=5e-3
    )  # 61.89 is printed of 61.893
    assert moved.rank_expected == (said.like.best, said.like.worst)
    draws = np.array(said.like.score)
    inside = (draws >= said.like.low) & (draws <= said.like.high)
    assert inside.mean() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(("score", "beyond"), [(70.0, 1), (62.0, 0), (50.0, -1)])
def test_only_what_is_more_than_noise_counts_as_a_move(score: float, beyond: int) -> None:
    moved = MovedOn(Known(FIGURES, 61.89, 16), Known(NOW, score, 16), (61.0, 63.0), (12, 20))
    assert (moved.score_beyond, moved.rank_beyond, moved.rank_change) == (beyond, 0, 0)


# The register -----------------------------------------------------------------------------------


def test_the_board_that_came_scores_the_forecast(then: Case, now: Case) -> None:
    """30/9: 61.86 points and rank 16, as published; on 28/9 it was 61.89 and 16."""
    table = marks([(freeze(then), FIGURES)], now.dataset)
    assert list(table["happened"]) == [dt.date(2026, 9, 30)] * 2
    points, rank = table.to_dict("records")
    assert (points["measure"], points["actual"], points["days"]) == ("score", 61.86, 2)
    assert points["mark_stays"] == pytest.approx(0.03)
    assert (rank["actual"], rank["mark_stays"], rank["said_for"]) == (16, 0, points["happened"])
    assert points["inside"] and rank["low"] <= 16 <= rank["high"] and not table["late"].any()
    assert points["mark"] < 1 and rank["mark"] < 2
    spans = by_span(table)
    assert list(spans["many"]) == [1, 1] and set(spans["until"]) == {7.0}
    assert held_of_ten(table) == 10


def test_a_board_that_was_known_already_is_no_forecast(now: Case) -> None:
    assert marks([(freeze(now), NOW)], now.dataset).empty


def test_what_was_frozen_afterwards_says_so(then: Case, now: Case) -> None:
    assert marks([(freeze(then), dt.date(2026, 11, 1))], now.dataset)["late"].all()


def test_a_frozen_forecast_gives_the_same_marks_on_any_later_day(
    then: Case, now: Case, tmp_path: Path
) -> None:
    """Read back from the store, half a year later."""
    clock = [dt.datetime(2026, 9, 28, 8, tzinfo=dt.UTC)]
    db = open_store(f"sqlite:///{tmp_path / 'store.db'}", now=lambda: clock[0])
    frozen = freeze(then)
    assert keep(db, then, frozen)
    first = marks([(frozen, FIGURES)], now.dataset)
    clock[0] = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
    assert not keep(db, then, frozen), "the same forecast is written once"
    (row,) = register.forecasts(db)
    assert row.frozen_at == dt.datetime(2026, 9, 28, 8, tzinfo=dt.UTC)
    again = marks([(read_frozen(row.payload), row.frozen_at.date())], now.dataset)
    assert again.equals(first) and len(first) == 2


def test_a_forecast_with_a_plan_is_above_the_one_without(then: Case) -> None:
    plan = plan_for(then, title="Quý IV")
    with_it, without = freeze(then, plan), freeze(then)
    assert (with_it.title, without.title) == ("Quý IV", "")
    last = with_it.days[-1]
    assert last.date == without.days[-1].date == YEAR_END
    assert np.mean(last.still.score) > np.mean(without.days[-1].still.score)
    assert sum(last.like.rank) == pytest.approx(1) and len(last.like.rank) == 34


def keep(db: Store, case: Case, frozen: FrozenForecast) -> bool:
    return register.add_forecast(
        db,
        frozen.model_dump_json(),
        dataset_id=case.dataset.id,
        dataset_version=case.dataset.version,
        plan_id="a" * 16,
        plan_number=2,
    )


def test_another_province_or_year_is_left_out(then: Case, now: Case) -> None:
    for change in (
        {"province": "H10"},
        {"rule_set": "766-2022"},
        {"period_start": dt.date(2025, 1, 1)},
    ):
        other = freeze(then).model_copy(update=change)
        assert marks([(other, ISSUED)], now.dataset).empty


def test_a_damaged_forecast_is_a_problem() -> None:
    with pytest.raises(DataError, match="forecast"):
        read_frozen('{"version": 1}')


@FEW
@given(
    draws=st.lists(st.floats(0, 100), min_size=1, max_size=40),
    actual=st.floats(0, 100),
    parts=st.lists(st.floats(0.01, 1), min_size=2, max_size=34),
    data=st.data(),
)
def test_marks_agree_with_scoringrules(
    draws: list[float], actual: float, parts: list[float], data: st.DataObject
) -> None:
    theirs = float(scoringrules.crps_ensemble(actual, np.array(draws), estimator="nrg"))
    assert crps(np.array(draws), actual) == pytest.approx(theirs, abs=1e-9)
    rank = data.draw(st.integers(1, len(parts)))
    share = np.array(parts) / sum(parts)
    theirs = float(scoringrules.rps_score(rank, share))
    assert rank_mark(share.tolist(), rank) == pytest.approx(theirs, abs=1e-9)


# The command line -------------------------------------------------------------------------------


def test_track_on_the_command_line(
    now: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(plan_text(plan_for(now)), encoding="utf-8")
    assert main(["track", str(now.dataset.path), str(file), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    row = next(one for one in answer["targets"] if one["unit"] == UNITS[0])
    assert {"unit", "component", "due", "target", "actual", "needed_rate", "dossiers_a_week",
            "status"} <= row.keys()  # fmt: skip
    assert (row["status"], row["due"], answer["since"]) == ("behind", "2026-12-31", "2026-09-28")
    assert answer["rank"]["since_plan"]["before"] == 12
    assert answer["call"] == [UNITS[0]]
    assert main(["track", str(now.dataset.path), str(file)]) == 0
    assert "behind" in capsys.readouterr().out
    file.write_text("{}", encoding="utf-8")
    assert main(["track", str(now.dataset.path), str(file)]) == 2
    assert "plan" in capsys.readouterr().err


# What a plan is worth, and how evenly it loads --------------------------------------------------


def test_loads_are_extra_parts_of_own_new_dossiers_and_gini_is_their_spread() -> None:
    """Loads 0.1, 0.3 and 0: half the mean distance, (0.2 + 0.1 + 0.3) x 2 / 9 / 2, by the mean."""
    so_far = np.array([np.nan, 0.5, 0.5, 0.9, 0.4])
    needed = np.array([np.nan, 0.6, 0.8, 0.7, np.nan])
    target = np.array([np.nan, 0.55, 0.65, 0.8, np.nan])
    nothing = np.full(5, np.nan)
    found = unit_loads(
        Review(YEAR_END, target, so_far, so_far, needed, nothing, nothing, (None,) * 5,
               (Verdict.NONE,) * 5)
    )  # fmt: skip
    assert found.load == pytest.approx([0.1, 0.3, 0.0])
    assert (found.most, found.least) == (2, 3)
    assert found.gini == pytest.approx((0.6 * 2 / 9 / 2) / (0.4 / 3))


def test_rates_that_gain_as_the_others_have_the_scores_law(now: Case) -> None:
    """Of what is missing a part 0.9 is left, of every rate and so of the points."""
    base, column = now.baseline, now.dataset.rules.index(LEVER)
    rate = base.rate[:, column]
    led = like_others(base, column, rate, 0.9)
    full = now.dataset.rules.target_rate[column]
    below = rate < full
    assert (full - led)[below] == pytest.approx(0.9 * (full - rate)[below])
    assert np.array_equal(led[~below], rate[~below], equal_nan=True)


def test_points_that_no_target_asks_for_leave_with_a_target(now: Case) -> None:
    none = plan_for(now).model_copy(update={"targets": ()})
    free = set(unasked_points(none, now.baseline)["item"])
    assert free - set(unasked_points(plan_for(now), now.baseline)["item"]) == {LEVER}
    lost = losses(now.baseline).set_index("item")["lost"]
    assert all(lost[name] > 0 for name in free)


def test_a_score_that_is_sure_and_one_that_is_not(then: Case) -> None:
    chances = [score_probability(then, plan_for(then), s, YEAR_END) for s in (1.0, 65.0, 99.9)]
    assert chances[0] == 1 and chances[2] == 0 and 0 < chances[1] < 1


def test_what_restates_the_plans_time_is_named(now: Case, tmp_path: Path) -> None:
    place = tmp_path / "restated"
    shutil.copytree(now.dataset.path, place)
    rows = rows_of(place / "observations.csv")
    old = [
        {"loaded_at": "2026-10-11T01:30:00Z", **row, "numerator": "1"}
        for row in rows
        if (row["unit"], row["component"], row["as_of"]) == (UNITS[0], LEVER, f"{FIGURES}")
    ]
    with (place / "restated_observations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(old[0]))
        writer.writeheader()
        writer.writerows(old)
    case = load_case(place)
    found = follow_up(case, plan_for(case)).restated
    done, of = counts(UNITS[0])
    (row,) = found.to_dict("records")
    assert (row["unit"], row["before"]) == (UNITS[0], pytest.approx(100 / of))
    assert row["now"] == pytest.approx(100 * done / of)
