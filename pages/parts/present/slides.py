"""Which scenarios the presentation steps through, in which order."""

from dataclasses import dataclass

import streamlit as st

from core.scenario.model import Scenario
from pages.parts.shared import at_hand as compare_choices
from pages.parts.shared import kept as compare_saved
from pages.parts.shared import presets
from pages.parts.shared.at_hand import OFFERED, PICKED
from pages.parts.shared.changes import describe, describe_assumptions
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t

SENTENCES = 3


@dataclass(frozen=True)
class Slide:
    """A scenario by its `label` among the others, and by its `name` (plain text) on the screen."""

    label: str
    name: str
    scenario: Scenario


@dataclass(frozen=True)
class Chosen:
    """The slides in the viewer's order.

    `gone` labels that were chosen and are not there any more; `is_alone` whether there is only one
    scenario to choose; `is_open` whether its choices are open on the screen.
    """

    slides: tuple[Slide, ...]
    gone: tuple[str, ...]
    is_alone: bool
    is_open: bool


def choose() -> Chosen:
    """Which scenarios to show, behind one button."""
    found, by_hand = compare_choices.choices(), _by_hand()
    before = st.session_state.get(by_hand)
    kept = [label for label in before or [] if label in found]
    key = f"{by_hand}_widget"
    st.session_state[key] = kept if kept or before == [] else standard(found)
    popover = st.popover(
        t("Choose scenarios"), icon=":material/checklist:", key="present_open", on_change="rerun"
    )
    with popover:
        picked = st.multiselect(
            t("Scenarios, in the order they are shown"),
            list(found),
            key=key,
            placeholder=t("Choose at least one"),
            on_change=lambda: st.session_state.update({by_hand: st.session_state[key]}),
            wrap=True,
        )
        for note in compare_saved.saved().notes:
            st.caption(note)
    slides = tuple(_slide(label, found[label]) for label in picked)
    gone = tuple(label for label in before or [] if label not in found)
    return Chosen(slides, gone, len(found) == 1, bool(popover.open))


def _by_hand() -> str:
    """Where the viewer's own choice is kept; labels are the dataset's, in one language."""
    return f"present_picked_{session.case().dataset.id}_{text.language()}"


def standard(found: dict[str, Scenario]) -> list[str]:
    """Without a choice made here: those chosen in Compare, or else all of the viewer's own.

    A scenario made since then is on the screen and belongs in; one left out by choice does not.
    """
    offered = st.session_state.get(OFFERED, [])
    chosen = [label for label in st.session_state.get(PICKED, []) if label in found]
    if not offered or not chosen:
        return list(compare_choices.own())
    new = compare_choices.on_screen()
    return [*chosen[:1], new, *chosen[1:]] if new in found and new not in offered else chosen


def _slide(label: str, scenario: Scenario) -> Slide:
    """A saved scenario has the name it is saved under, the one on the screen its own."""
    past = session.history()
    if label != compare_choices.on_screen():
        return Slide(label, scenario.title or label, scenario)
    name = past.origin.name if past.origin else scenario.title
    if past.origin and not past.is_saved:
        name += ", " + t("with changes that are not saved")
    return Slide(label, name or t("The scenario on the screen"), scenario)


def assumed(scenario: Scenario) -> list[str]:
    """What the scenario takes for granted in one to three short sentences, plain text.

    The widest changes come first: all units, then a level, then single units.
    """
    for name, made in presets.all_presets().items():
        if (made.changes, made.assumptions) == (scenario.changes, scenario.assumptions):
            return [presets.about(name)]
    changes = sorted(scenario.changes, key=lambda change: change.specificity)
    words = describe_assumptions(scenario.assumptions) + [describe(change) for change in changes]
    if len(words) <= SENTENCES:
        return words
    rest = len(words) - SENTENCES + 1
    return [*words[: SENTENCES - 1], t("and {count} more changes", count=text.number(rest, 0))]
