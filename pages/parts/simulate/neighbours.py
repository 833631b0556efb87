"""The ranks near the own one: who is there and how many points it takes to pass."""

import pandas as pd
import streamlit as st

from pages.parts.shared import tables
from pages.parts.shared.strip import horizon_name
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t


def show(horizon: str) -> None:
    """A table of the ranks around the scenario's at one horizon."""
    case = session.case()
    found = case.steps(session.scenario(), horizon)
    named = any(step.name for step in found)
    frame = pd.DataFrame(
        {
            t("Rank"): [step.rank for step in found],
            t("Province there"): [step.name or text.UNKNOWN for step in found],
            t("Its score"): [step.score for step in found],
            t("From ours"): [step.gap for step in found],
            t("Score that reaches it in 80% of cases"): [step.likely for step in found],
        }
    )
    st.caption(
        t(
            "{horizon}: more than the score shown passes that province.",
            horizon=horizon_name(horizon),
        )
    )
    if not named:
        frame = frame.drop(columns=t("Province there"))
        st.caption(
            t(
                "The other provinces are not known by name here: their scores are estimated, "
                "on the scale of our own."
            )
        )
    tables.show(frame, key="neighbours", whole=(t("Rank"),))
