"""The ranks near the own one: who is there and how many points it takes to pass."""

import numpy as np
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
    own = case.outlook(session.scenario())[horizon].after
    ours = "▶ " + case.dataset.field_name
    ahead = [step for step in found if step.rank < own.rank.median]
    rows: list[tuple[float, str, float, float, float]] = [
        # the others are counted without us: those behind us stand one rank lower
        (
            step.rank + (n >= len(ahead)),
            step.name or text.UNKNOWN,
            step.score,
            step.gap,
            step.likely,
        )
        for n, step in enumerate(found)
    ]
    rows.insert(len(ahead), (own.rank.median, ours, own.score, 0.0, np.nan))
    names = (
        t("Rank"),
        t("Province there"),
        t("Its score"),
        t("From ours"),
        t("Score that reaches it in 80% of cases"),
    )
    frame = pd.DataFrame(rows, columns=list(names))
    st.caption(
        t(
            "{horizon}: more than the score shown passes that province.",
            horizon=horizon_name(horizon),
        )
    )
    if not named:
        st.caption(
            t(
                "The other provinces are not known by name here: their scores are estimated, "
                "on the scale of our own."
            )
        )
    guessed = [not step.name for step in found]
    guessed.insert(len(ahead), not own.certain)
    tables.show(
        frame,
        key="neighbours",
        whole=(t("Rank"),),
        signed=(t("From ours"),),
        estimated={t("Its score"): pd.Series(guessed)},
    )
