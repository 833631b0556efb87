"""Rates that rose because less was counted, and units that were not loaded at all, in words."""

from dataclasses import replace
from functools import lru_cache

import streamlit as st

from core.dataset.unit_sums import Sums, unit_sums
from core.problems import Problem
from core.review import guard
from pages.parts.shared.named import lever_name
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.words import text
from pages.parts.words.text import t


def show_warning() -> None:
    """Beside the province's standing: how many there are, and each; nothing if none."""
    if said := lines():
        words = t("Rates that rose because less was counted: {count}", count=len(said))
        st.warning("\n".join([f"**{text.escape(words)}**", "", *said]), icon=":material/report:")


def lines() -> list[str]:
    """One line of a list for every rate that is flagged between two dates of the dataset."""
    dataset = session.case().dataset
    return ["- " + text.problem(_named(one)) for one in _within(dataset.id, dataset.version)]


@st.cache_data(show_spinner=False, max_entries=20)
def _within(dataset: str, version: str) -> list[Problem]:
    return guard.within(seen.cases()[dataset].dataset)


def _named(found: Problem) -> Problem:
    component = lever_name(str(found.details["component"]))
    return replace(found, details={**found.details, "component": component})


def show_not_loaded() -> None:
    """Both sums of what is counted most, where units fall short of their province."""
    dataset = session.case().dataset
    found = [one for one in _sums(dataset.id, dataset.version) if one.inside < one.whole]
    if not found:
        return
    most = max(found, key=lambda one: one.whole)
    words = t(
        "The units loaded hold {part} of the province's dossiers: {inside} of {whole}. The rest "
        "stands as units not loaded, and levers of units don't move it.",
        part=text.percent(most.inside / most.whole, 0),
        inside=text.number(most.inside, 0),
        whole=text.number(most.whole, 0),
    )
    st.warning(text.escape(words), icon=":material/report:")


@lru_cache(maxsize=20)
def _sums(dataset: str, version: str) -> tuple[Sums, ...]:
    return tuple(unit_sums(seen.cases()[dataset].dataset))
