"""Tables of a plan: its targets by level and unit, and what they ask of each unit."""

import numpy as np

from core.documents.situation import component_title
from core.documents.words import ABOUT, UNKNOWN_FIGURE, Words
from core.export.official import OfficialTable
from core.index.rollup import Status
from core.outlook.case import Case
from core.outlook.simulate import rates_on
from core.plans.made import in_force_order
from core.plans.model import Target, TargetPlan, asked_of
from core.review.targets import review
from core.scenario.model import Scenario
from core.scenario.scope import level_of

MOST_DUES = 5  # columns beside each other; with more every target is a row


def place_title(case: Case, scope: str, words: Words) -> str:
    """A level or unit as a document calls it."""
    level = level_of(scope)
    if level is not None:
        return words.level(level)
    return str(case.dataset.units["name_vi"].get(scope, scope))


def assigned_table(case: Case, plan: TargetPlan, words: Words) -> OfficialTable:
    """The targets: a band for each component, a row a level or unit, a column a due date."""
    dues = plan.dues
    if len(dues) > MOST_DUES:
        return _one_by_one(case, plan, words)
    rows: list[tuple[str, ...]] = []
    bands: list[int] = []
    by_place: dict[tuple[str, str], dict[object, Target]] = {}
    for target in in_force_order(plan):
        by_place.setdefault((target.component, target.unit), {})[target.due] = target
    last, number = "", 0
    for (component, scope), found in by_place.items():
        if component != last:
            bands.append(len(rows))
            title = component_title(case, case.dataset.rules.index(component), words)
            rows.append((title, *[""] * (len(dues) + 1)))
            last, number = component, 0
        number += 1
        cells = [words.percent(found[due].rate) if due in found else "" for due in dues]
        rows.append((f"{number}", place_title(case, scope, words), *cells))
    return OfficialTable(
        head=(
            words.say("no"),
            words.say("unit"),
            *(words.say("until", due=words.day(due)) for due in dues),
        ),
        rows=tuple(rows),
        widths=(1.2, 8, *[3.0] * len(dues)),
        align=("center", "left", *["right"] * len(dues)),  # type: ignore[arg-type]
        bands=frozenset(bands),
    )


def _one_by_one(case: Case, plan: TargetPlan, words: Words) -> OfficialTable:
    rules = case.dataset.rules
    return OfficialTable(
        head=(
            words.say("no"),
            words.say("unit"),
            words.say("rate"),
            words.say("until", due="").strip(),
            "%",
        ),
        rows=tuple(
            (
                f"{number}",
                place_title(case, one.unit, words),
                component_title(case, rules.index(one.component), words),
                words.day(one.due),
                words.percent(one.rate),
            )
            for number, one in enumerate(in_force_order(plan), 1)
        ),
        widths=(1.2, 5, 5, 2.5, 2),
        align=("center", "left", "left", "right", "right"),
    )


def needed_table(case: Case, plan: TargetPlan, words: Words) -> OfficialTable:
    """Every unit below the province that a target is for, by component and due date.

    Its rate to date, the target, the rate on new dossiers that just meets it, dossiers a week where
    volumes are published, and how it stands at its present pace.
    """
    baseline, dataset = case.baseline, case.dataset
    still = Scenario(dataset=dataset.id)
    names = dataset.units["name_vi"]
    rows: list[tuple[str, ...]] = []
    bands: list[int] = []
    for component in plan.components:
        column = dataset.rules.index(component)
        for due in sorted({one.due for one in plan.targets if one.component == component}):
            if due > case.calendar.last or case.calendar.to_come(due) <= 0:
                continue
            target = asked_of(plan, baseline, component, due)
            pace = rates_on(baseline, still, case.calendar, due)[:, column]
            found = review(baseline, case.calendar, column, due, target, pace)
            asked = [u for u in np.flatnonzero(np.isfinite(target)) if np.isfinite(found.so_far[u])]
            if not asked:
                continue
            bands.append(len(rows))
            title = component_title(case, column, words)
            until = words.say("until", due=words.day(due))
            rows.append((f"{title} – {until}", *[""] * 6))
            for number, u in enumerate(asked, 1):
                estimated = baseline.status[u, column] == Status.ESTIMATED
                rows.append(
                    (
                        f"{number}",
                        str(names.iloc[u]),
                        words.percent(found.so_far[u], 2, estimated),
                        words.percent(target[u]),
                        _needed(words, float(found.needed[u]), bool(estimated)),
                        _weekly(words, float(found.weekly[u]), bool(estimated)),
                        words.say(found.standing[u].value),
                    )
                )
    as_of = words.day(dataset.meta.as_of)
    return OfficialTable(
        head=(
            words.say("no"),
            words.say("unit"),
            words.say("now", as_of=as_of),
            words.say("aim"),
            words.say("needed"),
            words.say("weekly"),
            words.say("standing"),
        ),
        rows=tuple(rows),
        widths=(1.1, 4.6, 2.2, 1.9, 2.1, 2.3, 2.3),
        align=("center", "left", "right", "right", "right", "right", "left"),
        bands=frozenset(bands),
    )


def _needed(words: Words, rate: float, estimated: bool) -> str:
    if rate > 1:
        return f"> {words.percent(1)}"
    return words.percent(max(0.0, rate), 2, estimated)


def _weekly(words: Words, dossiers: float, estimated: bool) -> str:
    if dossiers != dossiers:
        return UNKNOWN_FIGURE
    return (ABOUT if estimated else "") + words.number(dossiers, 0)
