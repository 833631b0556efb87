"""Where another plan comes from: the store, the dataset, the scenario, or a table of somebody."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.plans.files import read_plan
from core.plans.made import from_assigned, from_scenario
from core.plans.model import TargetPlan, check_plan
from core.plans.upload import ReadTargets, read_targets
from core.problems import DataError
from core.store import versions
from core.store.checks import StoreError
from core.store.rows import A_PLAN, Version
from core.text import clean_text
from pages.parts.state import links, rights, session
from pages.parts.state.kept import autosave
from pages.parts.state.plans import at_hand, deeds
from pages.parts.targets import gone
from pages.parts.widgets import signature
from pages.parts.words import clock, text
from pages.parts.words.names import component_name
from pages.parts.words.text import t

LISTED = 50
TABLE_MEGABYTES = 20
NAMED_ROWS = 8


def show_sources() -> None:
    """Kept plans first, then the ways to make one, and those that were deleted."""
    _kept()
    st.button(
        t("From the assigned targets of the data"),
        key="plan-from-assigned",
        on_click=_begin_assigned,
        width="stretch",
    )
    st.button(
        t("From the scenario on the screen"),
        key="plan-from-scenario",
        on_click=_begin_scenario,
        disabled=not session.scenario().changes,
        width="stretch",
    )
    st.button(t("Empty plan"), key="plan-empty", on_click=_begin_empty, width="stretch")
    _table()
    _deleted()


def _kept() -> None:
    try:
        found = versions.find(
            autosave.store(), dataset_id=session.case().dataset.id, limit=LISTED, what=A_PLAN
        ).items
    except StoreError as error:
        st.error(links.sentence(error))
        return
    if not found:
        st.caption(t("No plan is kept for these data yet."))
        return
    chosen = _choose(t("Kept plans"), found, "plan-kept")
    if chosen is not None:
        st.button(
            t("Open this plan"),
            key="plan-open",
            type="primary",
            on_click=deeds.open_kept,
            args=(chosen.scenario_id,),
            width="stretch",
        )
        address = f"?{links.DATASET}={chosen.dataset_id}&{deeds.PLAN}={chosen.scenario_id}"
        st.code(address, language=None)


def _deleted() -> None:
    """The deleted plans, where there are any; one brought back is opened."""
    dataset = session.case().dataset.id
    try:
        found = versions.find(
            autosave.store(), dataset_id=dataset, deleted=True, limit=LISTED, what=A_PLAN
        ).items
    except StoreError:  # said above, by the list of those that are kept
        return
    if not found:
        return
    chosen = _choose(t("Deleted plans"), found, "plan-deleted")
    if chosen is not None:
        why = rights.off("restore", dataset)
        author = signature.ask(session.author(), "restore-author", rights.is_guarded())
        st.button(
            t("Bring back"),
            key="plan-restore",
            on_click=gone.bring_back,
            args=(chosen.scenario_id, author),
            disabled=bool(why),
            help=why,
            width="stretch",
        )


def _choose(label: str, found: Sequence[Version], key: str) -> Version | None:
    """One of the plans found, by its name, who kept it and when; None while none is chosen."""
    by_id = {version.scenario_id: version for version in found}

    def named(plan_id: str) -> str:
        if plan_id not in by_id:  # gone from the list since it was chosen
            return plan_id
        version = by_id[plan_id]
        return f"{version.name} · {version.author} · {clock.moment(version.saved_at)}"

    chosen = st.selectbox(
        label,
        list(by_id),
        index=None,
        key=key,
        format_func=named,
        placeholder=t("Choose a plan"),
    )
    return by_id.get(chosen) if chosen else None


def _begin_assigned() -> None:
    at_hand.begin(from_assigned(session.case().dataset, t("Assigned targets")))


def _begin_scenario() -> None:
    case = session.case()
    at_hand.begin(from_scenario(session.scenario(), case.baseline, case.calendar))


def _begin_empty() -> None:
    data = session.case().dataset
    at_hand.begin(TargetPlan(dataset=data.id, dataset_version=data.version))


def _table() -> None:
    """A table or a plan's file, given or pasted; said what is in it before it is taken."""
    case = session.case()
    rules = case.dataset.rules
    alone = st.selectbox(
        t("Rate, where the table has no column of rates' names"),
        list(rules.components),
        index=None,
        key="plan-table-component",
        format_func=lambda code: component_name(rules, rules.index(code)),
        placeholder=t("the table says it"),
    )
    pasted = st.text_area(
        t("Paste a table with its headings, from Excel or Word"), key="plan-paste", height=90
    )
    given = st.file_uploader(
        t("A table of targets (CSV, Excel) or a plan's file (JSON)"),
        type=["csv", "xlsx", "json"],
        key="plan-table",
        max_upload_size=TABLE_MEGABYTES,
    )
    if given is None and not pasted.strip():
        st.caption(t("Columns: unit or level, component, rate (at least 98%), due (day, quarter)."))
        return
    try:
        content = pasted.encode() if given is None else given.getvalue()
        name = t("pasted table") if given is None else clean_text(given.name)
        found = _read(content, name, alone)
    except DataError as error:
        st.error(t("This file can not be used.") + " " + links.sentences(error, 12))
        return
    st.success(t("{count} targets were read.", count=text.number(len(found.plan.targets), 0)))
    if found.left_out:
        rows = [
            t("line {line}: {text}", line=one.line, text=one.text)
            for one in found.left_out[:NAMED_ROWS]
        ]
        more = "" if len(found.left_out) <= NAMED_ROWS else "; …"
        st.warning(
            t(
                "{count} rows belong to no component of the index and are left out: {rows}",
                count=text.number(len(found.left_out), 0),
                rows=text.escape("; ".join(rows)) + more,
            )
        )
    st.button(
        t("Use these targets"),
        key="plan-use-table",
        type="primary",
        on_click=at_hand.begin,
        args=(found.plan,),
        width="stretch",
    )


def _read(content: bytes, name: str, component: str | None) -> ReadTargets:
    """A plan's file or a table, fitting the data. Raises DataError."""
    case = session.case()
    if name.lower().endswith(".json"):
        plan = read_plan(content, name)
        if problems := check_plan(plan, case.baseline):
            raise DataError(problems)
        return ReadTargets(plan.model_copy(update={"state": "draft"}), ())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table")  # never a path that a file's name says
        path.write_bytes(content)
        return read_targets(path, name, Path(folder), case.dataset, component)
