"""The province's components that were not published: laws, and the two boards of Bình Phước."""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from core.dataset.load import load_boards, load_dataset
from core.dataset.priors import NOTHING_KNOWN, Likely, Prior, prior_at
from core.dataset.rules_csv import load_rules
from core.estimate.posterior import Posterior, Published, joint_posterior
from core.field.told import rank_tells
from core.index.rollup import PROVINCE, province_scores, score
from core.index.rules import GROUPS, by_group, points
from core.outlook.case import Case, load_case
from core.scenario.model import Change, Scenario
from worlds import shipped

DATA = ROOT / "data"
RULES = load_rules(DATA / "rules.csv")["766-2022"]
COUNT = len(RULES.components)


def unknown(**published: float) -> Published:
    """A province of which only some rates are published."""
    rate = np.full(COUNT, np.nan)
    for component, value in published.items():
        rate[RULES.index(component)] = value
    return Published(RULES, rate, np.zeros(COUNT, dtype=bool), np.full(len(GROUPS), np.nan))


def totals(found: Posterior) -> np.ndarray:
    return points(RULES, found.draws).sum(axis=1)


# --- laws ---------------------------------------------------------------------------------------


def test_what_is_published_stays_to_the_last_bit() -> None:
    case = unknown(on_time=0.9123, reused=1.0, digitized=0.0)
    found = joint_posterior(case)
    known = np.isfinite(case.rate)
    assert found.rate[known].tobytes() == case.rate[known].tobytes()
    assert (found.draws[:, known] == case.rate[known]).all()
    assert np.isfinite(found.rate).all()
    assert found.draws.shape == (2000, COUNT)
    assert ((found.draws >= 0) & (found.draws <= 1)).all()


def test_with_nothing_published_the_prior_comes_back() -> None:
    mean, sd = np.linspace(0.2, 0.75, COUNT), np.full(COUNT, 0.1)
    # a pair counts the same dossiers: its second follows the first
    second = RULES.index("dossier_satisfaction")
    found = joint_posterior(replace(unknown(), prior=Prior(mean, sd)))
    others = np.arange(COUNT) != second
    assert found.draws.mean(axis=0)[others] == pytest.approx(mean[others], abs=0.01)
    assert found.draws.std(axis=0)[others] == pytest.approx(sd[others], abs=0.01)
    gap = found.draws[:, RULES.index("on_time")] - found.draws[:, second]
    assert gap.mean() == pytest.approx(0.0006, abs=0.0003)


def test_group_points_and_total_are_met_by_every_draw() -> None:
    groups = np.array([11.3, np.nan, 5.4, 3.2, np.nan, 10.7])
    case = replace(unknown(dossier_sync=0.9333), group_points=groups, total=66.0)
    found = joint_posterior(case)
    told = np.isfinite(groups)
    earned = by_group(RULES, points(RULES, found.draws))
    assert np.abs(earned - groups)[:, told].max() <= 0.05 + 1e-9
    # the total's rounding is added to that of the groups
    assert np.abs(totals(found) - 66).max() <= 4 * 0.05 + 0.01
    # and the best estimate gives them as printed
    assert by_group(RULES, points(RULES, found.rate))[told] == pytest.approx(groups[told], abs=1e-9)
    assert points(RULES, found.rate).sum() == pytest.approx(66, abs=0.02)


def test_one_unknown_component_of_a_group_follows_from_its_points() -> None:
    groups = np.full(len(GROUPS), np.nan)
    groups[GROUPS.index("progress")] = 19.4
    found = joint_posterior(replace(unknown(), group_points=groups))
    assert found.rate[RULES.index("on_time")] == pytest.approx(0.97, abs=1e-9)
    drawn = found.draws[:, RULES.index("on_time")]
    assert np.ptp(drawn) < 2 * 0.05 / 20 + 1e-9


def test_on_time_follows_the_satisfaction_of_the_same_dossiers() -> None:
    # 0.05 +- 0.06 percentage points above
    found = joint_posterior(unknown(dossier_satisfaction=0.9862))
    drawn = found.draws[:, RULES.index("on_time")]
    assert drawn.mean() == pytest.approx(0.9868, abs=0.0003)
    assert drawn.std() < 0.001


def test_it_is_deterministic() -> None:
    case = replace(unknown(), likely=(Likely(60, 2),))
    assert joint_posterior(case).draws.tobytes() == joint_posterior(case).draws.tobytes()
    assert joint_posterior(case).draws.tobytes() != joint_posterior(case, seed=1).draws.tobytes()


def test_what_is_likely_of_the_score_moves_it_and_bounds_hold() -> None:
    plain = joint_posterior(unknown())
    low = joint_posterior(replace(unknown(), likely=(Likely(40, 1.5),)))
    assert totals(low).mean() < totals(plain).mean() - 3
    assert totals(low).std() < 1.6
    top = float(totals(plain).mean())
    capped = joint_posterior(replace(unknown(), likely=(Likely(top + 3, 3, high=top),)))
    assert totals(capped).max() < top + 0.3


def test_a_tight_figure_far_from_the_priors_still_has_draws_enough() -> None:
    far = joint_posterior(replace(unknown(), total=82.0))
    assert far.effective > 100
    assert totals(far) == pytest.approx(np.full(2000, 82.0), abs=0.02)
    assert points(RULES, far.rate).sum() == pytest.approx(82, abs=1e-6)


def test_the_best_estimate_is_the_draws_mean_and_its_points_theirs() -> None:
    found = joint_posterior(unknown())
    earned = points(RULES, found.draws).mean(axis=0) / RULES.max_points
    # the estimate rests on all 8,000 proposals, the draws are 2,000 of them
    assert points(RULES, found.rate) / RULES.max_points == pytest.approx(earned, abs=0.02)
    below = (found.draws < RULES.target_rate).all(axis=0)
    assert below.any()
    assert found.rate[below] == pytest.approx(found.draws.mean(axis=0)[below], abs=0.02)


def test_impossible_group_points_give_the_nearest() -> None:
    groups = np.full(len(GROUPS), np.nan)
    groups[GROUPS.index("online")] = 11.9
    # 2 + 6 points are known to be missing: at most 4 are left
    case = replace(unknown(filed_online=0.0, services_online=0.0), group_points=groups)
    found = joint_posterior(case)
    assert found.rate[RULES.index("services_used")] > 0.98


def test_bounds_from_units_are_kept() -> None:
    column = RULES.index("dossiers_paid")
    least, most = np.zeros((8000, COUNT)), np.ones((8000, COUNT))
    least[:, column], most[:, column] = 0.3, 0.4
    found = joint_posterior(replace(unknown(), least=least, most=most))
    assert 0.3 <= found.draws[:, column].min() <= found.draws[:, column].max() <= 0.4


def test_a_prior_outside_0_to_1_is_refused() -> None:
    bad = Prior(np.full(COUNT, 1.2), np.full(COUNT, 0.1))
    with pytest.raises(ValueError, match="prior: expected means from 0 to 1"):
        joint_posterior(replace(unknown(), prior=bad))


# --- priors -------------------------------------------------------------------------------------


def test_the_script_makes_the_file_that_is_there(tmp_path: Path) -> None:
    for file in ("make_priors.py", "rules.csv", "boards.csv", "province_components.csv"):
        (tmp_path / file).write_bytes((DATA / file).read_bytes())
    (tmp_path / "phu_tho_2026").mkdir()
    for file in ("field.csv", "observations.csv"):
        copied = tmp_path / "phu_tho_2026" / file
        copied.write_bytes((DATA / "phu_tho_2026" / file).read_bytes())
    subprocess.run([sys.executable, str(tmp_path / "make_priors.py")], check=True)
    assert (tmp_path / "priors.csv").read_bytes() == (DATA / "priors.csv").read_bytes()


def test_priors_are_read_on_a_day_between_two_dates() -> None:
    table = pd.DataFrame(
        {
            "rule_set": ["766-2022"] * 2,
            "component": ["digitized"] * 2,
            "date": pd.to_datetime(["2024-01-01", "2024-01-11"]),
            "mean": [0.2, 0.4],
            "sd": [0.1, 0.2],
        }
    )
    column = RULES.index("digitized")
    for day, mean in (("2024-01-06", 0.3), ("2023-05-05", 0.2), ("2025-01-01", 0.4)):
        assert prior_at(table, RULES, day).mean[column] == pytest.approx(mean)
    # a component without a row may be anything
    assert prior_at(table, RULES, "2024-01-06").mean[0] == NOTHING_KNOWN[0]


def test_the_priors_honour_what_boards_of_34_provinces_show() -> None:
    """October 2025: online at most 8.5 of 12, digitisation 18.5 of 22, payment 8.6 of 10."""
    dataset = load_dataset(DATA / "binh_phuoc_2025")
    prior = prior_at(dataset.priors, RULES, "2025-10-16")
    found = joint_posterior(replace(unknown(), prior=prior))
    earned = dict(zip(GROUPS, by_group(RULES, points(RULES, found.draws)).T, strict=True))
    assert np.quantile(earned["online"], 0.9) < 8.5
    assert earned["digitization"].mean() == pytest.approx(18.5, abs=0.5)
    assert earned["payment"].mean() == pytest.approx(8.6, abs=0.5)


def test_every_source_of_the_priors_is_a_source() -> None:
    sources = set(pd.read_csv(DATA / "sources.csv")["source"])
    assert set(pd.read_csv(DATA / "priors.csv")["source"]) <= sources


# --- Bình Phước ---------------------------------------------------------------------------------


@cache
def loaded(name: str) -> Case:
    return shipped(name)


def test_rank_8_lies_below_the_first_of_the_same_board() -> None:
    dataset = load_dataset(DATA / "binh_phuoc_2025")
    (told,) = rank_tells(dataset, load_boards())
    # Thái Nguyên, 82.5 on 28/3/2025, one day later
    assert told.high == 82.5
    assert 72 < told.mean < 82.5


def test_march_2025_is_about_81_points_and_rank_8() -> None:
    case = loaded("binh_phuoc_2025")
    baseline = case.baseline
    earned = score(baseline, baseline.rate)
    assert 79 < earned.total[PROVINCE] < 85
    low, high = np.quantile(province_scores(baseline), [0.1, 0.9])
    assert low < 81.5 < high
    online = earned.groups[PROVINCE, GROUPS.index("online")]
    assert online <= 9
    today = case.outlook(Scenario(dataset="binh_phuoc_2025"))["today"]
    assert today.after.rank.median == 8
    assert case.solved.contradictions == ()


@pytest.mark.parametrize("name", ["binh_phuoc_2024", "binh_phuoc_2025", "phu_tho_2026"])
def test_every_component_has_a_rate_wherever_there_is_something_to_count(name: str) -> None:
    baseline = loaded(name).baseline
    blank = np.isnan(baseline.rate) & (baseline.status != 3)
    assert not blank.any()
    assert set(np.unique(baseline.status)) <= {0, 1, 2, 3}
    assert baseline.province.shape == (2000, len(baseline.rules.components))


def directive(mode: str = "floor") -> Scenario:
    """Departments 70 %, districts 60 %, communes 50 % of the new dossiers."""
    goals = (("department", 0.7), ("district", 0.6), ("commune", 0.5))
    changes = tuple(
        Change(unit=f"level:{level}", component="dossiers_paid", mode=mode, value=value)
        for level, value in goals
    )
    return Scenario(dataset="binh_phuoc_2024", changes=changes)


def test_march_2024_keeps_what_was_published() -> None:
    baseline = loaded("binh_phuoc_2024").baseline
    earned = score(baseline, baseline.rate)
    # Nhóm chỉ số, quý I/2024
    assert earned.groups[PROVINCE] == pytest.approx([11.3, 19.4, 5.4, 3.2, 17.4, 10.7], abs=1e-6)
    column = baseline.rules.index("dossiers_paid")
    # 3.2 of 10 leaves about 8 % of dossiers paid, some 3 to 12 %
    assert 0.03 < baseline.rate_low[0, column] < baseline.rate[0, column] < 0.12
    assert (baseline.rate[:, column] == 0).sum() >= 6 + 9


def test_the_directives_targets_bring_points_and_places() -> None:
    case = loaded("binh_phuoc_2024")
    column = case.baseline.rules.index("dossiers_paid")
    found = case.outlook(directive())
    year_end = found["year_end"].result
    assert year_end.change[column] >= 2
    drawn = case.drawn.rates[:, PROVINCE, column]
    gained = 6 - points(case.baseline.rules, case.drawn.rates[:, PROVINCE])[:, column]
    assert len(drawn) and np.quantile(gained, 0.1) > 2
    for horizon in ("q2", "year_end"):
        assert found[horizon].after.rank.median < found[horizon].before.rank.median


# --- published first ----------------------------------------------------------------------------


def test_where_everything_is_published_nothing_is_drawn() -> None:
    baseline = loaded("phu_tho_2026").baseline
    own = np.broadcast_to(baseline.rate[PROVINCE], baseline.province.shape)
    assert np.array_equal(baseline.province, own, equal_nan=True)
    assert (baseline.rate_sd[PROVINCE] == 0).all()
    assert score(baseline, baseline.rate).total[PROVINCE] == pytest.approx(61.8867, abs=5e-5)


def test_a_province_with_three_rates_a_unit_is_shown_at_its_published_total(
    tmp_path: Path,
) -> None:
    """66.83 and rank 2 were shown as about 52.39 and rank 34."""
    folder = tmp_path / "three"
    folder.mkdir()
    for file in (DATA / "phu_tho_2026").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    rows = pd.read_csv(folder / "observations.csv")
    kept = rows["component"].isin(["on_time", "digitized", "dossiers_paid"])
    rows = rows[kept & (rows["unit"] != "H44") & rows["denominator"].gt(0)].copy()
    rows["rate_percent"] = (100 * rows["numerator"] / rows["denominator"]).round(2)
    rows[["numerator", "denominator", "points"]] = np.nan
    own = rows.iloc[:1].assign(unit="H44", component="total", points=66.83, rate_percent=np.nan)
    pd.concat([rows, own]).to_csv(folder / "observations.csv", index=False)
    text = (folder / "dataset.toml").read_text(encoding="utf-8")
    text = text.replace("published_rank = 16", "published_rank = 2").replace("61.89", "66.83")
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    case = load_case(folder)
    today = case.outlook(Scenario(dataset="three"))["today"].after
    assert today.score == pytest.approx(66.83, abs=1e-6)
    assert today.rank.median == 2
    assert today.score_p90 - today.score_p10 < 0.05
