"""Datasets: what is read comes out as published, what is broken is refused by name and place."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from core.dataset.facts import DATA, Dataset, facts
from core.dataset.load import find_dataset, list_datasets, load_boards, load_dataset
from core.dataset.rules_csv import load_rules
from core.dataset.tables import read_table
from core.problems import DataError, Problem, shorten
from small_dataset import SMALL, SOURCES, Change, add, swap, write_files
from worlds import phu_tho

Build = Callable[..., Path]

RULES = load_rules(DATA / "rules.csv")
SEEN: dict[tuple[str, bytes | None], tuple[pd.DataFrame, list[Problem]]] = {}
NOBODY = "rule_set,component,who,source,note_vi,note_en\n"


@pytest.fixture(autouse=True)
def same_bytes_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken dataset differs in one file: the others need not be parsed a hundred times."""
    monkeypatch.setattr("core.dataset.load.read_table", read_once)
    monkeypatch.setattr("core.dataset.load.load_rules", lambda _: RULES)


def read_once(path: Path, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, list[Problem]]:
    key = (path.name, path.read_bytes() if path.is_file() else None)
    if key not in SEEN:
        SEEN[key] = read_table(path, schema)
    frame, found = SEEN[key]
    return frame.copy(), list(found)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """`build({file: change})` writes the small dataset below `tmp_path`; a change gives the text.

    `data` is the folder of the rules and sources; a file changed to None is left out.
    """

    def write(changes: dict[str, Change | None] | None = None) -> Path:
        data = tmp_path / "data"
        folder = data / "small"
        write_files(folder, changes)
        shutil.copy(DATA / "rules.csv", data)
        (data / "sources.csv").write_text(SOURCES, encoding="utf-8")
        (data / "responsibility.csv").write_text(NOBODY, encoding="utf-8")
        return folder

    return write


def load(folder: Path) -> Dataset:
    return load_dataset(folder, folder.parent)


def problems(folder: Path) -> list[tuple[str, int | None, str | None]]:
    """Where a dataset is broken."""
    with pytest.raises(DataError, match="expected") as error:
        load(folder)
    return [(found.file, found.line, found.column) for found in error.value.problems]


# What is read -------------------------------------------------------------------------------------


def test_the_small_dataset_is_read_as_written(build: Build) -> None:
    dataset = load(build())
    assert (dataset.id, dataset.rules.name, dataset.field_name) == ("small", "766-2026", "Nhỏ")
    assert list(dataset.units.index) == ["P", "A", "B", "B1"]
    assert [f"{day:%Y-%m-%d}" for day in dataset.dates] == ["2025-12-31", "2026-03-31"]
    assert dataset.warnings == ()
    column = dataset.rules.index
    found = facts(dataset)
    assert found.rate[:, column("on_time")] == pytest.approx([0.8, 1, 40 / 60, np.nan], nan_ok=True)
    assert found.rate[:2, column("digitized")] == pytest.approx([0.25, 0.375])
    # 1.5 of 2 points with a target of 80 %: 1.5 / 2 x 0.8
    assert found.rate[1, column("reused")] == pytest.approx(0.6)
    assert found.no_data[0].sum() == 2
    for component in ("petitions_on_time", "certified_copy"):
        assert np.isnan(found.rate[0, column(component)])
        assert found.no_data[0, column(component)]
    provincial = facts(dataset, portal="provincial").rate
    assert provincial[0, column("digitized")] == pytest.approx(30 / 90)
    assert np.isfinite(provincial).sum() == 1
    assert facts(dataset, "2025-12-31").rate[0, column("on_time")] == pytest.approx(0.7)
    assert not np.isfinite(facts(dataset, "2020-01-01").rate).any()


def test_the_province_comes_first_wherever_it_stands(build: Build) -> None:
    def last(text: str) -> str:
        header, province, *others = text.splitlines()
        return "\n".join([header, *others, province]) + "\n"

    assert list(load(build({"units.csv": last})).units.index) == ["P", "A", "B", "B1"]


def semicolons(text: str) -> str:
    return text.replace(",", ";").replace("37.5", "37,5").replace("1.5", "1,5")


SAME = {
    "byte-order mark": {name: lambda text: b"\xef\xbb\xbf" + text.encode() for name in SMALL},
    "semicolons and decimal commas": {"observations.csv": semicolons},
    "decimal commas in quotes": {"observations.csv": swap("37.5", '"37,5"')},
    "line ends of Windows": {name: lambda text: text.replace("\n", "\r\n") for name in SMALL},
    "spaces around": {"observations.csv": swap("A,digitized,", " A , digitized,")},
    "blank lines": {"units.csv": lambda text: text.replace("\n", "\n\n")},
    "columns in another order": {
        "sources.csv": lambda _: "url,title,source\n,Cổng,own\n".replace(
            "url", "url,date,publisher"
        ).replace(",Cổng", ",,,Cổng")
    },
    "names not in NFC": {"units.csv": swap("Sở Một", "So\u031b\u0309 Mo\u0323\u0302t")},
}


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME)
def test_other_ways_to_write_the_same(build: Build, changes: dict[str, Change]) -> None:
    dataset = load(build(changes))
    found = facts(dataset)
    assert found.rate[1, dataset.rules.index("digitized")] == 0.375
    assert found.rate[1, dataset.rules.index("reused")] == pytest.approx(0.6)
    assert dataset.units.loc["A", "name_vi"] == "Sở Một"


def test_the_version_changes_with_every_file(build: Build, tmp_path: Path) -> None:
    folder = build()
    versions = {load(folder).version}
    for name in SMALL:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        versions.add(load(folder).version)
    assert len(versions) == 1 + len(SMALL)
    (tmp_path / "moved").mkdir()
    shutil.copytree(folder.parent, tmp_path / "moved" / "data")
    assert load(tmp_path / "moved" / "data" / "small").version in versions


# What is refused ----------------------------------------------------------------------------------


def without_province(text: str) -> str:
    return "".join(line for line in text.splitlines(True) if ",P," not in line)


FILES: dict[str, tuple[Change | None, str]] = {
    "missing": (None, r"units\.csv: expected this file in the dataset's folder"),
    "UTF-16": (lambda text: text.encode("utf-16"), r"units\.csv, line 1: expected text in UTF-8"),
    "Latin-1": (
        lambda _: "unit,name_vi\nP,Phú".encode("latin-1"),
        "line 2: expected text in UTF-8",
    ),
    "binary": (add("\0"), "line 6: expected text, found binary data"),
    "empty": (lambda _: "", "line 1: expected a header row with the columns unit, name_vi"),
    "only a header": (lambda text: text.splitlines()[0], "province: 'P': expected a unit of units"),
    "50 MB": (lambda _: bytes(50_000_000), "expected a file of at most 20 MB, found 50 MB"),
    "ragged row": (swap("A,", "A,,"), "line 3: expected 6 columns as in the header, found 7"),
    "open quote": (swap("Sở Một", '"Sở Một'), r"line 5: expected a CSV row \(unexpected end"),
    "broken quotes": (swap("Sở Một", '"Sở" Một'), r"line 3: expected a CSV row \(',' expected"),
    "unknown column": (
        swap(",level", ",cấp"),
        "line 1, column cấp: expected only the columns unit",
    ),
    "missing column": (swap(",level", ",cấp"), "line 1, column level: expected this column"),
    "column twice": (swap(",parent", ",level"), "column level: expected every column once"),
    "formula": (swap("Sở Một", "=1+1"), "name_vi: '=1[+]1': expected text or a number, not a spr"),
    "hidden call": (swap("Sở Một", "-2+cmd|' /C calc'!A0"), "not a spreadsheet formula"),
    "plus call": (swap("Sở Một", "+cmd|' /C calc'!A0"), "not a spreadsheet formula"),
    "at sign": (swap("Sở Một", "@SUM(A1)"), "not a spreadsheet formula"),
}
UNITS = {
    "level": (swap("department", "sở"), "level: 'sở': expected one of province, department"),
    "code": (swap("B1,", "B 1,"), "unit: 'B 1': expected letters, digits and"),
    "twice": (add("A,Sở Hai,department,P,,"), "line 6, column unit: 'A': expected each fact once"),
    "share": (swap("0.4", "1.4"), "volume_share: '1.4': expected a share from 0 to 1"),
    "sum of shares": (swap("0.4", "0.5"), "at most 1, they sum to 1.1000"),
    "share without source": (swap("0.4,portal", "0.4,"), "'0.4': expected a volume_source with it"),
    "circle": (swap("district,P", "district,B1"), "'B1': expected a parent that is not below"),
    "own parent": (swap("district,P", "district,B"), "'B': expected a parent that is not below"),
    "no parent": (
        swap("district,P", "district,"),
        "parent: '': expected the code of the unit above",
    ),
    "unknown parent": (
        swap("district,P", "district,Z"),
        "parent: 'Z': expected a unit of units.csv",
    ),
    "two provinces": (
        add("P2,Tỉnh Khác,province,,,"),
        "level province for P and for no other unit",
    ),
    "province below": (swap("province,", "province,A"), "'A': expected no parent for the province"),
}
OBSERVATIONS = {
    "101%": (swap(",25,", ",101,"), "rate_percent: '101': expected a rate from 0 to 100%"),
    "negative": (swap(",80,", ",-80,"), "numerator: '-80': expected a count of 0 or more"),
    "nan": (swap(",25,", ",nan,"), "rate_percent: 'nan': expected a number"),
    "inf": (swap(",25,", ",inf,"), "rate_percent: 'inf': expected a number"),
    "huge": (swap(",25,", ",1e999,"), "rate_percent: '1e999': expected a number"),
    "per cent sign": (swap(",25,", ",25%,"), "rate_percent: '25%': expected a number"),
    "thousands": (swap(",100,", ",100.123,"), "'100.123': expected a whole number without"),
    "above": (
        swap(",80,", ",180,"),
        "'180 of 100': expected a numerator of at most the denominator",
    ),
    "alone": (swap(",80,100,", ",80,,"), "line 2, .*expected numerator and denominator together"),
    "no figure": (
        swap(",25,", ",,"),
        "line 5: expected numerator and denominator, or rate_percent",
    ),
    "rate": (swap("80,100,,", "80,100,81,"), "'81': expected numerator / denominator, 80.00%"),
    "points": (swap(",16,", ",20.5,"), "points: '20.5': expected at most 20 points"),
    "rate of a group": (swap("P,digitized", "P,group:online"), "a group or a total has no rate"),
    "unit": (swap("A,on_time", "Q,on_time"), "unit: 'Q': expected a unit of units.csv"),
    "component": (swap("on_time", "on_tim"), "component: 'on_tim': expected a known component"),
    "no component": (swap("on_time", ""), "component: '': expected a value; it is empty"),
    "portal": (swap("national", "tỉnh"), "portal: 'tỉnh': expected one of national, provincial"),
    "source": (swap("portal,\n", "news,\n"), "source: 'news': expected a source of sources.csv"),
    "twice": (add("2026-03-31,A,on_time,national,1,1,,,portal,"), "once; line 3 has it already"),
    "date of here": (swap("2026-03-31", "31/3/2026"), "'31/3/2026': expected a date as YYYY-MM-DD"),
    "day 32": (swap("2026-03-31", "2026-03-32"), "'2026-03-32': expected a date as YYYY-MM-DD"),
    "year 9999": (swap("2026-03", "9999-03"), "'9999-03-31': expected a date .* from 1900 to 2199"),
    "future": (
        swap("2026-03", "2026-05"),
        "'2026-05-31': expected a date up to the dataset's as_of",
    ),
    "no province": (without_province, "expected figures of the province P on 2026-03-31"),
}
META = {
    "missing": (None, r"dataset\.toml: expected this file"),
    "syntax": (swap("= 34", "= = 34"), r"expected TOML \(Invalid value \(at line 8"),
    "depth": (add("x = " + "[" * 5000 + "]" * 5000), r"expected TOML \(maximum recursion depth"),
    "digits": (swap("= 34", "= " + "9" * 5000), r"expected TOML \(Exceeds the limit"),
    "unknown key": (add("colour = 1"), "line 9, column colour: '1': expected only known keys"),
    "missing key": (swap("field_size = 34", ""), "field_size: expected this key; it is missing"),
    "rule set": (swap("766-2026", "766-1"), "'766-1': expected one of 766-2022, 766-2026"),
    "province": (swap('"P"', '"Q"'), "column province: 'Q': expected a unit of units.csv"),
    "past horizon": (swap("2026-06-30", "2026-03-31"), "expected every horizon after as_of"),
    "horizon twice": (swap("year_end", "q2"), "expected every horizon's key once"),
    "late start": (swap("2026-01-01", "2026-04-01"), "expected period_start on or before as_of"),
    "rank 35 of 34": (
        add("published_rank = 35"),
        "expected a published_rank of at most field_size",
    ),
    "no number": (
        add("published_total = nan"),
        "published_total: 'nan': expected a number of at most 100",
    ),
    "no volume": (add(f"monthly_volume = [nan{', 1' * 11}]"), "monthly_volume of numbers from 0"),
    "11 months": (
        add(f"monthly_volume = [1{', 1' * 10}]"),
        "monthly_volume: .* at least 12 entries",
    ),
}
TARGETS = {
    "101%": (swap(",60,", ",101,"), "rate_percent: '101': expected a rate from 0 to 100%"),
    "component": (swap("digitized", "scanned"), "'scanned': expected a known component"),
    "no scope": (swap("commune,,", ",,"), "line 2, column level: '': expected a level or a unit"),
    "twice": (add("2026-06-30,commune,,digitized,70,portal,"), "each fact once; line 2 has it"),
}
FIELD = {
    "twice": (add("2026-03-31,Lớn,,,,,,,70,,,portal"), "'Lớn': expected each fact once; line 3"),
    "two totals": (
        add("2026-03-31,Lớn,,,,,,,71,,,portal"),
        "line 4, column total: '71': expected one total of Lớn on a date; line 3 says 70",
    ),
    "two ranks": (
        add("2026-03-31,Nhỏ,,,,,,,,11,,portal"),
        "line 4, column rank: '11': expected one rank of Nhỏ on a date; line 2 says 10",
    ),
}
OWN = {"source twice": (lambda _: SOURCES, "line 2, column source: 'portal': expected each fact")}
BROKEN = {
    "units.csv": FILES | UNITS,
    "observations.csv": OBSERVATIONS,
    "dataset.toml": META,
    "targets.csv": TARGETS,
    "field.csv": FIELD,
    "sources.csv": OWN,
}


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        pytest.param(file, *case, id=f"{file}-{name}")
        for file, cases in BROKEN.items()
        for name, case in cases.items()
    ],
)
def test_a_broken_dataset_is_refused(
    build: Build, file: str, change: Change | None, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        load(build({file: change}))


def test_all_problems_are_named_at_once(build: Build) -> None:
    changes = {
        "dataset.toml": add("colour = 1"),
        "units.csv": swap("district,P", "district,Z"),
        "observations.csv": lambda text: text.replace(",80,", ",180,").replace(
            "A,digitized", "Q,digitized"
        ),
        "targets.csv": swap(",60,", ",101,"),
        "field.csv": swap(",70,", ",seventy,"),
    }
    found = [
        ("observations.csv", 2, "numerator"),
        ("observations.csv", 6, "unit"),
        ("targets.csv", 2, "rate_percent"),
        ("field.csv", 3, "total"),
    ]
    # without a readable dataset.toml nobody knows which unit is the province
    folder = build(changes)
    assert set(problems(folder)) == {
        ("dataset.toml", 9, "colour"),
        *found,
        ("field.csv", 3, "total"),
    }
    (folder / "dataset.toml").write_text(
        SMALL["dataset.toml"].replace("field_size = 34", "field_size = 34  # all")
    )
    assert set(problems(folder)) == {("units.csv", 4, "parent"), *found}


def test_a_missing_column_is_not_named_on_every_line(build: Build) -> None:
    assert problems(build({"observations.csv": swap(",source,", ",origin,")})) == [
        ("observations.csv", 1, "origin"),
        ("observations.csv", 1, "source"),
    ]


def test_missing_units_do_not_make_every_figure_wrong(build: Build) -> None:
    assert problems(build({"units.csv": None})) == [
        ("units.csv", None, None),
        ("dataset.toml", None, "province"),
    ]


def test_numbers_with_a_sign_are_no_formulas(build: Build) -> None:
    note = swap("năm trước", "+8.78 điểm so với 2024; - 3 đơn vị")
    assert load(build({"observations.csv": note})).observations["note"].notna().sum() == 1


# Copies of the real ones --------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Path]:
    """A copy of all datasets that may be broken."""
    shutil.copytree(DATA, tmp_path / "data")
    yield tmp_path / "data"


def edit(path: Path, change: Change) -> None:
    content = change(path.read_text(encoding="utf-8"))
    assert isinstance(content, str)
    path.write_text(content, encoding="utf-8")


def test_points_that_miss_the_rules_are_a_warning_with_both_figures(real: Path) -> None:
    rows = real / "phu_tho_2026" / "observations.csv"
    # by the rules 20 x 528684 / 597918 = 17.684 and 4 x 145096 / 597918 = 0.971
    edit(
        rows, swap("H44,group:progress,national,,,,17.68,", "H44,group:progress,national,,,,17.71,")
    )
    edit(rows, swap("145096,597918,,0.97,", "145096,597918,,0.94,"))
    found = load_dataset(real / "phu_tho_2026", real).warnings
    assert [
        (str(warning.value), str(warning.expected.format(**warning.details))) for warning in found
    ] == [
        ("0.94", "0.97 points for digitized of H44 by the rules"),
        ("17.71", "17.68 points for group:progress of H44 by the rules"),
    ]


def test_points_within_the_rounding_of_the_portal_are_no_warning(real: Path) -> None:
    rows = real / "phu_tho_2026" / "observations.csv"
    edit(
        rows, swap("H44,group:progress,national,,,,17.68,", "H44,group:progress,national,,,,17.70,")
    )
    assert load_dataset(real / "phu_tho_2026", real).warnings == ()


def test_a_table_under_a_name_that_is_not_read_is_told_of(build: Build) -> None:
    """What the program keeps itself, hidden files and documents are not."""
    quiet = "corrections.csv loads.csv names.csv restated_observations.csv README.csv .old.csv"
    files = f"volume.csv Counts.CSV board_histroy.csv 45-BC.pdf notes.md {quiet}"
    folder = build({name: (lambda _: "x") for name in files.split()})
    (folder / "older.csv").mkdir()
    names = (
        "dataset.toml, units.csv, observations.csv, targets.csv, field.csv, counts.csv, "
        "volumes.csv, sources.csv"
    )
    assert [str(warning) for warning in load(folder).warnings] == [
        "Counts.CSV: expected a name that is read, such as counts.csv; this file is left out",
        f"board_histroy.csv: expected a name that is read, one of {names}; this file is left out",
        "volume.csv: expected a name that is read, such as volumes.csv; this file is left out",
    ]


def test_a_misspelt_name_is_told_beside_the_file_that_is_missing(build: Build) -> None:
    folder = build()
    (folder / "observations.csv").rename(folder / "observation.csv")
    with pytest.raises(DataError) as error:
        load(folder)
    said = str(error.value).splitlines()
    assert said[0] == "observations.csv: expected this file in the dataset's folder"
    assert said[-1].startswith("observation.csv: expected a name that is read, such as obs")


def test_a_broken_copy_of_binh_phuoc_names_its_line(real: Path) -> None:
    folder = real / "binh_phuoc_2025"
    edit(
        folder / "observations.csv",
        swap("2025-03-27,H10,services_full_online", "2025-03-27,H10,full_online"),
    )
    edit(
        folder / "units.csv",
        swap("xa_long_binh,UBND xã Long Bình,commune", "xa_long_binh,,commune"),
    )
    with pytest.raises(DataError, match="'full_online': expected a known component") as error:
        load_dataset(folder, real)
    assert [(found.file, found.column) for found in error.value.problems] == [
        ("units.csv", "name_vi"),
        ("observations.csv", "component"),
    ]


def test_phu_tho_as_published() -> None:
    dataset = phu_tho().dataset
    assert (len(dataset.units), len(dataset.observations)) == (164, 4103)
    assert dataset.warnings == ()
    assert dataset.units["level"].value_counts().to_dict() == {
        "commune": 148,
        "department": 15,
        "province": 1,
    }
    found = facts(dataset)
    assert found.total[0] == 61.89
    assert found.rate[0, dataset.rules.index("filed_online")] == pytest.approx(589496 / 597894)
    # 127 units and no province without a petition
    assert found.no_data[:, dataset.rules.index("petitions_on_time")].sum() == 128


# Finding datasets ---------------------------------------------------------------------------------


def test_datasets_are_found_by_name_and_by_path(build: Build) -> None:
    assert {"binh_phuoc_2024", "binh_phuoc_2025", "phu_tho_2026"} <= set(list_datasets())
    assert find_dataset("phu_tho_2026") == DATA / "phu_tho_2026"
    folder = build()
    assert find_dataset(str(folder)) == folder
    with pytest.raises(
        DataError, match=r"'nowhere': expected the name of a dataset \(binh_phuoc_2"
    ):
        find_dataset("nowhere")


def test_every_figure_of_every_dataset_has_a_source() -> None:
    boards = load_boards()
    assert boards["source"].notna().all()
    # full boards of 34 provinces
    assert (boards.groupby(["date", "period"], dropna=False)["province"].count() >= 34).all()


# Messages -----------------------------------------------------------------------------------------


def test_a_problem_says_where_what_and_what_was_expected() -> None:
    found = Problem("units.csv", 3, "level", "sở", "one of {names}", {"names": "a, b"})
    assert str(found) == "units.csv, line 3, column level: 'sở': expected one of a, b"
    assert (
        str(Problem("units.csv", None, None, None, "this file")) == "units.csv: expected this file"
    )
    assert str(DataError([found, found])) == f"{found}\n{found}"


def test_a_long_value_is_shortened_to_one_line() -> None:
    assert shorten("a\n b\t c") == "a b c"
    assert len(shorten("x" * 1000)) == 60
