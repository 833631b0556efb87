"""The tables that slides and page share: who has most to do, what misses most points."""

import numpy as np

from core.documents.meeting.facts import Meant, UnitTask, first_tasks, rate_words
from core.documents.meeting.said import MEETING_WORDS
from core.documents.situation import component_title
from core.documents.words import ABOUT, UNKNOWN_FIGURE
from core.export.official import OfficialTable
from core.index.rollup import PROVINCE, Status
from core.outlook.timeline import TODAY

TEN = 10


def tasks_table(meant: Meant) -> OfficialTable:
    """Ten units, the most weighty first: rate now, target, on new dossiers, dossiers a week."""
    words, tasks = meant.words, first_tasks(meant, TEN)
    if not meant.plan.targets:
        return _by_points(meant, tasks)
    weekly = any(task.weekly == task.weekly for task in tasks)
    heads = ["no", "unit", "indicator", "due", "now", "aim", "needed", *(["weekly"] * weekly)]
    rows = [
        (
            f"{number}",
            task.unit,
            component_title(meant.case, task.component, words),
            task.due,
            words.percent(task.so_far, 2, task.is_estimate),
            words.percent(task.target),
            rate_words(words, task.needed, task.is_estimate),
            *([_weekly(meant, task)] if weekly else []),
        )
        for number, task in enumerate(tasks, 1)
    ]
    return OfficialTable(
        head=tuple(words.pick(MEETING_WORDS[one]) for one in heads),
        rows=tuple(rows),
        widths=(1, 5.2, 5, 2.3, 2.1, 2, 2.2, *([2] * weekly)),
        align=("center", "left", "left", *["right"] * (4 + weekly)),  # type: ignore[arg-type]
    )


def _weekly(meant: Meant, task: UnitTask) -> str:
    if task.weekly != task.weekly:
        return UNKNOWN_FIGURE
    return (ABOUT if task.is_estimate else "") + meant.words.number(task.weekly, 0)


def _by_points(meant: Meant, tasks: list[UnitTask]) -> OfficialTable:
    words = meant.words
    return OfficialTable(
        head=tuple(
            words.pick(MEETING_WORDS[one])
            for one in ("no", "unit", "indicator", "now", "aim_full", "gain")
        ),
        rows=tuple(
            (
                f"{number}",
                task.unit,
                component_title(meant.case, task.component, words),
                words.percent(task.so_far, 2, task.is_estimate),
                words.percent(task.target),
                (ABOUT if task.is_estimate else "") + words.number(task.weight, 2, sign=True),
            )
            for number, task in enumerate(tasks, 1)
        ),
        widths=(1, 6, 6, 2.2, 2.4, 2.2),
        align=("center", "left", "left", "right", "right", "right"),
    )


def losses_table(meant: Meant) -> OfficialTable:
    """The ten components that miss most points today, and who can change them."""
    words, base = meant.words, meant.case.baseline
    rules, now = base.rules, meant.outlooks[TODAY].result.before
    lost = rules.max_points - now.points[PROVINCE]
    order = [int(c) for c in np.argsort(-lost, kind="stable") if lost[c] > 0.005][:TEN]
    rows = []
    for number, c in enumerate(order, 1):
        about = bool(base.status[PROVINCE, c] == Status.ESTIMATED)
        rows.append(
            (
                f"{number}",
                component_title(meant.case, c, words),
                words.pick(MEETING_WORDS[rules.who[c]]),
                words.percent(float(base.rate[PROVINCE, c]), 2, about),
                (ABOUT if about else "") + words.number(float(lost[c])),
            )
        )
    return OfficialTable(
        head=tuple(
            words.pick(MEETING_WORDS[one]) for one in ("no", "indicator", "who", "rate", "lost")
        ),
        rows=tuple(rows),
        widths=(1, 9, 3.5, 3, 3),
        align=("center", "left", "left", "right", "right"),
    )
