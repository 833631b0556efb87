"""Files or a pasted table -> a plan that is shown -> a dataset, by one button."""

import hashlib
from dataclasses import dataclass, field, replace

import streamlit as st

from core.dataset.kept.names import kept_names
from core.imports.files.archive import Given, without_archives
from core.imports.folder.units import known_units
from core.imports.folder.write import write_dataset
from core.imports.names import slug
from core.imports.opening import LARGEST_IMPORT, read_file, read_pasted
from core.imports.own_files import OwnPlan, own_files
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.imports.reading import Reading
from core.problems import DataError, Problem
from core.store.checks import StoreError
from pages.parts.data import choices, columns, loaded, preview, whole
from pages.parts.data.weeks import changed, named, restatement
from pages.parts.server.moved import CHOOSE_AGAIN, earlier_visit
from pages.parts.state import edits, links, rights
from pages.parts.state.cases import own_datasets, seen
from pages.parts.words import text
from pages.parts.words.text import t


@dataclass
class Desk:
    """What one visit loads: files as `given`, what is in them without archives, or pasted text; and
    the plan made of them last."""

    given: list[Given] = field(default_factory=list)
    files: list[Given] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    own: OwnPlan | None = None
    pasted: str = ""
    said: dict[str, str] = field(default_factory=dict)
    asked: object = None
    plan: ImportPlan | None = None
    done: str = ""
    recalled: bool = False

    @property
    def digest(self) -> str:
        parts = [name.encode() + b"\0" + raw for name, raw in self.files]
        return hashlib.sha256(b"\0".join([*parts, self.pasted.encode()])).hexdigest()


def show() -> None:
    """All of it, from the files to the button."""
    desk: Desk = st.session_state.setdefault("import_desk", Desk())
    _take(desk)
    if not desk.given and not desk.pasted.strip():
        return
    if desk.own is not None:
        before = desk.done
        desk.done = whole.show(desk.own, before)
        if desk.done != before:
            st.rerun()
        return
    plan = _plan(desk)
    preview.show(plan)
    choices.ask(plan)
    said = columns.show(plan, desk.said)
    if said != desk.said:
        desk.said = said
        st.rerun()
    name = _folder(plan)
    if name is not None and named.ask(plan, own_datasets.folder() / name):
        desk.asked = None
        st.rerun()
    _commit(desk, plan)


def _take(desk: Desk) -> None:
    uploads = st.file_uploader(
        t(
            "Files: the portal's JSON, Excel, CSV, Word, a dataset's own, or a zip of these; each "
            "of at most {size} MB",
            size=LARGEST_IMPORT // 10**6,
        ),
        accept_multiple_files=True,
        key="import_files",
        max_upload_size=LARGEST_IMPORT // 10**6,
    )
    pasted = st.text_area(
        t("Or paste a table here, as copied from a notice, a web page or Excel"),
        key="import_pasted",
        height=100,
    )
    given = [(upload.name, upload.getvalue()) for upload in uploads or ()]
    if not given and earlier_visit():
        st.info(t(CHOOSE_AGAIN), icon=":material/upload_file:")
    if given != desk.given or pasted != desk.pasted:
        desk.given, desk.pasted, desk.said, desk.done = given, pasted, {}, ""
        desk.recalled = False
        # a file given twice says nothing more; two of one name from two folders do
        desk.files, desk.faults = without_archives(dict.fromkeys(given))
        own = None if desk.faults else own_files(desk.files)
        desk.own = None if own is None else whole.plan_of(own)
        choices.forget()


def _plan(desk: Desk) -> ImportPlan:
    """The plan for what is on the desk; made anew only where something changed."""
    options = choices.taken(ImportOptions(columns=desk.said))
    asked = (desk.digest, options)
    if desk.plan is None or desk.asked != asked:
        with st.spinner(t("Reading …")):
            plan = _made(desk, options)
            if not desk.said and (said := columns.recalled(plan)):
                desk.said = said
                options = replace(options, columns=said)
                plan = _made(desk, options)
            if not desk.recalled and choices.recall(plan):
                options = choices.taken(options)
                plan = _made(desk, options)
            desk.recalled = True
            folder = _folder(plan)
            if folder is not None and (known := known_units(own_datasets.folder() / folder)):
                names = kept_names(own_datasets.folder() / folder)
                plan = _made(desk, replace(options, known=known, aliases=names))
        desk.plan, desk.asked = plan, (desk.digest, options)
    return desk.plan


def _made(desk: Desk, options: ImportOptions) -> ImportPlan:
    readings: list[Reading] = []
    problems = [*desk.faults]
    for name, raw in desk.files:
        try:
            readings += read_file(name, raw, options)
        except DataError as error:
            problems += error.problems
    if desk.pasted.strip():
        try:
            readings += read_pasted(desk.pasted, options)
        except DataError as error:
            problems += error.problems
    plan = plan_import(readings, options)
    return replace(plan, problems=(*problems, *(plan.problems if readings else ())))


def _folder(plan: ImportPlan) -> str | None:
    """The folder of a province's year: next week's figures stand beside this week's."""
    if plan.province is None or plan.as_of is None:
        return None
    kind = "" if plan.period == "year" else f"-{plan.period}"
    return f"{slug(plan.province_name)}-{plan.as_of.year}{kind}"


def _commit(desk: Desk, plan: ImportPlan) -> None:
    name = _folder(plan)
    if desk.done:
        loaded.show(desk.done, changed.latest)
        return
    if plan.problems or name is None:
        return
    folder = own_datasets.folder() / name
    try:
        restated, is_new = restatement.found(plan, folder)
    except DataError as error:
        for problem in error.problems[: preview.SHOWN]:
            st.error(preview.sentence(problem), icon=":material/error:")
        return
    if not is_new:
        st.success(t("Nothing new: “{name}” has all that these files say.", name=_called(name)),
                   icon=":material/check_circle:")  # fmt: skip
        return
    if folder.exists():
        words = t("The figures are put beside those that “{name}” has.", name=_called(name))
        st.caption(words)
    if restated and not restatement.agreed(restated):
        return
    label = t("Load into the app")
    may = rights.may("load", name)
    if not may:
        st.caption(rights.why_not("load"))
    if st.button(
        label, type="primary", icon=":material/check:", key="import_commit", disabled=not may
    ):
        try:
            with st.spinner(t("Writing and computing …")):
                write_dataset(plan, folder, restate=bool(restated), by=rights.hand())
                columns.remember(plan, desk.said | choices.said())
                own_datasets.look_again()
                usable = name in seen.cases()
        except DataError as error:
            for problem in error.problems[: preview.SHOWN]:
                st.error(preview.sentence(problem), icon=":material/error:")
            return
        except StoreError as error:
            st.error(links.sentence(error), icon=":material/error:")
            return
        except OSError as error:
            st.error(t("The data folder can't be written: {reason}",
                       reason=text.escape(str(error.strerror))))  # fmt: skip
            return
        if usable:
            edits.open_dataset(name)
        desk.done = name
        st.rerun()


def _called(name: str) -> str:
    """A dataset as the sidebar calls it; one that can't be used by its folder."""
    case = seen.cases().get(name)
    return text.escape(name if case is None else seen.name_of(case))
