"""Plotly figures from what is already computed. Texts come in translated; nothing is added up here."""

from collections.abc import Sequence

import plotly.graph_objects as go

# Okabe and Ito's palette: told apart by colour-blind readers and in print
BLUE, ORANGE, GREEN, RED, SKY, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#56B4E9",
    "#8A8F98",
)
GROUP_COLOURS = {
    "transparency": "#0072B2",
    "progress": "#E69F00",
    "online": "#009E73",
    "payment": "#CC79A7",
    "satisfaction": "#56B4E9",
    "digitization": "#D55E00",
}


def layout(figure: go.Figure, language: str, height: int) -> go.Figure:
    """The look all charts share."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        separators=",." if language == "vi" else ".,",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        dragmode=False,
    )
    figure.update_xaxes(automargin=True, fixedrange=True)
    figure.update_yaxes(automargin=True, fixedrange=True)
    return figure


def waterfall(
    names: Sequence[str],
    steps: Sequence[float],
    start: float,
    end: float,
    start_name: str,
    end_name: str,
    texts: Sequence[str],
    language: str,
) -> go.Figure:
    """Where the change of the score comes from: the baseline, a step per component, the scenario.

    `texts` are the labels of all bars, start and end included.
    """
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=["absolute", *["relative"] * len(steps), "total"],
            y=[start_name, *names, end_name],
            x=[start, *steps, end],
            text=list(texts),
            textposition="outside",
            cliponaxis=False,
            connector={"line": {"color": GREY, "width": 1}},
            increasing={"marker": {"color": BLUE}},
            decreasing={"marker": {"color": RED}},
            totals={"marker": {"color": GREY}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    reached = [start, end, *(start + sum(steps[: n + 1]) for n in range(len(steps)))]
    low, high = min(reached), max(reached)
    pad = max(0.35 * (high - low), 0.5)
    figure.update_xaxes(range=[low - pad, high + pad])
    figure.update_yaxes(autorange="reversed")
    return layout(figure, language, 90 + 34 * (len(steps) + 2))
