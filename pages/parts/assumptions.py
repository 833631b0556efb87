"""What is taken as given about the other provinces."""

import streamlit as st

from core.scenario import Assumptions
from pages.parts import session
from pages.parts.text import t


def show() -> None:
    """The other provinces: at their own pace, or each gaining so many points by the horizon."""
    gain = session.scenario().assumptions.field_gain
    st.session_state.own_pace = gain is None
    st.session_state.field_gain = float(gain or 0.0)
    with st.expander(t("Other provinces"), icon=":material/groups:"):
        st.toggle(t("At the pace of their own history"), key="own_pace", on_change=_changed)
        st.slider(
            t("Every other province gains, points"),
            min(-5.0, gain or 0.0),  # a scenario from a file may take more than people do here
            max(20.0, gain or 0.0),
            step=0.5,
            format="%.1f",
            key="field_gain",
            disabled=gain is None,
            on_change=_changed,
        )
        st.caption(t("Holds for the dates ahead; today's rank is by the scores of today."))


def _changed() -> None:
    gain = None if st.session_state.own_pace else float(st.session_state.field_gain)
    scenario = session.scenario()
    assumed = Assumptions(field_gain=gain, rules=scenario.assumptions.rules)
    session.change(scenario.model_copy(update={"assumptions": assumed}))
