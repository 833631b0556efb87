"""What OPERATIONS.md promises is held by tests that are there."""

import ast
import re
from functools import cache

import pytest

from conftest import ROOT

CITED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
WITHOUT = ("**not promised**", "do not apply")


def promises() -> list[tuple[str, str]]:
    """The rows of the table, as what is promised and what holds it."""
    text = (ROOT / "OPERATIONS.md").read_text(encoding="utf-8")
    table = text.partition("## What is promised")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return [(cells[0].strip(), cells[1].strip(" |")) for cells in rows[1:]]


@cache
def defined(file: str) -> frozenset[str]:
    """The tests of a file."""
    made = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in made.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("promise", "held"), promises(), ids=lambda text: text[:40])
def test_a_promise_names_tests_that_exist_or_says_that_it_is_none(promise: str, held: str) -> None:
    cited = CITED.findall(held)
    assert cited or any(words in held for words in WITHOUT)
    assert len(cited) == held.count("test_") / 2, "each is a file and a function"
    for file, name in cited:
        assert (ROOT / "tests" / file).exists(), file
        assert name in defined(file), f"{file} has no {name}"


def test_the_table_was_found() -> None:
    assert len(promises()) >= 30
