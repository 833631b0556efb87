"""A dataset as a workbook: back again exactly, filled in by a stranger, faults told by cell."""

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from conftest import ROOT
from core.__main__ import main
from core.dataset.facts import DATA, Dataset, facts
from core.dataset.load import list_datasets, load_dataset
from core.dataset.rules_csv import load_rules
from core.fonts import decoded
from core.imports.corrections.commit import files_at
from core.imports.corrections.rows import with_changes
from core.imports.corrections.trace import Signed, read_trace
from core.imports.opening import read_file
from core.imports.plan import ImportOptions
from core.imports.template.load import Returned, load_template, returned_of
from core.imports.template.make import dataset_template, empty_template
from core.imports.template.take import is_template, taken_of
from core.problems import DataError
from import_files import workbook as people_workbook
from small_dataset import SOURCES, write_files

WHEN = dt.datetime(2026, 10, 12, 8, 30, tzinfo=dt.UTC)
SIGNED = Signed("Lan", "Báo cáo 12/BC-VP", WHEN)
RULES = load_rules(DATA / "rules.csv")
Fill = Callable[[openpyxl.Workbook], None]
TABLES = ("units", "observations", "targets", "field", "counts", "volumes")
KEYS = {
    "units": ["unit"],
    "observations": ["as_of", "unit", "component", "portal"],
    "targets": ["due", "level", "unit", "component"],
    "field": ["date", "period", "province", "total", "rank", "mean_total", "note"],
    "counts": ["as_of", "unit", "quantity"],
    "volumes": ["unit", "component"],
}


def filled(raw: bytes, fill: Fill) -> bytes:
    """A workbook as somebody saves it who filled it in with another program."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(book: openpyxl.Workbook, sheet: str, place: str, value: object) -> None:
    book[sheet][place] = value


def column(book: openpyxl.Workbook, sheet: str, code: str) -> str:
    """The letter of the column with a code."""
    for row in book[sheet].iter_rows(max_row=3):
        for cell in row:
            if cell.value == code:
                return str(cell.column_letter)
    raise AssertionError(code)


def came_back(raw: bytes, before: Dataset | None = None, name: str = "mau.xlsx") -> Returned:
    return returned_of(taken_of(name, raw), before)


def plain(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """A table without its lines, in an order of its own."""
    if name == "units":
        frame = frame.reset_index()
    return frame.sort_values(KEYS[name], ignore_index=True)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", list_datasets())
def test_a_shipped_dataset_comes_back_to_the_last_letter(name: str, language: str) -> None:
    dataset = load_dataset(DATA / name)
    returned = came_back(dataset_template(dataset, language), dataset)
    assert returned.problems == () and returned.changes == ()
    assert with_changes(files_at(dataset.path), returned.changes) == {
        path.name: decoded(path.read_bytes())[0]
        for path in (ROOT / "data" / name).iterdir()
        if path.suffix in (".csv", ".toml")
    }


def test_the_words_of_a_workbook_are_those_of_its_reader() -> None:
    dataset = load_dataset(DATA / "binh_phuoc_2025")
    book = openpyxl.load_workbook(io.BytesIO(dataset_template(dataset, "en")))
    names = ["Guide", "Province", "Units", "Figures", "Notes", "Targets", "Other provinces"]
    assert book.sheetnames[:7] == names
    assert book["Units"]["C3"].value == "province"
    shown = [cell.value for row in book["Figures"].iter_rows(max_row=2) for cell in row]
    assert "Numerator" in shown and "Tử số" not in shown
    column_of = column(book, "Figures", "on_time.rate_percent")
    book["Figures"][f"{column_of}4"] = 150
    out = io.BytesIO()
    book.save(out)
    (fault,) = came_back(out.getvalue(), dataset).problems
    assert fault.file == f"mau.xlsx, Figures!{column_of}4"


@pytest.mark.parametrize("name", list_datasets())
def test_a_shipped_dataset_can_be_made_of_its_workbook_alone(name: str, tmp_path: Path) -> None:
    dataset = load_dataset(DATA / name)
    returned = came_back(dataset_template(dataset))
    made = load_template(returned, tmp_path, SIGNED)
    assert made.path.parent == tmp_path
    assert made.meta.model_copy(update={"default": False}) == dataset.meta.model_copy(
        update={"default": False}
    )
    for table in TABLES:
        one, two = plain(getattr(made, table), table), plain(getattr(dataset, table), table)
        pd.testing.assert_frame_equal(one, two, check_exact=True, check_dtype=False)


NUMBERS = st.floats(0, 1, allow_subnormal=False)
WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=30).map(
    lambda text: "x" + text
)


@settings(max_examples=4, phases=[Phase.generate])
@given(shares=st.lists(NUMBERS, min_size=2, max_size=2), rate=NUMBERS, note=WORDS)
def test_any_number_and_any_words_come_back(
    tmp_path_factory: pytest.TempPathFactory, shares: list[float], rate: float, note: str
) -> None:
    folder = tmp_path_factory.mktemp("any") / "P"
    write_files(folder)
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    some = pd.read_csv(folder / "observations.csv", dtype=str)
    some.loc[4, "rate_percent"], some.loc[4, "note"] = repr(100 * rate), note
    some.to_csv(folder / "observations.csv", index=False)
    units = pd.read_csv(folder / "units.csv", dtype=str)
    units.loc[[1, 2], "volume_share"] = [repr(one / 2) for one in shares]
    units.to_csv(folder / "units.csv", index=False)
    dataset = load_dataset(folder)
    returned = came_back(dataset_template(dataset), dataset)
    assert returned.problems == () and returned.changes == ()


def test_what_was_changed_is_named_and_nothing_else() -> None:
    dataset = load_dataset(DATA / "phu_tho_2026")

    def fill(book: openpyxl.Workbook) -> None:
        put(book, "Số liệu", f"{column(book, 'Số liệu', 'on_time.numerator')}4", 450000)

    returned = came_back(filled(dataset_template(dataset), fill), dataset)
    (change,) = returned.changes
    assert change.before is not None and change.after is not None
    assert change.file == "observations.csv" and change.after["numerator"] == "450000"
    assert change.after["unit"] == "H44" and change.before["numerator"] != "450000"
    assert dict(change.after, numerator="") == dict(change.before, numerator="")


def three_units(book: openpyxl.Workbook) -> None:
    """A province of three units, as a stranger writes it: names and counts, little else."""
    put(book, "Tỉnh", "C3", "H27")
    put(book, "Tỉnh", "C7", "10/10/2026")
    names = ("UBND tỉnh Hà Tĩnh", "Sở Một", "UBND xã Hai", "UBND phường Ba")
    for line, name in enumerate(names, 3):
        put(book, "Đơn vị", f"B{line}", name)
    put(book, "Đơn vị", "A3", "H27")
    place = {
        code: column(book, "Số liệu", code)
        for code in ("on_time.numerator", "on_time.denominator", "digitized.rate_percent")
    }
    rows = ((900, 1000, 60), (380, 400, "70,5%"), (300, 350, 50), (220, 250, 45))
    for line, (name, row) in enumerate(zip(names, rows, strict=True), 4):
        put(book, "Số liệu", f"C{line}", name)
        for letter, value in zip(place.values(), row, strict=True):
            put(book, "Số liệu", f"{letter}{line}", value)


def empty(fill: Fill = three_units) -> bytes:
    return filled(empty_template(RULES["766-2026"], dt.date(2026, 10, 10)), fill)


def test_a_stranger_fills_in_three_units(tmp_path: Path) -> None:
    returned = came_back(empty())
    assert returned.problems == ()
    made = load_template(returned, tmp_path, SIGNED)
    assert made.path == tmp_path / "ha-tinh-2026"
    assert list(made.units["level"]) == ["province", "department", "commune", "commune"]
    at = made.rules.index("on_time")
    assert facts(made).rate[:, at].tolist() == [0.9, 0.95, 300 / 350, 0.88]
    assert made.observations.query("unit == 'H27.so-mot' and component == 'digitized'")[
        "rate_percent"
    ].tolist() == [70.5]
    assert len(made.field) > 100  # the boards of the year, so that there is a rank
    assert made.meta.as_of == dt.date(2026, 10, 10) and made.meta.field_name == "Hà Tĩnh"


def test_mistakes_are_told_by_their_cell_all_at_once(tmp_path: Path) -> None:
    cells: dict[str, str] = {}

    def fill(book: openpyxl.Workbook) -> None:
        three_units(book)
        for code in ("on_time.numerator", "digitized.rate_percent", "on_time.denominator"):
            cells[code] = column(book, "Số liệu", code)
        put(book, "Số liệu", f"{cells['on_time.numerator']}5", 410)  # of 400
        put(book, "Số liệu", f"{cells['digitized.rate_percent']}6", 150)
        put(book, "Đơn vị", "C6", "thôn")

    returned = came_back(empty(fill))
    told = "\n".join(str(one) for one in returned.problems)
    assert f"mau.xlsx, Số liệu!{cells['on_time.numerator']}5: '410 of 400'" in told
    assert f"mau.xlsx, Số liệu!{cells['digitized.rate_percent']}6: '150'" in told
    assert "mau.xlsx, Đơn vị!C6: 'thôn'" in told
    with pytest.raises(DataError):
        load_template(returned, tmp_path, SIGNED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("on_time.numerator", "không rõ", "a number"),
        ("on_time.denominator", "1.234", "a whole number without separators"),
        ("digitized.rate_percent", "=1/0", "a number"),
    ],
)
def test_a_cell_that_is_no_number(code: str, value: str, expected: str) -> None:
    place = []

    def fill(book: openpyxl.Workbook) -> None:
        three_units(book)
        place.append(f"{column(book, 'Số liệu', code)}5")
        put(book, "Số liệu", place[0], value)
        book["Số liệu"][place[0]].data_type = "s"

    told = [str(one) for one in came_back(empty(fill)).problems]
    assert f"mau.xlsx, Số liệu!{place[0]}: {value!r}: expected {expected}" in told


def test_rates_written_as_fractions_are_asked_about() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        three_units(book)
        for line in range(4, 8):
            put(book, "Số liệu", f"{column(book, 'Số liệu', 'digitized.rate_percent')}{line}", 0.5)

    assert any("less than one per cent" in str(one) for one in came_back(empty(fill)).warnings)


def test_a_note_that_looks_like_a_formula_is_refused() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        three_units(book)
        put(book, "Đơn vị", "B4", "=cmd|'/c calc'!A1")
        book["Đơn vị"]["B4"].data_type = "s"
        put(book, "Số liệu", "C5", "=cmd|'/c calc'!A1")
        book["Số liệu"]["C5"].data_type = "s"

    told = "\n".join(str(one) for one in came_back(empty(fill)).problems)
    assert "Đơn vị!B4" in told and "formula" in told


def test_columns_may_move_and_codes_may_not_go() -> None:
    def move(book: openpyxl.Workbook) -> None:
        three_units(book)
        book["Số liệu"].delete_cols(5)  # the source

    assert came_back(empty(move)).problems == ()

    def without_codes(book: openpyxl.Workbook) -> None:
        three_units(book)
        book["Số liệu"].delete_rows(3)

    (told,) = [str(one) for one in came_back(empty(without_codes)).problems][:1]
    assert "row of small grey codes" in told and "Số liệu" in told


def test_another_file_is_no_template() -> None:
    other = people_workbook([["Đơn vị", "Điểm"], ["Sở Một", 60]])
    assert not is_template(other) and not is_template(b"") and is_template(empty())
    with pytest.raises(DataError, match="the workbook that was downloaded here"):
        taken_of("khac.xlsx", other)
    with pytest.raises(DataError, match="load it alone, as a template"):
        read_file("mau.xlsx", empty(), ImportOptions())


def test_a_workbook_of_another_province_is_refused() -> None:
    dataset = load_dataset(DATA / "phu_tho_2026")
    told = [str(one) for one in came_back(empty(), dataset).problems]
    assert told == ["mau.xlsx, Tỉnh!C3: 'H27': expected a workbook of H44, as the dataset that "
                    "stands there"]  # fmt: skip


def test_the_command_line_gives_and_takes_a_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = tmp_path / "mau.xlsx", tmp_path / "ha-tinh"
    assert main(["template", "empty", "--to", str(path)]) == 0
    assert main(["template", "empty", "--to", str(path)]) == 2  # it is there already
    path.write_bytes(filled(path.read_bytes(), three_units))
    capsys.readouterr()
    assert main(["import", str(path), "--to", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "template" and found["units"] == 4 and found["observations"] == 8
    again = tmp_path / "lai.xlsx"
    assert main(["template", str(folder), "--to", str(again)]) == 0
    capsys.readouterr()
    before = files_at(folder)
    assert main(["import", str(again), "--to", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == 0
    assert files_at(folder) == before

    def correct(book: openpyxl.Workbook) -> None:
        put(book, "Số liệu", f"{column(book, 'Số liệu', 'on_time.numerator')}5", 390)

    again.write_bytes(filled(again.read_bytes(), correct))
    assert main(["import", str(again), "--to", str(folder)]) == 0
    (step,) = read_trace(folder)
    assert [change.after["numerator"] for change in step.changes if change.after] == ["390"]


def test_shipped_data_are_never_written_to(tmp_path: Path) -> None:
    dataset = load_dataset(DATA / "phu_tho_2026")
    before = files_at(dataset.path)

    def fill(book: openpyxl.Workbook) -> None:
        put(book, "Số liệu", f"{column(book, 'Số liệu', 'on_time.numerator')}4", 450000)

    path = tmp_path / "mau.xlsx"
    path.write_bytes(filled(dataset_template(dataset), fill))
    assert main(["import", str(path), "--to", str(dataset.path)]) == 2
    assert files_at(dataset.path) == before
