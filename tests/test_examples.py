"""The examples in docstrings run and are true."""

import doctest
from types import ModuleType

import pytest

from core import text
from core.field import ranks
from core.index import rules
from core.outlook import timeline
from core.scenario import apply, files

MODULES = (rules, text, ranks, timeline, files, apply)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_give_what_they_say(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0, "no example: the test looks in the wrong place"
    assert found.failed == 0


def test_the_functions_that_people_call_first_have_an_example() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    shown = {
        test.name.removeprefix(f"{module.__name__}.")
        for module in MODULES
        for test in finder.find(module)
        if test.examples
    }
    assert shown >= {
        *("points", "by_group", "move", "to_link", "from_link"),
        *("fold", "clean_text", "exact_rank", "summarise", "backward"),
    }
