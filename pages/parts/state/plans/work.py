"""A plan that a viewer works at: the states it went through, and what it is called."""

from dataclasses import dataclass

from core.plans.model import TargetPlan
from core.store.rows import Version
from pages.parts.words import text
from pages.parts.words.text import t


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
