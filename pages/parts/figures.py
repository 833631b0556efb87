"""Charts of `core.charts` with the texts of the screen."""

import numpy as np
import streamlit as st

from core import charts
from core.simulate import Result
from pages.parts import session, text
from pages.parts.names import component_name
from pages.parts.strip import horizon_name
from pages.parts.text import t

CONFIG = {"displayModeBar": False, "responsive": True}


def show_waterfall(result: Result) -> None:
    """Where the change of the province's score comes from, largest step first."""
    rules = session.case().baseline.rules
    moved = [c for c in np.argsort(-np.abs(result.change)) if abs(result.change[c]) >= 0.005]
    if not moved:
        if session.scenario().changes:
            st.info(t("These changes do not move the province's score."), icon=":material/block:")
        else:
            st.info(t("No change yet: the score is the baseline's."), icon=":material/touch_app:")
        return
    names = [component_name(rules, c) for c in moved]
    steps = [float(result.change[c]) for c in moved]
    texts = [
        text.number(result.score_before),
        *(text.number(step, 2, sign=True) for step in steps),
        text.number(result.score_after),
    ]
    figure = charts.waterfall(
        names, steps, result.score_before, result.score_after, t("Now"),
        horizon_name(result.horizon), texts, text.language(),
    )
    st.plotly_chart(figure, key="waterfall", config=CONFIG, alt=_waterfall_words(names, texts))


def _waterfall_words(names: list[str], texts: list[str]) -> str:
    parts = "; ".join(f"{name} {step}" for name, step in zip(names, texts[1:-1], strict=True))
    return t("Score from {start} to {end}: {parts}", start=texts[0], end=texts[-1], parts=parts)
