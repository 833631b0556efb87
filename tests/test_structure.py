"""The laws of the house: who may import whom, how full a folder may be, and what stays out."""

import ast
import csv
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_FILES = 12  # a folder is one sentence of the method

# What each place of core/ may import besides itself. A new folder takes its place here first.
FLOOR = "problems arrays text fonts rounding writing biff opendocument"
ENGINE = {
    "problems": "",
    "arrays": "",
    "text": "",
    "fonts": "",
    "rounding": "arrays",
    "writing": "",
    "biff": "",
    "opendocument": "biff",
    "index": FLOOR,
    "dataset": f"{FLOOR} index",
    "estimate": f"{FLOOR} index dataset",
    "scenario": f"{FLOOR} index dataset",
    "field": f"{FLOOR} index dataset",
    "outlook": f"{FLOOR} index dataset estimate scenario field",
    "levers": f"{FLOOR} index dataset estimate scenario field outlook",
    "goal": f"{FLOOR} index dataset estimate scenario field outlook levers",
    "review": f"{FLOOR} index dataset estimate scenario field outlook levers",
    "backtest": f"{FLOOR} index dataset estimate scenario field outlook",
}
AFTER = {
    "documents": (
        f"{FLOOR} index dataset estimate scenario field outlook review plans track export"
    ),
    "track": f"{FLOOR} index dataset estimate scenario field outlook review plans backtest",
    "plans": f"{FLOOR} index dataset estimate scenario field outlook levers goal review dossiers",
}
BESIDE = {
    "charts": FLOOR,
    "export": "problems text",
    "dossiers": f"{FLOOR} export store",  # which asks who may
    "store": "problems text",
    "web": "",
    "imports": f"{FLOOR} index dataset store",  # which asks who may
}
CORE = {**ENGINE, **BESIDE, **AFTER, "cli": " ".join([*ENGINE, *BESIDE, *AFTER])}
CORE["__main__"] = " ".join(CORE)
# The folders of pages/parts/ that pages share; every other folder there belongs to one page.
COMMON = {
    "words": "",
    "state": "words",
    "widgets": "words",
    "shared": "words state widgets",
    "server": "words state",
    "live": "words state widgets shared",
}
PAGE = " ".join(COMMON)
NOT_PRODUCT = {".git", ".venv", "tests", "__pycache__"}


@cache
def tree_of(path: Path) -> ast.Module:
    """A file's syntax; most files are asked for by several tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports when it runs, `a.b` for `from a import b`.

    What is only for type hints is left out: it isn't imported.
    """
    tree = tree_of(path)
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


def files(folder: str) -> list[Path]:
    """The Python files at and below a folder, but those that only describe a folder."""
    found = sorted((ROOT / folder).rglob("*.py"))
    found = [path for path in found if path.name != "__init__.py"]
    assert len(found) > 10, f"{folder}: the test looks in the wrong place"
    return found


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def place(module: str, house: str) -> str | None:
    """In which place of a house (`core`, `pages.parts`) a module is; None outside it."""
    below = module.removeprefix(f"{house}.")
    return below.split(".")[0] if below != module else None


def arrows(paths: Iterable[Path]) -> dict[str, set[str]]:
    """Which of these files each of them imports."""
    named = {name_of(path): path for path in paths}
    return {
        name: {known for found in imports(path) for known in (found, found.rpartition(".")[0])}
        & named.keys() - {name}
        for name, path in named.items()
    }


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


def folders(house: str) -> list[Path]:
    """The folders of a house that hold code, itself first."""
    found = [ROOT / house, *(ROOT / house).rglob("*")]
    found = [path for path in found if path.is_dir() and list(path.glob("*.py"))]
    assert len(found) > 10, f"{house}: the test looks in the wrong place"
    return found


@pytest.mark.parametrize("path", files("core"), ids=name_of)
def test_a_file_of_core_imports_only_what_its_folder_may(path: Path) -> None:
    here = place(name_of(path), "core")
    assert here in CORE, f"{here} has no place in CORE"
    found = {place(name, "core") for name in imports(path)} - {None, here}
    assert found <= set(CORE[here].split())


def test_every_place_of_core_exists() -> None:
    found = {place(name_of(path), "core") for path in files("core")}
    assert found == set(CORE)


@pytest.mark.parametrize("path", files("pages/parts"), ids=name_of)
def test_a_part_of_a_page_imports_no_other_page(path: Path) -> None:
    here = place(name_of(path), "pages.parts")
    assert here
    allowed = {here, *COMMON.get(here, PAGE).split()}
    for name in imports(path):
        if name.split(".")[0] == "pages":
            assert place(name, "pages.parts") in allowed, f"{name} in {path.name}"


def test_every_folder_of_parts_is_common_or_of_a_page() -> None:
    scripts = {path.stem for path in (ROOT / "pages").glob("*.py")}
    found = {place(name_of(path), "pages.parts") for path in files("pages/parts")}
    assert found - set(COMMON) <= scripts
    assert set(COMMON) <= found


@pytest.mark.parametrize("house", ["core", "pages/parts"])
def test_no_file_imports_itself_in_a_circle(house: str) -> None:
    found = arrows(files(house))
    assert any(found.values()), "no import was found: the test looks in the wrong place"
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("house", ["core", "pages/parts"])
def test_a_folder_is_one_sentence(house: str) -> None:
    for folder in folders(house):
        held = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(held) <= MOST_FILES, f"{folder.relative_to(ROOT)} holds {len(held)} files"
        for path in held:
            words = path.stem.split("_")
            assert folder.name not in words, f"{path.relative_to(ROOT)} repeats its folder's name"


@pytest.mark.parametrize("house", ["core", "pages/parts"])
def test_the_face_of_a_folder_is_its_sentence(house: str) -> None:
    for folder in folders(house):
        if "migrations" in folder.parts:  # not a package: the migration tool reads its files
            continue
        body = ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body
        assert len(body) == 1, f"{folder.relative_to(ROOT)}/__init__.py does more than describe"
        assert isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


def top_level(path: Path) -> Iterator[str]:
    """The public names that a file defines."""
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = chain.from_iterable(ast.walk(target) for target in targets)
            yield from (name.id for name in names if isinstance(name, ast.Name))


def test_one_word_is_one_thing_in_core() -> None:
    """A name that stands in two files is two things to whoever reads or searches."""
    where: dict[str, list[str]] = defaultdict(list)
    for path in files("core"):
        if "migrations" not in path.parts:
            for name in top_level(path):
                where[name].append(name_of(path))
    public = {name: places for name, places in where.items() if not name.startswith("_")}
    assert len(public) > 200
    assert {name: places for name, places in public.items() if len(places) > 1} == {}


def constants(path: Path) -> Iterator[object]:
    """Every number and text that stands in a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant):
            yield node.value


def test_the_grammar_of_a_scope_stands_in_one_file() -> None:
    spelled = {
        name_of(path)
        for path in [*files("core"), *files("pages")]
        for text in constants(path)
        if isinstance(text, str) and text.startswith("level:")
    }
    assert spelled == {"core.scenario.scope"}


def test_the_range_of_estimates_stands_in_one_file() -> None:
    spelled = {name_of(path) for path in files("core") if {0.1, 0.9} <= {*constants(path)}}
    assert spelled == {"core.arrays"}


def test_the_mark_of_an_estimate_stands_in_one_file() -> None:
    product = [*files("core"), *files("pages")]
    spelled = {name_of(path) for path in product if {"≈", "≈ "} & {*constants(path)}}
    assert spelled == {"core.text"}


def test_core_knows_nothing_of_the_screen() -> None:
    for path in files("core"):
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & {"streamlit", "pages", "app"}, path


SCRIPTS = sorted(path for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_page_imports_only_streamlit_core_and_its_parts(path: Path) -> None:
    for name in imports(path):
        root = name.split(".")[0]
        ours = root in ("streamlit", "core") or name.startswith("pages.parts")
        assert ours or root in sys.stdlib_module_names, f"{path.name} imports {name}"


def test_the_frame_is_the_main_script_and_no_folder_of_pages_lies_beside_it() -> None:
    """Else Streamlit finds pages by its older convention, and a first deep link has no frame."""
    assert len(SCRIPTS) > 8
    assert not (ROOT / "pages" / "pages").exists()
    assert 'st.App(\n    "pages/frame.py",' in (ROOT / "app.py").read_text(encoding="utf-8")


def test_every_file_that_is_taken_away_is_traced() -> None:
    """A button for a file gets what `rights.traced` makes; the trace's own file traces itself."""
    seen = 0
    for path in [*files("pages/parts"), *SCRIPTS]:
        if path.name == "downloads.py":  # the buttons themselves: they get what is traced already
            continue
        made = tree_of(path)
        named = {
            target.id: ast.unparse(node.value)
            for node in ast.walk(made)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(made):
            if not isinstance(node, ast.Call):
                continue
            button = ast.unparse(node.func)
            if button not in ("downloads.offer", "st.download_button"):
                continue
            given = ast.unparse(node.args[button == "st.download_button"])
            seen += 1
            made_by = named.get(given, given)
            assert "rights.traced(" in made_by or "_file, db, asked" in made_by, f"{path}: {given}"
    assert seen >= 9


def test_nothing_reads_the_folder_of_the_brief() -> None:
    mention = re.compile(r"(?<![\w./])shared/(?!named)|(?<!parts)/shared\b|[\"']shared[\"']")
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
    found = set(imports(path))
    assert {place(name, "core") for name in found} - {None} == {"x", "z"}
    assert found == {
        "a.b",
        "core.x",
        "core.z.w",
        "typing.TYPE_CHECKING",
        "streamlit",
    }


def component_names() -> set[str]:
    with (ROOT / "data" / "rules.csv").open(encoding="utf-8") as file:
        return {row["component"] for row in csv.DictReader(file)}


# "digitized" is also a column of a list of dossiers, whatever the rules call their component
LISTS = ("core/dossiers", "pages/parts/sync", "core/dataset/rules_csv.py")


def test_no_component_stands_in_code() -> None:
    """What is special about a component is a column of data: other rules have other components."""
    names = component_names()
    assert len(names) > 20
    for path in [*files("core"), *files("pages")]:
        of_lists = path.relative_to(ROOT).as_posix().startswith(LISTS)
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and node.value in names:
                word = str(node.value)
                assert of_lists and word == "digitized", f"{path.relative_to(ROOT)}: {word}"
