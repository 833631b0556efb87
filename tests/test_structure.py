"""The structure that the README promises: who may import whom, and what stays out."""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each module of core/ may import only from its left. A new module takes its place here first.
LEFT_TO_RIGHT = """
    problems tables rules schema responsibility checks dataset
    rollup adjust blocks evidence plan contradictions reconcile baseline
    scenario idle timeline
    shape level field field_board field_points field_choice
    simulate uncertain outlook case unknowns
    levers lever_tables effort cells programme plan_limits goals shortfall goalseek seek_draws
    goal_text cascade sensitivity guard
    targets presets losses since sync prediction past backtest_field backtest
    excel list_text list_words unit_guess list_sheet lists list_open list_rows matching_sql matching
    store_checks store_database store_working store
    answers charts charts_overview charts_goal charts_sync charts_sensitivity
    charts_present
    __main__
"""
ORDER = LEFT_TO_RIGHT.split()
NOT_PRODUCT = {".git", ".venv", "tests", "__pycache__"}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports when it runs, `a.b` for `from a import b`.

    What is only for type hints is left out: it isn't imported.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hints = [
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    ]
    for node in ast.walk(tree):
        if node in hints:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside_core(path: Path) -> set[str]:
    """The modules of core/ that a file imports."""
    found = [name.split(".") for name in imports(path)]
    return {parts[1] for parts in found if parts[0] == "core" and len(parts) > 1}


def files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).glob("*.py"))
    assert found
    return [path for path in found if path.name != "__init__.py"]


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the product, outside the tests."""
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_PRODUCT and "cache" not in name]
        below[:] = [name for name in below if name != ".hypothesis"]
        for name in names:
            path = Path(folder, name)
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_the_order_names_every_module_of_core_once() -> None:
    assert len(ORDER) == len(set(ORDER))
    assert set(ORDER) == {path.stem for path in files("core")}


@pytest.mark.parametrize("path", files("core"), ids=lambda path: path.stem)
def test_a_module_of_core_imports_only_from_its_left(path: Path) -> None:
    assert path.stem in ORDER, f"{path.name} has no place in ORDER"
    left = set(ORDER[: ORDER.index(path.stem)])
    assert inside_core(path) <= left


def test_core_knows_nothing_of_the_screen() -> None:
    for path in (ROOT / "core").rglob("*.py"):
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & {"streamlit", "pages", "app"}, path


@pytest.mark.parametrize("path", files("pages"), ids=lambda path: path.stem)
def test_a_page_imports_only_streamlit_core_and_its_parts(path: Path) -> None:
    for name in imports(path):
        root = name.split(".")[0]
        ours = root in ("streamlit", "core") or name.startswith("pages.parts")
        assert ours or root in sys.stdlib_module_names, f"{path.name} imports {name}"


def test_the_parts_of_pages_do_not_import_pages() -> None:
    for path in files("pages/parts"):
        for name in imports(path):
            assert not name.startswith("pages.") or name.startswith("pages.parts"), path


def test_nothing_reads_the_folder_of_the_brief() -> None:
    mention = re.compile(r"(?<![\w.])shared/|/shared\b|[\"']shared[\"']")
    seen = 0
    for path, text in texts():
        seen += 1
        found = mention.search(text)
        assert found is None, f"{path.relative_to(ROOT)}: {found}"
    assert seen > 50


def test_imports_are_found_in_every_form(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "import a.b\nfrom core import x as y\nfrom core.z import w\n"
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from core.hint import T\n"
        "def late():\n    import streamlit\n",
        encoding="utf-8",
    )
    assert inside_core(path) == {"x", "z"}
    assert set(imports(path)) == {
        "a.b",
        "core.x",
        "core.z.w",
        "typing.TYPE_CHECKING",
        "streamlit",
    }
