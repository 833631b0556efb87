"""Corrections: a figure, target or volume, with its trace, undone, never in shipped data."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from core.dataset.facts import DATA, Dataset, facts
from core.dataset.kept.loads import loads_of
from core.dataset.load import load_dataset
from core.imports.corrections.commit import commit_changes, files_at, own_folder, undo_step
from core.imports.corrections.facts_of import fact_changes, fact_row
from core.imports.corrections.trace import Signed, read_trace, undone
from core.imports.corrections.trial import trial_folder
from core.outlook.case import load_case
from core.problems import DataError
from core.review.between import restatements, snapshots
from core.review.correction import effect_of
from office import file_of, guarded, of
from small_dataset import SOURCES, write_files

WHEN = dt.datetime(2026, 10, 12, 8, 30, tzinfo=dt.UTC)
SIGNED = Signed("Lan", "Báo cáo 12/BC-VP", WHEN, "số in nhầm")
KEY = {"as_of": "2026-03-31", "unit": "A", "component": "on_time", "portal": "national"}
Values = Mapping[str, float | None]
COUNTS: Values = {"numerator": 36, "denominator": 40, "rate_percent": None, "points": None}


@pytest.fixture
def small(tmp_path: Path) -> Dataset:
    folder = write_files(tmp_path / "own" / "nho")
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    return load_dataset(folder)


def correct(dataset: Dataset, file: str, key: Mapping[str, str], values: Values) -> Dataset:
    changes = fact_changes(files_at(dataset.path), file, key, values, SIGNED)
    return commit_changes(dataset, dataset.path.parent, changes, SIGNED)


def rate(dataset: Dataset, unit: str, component: str) -> float:
    row, column = dataset.units.index.get_loc(unit), dataset.rules.index(component)
    return float(facts(dataset).rate[row, column])


def test_a_figure_is_corrected_with_its_trace_and_undone(small: Dataset) -> None:
    before = files_at(small.path)
    made = correct(small, "observations.csv", KEY, COUNTS)
    assert rate(made, "A", "on_time") == 0.9 and made.path == small.path
    (row,) = made.observations.query("unit == 'A' and component == 'on_time'").to_dict("records")
    assert row["note"] == "số in nhầm"
    assert made.sources.loc[row["source"], "title"] == "Báo cáo 12/BC-VP"
    (step,) = read_trace(made.path)
    assert (step.number, step.signed) == (1, SIGNED)
    (change,) = [one for one in step.changes if one.file == "observations.csv"]
    assert change.before and change.before["numerator"] == "40" and change.after
    assert change.before["source"] == "portal"

    back = undo_step(made, made.path.parent, 1, SIGNED)
    after = files_at(back.path)
    assert after["observations.csv"] == before["observations.csv"]
    assert undone(read_trace(back.path)) == {1}
    again = undo_step(back, back.path.parent, 2, SIGNED)
    assert rate(again, "A", "on_time") == 0.9 and undone(read_trace(again.path)) == {2}
    assert [one.signed.undoes for one in read_trace(again.path)] == [None, 1, 2]


def test_who_signs_in_signs_a_correction_with_their_own_name(
    small: Dataset, tmp_path: Path
) -> None:
    """A box for the name that is switched off is filled in all the same by who writes messages."""
    people = guarded(file_of(tmp_path))
    changes = fact_changes(files_at(small.path), "observations.csv", KEY, COUNTS, SIGNED)
    forged = Signed("Giám đốc", SIGNED.source, WHEN)
    made = commit_changes(small, small.path.parent, changes, forged, by=people.held_by(of("ed")))
    undo_step(made, made.path.parent, 1, forged, by=people.held_by(of("eva")))
    assert [step.signed.author for step in read_trace(made.path)] == ["Ed", "Eva"]


def test_what_was_missing_is_added_and_a_target_and_a_volume(small: Dataset) -> None:
    assert fact_row(files_at(small.path), "observations.csv", KEY | {"unit": "B1"}) is None
    made = correct(small, "observations.csv", KEY | {"unit": "B1"}, COUNTS)
    assert rate(made, "B1", "on_time") == 0.9
    key = {"due": "2026-12-31", "level": "", "unit": "A", "component": "digitized"}
    made = correct(made, "targets.csv", key, {"rate_percent": 82.5})
    assert made.targets.query("unit == 'A'")["rate_percent"].tolist() == [82.5]
    made = correct(
        made, "volumes.csv", {"unit": "A", "component": "on_time"}, {"volume_share": 0.4}
    )
    assert made.volumes["volume_share"].tolist() == [0.4]
    assert len(set(made.sources.index) - set(small.sources.index)) == 1  # one document
    assert [step.number for step in read_trace(made.path)] == [1, 2, 3]


def test_points_published_with_the_old_counts_go_with_them(small: Dataset) -> None:
    key = KEY | {"unit": "P"}
    values = {"numerator": 76, "denominator": 100, "rate_percent": None, "points": 16}
    made = correct(small, "observations.csv", key, values)
    row = fact_row(files_at(made.path), "observations.csv", key)
    assert row and row["numerator"] == "76" and row["points"] == ""


def test_nothing_changed_is_no_step_and_all_empty_takes_it_away(small: Dataset) -> None:
    files = files_at(small.path)
    same = {"numerator": 40, "denominator": 40, "rate_percent": None, "points": None}
    assert fact_changes(files, "observations.csv", KEY, same, SIGNED) == []
    made = correct(small, "observations.csv", KEY, dict.fromkeys(same))
    assert fact_row(files_at(made.path), "observations.csv", KEY) is None


def test_what_is_impossible_or_unsigned_is_refused_with_nothing_written(small: Dataset) -> None:
    before = files_at(small.path)
    with pytest.raises(DataError, match="at most the denominator"):
        correct(small, "observations.csv", KEY, {**COUNTS, "numerator": 41})
    changes = fact_changes(before, "observations.csv", KEY, COUNTS, SIGNED)
    for signed in (Signed(" ", "x", WHEN), Signed("Lan", "\u200b", WHEN)):
        with pytest.raises(DataError, match="it is empty"):
            commit_changes(small, small.path.parent, changes, signed)
    assert files_at(small.path) == before


def test_a_step_whose_row_changed_since_is_not_undone(small: Dataset) -> None:
    made = correct(small, "observations.csv", KEY, COUNTS)
    made = correct(made, "observations.csv", KEY, {**COUNTS, "numerator": 30})
    with pytest.raises(DataError, match="another one now"):
        undo_step(made, made.path.parent, 1, SIGNED)
    assert rate(made, "A", "on_time") == 0.75


def test_a_shipped_dataset_gets_a_copy(tmp_path: Path) -> None:
    dataset = load_dataset(DATA / "binh_phuoc_2025")
    before = files_at(dataset.path)
    key = {"due": "2025-12-31", "level": "commune", "unit": "", "component": "dossiers_paid"}
    changes = fact_changes(before, "targets.csv", key, {"rate_percent": 55}, SIGNED)
    made = commit_changes(dataset, tmp_path, changes, SIGNED)
    assert made.path == own_folder(dataset, tmp_path) == tmp_path / "binh_phuoc_2025-own"
    assert made.meta.name_vi == "Bình Phước, 27/3/2025 (bản có sửa)" and not made.meta.default
    assert files_at(dataset.path) == before
    assert made.observations.equals(dataset.observations)
    with pytest.raises(DataError, match="copy that has corrections already"):
        commit_changes(dataset, tmp_path, changes, SIGNED)
    with pytest.raises(DataError, match="never changed"):
        commit_changes(dataset, DATA, changes, SIGNED)


def test_a_damaged_trace_hides_no_step_that_can_be_read(small: Dataset) -> None:
    made = correct(small, "observations.csv", KEY, COUNTS)
    trace = made.path / "corrections.csv"
    trace.write_text(trace.read_text("utf-8") + "x,y\n2,no day,a,b,c,,f,{,\n", encoding="utf-8")
    assert [step.number for step in read_trace(made.path)] == [1]


def test_a_step_stands_on_the_dated_boards(small: Dataset) -> None:
    made = correct(small, "observations.csv", KEY, COUNTS)
    (load,) = loads_of(made).to_dict("records")
    assert (load["as_of"], load["period"]) == (pd.Timestamp("2026-03-31"), "year")
    assert load["loaded_at"] == "2026-10-12T08:30:00Z" and load["files"] == SIGNED.source
    assert (load["figures"], load["restated"], load["source"]) == (1, 1, "correction-1")
    (told,) = restatements(made).to_dict("records")
    assert (told["unit"], told["figure"]) == ("A", "on_time")
    assert (told["before"], told["now"]) == (100, 90)
    made = correct(made, "observations.csv", KEY | {"unit": "B1"}, COUNTS)  # nothing stood there
    assert list(loads_of(made)["restated"]) == [1, 0] and len(restatements(made)) == 1
    snapshot = next(one for one in snapshots(made) if f"{one.day:%Y-%m-%d}" == KEY["as_of"])
    assert snapshot.restated == 1 and snapshot.files == SIGNED.source


def test_what_a_correction_changes_is_computed_before_it_is_saved(small: Dataset) -> None:
    before = files_at(small.path)
    case = load_case(small.path)
    changes = fact_changes(before, "observations.csv", KEY, COUNTS, SIGNED)
    with trial_folder(small, changes) as path:
        found = effect_of(case, load_case(path), "A")
    assert not path.exists() and files_at(small.path) == before
    column = small.rules.index("on_time")
    (move,) = [one for one in found.components if (one.unit, one.component) == ("A", column)]
    # 36 of 40 in place of 40 of 40; 20 points for 100 %
    assert move.rate == pytest.approx((1, 0.9)) and move.points == pytest.approx((20, 18))
    assert found.unit[1] < found.unit[0]
    assert found.province[0] == found.province[1]  # its own 80 of 100 are published
    assert list(found.standings) == ["today", "q2", "year_end"]
    whole = fact_changes(before, "observations.csv", KEY | {"unit": "P"}, COUNTS, SIGNED)
    with trial_folder(small, whole) as path:
        found = effect_of(case, load_case(path), "P")
    (move,) = [one for one in found.components if one.component == column]
    assert move.points == pytest.approx((16, 18))  # 36 of 40 in place of 80 of 100
    assert found.province[1] > found.province[0]
    then, now = found.standings["today"]
    assert now.rank.median <= then.rank.median and now.score > then.score


def test_a_correction_that_can_not_be_says_so_before_it_is_saved(small: Dataset) -> None:
    values = {**COUNTS, "numerator": 41}
    changes = fact_changes(files_at(small.path), "observations.csv", KEY, values, SIGNED)
    with (
        pytest.raises(DataError, match="at most the denominator"),
        trial_folder(small, changes) as path,
    ):
        load_case(path)
