"""A rule set with components that no line of code knows: it loads and works on every page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.dataset import rules_csv
from core.dataset.load import load_dataset
from core.dataset.rules_csv import load_rules, shipped_rules
from core.problems import DataError
from pages.parts.overview import losses
from pages.parts.state.cases import seen
from small_dataset import SOURCES, swap, write_files
from test_pages import open_app, pages

HEADER = (
    "rule_set,component,group,max_points,target_rate,no_data,rollup,lever_family,name_vi,name_en,"
    "notice_2025_no,confidence,source\n"
)
RULES = HEADER + "".join(
    f"made-up,{name},{group},{points},1,zero,{rollup},{family},Chỉ số {name},{name},,assumed,made\n"
    for name, group, points, rollup, family in (
        ("openness", "transparency", 10, "province", "openness"),
        ("speed", "progress", 60, "sum", "speed"),
        ("kindness", "satisfaction", 30, "sum", "kindness"),
    )
)
OBSERVATIONS = """\
as_of,unit,component,portal,numerator,denominator,rate_percent,points,source,note
2026-03-31,P,openness,national,1,2,,,portal,
2026-03-31,P,speed,national,80,100,,,portal,
2026-03-31,A,speed,national,40,40,,,portal,
2026-03-31,B,speed,national,40,60,,,portal,
2026-03-31,P,kindness,national,,,60,,portal,
2025-12-31,P,speed,national,,,70,,portal,
"""
TRAITS = "component,first,in_lists,role\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of data with the made-up rules and the small dataset under them."""
    folder = tmp_path / "data"
    changes = {
        "dataset.toml": swap("766-2026", "made-up"),
        "observations.csv": lambda _: OBSERVATIONS,
        "targets.csv": swap("digitized", "kindness"),
    }
    write_files(folder / "small", changes)
    files = {
        "rules.csv": RULES,
        "components.csv": TRAITS + "kindness,1,,\n",
        "sources.csv": SOURCES,
        "boards.csv": (Path(losses.DATA) / "boards.csv").read_text(encoding="utf-8"),
        "responsibility.csv": "rule_set,component,who,source,note_vi,note_en\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    known = (Path(losses.DATA) / "sources.csv").read_text(encoding="utf-8").splitlines(True)[1:]
    (folder / "sources.csv").write_text(SOURCES + "".join(known), encoding="utf-8")
    for module in (seen, losses, rules_csv):
        monkeypatch.setattr(module, "DATA", folder)
    kept = (seen._loaded, shipped_rules)
    for function in kept:
        function.cache_clear()
    yield folder
    for function in kept:
        function.cache_clear()


def test_every_page_works_with_components_that_code_does_not_know(data: Path) -> None:
    for page in pages():
        app = open_app("small", "vi", Path(page).name)
        assert not app.exception, page
        assert app.title[0].value, page
        assert not seen.faulty()


def test_what_is_special_about_a_component_is_read_from_data(data: Path) -> None:
    rules = load_rules(data / "rules.csv")["made-up"]
    assert rules.first == ("kindness",)
    assert rules.shown_first == 2
    assert rules.role("sync") is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("mildness,1,,\n", "line 2, column component: 'mildness': expected a component of the"),
        ("speed,,,captain\n", "line 2, column role: 'captain': expected one of sync, payment"),
        ("speed,1,,\nkindness,1,,\n", "line 3, column first: '1.0': expected each value once"),
        ("speed,-1,,\n", "line 2, column first: '-1': expected a number above 0"),
    ],
)
def test_a_bad_row_about_components_is_refused(data: Path, row: str, message: str) -> None:
    (data / "components.csv").write_text(TRAITS + row, encoding="utf-8")
    with pytest.raises(DataError, match=rf"components\.csv, {message}"):
        load_dataset(data / "small", data)


def test_a_missing_column_is_named(data: Path) -> None:
    (data / "components.csv").write_text(TRAITS.replace(",role", ""), encoding="utf-8")
    with pytest.raises(DataError, match=r"components\.csv, line 1, column role: expected this"):
        load_dataset(data / "small", data)


def test_another_group_is_refused_with_its_line(data: Path) -> None:
    (data / "rules.csv").write_text(RULES.replace(",progress,", ",pace,"), encoding="utf-8")
    with pytest.raises(DataError, match=r"line 3, column group: 'pace': expected one of"):
        load_dataset(data / "small", data)
