"""The menu of prepared scenarios: each replaces the one on the screen, and can be taken back."""

import datetime as dt
from functools import lru_cache

import numpy as np
import streamlit as st

from core.review.presets import needs, presets
from core.scenario.model import Scenario
from pages.parts.state import edits, session
from pages.parts.state.cases import seen
from pages.parts.widgets.folded import door
from pages.parts.words import text
from pages.parts.words.text import t


def name(preset: str) -> str:
    """A prepared scenario as it is called."""
    if preset.startswith("targets:"):
        day = dt.date.fromisoformat(preset.removeprefix("targets:"))
        return t("Assigned targets of {date} met", date=text.date(day))
    return {
        "pace": t("Without a scenario"),
        "targets": t("Assigned targets met"),
        "best_quarter": t("Everybody at the best quarter of their level"),
        "sync": t("Sync gaps closed"),
    }[preset]


def about(preset: str) -> str:
    """What a prepared scenario does."""
    if preset.startswith("targets:"):
        return t("New dossiers are handled so that every unit meets its targets of that date.")
    return {
        "pace": t("Nothing is changed: the province improves as the other provinces do."),
        "targets": t(
            "New dossiers are handled so that every unit meets its assigned targets on their dates."
        ),
        "best_quarter": t(
            "Every unit reaches the rate that the best quarter of the units of its level reach."
        ),
        "sync": t("All that the provincial portal counts is recognised by the national portal."),
    }[preset]


def none_here(preset: str) -> str:
    """Why a prepared scenario has nothing to change in this dataset."""
    preset = preset.split(":")[0]
    return {
        "targets": t("No unit here is below an assigned target that is still due."),
        "best_quarter": t("All units of a level have the same rates here."),
        "sync": t("No gap between the two portals is known here."),
    }.get(preset, "")


def all_presets() -> dict[str, Scenario]:
    """The prepared scenarios of the dataset on the screen."""
    dataset = session.case().dataset
    return dict(_presets(dataset.id, dataset.version))


@lru_cache(maxsize=20)
def _presets(dataset: str, version: str) -> dict[str, Scenario]:
    case = seen.cases()[dataset]
    return presets(case.dataset, case.baseline, case.calendar)


def out_of_reach() -> int:
    """How many units can't meet an assigned target even with every new dossier."""
    dataset = session.case().dataset
    return _out_of_reach(dataset.id, dataset.version)


@lru_cache(maxsize=20)
def _out_of_reach(dataset: str, version: str) -> int:
    case = seen.cases()[dataset]
    found = needs(case.dataset, case.baseline, case.calendar)
    return len({int(row) for need in found for row in np.flatnonzero(need.rate > 1)})


def show_menu() -> None:
    """The prepared scenarios behind one button."""
    door(t("Sample scenarios"), "presets", _menu, icon=":material/auto_awesome:")


def _menu() -> None:
    for preset, made in all_presets().items():
        empty = not made.changes and preset != "pace"
        st.button(
            name(preset),
            key=f"preset-{preset}",
            on_click=use,
            args=(made,),
            disabled=empty,
            width="stretch",
        )
        st.caption(none_here(preset) if empty else about(preset))
        if preset == "targets" and (count := out_of_reach()):
            st.caption(
                t("{count} units cannot meet theirs even with every new dossier.", count=count)
            )


def use(preset: Scenario) -> None:
    """Put a prepared scenario on the screen, under the assumptions that hold there now."""
    edits.change(preset.model_copy(update={"assumptions": session.scenario().assumptions}))
