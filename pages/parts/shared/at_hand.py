"""Which scenarios can be compared: the one on the screen, prepared, brought along, and saved."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import streamlit as st

from core.problems import DataError, shorten
from core.scenario.apply import check_scenario
from core.scenario.files import from_link, parse
from core.scenario.model import Scenario
from pages.parts.shared import presets
from pages.parts.shared.kept import saved
from pages.parts.state import links, session
from pages.parts.state.cases import seen
from pages.parts.widgets.folded import door
from pages.parts.words.text import t

ADDED, NEW = "compare_added", "compare_new"


def choices() -> dict[str, Scenario]:
    """All scenarios of the dataset on the screen that can be compared, by what they are called."""
    found = own()
    for made in saved().scenarios:
        _put(found, made.title, made)
    return found


def own() -> dict[str, Scenario]:
    """Those of the viewer: nothing that others saved is shown unasked."""
    now = session.scenario()
    found: dict[str, Scenario] = {}
    prepared = presets.all_presets()
    _put(found, presets.name("pace"), prepared.pop("pace"))
    if now != session.baseline_scenario():
        _put(found, on_screen(), now)
    for preset, made in prepared.items():
        if made.changes:
            _put(found, presets.name(preset), made)
    for label, made in added():
        _put(found, label, made)
    return found


def on_screen() -> str:
    """How the scenario on the screen is called among the others."""
    return t("On the screen")


def _put(found: dict[str, Scenario], label: str, scenario: Scenario) -> None:
    """Add a scenario; a label that is taken, or heads a column beside it, gets a number."""
    headings = (t("Unit"), t("Level"), t("Group"), t("Points at most"), t("Component"), t("Where"))
    label, count = shorten(label), 2
    free = label
    while free in found or free in headings:
        free, count = f"{label} ({count})", count + 1
    found[free] = scenario


def added() -> list[tuple[str, Scenario]]:
    """What the viewer brought along for this dataset."""
    everything: list[tuple[str, Scenario]] = st.session_state.setdefault(ADDED, [])
    dataset = session.case().dataset.id
    return [(label, made) for label, made in everything if made.dataset == dataset]


def show_adding() -> None:
    """A file or a link, to compare with the others."""
    icon = ":material/add:"
    door(t("Add a scenario"), "compare-add", _adding, is_typed_in=True, icon=icon)


def _adding() -> None:
    st.file_uploader(
        t("Scenario file"),
        type="json",
        key="compare_file",
        on_change=_add_file,
        max_upload_size=1,
    )
    st.text_input(t("Or its link"), key="compare_link", on_change=_add_link)


def _add_file() -> None:
    file = st.session_state.compare_file
    if file is not None:
        _add(lambda: parse(file.getvalue(), file.name), file.name.removesuffix(".json"))


def _add_link() -> None:
    pasted = str(st.session_state.compare_link).strip()
    if pasted:
        _add(lambda: read_link(pasted), t("From a link"))


def read_link(pasted: str) -> Scenario:
    """The scenario of a link, short or self-contained. Raises DataError or Refusal."""
    asked = parse_qs(urlsplit(pasted).query)
    if saved := asked.get(links.SAVED):
        return links.read_saved(saved[0], seen.cases()).scenario
    return from_link(asked.get(links.LINK, [pasted])[0])


def _add(read: Callable[[], Scenario], label: str) -> None:
    """Keep a scenario that can be read and fits the data, or say what is wrong with it."""
    case = session.case()
    try:
        made = read()
        if problems := check_scenario(made, case.baseline):
            raise DataError(problems)
    except DataError as error:
        session.tell(f"{t('This scenario cannot be compared here.')} {links.sentences(error, 3)}")
        return
    except links.Refusal as refusal:
        session.tell(str(refusal))
        return
    if made.dataset_version not in (None, case.dataset.version):
        session.tell(
            t("The data changed since this scenario was made: the result may differ from then.")
        )
    if idle := links.idle_words(made, case):
        session.tell(idle)
    everything = st.session_state.setdefault(ADDED, [])
    if made not in [other for _, other in everything]:
        everything.append((made.title or label, made))
    st.session_state[NEW] = made  # shown at once


PICKED = "compare_picked"


OFFERED = "compare_offered"  # what there was to choose from when the viewer last chose
