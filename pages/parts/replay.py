"""The strip with a replay of the last change: before, and again after it, at the same place."""

import streamlit as st

from core.outlook import Outlook
from pages.parts import session, strip, text
from pages.parts.minutes import difference, moved
from pages.parts.text import t

NAMED = 2  # of a prepared scenario's many changes: the levers below must stay in view


def show(outlooks: dict[str, Outlook]) -> None:
    """The strip of the scenario, or of the state before its last change while that is replayed."""
    past = session.history()
    if past.at == 0:
        strip.show(outlooks)
        return
    back = _is_back()
    if back:
        with session.looking_back():
            strip.show(session.outlooks())
    else:
        strip.show(outlooks)
    before, after = past.steps[past.at - 1], past.now
    horizon = list(outlooks)[-1]
    figures = moved(session.standings_of(before)[horizon], session.standings_of(after)[horizon])
    state = t("Shown above: BEFORE the last change") if back else t("Last change")
    what = f"{difference(before, after, NAMED)} · {strip.horizon_name(horizon)}: {figures}"
    left, right = st.columns([6, 1.5], vertical_alignment="center")
    left.markdown(f"**{state}:** {text.escape(what)}")
    right.button(
        t("Show after") if back else t("Replay"),
        key="replay",
        icon=":material/skip_next:" if back else ":material/replay:",
        type="primary" if back else "secondary",
        on_click=_turn,
        width="stretch",
    )


def _is_back() -> bool:
    """Whether the replay stands before the change; anything done since ends it."""
    return bool(st.session_state.get("replay_from") == _mark())


def _turn() -> None:
    st.session_state.replay_from = None if _is_back() else _mark()


def _mark() -> tuple[object, ...]:
    past = session.history()
    return past.now.dataset, past.at, past.log[-1].at if past.log else None
