"""Every kind of file of datasets that lack what others have: units, dates ahead, targets."""

import shutil
from pathlib import Path

import ironcalc
import pytest

from core.dataset.facts import DATA
from core.documents.files import FILE_KINDS, file_of
from core.outlook.case import Case, load_case
from core.plans.made import from_assigned
from core.plans.model import TargetPlan
from core.problems import DataError
from small_dataset import SOURCES, Change, swap, write_files

HORIZONS = 'horizons = [{key = "q2", date = 2026-06-30}, {key = "year_end", date = 2026-12-31}]'
ODD: dict[str, dict[str, Change | None]] = {
    "small": {},
    "no targets": {"targets.csv": lambda text: text.splitlines()[0] + "\n"},
    "no dates ahead": {
        "dataset.toml": swap(HORIZONS, "horizons = []"),
        "targets.csv": lambda text: text.splitlines()[0] + "\n",
    },
    "no units": {
        "units.csv": lambda text: "\n".join(text.splitlines()[:2]) + "\n",
        "observations.csv": lambda text: "\n".join(
            line for line in text.splitlines() if ",A," not in line and ",B," not in line
        ) + "\n",
        "targets.csv": lambda text: text.splitlines()[0] + "\n",
    },
}  # fmt: skip


def case_of(name: str, folder: Path) -> Case:
    data = folder / "data"
    data.mkdir()
    for file in DATA.glob("*.csv"):
        shutil.copy(file, data / file.name)
    known = (data / "sources.csv").read_text(encoding="utf-8").rstrip("\n")
    (data / "sources.csv").write_text(known + "\n" + SOURCES.splitlines()[1] + "\n", "utf-8")
    return load_case(write_files(folder / "small", ODD[name]), data)


@pytest.mark.parametrize("name", ODD)
def test_every_kind_is_written_or_says_what_is_missing(name: str, tmp_path: Path) -> None:
    case = case_of(name, tmp_path)
    plan = from_assigned(case.dataset) if name == "small" else TargetPlan(dataset=case.dataset.id)
    for ending, kinds in FILE_KINDS.items():
        for kind in kinds:
            for language in ("vi", "en"):
                try:
                    content = file_of(case, plan, ending, kind, language)
                except DataError as error:
                    assert not plan.targets and "at least one target" in str(error)
                    continue
                assert len(content) > 30
                if kind == "bang_tinh" and language == "vi":
                    _recalculated(content, tmp_path)


def _recalculated(content: bytes, folder: Path) -> None:
    path = folder / "book.xlsx"
    path.write_bytes(content)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    held = {}
    for place in range(len(model.get_worksheets_properties())):
        _, rows, _, columns = model.get_sheet_dimensions(place)
        for row in range(1, rows + 1):
            for column in range(1, columns + 1):
                if model.get_cell_formula(place, row, column):
                    held[place, row, column] = model.get_cell_value(place, row, column)
    model.evaluate()
    assert held
    for at, value in held.items():
        assert model.get_cell_value(*at) == pytest.approx(value, abs=1e-9), at
