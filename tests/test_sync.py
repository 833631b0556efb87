"""Sync: the notice's pairs of both portals, and what closing their gaps is worth, by hand."""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.charts import sync as charts_sync
from core.charts.sync import Dumbbell
from core.dataset.load import find_dataset
from core.outlook.case import Case, load_case
from core.review.sync import Gaps, closing, gain, gain_at, gaps, sync_left
from core.scenario.model import Change, Scenario
from worlds import shipped

NAME = "binh_phuoc_2025"
# Notice of March 2025, section I.4: provincial and national portal, per cent.
NOTICE = {
    ("so_cong_thuong", "digitized"): (99.90, 58.77),
    ("so_y_te", "digitized"): (78.35, 57.27),
    ("so_van_hoa_the_thao_du_lich", "digitized"): (79.49, 63.45),
    ("so_nong_nghiep_moi_truong", "digitized"): (68.99, 71.64),
    ("phuong_minh_thanh", "digitized"): (99.39, 83.32),
    ("tp_dong_xoai", "digitized"): (57.91, 79.59),
    ("huyen_bu_gia_map", "digitized"): (99.54, 81.64),
    ("xa_bu_gia_map", "digitized"): (84.45, 84.45),
    ("xa_dak_o", "digitized"): (88, 57),
    ("xa_long_binh", "digitized"): (95.52, 9.09),
    ("so_cong_thuong", "filed_online"): (99.90, 89.41),
    ("so_nong_nghiep_moi_truong", "filed_online"): (63.71, 90.91),
    ("xa_hung_phuoc", "filed_online"): (79.49, 70),
    ("so_nong_nghiep_moi_truong", "dossier_sync"): (70.85, 60.28),
    ("xa_long_binh", "dossier_sync"): (66.36, 0),
    ("xa_long_binh", "dossiers_paid"): (48.61, 0),
}
# Parts of the province's dossiers, assumed (units.csv): 0.13994393 and 0.00736239.
# 6 points for 100 % synchronised: 6 x 0.13994393 x 0.1057 and 6 x 0.00736239 x 0.6636
AGRICULTURE, LONG_BINH = 0.088752, 0.029314


@cache
def case() -> Case:
    return shipped(NAME)


@cache
def found() -> Gaps:
    return gaps(case())


def all_closed(share: float = 1.0) -> Scenario:
    return closing(Scenario(dataset=NAME), found(), share)


def test_the_pairs_are_those_of_the_notice() -> None:
    table = found().table
    rates = zip(100 * table["provincial"], 100 * table["national"], strict=True)
    pairs = dict(zip(zip(table["unit"], table["component"], strict=True), rates, strict=True))
    assert pairs.keys() == NOTICE.keys()
    for key, rates in NOTICE.items():
        assert pairs[key] == pytest.approx(rates), key
    assert (table["unit"].nunique(), table["component"].nunique()) == (11, 4)


def test_long_binh_leads_both_lists() -> None:
    first = found().open.iloc[0]
    assert (first["unit"], first["component"]) == ("xa_long_binh", "digitized")
    assert first["gap"] == pytest.approx(0.9552 - 0.0909)
    assert found().by_unit()["unit"].iloc[0] == "xa_long_binh"


def test_points_of_the_own_score_by_hand() -> None:
    own = found().table.set_index(["unit", "component"])["own"]
    # 4 points, full from 80 %: 4 - 4 * 9.09 / 80
    assert own["xa_long_binh", "digitized"] == pytest.approx(3.5455)
    # 6 points for 100 %: 6 * 66.36 %; 6 points, full from 30 %: 48.61 % is above
    assert own["xa_long_binh", "dossier_sync"] == pytest.approx(3.9816)
    assert own["xa_long_binh", "dossiers_paid"] == pytest.approx(6)
    # both ends above the 80 %
    assert own["phuong_minh_thanh", "digitized"] == 0
    long_binh = found().by_unit().set_index("unit").loc["xa_long_binh"]
    assert long_binh["own"] == pytest.approx(13.5271)
    assert long_binh["pairs"] == 3


def test_the_province_gains_only_where_it_is_not_at_the_cap() -> None:
    table = found().table.set_index(["unit", "component"])
    counts = table[table["effect"] == "counts"]
    assert set(counts.index) == {
        ("so_nong_nghiep_moi_truong", "dossier_sync"),
        ("xa_long_binh", "dossier_sync"),
    }
    agriculture, long_binh = (
        counts["province"]["so_nong_nghiep_moi_truong", "dossier_sync"],
        (counts["province"]["xa_long_binh", "dossier_sync"]),
    )
    assert agriculture == pytest.approx(AGRICULTURE, abs=1e-6)
    assert long_binh == pytest.approx(LONG_BINH, abs=1e-6)
    # 80.09 % digitised of 80 %, 93.37 % paid of 30 %, 58.54 % online of 50 %: nothing more to earn
    capped = table[table["effect"] == "capped"]
    assert set(capped.reset_index()["component"]) == {"digitized", "dossiers_paid", "filed_online"}
    assert not capped[["province", "low", "high"]].to_numpy().any()


def test_all_gaps_closed_now_and_on_the_horizons() -> None:
    now = gain(case(), all_closed())
    assert now.value == pytest.approx(AGRICULTURE + LONG_BINH, abs=2e-6)
    assert 0 < now.low < now.value < now.high
    # of new dossiers only: 95 of 181 days by 30 June, 279 of 365 by the end of the year
    for key, part in (("q2", 95 / 181), ("year_end", 279 / 365)):
        later = gain(case(), all_closed(), case().calendar.horizons[key])
        assert later.value == pytest.approx(part * now.value, rel=1e-6)
        assert later.low == pytest.approx(part * now.low, rel=1e-6)
        result = case().outlook(all_closed())[key].result
        assert result.score_after - result.score_before == pytest.approx(later.value)


def test_a_gap_alone_is_worth_what_the_engine_gives() -> None:
    for row in found().open.itertuples():
        change = Change(unit=row.unit, component=row.component, mode="close_gap", value=1)
        engine = gain(case(), Scenario(dataset=NAME, changes=(change,)))
        assert row.province == pytest.approx(engine.value, abs=1e-9), row.unit
        # in a few draws a commune is most of its district, which the engine stops at 100 %
        assert (row.low, row.high) == pytest.approx((engine.low, engine.high), rel=0.02), row.unit


@given(st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=15)
def test_closing_more_never_brings_less(one: float, two: float) -> None:
    less, more = sorted((one, two))
    assert gain(case(), all_closed(less)).value <= gain(case(), all_closed(more)).value + 1e-12


def test_nothing_closed_brings_nothing() -> None:
    for scenario in (Scenario(dataset=NAME), all_closed(0.0)):
        nothing = gain(case(), scenario)
        assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)


def test_other_targets_make_a_capped_gap_worth_something() -> None:
    """Long Bình's payment, 0 instead of 48.61 %: nothing under the target of 30 %, which is
    inferred; if full points came only at 100 %, 6 x 0.00885489 x 0.4861: its part of the fee
    dossiers (volumes.csv)."""
    assert gain_at(case(), found(), "dossiers_paid", 0.3).value == 0
    assert gain_at(case(), found(), "dossiers_paid", 1.0).value == pytest.approx(
        6 * 0.00885489 * 0.4861, rel=1e-3
    )


def test_a_gap_the_other_way_is_no_loss_and_no_work() -> None:
    other = found().other_way
    assert other["unit"].tolist() == [
        "so_nong_nghiep_moi_truong",
        "tp_dong_xoai",
        "so_nong_nghiep_moi_truong",
    ]
    assert not other[["own", "province", "low", "high"]].to_numpy().any()
    changed = {(change.unit, change.component) for change in all_closed().changes}
    assert changed == {key for key, (here, there) in NOTICE.items() if here > there}


def test_closing_takes_the_place_of_own_changes_and_leaves_the_others() -> None:
    same = Change(unit="xa_long_binh", component="digitized", mode="set", value=0.5)
    other = Change(unit="*", component="on_time", mode="floor", value=0.9)
    start = Scenario(dataset=NAME, changes=(same, other))
    made = closing(start, found(), 0.5, ["xa_long_binh"])
    assert same not in made.changes and other in made.changes
    closed = [change for change in made.changes if change.mode == "close_gap"]
    assert {change.component for change in closed} == {"digitized", "dossier_sync", "dossiers_paid"}
    assert {(change.unit, change.value) for change in closed} == {("xa_long_binh", 0.5)}


def test_a_district_with_a_gap_of_its_own_counts_its_commune_once(tmp_path: Path) -> None:
    """Phú Riềng, 7.362394 % of the dossiers, 70 and 90 % synchronised: 6 x 0.07362394 x 0.2.

    Long Bình is a tenth of it: its 66.36 points lift the district by 6.6, less than its own 20.
    """
    folder = tmp_path / NAME
    shutil.copytree(find_dataset(NAME), folder)
    with (folder / "observations.csv").open("a", encoding="utf-8") as file:
        for portal, rate in (("national", 70), ("provincial", 90)):
            file.write(
                f"2025-03-27,huyen_phu_rieng,dossier_sync,{portal},,,{rate},,bp-notice-2025-03,\n"
            )
    changed = load_case(folder)
    pairs = gaps(changed)
    district = 6 * 0.07362394 * 0.2
    closed = closing(Scenario(dataset=NAME), pairs)
    assert gain(changed, closed).value == pytest.approx(AGRICULTURE + district, abs=2e-6)
    assert pairs.table["province"].sum() == pytest.approx(
        AGRICULTURE + LONG_BINH + district, abs=2e-6
    )


@pytest.mark.parametrize("name", ["phu_tho_2026", "binh_phuoc_2024"])
def test_without_a_provincial_portal_there_are_no_pairs(name: str) -> None:
    one = shipped(name)
    none = gaps(one)
    assert none.table.empty and none.open.empty and none.other_way.empty and none.by_unit().empty
    assert closing(Scenario(dataset=name), none) == Scenario(dataset=name)


def test_published_volumes_leave_no_range() -> None:
    change = Change(unit="*", component="on_time", mode="add", value=0.05)
    made = gain(shipped("phu_tho_2026"), Scenario(dataset="phu_tho_2026", changes=(change,)))
    assert made.certain and made.low == made.high == made.value > 0


@pytest.mark.parametrize(("times", "low", "high"), [(2.0, 1.0, 2.0), (0.5, 0.5, 1.0)])
def test_a_range_never_leaves_out_its_estimate(times: float, low: float, high: float) -> None:
    # every draw has the unit with twice (half) its part of the dossiers, so with twice (half) the
    # points: one end is that, the other the estimate itself
    unit = "so_nong_nghiep_moi_truong"
    share = case().baseline.share
    shares = np.broadcast_to(times * share, (5, *share.shape))
    other = replace(case(), drawn=replace(case().drawn, shares=shares))
    pairs = gaps(other)
    row = pairs.table.set_index(["unit", "component"]).loc[(unit, "dossier_sync")]
    expected = pytest.approx([low * AGRICULTURE, AGRICULTURE, high * AGRICULTURE], abs=1e-6)
    assert row[["low", "province", "high"]].tolist() == expected
    whole = pairs.by_unit().set_index("unit").loc[unit]
    assert whole[["low", "province", "high"]].tolist() == expected
    made = gain(other, closing(Scenario(dataset=NAME), pairs, units=[unit]))
    assert [made.low, made.value, made.high] == expected


def test_what_the_province_still_lacks_for_synchronised_dossiers() -> None:
    rate, lost = sync_left(case().baseline)
    assert rate == pytest.approx(0.7723)
    assert lost == pytest.approx(6 * 0.2277)


def test_dumbbells_show_every_pair_and_its_direction() -> None:
    done, counted = Dumbbell("A", 90, 20, "+70", "a"), Dumbbell("B", 40, 60, "-20", "b")
    names = {"provincial": "P", "national": "N"}
    figure = charts_sync.dumbbells([("One", [done]), ("Two", [counted])], names, "vi")
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [trace.line.dash for trace in lines] == ["solid", "dot"]
    marks = {trace.name: list(trace.x) for trace in figure.data if trace.mode == "markers"}
    assert marks == {"P": [90, 40], "N": [20, 60]}
    assert len({trace.marker.symbol for trace in figure.data if trace.mode == "markers"}) == 2
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["<b>One</b>", "<b>Two</b>", "<b>+70</b>", "-20"]
