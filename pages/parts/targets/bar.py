"""The plan's own row: which it is, undo, keep, delete, issue, take away, and make another."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.documents.approval import approval_lines
from core.documents.files import BRIEF, SLIDES_KIND, TABLE_KIND, WORKBOOK_KIND
from core.documents.words import DOCUMENT_KINDS, REPORT
from core.plans.files import plan_text
from core.plans.made import as_scenario
from core.problems import DataError
from core.store.checks import NAME_LENGTH, StoreError
from core.store.rows import Version
from core.store.versions import Conflict
from pages.parts.shared import files
from pages.parts.state import edits, links, rights, session
from pages.parts.state.plans import at_hand, deeds, work
from pages.parts.targets import approval, gone
from pages.parts.targets.sources import show_sources
from pages.parts.widgets import folded, signature
from pages.parts.words import text
from pages.parts.words.text import t


def show() -> None:
    """The row; everything that changes the plan is off while it is issued."""
    past = at_hand.work()
    st.markdown(
        t(
            "**Plan:** {title} · {state} · {count} targets",
            title=text.escape(work.title(past.now)),
            state=text.escape(work.state_words(past)),
            count=text.number(len(past.now.targets), 0),
        )
    )
    gone.show_undo()
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        st.button(
            t("Undo"),
            icon=":material/undo:",
            key="plan-undo",
            disabled=past.at == 0,
            on_click=at_hand.step,
            args=(-1,),
        )
        st.button(
            t("Redo"),
            icon=":material/redo:",
            key="plan-redo",
            disabled=past.at == len(past.steps) - 1,
            on_click=at_hand.step,
            args=(1,),
        )
        _door(t("Choose or make a plan"), ":material/folder_open:", "choose", show_sources)
        if past.now.is_frozen:
            st.button(
                t("New draft from this plan"),
                icon=":material/edit:",
                key="plan-copy",
                on_click=at_hand.copy,
            )
            if past.now.state == "issued" and past.kept is not None:
                why = None if session.may("supersede") else rights.why_not("supersede")
                icon = ":material/event_busy:"
                _door(t("Superseded…"), icon, "supersede", _supersede_form, why)
        else:
            why = None if session.may("save") else rights.why_not("save")
            form = partial(_save_form, past)
            _door(t("Save the plan"), ":material/save:", "keep", form, why)
            gone.show_button(past)
        if rights.is_guarded():
            approval.show()
        elif not past.now.is_frozen:
            _door(t("Issue"), ":material/verified:", "issue", partial(_issue_form, past))
        folded.door(
            t("Documents"),
            "plan-documents",
            partial(_documents, past),
            icon=":material/description:",
        )
        st.button(
            t("Make this my scenario"),
            icon=":material/tune:",
            key="plan-scenario",
            disabled=not past.now.targets,
            on_click=_as_scenario,
        )
    if past.kept is not None and past.is_saved:
        link = partial(_link, past.now.dataset, past.kept)
        with row:
            folded.door(t("Link to this plan"), "plan-link", link, icon=":material/share:")
    if past.kept is not None and (inside := folded.fold(t("History of this plan"), "plan-history")):
        with inside:
            approval.show_history()


def _door(
    label: str, icon: str, name: str, draw: Callable[[], None], why: str | None = None
) -> None:
    folded.door(label, f"plan-{name}", draw, why, is_typed_in=True, icon=icon)


def _link(dataset: str, kept: Version) -> None:
    address = f"?{links.DATASET}={dataset}&{deeds.PLAN}={kept.scenario_id}"
    st.caption(t("Always the newest version:"))
    st.code(address, language=None, wrap_lines=True)
    st.caption(t("Exactly this version:"))
    st.code(f"{address}.{kept.number}", language=None, wrap_lines=True)


def _save_form(past: work.Work) -> None:
    with st.form("plan-save", border=False, enter_to_submit=False):
        name = st.text_input(
            t("Name of the plan"), work.title(past.now), key="plan-name", max_chars=NAME_LENGTH
        )
        author = signature.ask(session.author(), "plan-author", rights.is_guarded())
        note = st.text_area(t("Note"), past.now.note, key="plan-note", height=90, max_chars=2000)
        kept = past.kept is not None
        on_top = kept and st.form_submit_button(t("Save as the next version"), type="primary")
        label = t("Save as another plan") if kept else t("Save")
        anew = st.form_submit_button(label, type="secondary" if kept else "primary")
    if not (on_top or anew):
        return
    try:
        found = deeds.save(name, author, note, as_new=bool(anew))
    except StoreError as error:
        st.error(t("Not saved.") + " " + links.sentence(error))
        return
    if isinstance(found, Conflict):
        others = ", ".join(version.author for version in found.between)
        session.tell(
            t(
                "While you were working {others} changed this plan. Yours was kept as “{name}”; "
                "nothing was lost.",
                others=text.escape(others),
                name=text.escape(found.kept.name),
            )
        )
    st.rerun()


def _issue_form(past: work.Work) -> None:
    if not past.is_saved:
        st.info(t("Save the plan first: what is issued is what everybody can open."))
        return
    if not past.now.targets:
        st.info(t("A plan without targets can not be issued."))
        return
    st.caption(t("An issued plan stays as it is for good; changes are then a new draft."))
    author = signature.ask(session.author(), "issue-author", rights.is_guarded())
    if not st.button(t("Issue this plan"), type="primary", key="plan-issue"):
        return
    try:
        deeds.issue(author)
    except StoreError as error:
        st.error(links.sentence(error))
        return
    st.rerun()


def _supersede_form() -> None:
    st.caption(
        t("Another plan has taken its place: it stays to be read and is followed up no more.")
    )
    author = signature.ask(session.author(), "supersede-author", rights.is_guarded())
    if not st.button(t("Mark as superseded"), type="primary", key="plan-supersede"):
        return
    try:
        deeds.supersede(author)
    except StoreError as error:
        st.error(links.sentence(error))
        return
    st.rerun()


def _documents(past: work.Work) -> None:
    """All files of the plan; without targets those that need none."""
    plan = past.now
    word = [(".docx", kind) for kind in (*DOCUMENT_KINDS, BRIEF)]
    if not plan.targets:
        st.info(t("This plan has no target yet."))
        word = [(".docx", REPORT), (".docx", BRIEF)]
    files.offer_kinds(
        plan, [*word, (".xlsx", WORKBOOK_KIND), (".pptx", SLIDES_KIND)], "plan-file", steps=_steps()
    )
    if not plan.targets:
        return
    files.offer_kinds(plan, [(".csv", TABLE_KIND), (".xlsx", TABLE_KIND)], "plan-file")
    st.download_button(
        t("Plan file (JSON)"),
        rights.traced(lambda: plan_text(plan).encode(), f"json {plan.dataset}"),
        file_name=files.kind_file(plan.title or plan.dataset, ".json", "ke_hoach"),
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key="plan-file-json",
        width="stretch",
    )
    st.caption(t("Number, date and signature are left open for the registry."))


def offer_report(key: str) -> None:
    """The report of the week, with the plan's follow-up, by one click."""
    label = t("Report of the week (Word)")
    files.offer_kinds(at_hand.now(), [(".docx", REPORT)], key, label=label, steps=_steps())


def _steps() -> tuple[str, ...]:
    """What stands at the foot of every page of a document: who submitted and approved it."""
    return approval_lines(approval.steps(), text.language())


def _as_scenario() -> None:
    try:
        edits.change(as_scenario(at_hand.now(), session.case().baseline))
    except DataError as error:
        session.tell(links.sentences(error))
        return
    session.tell(t("The plan is the scenario on the screen now; Undo there brings back the other."))
