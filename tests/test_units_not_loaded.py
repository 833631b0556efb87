"""Units against their province: 8 of 149 units of Gia Lai, and shares of one component."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.dataset.facts import DATA, volume_shares
from core.dataset.load import load_boards, load_dataset
from core.estimate.baseline import make_baseline, printed, solve
from core.estimate.reconcile import reconcile
from core.estimate.volumes import assumed_shares, volumes, with_rest
from core.index.rollup import PROVINCE, Baseline, roll_up
from core.outlook.case import Case, load_case
from core.outlook.timeline import calendar
from core.outlook.uncertainty import uncertainty
from core.problems import DataError
from core.scenario.model import Scenario
from test_reconcile import SMALL, evidence

# the portal's answers for Gia Lai on 10/10/2026, with five of their components
GIA_LAI = Path(__file__).parent / "datasets" / "gia_lai"


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(GIA_LAI)


def communes_at(rate: float, component: str = "digitized") -> Scenario:
    change = {"unit": "level:commune", "component": component, "mode": "floor", "value": rate}
    return Scenario.model_validate({"dataset": "gia_lai", "changes": [change]})


def counted(name: str, unit: str, component: str) -> float:
    rows = pd.read_csv(GIA_LAI / "observations.csv").set_index(["unit", "component"])
    return float(rows.loc[(unit, component), name])


def test_three_communes_move_their_province_by_their_own_dossiers_only(case: Case) -> None:
    found = case.outlook(communes_at(0.6))["today"].result
    # communes digitise 445 of 1,694, 399 of 2,234 and 406 of 2,364 dossiers; 60 % of 6,292 are
    # 3,775.2, 2,525.2 more; of 417,669 in the province, at 4 points for all of them
    assert found.score_after - found.score_before == pytest.approx(2525.2 / 417669 * 4, abs=1e-9)
    assert found.score_after - found.score_before == pytest.approx(0.024, abs=0.0005)


def test_both_sums_are_said_where_units_fall_short(case: Case) -> None:
    texts = [str(one) for one in case.dataset.warnings if one.column == "denominator"]
    # dossiers, synchronised dossiers and fee dossiers each have their own two sums
    assert len(texts) == 3
    (dossiers,) = (text for text in texts if "417,669" in text)
    assert "'8,978'" in dossiers
    assert "hold 2% of it" in dossiers
    assert "units not loaded" in dossiers


def test_units_that_exceed_their_province_are_warned_of_and_keep_its_denominator(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "gia_lai"
    shutil.copytree(GIA_LAI, folder)
    text = (folder / "observations.csv").read_text(encoding="utf-8")
    old = "2026-10-10,H21.102,digitized,national,406,2364"
    assert old in text
    new = "2026-10-10,H21.102,digitized,national,406,500000"
    (folder / "observations.csv").write_text(text.replace(old, new), encoding="utf-8")
    dataset = load_dataset(folder)
    (found,) = (str(one) for one in dataset.warnings if "at most 417,669" in str(one))
    # 8,978 dossiers of the eight units less 2,364 and with 500,000
    assert "'506,614'" in found
    assert "hold 121% of it" in found
    share = solve(dataset).share[:, dataset.rules.index("digitized")]
    assert share[dataset.units.index.get_loc("H21.102")] == pytest.approx(500000 / 417669)


def test_a_province_whose_units_add_up_is_not_warned_of() -> None:
    assert not [one for one in load_dataset(DATA / "phu_tho_2026").warnings if one.column]


def test_the_rest_has_the_rate_that_makes_the_sums_agree() -> None:
    dataset = load_dataset(GIA_LAI)
    column = dataset.rules.index("digitized")
    rows = pd.read_csv(GIA_LAI / "observations.csv")
    units = rows[(rows["component"] == "digitized") & (rows["unit"] != "H21")]
    whole = with_rest(printed(dataset))
    found = reconcile(whole)
    digitized, dossiers = 94422 - units["numerator"].sum(), 417669 - units["denominator"].sum()
    assert found.volume[-1, column] == pytest.approx(dossiers)
    assert found.rate[-1, column] == pytest.approx(digitized / dossiers)
    # and nothing is left for a second rest
    assert with_rest(whole) is whole


def test_what_is_published_stays_to_the_last_bit(case: Case) -> None:
    for unit, row in zip(case.baseline.units, case.baseline.rate, strict=True):
        rate = row[case.dataset.rules.index("digitized")]
        assert rate == counted("numerator", unit, "digitized") / counted(
            "denominator", unit, "digitized"
        )
    unmoved = roll_up(case.baseline, case.baseline.rate)
    assert np.array_equal(unmoved, case.baseline.rate, equal_nan=True)


def test_a_component_without_unit_figures_takes_their_part_of_the_dossiers() -> None:
    """Eight units with 2 % of all dossiers don't have 100 % of those filed online."""
    known = printed(load_dataset(GIA_LAI))
    filed = known.rules.index("filed_online")
    assert np.isnan(known.volume[1:, filed]).all()
    share = assumed_shares(known)[1:, filed]
    # a unit has the same part of them as of all that is counted of it
    part = {
        unit: sum(counted("denominator", unit, name) for name in SUMMED)
        for unit in ("H21", "H21.100")
    }
    assert share[5] == pytest.approx(part["H21.100"] / part["H21"])
    assert share.sum() < 0.03
    assert volumes(with_rest(known)).volume[-1, filed] > 0.97


def test_no_draw_gives_listed_units_the_part_of_those_that_are_not() -> None:
    """Bình Phước with every assumed part of a unit halved: half of the dossiers is not listed."""
    whole = load_dataset(DATA / "binh_phuoc_2025")
    units, volumes = (
        table.assign(volume_share=table["volume_share"] / 2)
        for table in (whole.units, whole.volumes)
    )
    dataset = replace(whole, units=units, volumes=volumes)
    solved = solve(dataset)
    baseline = make_baseline(dataset, solved)
    boards, days = load_boards(DATA), calendar(dataset.meta)
    shares = uncertainty(dataset, baseline, days, boards, solved).shares
    summed = shares[:, :, baseline.summed]
    assert summed.std(axis=0).max() > 0  # draws move them between the units
    parts = summed.sum(axis=1)
    assert parts == pytest.approx(np.full(parts.shape, 0.5), abs=1e-6)


SUMMED = ("dossier_sync", "on_time", "dossiers_paid", "dossier_satisfaction", "digitized")


# --- shares of one component --------------------------------------------------------------------


def test_shares_of_one_component_take_the_place_of_those_of_all() -> None:
    small = evidence(2, SMALL)
    small.volume[0] = [200, 50]
    shares = np.array([[np.nan, np.nan], [0.25, 0.75], [0.5, 0.25]])
    found = volumes(replace(small, volume_share=shares)).volume
    assert found[1:].tolist() == [[50, 37.5], [100, 12.5]]
    whole = with_rest(replace(small, volume_share=shares))
    assert volumes(whole).volume[3].tolist() == [50, 0]


def test_fee_dossiers_of_a_dataset_lie_otherwise_than_its_dossiers() -> None:
    dataset = load_dataset(DATA / "binh_phuoc_2025")
    share = volume_shares(dataset)
    paid, digitized = dataset.rules.index("dossiers_paid"), dataset.rules.index("digitized")
    row = dataset.units.index.get_loc("so_nong_nghiep_moi_truong")
    # its namesake in Phú Thọ has 83,675 of 597,918 dossiers and 433 of 358,625 fee dossiers
    assert share[row, digitized] == pytest.approx(83675 / 597918, abs=1e-7)
    assert share[row, paid] == pytest.approx(433 / 358625, abs=1e-7)
    below = (dataset.units["parent"] == "H10").to_numpy()
    assert np.nansum(share[below, paid]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("H21.01,digitized,1.2,portal", ("volumes.csv", 2, "volume_share")),
        ("H21.99,digitized,0.2,portal", ("volumes.csv", 2, "unit")),
        ("H21.01,no_such,0.2,portal", ("volumes.csv", 2, "component")),
        ("H21.01,digitized,0.2,nobody", ("volumes.csv", 2, "source")),
        (
            "H21.01,digitized,0.7,portal\nH21.02,digitized,0.7,portal",
            ("volumes.csv", None, "volume_share"),
        ),
        (
            "H21.01,digitized,0.1,portal\nH21.01,digitized,0.2,portal",
            ("volumes.csv", 3, "component"),
        ),
    ],
)
def test_broken_shares_are_named(
    tmp_path: Path, row: str, place: tuple[str, int | None, str]
) -> None:
    folder = tmp_path / "gia_lai"
    shutil.copytree(GIA_LAI, folder)
    (folder / "volumes.csv").write_text(f"unit,component,volume_share,source\n{row}\n")
    with pytest.raises(DataError, match=r"volumes\.csv") as error:
        load_dataset(folder)
    assert place in [(one.file, one.line, one.column) for one in error.value.problems]


def shares_of(baseline: Baseline) -> np.ndarray:
    return baseline.share[:, baseline.rules.index("digitized")]


def test_parts_of_the_province_are_those_of_its_own_denominator(case: Case) -> None:
    assert shares_of(case.baseline).sum() == pytest.approx(8978 / 417669)
    assert shares_of(case.baseline)[PROVINCE] == 0
