"""What differs from the baseline: the list of changes, each with its way back; undo, redo, reset."""

import streamlit as st

from core.scenario import Change, without
from pages.parts import session, text
from pages.parts.levers import mode_name
from pages.parts.names import component_name, scope_name
from pages.parts.text import t

SHOWN = 12


def show_history() -> None:
    """Undo, redo and reset."""
    past = session.history()
    left, middle, right = st.columns(3)
    left.button(
        t("Undo"),
        icon=":material/undo:",
        on_click=session.step,
        args=(-1,),
        disabled=past.at == 0,
        width="stretch",
        key="undo",
    )
    middle.button(
        t("Redo"),
        icon=":material/redo:",
        on_click=session.step,
        args=(1,),
        disabled=past.at == len(past.steps) - 1,
        width="stretch",
        key="redo",
    )
    right.button(
        t("Reset"),
        icon=":material/restart_alt:",
        on_click=session.reset,
        disabled=not session.scenario().changes,
        width="stretch",
        key="reset",
    )


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
    if change.start:
        words += t(", from {date}", date=text.date(change.start))
    if change.ramp_weeks:
        words += t(", over {weeks} weeks", weeks=text.number(change.ramp_weeks, 0))
    return words


def show_changes() -> None:
    """The list of what differs from the baseline."""
    changes = session.scenario().changes
    if not changes:
        st.caption(t("Nothing differs from the baseline yet."))
        return
    for change in changes[-SHOWN:][::-1]:
        left, right = st.columns([8, 1], vertical_alignment="center")
        left.markdown(text.escape(describe(change)))
        right.button(
            "",
            key=f"back-{change.unit}-{change.component}",
            icon=":material/close:",
            help=t("Take this change back"),
            type="tertiary",
            on_click=_take_back,
            args=(change,),
        )
    if len(changes) > SHOWN:
        st.caption(t("and {count} earlier changes", count=len(changes) - SHOWN))


def _take_back(change: Change) -> None:
    session.change(without(session.scenario(), change.unit, change.component))
