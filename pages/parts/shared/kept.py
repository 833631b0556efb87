"""Saved scenarios of the dataset on the screen, to compare and to present: the latest versions."""

from dataclasses import dataclass

import streamlit as st

from core.problems import DataError
from core.scenario import files
from core.scenario.model import Scenario
from core.store import versions as store
from core.store.checks import StoreError
from core.store.database import store_url
from pages.parts.state import links, session
from pages.parts.state.cases import seen
from pages.parts.state.kept import storage
from pages.parts.words import text
from pages.parts.words.text import t

LIMIT = 20


@dataclass(frozen=True)
class Saved:
    """Scenarios titled as they are called now, newest first; `notes` what is left out and why.

    Notes are safe as Markdown.
    """

    scenarios: tuple[Scenario, ...]
    notes: tuple[str, ...] = ()


def saved() -> Saved:
    """The saved scenarios that fit today's data, at most LIMIT."""
    dataset = session.case().dataset
    try:
        page = store.find(storage.store(), dataset_id=dataset.id, limit=LIMIT)
        read = {
            version: _read(store_url(), version.scenario_id, version.number, dataset.version)
            for version in page.items
        }
    except StoreError as error:
        return Saved((), (links.sentence(error),))
    fitting = [
        made.model_copy(update={"title": version.name}) for version, made in read.items() if made
    ]
    unfit = [version.name for version, made in read.items() if made is None]
    return Saved(tuple(fitting), tuple(_notes(unfit, page.total - len(page.items))))


@st.cache_data(max_entries=500, show_spinner=False)
def _read(url: str, scenario_id: str, number: int, data_version: str) -> Scenario | None:
    """A saved version, which never changes; None where it does not fit the data of this version."""
    _, payload = store.read(storage.store(), scenario_id, number)
    try:
        return links.checked(files.parse(payload), seen.cases())
    except DataError:
        return None


def _notes(unfit: list[str], more: int) -> list[str]:
    notes = [
        t("“{name}” no longer fits today's data and is left out.", name=text.escape(name))
        for name in unfit
    ]
    if more > 0:
        notes.append(
            t(
                "The {count} scenarios saved last are offered, and {more} older ones are not: "
                "add one by its link on the page Compare.",
                count=LIMIT,
                more=text.number(more, 0),
            )
        )
    return notes
