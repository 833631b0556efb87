"""Which scenarios the presentation steps through, in which order, and what it shows of each."""

import datetime as dt
import zlib
from dataclasses import dataclass

import streamlit as st

from core.review.duties import Duty, duties
from core.scenario import files
from core.scenario.model import Scenario
from pages.parts.present.state import keep
from pages.parts.shared import at_hand as compare_choices
from pages.parts.shared import kept as compare_saved
from pages.parts.shared import presets
from pages.parts.shared.at_hand import OFFERED, PICKED
from pages.parts.shared.changes import describe, describe_assumptions
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.words import text
from pages.parts.words.text import later, t

SENTENCES = 3
CHOSEN, KINDS = "slides", "kinds"  # names in the address
KIND_NAMES = {
    "ladder": later("The ladder"),
    "path": later("Over time"),
    "duties": later("Who does what"),
}
USUAL = ["ladder", "duties"]
NOW, NONE = "now", "none"  # the mark of what is on the screen; that nothing is chosen


@dataclass(frozen=True)
class Slide:
    """A `kind` of picture of a scenario, with its `mark` in the address and its `name` (plain text)
    on the screen."""

    mark: str
    name: str
    scenario: Scenario
    kind: str


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
    """Which scenarios to show and what of each, behind one button."""
    found = compare_choices.choices()
    marks = _marks(found)
    before = _asked(marks)
    picked_before = before if before is not None else standard(found)
    key = f"present_picked_{session.case().dataset.id}_{text.language()}"
    st.session_state[f"{key}_widget"] = [label for label in picked_before if label in found]
    popover = st.popover(
        t("Choose scenarios"), icon=":material/checklist:", key="present_open", on_change="rerun"
    )
    with popover:
        picked = st.multiselect(
            t("Scenarios, in the order they are shown"),
            list(found),
            key=f"{key}_widget",
            placeholder=t("Choose at least one"),
            on_change=_pick,
            args=(f"{key}_widget", marks),
            wrap=True,
        )
        kinds = _choose_kinds()
        for note in compare_saved.saved().notes:
            st.caption(note)
    slides = [one for label in picked for one in _slides(label, found[label], marks[label], kinds)]
    gone = [label for label in picked_before if label not in found]
    return Chosen(tuple(slides), tuple(gone), len(found) == 1, bool(popover.open))


def _marks(found: dict[str, Scenario]) -> dict[str, str]:
    """What names each scenario in the address: the same after a reload and in both languages."""
    marks: dict[str, str] = {}
    for label, made in found.items():
        plain = made.model_copy(update={"author": "", "note": "", "dataset_version": None})
        one = f"{zlib.crc32(files.dump(plain, indent=None).encode()):x}"
        while one in marks.values():  # two of the same content
            one += "a"
        marks[label] = NOW if label == compare_choices.on_screen() else one
    return marks


def _asked(marks: dict[str, str]) -> list[str] | None:
    """The labels that the address names, those of scenarios that are gone as they were called
    when they were chosen; None where it names none."""
    key = f"present_called_{session.case().dataset.id}_{text.language()}"
    called: dict[str, str] = st.session_state.setdefault(key, {})
    called |= {one: label for label, one in marks.items()}
    words = st.query_params.get(CHOSEN, "")
    if words == NONE:
        return []
    return [called[one] for one in words.split(".") if one in called] or None


def _pick(key: str, marks: dict[str, str]) -> None:
    chosen = [marks[label] for label in st.session_state[key] if label in marks]
    keep(**{CHOSEN: ".".join(chosen) or NONE})


def _choose_kinds() -> list[str]:
    """What is shown of each scenario."""
    asked = [one for one in st.query_params.get(KINDS, "").split(".") if one in KIND_NAMES]
    st.session_state.present_kinds = asked or USUAL
    chosen = st.pills(
        t("Of each scenario"),
        list(KIND_NAMES),
        selection_mode="multi",
        key="present_kinds",
        format_func=lambda kind: t(KIND_NAMES[kind]),
        on_change=_keep_kinds,
    )
    return [kind for kind in KIND_NAMES if kind in (chosen or USUAL)]


def _keep_kinds() -> None:
    chosen = [kind for kind in KIND_NAMES if kind in st.session_state.present_kinds]
    keep(**{KINDS: "" if chosen == USUAL else ".".join(chosen)})


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


def _slides(label: str, scenario: Scenario, marked: str, kinds: list[str]) -> list[Slide]:
    """The pictures of a scenario; who does what only where it asks somebody for something, and
    where nothing else is shown of it the ladder."""
    name = _name(label, scenario)
    able = [kind for kind in kinds if kind != "duties" or asked(scenario)]
    return [Slide(marked, name, scenario, kind) for kind in able or ["ladder"]]


def asked(scenario: Scenario) -> tuple[Duty, ...]:
    """Whom a scenario asks for what until the last date; empty where no date is ahead."""
    case = session.case()
    if not scenario.changes or not case.calendar.horizons:
        return ()
    plain = files.dump(scenario, indent=None)
    return _duties(case.dataset.id, case.dataset.version, plain, _scenario=scenario)


@st.cache_resource(show_spinner=False, max_entries=100)
def _duties(dataset: str, version: str, plain: str, _scenario: Scenario) -> tuple[Duty, ...]:
    case = seen.cases()[dataset]
    return duties(case.baseline, _scenario, case.calendar, last_day())


def last_day() -> dt.date:
    """The last horizon's date."""
    return list(session.case().calendar.horizons.values())[-1]


def _name(label: str, scenario: Scenario) -> str:
    """A saved scenario has the name it is saved under, the one on the screen its own."""
    past = session.history()
    if label != compare_choices.on_screen():
        return scenario.title or label
    name = past.origin.name if past.origin else scenario.title
    if past.origin and not past.is_saved:
        name += ", " + t("with changes that are not saved")
    return name or t("The scenario on the screen")


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
