"""Datasets that people made: found in their folder while the app runs, without a restart."""

import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from core.dataset.kept.names import NAMES_FILE
from core.dataset.load import list_datasets
from core.outlook.case import Case, load_case
from core.problems import DataError, Problem
from core.store.database import data_folder

LOG = logging.getLogger("766")
LOOK_AGAIN = 2.0  # seconds: pages ask for their dataset hundreds of times a run
Faulty = dict[str, tuple[Problem, ...]]


@dataclass
class _Looked:
    """What was found, when, and for which folders."""

    at: float = -1e9
    places: tuple[str | None, Path] | None = None
    cases: dict[str, Case] = field(default_factory=dict)
    faulty: Faulty = field(default_factory=dict)


_LAST = _Looked()


def folder() -> Path:
    """Where they lie: beside the store, never in the program's folder."""
    return data_folder() / "datasets"


def found(data: Path) -> tuple[dict[str, Case], Faulty]:
    """The datasets of people that can be used, and what is wrong with the others.

    `data` has the rules and the boards.
    """
    global _LAST
    places = (os.environ.get("DATA_DIR"), data)
    now = time.monotonic()
    if places != _LAST.places or now - _LAST.at > LOOK_AGAIN:
        looked, own = _Looked(now, places), folder()
        for name in list_datasets(own):
            one = _loaded(str(own / name), str(data), _stamp(own / name))
            if isinstance(one, Case):
                looked.cases[name] = one
            else:
                looked.faulty[name] = one
        _LAST = looked
    return _LAST.cases, _LAST.faulty


def look_again() -> None:
    """Something was written: the next question looks."""
    _LAST.at = -1e9


def _stamp(path: Path) -> str:
    """What changes with any file of a dataset."""
    tables = [one for one in path.glob("*.csv") if one.name != NAMES_FILE]
    files = sorted([*tables, path / "dataset.toml"])
    try:
        return " ".join(f"{one.name}:{one.stat().st_mtime_ns}" for one in files)
    except OSError:  # being replaced at this moment
        return f"{time.monotonic()}"


@st.cache_resource(max_entries=100, show_spinner=False)
def _loaded(path: str, data: str, stamp: str) -> Case | tuple[Problem, ...]:
    return load(Path(path), Path(data))


def load(path: Path, data: Path) -> Case | tuple[Problem, ...]:
    """A dataset made ready, or what is wrong with it."""
    name = path.name
    try:
        return load_case(path, data)
    except DataError as error:
        LOG.log(logging.WARNING, "The dataset %s is left out:\n%s", name, error)
        return error.problems
    except Exception as error:  # a fault of ours must not take the other datasets along
        LOG.exception("The dataset %s is left out", name)
        details = {"reason": f"{type(error).__name__}: {error}"}
        expected = "figures that can be computed with ({reason})"
        return (Problem(name, None, None, None, expected, details),)
