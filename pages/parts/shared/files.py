"""Scenarios and plans as files: written for people to keep or send, read back with every check."""

import re
from collections.abc import Iterable
from functools import partial
from typing import Literal

import streamlit as st

from core import text as core_text
from core.documents.files import BRIEF, SLIDES_KIND, TABLE_KIND, WORKBOOK_KIND, file_of
from core.documents.words import REPORT
from core.plans.model import TargetPlan
from core.problems import DataError
from core.scenario import files
from core.scenario.model import Scenario
from core.text import fold
from pages.parts.state import edits, links, rights, session
from pages.parts.state.cases import seen
from pages.parts.state.links import Opened
from pages.parts.widgets import downloads, folded
from pages.parts.words import text
from pages.parts.words.text import t

MEETING = ((".xlsx", WORKBOOK_KIND), (".pptx", SLIDES_KIND), (".docx", BRIEF))
MEGABYTES = 20  # far above what a scenario may have, so that it is this program that says so


def show_download(width: Literal["stretch", "content"] = "content") -> None:
    """The scenario on the screen as a JSON file."""
    made = named(session.scenario())
    content, target = files.dump(made).encode(), f"json {made.dataset}"
    st.download_button(
        t("Download as a file (JSON)"),
        rights.traced(lambda: content, target) if rights.is_guarded() else content,
        file_name=file_name(made.title),
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        width=width,
    )


def offer_kinds(
    asked: Scenario | TargetPlan,
    kinds: Iterable[tuple[str, str]],
    key: str,
    width: Literal["stretch", "content"] = "stretch",
    label: str = "",
    steps: tuple[str, ...] = (),
) -> None:
    """Buttons for files of a plan or scenario, by ending and kind; each is written when somebody
    presses it, in the language of the screen. `label` is for a single one, `steps` for the
    foot of documents."""
    case, language = session.case(), text.language()
    for ending, kind in kinds:
        st.download_button(
            label or kind_name(ending, kind),
            rights.traced(
                partial(file_of, case, asked, ending, kind, language, steps),
                f"{kind}{ending} {case.dataset.id}",
            ),
            file_name=kind_file(asked.title or case.dataset.id, ending, kind),
            mime=downloads.MIME[ending],
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}-{kind}{ending}",
            width=width,
        )


def kind_name(ending: str, kind: str) -> str:
    """What a button for a kind of file says."""
    return {
        "cong_van": t("Official letter (Word)"),
        "ke_hoach": t("Plan (Word)"),
        "quyet_dinh": t("Decision (Word)"),
        REPORT: t("Report of these figures (Word)"),
        BRIEF: t("One-page brief (Word)"),
        WORKBOOK_KIND: t("Workbook that calculates (Excel)"),
        SLIDES_KIND: t("Slides (PowerPoint)"),
        TABLE_KIND: t("Table (Excel)") if ending == ".xlsx" else t("Table (CSV)"),
    }[kind]


def kind_file(title: str, ending: str, kind: str) -> str:
    """A name that every browser and file system takes: `trinh-chieu-giao-chi-tieu.pptx`."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    return "-".join([kind.replace("_", "-"), *words])[:80].rstrip("-") + ending


def show_meeting_files(key: str) -> None:
    """The scenario on the screen as files for a meeting, behind one button."""
    folded.door(
        t("Files for a meeting"),
        key,
        lambda: offer_kinds(named(session.scenario()), MEETING, key),
        icon=":material/description:",
    )


def named(made: Scenario) -> Scenario:
    """The scenario under the name that it has in the store."""
    origin = session.history().origin
    return made.model_copy(update={"title": origin.name}) if origin else made


def file_name(title: str) -> str:
    """A name that every file system takes: `kich-ban-ke-hoach-quy-ii.json`."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    return "-".join(["kich-ban", *words])[:60].rstrip("-") + ".json"


def show_upload() -> None:
    """Take a scenario's file, say what is wrong with it or what is in it, and open it."""
    given = st.file_uploader(
        t("A scenario's file (JSON)"), type=["json"], key="scenario_file", max_upload_size=MEGABYTES
    )
    if given is None:
        return
    try:
        opened = read(given.getvalue(), given.name)
    except DataError as error:
        st.error(
            t("This file can not be opened.") + " " + links.sentences(error),
            icon=":material/error:",
        )
        return
    st.success(text.escape(about(opened)), icon=":material/check:")
    st.button(
        t("Open this scenario"),
        type="primary",
        icon=":material/folder_open:",
        on_click=edits.open_scenario,
        args=(Opened(opened),),
    )


def read(content: bytes, name: str) -> Scenario:
    """A scenario's file, checked against the datasets that are here. Raises DataError."""
    return links.checked(files.parse(content, core_text.clean_text(name)), seen.cases())


def about(opened: Scenario) -> str:
    """What a file holds, in a sentence; plain text."""
    return t(
        "“{title}” by {author}, {count} changes, for {dataset}.",
        title=opened.title or t("without a title"),
        author=opened.author or t("somebody"),
        count=text.number(len(opened.changes), 0),
        dataset=seen.name_of(seen.cases()[opened.dataset]),
    )
