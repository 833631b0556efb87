"""The steps of a plan's approval in the words of a document."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents.words import Words

STEP_KINDS = ("submit", "return", "issue", "supersede")


@dataclass(frozen=True)
class ApprovalStep:
    """What was done (of STEP_KINDS), by whom, and when, in the reader's time zone."""

    kind: str
    who: str
    when: dt.datetime


def approval_lines(steps: Sequence[ApprovalStep], language: str) -> tuple[str, ...]:
    """A line each, the earliest first; what is no step of approval is left out."""
    words = Words(language)
    return tuple(
        words.say(
            f"step_{step.kind}",
            who=step.who,
            when=f"{step.when:%H:%M}, {words.day(step.when.date())}",
        )
        for step in sorted(steps, key=lambda one: one.when)
        if step.kind in STEP_KINDS
    )
