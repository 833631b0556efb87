"""The answer, and below it the last change with undo, redo, reset and its replay.

A replay shows answer, figures and ladder before the change, and again after it, in their places.
"""

import streamlit as st

from core.outlook.standing import Outlook
from pages.parts.shared import strip
from pages.parts.shared.changes import difference, moved
from pages.parts.state import edits, results, session
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import t

NAMED = 2  # of a prepared scenario's many changes: the levers below must stay in view


def show(outlooks: dict[str, Outlook]) -> dict[str, Outlook]:
    """The answer of the scenario, or of the state before its last change while that is replayed;
    returns the outlooks that are shown.

    The row below it is there from the start: were it to come with the first change, it would move
    the levers away from under the hand that holds one.
    """
    past = session.history()
    back, shown = past.at > 0 and _is_back(), outlooks
    with st.container(key="simulate_answer"):
        if back:
            with session.looking_back():
                shown = results.outlooks()
                headline.show(strip.answer(shown))
        else:
            headline.show(strip.answer(outlooks))
    if past.at == 0:
        _row(t("Last change"), t("none yet"), is_back=False)
        return outlooks
    before, after = past.steps[past.at - 1], past.now
    horizon = list(outlooks)[-1]
    figures = moved(results.standings_of(before)[horizon], results.standings_of(after)[horizon])
    state = t("Shown above: BEFORE the last change") if back else t("Last change")
    what = f"{difference(before, after, NAMED)} · {strip.horizon_name(horizon)}: {figures}"
    _row(state, what, back)
    return shown


def _row(state: str, what: str, is_back: bool) -> None:
    """What was done last, and the ways through what was done."""
    past = session.history()
    row = st.container(key="last_change", horizontal=True, vertical_alignment="center")
    row.markdown(f"**{state}:** {text.escape(what)}", width="stretch")
    row.button(
        t("Show after") if is_back else t("Replay"),
        key="replay",
        icon=":material/skip_next:" if is_back else ":material/replay:",
        type="primary" if is_back else "secondary",
        disabled=past.at == 0,
        on_click=_turn,
    )
    row.button(
        t("Undo"),
        key="undo",
        icon=":material/undo:",
        disabled=past.at == 0,
        on_click=edits.step,
        args=(-1,),
    )
    row.button(
        t("Redo"),
        key="redo",
        icon=":material/redo:",
        disabled=past.at == len(past.steps) - 1,
        on_click=edits.step,
        args=(1,),
    )
    row.button(
        t("Reset"),
        key="reset",
        icon=":material/restart_alt:",
        disabled=not session.scenario().differs,
        on_click=edits.reset,
    )


def _is_back() -> bool:
    """Whether the replay stands before the change; anything done since ends it."""
    return bool(st.session_state.get("replay_from") == _mark())


def _turn() -> None:
    st.session_state.replay_from = None if _is_back() else _mark()


def _mark() -> tuple[object, ...]:
    past = session.history()
    return past.now.dataset, past.at, past.log[-1].at if past.log else None
