"""What differs from the baseline: each change with its way back."""

import streamlit as st

from core.outlook.standing import Standing
from core.scenario.model import Assumptions, Change, Scenario, phases
from pages.parts.shared import when
from pages.parts.shared.strip import rank_alone, score_range, the_rank
from pages.parts.state import edits, session
from pages.parts.widgets import revocable
from pages.parts.words import text
from pages.parts.words.names import component_name, mode_words, scope_name
from pages.parts.words.text import t

SHOWN = 12


def describe(change: Change) -> str:
    """One change in words."""
    dataset = session.case().dataset
    words = t(
        "{component} – {scope}: {what}",
        component=component_name(dataset.rules, dataset.rules.index(change.component)),
        scope=scope_name(dataset, change.unit),
        what=mode_words(change.mode, change.value, 1),
    )
    return words + when.describe(change.start, change.ramp_weeks, change.end)


def describe_assumptions(assumed: Assumptions) -> list[str]:
    """What the scenario assumes of the world outside, a sentence each."""
    rules = session.case().dataset.rules
    words = [
        t(
            "Rules: {component}, {points} from {target} on",
            component=component_name(rules, rules.index(component)),
            points=text.points(edit.max_points),
            target=text.percent(edit.target_rate, 1),
        )
        for component, edit in assumed.rules.items()
    ]
    if assumed.field_gain is not None:
        gain = text.points(assumed.field_gain, sign=True)
        words.append(t("Other provinces gain {points} by the horizon", points=gain))
    return words


def show_changes() -> None:
    """The list of what differs from the baseline."""
    scenario = session.scenario()
    changes = scenario.changes
    if not scenario.differs:
        st.caption(t("Nothing differs from the baseline yet."))
        return
    for words in describe_assumptions(scenario.assumptions):
        st.markdown(text.escape(words))
    for change in changes[-SHOWN:][::-1]:
        later = f"-{change.start}" if change.start else ""
        key = f"back-{change.unit}-{change.component}{later}"
        revocable.show(describe(change), key, t("Take this change back"), _take_back, (change,))
    if len(changes) > SHOWN:
        st.caption(t("and {count} earlier changes", count=len(changes) - SHOWN))


def _take_back(change: Change) -> None:
    now = session.scenario()
    kept = tuple(one for one in now.changes if one != change)
    edits.change(now.model_copy(update={"changes": kept}))


WORDS = 6  # changes named in one line; of a plan with hundreds the rest is counted


def difference(before: Scenario, after: Scenario, most: int = WORDS) -> str:
    """What tells two scenarios apart, in words, `most` of it by name; plain text."""
    old, new = _by_place(before), _by_place(after)
    found = [
        _changed(old.get(key), change) for key, change in new.items() if old.get(key) != change
    ]
    found += [
        t("taken back: {change}", change=describe(old[key])) for key in old.keys() - new.keys()
    ]
    found += _assumed(before.assumptions, after.assumptions)
    if len(found) > most:
        found[most:] = [t("and {count} more changes", count=len(found) - most)]
    return "; ".join(found) or t("the same changes")


def _by_place(scenario: Scenario) -> dict[tuple[str, str, int], Change]:
    """The changes by unit, component and which in turn they are there."""
    places = dict.fromkeys((change.unit, change.component) for change in scenario.changes)
    return {
        (*place, turn): change
        for place in places
        for turn, change in enumerate(phases(scenario, *place))
    }


def _changed(old: Change | None, new: Change) -> str:
    if old is None:
        return describe(new)
    return t(
        "{change} (before: {old})",
        change=describe(new),
        old=mode_words(old.mode, old.value, 1),
    )


def _assumed(old: Assumptions, new: Assumptions) -> list[str]:
    found = []
    if new.field_gain is None and old.field_gain is not None:
        found.append(t("the other provinces at their own pace"))
    elif new.field_gain != old.field_gain:
        found.append(t("every other province gains {points}", points=text.points(new.field_gain)))
    rules = session.case().dataset.rules
    for component in dict.fromkeys([*old.rules, *new.rules]):
        edit = new.rules.get(component)
        if edit == old.rules.get(component):
            continue
        name = component_name(rules, rules.index(component))
        if edit is None:
            found.append(t("{component} scored as it is", component=name))
        else:
            found.append(
                t(
                    "{component} scored with at most {points} from {target} on",
                    component=name,
                    points=text.points(edit.max_points),
                    target=text.percent(edit.target_rate, 1),
                )
            )
    return found


def moved(before: Standing, after: Standing) -> str:
    """Score and rank before and after, at one horizon; the mark of an estimate before the first
    holds for both."""
    now = text.rank(after.rank.median, after.size)
    return t(
        "{score} → {score_after}, rank {rank} → {rank_after}",
        score=score_range(before, unit=False),
        score_after=text.points(after.score),
        rank=rank_alone(before),
        rank_after=the_rank(after) if before.rank.p10 == before.rank.p90 else now,
    )
