"""The deeds on the plan on the screen in the store: opened, saved, deleted, submitted, issued."""

import contextlib

import streamlit as st

from core.plans.files import plan_text, read_plan
from core.plans.model import check_plan, new_draft
from core.problems import DataError
from core.store import plans as store
from core.store import versions
from core.store.checks import StoreError
from core.store.rows import A_PLAN, Version
from core.store.versions import Conflict
from core.text import clean_text
from pages.parts.state import edits, links, register, session
from pages.parts.state.cases import seen
from pages.parts.state.kept import autosave
from pages.parts.state.plans import at_hand
from pages.parts.words.text import t

PLAN = "p"  # where the address names a kept plan


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
    at_hand.show_kept(version, plan)


def save(name: str, author: str, note: str, as_new: bool) -> Version | Conflict:
    """Keep the draft on the screen, on top of its version or as a new plan. Raises StoreError."""
    past, data = at_hand.work(), session.case().dataset
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
    at_hand.show_kept(kept.kept if isinstance(kept, Conflict) else kept, plan)
    return kept


def delete(author: str) -> Version:
    """Take the kept draft on the screen off the list; here it goes on, as one that is not kept.

    Raises StoreError.
    """
    past = at_hand.work()
    assert past.kept is not None
    gone = versions.delete(autosave.store(), past.kept.scenario_id, author=author, what=A_PLAN)
    session.sign(author)
    at_hand.let_go()
    return gone


def bring_back(plan_id: str, author: str) -> None:
    """Undo the deletion of a plan, and open it. Raises StoreError."""
    versions.restore(autosave.store(), plan_id, author=author, what=A_PLAN)
    session.sign(author)
    open_kept(plan_id)


def issue(author: str) -> None:
    """Issue the kept plan on the screen. Raises StoreError."""
    past = at_hand.work()
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
    at_hand.stands(version, "issued")
    with contextlib.suppress(DataError):  # a plan that no scenario can hold has no forecast
        register.freeze_plan(session.case(), past.now, version)


def supersede(author: str) -> None:
    """Say of the issued plan on the screen that another has taken its place. Raises StoreError."""
    past = at_hand.work()
    assert past.kept is not None
    version = store.supersede_plan(autosave.store(), past.kept.scenario_id, author=author)
    session.sign(author)
    at_hand.stands(version, "superseded")


def submit(note: str) -> None:
    """Ask for the approval of the kept draft on the screen. Raises StoreError."""
    past = at_hand.work()
    assert past.kept is not None and past.is_saved
    version = store.submit_plan(
        autosave.store(),
        past.kept.scenario_id,
        past.kept.number,
        author=session.author(),
        note=note,
    )
    at_hand.stands(version, "submitted")


def give_back(comment: str) -> None:
    """Return the submitted plan on the screen with a comment. Raises StoreError."""
    past = at_hand.work()
    assert past.kept is not None
    version = store.return_plan(
        autosave.store(),
        past.kept.scenario_id,
        past.kept.number,
        author=session.author(),
        note=comment,
    )
    at_hand.stands(version, "draft")


def history() -> tuple[Version, ...]:
    """Every version of the kept plan on the screen, newest first. Raises StoreError."""
    kept = at_hand.work().kept
    return versions.history(autosave.store(), kept.scenario_id, A_PLAN) if kept else ()
