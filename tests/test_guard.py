"""A rate must not rise because its denominator shrinks."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.__main__ import main
from core.dataset.facts import DATA, Facts
from core.dataset.load import load_dataset
from core.problems import DataError
from core.review import guard
from core.scenario.apply import apply
from core.scenario.model import Change, Scenario
from small_province import worked_example
from worlds import HOME, edited

TODAY, EARLIER = "2026-09-28", "2026-06-30"


def counts(numerator: float, denominator: float) -> Facts:
    """One unit, one component."""
    one, nothing = np.ones((1, 1)), np.full((1, 1), np.nan)
    return Facts(
        rate=one * numerator / denominator if denominator else nothing,
        numerator=one * numerator,
        denominator=one * denominator,
        points=nothing,
        group_points=nothing,
        total=nothing[:, 0],
        no_data=one * denominator == 0,
    )


@pytest.mark.parametrize(
    ("before", "after", "flagged"),
    [
        ((50, 100), (50, 80), True),  # 50 % to 62.5 % with nothing more done
        ((50, 100), (48, 80), True),  # less done, and still 60 %
        ((50, 100), (51, 80), False),  # more done: not only by counting less
        ((50, 100), (50, 96), False),  # 4 % less: an ordinary correction
        ((50, 100), (40, 80), False),  # the rate stays
        ((50, 100), (50, 120), False),  # counts grow
        ((50, 100), (0, 0), False),  # nothing left to count
        ((0, 0), (5, 5), False),
        ((0, 100), (0, 50), False),  # 0 % stays 0 %
    ],
)
def test_what_is_flagged(before: tuple[int, int], after: tuple[int, int], flagged: bool) -> None:
    assert guard.shrunk(counts(*before), counts(*after)).item() is flagged


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(0, 500), st.integers(0, 500))
def test_more_counted_is_never_flagged(done: int, all_: int, more: int, new: int) -> None:
    before, after = counts(min(done, all_), all_), counts(min(done, all_) + more, all_ + more + new)
    assert not guard.shrunk(before, after).any()


def test_two_dates_of_one_dataset(tmp_path: Path) -> None:
    """40/100 became 40/50: 40 % became 80 %, the denominator fell by 50 %."""
    dataset, unit = edited(tmp_path / "two", date=EARLIER, both=True)
    assert guard.pairs(dataset) == 1
    [found] = guard.within(dataset)
    name = dataset.units.loc[unit, "name_vi"]
    assert str(found).endswith(
        f"expected dossiers_paid of {name} to rise by more done, not by less counted: 40/100 on "
        f"{EARLIER} became 40/50 on {TODAY}, so the denominator fell by 50%"
    )
    line = (tmp_path / "two" / "observations.csv").read_text(encoding="utf-8").splitlines()
    assert found.line is not None
    assert f"{TODAY},{unit},dossiers_paid,national,40,50" in line[found.line - 1]


def test_dates_of_two_years_are_not_compared(tmp_path: Path) -> None:
    """Counts start anew on 1 January."""
    dataset, _ = edited(tmp_path / "years", date="2025-12-31", both=True)
    assert guard.pairs(dataset) == 0
    assert guard.within(dataset) == []


def test_what_is_shipped_has_nothing_to_compare() -> None:
    assert guard.pairs(load_dataset(HOME)) == 0


def test_against_an_earlier_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(tmp_path / "new", date=TODAY, both=False)
    old, unit = edited(tmp_path / "old", date=EARLIER)
    new = load_dataset(HOME)
    assert guard.compared(old, new) > 2000
    # everything but the one row is the same, so only that row can be flagged, or nothing
    assert {p.details["component"] for p in guard.between(old, new)} <= {"dossiers_paid"}
    with pytest.raises(DataError, match="a date of 2026 before 2026-06-30"):
        guard.between(new, old)
    other = load_dataset(DATA / "binh_phuoc_2025")
    with pytest.raises(DataError, match="a dataset of H44"):
        guard.between(other, new)
    assert main(["check", str(HOME), "--before", str(tmp_path / "old"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["compared"] == guard.compared(old, new)
    assert isinstance(answer["less_counted"], list)
    assert unit in new.units.index


@given(
    st.sampled_from(["floor", "set", "add", "close_gap"]),
    st.floats(0, 1),
    st.sampled_from(["*", "level:district", "u1"]),
)
def test_a_scenario_cannot_rise_by_counting_less(mode: str, value: float, unit: str) -> None:
    """It has no field for a volume, and no rate leaves 0 to 100 %."""
    base = worked_example()
    change = Change(unit=unit, component=base.rules.components[0], mode=mode, value=value)  # type: ignore[arg-type]
    moved = apply(Scenario(dataset="small", changes=(change,)), base)
    assert ((moved >= 0) & (moved <= 1)).all()


def test_a_value_above_100_percent_is_refused() -> None:
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        Change(unit="*", component="alpha", mode="set", value=1.01)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Change(unit="*", component="alpha", mode="set", value=1, volume=5)  # type: ignore[call-arg]


def listed(**units: tuple[int, int, int, int]) -> pd.DataFrame:
    """Dossiers by unit: of the provincial list and digitised there, then of the national one."""
    table = pd.DataFrame.from_dict(
        units,
        orient="index",
        columns=["provincial", "provincial_digitized", "national", "national_digitized"],
    )
    table[["provincial_paid", "national_paid"]] = pd.NA
    return table.assign(name_vi="x").convert_dtypes()


def test_a_list_with_fewer_dossiers_does_not_make_a_better_rate() -> None:
    """Agriculture: 50 of 100 at home, 40 of 60 in the national list. The other has more done."""
    found = guard.in_lists(
        load_dataset(HOME),
        listed(**{"H44.45": (100, 50, 60, 40), "H44.46": (100, 50, 80, 60), "": (10, 10, 1, 1)}),
    )
    rows = found[found["against"] == "provincial"].drop(columns="against").to_numpy().tolist()
    # all together: 110 of 210 at home, 101 of 141 in the national list
    assert rows == [
        ["H44", "digitized", 110, 210, 101, 141],
        ["H44.45", "digitized", 50, 100, 40, 60],
    ]


def test_a_list_is_compared_with_the_published_figures_too() -> None:
    """Published: agriculture 8,651 of 83,675 digitised, the province 145,096 of 597,918."""
    counts = listed(**{"H44.45": (50_000, 8_000, 50_000, 8_000)})
    found = guard.in_lists(load_dataset(HOME), counts)
    assert found.to_numpy().tolist() == [
        ["H44.45", "digitized", "published", 8651, 83675, 8000, 50000]
    ]
    month = listed(**{"H44.45": (5_000, 2_000, 5_000, 2_000)})  # of one month: nothing to compare
    assert guard.in_lists(load_dataset(HOME), month).empty
    whole = listed(**{"H44.45": (83_675, 9_000, 83_675, 9_000)})
    assert guard.in_lists(load_dataset(HOME), whole).empty


def test_lists_that_do_not_tell_are_not_judged() -> None:
    counts = listed(**{"H44.45": (100, 50, 60, 40)})
    counts[["provincial_digitized", "national_digitized"]] = pd.NA
    assert guard.in_lists(load_dataset(HOME), counts).empty
