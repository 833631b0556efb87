"""Putting a chart on the page."""

from typing import Literal

import plotly.graph_objects as go
import streamlit as st

from core.charts.look import INK, laid_out

CONFIG = {"displayModeBar": False, "responsive": True}


def ink() -> str:
    """The colour of the page's text; Streamlit mutes that of charts below a readable contrast."""
    return INK[st.context.theme.type or "light"]


def draw(
    figure: go.Figure, key: str, alt: str, height: Literal["content", "stretch"] = "content"
) -> None:
    """Draw a figure, its letters as dark as the page's; `alt` says what it shows to who can't see
    it. It has its own height, or with "stretch" that of the container it is in."""
    letters = {"color": ink()}
    axis = {"tickfont": letters, "title": {"font": letters}}
    laid_out(figure, {"font": letters, "legend": {"font": letters}, "xaxis": axis, "yaxis": axis})
    st.plotly_chart(figure, key=key, config=CONFIG, alt=alt, height=height)
