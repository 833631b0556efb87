"""The dataset as a workbook: taken away, filled in, loaded back; what it changes is shown first."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.dataset.facts import DATA, Dataset
from core.dataset.rules_csv import shipped_rules
from core.imports.corrections.commit import own_folder
from core.imports.corrections.rows import RowChange
from core.imports.corrections.trace import Signed
from core.imports.opening import LARGEST_IMPORT
from core.imports.template.load import Returned, load_template, returned_of
from core.imports.template.make import dataset_template, empty_template
from core.imports.template.take import Taken, taken_of
from core.problems import DataError
from core.store.checks import StoreError
from pages.parts.data import loaded, preview
from pages.parts.shared import tables
from pages.parts.state import links, rights, session
from pages.parts.state.cases import own_datasets, seen
from pages.parts.widgets import downloads, signature
from pages.parts.words import clock, text
from pages.parts.words.names import code_names
from pages.parts.words.text import t

FILE = "mau-so-lieu"


@dataclass
class Back:
    """The workbook that was given back last, and the dataset made of it."""

    digest: int = 0
    returned: Returned | None = None
    faults: tuple[str, ...] = ()
    done: str = ""


def show() -> None:
    """Two workbooks to take, and the place to give one back."""
    st.subheader(t("Excel template"))
    st.caption(
        t(
            "A workbook with the units, numerators, denominators, rates and targets. Fill it in, "
            "save it and load it here; where nothing was changed, nothing changes. Mistakes are "
            "named by their cell."
        )
    )
    dataset = session.case().dataset
    left, right = st.columns(2)
    with left:
        label = t("Workbook of “{name}”", name=seen.name_of(session.case()))
        language = text.language()
        write = rights.traced(lambda: dataset_template(dataset, language), f"xlsx {dataset.id}")
        file = f"{FILE}-{dataset.id}.xlsx"
        downloads.offer(write, file, "template_dataset", label, downloads.WORKBOOK)
    with right:
        downloads.offer(rights.traced(_empty, "xlsx"), f"{FILE}.xlsx", "template_empty",
                        t("Empty workbook, for another province"), downloads.WORKBOOK)  # fmt: skip
    back: Back = st.session_state.setdefault("template_back", Back())
    upload = st.file_uploader(
        t("The workbook, filled in"),
        type=["xlsx", "xls", "ods", "xlsb"],
        key="template_file",
        max_upload_size=LARGEST_IMPORT // 10**6,
    )
    if upload is None:
        st.session_state.template_back = Back()
        return
    raw = upload.getvalue()
    if back.digest != hash((upload.name, raw)):
        back = st.session_state.template_back = Back(hash((upload.name, raw)))
        with st.spinner(t("Reading …")):
            _read(back, upload.name, raw)
    if back.done:
        loaded.show(back.done)
    elif back.faults:
        for sentence in back.faults:
            st.error(sentence, icon=":material/error:")
    elif back.returned is not None:
        _show_returned(back, back.returned)


def _empty() -> bytes:
    rules = shipped_rules()
    return empty_template(rules[max(rules)], clock.local(clock.now()).date(), text.language())


def _read(back: Back, name: str, raw: bytes) -> None:
    try:
        taken = taken_of(name, raw)
        back.returned = returned_of(taken, _before(taken), DATA)
    except DataError as error:
        back.faults = tuple(preview.sentence(one) for one in error.problems)


def _before(taken: Taken) -> Dataset | None:
    """The dataset that a workbook is loaded onto: the own copy of one that came with the program,
    where there is one."""
    found = seen.cases()
    case = found.get(taken.dataset)
    if case is None:  # of no dataset, or of one of another computer
        own = found.get(Returned(taken, {}, None, (), (), ()).folder_name)
        return own.dataset if own else None
    copy = found.get(own_folder(case.dataset, own_datasets.folder()).name)
    return (copy or case).dataset


def _show_returned(back: Back, returned: Returned) -> None:
    if returned.problems:
        st.error(t("This can't be loaded yet:"), icon=":material/error:")
        preview.sentences(returned.problems)
        return
    if returned.warnings:
        with st.expander(t("Worth knowing ({count})", count=len(returned.warnings))):
            preview.sentences(returned.warnings)
    if returned.before is None:
        sums = returned.taken.tables
        st.markdown(
            t(
                "A new dataset: {units} units below the province, {figures} figures.",
                units=text.number(max(0, len(sums["units.csv"]) - 1), 0),
                figures=text.number(len(sums["observations.csv"]), 0),
            )
        )
    elif not returned.changes:
        st.success(t("Nothing was changed: the workbook says what the dataset has."),
                   icon=":material/check_circle:")  # fmt: skip
        return
    else:
        st.markdown(
            t(
                "The workbook changes {count} rows of “{name}”:",
                count=text.number(len(returned.changes), 0),
                name=text.escape(returned.before.id),
            )
        )
        show_changes(returned.changes, "template_changes", code_names(returned.before))
    author = ""
    if returned.before is not None:
        author = signature.ask(session.author(), "template_author", rights.is_guarded(), most=None)
    ready = returned.before is None or bool(author.strip())
    if not ready:
        st.caption(t("Say who loads it: every change keeps its author."))
    label = t("Load the workbook")
    if st.button(label, type="primary", icon=":material/check:", key="template_commit",
                 disabled=not ready):  # fmt: skip
        signed = Signed(author, returned.taken.file, clock.now())
        try:
            with st.spinner(t("Writing and computing …")):
                made = load_template(returned, own_datasets.folder(), signed, by=rights.hand())
        except DataError as error:
            back.faults = tuple(preview.sentence(one) for one in error.problems)
            st.rerun()
        except StoreError as error:
            st.error(links.sentence(error), icon=":material/error:")
            return
        session.sign(author or session.author())
        loaded.open_it(made.path.name)
        back.done = made.path.name
        st.rerun()


def show_changes(changes: tuple[RowChange, ...], key: str, names: Mapping[str, str]) -> None:
    """Rows before and after, as the files have them; `names` are those of codes."""
    rows = [
        {
            t("Table"): _file(change.file),
            t("Row"): " · ".join(names.get(part, part) for part in change.key if part),
            t("Before"): cells(change.before, change.after, names),
            t("After"): cells(change.after, change.before, names),
        }
        for change in changes
    ]
    tables.show(pd.DataFrame(rows), key=key, file=t("changes") + ".csv", of="")


def _file(name: str) -> str:
    """A file of the dataset, as people call what it holds."""
    return {
        "units.csv": t("units"),
        "observations.csv": t("figures of units"),
        "targets.csv": t("targets"),
        "volumes.csv": t("volumes"),
        "counts.csv": t("other counts"),
        "sources.csv": t("sources"),
        "field.csv": t("boards of provinces"),
        "dataset.toml": t("about the dataset"),
    }.get(name, name)


def cells(
    one: dict[str, str] | None, other: dict[str, str] | None, names: Mapping[str, str]
) -> str:
    """What a row says that the other does not; all of it where there is no other.

    `names` are those of units, figures and portals by their codes.
    """
    if one is None:
        return text.UNKNOWN
    told = {k: v for k, v in one.items() if v and (other is None or other.get(k, "") != v)}
    return (
        "; ".join(f"{_column(k)} {names.get(value, value)}" for k, value in told.items())
        or text.UNKNOWN
    )


def _column(name: str) -> str:
    """A column of the files, as people call it; what no figure has keeps its code."""
    return {
        "as_of": t("day"),
        "unit": t("Unit"),
        "component": t("figure"),
        "numerator": t("numerator"),
        "denominator": t("denominator"),
        "rate_percent": t("rate, %"),
        "points": t("points"),
        "source": t("source"),
        "title": t("document"),
        "date": t("day"),
        "note": t("note"),
        "level": t("level"),
        "due": t("due"),
        "portal": t("portal"),
        "name_vi": t("name"),
        "parent": t("unit above"),
        "volume_share": t("part of the province's dossiers, 0 to 1"),
    }.get(name, name)
