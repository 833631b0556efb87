"""What differs from the baseline: each change with its way back."""

import streamlit as st

from core.scenario.apply import Assumptions, Change, without
from pages.parts.shared import when
from pages.parts.state import session
from pages.parts.widgets import revocable
from pages.parts.words import text
from pages.parts.words.names import component_name, mode_name, scope_name
from pages.parts.words.text import t

SHOWN = 12


def describe(change: Change) -> str:
    """One change in words."""
    dataset = session.case().dataset
    sign = change.mode == "add"
    words = t(
        "{component} – {scope}: {mode} {value}",
        component=component_name(dataset.rules, dataset.rules.index(change.component)),
        scope=scope_name(dataset, change),
        mode=mode_name(change.mode).lower(),
        value=text.percent(change.value, 1, sign=sign),
    )
    return words + when.describe(change.start, change.ramp_weeks)


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
        key = f"back-{change.unit}-{change.component}"
        revocable.show(describe(change), key, t("Take this change back"), _take_back, (change,))
    if len(changes) > SHOWN:
        st.caption(t("and {count} earlier changes", count=len(changes) - SHOWN))


def _take_back(change: Change) -> None:
    session.change(without(session.scenario(), change.unit, change.component))
