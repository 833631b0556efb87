"""A dataset's own files, given as files or as a zip: loaded as they are, or as rows of one that
stands; and archives of files."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest

from core.cli.importing import ImportRefused, own_import
from core.dataset.facts import Dataset
from core.dataset.load import load_dataset
from core.imports.corrections.trace import Signed, read_trace
from core.imports.files import archive
from core.imports.files.archive import without_archives
from core.imports.own_files import BY_ITSELF, TOGETHER, OwnPlan, load_own, own_files, own_plan
from small_dataset import SMALL, SOURCES, Change, write_files

SIGNED = Signed("Lan", "thư mục của Sở", dt.datetime(2026, 11, 27, tzinfo=dt.UTC))
FILES = {**SMALL, "sources.csv": SOURCES}
SMALL_BYTES = [(name, text.encode()) for name, text in FILES.items()]
KEPT: dict[str, Change | None] = {"sources.csv": lambda _: SOURCES}
HEAD = SMALL["observations.csv"].split("\n", 1)[0]


def zipped(files: list[tuple[str, bytes]], folder: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in files:
            made.writestr(folder + name, raw)
    return out.getvalue()


def planned(files: list[tuple[str, bytes]], *known: Dataset) -> OwnPlan:
    """The plan for files, whose archives are opened first."""
    parts, problems = without_archives(files)
    given = own_files(parts)
    assert given is not None and not problems
    return own_plan(given, known)


@pytest.fixture
def standing(tmp_path: Path) -> Dataset:
    return load_dataset(write_files(tmp_path / "datasets" / "nho-2026", KEPT))


@pytest.mark.parametrize(
    "files",
    [
        SMALL_BYTES,
        [("nho.zip", zipped(SMALL_BYTES))],
        [("nho.zip", zipped([*SMALL_BYTES, ("__MACOSX/._units.csv", b"x")], "nho/"))],
    ],
    ids=["files", "zip", "zip of the folder"],
)
def test_a_folders_files_become_the_dataset_that_they_are(
    files: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    plan = planned(files)
    assert (plan.problems, plan.warnings, plan.before) == ((), (), None)
    assert plan.folder_name == "nho-2026"
    made = load_own(plan, tmp_path, SIGNED)
    for name, text in FILES.items():
        assert (made.path / name).read_text(encoding="utf-8") == text
    assert (made.path / "loads.csv").read_text(encoding="utf-8").count("\n") == 3


def test_given_again_there_is_nothing_new(standing: Dataset) -> None:
    plan = planned(SMALL_BYTES, standing)
    assert plan.before is standing
    assert (plan.changes, plan.problems) == ((), ())


def test_one_table_adds_and_corrects_rows_and_takes_none_away(standing: Dataset) -> None:
    rows = (
        "2026-03-31,P,digitized,national,,,26,,portal,\n"
        "2026-04-07,P,digitized,national,,,27,,portal,\n"
    )
    plan = planned([("observations (1).csv", f"{HEAD}\n{rows}".encode())], standing)
    rates = [one for one in plan.changes if one.file == "observations.csv"]
    told = [(one.before and one.before["rate_percent"], one.after) for one in rates]
    assert [(before, after and after["rate_percent"]) for before, after in told] == [
        ("25", "26"),
        (None, "27"),
    ]
    made = load_own(plan, standing.path.parent, SIGNED)
    assert len(made.observations) == len(standing.observations) + 1
    (step,) = read_trace(made.path)
    assert (step.signed.author, step.changes) == ("Lan", plan.changes)
    assert (made.meta.as_of, made.meta.name_vi) == (dt.date(2026, 4, 7), "Tỉnh Nhỏ, 7/4/2026")


def test_a_table_alone_without_its_dataset_is_told_what_it_needs() -> None:
    plan = planned([("observations.csv", SMALL["observations.csv"].encode())])
    (problem,) = plan.problems
    assert (problem.expected, problem.details) == (TOGETHER, {"province": "P"})


def test_a_row_twice_is_refused_with_both_lines(standing: Dataset) -> None:
    row = "2026-03-31,P,digitized,national,,,26,,portal,\n"
    (problem,) = planned([("o.csv", f"{HEAD}\n{row}{row}".encode())], standing).problems
    assert (problem.file, problem.line, problem.details) == ("observations.csv", 3, {"line": 2})


def test_faults_are_told_by_file_line_and_value_and_nothing_is_written(tmp_path: Path) -> None:
    files = {**FILES, "observations.csv": SMALL["observations.csv"].replace("40,60", "70,60")}
    given = own_files([(name, text.encode()) for name, text in files.items()])
    assert given is not None
    with pytest.raises(ImportRefused) as refused:
        own_import(given, tmp_path / "nho")
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("observations.csv", 4)
    assert not (tmp_path / "nho").exists()


def test_what_is_no_file_of_the_dataset_is_named() -> None:
    plan = planned([*SMALL_BYTES, ("ghi chú.docx", b"PK")])
    assert [(one.file, one.expected) for one in plan.warnings] == [("ghi chú.docx", BY_ITSELF)]


def test_tables_of_people_are_none_of_a_dataset() -> None:
    assert own_files([("a.csv", "Đơn vị,Điểm\nSở Một,80\n".encode()), ("b.json", b"{}")]) is None


def test_two_files_of_one_name_in_a_zip_keep_their_folders() -> None:
    raw = zipped([("a/data.json", b"1"), ("b/data.json", b"2"), ("c/units.csv", b"3")])
    found, problems = without_archives([("x.zip", raw), ("y.csv", b"4")])
    assert [name for name, _ in found] == ["a/data.json", "b/data.json", "units.csv", "y.csv"]
    assert problems == []


def test_an_archive_that_is_too_large_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", 1_000_000)
    monkeypatch.setattr(archive, "MOST_PARTS", 2)
    many = zipped([(f"{number}.csv", b"") for number in range(3)])
    found, problems = without_archives([("big.zip", zipped([("a.csv", bytes(2_000_000))])),
                                        ("many.zip", many)])  # fmt: skip
    assert found == []
    assert [one.expected for one in problems] == [
        "a file of at most {limit} MB unpacked, found {size} MB",
        "an archive of at most {limit} files, found {count}",
    ]


def test_a_torn_zip_stays_a_file_that_its_reader_names() -> None:
    raw = zipped(SMALL_BYTES)[:-40]
    assert without_archives([("x.zip", raw)]) == ([("x.zip", raw)], [])
