"""The plans of a tab as one text, kept by itself beside the working scenario, under its address."""

import contextlib
import json
from collections.abc import Iterable

from core.plans.files import plan_text, read_plan
from core.plans.model import TargetPlan, check_plan
from core.problems import DataError
from core.store import versions
from core.store.checks import StoreError
from core.store.rows import A_PLAN
from pages.parts.state.cases import seen
from pages.parts.state.kept import autosave
from pages.parts.state.plans.work import Work

KEPT_CHARACTERS = 2_000_000  # of all states that are kept by themselves, the newest first


def packed(plans: Iterable[Work]) -> str:
    """All plans, each with as many earlier states as there is room for; what could be redone is
    left out."""
    room, found = KEPT_CHARACTERS, []
    for past in plans:
        steps: list[str] = []
        for plan in reversed(past.steps[: past.at + 1]):
            words = plan_text(plan)
            room -= len(words)
            if steps and room < 0:
                break
            steps.insert(0, words)
        kept = past.kept and [past.kept.scenario_id, past.kept.number]
        found.append({"steps": steps, "kept": kept})
    return json.dumps(found, ensure_ascii=False)


def unpacked(words: str) -> dict[str, Work]:
    """What `packed` gave, by dataset; states that do not fit today's data are left out."""
    found: dict[str, Work] = {}
    for one in json.loads(words or "[]"):
        steps = [plan for step in one["steps"] if (plan := _fitting(step)) is not None]
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
