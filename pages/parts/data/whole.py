"""A dataset's own files, as files or a zip: what they do is shown, then done by one button."""

from collections.abc import Sequence

import streamlit as st

from core.dataset.facts import DATA, Dataset
from core.imports.corrections.trace import Signed
from core.imports.own_files import OwnFiles, OwnPlan, load_own, own_plan
from core.problems import DataError
from core.store.checks import StoreError
from pages.parts.data import having, loaded, preview, template
from pages.parts.state import links, rights, session
from pages.parts.state.cases import own_datasets, seen
from pages.parts.widgets import signature
from pages.parts.words import clock, text
from pages.parts.words.names import code_names
from pages.parts.words.text import t


def plan_of(given: OwnFiles) -> OwnPlan:
    """What loading them would do, beside the datasets that stand."""
    return own_plan(given, _standing(), DATA)


def _standing() -> list[Dataset]:
    """The datasets that files may belong to: those of people first, the newest first."""
    cases = seen.cases().values()
    order = sorted(cases, key=lambda one: one.dataset.meta.as_of, reverse=True)
    return [case.dataset for case in sorted(order, key=lambda one: not having.is_own(one))]


def show(plan: OwnPlan, done: str) -> str:
    """The plan and its button; the name of the dataset that was just written, else `done`."""
    if done:
        loaded.show(done)
        return done
    if plan.problems:
        st.error(t("This can't be loaded yet:"), icon=":material/error:")
        preview.sentences(plan.problems)
        return ""
    if plan.warnings:
        with st.expander(t("Worth knowing ({count})", count=len(plan.warnings)), expanded=True):
            preview.sentences(plan.warnings)
    if plan.before is None:
        _new(plan)
    elif not plan.changes:
        name = text.escape(seen.name_of(seen.cases()[plan.before.id]))
        st.success(t("Nothing new: “{name}” has all that these files say.", name=name),
                   icon=":material/check_circle:")  # fmt: skip
        return ""
    else:
        name = seen.name_of(seen.cases()[plan.before.id])
        st.markdown(
            t(
                "These are files of a dataset that stands. They change {count} rows of “{name}”; "
                "rows that they do not have stay.",
                count=text.number(len(plan.changes), 0),
                name=text.escape(name),
            )
        )
        template.show_changes(plan.changes, "whole_changes", code_names(plan.before))
    return _commit(plan)


def _new(plan: OwnPlan) -> None:
    found = plan.found
    assert found is not None
    st.markdown(
        t("**Files of a dataset**: {name}. {units} units below the province, {figures} figures.",
          name=text.escape(found.meta.name_vi if text.language() == "vi" else found.meta.name_en),
          units=text.number(len(found.units) - 1, 0),
          figures=text.number(len(found.observations), 0))
    )  # fmt: skip


def _commit(plan: OwnPlan) -> str:
    author = session.author()
    if plan.before is not None:
        author = signature.ask(author, "whole_author", rights.is_guarded(), most=None)
        if not author.strip():
            st.caption(t("Say who loads it: every change keeps its author."))
    deed = "load" if plan.before is None else "correct"
    may = rights.may(deed, plan.folder_name)
    if not may:
        st.caption(rights.why_not(deed))
    ready = may and (plan.before is None or bool(author.strip()))
    label = t("Load into the app")
    if not st.button(label, type="primary", icon=":material/check:", key="import_commit",
                     disabled=not ready):  # fmt: skip
        return ""
    signed = Signed(author, _called(plan.given.names), clock.now())
    try:
        with st.spinner(t("Writing and computing …")):
            made = load_own(plan, own_datasets.folder(), signed, by=rights.hand())
    except DataError as error:
        preview.sentences(error.problems)
        return ""
    except StoreError as error:
        st.error(links.sentence(error), icon=":material/error:")
        return ""
    session.sign(author)
    loaded.open_it(made.path.name)
    return made.path.name


def _called(names: Sequence[str]) -> str:
    return ", ".join(names)[:300]
