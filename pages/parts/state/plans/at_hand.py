"""The plan on the screen, one for each dataset: changed with undo, kept after every change."""

import streamlit as st

from core.plans.made import from_assigned
from core.plans.model import PlanState, TargetPlan, new_draft
from core.scenario.history import MAX_STEPS
from core.store.rows import Version
from pages.parts.state import session
from pages.parts.state.kept import keeping
from pages.parts.state.plans.packed import packed, unpacked
from pages.parts.state.plans.work import Work
from pages.parts.words.text import t

_WORK = "plans-at-hand"


def work() -> Work:
    """The viewer's plan for the dataset shown; at first the targets that the dataset names."""
    case = session.case()
    if _WORK not in st.session_state:
        st.session_state[_WORK] = unpacked(keeping.kept_plans())
    found: dict[str, Work] = st.session_state[_WORK]
    if case.dataset.id not in found:
        found[case.dataset.id] = Work([from_assigned(case.dataset, t("Assigned targets"))])
    return found[case.dataset.id]


def now() -> TargetPlan:
    """The plan on the screen."""
    return work().now


def change(plan: TargetPlan) -> None:
    """Make a plan the one on the screen; the one before can be brought back."""
    past = work()
    if plan == past.now:
        return
    past.steps = [*past.steps[: past.at + 1], plan][-MAX_STEPS:]
    past.at = len(past.steps) - 1
    _keep()


def step(by: int) -> None:
    """Undo (-1) or redo (+1)."""
    past = work()
    past.at = min(max(past.at + by, 0), len(past.steps) - 1)
    _keep()


def begin(plan: TargetPlan) -> None:
    """Work with another plan that is not kept yet; undo brings the one before back."""
    past = work()
    past.kept = past.saved = None
    change(plan)


def copy() -> None:
    """Go on with a new draft of the plan on the screen, which stays as it is in the store."""
    begin(new_draft(now()))


def show_kept(version: Version, plan: TargetPlan) -> None:
    """Work with a version of the store."""
    past = work()
    past.kept, past.saved = version, plan
    change(plan)
    _keep()


def let_go() -> None:
    """The plan on the screen goes on as one that is not kept."""
    past = work()
    past.kept = past.saved = None
    _keep()


def stands(version: Version, state: PlanState) -> None:
    """After a step nothing of before can be brought back over what stands now."""
    past = work()
    as_of = {"as_of": session.case().dataset.meta.as_of} if state == "issued" else {}
    plan = past.now.model_copy(update={"state": state} | as_of)
    past.steps, past.at, past.kept, past.saved = [plan], 0, version, plan
    _keep()


def _keep() -> None:
    """Keep all plans of this tab by themselves."""
    found: dict[str, Work] = st.session_state[_WORK]
    keeping.keep_plans(packed(found.values()))
