"""A scenario as a file: written for people to keep or send, read back with every check."""

import re
from typing import Literal

import streamlit as st

from core import text as core_text
from core.problems import DataError
from core.scenario import files
from core.scenario.model import Scenario
from core.text import fold
from pages.parts.state import links, session
from pages.parts.state.links import Opened
from pages.parts.words import text
from pages.parts.words.text import t

MEGABYTES = 20  # far above what a scenario may have, so that it is this program that says so


def show_download(width: Literal["stretch", "content"] = "content") -> None:
    """The scenario on the screen as a JSON file."""
    made = named(session.scenario())
    st.download_button(
        t("Download as a file (JSON)"),
        files.dump(made).encode(),
        file_name=file_name(made.title),
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        width=width,
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
        on_click=session.open_scenario,
        args=(Opened(opened),),
    )


def read(content: bytes, name: str) -> Scenario:
    """A scenario's file, checked against the datasets that are here. Raises DataError."""
    return links.checked(files.parse(content, core_text.clean_text(name)), session.cases())


def about(opened: Scenario) -> str:
    """What a file holds, in a sentence; plain text."""
    return t(
        "“{title}” by {author}, {count} changes, for {dataset}.",
        title=opened.title or t("without a title"),
        author=opened.author or t("somebody"),
        count=text.number(len(opened.changes), 0),
        dataset=session.name_of(session.cases()[opened.dataset]),
    )
