"""The datasets that a viewer may see: those that came with the program, and those of people."""

from functools import cache

from core.dataset.facts import DATA
from core.dataset.load import find_dataset, list_datasets
from core.outlook.case import Case
from core.problems import Problem
from pages.parts.state import rights
from pages.parts.state.cases import own_datasets
from pages.parts.words import text


def cases() -> dict[str, Case]:
    """The datasets that the viewer may see, checked and solved once for all; the default first."""
    shipped, own = _loaded()[0], own_datasets.found(DATA)[0]
    every = shipped | {name: case for name, case in own.items() if name not in shipped}
    return {name: case for name, case in every.items() if rights.sees(name)}


def faulty() -> dict[str, tuple[Problem, ...]]:
    """What is wrong with the folders that can't be used, by their names; of those that the viewer
    may see, as the sentences tell what stands in the files."""
    every = _loaded()[1] | own_datasets.found(DATA)[1]
    return {name: problems for name, problems in every.items() if rights.sees(name)}


@cache
def _loaded() -> tuple[dict[str, Case], dict[str, tuple[Problem, ...]]]:
    """Every folder of datasets by itself: one with problems stops no other."""
    cases, faulty = {}, {}
    for name in list_datasets(DATA):
        found = own_datasets.load(find_dataset(name, DATA), DATA)
        if isinstance(found, Case):
            cases[name] = found
        else:
            faulty[name] = found
    first = sorted(cases.items(), key=lambda item: not item[1].dataset.meta.default)
    return dict(first), faulty


def case_of(name: str) -> Case:
    """One of `cases`, without looking at the others."""
    found = _loaded()[0].get(name) or own_datasets.found(DATA)[0].get(name)
    if found is None or not rights.sees(name):
        raise KeyError(name)
    return found


def warm_up() -> None:
    """Load everything once, before the first viewer comes."""
    cases()


def name_of(found: Case) -> str:
    """A dataset's name in the language of the screen."""
    meta = found.dataset.meta
    return meta.name_vi if text.language() == "vi" else meta.name_en
