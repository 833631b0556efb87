"""The plan on the screen: its states with undo, and the version in the store that it came from.

It is kept by itself beside the working scenario, under the same address, from the first change on.
"""

import contextlib
import json
from dataclasses import dataclass

import streamlit as st

from core.plans.files import plan_text, read_plan
from core.plans.made import from_assigned
from core.plans.model import PlanState, TargetPlan, check_plan, new_draft
from core.problems import DataError
from core.scenario.history import MAX_STEPS
from core.store import plans as store
from core.store import versions
from core.store.checks import StoreError
from core.store.rows import A_PLAN, Version
from core.store.versions import Conflict
from core.text import clean_text
from pages.parts.state import edits, links, register, session
from pages.parts.state.cases import seen
from pages.parts.state.kept import autosave, keeping
from pages.parts.words import text
from pages.parts.words.text import t

PLAN = "p"  # where the address names a kept plan
_WORK = "plans-at-hand"
KEPT_CHARACTERS = 2_000_000  # of all states that are kept by themselves, the newest first


@dataclass
class Work:
    """All states a viewer's plan went through, which is shown, `kept` its last saved version."""

    steps: list[TargetPlan]
    at: int = 0
    kept: Version | None = None
    saved: TargetPlan | None = None

    @property
    def now(self) -> TargetPlan:
        return self.steps[self.at]

    @property
    def is_saved(self) -> bool:
        """Whether what is shown is what the store has."""
        return self.kept is not None and self.now == self.saved


def work() -> Work:
    """The viewer's plan for the dataset shown; at first the targets that the dataset names."""
    case = session.case()
    if _WORK not in st.session_state:
        st.session_state[_WORK] = _unpacked(keeping.kept_plans())
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


def show_kept(version: Version, plan: TargetPlan) -> None:
    """Work with a version of the store."""
    past = work()
    past.kept, past.saved = version, plan
    change(plan)
    _keep()


def arrive() -> None:
    """Open the plan that the address names, once; a sentence where it can't be."""
    asked = st.query_params.get(PLAN)
    if not asked:
        return
    del st.query_params[PLAN]
    plan_id, _, number = asked.partition(".")
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    open_kept(plan_id, int(number) if is_number else None)


def open_kept(plan_id: str, number: int | None = None) -> None:
    """Open a kept plan, with its dataset; a sentence where it does not fit (any more)."""
    try:
        version, payload = versions.read(autosave.store(), plan_id, number, A_PLAN)
        plan = read_plan(payload)
        known = seen.cases().get(plan.dataset)
        if known is None:
            session.tell(t("This plan is for a dataset that is not here."))
            return
        if problems := check_plan(plan, known.baseline):
            raise DataError(problems)
    except StoreError as error:
        session.tell(links.sentence(error))
        return
    except DataError as error:
        session.tell(t("This plan does not fit today's data.") + " " + links.sentences(error))
        return
    if plan.dataset != session.case().dataset.id:
        edits.open_dataset(plan.dataset)
    show_kept(version, plan)


def save(name: str, author: str, note: str, as_new: bool) -> Version | Conflict:
    """Keep the draft on the screen, on top of its version or as a new plan. Raises StoreError."""
    past, data = work(), session.case().dataset
    texts = {"title": clean_text(name), "author": clean_text(author), "note": clean_text(note)}
    plan = new_draft(past.now).model_copy(update=texts | {"dataset_version": data.version})
    db, payload = autosave.store(), plan_text(plan)
    kept: Version | Conflict
    if past.kept is None or as_new:
        kept = versions.create(
            db,
            payload,
            name=name,
            author=author,
            dataset_id=data.id,
            dataset_version=data.version,
            note=note,
            what=A_PLAN,
        )
    else:
        kept = versions.save(
            db,
            past.kept.scenario_id,
            past.kept.number,
            payload,
            name=name,
            author=author,
            dataset_version=data.version,
            note=note,
            what=A_PLAN,
        )
    session.sign(author)
    show_kept(kept.kept if isinstance(kept, Conflict) else kept, plan)
    return kept


def delete(author: str) -> Version:
    """Take the kept draft on the screen off the list; here it goes on, as one that is not kept.

    Raises StoreError.
    """
    past = work()
    assert past.kept is not None
    gone = versions.delete(autosave.store(), past.kept.scenario_id, author=author, what=A_PLAN)
    session.sign(author)
    past.kept = past.saved = None
    _keep()
    return gone


def bring_back(plan_id: str, author: str) -> None:
    """Undo the deletion of a plan, and open it. Raises StoreError."""
    versions.restore(autosave.store(), plan_id, author=author, what=A_PLAN)
    session.sign(author)
    open_kept(plan_id)


def issue(author: str) -> None:
    """Issue the kept plan on the screen. Raises StoreError."""
    past = work()
    assert past.kept is not None and past.is_saved
    as_of = session.case().dataset.meta.as_of
    version = store.issue_plan(
        autosave.store(),
        past.kept.scenario_id,
        past.kept.number,
        author=author,
        as_of=f"{as_of}",
    )
    session.sign(author)
    _stands(version, "issued")
    with contextlib.suppress(DataError):  # a plan that no scenario can hold has no forecast
        register.freeze_plan(session.case(), past.now, version)


def supersede(author: str) -> None:
    """Say of the issued plan on the screen that another has taken its place. Raises StoreError."""
    past = work()
    assert past.kept is not None
    version = store.supersede_plan(autosave.store(), past.kept.scenario_id, author=author)
    session.sign(author)
    _stands(version, "superseded")


def submit(note: str) -> None:
    """Ask for the approval of the kept draft on the screen. Raises StoreError."""
    past = work()
    assert past.kept is not None and past.is_saved
    version = store.submit_plan(
        autosave.store(),
        past.kept.scenario_id,
        past.kept.number,
        author=session.author(),
        note=note,
    )
    _stands(version, "submitted")


def give_back(comment: str) -> None:
    """Return the submitted plan on the screen with a comment. Raises StoreError."""
    past = work()
    assert past.kept is not None
    version = store.return_plan(
        autosave.store(),
        past.kept.scenario_id,
        past.kept.number,
        author=session.author(),
        note=comment,
    )
    _stands(version, "draft")


def _stands(version: Version, state: PlanState) -> None:
    """After a step nothing of before can be brought back over what stands now."""
    past = work()
    as_of = {"as_of": session.case().dataset.meta.as_of} if state == "issued" else {}
    plan = past.now.model_copy(update={"state": state} | as_of)
    past.steps, past.at, past.kept, past.saved = [plan], 0, version, plan
    _keep()


def history() -> tuple[Version, ...]:
    """Every version of the kept plan on the screen, newest first. Raises StoreError."""
    kept = work().kept
    return versions.history(autosave.store(), kept.scenario_id, A_PLAN) if kept else ()


def copy() -> None:
    """Go on with a new draft of the plan on the screen, which stays as it is in the store."""
    begin(new_draft(now()))


def _keep() -> None:
    """Keep all plans of this tab by themselves, each with as many earlier states as there is room
    for; what could be redone is not kept."""
    found: dict[str, Work] = st.session_state[_WORK]
    room, packed = KEPT_CHARACTERS, []
    for past in found.values():
        steps: list[str] = []
        for plan in reversed(past.steps[: past.at + 1]):
            words = plan_text(plan)
            room -= len(words)
            if steps and room < 0:
                break
            steps.insert(0, words)
        kept = past.kept and [past.kept.scenario_id, past.kept.number]
        packed.append({"steps": steps, "kept": kept})
    keeping.keep_plans(json.dumps(packed, ensure_ascii=False))


def _unpacked(packed: str) -> dict[str, Work]:
    """The plans that were kept by themselves; states that do not fit today's data are left out."""
    found: dict[str, Work] = {}
    for one in json.loads(packed or "[]"):
        steps = [plan for words in one["steps"] if (plan := _fitting(words)) is not None]
        if not steps:
            continue
        past = Work(steps, len(steps) - 1)
        if one["kept"]:
            # gone from the store, or of another kind now: then it is not kept any more
            with contextlib.suppress(StoreError, DataError):
                plan_id, number = one["kept"]
                past.kept, payload = versions.read(autosave.store(), plan_id, number, A_PLAN)
                past.saved = read_plan(payload)
        found[past.now.dataset] = past
    return found


def _fitting(words: str) -> TargetPlan | None:
    try:
        plan = read_plan(words)
    except DataError:
        return None
    known = seen.cases().get(plan.dataset)
    return plan if known is not None and not check_plan(plan, known.baseline) else None


def title(plan: TargetPlan) -> str:
    """What a plan is called; plain text."""
    return plan.title or t("Plan without a name")


def state_words(past: Work) -> str:
    """Draft, issued or superseded, and whether it is kept; plain text."""
    words = {
        "draft": t("draft"),
        "submitted": t("waits for approval"),
        "issued": t("issued"),
        "superseded": t("superseded"),
    }[past.now.state]
    if past.kept is None:
        return words + ", " + t("not saved yet")
    number = t("version {number}", number=text.number(past.kept.number, 0))
    unsaved = "" if past.is_saved else ", " + t("with changes that are not saved")
    return f"{words}, {number}{unsaved}"
